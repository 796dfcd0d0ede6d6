"""The letter in a real browser."""

from __future__ import annotations

import pytest
import wu_story
from monitor_page import DONE, EVENTS, content, first_of, push, push_events, sent, show
from playwright.sync_api import expect

from workbench.checks.finding import Finding
from workbench.live.snapshot import ExhibitState, SectionState, fold


def test_letter_has_head_and_signature(page):
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


def test_citations_are_numbered_or_unresolved(page):
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


def test_exhibit_numbers_follow_exhibits(page):
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


def test_citation_opens_exhibit_page(page):
    show(page, DONE)
    chip = page.locator("[data-section=awards] .wbm-cite", has_text="Ex. 4 at 2")
    chip.click()
    asked, drawn, marked = sent(page)
    assert asked == {"type": "page", "exhibit_id": "wolf-prize", "page": 2, "bytes": []}
    assert drawn == asked | {"type": "picture"}
    assert marked | {"sentence": ""} == asked | {"type": "marks", "sentence": ""}
    assert len(marked["sentence"].split()) > 3
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


def test_exhibit_without_text_is_not_fetched(page):
    show(page, DONE)
    page.locator(".wbm-exhibits button", has_text="Newspaper report").click()
    (asked,) = sent(page)
    assert asked["type"] == "picture"
    push(page, **asked | {"error": "an encrypted PDF; save a copy without a password"})
    expect(page.locator(".wbm-page")).to_contain_text("an encrypted PDF")
    expect(page.locator(".wbm-page")).to_contain_text("no text layer")


def test_findings_appear_at_their_place(page):
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


def test_quote_across_markup_is_found(page):
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
        ("failed", "This section could not be drafted"),
        ("pending", "Waits for Final Merits: the Very Top of the Field."),
    ],
)
def test_empty_section_explains_why(page, status, words):
    sections = tuple(
        SectionState(
            section_id=s.section_id, title=s.title, status=status if s.section_id == "conclusion" else "pending"
        )
        for s in DONE.sections
    )
    show(page, DONE.model_copy(update={"status": "generating", "sections": sections}), waits=wu_story.WAITS_FOR)
    expect(page.locator("[data-section=conclusion] .wbm-card")).to_contain_text(words)


def test_streaming_touches_one_section(page):
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


def test_finished_paragraphs_keep_their_nodes(page):
    start = first_of("membership", "section_delta")
    end = next(n for n in range(start, len(EVENTS)) if EVENTS[n].type != "section_delta")
    show(page, fold(wu_story.beginning(), EVENTS[: end - 3]))
    page.evaluate("() => { window.first = document.querySelector('[data-section=membership] p').firstChild; }")
    push_events(page, EVENTS[end - 3 : end], EVENTS[end - 4].id)
    assert page.evaluate("document.querySelector('[data-section=membership] p').firstChild === window.first")


def test_unfinished_citation_is_hidden(page):
    show(
        page,
        content("benefit", "It stands **firm** [@wolf-pri", status="in_progress").model_copy(
            update={"status": "generating"}
        ),
    )
    expect(page.locator("[data-section=benefit] .wbm-text")).to_have_text("It stands firm ")


@pytest.mark.parametrize(
    "text", ["One", "One.\n\nTwo *three*", "- **A** role", "- a\n- **b** c *d", "> a\n>\n> b", "### Head", ""]
)
def test_caret_follows_last_word(page, text):
    show(page, content("benefit", text, status="in_progress").model_copy(update={"status": "generating"}))
    behind = """() => {
      const caret = document.querySelector("[data-section=benefit] .wbm-caret");
      const rest = document.createRange();
      rest.setStartAfter(caret);
      rest.setEndAfter(document.querySelector("[data-section=benefit] .wbm-text"));
      return rest.toString();
    }"""
    assert page.evaluate(behind) == ""


def test_streamed_and_whole_text_agree(page):
    show(page, wu_story.beginning())
    for start in range(0, len(EVENTS), 25):
        push_events(page, EVENTS[start : start + 25], EVENTS[start - 1].id if start else "")
    page.evaluate("() => { window.streamed = document.querySelector('.wbm-body'); unmount(); }")
    show(page, DONE)
    assert page.evaluate("window.streamed.isEqualNode(document.querySelector('.wbm-body'))")


def test_many_deltas_stay_incremental(page):
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


def test_gap_is_closed_by_fresh_state(page):
    show(page, fold(wu_story.beginning(), EVENTS[:10]))
    push_events(page, EVENTS[20:30], EVENTS[19].id)
    assert [message["type"] for message in page.evaluate("window.sent")] == ["hello", "hello"]
    push_events(page, EVENTS[30:40], EVENTS[29].id)
    push(page, type="state", state=fold(wu_story.beginning(), EVENTS[:25]).to_dict())
    whole = fold(wu_story.beginning(), EVENTS[:40])
    expected = whole.section("background").content.split("\n\n")[0][:40]
    expect(page.locator("[data-section=background] .wbm-text")).to_contain_text(expected)
    assert len(page.evaluate("window.sent")) == 2


def test_older_state_is_ignored(page):
    show(page, DONE)
    push(page, type="state", state=wu_story.beginning().to_dict())
    expect(page.locator(".wbm-run-status")).to_have_text("Needs review")


def test_scrolling_stops_following(page):
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
