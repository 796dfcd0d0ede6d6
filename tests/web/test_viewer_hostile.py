"""Hostile texts on the browser page."""

from __future__ import annotations

from hostile import EVIL, HOSTILE, MADE, PAGES, SIGN, hostile
from mirror import live
from monitor_page import DONE
from playwright.sync_api import expect
from wu_story import without_files

from workbench.live.events import SectionUpdate


def test_hostile_text_is_inert_on_page(mirror, run, watched):
    written = run(without_files(hostile(DONE)), PAGES)
    run(DONE)  # so that there is a list
    address, _ = mirror.link(None, at=written.snapshot.thread_id)
    seen = watched()
    page = seen.page
    page.goto(address)
    live(page)
    written.write(
        [
            SectionUpdate(section_id="awards", title=f"again {HOSTILE}", findings=[]).with_stamp(
                thread_id="", event_id="2999999999999-0", at=""
            )
        ]
    )
    expect(page.locator("[data-section=awards] > .wbm-heading")).to_contain_text("again <script>")
    page.locator("[data-section=intro] .wbm-cite", has_text="Ex. 4 at 2").click()
    expect(page.locator(".wbm-page-text")).to_contain_text(SIGN)
    page.locator("[data-section=intro] .wbm-toggle").click()
    for tab in ("statistics", "findings"):
        page.locator(f".wbv-tab[data-tab={tab}]").click()
    expect(page.locator(".wbv-findings-panel")).to_contain_text(SIGN)
    page.locator(".wbv-findings-panel .wbm-link").first.click()
    page.locator(".wbv-back").click()
    expect(page.locator(".wbv-run")).not_to_have_count(0)
    assert page.locator(MADE).count() == 0
    page.evaluate("new Promise((done) => setTimeout(done, 200))")
    assert seen.ran == []
    assert seen.wrong == []  # nor did the policy have anything to refuse
    assert seen.asked_of(EVIL) == []


def test_probe_detects_forced_markup(mirror, run, watched):
    """Control of the test above: the text parsed as markup."""
    seen = watched()
    seen.page.goto("about:blank")
    seen.page.route("**/*", lambda route: route.abort())
    seen.page.set_content(f"<body>{HOSTILE}")
    seen.page.wait_for_function("document.images.length > 0")
    seen.page.locator("a").first.evaluate("(anchor) => anchor.click()")
    seen.page.evaluate("() => { alert(1); }")
    seen.wait_for("script", "handler", "svg", "toggle", "anchor", "dialog 1")


def test_content_policy_stops_forced_markup(mirror, run, watched):
    """Second line of defence behind the escaping."""
    address, _ = mirror.link(run(DONE).snapshot.thread_id)
    seen = watched()
    seen.page.goto(address)
    live(seen.page)
    seen.page.evaluate("(text) => { document.body.insertAdjacentHTML('beforeend', text); }", HOSTILE)
    seen.page.evaluate("() => document.querySelector('a[href^=javascript]').click()")
    seen.wait_for_complaint("Content Security Policy")
    seen.page.wait_for_timeout(300)
    assert seen.ran == []
