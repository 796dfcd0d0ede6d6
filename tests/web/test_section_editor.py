"""Editor of a section in a real browser: text and preview, citations from the list, and saving."""

from __future__ import annotations

import re

import pytest
from contrast import CONTRAST
from monitor_page import content, push, sent, show
from playwright.sync_api import expect
from section_page import DONE, HOSTILE, TEXT, answer, asked, button, change, edit, editor, field, save, section

from workbench.live.snapshot import Snapshot

PARAGRAPHS = "\n\n".join(
    f"Paragraph {number} of the text. " + "It has words enough for lines. " * 6 for number in range(40)
)


def preview(page):
    return editor(page).get_by_role("region", name="Preview")


def picker(page):
    return editor(page).get_by_role("dialog", name="Cite an exhibit")


def options(page):
    return picker(page).get_by_role("option")


def begin(page, text: str, caret: int | None = None, snapshot: Snapshot | None = None):
    """Opens the editor on a text, with the caret at its end or at an offset."""
    show(page, snapshot or content("awards", text))
    button(page, "Edit").click()
    at = len(text) if caret is None else caret
    field(page).evaluate("(field, at) => field.setSelectionRange(at, at)", at)


def exhibits(snapshot: Snapshot, **changed):
    """The snapshot with its first exhibit changed."""
    first, *others = snapshot.exhibits
    return snapshot.model_copy(update={"exhibits": (first.model_copy(update=changed), *others)})


# ---- text and preview

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


# ---- citations


def test_citation_is_picked_by_keyboard(page):
    begin(page, "She won it.", len("She won it"))
    page.keyboard.press("Control+k")
    search = picker(page).get_by_role("combobox")
    expect(search).to_be_focused()
    expect(options(page)).to_have_count(len(DONE.exhibits))
    page.keyboard.type("wolf")
    expect(options(page)).to_have_count(1)
    expect(options(page)).to_have_text(re.compile(r"^4 — Wolf Foundation: .* \(3 pages\)$"))
    page.keyboard.press("Enter")
    expect(picker(page).get_by_role("listbox", name="Pages of exhibit 4")).to_be_visible()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    chosen = picker(page).get_by_role("option", selected=True)
    expect(chosen).to_have_text("Page 2")
    assert search.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Enter")
    expect(picker(page)).to_be_hidden()
    expect(field(page)).to_be_focused()
    page.keyboard.type("!")
    expect(field(page)).to_have_value("She won it [@wolf-prize, p. 2]!.")
    expect(preview(page).locator(".wbm-cite")).to_have_text("Ex. 4 at 2")


@pytest.mark.parametrize("typed", ["[@wolf", "[@4", "[@Wolf Foundation"])
def test_typed_bracket_opens_the_list(page, typed):
    begin(page, "She won it")
    page.keyboard.type(f" {typed}, pp. 2-3")
    expect(options(page)).to_have_text("Exhibit 4, pages 2–3")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value("She won it [@wolf-prize, pp. 2-3]")


def test_citation_is_undone_by_key(page):
    begin(page, "She won it")
    page.keyboard.type(" twice [@4, 2")
    page.keyboard.press("Enter")
    cited = "She won it twice [@wolf-prize, p. 2]"
    expect(field(page)).to_have_value(cited)
    page.keyboard.press("Control+z")
    expect(field(page)).to_have_value("She won it twice [@")
    page.keyboard.press("Control+Shift+z")
    expect(field(page)).to_have_value(cited)
    expect(preview(page).locator(".wbm-cite")).to_have_count(1)


def test_escape_returns_to_the_text(page):
    begin(page, "She won it")
    page.keyboard.press("Control+k")
    page.keyboard.type("wolf")
    page.keyboard.press("Escape")
    expect(picker(page)).to_be_hidden()
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_value("She won it")
    page.keyboard.type(" [@by-hand, p. 1")
    page.keyboard.press("Escape")  # written without the list
    page.keyboard.type("]")
    expect(field(page)).to_have_value("She won it [@by-hand, p. 1]")
    expect(preview(page).locator(".wbm-unresolved")).to_have_text("unresolved: by-hand at 1")
    page.keyboard.press("Control+k")
    page.mouse.click(5, 5)
    expect(picker(page)).to_be_hidden()
    expect(field(page)).to_have_value("She won it [@by-hand, p. 1]")


def test_page_must_be_named(page):
    begin(page, "She won it")
    editor(page).get_by_role("button", name="Cite an exhibit").click()
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(picker(page)).to_contain_text("Type the page, or choose one")
    page.keyboard.type("9")
    expect(options(page)).to_have_count(0)
    page.keyboard.press("Enter")  # nothing to choose: the list stays
    expect(picker(page)).to_contain_text("Exhibit 4 has 3 pages.")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")  # back to the exhibits
    expect(picker(page).get_by_role("listbox", name="Exhibits")).to_be_visible()
    options(page).nth(4).click()
    options(page).last.click()
    expect(field(page)).to_have_value(f"She won it [@{DONE.exhibits[4].exhibit_id}]")


def test_page_is_read_before_citing(page):
    begin(page, "She won it")
    page.keyboard.type(" [@4")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(picker(page).get_by_role("option", selected=True)).to_have_text("Read its pages first")
    page.keyboard.press("Enter")
    drawer = page.get_by_role("complementary", name="Exhibit page")
    expect(drawer).to_contain_text("Page 1 of 3")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    expect(drawer.get_by_role("button", name="Cite this page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_value("She won it [@wolf-prize, p. 2]")
    editor(page).get_by_role("button", name="Discard", exact=True).click()
    editor(page).get_by_role("button", name="Discard changes").click()
    expect(drawer.get_by_role("button", name="Cite this page")).to_be_hidden()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"pages": 0, "has_text": False}, "(no pages)missing"),
        ({"has_text": False}, "no text layer"),
        ({"recognized": "pages 1-2 (90 %)"}, "recognized text"),
        ({"filed": False}, "not filed"),
    ],
)
def test_unreadable_exhibits_are_marked(page, changed, words):
    begin(page, "She won it", snapshot=exhibits(content("awards", "She won it"), **changed))
    page.keyboard.press("Control+k")
    expect(options(page).first).to_contain_text(words)
    expect(options(page).nth(1)).to_have_text(re.compile(r"pages?\)$"))


# ---- saving


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
    show(page, exhibits(DONE, has_text=False))
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
