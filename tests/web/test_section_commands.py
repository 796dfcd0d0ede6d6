"""Commands on sections in a real browser."""

from __future__ import annotations

import re

import pytest
from monitor_page import DONE as STORY
from monitor_page import push, sent, show
from playwright.sync_api import expect
from section_page import (
    CLEAN,
    DONE,
    HOSTILE,
    TEXT,
    answer,
    asked,
    box,
    button,
    change,
    edit,
    field,
    save,
    section,
    sections,
)

from workbench.text.digest import text_digest


def test_approval_binds_to_read_text(page):
    show(page, CLEAN)
    button(page, "Approve").click()
    message, _ = asked(page)
    assert message == {"type": "decide", "section_id": "awards", "action": "approve", "base_text": TEXT}
    expect(button(page, "Approve")).to_have_attribute("aria-busy", "true")
    button(page, "Lock").click()  # impatience: one decision at a time
    assert len(sent(page)) == 1
    change(page, status="approved", approved_by="a.attorney", approved_sha256=text_digest(TEXT))
    answer(page, type="accepted")
    state = section(page).locator(".wbm-state")
    expect(state).to_have_text("Approved by a.attorney")
    expect(state).to_have_attribute("title", re.compile(rf"sha256 {text_digest(TEXT)[:12]}….*any change undoes"))
    expect(button(page, "Approve")).to_be_disabled()
    expect(button(page, "Approve")).to_have_attribute("title", "Approved already by a.attorney.")
    expect(page.locator("[aria-live]")).to_have_text(f"{DONE.section('awards').title}: approved")


def test_approval_over_errors_asks_for_note(page):
    show(page, DONE)
    button(page, "Approve").click()
    assert sent(page) == []
    expect(section(page).locator(".wbm-form:visible")).to_contain_text("2 errors of the checks are still open")
    expect(box(page, "Reason")).to_be_focused()
    send = button(page, "Approve with findings")
    expect(send).to_be_disabled()
    send.click(force=True)
    assert sent(page) == []
    expect(section(page).locator(".wbm-said")).to_have_text("Give a reason first.")
    box(page, "Reason").fill("  The count is in the announcement.  ")
    send.click()
    message, _ = asked(page)
    assert message == {
        "type": "decide",
        "section_id": "awards",
        "action": "approve",
        "note": "The count is in the announcement.",
        "base_text": TEXT,
    }


def test_rejection_needs_note_and_keeps_it(page):
    show(page, DONE)
    button(page, "Reject…").click()
    expect(button(page, "Reject and redraft")).to_be_disabled()
    box(page, "Reason").fill(HOSTILE)
    page.keyboard.press("Control+Enter")
    assert asked(page)[0]["note"] == HOSTILE.strip()
    answer(page, type="failure", message=f"refused: {HOSTILE}")
    expect(section(page).locator(".wbm-said")).to_contain_text("refused: <script>window.pwned=1</script>")
    expect(section(page).locator(".wbm-said")).to_contain_text("⟦U+202E⟧evil")
    expect(box(page, "Reason")).to_have_value(HOSTILE)
    assert page.evaluate("'pwned' in window") is False
    expect(page.locator(".wbm-controls .wbm-banner:visible")).to_have_count(0)  # said where it was asked
    page.keyboard.press("Escape")
    expect(button(page, "Reject…")).to_be_focused()
    button(page, "Reject…").click()
    expect(box(page, "Reason")).to_have_value(HOSTILE)  # going back loses nothing
    button(page, "Reject and redraft").click()
    change(page, status="revising", content="", findings=[], instruction=HOSTILE)
    answer(page, type="accepted")
    expect(box(page, "Reason")).to_be_hidden()
    expect(section(page).locator(".wbm-stand")).to_contain_text("Instruction pending")
    assert section(page).locator("script, img").count() == 0


def test_regenerate_takes_optional_instruction(page):
    show(page, DONE)
    button(page, "Regenerate…").click()
    expect(box(page, "Instruction")).to_be_focused()
    button(page, "Regenerate").click()
    assert asked(page)[0] == {"type": "decide", "section_id": "awards", "action": "regenerate"}
    answer(page, type="accepted")
    button(page, "Regenerate…").click()
    box(page, "Instruction").fill("Shorter.")
    page.keyboard.press("Control+Enter")
    assert asked(page)[0]["note"] == "Shorter."


def test_lock_and_unlock(page):
    show(page, DONE)
    button(page, "Lock").focus()
    page.keyboard.press("Enter")
    assert asked(page)[0] == {"type": "decide", "section_id": "awards", "action": "lock"}
    change(page, locked=True)
    answer(page, type="accepted")
    expect(button(page, "Unlock")).to_be_focused()
    expect(button(page, "Lock")).to_be_hidden()
    expect(section(page).locator(".wbm-stand")).to_contain_text("Locked")
    expect(page.locator(".wbm-sections .wbm-locked:visible")).to_have_count(1)
    for name in ("Reject…", "Edit", "Regenerate…"):
        expect(button(page, name)).to_be_disabled()
        expect(button(page, name)).to_have_attribute("title", "The section is locked: unlock it first.")
    expect(button(page, "Approve")).to_be_enabled()
    button(page, "Edit").click(force=True)  # a touch screen shows no title: the reason is said
    expect(section(page).locator(".wbm-said")).to_have_text("The section is locked: unlock it first.")
    expect(field(page)).to_be_hidden()
    button(page, "Unlock").click()
    assert asked(page)[0]["action"] == "unlock"


@pytest.mark.parametrize(
    ("run", "fields", "refused"),
    [
        ("needs_review", {}, set()),
        ("completed", {}, set()),
        ("failed", {}, set()),
        ("paused", {}, set()),
        ("generating", {"status": "in_progress", "content": "A"}, {"Approve", "Reject…", "Edit", "Regenerate…"}),
        ("generating", {"status": "validating"}, {"Approve", "Reject…", "Edit", "Regenerate…"}),
        ("paused", {"status": "validating"}, {"Approve", "Reject…"}),
        ("generating", {"status": "pending", "content": ""}, {"Approve", "Reject…"}),
        ("needs_review", {"status": "failed", "content": ""}, {"Approve"}),
        ("needs_review", {"status": "approved", "approved_by": "a"}, {"Approve"}),
        ("needs_review", {"locked": True}, {"Reject…", "Edit", "Regenerate…"}),
        ("cancelled", {}, {"Approve", "Reject…", "Edit", "Regenerate…", "Lock"}),
    ],
)
def test_unavailable_commands_explain_why(page, run, fields, refused):
    show(page, sections("awards", DONE.model_copy(update={"status": run}), **fields))
    buttons = section(page).get_by_role("toolbar").get_by_role("button")
    disabled = {
        each.get_attribute("aria-label") for each in buttons.all() if each.get_attribute("aria-disabled") == "true"
    }
    assert disabled == refused
    assert all(each.get_attribute("title") for each in buttons.all())
    for name in refused:
        button(page, name).click(force=True)
    assert sent(page) == []


# ---- by the keyboard, and out of the way


def test_toolbar_is_one_tab_stop(page):
    show(page, DONE)
    page.locator(".wbm-sections button").nth(2).click()
    expect(section(page).locator("h3")).to_be_focused()
    page.keyboard.press("Tab")  # the findings
    page.keyboard.press("Tab")
    expect(button(page, "Approve")).to_be_focused()
    for name in ("Reject…", "Edit", "Regenerate…", "Lock"):
        page.keyboard.press("ArrowDown")
        expect(button(page, name)).to_be_focused()
    assert button(page, "Lock").evaluate("(e) => getComputedStyle(e).outlineStyle") == "solid"
    page.keyboard.press("ArrowDown")
    expect(button(page, "Lock")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("for the record: fff")  # F follows the writing place, but not while one writes
    expect(box(page, "Reason")).to_have_value("for the record: fff")
    expect(page.locator(".wbm-follow")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Tab")
    expect(button(page, "Reject and redraft")).to_be_focused()
    page.keyboard.press("Enter")
    assert asked(page)[0]["note"] == "for the record: fff"


def test_jupyter_shortcuts_skip_text_fields(page):
    show(page, DONE)
    edit(page, "Mine.")
    page.evaluate("""() => {
      window.suppressed = [];
      document.addEventListener("keydown", (event) => {
        window.suppressed.push([event.key, Boolean(event.target.closest("[data-lm-suppress-shortcuts]"))]);
      }, true);
    }""")
    for key in ("a", "Control+z", "Control+Enter", "Control+s"):
        page.keyboard.press(key)
    heard = [pair for pair in page.evaluate("window.suppressed") if pair[0] != "Control"]
    assert heard == [["a", True], ["z", True], ["Enter", True], ["s", False]]


def test_commands_appear_on_hover_or_focus(page):
    show(page, DONE)
    shade = "(e) => Number(getComputedStyle(e.querySelector('.wbm-commands')).opacity)"
    page.mouse.move(1, 1)
    assert section(page, "background").evaluate(shade) == 0
    assert section(page, "awards").evaluate(shade) == 1  # it waits for the attorney
    section(page, "background").hover()
    assert section(page, "background").evaluate(shade) == 1
    page.mouse.move(1, 1)
    button(page, "Approve", "background").focus()
    assert section(page, "background").evaluate(shade) == 1


@pytest.mark.parametrize("width", [1160, 900, 620, 420])
def test_toolbar_stays_beside_text(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    show(page, DONE)
    page.mouse.move(1, 1)
    text = section(page).locator(".wbm-text").bounding_box()
    bar = section(page).get_by_role("toolbar").bounding_box()
    sheet = page.locator(".wbm-sheet").bounding_box()
    assert bar["x"] >= text["x"] + text["width"]
    assert bar["x"] + bar["width"] <= sheet["x"] + sheet["width"]
    button(page, "Regenerate…").focus()
    bar = section(page).get_by_role("toolbar").bounding_box()
    assert bar["x"] > sheet["x"]
    assert bar["x"] + bar["width"] <= sheet["x"] + sheet["width"]


def test_read_only_view_has_no_commands(page):
    snapshot = sections("awards", status="approved", approved_by="a.attorney", locked=True, stale=True)
    show(page, snapshot, controls=False)
    expect(page.get_by_role("toolbar")).to_have_count(0)
    expect(page.locator("textarea")).to_have_count(0)
    expect(section(page).locator(".wbm-state")).to_have_text("Approved by a.attorney")
    expect(section(page).locator(".wbm-standing")).to_contain_text("Out of date")
    assert page.evaluate("window.sent") == [{"type": "hello", "bytes": []}]  # and asks for no door


def test_silent_kernel_is_reported(page, clock):
    show(page, DONE)
    button(page, "Lock").click()
    clock.run_for(5100)
    expect(section(page).locator(".wbm-said")).to_contain_text("answers when the running cell is done")
    answer(page, type="accepted")
    expect(section(page).locator(".wbm-said")).to_be_hidden()


def test_answers_of_other_views_are_ignored(page):
    show(page, DONE)
    push(page, type="failure", about="decide", request="of another view", section_id="awards", message="refused")
    expect(page.locator(".wbm-said:visible, .wbm-banner:visible")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_forms_have_enough_contrast(page, theme, pictures):
    from contrast import CONTRAST

    page.emulate_media(color_scheme=theme)
    show(page, sections("awards", locked=False, stale=True, edited_by="j.avery", instruction="Shorter."))
    page.locator(".wbm-review-item").click()
    button(page, "Reject…").hover()
    assert page.evaluate(CONTRAST) == []
    page.screenshot(path=pictures / f"commands-toolbar-{theme}.png")
    button(page, "Reject…").click()
    assert page.evaluate(CONTRAST) == []
    page.screenshot(path=pictures / f"commands-reject-{theme}.png")
    edit(page, "Mine.")
    save(page)
    change(page, content="Theirs.")
    answer(page, type="failure", message="section awards has changed since")
    page.keyboard.press("Escape")
    assert page.evaluate(CONTRAST) == []
    page.screenshot(path=pictures / f"commands-conflict-{theme}.png")


# ---- what waits for the attorney


def test_sections_in_review_are_linked(page):
    show(page, sections("critical_role", status="failed", content=""))
    links = page.locator(".wbm-review-item")
    expect(links).to_have_count(2)
    expect(page.locator(".wbm-review .wbm-label")).to_have_text("Waits for you")
    expect(page.locator(".wbm-main-hint")).to_contain_text("Decide on the 2 sections below")
    links.first.focus()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(section(page).locator("h3")).to_be_focused()
    expect(section(page).locator("h3")).to_be_in_viewport()
    change(page, status="approved", approved_by="a", findings=[])
    expect(links).to_have_count(1)
    change(page, "critical_role", 1, status="approved", approved_by="a")
    expect(page.locator(".wbm-review")).to_be_hidden()
    expect(page.locator(".wbm-main-hint")).to_have_text("Nothing waits for you any more: Resume finishes the petition.")


@pytest.mark.parametrize(("status", "head"), [("completed", "Left unresolved"), ("generating", None)])
def test_running_run_lists_open_sections(page, status, head):
    show(page, DONE.model_copy(update={"status": status}))
    if head is None:
        expect(page.locator(".wbm-review")).to_be_hidden()
    else:
        expect(page.locator(".wbm-review .wbm-label")).to_have_text(head)


def test_approval_is_withdrawn(page):
    show(page, sections("awards", status="approved", approved_by="a.attorney", approval_note="Cited above."))
    expect(section(page).locator(".wbm-stand")).to_contain_text("Approved with a reason")
    button(page, "Withdraw").click()
    assert asked(page)[0] == {"type": "decide", "section_id": "awards", "action": "withdraw"}
    change(page, status="completed", approved_by=None, approved_sha256=None, approval_note=None)
    answer(page, type="accepted")
    expect(button(page, "Withdraw")).to_be_hidden()


def test_unliftable_error_is_named_before_note(page):
    show(page, STORY)
    button(page, "Approve").click(force=True)
    expect(section(page).locator(".wbm-said")).to_contain_text("No reason lifts this error: ")
    expect(section(page).locator(".wbm-form:visible")).to_have_count(0)
    assert sent(page) == []


def test_assembler_is_offered_no_note(page):
    show(page, DONE.model_copy(update={"model": "offline assembler (no language model)"}))
    for name in ("Reject…", "Regenerate…"):
        button(page, name).click(force=True)
        expect(section(page).locator(".wbm-said")).to_contain_text("cannot use a reason")
        expect(section(page).locator(".wbm-said")).to_contain_text("edit the section instead")
    expect(button(page, "Edit")).to_be_enabled()
    assert sent(page) == []


def test_name_is_asked_once_for_approval(page):
    show(page, CLEAN)
    button(page, "Approve").click()
    answer(page, type="failure", message="an approval carries a name", needs="user_id")
    expect(box(page, "Your name")).to_be_focused()
    expect(button(page, "Keep and approve")).to_be_disabled()
    box(page, "Your name").fill("Ada Attorney")
    button(page, "Keep and approve").click()
    message, _ = asked(page)
    assert (message["action"], message["user_id"], message["base_text"]) == ("approve", "Ada Attorney", TEXT)
    answer(page, type="accepted")
    expect(box(page, "Your name")).to_be_hidden()
    expect(button(page, "Approve")).to_be_focused()
