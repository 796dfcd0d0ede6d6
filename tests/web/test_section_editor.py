"""Editor of a section in a real browser: its size, its text, and saving."""

from __future__ import annotations

import pytest
from contrast import CONTRAST
from monitor_page import content, push, sent, show
from playwright.sync_api import expect
from section_page import (
    DONE,
    HOSTILE,
    PARAGRAPHS,
    TEXT,
    answer,
    asked,
    begin,
    button,
    change,
    change_exhibit,
    edit,
    editor,
    field,
    preview,
    save,
    section,
)


def test_letter_is_read_while_editing(page):
    show(page, DONE)
    edit(page, "Mine.")
    page.locator(".wbm-sections button").first.click()
    expect(page.locator("[data-section=introduction] h3, [data-section=intro] h3").first).to_be_focused()
    expect(editor(page)).to_be_hidden()
    button(page, "Edit", "background").click()  # one text at a time
    expect(editor(page).get_by_role("button", name="Back", exact=True)).to_be_focused()
    expect(field(page)).to_have_value("Mine.")
    page.keyboard.press("Escape")
    editor(page).get_by_role("button", name="Letter").click()
    page.get_by_role("button", name="Back to the editor").click()
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_value("Mine.")


@pytest.mark.parametrize(("width", "stacked"), [(1160, False), (900, False), (700, True), (390, True)])
def test_editor_fits_its_cell(page, width, stacked):
    page.set_viewport_size({"width": width, "height": 720})
    begin(page, PARAGRAPHS, 0)
    text, letter, whole = (part.bounding_box() for part in (field(page), preview(page), editor(page)))
    assert (letter["y"] >= text["y"] + text["height"]) is stacked
    assert whole["height"] <= 640
    for part in (text, letter):
        assert part["height"] > 180
        assert part["width"] > 300
    scrolled = editor(page).evaluate(
        """(editor) => [editor, ...editor.querySelectorAll("*")].filter((node) => node.checkVisibility() &&
        node.scrollHeight > node.clientHeight + 1 && ["auto", "scroll"].includes(getComputedStyle(node).overflowY))
        .map((node) => node.classList[node.classList.length - 1])"""
    )
    assert scrolled == ["wbm-editor", "wbm-preview"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_edit_is_saved_against_its_base(page):
    show(page, DONE)
    button(page, "Edit").click()
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_value(TEXT)
    expect(section(page).locator(".wbm-text")).to_be_hidden()
    saving = editor(page).get_by_role("button", name="Save", exact=True)
    expect(saving).to_be_disabled()
    expect(saving).to_have_attribute("title", "Nothing has been changed yet.")
    field(page).fill("   ")
    expect(saving).to_have_attribute("title", "The text is empty.")
    field(page).fill(HOSTILE)
    page.keyboard.press("Control+Enter")
    message, _ = asked(page)
    assert message == {
        "type": "decide",
        "section_id": "awards",
        "action": "edit",
        "text": HOSTILE,
        "base_text": TEXT,
    }
    page.keyboard.press("Control+Enter")
    assert len(sent(page)) == 1
    change(page, content=HOSTILE, findings=[], edited_by="a.attorney", status="completed")
    expect(editor(page).get_by_role("group", name="The text has changed meanwhile")).to_be_hidden()
    answer(page, type="accepted")
    expect(field(page)).to_be_hidden()
    expect(button(page, "Edit")).to_be_focused()
    expect(section(page).locator(".wbm-text")).to_contain_text("<script>window.pwned=1</script>")
    expect(section(page).locator(".wbm-standing")).to_contain_text("Edited by a.attorney")
    assert page.evaluate("'pwned' in window") is False


def test_busy_kernel_loses_no_text(page, clock):
    show(page, DONE)
    edit(page, "First.")
    page.keyboard.press("Control+Enter")
    clock.run_for(5100)
    expect(editor(page)).to_contain_text("answers when the running cell is done")
    expect(editor(page)).to_contain_text("Saving…")
    page.keyboard.type(" Second.")
    clock.run_for(100)
    expect(preview(page)).to_contain_text("First. Second.")
    change(page, content="First.\n", findings=[], edited_by="a.attorney", status="completed")
    answer(page, type="accepted")
    expect(field(page)).to_have_value("First. Second.")
    expect(editor(page)).to_contain_text("Saved. What you have typed since is not saved yet.")
    save(page)
    assert (asked(page)[0]["text"], asked(page)[0]["base_text"]) == ("First. Second.", "First.\n")


def test_answer_comes_while_letter_is_read(page):
    show(page, DONE)
    edit(page, "First.")
    save(page)
    editor(page).get_by_role("button", name="Letter").click()
    page.locator(".wbm-desk").evaluate("(desk) => desk.scrollTo(0, 300)")
    answer(page, type="accepted")
    expect(page.get_by_role("button", name="Back to the editor")).to_be_hidden()
    assert page.locator(".wbm-desk").evaluate("(desk) => desk.scrollTop") == 300


def test_unsaved_text_survives_a_new_view(page):
    show(page, DONE)
    edit(page, "Mine.")
    page.evaluate("window.unmount()")  # the cell is run again
    show(page, DONE)
    page.get_by_role("button", name="Back to the editor").click()
    expect(field(page)).to_have_value("Mine.")
    expect(editor(page)).to_contain_text("Your unsaved text is back.")
    save(page)
    assert asked(page)[0]["base_text"] == TEXT
    change(page, content="Mine.", findings=[], edited_by="a.attorney", status="completed")
    answer(page, type="accepted")
    expect(page.get_by_role("button", name="Back to the editor")).to_be_hidden()


def test_refused_save_keeps_text(page):
    show(page, DONE)
    edit(page, "Mine.")
    save(page)
    answer(page, type="failure", message="section awards has changed since")
    expect(field(page)).to_have_value("Mine.")
    expect(editor(page).locator(".wbm-said[data-severity=error]")).to_have_text("section awards has changed since")
    save(page)
    assert [message["text"] for message in sent(page)] == ["Mine.", "Mine."]


def test_editor_text_survives_run_events(page):
    show(page, DONE.model_copy(update={"status": "generating"}))
    edit(page, "Mine.")
    change(page, status="revising", content="")
    change(page, number=1, content="The machine's.", status="validating")
    saving = editor(page).get_by_role("button", name="Save", exact=True)
    expect(saving).to_be_disabled()
    expect(saving).to_have_attribute("title", "The section is being drafted: wait for it, or pause the run.")
    change(page, number=2, status="completed")
    push(
        page,
        type="state",
        state=content("awards", "The machine's.").model_copy(update={"last_event_id": "1999999999999-9"}).to_dict(),
    )
    expect(field(page)).to_have_value("Mine.")
    conflict = editor(page).get_by_role("group", name="The text has changed meanwhile")
    conflict.get_by_text("Show the present text").click()
    expect(conflict.locator(".wbm-present")).to_have_text("The machine's.")
    save(page)
    assert asked(page)[0]["base_text"] == TEXT  # the kernel refuses it:
    answer(page, type="failure", message="it has changed")
    expect(field(page)).to_have_value("Mine.")
    editor(page).get_by_role("button", name="Save mine over it").click()
    assert asked(page)[0] == {
        "type": "decide", "section_id": "awards", "action": "edit", "text": "Mine.", "base_text": "The machine's.",
    }  # fmt: skip


def test_escape_asks_before_discarding(page):
    show(page, DONE)
    button(page, "Edit").click()
    page.keyboard.press("Escape")  # nothing to lose: no question
    expect(field(page)).to_be_hidden()
    edit(page, "Mine.")
    page.keyboard.press("Escape")
    keep = editor(page).get_by_role("button", name="Back", exact=True)
    expect(keep).to_be_focused()
    page.keyboard.press("Escape")
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_value("Mine.")
    editor(page).get_by_role("button", name="Discard", exact=True).click()
    expect(keep).to_be_focused()
    editor(page).get_by_role("button", name="Discard changes").click()
    expect(button(page, "Edit")).to_be_focused()
    expect(section(page).locator(".wbm-text")).to_be_visible()
    assert sent(page) == []
    button(page, "Edit").click()
    expect(field(page)).to_have_value(TEXT)


def test_other_command_keeps_written_text(page):
    show(page, DONE)
    edit(page, "Mine.")
    editor(page).get_by_role("button", name="Letter").click()
    button(page, "Reject…").click()
    expect(editor(page).get_by_role("button", name="Back", exact=True)).to_be_focused()
    expect(field(page)).to_have_value("Mine.")
    expect(section(page).get_by_role("textbox", name="Reason", exact=True)).to_be_hidden()


def test_finding_is_selected_in_editor(page):
    show(page, DONE)
    button(page, "Edit").click()
    editor(page).get_by_role("button", name="Letter").click()
    section(page).locator(".wbm-toggle").click()
    section(page).locator(".wbm-findings").get_by_role("button", name="Show in the text").first.click()
    expect(field(page)).to_be_focused()
    assert field(page).evaluate("(e) => e.value.slice(e.selectionStart, e.selectionEnd)") == (
        "More than 200 candidates were considered."
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_editor_has_enough_contrast(page, theme, pictures):
    page.emulate_media(color_scheme=theme)
    show(page, change_exhibit(DONE, has_text=False))
    edit(page, TEXT + "\n\nMine [@wolf-prize, p. 9].")
    page.keyboard.press("Control+k")
    assert page.evaluate(CONTRAST) == []
    page.screenshot(path=pictures / f"editor-citation-{theme}.png")
    page.keyboard.press("Escape")
    save(page)
    change(page, content="Theirs.")
    answer(page, type="failure", message="section awards has changed since")
    page.keyboard.press("Escape")
    assert page.evaluate(CONTRAST) == []
    page.screenshot(path=pictures / f"editor-conflict-{theme}.png")
