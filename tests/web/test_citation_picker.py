"""List of exhibits and pages from which a citation is picked, in a real browser."""

from __future__ import annotations

import re

import pytest
from monitor_page import content
from playwright.sync_api import expect
from section_page import (
    DONE,
    begin,
    change_exhibit,
    editor,
    field,
    preview,
)


def picker(page):
    return editor(page).get_by_role("dialog", name="Cite an exhibit")


def options(page):
    return picker(page).get_by_role("option")


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
    begin(page, "She won it", snapshot=change_exhibit(content("awards", "She won it"), **changed))
    page.keyboard.press("Control+k")
    expect(options(page).first).to_contain_text(words)
    expect(options(page).nth(1)).to_have_text(re.compile(r"pages?\)$"))
