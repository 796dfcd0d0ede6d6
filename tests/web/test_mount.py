"""Accessibility, hostile text and clean-up of the monitor."""

from __future__ import annotations

from pathlib import Path

import pytest
import wu_story
from contrast import CONTRAST
from monitor_page import DONE, EVENTS, content, first_of, plain, push, show
from playwright.sync_api import expect

from workbench.checks.finding import Finding
from workbench.live.snapshot import fold


def test_keyboard_reaches_everything(page):
    show(page, DONE.model_copy(update={"status": "generating"}))
    page.get_by_text("Details", exact=True).press("Enter")
    expect(page.locator(".wbm-copy")).to_be_visible()
    page.locator("body").focus()
    reached = set()
    for _ in range(90):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("document.activeElement.className || document.activeElement.getAttribute('aria-label')")
        )
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid" or page.evaluate("document.activeElement === document.body")
    assert {
        "wbm-item", "wbm-switch", "wbm-switch wbm-follow", "wbm-desk", "wbm-toggle", "wbm-cite", "wbm-flag",
        "wbm-margin", "wbm-main",
        "wbm-button", "wbm-copy", "wbm-button wbm-add", "Lowest level shown", "Agent shown", "wbm-log-lines",
    } <= reached  # fmt: skip


def test_arrow_keys_move_through_outline(page):
    show(page, DONE)
    items = page.locator(".wbm-sections button")
    items.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(items.nth(2)).to_be_focused()
    page.keyboard.press("End")
    expect(items.last).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(items.last).to_be_focused()
    expect(page.locator("[data-section=conclusion] h3")).not_to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("[data-section=conclusion] h3")).to_be_focused()
    expect(page.locator("[data-section=conclusion] h3")).to_be_in_viewport()


def test_plain_keys_stay_in_widget(page):
    show(page, DONE)
    page.evaluate("""() => {
      window.heard = []; window.suppressed = [];
      document.addEventListener("keydown", (event) => window.heard.push(event.key));
      document.addEventListener("keydown", (event) => {
        window.suppressed.push(Boolean(event.target.closest("[data-lm-suppress-shortcuts]")));
      }, true);
    }""")
    page.locator(".wbm-desk").focus()
    page.keyboard.press("d")
    page.keyboard.press("Control+s")
    assert page.evaluate("window.heard") == ["Control", "s"]
    assert page.evaluate("window.suppressed") == [True, False, False]


def test_only_status_is_announced(page):
    show(page, DONE)
    live = page.locator("[aria-live]")
    expect(live).to_have_count(1)
    expect(live).to_have_text("The run: Needs review")


HOSTILE = (
    '<script>window.pwned=1</script><img src=x onerror="window.pwned=1"> [link](javascript:window.pwned=1) '
    '![i](http://evil.example/x.png) \u202eevil\u202c `[@wolf-prize, p. 1]` [@wolf-prize"><b>, p. 1] ' + "W" * 4000
)


def test_hostile_text_stays_text(page):
    awards = content(
        "awards", f"{HOSTILE}\n\n> {HOSTILE}\n\n- {HOSTILE}\n\n```\n{HOSTILE}\n```\n\n### {HOSTILE}"
    ).section("awards")
    finding = Finding(
        check=HOSTILE, severity="error", message=HOSTILE, quote="<script>window.pwned=1</script>", suggestion=HOSTILE
    )
    hostile = DONE.model_copy(
        update={
            "sections": tuple(
                awards.model_copy(update={"title": HOSTILE, "findings": (finding,)}) if s.section_id == "awards" else s
                for s in DONE.sections
            ),
            "exhibits": tuple(e.model_copy(update={"title": HOSTILE}) for e in DONE.exhibits),
            "logs": tuple(line.model_copy(update={"message": HOSTILE, "agent": HOSTILE}) for line in DONE.logs[:3]),
            "letter": DONE.letter.model_copy(update={"beneficiary": HOSTILE, "counsel": (HOSTILE,)}),
            "model": HOSTILE,
            "error": HOSTILE,
        }
    )
    show(page, hostile)
    page.locator(".wbm-exhibits button").first.click()
    push(page, type="page", exhibit_id="biographical-memoir", page=1, text=HOSTILE)
    push(page, type="failure", about="x", message=HOSTILE)
    page.locator("[data-section=awards] .wbm-toggle").click()
    assert page.evaluate("'pwned' in window") is False
    assert (
        page.locator(".wbm :is(script, img, a, iframe, b:not(.wbm-level, .wbm-suggestion b, .wbm-re b))").count() == 0
    )
    first = page.locator("[data-section=awards] .wbm-paragraph").first  # the fence below is a paragraph of its own
    expect(first).to_contain_text("<script>window.pwned=1</script>")
    expect(page.locator("[data-section=awards] .wbm-text")).to_contain_text("⟦U+202E⟧evil⟦U+202C⟧")
    expect(first).to_contain_text("`[@wolf-prize, p. 1]`")  # code is shown as text, as in the filing
    # Once a block: the one in backticks, which the filing cites too; the broken one is text.
    assert page.locator("[data-section=awards] .wbm-cite").count() == 5
    for pane in (".wbm", ".wbm-desk", ".wbm-outline", ".wbm-run", ".wbm-page", ".wbm-sections"):
        wide = page.evaluate(
            "(selector) => { const e = document.querySelector(selector); return e.scrollWidth - e.clientWidth; }", pane
        )
        assert wide <= 0, pane


@pytest.mark.parametrize(
    "text", ["*_" * 5000, "[@" * 5000, "> " * 5000, "**a" * 5000, "`" * 9999, "[@a, p. 1-999999999]", "\\" * 5000]
)
def test_exhausting_text_is_drawn_quickly(page, text):
    show(page, content("benefit", text))
    expect(page.locator("[data-section=benefit] .wbm-block")).to_have_count(1)


def test_unmounting_monitor_leaves_nothing(page):
    page.evaluate("""() => {
      window.timers = new Set();
      const [set, clear] = [window.setInterval, window.clearInterval];
      window.setInterval = (...all) => { const id = set(...all); window.timers.add(id); return id; };
      window.clearInterval = (id) => { window.timers.delete(id); clear(id); };
    }""")
    show(page, DONE)
    assert page.evaluate("window.timers.size") == 1
    page.evaluate("() => unmount()")
    assert page.evaluate("[window.timers.size, window.push, document.getElementById('host').childElementCount]") == [
        0,
        None,
        0,
    ]


def test_two_views_are_independent(page):
    show(page, DONE)
    page.evaluate("() => { window.firstPush = window.push; }")
    show(page, wu_story.beginning())
    expect(page.locator(".wbm-run-status")).to_have_text(["Needs review", "Not started"])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("host", ["jupyter", "plain"])
def test_monitor_text_has_enough_contrast(page, theme, host):
    if host == "jupyter":
        page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", str(theme == "light").lower())
    page.emulate_media(color_scheme=theme if host == "plain" else ("dark" if theme == "light" else "light"))
    show(page, fold(wu_story.beginning(), EVENTS[: first_of("publications", "section_delta") + 9]))
    page.locator("[data-section=awards] .wbm-toggle").click()
    page.locator("[data-section=background] .wbm-cite").first.click()
    push(page, type="failure", about="x", message="refused")
    poor = page.evaluate(CONTRAST)
    assert poor == []
    dark = page.evaluate("getComputedStyle(document.querySelector('.wbm-sheet')).backgroundColor")
    assert (dark == "rgb(40, 39, 35)") == (theme == "dark")


@pytest.mark.parametrize(
    ("name", "theme", "width"), [("light", "light", 1160), ("dark", "dark", 1160), ("narrow", "light", 620)]
)
def test_monitor_fits_every_width(page, tmp_path, name, theme, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    show(page, DONE, waits=wu_story.WAITS_FOR)
    picture = Path(tmp_path) / f"monitor-{name}.png"
    page.locator(".wbm").screenshot(path=picture)
    assert picture.stat().st_size > 20_000
    boxes = page.evaluate("""() => [".wbm-outline", ".wbm-paper", ".wbm-controls"].map((selector) => {
      const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
      return [x, y, width, height];
    })""")
    for number, (x, y, w, h) in enumerate(boxes):
        assert w > 180
        assert h > 200
        for x2, y2, w2, h2 in boxes[number + 1 :]:  # no pane lies on another
            assert x + w <= x2 + 1 or x2 + w2 <= x + 1 or y + h <= y2 + 1 or y2 + h2 <= y + 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_separate_modules_mount_without_bundle(page):
    page.evaluate("async () => { window.monitor = await import('/monitor.js'); }")
    assert page.evaluate("Object.keys(monitor).sort()") == [
        "default",
        "mount",
        "mountPage",
        "mountViewer",
        "render",
        "widgetSource",
    ]
    page.evaluate(
        """(state) => { window.unmount = monitor.mount(document.getElementById("host"), {
             state: () => state, send: () => {}, listen: () => () => {} }); }""",
        plain(DONE.to_dict()),
    )
    expect(page.locator(".wbm-run-status")).to_have_text("Needs review")
    expect(page.locator(".wbm-section")).to_have_count(10)
