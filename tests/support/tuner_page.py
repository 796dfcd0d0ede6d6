"""A tuner and its view, with messages passed by hand."""

from __future__ import annotations

import functools
import json
import queue
import time

from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.widgets.tuner import Tuner

ORIGIN = "http://tuner.invalid/"

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tuner</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css">
<style>body{margin:12px;background:light-dark(#fff,#111);color-scheme:light dark}</style></head>
<body><div id="host"></div>
<script type="module">
import { mountTuner } from "/tuner.js";
window.sent = [];
window.unmount = mountTuner(document.getElementById("host"), {
  head: () => ({}), send: (message) => window.sent.push(message),
  listen(handler) { window.push = handler; return () => { window.push = null; }; },
});
window.ready = true;
</script></body></html>"""


@functools.cache
def wu_case() -> Case:
    """The sample case, whose exhibits are read once."""
    return load_case("wu")


class Wired(Tuner):
    """A tuner whose messages wait for the wire."""

    def __init__(self, *arguments, **more):
        self.out = queue.SimpleQueue()
        super().__init__(*arguments, **more)

    def send(self, content, buffers=None):
        self.out.put(json.dumps(content))  # what cannot be JSON fails here


class Wire:
    """Between one tuner and one page."""

    def __init__(self, page, tuner):
        self.page, self.tuner = page, tuner
        self.heard = []
        page.route(f"{ORIGIN}**", self._serve)
        page.goto(ORIGIN)
        page.wait_for_function("window.ready")
        self.until("() => document.querySelector('.wbu-tab')?.offsetParent")

    def turn(self):
        """Carries what waits on either side."""
        for message in self.page.evaluate("() => window.sent.splice(0)"):
            self.tuner._handle(self.tuner, message, [])
        while True:
            try:
                message = self.tuner.out.get_nowait()
            except queue.Empty:
                break
            self.heard.append(json.loads(message))
            self.page.evaluate("(message) => window.push(JSON.parse(message))", message)

    def until(self, condition, timeout_s=60):
        """Turns until the page says so."""
        end = time.monotonic() + timeout_s
        while True:
            self.turn()
            if self.page.evaluate(condition):
                return
            assert time.monotonic() < end, f"not reached: {condition}\n{self.page.locator('body').inner_text()[-1500:]}"
            self.page.wait_for_timeout(20)

    def settle(self):
        """Passes messages until nothing is pending."""
        # Longer than the editor waits after a key, by the page's own clock: on a busy machine its timers are late.
        self.page.evaluate("() => new Promise((done) => setTimeout(done, 300))")
        self.turn()
        self.tuner.session.wait()
        for _ in range(3):
            self.tuner._worker.join()
            self.tuner._promotion_worker.join()
            self.turn()
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def _serve(self, route):
        path = route.request.url.removeprefix(ORIGIN)
        kind, body = {
            "": ("text/html", PAGE),
            "tuner.js": ("text/javascript", self.tuner._esm),
            "style.css": ("text/css", Tuner._css),
        }.get(path, ("text/plain", None))
        if body is None:
            route.fulfill(status=404)
        else:
            route.fulfill(content_type=f"{kind}; charset=utf-8", body=body)
