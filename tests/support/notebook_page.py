"""JupyterLab as a newcomer uses it: by its menus, links and cells."""

from __future__ import annotations

import contextlib
import re

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as Late

OPEN = ".jp-NotebookPanel:not(.lm-mod-hidden)"
KERNEL_CHOICE = ".jp-Dialog .jp-mod-accept"
LIMIT_MS = 120_000


class NotebookPage:
    """The notebook that is open in a page of JupyterLab.

    Args:
        page: The page.
    """

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def panel(self) -> Locator:
        """The notebook that is in front."""
        return self.page.locator(OPEN)

    def follow(self, link: str, heading: str) -> None:
        """Clicks a link to a notebook, and waits for it and its kernel."""
        self.panel.get_by_role("link", name=link).last.click()
        self.panel.get_by_role("heading", name=heading, exact=False).first.wait_for(timeout=LIMIT_MS)
        self._wait_until_idle()

    def return_to(self, notebook: str) -> None:
        """Clicks the tab of a notebook that is open."""
        self.page.locator(".lm-DockPanel .lm-TabBar-tabLabel", has_text=notebook).click()

    def change_cell(self, before: str, after: str) -> None:
        """Replaces a line of a cell, typed by hand."""
        line = self.panel.locator(".jp-CodeCell .cm-line", has_text=before).first
        line.scroll_into_view_if_needed()
        line.click()
        self.page.keyboard.press("Home")
        self.page.keyboard.press("Shift+End")
        self.page.keyboard.insert_text(after)
        expect(self.panel.locator(".jp-CodeCell .cm-line", has_text=after).first).to_be_visible()

    def run_all(self) -> None:
        """Chooses Run, Run All Cells."""
        self.panel.locator(".jp-CodeCell").first.wait_for(timeout=LIMIT_MS)
        self._wait_until_idle()
        started = self.panel.locator(".jp-CodeCell .jp-InputPrompt", has_text=re.compile(r"\[\*\]"))
        ended = self.panel.locator(".jp-CodeCell .jp-InputPrompt", has_text=re.compile(r"\[\d+\]"))
        unrun = self.panel.locator(".jp-CodeCell .jp-InputPrompt", has_text=re.compile(r"\[ \]"))
        for _ in range(3):  # JupyterLab ignores one, or its end, while the kernel is not listening
            self._accept_kernel()
            before = ended.all_inner_texts()
            self.page.locator('.lm-MenuBar-itemLabel:text-is("Run")').click()
            self.page.locator('.lm-Menu-itemLabel:text-is("Run All Cells")').click()
            for _ in range(40):
                if started.count() or (ended.all_inner_texts() != before and not unrun.count()):
                    return
                self.page.wait_for_timeout(100)
            if self.errors():  # of a cell, behind which the others are not run
                return
        raise AssertionError("not all cells start to run")

    def wait_for_cells(self, limit_ms: int = 4 * LIMIT_MS) -> None:
        """Waits until no cell runs."""
        expect(self.panel.locator(".jp-CodeCell .jp-InputPrompt", has_text="[*]")).to_have_count(0, timeout=limit_ms)

    @property
    def failures(self) -> Locator:
        """Errors that cells in sight have raised."""
        # JupyterLab draws a traceback as it draws stderr.
        shown = self.panel.locator("[data-mime-type='application/vnd.jupyter.stderr']")
        return shown.filter(has_text=re.compile(r"^\s*(-{20,}|\w*Error:)"))

    def errors(self) -> list[str]:
        """Returns what cells have raised."""
        return self.failures.all_inner_texts()

    def show(self, locator: Locator, limit_ms: int = LIMIT_MS) -> Locator:
        """Waits for a part of the notebook, and scrolls to it."""
        locator.wait_for(state="attached", timeout=limit_ms)
        locator.scroll_into_view_if_needed()
        return locator

    def lift(self, heading: Locator) -> None:
        """Scrolls until a heading is at the upper edge, so that what follows it is in sight."""
        heading.first.wait_for(state="attached", timeout=LIMIT_MS)
        heading.first.evaluate("(node) => node.scrollIntoView({ block: 'start' })")
        self.page.wait_for_timeout(500)
        heading.first.evaluate("(node) => node.scrollIntoView({ block: 'start' })")  # cells in sight take their height

    def _wait_until_idle(self) -> None:
        idle = self.panel.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
        choice = self.page.locator(KERNEL_CHOICE)
        idle.or_(choice).first.wait_for(state="attached", timeout=LIMIT_MS)
        self._accept_kernel()
        idle.first.wait_for(state="attached", timeout=LIMIT_MS)

    def _accept_kernel(self) -> None:
        """Takes the kernel that JupyterLab offers, where it asks: it does on a slow machine."""
        choice = self.page.locator(KERNEL_CHOICE)
        if choice.count():
            with contextlib.suppress(Late):
                choice.first.click(timeout=2_000)
