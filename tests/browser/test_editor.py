"""Editor of a section in a real JupyterLab, while a cell keeps the kernel busy."""

from __future__ import annotations

from lab_page import press
from playwright.sync_api import expect

import workbench
from workbench.config import Settings

KERNEL = "window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel"


def read_snapshot(home):
    """The run as the command line would see it."""
    return workbench.attach("steered", settings=Settings(home=home)).snapshot


def test_editor_works_past_busy_cell(lab, page, run_all, pictures, shared_home):
    run_all(page, lab("steer.ipynb"))
    monitor = page.locator(".wbm").first
    monitor.locator(".wbm-run-status[data-status=completed]").wait_for(timeout=90_000)
    exhibit = next(each for each in read_snapshot(shared_home).exhibits if each.pages > 1 and each.number > 2)
    page.evaluate(f"() => {{ {KERNEL}.requestExecute({{ code: 'import time; time.sleep(600)' }}); }}")
    page.wait_for_function(f"() => {KERNEL}.status === 'busy'")
    press(monitor, "awards", "Edit")
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
    assert page.evaluate(f"{KERNEL}.status") == "busy"

    page.evaluate(f"() => {KERNEL}.interrupt()")
    expect(editor).to_contain_text("What you have typed since is not saved yet.", timeout=30_000)
    written = f"Written while a cell runs [@{exhibit.exhibit_id}, p. 2]."
    assert read_snapshot(shared_home).section("awards").content.startswith(written)
    assert text.input_value().startswith(f"{written}\n\nMore. ")
