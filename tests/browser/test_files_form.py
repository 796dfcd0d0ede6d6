"""Forms below the monitor in a real JupyterLab: the files of a run, and a section that it lacks."""

from __future__ import annotations

from playwright.sync_api import expect

LIMIT_MS = 90_000


def test_forms_below_monitor(lab, page, run_all, pictures):
    run_all(page, lab("files.ipynb"))
    monitor = page.locator(".wbm")
    expect(monitor).to_have_attribute("data-status", "completed", timeout=LIMIT_MS)
    page.get_by_role("button", name="Files…").click()
    box = page.get_by_role("group", name="Files of the run")
    box.get_by_label("Folder").fill("made")
    box.get_by_label("Package").select_option(label="online: files of 11.5 MB")
    box.get_by_role("button", name="Write the files").click()
    expect(box).to_contain_text("files written.", timeout=LIMIT_MS)
    page.screenshot(path=pictures / "files-form.png")
    for name in ("petition.pdf", "petition.docx", "package/volume-1.pdf"):
        address = box.get_by_role("link", name=name.rpartition("/")[2]).get_attribute("href")
        assert page.request.get(address).body() == (lab.folder / "made" / name).read_bytes()

    page.get_by_role("button", name="Add section…").click()
    box = page.get_by_role("group", name="Missing sections")
    box.get_by_label("Section").select_option(label="Conclusion")
    box.get_by_role("button", name="Add and draft").click()
    expect(monitor.get_by_role("list", name="Sections")).to_contain_text("Conclusion", timeout=LIMIT_MS)
    expect(monitor.locator(".wbm-sections [data-status=completed]")).to_have_count(2, timeout=LIMIT_MS)
    page.screenshot(path=pictures / "section-form.png")
