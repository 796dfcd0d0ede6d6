"""The right pane in a real browser."""

from __future__ import annotations

import pytest
import wu_story
from monitor_page import DONE, EVENTS, plain, push, push_events, sent, show
from playwright.sync_api import expect

from workbench.live.events import SectionUpdate
from workbench.live.snapshot import Usage, fold


@pytest.mark.parametrize(
    ("status", "label", "command"),
    [
        ("pending", "Start", "start"),
        ("generating", "Pause", "pause"),
        ("paused", "Resume", "resume"),
        ("needs_review", "Resume", "resume"),
        ("completed", "Drafted", None),
        ("failed", "Failed", None),
        ("cancelled", "Cancelled", None),
    ],
)
def test_main_button_follows_run_status(page, status, label, command):
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


def test_second_pause_frees_the_button(page):
    show(page, DONE.model_copy(update={"status": "paused"}))
    main, hint = page.locator(".wbm-main"), page.locator(".wbm-main-hint")
    main.click()
    expect(hint).to_have_text("Resuming…")
    push(page, type="accepted", about="resume")
    expect(hint).to_have_text("Resuming…")
    moments = [
        {"type": "status_change", "id": f"1999999999999-{n}", "at": "", "status": s}
        for n, s in enumerate(("generating", "paused"))
    ]
    push(page, type="events", events=moments)
    expect(hint).to_have_text("Goes on where it stopped; nothing is drafted twice.")
    main.click()
    assert [message["type"] for message in sent(page)] == ["resume", "resume"]


def test_cancel_asks_first(page):
    show(page, DONE.model_copy(update={"status": "generating"}))
    cancel = page.get_by_role("button", name="Cancel", exact=True)
    cancel.click()
    expect(page.get_by_role("button", name="Back", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(cancel).to_be_focused()
    assert sent(page) == []
    cancel.click()
    page.get_by_role("button", name="End the run").click()
    assert [message["type"] for message in sent(page)] == ["cancel"]


def test_refusal_is_shown_in_widget(page):
    show(page, DONE.model_copy(update={"status": "paused"}))
    page.locator(".wbm-main").click()
    push(page, type="failure", about="resume", message="thread wu is being written by another process")
    expect(page.locator(".wbm-banner[data-severity=error]:visible")).to_contain_text("written by another process")
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".wbm-banner:visible")).to_have_count(0)
    page.locator(".wbm-main").click()
    assert [message["type"] for message in sent(page)] == ["resume", "resume"]


def test_ended_run_counts_sections_to_review(page):
    show(page, DONE.model_copy(update={"status": "completed"}))
    expect(page.locator(".wbm-percentage")).to_have_text("1 of 10 to review")


def test_figures_show_progress_and_usage(page):
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


def test_time_stops_with_the_run(page):
    clocks = page.evaluate(
        """(state) => ["generating", "paused", "completed", "failed"].map((status) =>
             monitor.formatDuration(monitor.runDuration(
               { ...state, status, _updated_at: "2026-11-23T15:02:00Z" }, Date.parse("2026-11-23T16:04:05Z"))))""",
        plain(DONE.to_dict()),
    )
    assert clocks == ["1:04:05", "2:00", "1:00", "2:00"]


def test_banners_name_the_problem(page):
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


def test_exhibit_is_sent_in_parts(page, tmp_path):
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


def test_dropped_file_is_uploaded(page):
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


def test_log_filters_by_level_and_agent(page):
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


def test_log_rows_are_never_redrawn(page):
    show(page, fold(wu_story.beginning(), EVENTS[:4]))
    page.evaluate("() => { window.line = document.querySelector('.wbm-log-lines li'); }")
    push_events(page, EVENTS[4:60], EVENTS[3].id)
    assert page.evaluate("document.querySelector('.wbm-log-lines li') === window.line")


def test_read_only_view_has_no_controls(page):
    show(page, DONE, controls=False)
    expect(page.locator(".wbm-main, .wbm-confirm, input[type=file], .wbm-add")).to_have_count(0)
    expect(page.locator(".wbm-run-status")).to_have_text("Needs review")


# ---- the second way, past a busy kernel

TOKEN = "a-token-of-the-kernel"


@pytest.fixture
def door(page, clock):
    """The kernel's server at the page's own origin.

    It yields the requests received and the answer, which a test may change.
    """
    seen, says = [], {"status": 202}

    def answer(route, request):
        seen.append((request.method, request.url.partition("/api/")[2], request.headers.get("authorization")))
        route.fulfill(status=says["status"], json={"detail": "busy"})

    page.route("**/api/**", answer)
    return seen, says


def open_door(page):
    push(page, type="kernel_control", url=page.evaluate("location.origin") + "/", token=TOKEN)


def later(page, ms):
    for step in [1000] * (ms // 1000) + [ms % 1000]:
        page.clock.run_for(step)
        push(page, type="writer", state="alive", silent_s=0)  # a busy kernel lives, and says so each second
    page.evaluate("() => new Promise((done) => queueMicrotask(done))")


@pytest.mark.parametrize(("status", "command"), [("generating", "pause"), ("paused", "resume")])
def test_unanswered_command_uses_kernel_server(page, door, status, command):
    seen, _ = door
    show(page, DONE.model_copy(update={"status": status}))
    open_door(page)
    page.locator(".wbm-main").click()
    later(page, 500)
    assert seen == []
    with page.expect_response("**/api/**"):
        later(page, 600)
    assert seen == [("POST", f"{command}/wu-1978-demo", f"Bearer {TOKEN}")]
    [message] = sent(page)
    later(page, 6000)
    expect(page.locator(".wbm-banner:visible")).to_have_count(0)  # taken: no word of a kernel that does not answer
    # The cell ends at last, and the kernel refuses what has been done already: that is no news.
    push(page, type="failure", about=command, request=message["request"], message="cannot: it is paused")
    expect(page.locator(".wbm-banner:visible")).to_have_count(0)
    assert message["after"] == DONE.last_event_id


def test_cancel_uses_kernel_server(page, door):
    seen, _ = door
    show(page, DONE.model_copy(update={"status": "generating"}))
    open_door(page)
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_role("button", name="End the run").click()
    with page.expect_response("**/api/**"):
        later(page, 1100)
    assert [url for _, url, _ in seen] == ["cancel/wu-1978-demo"]


@pytest.mark.parametrize("news", ["accepted", "failure", "status"])
def test_answered_command_skips_kernel_server(page, door, news):
    seen, _ = door
    show(page, DONE.model_copy(update={"status": "generating"}))
    open_door(page)
    page.locator(".wbm-main").click()
    request = sent(page)[0]["request"]
    if news == "status":
        push(
            page,
            type="events",
            events=[{"type": "status_change", "id": "1999999999999-0", "at": "", "status": "paused"}],
        )
    else:
        push(page, type=news, about="pause", request=request, message="no")
    later(page, 2000)
    assert seen == []


@pytest.mark.parametrize("status", [403, 409, 500])
def test_only_kernel_refusal_is_shown(page, door, status):
    seen, says = door
    says["status"] = status
    show(page, DONE.model_copy(update={"status": "generating"}))
    open_door(page)
    page.locator(".wbm-main").click()
    with page.expect_response("**/api/**"):
        later(page, 1100)
    expect(page.locator(".wbm-banner:visible")).to_have_count(0)
    later(page, 4500)
    expect(page.locator(".wbm-banner:visible")).to_contain_text("The kernel has not answered yet")
    push(page, type="failure", about="pause", request=sent(page)[0]["request"], message="cannot pause")
    expect(page.locator(".wbm-banner[data-severity=error]:visible")).to_have_text("cannot pause")
    assert len(seen) == 1


def test_no_key_sends_no_request(page, door):
    seen, _ = door
    show(page, DONE.model_copy(update={"status": "generating"}))
    page.locator(".wbm-main").click()
    later(page, 3000)
    assert seen == []


def test_hello_names_the_origin(page):
    show(page, DONE)
    assert page.evaluate("window.sent[0]") == {
        "type": "hello",
        "origin": page.evaluate("location.origin"),
        "bytes": [],
    }


def test_head_counts_approvals(page):
    drafted = DONE.model_copy(
        update={
            "status": "completed",
            "sections": tuple(section.model_copy(update={"status": "completed"}) for section in DONE.sections),
        }
    )
    total = len(drafted.sections)
    show(page, drafted)
    head = page.locator(".wbm-run-status")
    expect(head).to_have_text(f"Drafted, 0 of {total} approved")
    plain_color = head.evaluate("(e) => getComputedStyle(e).color")
    approved = [
        SectionUpdate(section_id=section.section_id, status="approved", approved_by="ada").with_stamp(
            thread_id="wu", event_id=f"1999999999999-{number}", at=""
        )
        for number, section in enumerate(drafted.sections)
    ]
    push_events(page, approved[:1])
    expect(head).to_have_text(f"Drafted, 1 of {total} approved")
    push_events(page, approved[1:])
    expect(head).to_have_text(f"Approved, {total} of {total}")
    assert head.evaluate("(e) => getComputedStyle(e).color") != plain_color, "green only now"


def test_ended_run_says_where_exhibits_go(page):
    show(page, DONE.model_copy(update={"status": "completed"}))
    page.locator(".wbm-add").click(force=True)
    expect(page.locator(".wbm-banner:visible").first).to_contain_text("fork it in the timeline")
    assert sent(page) == []
