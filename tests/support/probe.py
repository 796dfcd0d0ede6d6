"""A browser page that is watched for everything that ought not to happen on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from playwright.sync_api import Browser, BrowserContext

LIMIT_MS = 30_000


class Probe:
    """A page of its own.

    Attributes:
        page: Where ``pwned(what)`` notes that something ran, in frames too.
        ran: What did, and every dialog.
        wrong: Uncaught errors, and what the console was told as an error.
        asked: Every address that was asked for, sockets too.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.ran: list[str] = []
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.page = page = context.new_page()
        page.set_default_timeout(LIMIT_MS)
        context.expose_binding("pwned", lambda _source, what: self.ran.append(what))
        page.on("dialog", lambda dialog: (self.ran.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on(
            "console",
            lambda said: self.wrong.append(f"{said.text} {said.location['url']}") if said.type == "error" else None,
        )
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("websocket", lambda socket: self.asked.append(socket.url))

    def wait_for(self, *names: str) -> None:
        """Waits until each of these ran.

        Raises:
            AssertionError: One did not within ``LIMIT_MS``.
        """
        ends_at = monotonic() + LIMIT_MS / 1000
        while missing := set(names) - set(self.ran):
            assert monotonic() < ends_at, f"did not run: {sorted(missing)}; ran: {sorted(set(self.ran))}"
            self.page.wait_for_timeout(20)

    def wait_for_complaint(self, words: str) -> None:
        """Waits until an error of the page has these words.

        Raises:
            AssertionError: None had within ``LIMIT_MS``.
        """
        ends_at = monotonic() + LIMIT_MS / 1000
        while not any(words in said for said in self.wrong):
            assert monotonic() < ends_at, f"nothing about {words!r}: {self.wrong}"
            self.page.wait_for_timeout(20)

    def asked_of(self, host: str) -> list[str]:
        """Lists the requests to a host."""
        return [url for url in self.asked if host in url]


@contextmanager
def probing(browser: Browser, width: int = 1280, height: int = 800, **how: Any) -> Iterator[Probe]:
    """A probe for the block.

    Args:
        browser: Whose page.
        width: Of the window, pixels.
        height: Of the window, pixels.
        how: Of the context, as Playwright takes it.
    """
    context = browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce", accept_downloads=True, **how
    )
    try:
        yield Probe(context)
    finally:
        context.close()
