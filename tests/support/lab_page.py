"""Actions on a page of JupyterLab."""

from __future__ import annotations

from playwright.sync_api import Page


def run_all_cells(page: Page, url: str) -> None:
    """Opens a notebook, waits until its kernel listens, and runs all cells."""
    page.goto(url, wait_until="load", timeout=60_000)
    page.locator(".jp-NotebookPanel .jp-CodeCell").first.wait_for(timeout=60_000)
    page.wait_for_function("() => window.jupyterapp !== undefined", timeout=30_000)
    page.evaluate("() => window.jupyterapp.restored.then(() => null)")
    select = page.locator(".jp-Dialog .jp-mod-accept")
    idle = page.locator(".jp-NotebookPanel .jp-Notebook-ExecutionIndicator[data-status=idle]")
    select.or_(idle).first.wait_for(state="attached", timeout=60_000)
    if select.count():
        select.first.click()
    page.evaluate(
        """async () => {
            const context = window.jupyterapp.shell.currentWidget.context.sessionContext;
            await context.ready;
            await context.session.kernel.info;
            window.jupyterapp.commands.execute('notebook:run-all-cells');
        }"""
    )
