"""An edited Word file comes back through the monitor, in a real JupyterLab."""

from __future__ import annotations

from playwright.sync_api import expect
from word_editing import EditedWord

LIMIT_MS = 90_000


def test_edited_file_returns_through_monitor(lab, page, run_all, pictures):
    run_all(page, lab("word.ipynb"))
    monitor = page.locator(".wbm")
    expect(monitor).to_have_attribute("data-status", "completed", timeout=LIMIT_MS)
    page.get_by_role("button", name="Word…").click()
    box = page.get_by_role("group", name="Edited Word file")
    file = lab.folder / "out" / "petition.docx"
    word = EditedWord(file.read_bytes())
    word.replace("Wolf Prize in Physics", "Wolf Prize for Physics")
    word.save(file)
    box.get_by_label("Path of the file").fill(str(file))
    box.get_by_role("button", name="Read the file").click()
    expect(box).to_contain_text("1 section edited without tracking", timeout=LIMIT_MS)
    page.screenshot(path=pictures / "word-form.png")
    box.get_by_role("button", name="Apply").click()
    expect(monitor.locator(".wbm-paper")).to_contain_text("Wolf Prize for Physics", timeout=LIMIT_MS)
    expect(monitor).to_contain_text("Edited by a.attorney")
