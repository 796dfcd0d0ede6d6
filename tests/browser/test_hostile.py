"""Hostile text in a real JupyterLab and in Voila.

Each host has its control: the same text, the same probe, and a page that takes it for markup.
"""

from __future__ import annotations

import re

import pytest
from dashboard_process import dashboard_process
from hostile import EVIL, HOSTILE, MADE, PAGES, SIGN, record, small_run, story
from kept_run import KeptRun
from playwright.sync_api import expect
from probe import probing

from workbench.config import Settings
from workbench.live.events import SectionUpdate
from workbench.workflow.loop import BackgroundLoop

THREAD = "hostile"
LIMIT_MS = 90_000
OURS = (".wbm", ".wbt", ".wbv", ".wb-compare", ".jp-OutputArea table.dataframe")
"""Elements of the workbench on a page of JupyterLab."""

STYLE = ".wb-compare > style:first-child"
"""A redline brings its own."""


@pytest.fixture(scope="module")
def written(shared_home):
    """The run in the shared store, and its writer."""
    run = KeptRun(Settings(home=shared_home), small_run(THREAD), PAGES)
    run.write(story(run.snapshot), record())
    yield run
    run.close()
    BackgroundLoop.current().close()


@pytest.fixture
def watched(browser):
    with probing(browser, 1600, 1250) as probe:
        yield probe


def noting(reached):
    """Records requests of a route and drops them."""

    def note(route):
        reached.append(route.request.url)
        route.abort()

    return note


@pytest.fixture(scope="module")
def dashboard(shared_home):
    with dashboard_process(WORKBENCH_HOME=str(shared_home)) as it:
        yield it


def write_again(run, number):
    """Writes one more event, which the page gets live."""
    title = f"<script>{number}{HOSTILE}"
    event = SectionUpdate(section_id="awards", title=title, content=f"{HOSTILE}\n\nOne [@wolf-prize, p. 1].")
    run.write([event.with_stamp(thread_id=THREAD, event_id=f"299999999999{number}-0", at="")])
    return title[:40]


def settle(page):
    """Waits until drawn content could load and run."""
    page.evaluate("new Promise((done) => setTimeout(done, 300))")


def shows(place, text):
    """Waits for a text; longest after a kernel's start."""
    expect(place).to_contain_text(text, timeout=LIMIT_MS)


def is_read_under_any_title(place):
    """Checks an exhibit page under a very long title."""
    assert place.locator(".wbm-page").bounding_box()["height"] > 80


def ran_nothing(probe):
    settle(probe.page)
    assert probe.ran == []
    assert probe.asked_of(EVIL) == []
    for ours in OURS:
        made = probe.page.locator(f"{ours} {MADE}:not({STYLE})")
        assert made.evaluate_all("(all) => all.map((each) => each.outerHTML)") == [], ours
    assert probe.page.locator("[href^='javascript:' i], [src^='javascript:' i]").count() == 0


def test_hostile_text_is_inert_in_jupyterlab(lab, written, watched, run_all, pictures):
    page = watched.page
    run_all(page, lab("hostile.ipynb"))
    monitor = page.locator(".wbm:not(.wbt)")
    shows(monitor.locator("[data-section=intro] > .wbm-heading"), SIGN)
    shows(page.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output"), "<Snapshot hostile")
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0

    title = write_again(written, 1)
    shows(monitor.locator("[data-section=awards] > .wbm-heading"), title)
    monitor.locator("[data-section=intro] .wbm-cite", has_text="Ex. 4 at 2").click()
    shows(monitor.locator(".wbm-page-text"), SIGN)
    is_read_under_any_title(monitor)
    page.screenshot(path=pictures / "hostile-lab-monitor.png")
    monitor.locator("[data-section=intro] .wbm-toggle").first.click()
    shows(monitor.locator("[data-section=intro] .wbm-note").first, SIGN)
    shows(monitor.locator(".wbm-log-lines"), SIGN)
    edit(monitor)

    timeline = page.locator(".wbt")
    timeline.scroll_into_view_if_needed()
    timeline.get_by_role("option", name=re.compile("Approved")).first.click()
    shows(timeline.locator(".wbt-moment [data-section=awards] > .wbm-heading"), SIGN)
    timeline.locator("[data-section=intro] .wbm-cite", has_text="Ex. 4 at 2").click()
    shows(timeline.locator(".wbm-page-text"), SIGN)
    is_read_under_any_title(timeline)
    page.screenshot(path=pictures / "hostile-lab-timeline.png")

    redline = page.locator(".wb-compare")
    redline.scroll_into_view_if_needed()
    shows(redline.locator("ins").first, SIGN)
    page.screenshot(path=pictures / "hostile-lab-redline.png")
    head = redline.locator("th[scope=row]").first
    assert head.evaluate("(head) => getComputedStyle(head).textAlign") == "left", "JupyterLab's own would be right"
    shows(page.locator("table.dataframe").first, "<script>")
    ran_nothing(watched)
    assert [said for said in watched.wrong if said.startswith("error:")] == []


def edit(monitor):
    """The text in the hands of an attorney."""
    place = monitor.locator("[data-section=conclusion].wbm-section")
    place.scroll_into_view_if_needed()
    place.hover()
    place.get_by_role("toolbar").get_by_role("button", name="Edit", exact=True).click()
    editor = monitor.get_by_role("group", name="Edit the section")
    expect(editor.get_by_role("textbox", name="Text of the section")).to_have_value(re.compile("<script>"))
    shows(editor.locator(".wbm-preview"), "<script>")
    editor.get_by_role("button", name="Discard", exact=True).click()


def test_probe_detects_forced_markup_in_jupyterlab(lab, written, watched, run_all):
    """A notebook that shows the same name as HTML."""
    page = watched.page
    reached: list[str] = []
    page.route(f"**://{EVIL}/**", noting(reached))
    run_all(page, lab("hostile_control.ipynb"))
    page.locator(".jp-RenderedHTML img").wait_for(state="attached", timeout=90_000)
    page.evaluate("() => { alert(1); }")
    watched.wait_for("script", "handler", "srcdoc", "toggle", "dialog 1")
    assert reached
    with pytest.raises(AssertionError):
        ran_nothing(watched)


def test_hostile_text_is_inert_in_voila(dashboard, written, watched, pictures):
    page = watched.page
    page.goto(f"{dashboard.url}&thread={THREAD}")
    viewer = page.locator(".wbv")
    expect(page.locator(".wbv-standing")).to_have_attribute("data-is", "live", timeout=60_000)
    shows(viewer.locator(".wbv-title"), SIGN)
    title = write_again(written, 2)
    shows(viewer.locator("[data-section=awards] > .wbm-heading"), title)
    viewer.locator("[data-section=intro] .wbm-cite", has_text="Ex. 4 at 2").click()
    shows(viewer.locator(".wbm-page-text"), SIGN)
    is_read_under_any_title(viewer)
    page.screenshot(path=pictures / "hostile-voila-petition.png")
    viewer.locator("[data-section=intro] .wbm-toggle").first.click()
    for tab in ("statistics", "findings"):
        viewer.locator(f".wbv-tab[data-tab={tab}]").click()
        shows(viewer.locator(f".wbv-{tab}-panel"), SIGN)
        page.screenshot(path=pictures / f"hostile-voila-{tab}.png")
    viewer.locator(".wbv-findings-panel .wbm-link").first.click()
    page.goto(dashboard.url)  # the list, where its name stands too
    card = page.locator(f".wbv-run[data-thread='{THREAD}']")
    shows(card, SIGN)
    page.screenshot(path=pictures / "hostile-voila-list.png")
    ran_nothing(watched)
    # The run of this test has no files of exhibits, so the places of a passage are not found (404).
    wrong = [line for line in watched.wrong if "/boxes?" not in line]
    assert wrong == []  # nor did the policy have anything to refuse


def test_probe_detects_forced_markup_in_voila(dashboard, written, browser):
    """The same page without its policy and with it."""
    for bypassed in (True, False):
        with probing(browser, bypass_csp=bypassed) as probe:
            page = probe.page
            reached: list[str] = []  # past the policy
            page.route(f"**://{EVIL}/**", noting(reached))
            page.goto(f"{dashboard.url}&thread={THREAD}")
            shows(page.locator(".wbv-title"), SIGN)
            page.evaluate("(text) => { document.body.insertAdjacentHTML('beforeend', text); }", HOSTILE)
            page.evaluate("() => document.querySelector('a[href^=javascript]').click()")
            if bypassed:
                probe.wait_for("handler", "toggle", "anchor")
            else:
                settle(page)
                assert probe.ran == []
            assert bool(reached) == bypassed
            assert any("Content Security Policy" in said for said in probe.wrong) != bypassed
