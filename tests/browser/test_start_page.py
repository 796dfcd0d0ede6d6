"""Start page in JupyterLab: shown without running a cell, its links open notebooks."""

from __future__ import annotations

from workbench.cli.start_page import write_start_page
from workbench.config import Settings, shared_folder
from workbench.workflow.loop import BackgroundLoop


def test_link_opens_a_notebook(lab, page, shared_home, pictures):
    write_start_page(lab.folder, Settings(home=shared_home, cases=shared_folder("cases")))
    BackgroundLoop.current().close()
    page.goto(lab("start.ipynb"), wait_until="load", timeout=60_000)
    page.get_by_role("heading", name="EB-1A Workbench").wait_for(timeout=60_000)
    page.screenshot(path=pictures / "start-page.png")
    page.get_by_role("link", name="New client").click()
    page.get_by_role("heading", name="A new client").wait_for(timeout=60_000)
