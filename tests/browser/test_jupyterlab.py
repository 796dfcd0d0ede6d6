"""Notebook 01 in JupyterLab, as an attorney sees it."""

from __future__ import annotations

import re


def test_the_petition_is_seen_being_written(lab, page, run_all, pictures):
    run_all(page, lab("01_draft_petition.ipynb"))
    monitor = page.locator(".wbm").first
    monitor.wait_for(timeout=90_000)
    bar = monitor.get_by_role("progressbar")
    page.wait_for_function(
        "bar => Number(bar.getAttribute('aria-valuenow')) === 100", arg=bar.element_handle(), timeout=90_000
    )
    page.locator(".jp-OutputArea-output", has_text=re.compile(r"<Run .* completed, 10 of 10 sections>")).wait_for(
        timeout=60_000
    )
    assert page.locator(".jp-RenderedText[data-mime-type*='error']").count() == 0

    monitor.scroll_into_view_if_needed()
    monitor.locator(".wbm-cite").first.click()
    drawer = monitor.locator(".wbm-drawer")
    drawer.wait_for(timeout=20_000)
    page.screenshot(path=pictures / "notebook-01.png")
    assert "SAMPLE EXHIBIT" in drawer.inner_text()
