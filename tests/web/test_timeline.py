"""The timeline in a real browser."""

from __future__ import annotations

import re

import pytest
import wu_review
import wu_story
from contrast import CONTRAST
from monitor_page import EVENTS, plain, push
from playwright.sync_api import expect
from replayed_run import ReplayedRun

from workbench.widgets.timeline import _describe_run

RUN = ReplayedRun(wu_story.beginning(), wu_story.PAGES)
RUN.replay(EVENTS)
RUN.replay(wu_review.review())
ROWS = [row.to_dict() for row in RUN.history()]
HEAD = _describe_run(RUN.snapshot)


def show(page, rows=ROWS, **options):
    page.evaluate("([head, rows, options]) => showTimeline(head, rows, options)", [plain(HEAD), plain(rows), options])


def mark(page, name):
    return page.get_by_role("option", name=name)


def open_moment(page, name):
    mark(page, name).click()
    asked = page.evaluate("window.sent.at(-1)")
    push(page, type="moment", id=asked["id"], state=RUN.at(asked["id"]).to_dict())
    return asked["id"]


AGAIN = re.compile(r"^To be drafted again: Lesser")


def test_each_moment_has_a_mark(page):
    show(page)
    marks = page.get_by_role("option")
    expect(marks).to_have_count(len(ROWS))
    expect(page.locator(".wbt-name")).to_have_text(["The run", *(title for title, _ in wu_story.SECTIONS.values())])
    expect(page.locator(".wbm-about").first).to_have_text(f"wu-1978-demo · drafted · {len(ROWS)} moments")
    name = page.locator(".wbt-name", has_text="Lesser").bounding_box()
    box = mark(page, AGAIN).bounding_box()
    assert name["y"] < box["y"] + box["height"] / 2 < name["y"] + name["height"]
    centres = page.evaluate(
        "[...document.querySelectorAll('.wbt-mark')].map((e) => [e.style.left, e.style.top].join())"
    )
    assert len(set(centres)) == len(centres)  # no mark lies on another
    expect(page.locator(".wbt-gap")).to_have_text(["19 h"])


def test_pointing_describes_the_moment(page):
    show(page)
    mark(page, AGAIN).hover()
    said = page.locator(".wbt-said")
    expect(said).to_contain_text("To be drafted again: Lesser")
    expect(said).to_contain_text("by an attorney")
    expect(said).to_contain_text(wu_review.INSTRUCTION)
    expect(page.locator(".wbt-lit")).to_contain_text("Lesser")
    page.mouse.move(1, 1)
    expect(said).to_contain_text("Point at a mark")


def test_mark_opens_letter_of_moment(page, pictures):
    show(page)
    event_id = open_moment(page, AGAIN)
    expect(page.locator(".wbt-moment")).to_contain_text("needs review, 9 of 10 sections (90.0 %) · to be read only")
    awards = page.locator("[data-section=awards]")
    expect(awards.locator("h3")).to_be_in_viewport()
    expect(awards).to_contain_text("Instruction pending")
    expect(page.get_by_role("toolbar")).to_have_count(0)
    expect(page.locator(".wbt-moment textarea, .wbm-follow:visible")).to_have_count(0)
    expect(page.locator(".wbt-code")).to_have_text(f'workbench.fork("wu-1978-demo", at="{event_id}")')
    expect(mark(page, AGAIN)).to_have_attribute("aria-selected", "true")
    page.screenshot(path=pictures / "timeline-moment.png")
    open_moment(page, re.compile("^Edited by hand"))
    expect(awards.locator(".wbm-standing")).to_contain_text("Edited by j.avery")
    expect(awards).not_to_contain_text("Instruction pending")
    page.keyboard.press("Escape")
    expect(page.locator(".wbt-moment")).to_be_hidden()
    expect(mark(page, re.compile("^Edited by hand"))).to_be_focused()


def test_late_answer_is_dropped(page):
    show(page)
    mark(page, AGAIN).click()
    first = page.evaluate("window.sent.at(-1).id")
    mark(page, re.compile("^Edited by hand")).click()
    push(page, type="moment", id=first, state=RUN.at(first).to_dict())
    expect(page.locator(".wbt-moment .wbm-hint").first).to_have_text("Reading the run as it stood…")
    expect(page.locator(".wbt-moment .wbm-sheet")).to_be_hidden()


def test_timeline_citation_opens_exhibit_page(page):
    show(page)
    open_moment(page, AGAIN)
    page.locator("[data-section=awards] .wbm-cite").first.click()
    (asked,) = page.evaluate("window.sent.filter(({ type }) => type === 'page')")
    assert asked == {"type": "page", "exhibit_id": "nms-citation", "page": 1}
    push(page, **asked, text="The page itself.")
    expect(page.locator(".wbm-page-text")).to_have_text("The page itself.")
    page.keyboard.press("Escape")
    expect(page.locator(".wbm-drawer")).to_be_hidden()
    expect(page.locator(".wbt-moment")).to_be_visible()


def test_fork_button_sends_request(page):
    show(page)
    event_id = open_moment(page, AGAIN)
    fork = page.get_by_role("button", name="Fork here")
    fork.click()
    fork.click()  # impatience
    asked = [message for message in page.evaluate("window.sent") if message["type"] == "fork"]
    assert [message["at"] for message in asked] == [event_id]
    said = page.locator(".wbt-moment > .wbm-banner")
    push(page, type="forked", request="of another view", at=event_id, thread_id="x")
    expect(said).to_be_hidden()
    push(page, type="failure", about="fork", request=asked[0]["request"], message="<b>the store is away</b>")
    expect(said).to_have_text("<b>the store is away</b>")
    fork.click()
    request = page.evaluate("window.sent.at(-1).request")
    push(page, type="forked", request=request, at=event_id, thread_id='wu"<img src=x>')
    expect(said).to_contain_text(r'run = workbench.attach("wu\"<img src=x>")')
    assert page.locator(".wbt img, .wbt b:not(.wbt-tick b, .wbm-re b, .wbm-suggestion b)").count() == 0


def test_arrow_keys_move_through_marks(page):
    show(page)
    page.keyboard.press("Tab")
    last = page.get_by_role("option").last
    focused = page.locator(".wbt-mark:focus")
    expect(focused).to_have_attribute("data-what", "ended")
    assert last.evaluate("(e) => e.tabIndex") == 0
    page.keyboard.press("ArrowLeft")
    expect(focused).to_have_attribute("data-what", "approved")
    page.keyboard.press("ArrowLeft")
    expect(focused).to_have_attribute("data-what", "edited")
    page.keyboard.press("ArrowUp")  # the lane above, what is nearest
    expect(focused).to_have_attribute("aria-label", re.compile("^Approved: Background"))
    page.keyboard.press("Home")
    expect(focused).to_have_attribute("data-what", "started")
    expect(focused).to_be_in_viewport()
    expect(page.locator(".wbt-said")).to_contain_text("Started · by a.attorney")
    page.keyboard.press("ArrowLeft")
    expect(focused).to_have_attribute("data-what", "started")
    page.keyboard.press("Enter")
    assert page.evaluate("window.sent.at(-1)") == {"type": "at", "id": ROWS[0]["id"]}
    assert page.locator(".wbt-mark[tabindex='0']").count() == 1


def test_new_rows_keep_choice_and_focus(page):
    show(page, ROWS[:-6])
    open_moment(page, AGAIN)
    mark(page, AGAIN).focus()
    page.evaluate("(rows) => { history_.rows = rows; }", plain(ROWS))
    push(page, type="rows")
    expect(page.get_by_role("option")).to_have_count(len(ROWS))
    expect(mark(page, AGAIN)).to_be_focused()
    expect(mark(page, AGAIN)).to_have_attribute("aria-selected", "true")
    expect(page.locator(".wbt-moment .wbm-sheet")).to_be_visible()
    expect(page.get_by_role("option").last).to_be_in_viewport()


def test_unknown_moments_show_as_text(page):
    hostile = '<img src=x onerror="window.pwned=1">\u202e'
    rows = [
        {**ROWS[0], "what": "constructor", "who": hostile, "note": hostile, "at": "no time"},
        {**ROWS[1], "what": hostile, "title": hostile},
        {**ROWS[1], "section_id": "of no lane"},
    ]
    show(page, rows)
    expect(page.get_by_role("option")).to_have_count(2)
    page.get_by_role("option").first.click()
    expect(page.locator(".wbt-said")).to_contain_text("<img src=x")
    expect(page.locator(".wbt-said")).to_contain_text("⟦U+202E⟧")
    assert page.evaluate("'pwned' in window") is False
    assert page.locator(".wbt img").count() == 0


def test_read_only_view_cannot_fork(page):
    show(page, controls=False)
    open_moment(page, AGAIN)
    expect(page.get_by_role("button", name="Fork here")).to_have_count(0)
    expect(page.locator(".wbt-code")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_timeline_fits_with_enough_contrast(page, theme, pictures):
    page.emulate_media(color_scheme=theme)
    show(page)
    page.screenshot(path=pictures / f"timeline-{theme}.png")
    open_moment(page, AGAIN)
    push(page, type="failure", about="at", message="refused")
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_unmounting_timeline_leaves_nothing(page):
    show(page)
    page.evaluate("() => unmount()")
    assert page.evaluate("[window.push, document.getElementById('host').childElementCount]") == [None, 0]
