"""The monitor in a real browser: a plain page mounts the module with a source that the test plays."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
import wu_story
from playwright.sync_api import Page, expect

from workbench.checks.finding import Finding
from workbench.live.events import Event
from workbench.live.snapshot import ExhibitState, SectionState, Snapshot, Usage, fold

EVENTS = list(wu_story.story())
DONE = fold(wu_story.beginning(), EVENTS)


def show(page: Page, snapshot: Snapshot, **options):
    page.evaluate("([state, options]) => show(state, options)", [_json(snapshot.to_dict()), options])


def push(page: Page, /, **message):
    page.evaluate("async (message) => { push(message); await settled(); }", _json(message))


def push_events(page: Page, events: list[Event], after: str = ""):
    push(page, type="events", after=after, events=[event.to_dict() for event in events])


def sent(page: Page):
    return [message for message in page.evaluate("window.sent") if message["type"] != "hello"]


def _json(value):
    return orjson.loads(orjson.dumps(value))


def first_of(section_id: str, kind: str) -> int:
    return next(n for n, e in enumerate(EVENTS) if e.type == kind and e.section_id == section_id)


def content(section_id: str, text: str, **more) -> Snapshot:
    """The finished run with another text in one section."""
    return DONE.model_copy(
        update={
            "sections": tuple(
                s.model_copy(update={"content": text, "findings": (), **more}) if s.section_id == section_id else s
                for s in DONE.sections
            )
        }
    )


# ---- the letter


def test_the_letter_stands_as_a_letter(page):
    show(page, DONE)
    sheet = page.locator(".wbm-sheet")
    expect(sheet.locator(".wbm-re")).to_contain_text("Form I-140, Immigrant Petition for Alien Workers")
    expect(sheet.locator(".wbm-re")).to_contain_text("8 C.F.R. § 204.5(h)(3)(i), (h)(3)(ii), (h)(3)(vi), (h)(3)(viii)")
    expect(sheet.locator(".wbm-date")).to_have_text("May 1, 1978")
    expect(sheet.locator(".wbm-sample")).to_contain_text("Sample case")
    expect(sheet.locator(".wbm-signature")).to_contain_text("Avery & Lindqvist LLP")
    expect(page.locator(".wbm-draft")).to_have_text("Draft")
    awards = sheet.locator("[data-section=awards]")
    expect(awards.locator("h4")).to_have_text(
        [
            "The National Medal of Science (1975)",
            "The Wolf Prize in Physics (1978)",
            "The Comstock Prize in Physics (1964)",
        ]
    )
    expect(awards.locator("blockquote p")).to_have_count(1)
    intro = sheet.locator("[data-section=intro]")
    expect(intro.locator("li")).to_have_count(4)
    expect(intro.locator("em")).to_have_text("experimental nuclear physics")
    expect(intro.locator("li strong").first).to_have_text("Lesser nationally or internationally recognized prizes")


def test_citations_are_numbered_chips_and_unknown_ones_say_so(page):
    text = (
        "One [@wolf-prize, p. 2]. Two [@nms-citation, pp. 1-2; @nowhere, p. 1]. Three [@wolf-prize, p. 9]. "
        "Four [@wolf prize]. Five [@cvc-paper]."
    )
    show(page, content("benefit", text))
    chips = page.locator("[data-section=benefit] .wbm-cites > *")
    expect(chips).to_have_text(
        [
            "Ex. 4 at 2",
            "Ex. 3 at 1–2",
            "unresolved: nowhere at 1",
            "Ex. 4 at 9 (no such page)",
            "unresolved: @wolf prize",
            "Ex. 9",
        ]
    )
    expect(page.locator("[data-section=benefit] .wbm-unresolved")).to_have_count(2)


def test_numbers_follow_the_exhibits(page):
    show(page, content("benefit", "One [@late, p. 1]."))
    chip = page.locator("[data-section=benefit] .wbm-cite")
    expect(chip).to_have_text("unresolved: late at 1")
    late = ExhibitState(
        exhibit_id="late", number=15, title="A late one", kind="award", date="1978", pages=1, sha256="0" * 64
    )
    more = [*DONE.to_dict()["exhibits"], late.model_dump()]
    push(
        page,
        type="events",
        events=[{"type": "workflow_update", "id": "1999999999999-0", "at": "", "update": {"exhibits": more}}],
    )
    expect(chip).to_have_text("Ex. 15 at 1")
    expect(page.locator(".wbm-exhibits li").last).to_contain_text("cited 1×")


def test_a_citation_opens_the_exhibits_page(page):
    show(page, DONE)
    chip = page.locator("[data-section=awards] .wbm-cite", has_text="Ex. 4 at 2")
    chip.click()
    assert sent(page) == [{"type": "page", "exhibit_id": "wolf-prize", "page": 2, "bytes": []}]
    drawer = page.locator(".wbm-drawer")
    expect(drawer).to_contain_text("Fetching the page…")
    push(page, type="page", exhibit_id="wolf-prize", page=2, text=wu_story.PAGES["wolf-prize", 2])
    expect(drawer.locator(".wbm-page-text")).to_contain_text("irrespective of nationality")
    expect(drawer.locator(".wbm-drawer-title")).to_contain_text("Wolf Foundation")
    expect(drawer.locator(".wbm-drawer-place")).to_have_text("Page 2 of 3")
    expect(drawer.locator(".wbm-cited")).to_be_visible()
    drawer.get_by_role("button", name="Next page").click()
    expect(drawer.locator(".wbm-cited")).to_be_hidden()
    expect(drawer.get_by_role("button", name="Next page")).to_be_disabled()
    push(page, type="page", exhibit_id="wolf-prize", page=2, text="a late answer")
    expect(drawer).not_to_contain_text("a late answer")
    push(page, type="page", exhibit_id="wolf-prize", page=3, error="page 3 cannot be read")
    expect(drawer).to_contain_text("page 3 cannot be read")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(chip).to_be_focused()


def test_an_exhibit_without_text_says_so_and_asks_for_nothing(page):
    show(page, DONE)
    page.locator(".wbm-exhibits button", has_text="Newspaper report").click()
    expect(page.locator(".wbm-page")).to_contain_text("no text layer")
    assert sent(page) == []


def test_findings_stand_at_their_place(page):
    show(page, DONE)
    awards = page.locator("[data-section=awards]")
    flag = awards.locator("mark.wbm-flag")
    expect(flag).to_have_text(["More than 200 candidates were considered."])
    expect(awards.locator(".wbm-margin")).to_have_count(2)
    expect(awards.locator(".wbm-note:visible")).to_have_count(0)
    flag.click()
    expect(awards.locator(".wbm-note:visible")).to_contain_text(["Cite the page that carries the figure"])
    flag.click()
    expect(awards.locator(".wbm-note:visible")).to_have_count(0)
    awards.locator(".wbm-toggle").click()
    expect(awards.locator(".wbm-findings .wbm-note")).to_have_count(3)
    awards.locator(".wbm-findings .wbm-link").nth(1).click()
    expect(awards.locator(".wbm-notes .wbm-note:visible")).to_contain_text(
        ["No exhibit of this case has the id comstock-prise."]
    )
    expect(page.locator(".wbm-sections li", has_text="Lesser").locator(".wbm-badges")).to_have_text("2 errors1 warning")


def test_a_quote_across_lines_emphasis_and_citations_is_found(page):
    text = "She received *the first\nWolf Prize* [@wolf-prize, p. 1] in 1978. More."
    finding = Finding(
        check="c", severity="warning", message="Look.", quote="the first Wolf Prize* [@wolf-prize, p. 1] in 1978."
    )
    show(page, content("benefit", text, findings=(finding,)))
    marks = page.locator("[data-section=benefit] mark")
    expect(marks).to_have_text(["the first Wolf Prize", "in 1978."])
    assert marks.first.get_attribute("tabindex") == "0"
    assert marks.last.get_attribute("tabindex") is None


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("failed", "This section could not be written"),
        ("pending", "Waits for Final Merits: the Very Top of the Field."),
    ],
)
def test_a_section_without_text_says_why(page, status, words):
    sections = tuple(
        SectionState(
            section_id=s.section_id, title=s.title, status=status if s.section_id == "conclusion" else "pending"
        )
        for s in DONE.sections
    )
    show(page, DONE.model_copy(update={"status": "generating", "sections": sections}), waits=wu_story.WAITS_FOR)
    expect(page.locator("[data-section=conclusion] .wbm-card")).to_contain_text(words)


# ---- streaming


def test_streaming_touches_only_the_section_that_is_written(page):
    start = first_of("membership", "section_delta")
    end = next(n for n in range(start, len(EVENTS)) if EVENTS[n].type != "section_delta")
    show(page, fold(wu_story.beginning(), EVENTS[:start]))
    page.evaluate("""() => {
      window.touched = []; window.removed = 0;
      new MutationObserver((records) => { for (const record of records) {
        const place = record.target.nodeType === 1 ? record.target : record.target.parentElement;
        window.touched.push(place?.closest(".wbm-section")?.dataset.section ?? place?.className);
        window.removed += [...record.removedNodes].filter((node) => node.matches?.(".wbm-block")).length;
      } }).observe(document.querySelector(".wbm-body"),
        { subtree: true, childList: true, characterData: true, attributes: true });
    }""")
    for number in range(start, end):
        push_events(page, [EVENTS[number]], EVENTS[number - 1].id)
    assert set(page.evaluate("window.touched")) == {"membership"}
    assert page.evaluate("window.removed") == 0
    expect(page.locator("[data-section=membership] .wbm-text p")).to_have_count(2)
    expect(page.locator(".wbm-caret")).to_have_count(1)


def test_finished_paragraphs_are_the_same_nodes_while_the_last_one_grows(page):
    start = first_of("membership", "section_delta")
    end = next(n for n in range(start, len(EVENTS)) if EVENTS[n].type != "section_delta")
    show(page, fold(wu_story.beginning(), EVENTS[: end - 3]))
    page.evaluate("() => { window.first = document.querySelector('[data-section=membership] p').firstChild; }")
    push_events(page, EVENTS[end - 3 : end], EVENTS[end - 4].id)
    assert page.evaluate("document.querySelector('[data-section=membership] p').firstChild === window.first")


def test_a_citation_under_way_is_not_shown_in_pieces(page):
    show(
        page,
        content("benefit", "It stands **firm** [@wolf-pri", status="in_progress").model_copy(
            update={"status": "generating"}
        ),
    )
    expect(page.locator("[data-section=benefit] .wbm-text")).to_have_text("It stands firm ")


def test_pieces_and_the_whole_make_the_same_document(page):
    show(page, wu_story.beginning())
    for start in range(0, len(EVENTS), 25):
        push_events(page, EVENTS[start : start + 25], EVENTS[start - 1].id if start else "")
    page.evaluate("() => { window.streamed = document.querySelector('.wbm-body'); unmount(); }")
    show(page, DONE)
    assert page.evaluate("window.streamed.isEqualNode(document.querySelector('.wbm-body'))")


def test_twenty_thousand_deltas_stay_incremental(page):
    show(page, fold(wu_story.beginning(), EVENTS[: first_of("membership", "section_delta")]))
    nodes = page.evaluate("""async () => {
      let nodes = 0;
      const observer = new MutationObserver((records) => {
        for (const record of records) nodes += record.addedNodes.length;
      });
      observer.observe(document.querySelector(".wbm"), { subtree: true, childList: true });
      let sequence = 0;
      for (let batch = 0; batch < 200; batch += 1) {
        const events = Array.from({ length: 100 }, (_, index) => ({
          type: "section_delta", id: `1999999999999-${++sequence}`, at: "", section_id: "membership",
          text: index === 99 ? "end.\\n\\n" : "words ",
        }));
        push({ type: "events", events });
        if (batch % 4 === 3) await settled();
      }
      await settled();
      observer.disconnect();
      return nodes;
    }""")
    expect(page.locator("[data-section=membership] .wbm-text p")).to_have_count(200)
    assert nodes < 2000  # a rendering of the whole section at each frame would be over 20,000


def test_a_gap_is_healed_with_a_fresh_state(page):
    show(page, fold(wu_story.beginning(), EVENTS[:10]))
    push_events(page, EVENTS[20:30], EVENTS[19].id)
    assert [message["type"] for message in page.evaluate("window.sent")] == ["hello", "hello"]
    push_events(page, EVENTS[30:40], EVENTS[29].id)
    push(page, type="state", state=fold(wu_story.beginning(), EVENTS[:25]).to_dict())
    whole = fold(wu_story.beginning(), EVENTS[:40])
    expected = whole.section("background").content.split("\n\n")[0][:40]
    expect(page.locator("[data-section=background] .wbm-text")).to_contain_text(expected)
    assert len(page.evaluate("window.sent")) == 2


def test_an_older_state_does_not_turn_the_clock_back(page):
    show(page, DONE)
    push(page, type="state", state=wu_story.beginning().to_dict())
    expect(page.locator(".wbm-run-status")).to_have_text("Needs review")


def test_following_stops_where_the_reader_scrolls_and_starts_again_by_the_button(page):
    start = first_of("publications", "section_delta")
    show(page, fold(wu_story.beginning(), EVENTS[:start]))
    push_events(page, EVENTS[start : start + 6], EVENTS[start - 1].id)
    expect(page.locator(".wbm-caret")).to_be_in_viewport()
    follow = page.get_by_role("button", name="Follow")
    expect(follow).to_have_attribute("aria-pressed", "true")
    page.locator(".wbm-desk").hover()
    page.mouse.wheel(0, -4000)
    expect(follow).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".wbm-stamp")).to_be_in_viewport()
    push_events(page, EVENTS[start + 6 : start + 10], EVENTS[start + 5].id)
    expect(page.locator(".wbm-stamp")).to_be_in_viewport()
    follow.click()
    expect(page.locator(".wbm-caret")).to_be_in_viewport()


# ---- the run


@pytest.mark.parametrize(
    ("status", "label", "command"),
    [
        ("pending", "Start", "start"),
        ("generating", "Pause", "pause"),
        ("paused", "Resume", "resume"),
        ("needs_review", "Resume", "resume"),
        ("completed", "Completed", None),
        ("failed", "Failed", None),
        ("cancelled", "Cancelled", None),
    ],
)
def test_one_button_is_start_pause_or_resume(page, status, label, command):
    show(page, DONE.model_copy(update={"status": status}))
    main = page.locator(".wbm-main")
    expect(main).to_have_text(label)
    expect(page.locator(".wbm-main-hint")).not_to_be_empty()
    if command is None:
        expect(main).to_be_disabled()
        expect(page.locator(".wbm-row .wbm-button", has_text="Cancel")).to_be_hidden()
        return
    main.click()
    main.click()  # impatience: the first is still on its way
    assert [message["type"] for message in sent(page)] == [command]


def test_cancel_asks_first(page):
    show(page, DONE.model_copy(update={"status": "generating"}))
    cancel = page.get_by_role("button", name="Cancel", exact=True)
    cancel.click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(cancel).to_be_focused()
    assert sent(page) == []
    cancel.click()
    page.get_by_role("button", name="End the run").click()
    assert [message["type"] for message in sent(page)] == ["cancel"]


def test_a_refusal_is_shown_in_the_widget(page):
    show(page, DONE.model_copy(update={"status": "paused"}))
    page.locator(".wbm-main").click()
    push(page, type="failure", about="resume", message="thread wu is being written by another process")
    expect(page.locator(".wbm-banner[data-severity=error]:visible")).to_contain_text("written by another process")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".wbm-banner:visible")).to_have_count(0)
    page.locator(".wbm-main").click()
    assert [message["type"] for message in sent(page)] == ["resume", "resume"]


def test_figures(page):
    show(page, DONE.model_copy(update={"usage": Usage(input_tokens=1200, output_tokens=345, cost_usd=None)}))
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", "90")
    expect(page.locator(".wbm-percentage")).to_have_text("9 of 10 · 90.0 %")
    expect(page.locator(".wbm-figure-tokens")).to_have_text("1,545")
    expect(page.locator(".wbm-figure-cost")).to_have_text("—")
    expect(page.locator(".wbm-figure-elapsed")).to_have_text("1:00")
    expect(page.locator(".wbm-figure-model")).to_have_text("offline assembler (no language model)")
    expect(page.locator(".wbm-figure-thread")).to_have_text("wu-1978-demo")
    push(
        page,
        type="events",
        events=[{"type": "workflow_update", "id": "1999999999999-0", "at": "", "update": {"usage": {"cost_usd": 0}}}],
    )
    expect(page.locator(".wbm-figure-cost")).to_have_text("$0.00")


def test_time_runs_while_it_writes_and_stands_still_after(page):
    clocks = page.evaluate(
        """(state) => ["generating", "paused", "completed", "failed"].map((status) =>
             monitor.clock(monitor.elapsed(
               { ...state, status, _updated_at: "2026-11-23T15:02:00Z" }, Date.parse("2026-11-23T16:04:05Z"))))""",
        _json(DONE.to_dict()),
    )
    assert clocks == ["1:04:05", "2:00", "1:00", "2:00"]


def test_banners_say_what_is_wrong(page):
    show(
        page,
        DONE.model_copy(update={"status": "failed", "error": "2 sections failed"}),
        notice="Redis is away; the run waits for it",
    )
    expect(page.locator(".wbm-banner:visible")).to_have_text(
        ["Redis is away; the run waits for it", "2 sections failed"]
    )
    push(page, type="notice", message=None)
    expect(page.locator(".wbm-banner:visible")).to_have_text(["2 sections failed"])


def test_an_exhibit_is_sent_in_parts(page, tmp_path):
    show(page, DONE.model_copy(update={"status": "generating"}))
    large, small = tmp_path / "Large.pdf", tmp_path / "Small.txt"
    large.write_bytes(b"x" * (2 * 1024 * 1024 + 5))
    small.write_bytes(b"abc")
    page.locator("input[type=file]").set_input_files([large, small])
    page.wait_for_function("window.sent.filter((message) => message.type === 'add_exhibit').length === 3")
    parts = [(m["name"], m["part"], m["parts"], m["bytes"]) for m in sent(page)]
    assert parts == [("Large.pdf", 0, 2, [2097152]), ("Large.pdf", 1, 2, [5]), ("Small.txt", 0, 1, [3])]
    push(page, type="added", name="Large.pdf", exhibit_id="large")
    expect(page.locator(".wbm-banner:visible")).to_contain_text("Added Large.pdf")


def test_a_file_can_be_dropped(page):
    show(page, DONE)
    page.evaluate("""() => {
      const data = new DataTransfer();
      data.items.add(new File(["abc"], "Dropped.md"));
      const root = document.querySelector(".wbm");
      root.dispatchEvent(new DragEvent("dragover", { dataTransfer: data, bubbles: true, cancelable: true }));
      window.dropping = root.classList.contains("wbm-dropping");
      root.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }""")
    assert page.evaluate("window.dropping")
    page.wait_for_function("window.sent.some((message) => message.name === 'Dropped.md')")


def test_the_log_is_filtered_by_level_and_agent(page):
    show(page, DONE)
    lines = page.locator(".wbm-log-lines li:visible")
    shown = [line for line in DONE.logs if line.level != "debug"]
    expect(lines).to_have_count(len(shown))
    page.get_by_label("Lowest level shown").select_option("warning")
    expect(lines).to_have_count(sum(line.level == "warning" for line in DONE.logs))
    page.get_by_label("Agent shown").select_option("validator")
    expect(lines).to_have_text(
        [r"15:00:00validatorwarning Lesser Nationally or Internationally Recognized Prizes or Awards: 3 findings"]
    )
    page.get_by_label("Lowest level shown").select_option("error")
    expect(page.locator(".wbm-log-empty")).to_have_text("No line passes the filters.")


def test_log_lines_are_only_added(page):
    show(page, fold(wu_story.beginning(), EVENTS[:4]))
    page.evaluate("() => { window.line = document.querySelector('.wbm-log-lines li'); }")
    push_events(page, EVENTS[4:60], EVENTS[3].id)
    assert page.evaluate("document.querySelector('.wbm-log-lines li') === window.line")


def test_a_view_without_controls_has_none(page):
    show(page, DONE, controls=False)
    expect(page.locator(".wbm-main, .wbm-confirm, input[type=file], .wbm-add")).to_have_count(0)
    expect(page.locator(".wbm-run-status")).to_have_text("Needs review")


# ---- hands and eyes


def test_everything_is_reached_by_the_keyboard(page):
    show(page, DONE.model_copy(update={"status": "generating"}))
    reached = set()
    for _ in range(90):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("document.activeElement.className || document.activeElement.getAttribute('aria-label')")
        )
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid" or page.evaluate("document.activeElement === document.body")
    assert {
        "wbm-item", "wbm-follow", "wbm-desk", "wbm-toggle", "wbm-cite", "wbm-flag", "wbm-margin", "wbm-main",
        "wbm-button", "wbm-copy", "wbm-button wbm-add", "Lowest level shown", "Agent shown", "wbm-log-lines",
    } <= reached  # fmt: skip


def test_arrows_walk_the_outline_and_enter_goes_there(page):
    show(page, DONE)
    items = page.locator(".wbm-sections button")
    items.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(items.nth(2)).to_be_focused()
    page.keyboard.press("End")
    expect(items.last).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(items.last).to_be_focused()
    expect(page.locator("[data-section=conclusion] h3")).not_to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("[data-section=conclusion] h3")).to_be_focused()
    expect(page.locator("[data-section=conclusion] h3")).to_be_in_viewport()


def test_plain_keys_stay_in_the_widget_and_jupyters_chords_do_not(page):
    show(page, DONE)
    page.evaluate("""() => {
      window.heard = []; window.suppressed = [];
      document.addEventListener("keydown", (event) => window.heard.push(event.key));
      document.addEventListener("keydown", (event) => {
        window.suppressed.push(Boolean(event.target.closest("[data-lm-suppress-shortcuts]")));
      }, true);
    }""")
    page.locator(".wbm-desk").focus()
    page.keyboard.press("d")
    page.keyboard.press("Control+s")
    assert page.evaluate("window.heard") == ["Control", "s"]
    assert page.evaluate("window.suppressed") == [True, False, False]


def test_the_status_alone_is_announced(page):
    show(page, DONE)
    live = page.locator("[aria-live]")
    expect(live).to_have_count(1)
    expect(live).to_have_text("The run: Needs review")


# ---- hostile text

HOSTILE = (
    '<script>window.pwned=1</script><img src=x onerror="window.pwned=1"> [link](javascript:window.pwned=1) '
    '![i](http://evil.example/x.png) \u202eevil\u202c `[@wolf-prize, p. 1]` [@wolf-prize"><b>, p. 1] ' + "W" * 4000
)


def test_hostile_text_is_shown_as_text(page):
    awards = content(
        "awards", f"{HOSTILE}\n\n> {HOSTILE}\n\n- {HOSTILE}\n\n```\n{HOSTILE}\n```\n\n### {HOSTILE}"
    ).section("awards")
    finding = Finding(
        check=HOSTILE, severity="error", message=HOSTILE, quote="<script>window.pwned=1</script>", suggestion=HOSTILE
    )
    hostile = DONE.model_copy(
        update={
            "sections": tuple(
                awards.model_copy(update={"title": HOSTILE, "findings": (finding,)}) if s.section_id == "awards" else s
                for s in DONE.sections
            ),
            "exhibits": tuple(e.model_copy(update={"title": HOSTILE}) for e in DONE.exhibits),
            "logs": tuple(line.model_copy(update={"message": HOSTILE, "agent": HOSTILE}) for line in DONE.logs[:3]),
            "letter": DONE.letter.model_copy(update={"beneficiary": HOSTILE, "counsel": (HOSTILE,)}),
            "model": HOSTILE,
            "error": HOSTILE,
        }
    )
    show(page, hostile)
    page.locator(".wbm-exhibits button").first.click()
    push(page, type="page", exhibit_id="biographical-memoir", page=1, text=HOSTILE)
    push(page, type="failure", about="x", message=HOSTILE)
    page.locator("[data-section=awards] .wbm-toggle").click()
    assert page.evaluate("'pwned' in window") is False
    assert (
        page.locator(".wbm :is(script, img, a, iframe, b:not(.wbm-level, .wbm-suggestion b, .wbm-re b))").count() == 0
    )
    expect(page.locator("[data-section=awards] .wbm-paragraph")).to_contain_text("<script>window.pwned=1</script>")
    expect(page.locator("[data-section=awards] .wbm-text")).to_contain_text("⟦U+202E⟧evil⟦U+202C⟧")
    expect(page.locator("[data-section=awards] .wbm-text code").first).to_have_text("[@wolf-prize, p. 1]")
    assert page.locator("[data-section=awards] .wbm-cite").count() == 0
    for pane in (".wbm", ".wbm-desk", ".wbm-outline", ".wbm-run", ".wbm-page", ".wbm-sections"):
        wide = page.evaluate(
            "(selector) => { const e = document.querySelector(selector); return e.scrollWidth - e.clientWidth; }", pane
        )
        assert wide <= 0, pane


@pytest.mark.parametrize(
    "text", ["*_" * 5000, "[@" * 5000, "> " * 5000, "**a" * 5000, "`" * 9999, "[@a, p. 1-999999999]", "\\" * 5000]
)
def test_text_made_to_exhaust_the_reader_does_not(page, text):
    show(page, content("benefit", text))
    expect(page.locator("[data-section=benefit] .wbm-block")).to_have_count(1)


# ---- coming and going, light and dark


def test_unmounting_leaves_nothing_behind(page):
    page.evaluate("""() => {
      window.timers = new Set();
      const [set, clear] = [window.setInterval, window.clearInterval];
      window.setInterval = (...all) => { const id = set(...all); window.timers.add(id); return id; };
      window.clearInterval = (id) => { window.timers.delete(id); clear(id); };
    }""")
    show(page, DONE)
    assert page.evaluate("window.timers.size") == 1
    page.evaluate("() => unmount()")
    assert page.evaluate("[window.timers.size, window.push, document.getElementById('host').childElementCount]") == [
        0,
        None,
        0,
    ]


def test_two_views_of_one_page_do_not_disturb_each_other(page):
    show(page, DONE)
    page.evaluate("() => { window.firstPush = window.push; }")
    show(page, wu_story.beginning())
    expect(page.locator(".wbm-run-status")).to_have_text(["Needs review", "Not started"])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("host", ["jupyter", "plain"])
def test_text_holds_its_contrast(page, theme, host):
    if host == "jupyter":
        page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", str(theme == "light").lower())
    page.emulate_media(color_scheme=theme if host == "plain" else ("dark" if theme == "light" else "light"))
    show(page, fold(wu_story.beginning(), EVENTS[: first_of("publications", "section_delta") + 9]))
    page.locator("[data-section=awards] .wbm-toggle").click()
    page.locator("[data-section=background] .wbm-cite").first.click()
    push(page, type="failure", about="x", message="refused")
    poor = page.evaluate(CONTRAST)
    assert poor == []
    dark = page.evaluate("getComputedStyle(document.querySelector('.wbm-sheet')).backgroundColor")
    assert (dark == "rgb(40, 39, 35)") == (theme == "dark")


# Every element with text of its own: the ratio of its colour to what lies behind it, as WCAG counts it.
CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const over = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = rgb.map((value) => linear(value / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const poor = [];
  for (const node of document.querySelectorAll(".wbm *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    const apart = node.closest(".wbm-only-heard, .wbm-drop, .wbm-stamp, option");
    if (!own || apart || !node.checkVisibility()) continue;
    const grounds = [];
    for (let at = node; at; at = at.parentElement) grounds.unshift(getComputedStyle(at).backgroundColor);
    const [front, back] = [over([...grounds, getComputedStyle(node).color]), over(grounds)].map(light);
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    if (ratio < 4.5) poor.push(`${node.className || node.tagName}: ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


@pytest.mark.parametrize(
    ("name", "theme", "width"), [("light", "light", 1160), ("dark", "dark", 1160), ("narrow", "light", 620)]
)
def test_it_is_drawn_whole(page, tmp_path, name, theme, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    show(page, DONE, waits=wu_story.WAITS_FOR)
    picture = Path(tmp_path) / f"monitor-{name}.png"
    page.locator(".wbm").screenshot(path=picture)
    assert picture.stat().st_size > 20_000
    boxes = page.evaluate("""() => [".wbm-outline", ".wbm-paper", ".wbm-controls"].map((selector) => {
      const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
      return [x, y, width, height];
    })""")
    for number, (x, y, w, h) in enumerate(boxes):
        assert w > 180
        assert h > 200
        for x2, y2, w2, h2 in boxes[number + 1 :]:  # no pane lies on another
            assert x + w <= x2 + 1 or x2 + w2 <= x + 1 or y + h <= y2 + 1 or y2 + h2 <= y + 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_unjoined_modules_mount_as_they_are(page):
    page.evaluate("async () => { window.monitor = await import('/monitor.js'); }")
    assert page.evaluate("Object.keys(monitor).sort()") == ["default", "mount", "render", "widgetSource"]
    page.evaluate(
        """(state) => { window.unmount = monitor.mount(document.getElementById("host"), {
             state: () => state, send: () => {}, listen: () => () => {} }); }""",
        _json(DONE.to_dict()),
    )
    expect(page.locator(".wbm-run-status")).to_have_text("Needs review")
    expect(page.locator(".wbm-section")).to_have_count(10)
