"""Editor of a section in a real JupyterLab, while a cell keeps the kernel busy."""

from __future__ import annotations

from lab_page import press
from playwright.sync_api import expect

import workbench
from workbench.config import Settings


def test_editor_works_past_busy_cell(lab, page, run_all, pictures, shared_home):
    run_all(page, lab("busy.ipynb"))
    monitor = page.locator(".wbm").first
    name = monitor.locator(".wbm-section[data-status=completed]").first.get_attribute("data-section", timeout=90_000)
    run = workbench.attach("busy", settings=Settings(home=shared_home))
    exhibit = next(each for each in run.snapshot.exhibits if each.pages > 1 and each.number > 2)
    press(monitor, name, "Edit")
    editor = monitor.get_by_role("group", name="Edit the section")
    text, preview = editor.get_by_role("textbox", name="Text of the section"), editor.get_by_role("region")

    page.keyboard.type(f"Written while a cell runs [@{exhibit.number}, 2")
    page.keyboard.press("Enter")
    page.keyboard.type(".\n\n")
    expect(preview.locator(".wbm-cite").first).to_have_text(f"Ex. {exhibit.number} at 2")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")  # neither is JupyterLab's while one writes
    page.keyboard.press("Control+Enter")
    expect(editor).to_contain_text("answers when the running cell is done", timeout=30_000)
    page.keyboard.type("More. ")
    expect(preview).to_contain_text("More.")
    page.screenshot(path=pictures / "lab-editor-busy.png")
    assert page.locator(".jp-InputArea-prompt", has_text="[*]").count() >= 1, "the cell still blocks the kernel"

    page.evaluate("() => window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.interrupt()")
    expect(editor).to_contain_text("What you have written since is not saved yet.", timeout=30_000)
    written = f"Written while a cell runs [@{exhibit.exhibit_id}, p. 2]."
    assert run.snapshot.section(name).content.startswith(written)
    assert text.input_value().startswith(f"{written}\n\nMore. ")
