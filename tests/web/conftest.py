"""A browser, and a test page that mounts the monitor."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler
from typing import Any

import pytest
from kept_run import KeptRun
from local_server import LocalServer
from mirror import Mirror
from playwright.sync_api import Browser, Page, Request
from probe import Probe, probing
from shared_page import SharedPage
from tuner_page import ORIGIN, Wire, Wired, wu_case

from workbench.config import Settings
from workbench.drafting.request import ModelUsage
from workbench.drafting.scripted_model import ScriptedModel
from workbench.live.snapshot import Snapshot
from workbench.tuning.experiment.cells import ModelEntry
from workbench.web.js_bundle import translate_module
from workbench.widgets.monitor import STATIC, Monitor
from workbench.widgets.timeline import Timeline
from workbench.workflow.loop import BackgroundLoop

_numbers = itertools.count(1)

PAGE = b"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Monitor</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/monitor.css"><link rel="stylesheet" href="/timeline.css">
<style>body{margin:16px;background:light-dark(#fff,#111);color-scheme:light dark}</style></head>
<body><div id="host"></div><script type="module">
import * as monitor from "/joined.js";
window.monitor = monitor;
window.sent = [];
window.show = (state, { waits = {}, notice = null, controls = true } = {}) => {
  const host = document.getElementById("host");
  window.unmount = monitor.mount(host, {
    controls, state: () => state, waitsFor: () => waits, notice: () => notice,
    send: (message, buffers = []) => window.sent.push({ ...message, bytes: buffers.map((each) => each.byteLength) }),
    listen(handler) { window.push = handler; return () => { window.push = null; }; },
  });
};
window.settled = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
const timeline = await import("/timeline-joined.js");
window.showTimeline = (head, rows, { controls = true } = {}) => {
  window.history_ = { head, rows };
  window.unmount = timeline.mountTimeline(document.getElementById("host"), {
    controls, head: () => window.history_.head, rows: () => window.history_.rows,
    send: (message) => window.sent.push(message),
    listen(handler) { window.push = handler; return () => { window.push = null; }; },
  });
};
window.timeline = timeline;
window.ready = true;
</script></body></html>"""


class _Handler(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, body = {
            "/": ("text/html", PAGE),
            "/joined.js": ("text/javascript", translate_module(Monitor._esm).encode()),  # what the notebook gets
            "/timeline-joined.js": ("text/javascript", translate_module(Timeline._esm).encode()),
        }.get(self.path, ("", b""))
        if not body:
            super().do_GET()  # the files as they lie in the folder
            return
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Cache-Control", "max-age=3600")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture(scope="session")
def monitor_url() -> Iterator[str]:
    """The static files and the plain page, on loopback."""
    with LocalServer(partial(_Handler, directory=str(STATIC)), clients_may_stay=True) as server:
        yield f"http://{server.host}/"


@pytest.fixture(scope="module")
def shared_page(browser: Browser) -> Iterator[SharedPage]:
    shared = SharedPage(browser, timeout_ms=30_000)
    yield shared
    shared.close()


@pytest.fixture
def page(shared_page: SharedPage, monitor_url: str) -> Iterator[Page]:
    """The test page with nothing mounted.

    An uncaught error, a dialog or a foreign request fails the test.
    """
    with shared_page.renew() as (page, wrong):

        def note(request: Request) -> None:
            if not request.url.startswith((monitor_url, "data:")):
                wrong.append(request.url)

        page.on("request", note)
        page.goto(monitor_url)
        page.wait_for_function("window.ready")
        yield page
        if not page.is_closed():
            page.evaluate("window.unmount?.()")  # an editor with unsaved text would have the browser ask
        page.remove_listener("request", note)
    assert wrong == []


@pytest.fixture
def clock(page: Page, shared_page: SharedPage) -> Iterator[Any]:
    """The page's clock, which the test moves."""
    page.clock.install()
    yield page.clock
    shared_page.close()  # a clock cannot be taken off a page


@pytest.fixture
def mirror(shared_home) -> Iterator[Mirror]:
    mirror = Mirror(Settings(home=shared_home))
    yield mirror
    mirror.end()
    BackgroundLoop.current().close()


@pytest.fixture
def run(mirror) -> Iterator[Callable[[Snapshot], KeptRun]]:
    """Runs with threads of their own."""
    made: list[KeptRun] = []

    def begin(first: Snapshot, pages: dict[tuple[str, int], str] | None = None) -> KeptRun:
        thread_id = f"plain-{next(_numbers)}"
        made.append(KeptRun(mirror.settings, first.model_copy(update={"thread_id": thread_id}), pages))
        return made[-1]

    yield begin
    for each in made:
        each.close()


@pytest.fixture
def watched(browser: Browser, mirror) -> Iterator[Callable[..., Probe]]:
    with contextlib.ExitStack() as opened:
        yield lambda *size, **how: opened.enter_context(probing(browser, *size, **how))


@pytest.fixture
def opened(shared_page, tmp_path):
    """A tuner and its page of a given size.

    An uncaught error, a dialog or a foreign request fails the test.
    """
    with contextlib.ExitStack() as ending:

        def begin(width=1280, scheme="light", answer="A sentence of the draft.\n"):
            page, wrong = ending.enter_context(shared_page.renew(width, 900, scheme))
            every.append(wrong)

            def note(request):
                if not request.url.startswith((ORIGIN, "data:")):
                    wrong.append(request.url)

            page.on("request", note)
            ending.callback(page.remove_listener, "request", note)
            model = ModelEntry("scripted", ScriptedModel(default=answer, usage=ModelUsage(1591, 203, 0.0)))
            settings = Settings(home=tmp_path)
            tuner = Wired(wu_case(), "background", settings=settings, models=["offline", model], user_id="a.attorney")
            ending.callback(end, tuner)
            return Wire(page, tuner)

        every = []
        yield begin
    BackgroundLoop.current().close()
    assert [wrong for wrong in every if wrong] == []


def end(tuner):
    tuner._worker.join()
    tuner._promotion_worker.join()
    tuner.close()
