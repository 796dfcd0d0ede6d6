"""Preview of the text in a section's editor, in a real browser."""

from __future__ import annotations

import re

from monitor_page import sent, show
from playwright.sync_api import expect
from section_page import (
    DONE,
    HOSTILE,
    PARAGRAPHS,
    TEXT,
    begin,
    button,
    editor,
    field,
    preview,
    section,
)

TABLE = "Prizes:\n\n| Year | *Prize* |\n|:-:|--:|\n| 1978 | Wolf \\| first [@wolf-prize, p. 2] |\n| 1975 |"


def test_preview_shows_a_table(page):
    begin(page, TABLE)
    table = preview(page).get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["Year", "Prize"])
    expect(table.get_by_role("cell")).to_have_text(["1978", "Wolf | first Ex. 4 at 2", "1975", ""])
    expect(table.locator("th em")).to_have_text("Prize")
    expect(table.locator("td").nth(1)).to_have_css("text-align", "right")
    page.keyboard.type(" Medal |\nThen.")
    expect(table.get_by_role("cell").last).to_have_text("Medal")
    expect(preview(page).locator("p").last).to_have_text("Then.")


def test_preview_follows_typing(page):
    begin(page, "She won it.")
    page.keyboard.type(" **Twice**, it is said [@wolf-prize, p. 2].\n\n> Quoted words.\n\n1. first\n2. second")
    expect(field(page)).to_have_value(re.compile(r"said \[@wolf-prize, p\. 2\]\.\n\n> Quoted"))
    expect(preview(page).locator("strong")).to_have_text("Twice")
    expect(preview(page).locator(".wbm-cite")).to_have_text("Ex. 4 at 2")
    expect(preview(page).locator("blockquote")).to_have_text("Quoted words.")
    expect(preview(page).locator("ol > li")).to_have_text(["first", "second"])
    expect(editor(page)).to_contain_text("Unsaved changes")
    assert sent(page) == []


def test_preview_is_drawn_as_the_letter(page):
    show(page, DONE)
    letter = (
        section(page)
        .locator(".wbm-text .wbm-block > :first-child")
        .evaluate_all("(all) => all.map((e) => e.outerHTML)")
    )
    button(page, "Edit").click()
    drawn = preview(page).locator(".wbm-block > :first-child").evaluate_all("(all) => all.map((e) => e.outerHTML)")
    assert drawn == letter
    expect(preview(page).locator("mark").first).to_have_text("More than 200 candidates were considered.")


def test_corrected_words_lose_their_mark(page):
    show(page, DONE)
    button(page, "Edit").click()
    field(page).fill(TEXT.replace("More than 200", "Some"))
    expect(preview(page)).to_contain_text("Some candidates were considered.")
    expect(preview(page).locator("mark", has_text="candidates were")).to_have_count(0)


def test_preview_of_hostile_text_is_text(page):
    begin(page, HOSTILE)
    expect(preview(page)).to_contain_text("<script>window.pwned=1</script>")
    expect(preview(page)).to_contain_text("⟦U+202E⟧evil")
    assert preview(page).locator("script, img").count() == 0
    assert page.evaluate("'pwned' in window") is False


def test_large_text_is_drawn_at_rest(page, clock):
    begin(page, "One. " * 15_000)
    page.keyboard.type("Two.")
    expect(editor(page)).to_contain_text("Unsaved changes · Preview behind")
    expect(preview(page)).not_to_contain_text("Two.")
    clock.run_for(400)
    expect(editor(page)).not_to_contain_text("Preview behind")
    expect(preview(page)).to_contain_text("Two.")


def test_panes_show_the_same_paragraph(page):
    begin(page, PARAGRAPHS)
    for number in (30, 5):
        place = PARAGRAPHS.index(f"Paragraph {number} ")
        field(page).evaluate("(field, at) => { field.blur(); field.setSelectionRange(at, at); field.focus(); }", place)
        page.keyboard.type("Edited. ")
        here = preview(page).locator(".wbm-here")
        expect(here).to_contain_text(f"Edited. Paragraph {number} of the text.")
        expect(here).to_be_in_viewport()


def test_preview_follows_scrolling(page):
    begin(page, PARAGRAPHS, 0)
    field(page).hover()
    page.mouse.wheel(0, 4000)
    expect(preview(page).locator(".wbm-here")).not_to_contain_text("Paragraph 0 ")
    expect(preview(page).locator(".wbm-here")).to_be_in_viewport()


def test_click_in_preview_sets_the_caret(page):
    begin(page, "She *won* the prize [@wolf-prize, p. 2] and the medal.\n\nSecond.")
    words = preview(page).get_by_text("and the medal")
    box = page.evaluate(
        """(block) => { const range = document.createRange(); const text = block.lastChild;
        range.setStart(text, 9); range.setEnd(text, 10);
        const box = range.getBoundingClientRect(); return [box.x, box.y + 5]; }""",
        words.element_handle(),
    )
    page.mouse.click(*box)
    expect(field(page)).to_be_focused()
    assert field(page).evaluate("(field) => field.value.slice(field.selectionStart)") == "medal.\n\nSecond."


def test_citation_in_preview_opens_its_page(page):
    begin(page, "Won [@wolf-prize, p. 2].")
    preview(page).locator(".wbm-cite").click()
    assert sent(page)[-1]["exhibit_id"] == "wolf-prize"
    drawer = page.get_by_role("complementary", name="Exhibit page")
    expect(preview(page)).to_be_hidden()  # the page is in its place, beside the text
    assert drawer.bounding_box()["height"] == field(page).bounding_box()["height"]
    field(page).focus()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(preview(page).locator(".wbm-cite")).to_be_focused()
    drawer.or_(preview(page)).locator(".wbm-cite").click()
    editor(page).get_by_role("button", name="Letter", exact=True).click()
    expect(drawer).to_be_visible()
    assert drawer.bounding_box()["y"] > page.locator(".wbm-desk").bounding_box()["y"]
