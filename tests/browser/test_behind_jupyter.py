"""The browser page behind a Jupyter server."""

from __future__ import annotations

import os

import pytest
from jupyter_process import jupyter_process
from kept_run import KeptRun
from playwright.sync_api import expect

from workbench.config import Settings
from workbench.live.events import LogEntry, LogLine, StatusChange
from workbench.live.snapshot import SectionState, Snapshot
from workbench.server import links
from workbench.server.app import create_app
from workbench.server.auth import own_origins
from workbench.server.uvicorn_server import WorkbenchServer, listening_socket
from workbench.workflow.loop import BackgroundLoop

BASE = "/user/ann/"
THREAD = "behind-a-hub"


@pytest.fixture
def jupyter(tmp_path):
    """A Jupyter server with a base path and jupyter-server-proxy.

    Yields its origin and its token.
    """
    options = (f"--ServerApp.root_dir={tmp_path}", "--ServerApp.jpserver_extensions={'jupyter_server_proxy': True}")
    with jupyter_process("jupyter_server.serverapp", tmp_path, *options, base=BASE, environment=os.environ) as server:
        yield server.origin, server.token


@pytest.fixture
def mirror(shared_home, jupyter):
    """The workbench's server on a port of its own.

    It knows Jupyter's origin. Yields its port and settings.
    """
    origin, _ = jupyter
    settings = Settings(home=shared_home)
    bound = listening_socket("127.0.0.1", 0)
    port = bound.getsockname()[1]
    server = WorkbenchServer(create_app(settings, origins=own_origins("127.0.0.1", port, [origin])), bound)
    BackgroundLoop.current().call(server.begin())
    yield port, settings
    BackgroundLoop.current().call(server.end())
    BackgroundLoop.current().close()


def test_page_works_under_prefix_and_proxy(jupyter, mirror, page):
    (origin, token), (port, settings) = jupyter, mirror
    first = Snapshot(
        thread_id=THREAD, user_id="ann", case_id="wu", status="generating",
        sections=(SectionState(section_id="intro", title="Introduction"),),
    )  # fmt: skip
    run = KeptRun(settings, first)
    loop = BackgroundLoop.current()
    _, link = loop.call(links.make_link(loop.call(loop.store(settings)), settings, THREAD, user_id="ann"))
    page.goto(f"{origin}{BASE}tree?token={token}")  # a hub's user has logged in
    asked: list[str] = []
    page.on("websocket", lambda opened: asked.append(opened.url))
    page.goto(f"{origin}{BASE}proxy/{port}/view/{THREAD}?token={link}")
    expect(page.locator(".wbv-standing")).to_have_attribute("data-is", "live", timeout=15_000)
    line = LogLine(level="info", message="through the proxy", agent="run", at="")
    run.write(
        event.with_stamp(thread_id=THREAD, event_id=f"5-{number}", at="")
        for number, event in enumerate([LogEntry(log=line), StatusChange(status="paused")])
    )
    expect(page.locator(".wbm-run-status").first).to_have_text("Paused")
    expect(page.locator(".wbm-log-lines")).to_contain_text("through the proxy")
    socket_base = origin.replace("http", "ws")
    assert [url.partition("?")[0] for url in asked] == [f"{socket_base}{BASE}proxy/{port}/api/ws/document/{THREAD}"]
    run.close()
