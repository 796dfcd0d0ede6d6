"""Rules of axe-core on each widget and page, light and dark, wide and as narrow as a phone.

What fails a test is a violation that axe-core calls serious or critical, of a rule of WCAG 2.2 A and AA or a best
practice.
"""

from __future__ import annotations

import re

import pytest
import wu_story
from axe_playwright_python.sync_playwright import Axe
from blind_pairs import Reviewed, pair
from mirror import live
from monitor_page import DONE, EVENTS, plain, push, sent, show
from playwright.sync_api import expect
from replayed_run import ReplayedRun

from workbench.config import Settings
from workbench.server.shared_links import SharedLink
from workbench.widgets.messages import make_shared_message
from workbench.widgets.pairwise import Pairwise
from workbench.widgets.timeline import _describe_run

WORST = ("serious", "critical")


def find_violations(page):
    """Returns each serious violation, its elements and why, in lines."""
    response = Axe().run(page).response
    return [
        f"{found['id']} ({found['impact']}): {node['target']} {node['failureSummary']}"
        for found in response["violations"]
        if found["impact"] in WORST
        for node in found["nodes"]
    ]


@pytest.fixture(
    params=[(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")],
    ids=["wide", "dark", "phone", "dark-phone"],
)
def sized(request, page):
    width, scheme = request.param
    page.set_viewport_size({"width": width, "height": 720})
    page.emulate_media(color_scheme=scheme)
    yield page
    page.set_viewport_size({"width": 1280, "height": 720})
    page.emulate_media(color_scheme="light")


def test_monitor_has_no_serious_violation(sized):
    show(sized, DONE)
    assert find_violations(sized) == []
    sized.locator("[data-section=awards] .wbm-toggle").first.click()
    sized.get_by_role("button", name="Share", exact=True).first.click()
    assert find_violations(sized) == []
    sized.get_by_role("button", name="Make a link").click()
    link = SharedLink("k3y", "https://firm.example/view/x?token=y", "y", "", "kernel", ("Run this:", "workbench serve"))
    push(sized, **make_shared_message(link, sent(sized)[-1]))
    expect(sized.get_by_role("img", name="QR code of the link")).to_be_visible()
    assert find_violations(sized) == []


def test_probe_finds_violations(page):
    """Control: an image without words, and grey text on grey."""
    page.evaluate("document.body.innerHTML = '<img src=data:,><p style=color:#777;background:#888>Grey</p>'")
    found = "\n".join(find_violations(page))
    assert "image-alt (critical)" in found
    assert "color-contrast (serious)" in found


def test_editor_has_no_serious_violation(sized):
    show(sized, DONE)
    place = sized.locator("[data-section=awards].wbm-section")
    place.hover()
    place.get_by_role("toolbar").get_by_role("button", name="Edit", exact=True).click()
    editor = sized.get_by_role("group", name="Edit the section")
    editor.get_by_role("textbox", name="Text of the section").fill("Won it [@wolf-prize, p. 9].")
    expect(editor.locator(".wbm-unresolved")).to_be_visible()
    assert find_violations(sized) == []
    sized.keyboard.press("Control+k")
    expect(editor.get_by_role("listbox", name="Exhibits")).to_be_visible()
    assert find_violations(sized) == []
    sized.keyboard.type("4")
    sized.keyboard.press("Enter")
    expect(editor.get_by_role("listbox", name="Pages of exhibit 4")).to_be_visible()
    assert find_violations(sized) == []
    editor.get_by_role("option", name="Read its pages first").click()
    expect(editor.get_by_role("button", name="Cite this page")).to_be_visible()
    assert find_violations(sized) == []


def test_timeline_has_no_serious_violation(sized):
    run = ReplayedRun(wu_story.beginning(), wu_story.PAGES)
    run.replay(EVENTS)
    rows = plain([row.to_dict() for row in run.history()])
    sized.evaluate("([head, rows]) => showTimeline(head, rows, {})", [plain(_describe_run(run.snapshot)), rows])
    assert find_violations(sized) == []
    sized.get_by_role("option").first.click()
    assert find_violations(sized) == []


def test_shared_page_has_no_serious_violation(mirror, run, watched):
    written = run(wu_story.without_files(DONE), wu_story.PAGES)
    run(DONE)
    address, _ = mirror.link(None, at=written.snapshot.thread_id)
    page = watched().page
    page.goto(address)
    live(page)
    page.locator("[data-section=awards] .wbm-cite", has_text="Ex. 4 at 2").click()
    expect(page.locator(".wbm-page-text")).to_contain_text("irrespective of nationality")
    assert find_violations(page) == []
    for tab in ("statistics", "findings"):
        page.locator(f".wbv-tab[data-tab={tab}]").click()
        assert find_violations(page) == []
    for _ in range(8):  # from nine on the list can be searched
        run(DONE)
    page.locator(".wbv-back").click()
    expect(page.get_by_label("Case or beneficiary")).to_be_visible()
    assert find_violations(page) == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (700, "light")])
def test_tuner_has_no_serious_violation(opened, width, scheme):
    wire = opened(width, scheme)
    wire.page.get_by_role("button", name=re.compile("^Run")).click()
    wire.settle()
    assert find_violations(wire.page) == []


def test_blind_review_has_no_serious_violation(page, tmp_path):
    review = Reviewed(page, Pairwise([pair(1)], user_id="m.chen", settings=Settings(home=tmp_path)))
    assert find_violations(page) == []
    page.get_by_role("button", name="A is better").click()
    review.settle()
    assert find_violations(page) == []
