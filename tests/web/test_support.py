"""The letter coloured by support, the page behind a sentence, and decisions by keyboard.

A real monitor over a real run: its messages pass between the page and the kernel's half as they do in a notebook.
"""

from __future__ import annotations

import base64
import csv
import io
import os
import queue
from collections.abc import Callable
from pathlib import Path

import docx
import pypdfium2
import pytest
from monitor_page import DONE, plain, show
from playwright.sync_api import expect

import workbench
from workbench.config import Settings
from workbench.export.claims import encode_claims, list_claims
from workbench.export.files import export_petition
from workbench.export.review_files import write_review_files
from workbench.widgets.monitor import Monitor
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

WU = Path(__file__).parents[2] / "data/cases/wu"
WRONG = "under the year 1953"


class Bridge:
    """Kernel's half of a view on the test page: messages pass as they do over a comm."""

    def __init__(self, page, run) -> None:
        self.page = page
        self.outgoing: queue.Queue[tuple[dict, list[bytes]]] = queue.Queue()
        self.monitor = Monitor(run, user_id="ada@firm.example")
        self.monitor.send = lambda content, buffers=None: self.outgoing.put((content, buffers or []))
        page.evaluate(
            """(state) => {
                const host = document.getElementById("host");
                window.passed = 0;
                window.sent = [];
                window.unmount = monitor.mount(host, {
                    controls: true, state: () => state, waitsFor: () => ({}), notice: () => null,
                    send: (message) => window.sent.push(message),
                    listen(handler) { window.push = handler; return () => { window.push = null; }; },
                });
            }""",
            plain(run.snapshot.to_dict()),
        )

    def settle(self, kind: str) -> None:
        """Passes messages both ways until one of a kind has gone to the view."""
        self.until(lambda content: content["type"] == kind)

    def until(self, is_enough: Callable[[dict], bool], timeout_s: float = 30) -> None:
        """Passes messages both ways until one is enough."""
        while True:
            for message in self.page.evaluate("window.sent.splice(0)"):
                self.monitor._handle(None, message, [])
            content, buffers = self.outgoing.get(timeout=timeout_s)
            self.page.evaluate(
                """async ([content, buffers]) => {
                    const bytes = await Promise.all(buffers.map(async (text) =>
                        new DataView(await (await fetch("data:;base64," + text)).arrayBuffer())));
                    push(content, bytes);
                    await settled();
                }""",
                [plain(content), [base64.b64encode(each).decode() for each in buffers]],
            )
            if is_enough(content):
                return


@pytest.fixture
def run(shared_home):
    made = workbench.start(
        WU, new=True, settings=Settings(home=shared_home), options=RunOptions(sections=("awards",), unattended=True)
    )
    made.wait(60)
    text = made.snapshot.section("awards").content
    assert "under the year 1963" in text
    made.edit("awards", text.replace("under the year 1963", WRONG), user_id="ada@firm.example")
    yield made
    BackgroundLoop.current().close()


@pytest.fixture
def view(page, run):
    page.set_viewport_size({"width": 1280, "height": 720})
    bridge = Bridge(page, run)
    bridge.settle("state")
    yield bridge
    bridge.monitor.close()


def shoot(page, name: str) -> None:
    """Keeps a picture where ``WORKBENCH_SCREENSHOTS`` names a folder."""
    if folder := os.environ.get("WORKBENCH_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_wrong_number_is_rejected_by_keyboard(page, view, run, tmp_path):
    page.get_by_role("button", name="Color by support").click()
    view.settle("check")
    wrong = page.locator(".wbm-text .wbm-sentence[data-verdict='contradicted']", has_text=WRONG)
    expect(wrong).to_be_visible()
    expect(page.locator(".wbm-text .wbm-sentence[data-verdict='not checked']").first).to_have_attribute(
        "data-letter", "?"
    )
    shoot(page, "coloured")
    page.get_by_role("button", name="Exceptions", exact=True).click()
    items = page.locator(".wbm-exception")
    at = next(number for number, text in enumerate(items.all_inner_texts()) if WRONG in text)
    for _ in range(at):
        page.keyboard.press("j")
    expect(items.nth(at)).to_be_focused()
    view.until(lambda _: page.locator(".wbm-box").count() > 0)
    expect(page.locator(".wbm-drawer-title")).to_contain_text("Comstock Prize in Physics")
    expect(wrong).to_have_class("wbm-sentence wbm-current")
    expect(items.nth(at)).to_be_focused()
    shoot(page, "exception")
    page.keyboard.press("r")
    page.keyboard.type("The record says 1963.")
    shoot(page, "rejecting")
    page.keyboard.press("Enter")
    view.until(lambda _: items.nth(at).get_attribute("data-decided") == "rejected")
    expect(items.nth(at)).to_contain_text("Must change: ada@firm.example — “The record says 1963.”")
    expect(items.nth(at)).to_be_focused()
    shoot(page, "rejected")
    (remark,) = run.snapshot.section("awards").remarks
    assert (remark.kind, remark.finding, remark.note) == ("rejected", "fact", "The record says 1963.")
    entry = run.audit()[-1]
    assert (entry.action, entry.user_id, entry.note) == (
        "reject_sentence",
        "ada@firm.example",
        f"fact {remark.sentence_sha256[:12]}: The record says 1963.",
    )
    assert WRONG in remark.sentence
    report = run.check()
    rows = csv.DictReader(io.StringIO(encode_claims(list_claims(run.snapshot, report)).decode("utf-8-sig")))
    (row,) = (row for row in rows if WRONG in row["sentence"])
    assert (row["verdict"], row["decision"], row["decided by"]) == (
        "contradicted",
        "must change (fact)",
        "ada@firm.example",
    )
    files = write_review_files(run.snapshot, report, to=["check-report"], out=tmp_path)
    text = pypdfium2.PdfDocument(files["check-report"])[0].get_textpage().get_text_bounded()
    assert "The record says 1963." in text
    word = docx.Document(str(export_petition(run.snapshot, to=["docx"], out=tmp_path)["docx"]))
    assert ("ada@firm.example", "This sentence must change (fact).\nThe record says 1963.") in [
        (comment.author, comment.text) for comment in word.comments
    ]


def test_citation_opens_marked_picture(page, view):
    page.locator("[data-section=awards] .wbm-cite", has_text="Ex.").nth(6).click()
    view.settle("picture")
    view.settle("marks")
    expect(page.locator(".wbm-picture img")).to_have_js_property("complete", True)
    expect(page.locator(".wbm-box")).not_to_have_count(0)
    shoot(page, "drawer")
    page.get_by_role("button", name="Text", exact=True).click()
    expect(page.locator(".wbm-page-text mark")).to_have_count(1)
    shoot(page, "drawer-text")


def test_edit_makes_decision_stale(page, view, run):
    page.get_by_role("button", name="Exceptions", exact=True).click()
    view.settle("check")
    items = page.locator(".wbm-exception")
    page.keyboard.press("c")
    view.until(lambda _: page.locator(".wbm-exception[data-decided=confirmed]").count() == 1)
    (remark,) = run.snapshot.section("awards").remarks
    text = run.snapshot.section("awards").content
    run.edit("awards", text.replace(remark.sentence, remark.sentence.replace(" ", " indeed ", 1)))
    view.until(lambda _: page.locator(".wbm-exception[data-decided]").count() == 0)
    expect(page.locator(".wbm-exception[data-decided]")).to_have_count(0)
    assert items.count() > 0


def test_reader_sees_decisions_only(page):
    show(page, DONE, controls=False)
    page.get_by_role("button", name="Exceptions", exact=True).click()
    section = DONE.sections[0]
    sentence = section.content.split("\n")[0]
    report = {
        "findings": [],
        "sentences": [
            {
                "section_id": section.section_id,
                "line": 1,
                "text": sentence,
                "verdict": "not found",
                "score": 0.1,
                "evidence": None,
                "why": "few of its words",
                "sha256": "0" * 64,
            }
        ],
    }
    page.evaluate("(report) => push({ type: 'check', report })", report)
    expect(page.locator(".wbm-exception")).to_have_count(1)
    page.keyboard.press("r")
    expect(page.locator(".wbm-exception-form")).to_be_hidden()
    assert [message["type"] for message in page.evaluate("window.sent")] == ["hello", "check"]
