"""Pairs of drafts for a blind review, and the browser's end of one."""

from __future__ import annotations

import base64
import json

from playwright.sync_api import Page

from workbench.tuning.reviews.pairwise import DraftPair, PairSide
from workbench.widgets.pairwise import Pairwise

BEFORE, AFTER = "filing-v1", "awards@0123456789ab"
VERSIONS = {BEFORE: "awards@aaaaaaaaaaaa+system@cccccccccccc", AFTER: "awards@bbbbbbbbbbbb+system@cccccccccccc"}
MODEL = "gpt-nine-preview"

HOST = """
window.sent = [];
window.listeners = {};
window.model = {
  get: (name) => (name === "state" ? window.kernelState : undefined),
  send: (message) => window.sent.push(message),
  on: (names, handler) => names.split(" ").forEach((name) => (window.listeners[name] = handler)),
  off: (names) => names.split(" ").forEach((name) => delete window.listeners[name]),
};
"""


def pair(number: int, *, section: str = "awards", case: str = "wu", texts: tuple[str, str] | None = None) -> DraftPair:
    a, b = texts or (f"Old draft {number} [@medal, p. 1].\n", f"New draft {number} [@medal, pp. 1-2].\n")
    return DraftPair(
        case, section, PairSide(BEFORE, VERSIONS[BEFORE], MODEL, 1, a), PairSide(AFTER, VERSIONS[AFTER], MODEL, 1, b)
    )


class Reviewed:
    """The real widget with a real page: the page's messages go to the kernel's side, its state comes back."""

    def __init__(self, page: Page, review: Pairwise) -> None:
        self.page, self.review = page, review
        self.states = [review.state]
        self.told: list[dict] = []
        review.send = lambda message, buffers=None: self.told.append(message)
        module = base64.b64encode(review._esm.encode()).decode()
        page.add_style_tag(content=review._css)
        page.evaluate(HOST)
        page.evaluate(
            "async ([state, url]) => { window.kernelState = state;"
            " window.pairwise = await import(url);"
            " window.unmount = window.pairwise.render({ model, el: document.getElementById('host') }); }",
            [review.state, f"data:text/javascript;base64,{module}"],
        )

    def settle(self) -> list[dict]:
        """Lets the kernel answer everything that was sent; answers what that was."""
        sent = self.page.evaluate("window.sent.splice(0)")
        for message in sent:
            self.review._handle(None, message, [])
        self.review._worker.join()
        self.states.append(self.review.state)
        self.page.evaluate(
            "([state, told]) => { if (JSON.stringify(state) !== JSON.stringify(kernelState)) {"
            " window.kernelState = state; listeners['change:state']?.(); }"
            " told.forEach((message) => listeners['msg:custom']?.(message)); }",
            [self.review.state, self.told],
        )
        self.told.clear()
        return sent

    def press(self, key: str) -> list[dict]:
        if self.page.evaluate("document.activeElement === document.body"):
            self.page.get_by_role("region", name="Draft A").click()
        self.page.keyboard.press(key)
        return self.settle()

    def everything(self) -> str:
        """All that has ever reached the page, and all that it shows."""
        return json.dumps(self.states) + self.page.content()
