"""The real server with a page in a real browser."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from workbench.config import Settings
from workbench.server import links
from workbench.server.app import create_app
from workbench.server.auth import own_origins
from workbench.server.uvicorn_server import WorkbenchServer, listening_socket
from workbench.workflow.loop import BackgroundLoop


class Mirror:
    """A server on the workbench loop, with its parts."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.port = 0
        self.begin()

    def begin(self) -> None:
        bound = listening_socket("127.0.0.1", self.port)
        self.port = bound.getsockname()[1]
        self.server = WorkbenchServer(create_app(self.settings, origins=own_origins("127.0.0.1", self.port)), bound)
        self.url = self.server.url
        BackgroundLoop.current().call(self.server.begin())

    def end(self) -> None:
        BackgroundLoop.current().call(self.server.end())

    def restart(self, meanwhile: Callable[[], None]) -> None:
        self.end()
        meanwhile()
        self.begin()

    def link(self, thread_id: str | None, at: str | None = None, **how) -> tuple[str, str]:
        """The address of a page, and the link's id."""
        loop = BackgroundLoop.current()
        store = loop.call(loop.store(self.settings))
        made, token = loop.call(links.make_link(store, self.settings, thread_id, user_id="avery", **how))
        return f"{self.url}/view/{at or thread_id}?token={token}", made.id

    def revoke(self, link_id: str) -> None:
        loop = BackgroundLoop.current()
        loop.call(links.revoke(loop.call(loop.store(self.settings)), link_id, user_id="avery"))


def live(page: Page) -> None:
    expect(page.locator(".wbv-standing")).to_have_attribute("data-is", "live")
    expect(page.locator(".wbv")).to_have_attribute("data-shows", "run")
