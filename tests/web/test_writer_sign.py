"""A monitor whose writer, or kernel, is not heard from."""

from __future__ import annotations

from monitor_page import EVENTS, push, push_events, sent, show
from playwright.sync_api import expect
from wu_story import beginning

from workbench.live.snapshot import fold

AT_WORK = fold(beginning(), EVENTS[:20]).model_copy(update={"status": "generating"})


def elapsed(page) -> str:
    return page.locator(".wbm-figure-elapsed").inner_text()


def stands_still(page) -> None:
    """The clock shows the same over two of its ticks."""
    before = elapsed(page)
    page.evaluate("() => new Promise((done) => setTimeout(done, 2500))")
    assert elapsed(page) == before


def test_lost_writer_offers_to_take_up(page):
    show(page, AT_WORK)
    push(page, type="writer", state="lost", silent_s=3)
    expect(page.locator(".wbm-writer")).to_contain_text("No process writes this run any more: it was interrupted.")
    expect(page.locator(".wbm-run-status")).to_have_text("Interrupted")
    stands_still(page)
    push(page, type="writer", state="lost", silent_s=6)
    page.get_by_role("button", name="Take up this run").click()
    assert [message["type"] for message in sent(page)] == ["resume"]
    push_events(page, EVENTS[20:21])
    expect(page.locator(".wbm-writer")).to_be_hidden()
    expect(page.locator(".wbm-main")).to_have_text("Pause")


def test_dead_kernel_is_said_with_line(page):
    show(page, AT_WORK)
    push(page, type="writer", state="alive", silent_s=0)
    banner = page.locator(".wbm-writer")
    expect(banner).to_contain_text("The kernel has not been heard from for", timeout=15_000)
    expect(banner.locator("code")).to_have_text(f'run = workbench.resume("{AT_WORK.thread_id}")')
    expect(page.locator(".wbm-run-status")).to_have_text("Not heard from")
    stands_still(page)
    push(page, type="writer", state="alive", silent_s=0)
    expect(banner).to_be_hidden(timeout=5_000)


def test_reader_of_lost_run_is_buttonless(page):
    show(page, AT_WORK, controls=False)
    push(page, type="writer", state="silent", silent_s=5)
    banner = page.locator(".wbm-writer")
    expect(banner).to_contain_text("has not been heard from for")
    push(page, type="writer", state="lost", silent_s=10)
    expect(banner.locator("code")).to_have_text(f"workbench resume {AT_WORK.thread_id}")
    expect(page.get_by_role("button", name="Take up this run")).to_have_count(0)
    assert sent(page) == []


def test_run_at_rest_is_not_interrupted(page):
    show(page, AT_WORK.model_copy(update={"status": "paused"}))
    push(page, type="writer", state="lost", silent_s=None)
    expect(page.locator(".wbm-writer")).to_be_hidden()
    expect(page.locator(".wbm-run-status")).to_contain_text("Paused")
