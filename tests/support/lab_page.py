"""Actions on a page of JupyterLab."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


def run_all_cells(page: Page, url: str, *, in_place: bool = False) -> None:
    """Opens a notebook, waits until its kernel listens, and runs all cells.

    Args:
        page: In which to open it.
        url: Of the notebook.
        in_place: Runs the notebook in the page and the kernel that it has, if it is open there already: to load
            JupyterLab anew costs three seconds of processor time.
    """
    if not in_place or page.url.partition("?")[0] != url.partition("?")[0]:
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


def section(monitor: Locator, name: str) -> Locator:
    """A section in a monitor."""
    return monitor.locator(f".wbm-section[data-section={name}]")


def press(monitor: Locator, name: str, button: str) -> Locator:
    """Presses a command of a section's toolbar, reached as by hand; returns the section."""
    place = section(monitor, name)
    place.scroll_into_view_if_needed()
    place.hover()
    place.get_by_role("toolbar").get_by_role("button", name=button, exact=True).click()
    return place
