"""One page for the tests of a file, which each finds as if it were new."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page


class SharedPage:
    """A page that is made once: one of its own would cost each test a process of Chromium's, 0.2 s of processor time.

    What a test has set on it is taken back before the next. What is left of pages outside it, such as files of
    a context, no test of these files uses.

    Args:
        browser: Whose page.
        timeout_ms: Of its actions.
    """

    def __init__(self, browser: Browser, timeout_ms: float) -> None:
        self._browser, self._timeout_ms = browser, timeout_ms
        self._context: BrowserContext | None = None
        self._page: Page | None = None

    @contextlib.contextmanager
    def renew(self, width: int = 1160, height: int = 800, scheme: Any = "light") -> Iterator[tuple[Page, list[str]]]:
        """Gives the empty page to one test, with a list of the uncaught errors and dialogs of this test."""
        page = self._open()
        wrong: list[str] = []
        heard = {
            "pageerror": lambda error: wrong.append(f"error: {error}"),
            "dialog": lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()),
        }
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.mouse.move(0, 0)
        for event, handler in heard.items():
            page.on(event, handler)  # type: ignore[call-overload]
        try:
            yield page, wrong
        finally:
            if self._page is not None:
                page.goto("about:blank")  # closes the sockets and ends the timers of the page under test
                page.unroute_all(behavior="wait")
                page.context.clear_permissions()
                for event, handler in heard.items():
                    page.remove_listener(event, handler)

    def _open(self) -> Page:
        if self._page is None:
            self._context = self._browser.new_context()
            self._page = self._context.new_page()
            self._page.set_default_timeout(self._timeout_ms)
        return self._page

    def close(self) -> None:
        """Closes the page; the next test gets another, as after what cannot be taken back."""
        if self._context is not None:
            self._context.close()
        self._context = self._page = None
