"""The tuner's view in a real browser."""

from __future__ import annotations

import re

import pytest
from contrast import CONTRAST

EVIL = (
    '<img src=x onerror="alert(1)"><script>alert(2)</script> `<b>` '
    "\u202edesrever [@nosuch, p. 1].\n\n### A heading\n\nEnd.\n"
)


def editor(wire):
    return wire.page.get_by_role("textbox", name="Prompt of the section")


def run(wire):
    wire.page.get_by_role("button", name=re.compile("^Run")).click()
    wire.settle()


def test_line_numbers_align_with_wrapped_lines(opened):
    wire = opened(width=700)
    editor(wire).fill("{{words}}\n" + "long " * 80 + "\nlast line\n")
    wire.settle()
    heights = wire.page.evaluate(
        "() => [document.querySelector('.wbu-below').offsetHeight, document.querySelector('.wbu-field').scrollHeight,"
        " document.querySelector('.wbu-below').children.length]"
    )
    assert abs(heights[0] - heights[1]) <= 1, "what is below is as high as what is above"
    assert heights[2] == 4


def test_problem_links_to_its_line(opened):
    wire = opened()
    text = editor(wire).input_value()
    editor(wire).fill(f"{{{{wrong}}}}\n{text}")
    wire.settle()
    assert wire.page.locator(".wbu-line[data-severity=error]").first.text_content() == "{{wrong}}"
    wire.page.get_by_role("button", name="Line 1", exact=True).click()
    selected = "() => { const at = document.activeElement; return at.value.slice(at.selectionStart, at.selectionEnd); }"
    assert wire.page.evaluate(selected) == "{{wrong}}"


def test_late_answer_keeps_typed_text(opened):
    wire = opened()
    editor(wire).press("End")
    editor(wire).press_sequentially("one ")
    wire.page.wait_for_timeout(300)
    wire.turn()
    editor(wire).press_sequentially("two")
    wire.tuner._worker.join()
    wire.turn()
    assert "one two" in editor(wire).input_value()
    wire.settle()
    assert "one two" in wire.tuner.prompt


def test_placeholder_is_inserted_at_caret(opened):
    wire = opened()
    editor(wire).fill("")
    wire.page.get_by_text("Placeholders", exact=True).click()
    wire.page.get_by_role("button", name="{{facts}}").click()
    wire.settle()
    assert wire.tuner.prompt == "{{facts}}"


def test_hostile_model_output_stays_text(opened):
    wire = opened(answer=EVIL)
    run(wire)
    card = wire.page.locator(".wbu-card").first
    assert card.locator("img, script").count() == 0
    assert "\u202e" not in card.inner_text()
    assert card.get_by_text("unresolved: nosuch").count() == 1


def test_hostile_prompt_stays_text(opened):
    wire = opened()
    editor(wire).fill(f"<img src=x onerror=alert(1)> {{{{<b>x</b>}}}}\n{editor(wire).input_value()}")
    wire.settle()
    assert "<img src=x onerror=alert(1)>" in wire.page.locator(".wbu-line").first.text_content()
    assert wire.page.locator(".wbu img").count() == 0
    assert "<b>x</b>" in wire.page.get_by_role("list", name="What is wrong with this prompt").inner_text()


def test_tuner_works_by_keyboard_alone(opened):
    wire = opened()
    editor(wire).focus()
    wire.page.keyboard.press("Control+End")
    wire.page.keyboard.type("Be brief.")
    wire.settle()
    wire.page.keyboard.press("Control+Enter")
    wire.settle()
    assert wire.page.locator(".wbu-card[data-status=done]").count() == 4
    wire.page.get_by_role("tab", name=re.compile("^Drafts")).focus()
    wire.page.keyboard.press("ArrowRight")
    assert wire.page.get_by_role("tab", name="Redline", exact=True).get_attribute("aria-selected") == "true"
    wire.page.get_by_role("tab", name="Redline", exact=True).press("ArrowLeft")
    wire.page.get_by_role("radio", name="3 stars").first.press("Space")
    wire.settle()
    assert wire.tuner.results["rating"][0] == 3
    wire.page.get_by_role("button", name="Save as version…").press("Enter")
    wire.page.keyboard.type("brief")
    wire.page.keyboard.press("Enter")
    wire.settle()
    assert wire.tuner.session.store.versions("background")[-1].note == "brief"


def test_opening_version_asks_about_edit(opened):
    wire = opened()
    editor(wire).fill(f"{editor(wire).input_value()}Be brief.\n")
    wire.settle()
    wire.page.get_by_role("tab", name=re.compile("^Versions")).click()
    wire.page.locator(".wbu-version").first.get_by_role("button", name="Open").click()
    wire.settle()
    assert "Be brief." in wire.tuner.prompt
    wire.page.get_by_role("button", name="Open, and drop the edit").click()
    wire.settle()
    assert "Be brief." not in wire.tuner.prompt
    assert "Be brief." not in editor(wire).input_value()


def test_offline_model_reads_no_prompt(opened):
    wire = opened()
    wire.page.get_by_role("checkbox", name=re.compile("^offline")).check()
    wire.page.get_by_role("checkbox", name=re.compile("^scripted")).uncheck()
    assert wire.page.get_by_text("every version gives the same draft").is_visible()


@pytest.mark.parametrize("width", [390, 700, 1280])
def test_tuner_fits_every_width(opened, width):
    wire = opened(width=width, answer="A sentence of the draft. " * 20)
    run(wire)
    for tab in ("Drafts", "Redline", "Versions"):
        wire.page.get_by_role("tab", name=re.compile(f"^{tab}")).click()
        wire.settle()
        assert wire.page.evaluate("() => document.documentElement.scrollWidth") <= width, tab


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_tuner_text_has_enough_contrast(opened, scheme):
    wire = opened(scheme=scheme)
    editor(wire).fill(f"{editor(wire).input_value()}{{{{benefciary}}}}\n")
    wire.settle()
    run_without_the_edit = wire.page.get_by_role("checkbox", name=re.compile("^Edit"))
    run_without_the_edit.uncheck()
    run(wire)
    assert wire.page.evaluate(CONTRAST) == []
