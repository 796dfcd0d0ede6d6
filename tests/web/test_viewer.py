"""The browser page with real server, socket and store."""

from __future__ import annotations

import pytest
import wu_story
from contrast import CONTRAST
from mirror import Mirror, live
from monitor_page import DONE, EVENTS
from playwright.sync_api import expect

from workbench.config import Settings
from workbench.server.auth import author_token

MIDDLE = len(EVENTS) // 2
TABS = ("petition", "statistics", "findings")
PHONE_TABS = (*TABS, "outline", "run")


def test_page_shows_petition_while_written(mirror, run, watched):
    written = run(wu_story.beginning())
    written.write(EVENTS[:MIDDLE])
    address, _ = mirror.link(written.snapshot.thread_id)
    seen = watched()
    seen.page.goto(address)
    live(seen.page)
    written.write(EVENTS[MIDDLE:])
    expect(seen.page.locator(".wbm-run-status").first).to_have_text("Needs review")
    expect(seen.page.locator("[data-section=conclusion] .wbm-state")).to_have_text("Drafted")
    expect(seen.page.locator(".wbm-percentage")).to_have_text("9 of 10 · 90.0 %")
    assert seen.page.locator("button:is(.wbm-main, .wbm-command, .wbm-add, .wbm-share-open)").count() == 0
    assert seen.wrong == []
    assert all(url.startswith((mirror.url, mirror.url.replace("http", "ws"), "data:")) for url in seen.asked)


def test_token_stays_out_of_addresses(mirror, run, watched):
    written = run(wu_story.without_files(DONE), wu_story.PAGES)
    address, _ = mirror.link(written.snapshot.thread_id)
    token = address.partition("token=")[2]
    seen = watched()
    response = seen.page.goto(address)
    assert token not in response.text()
    live(seen.page)
    seen.page.locator("[data-section=awards] .wbm-cite", has_text="Ex. 4 at 2").click()
    expect(seen.page.locator(".wbm-page-text")).to_contain_text("irrespective of nationality")
    with seen.page.expect_download() as download:
        seen.page.get_by_role("button", name="PDF").click()
    assert download.value.suggested_filename == f"petition-{written.snapshot.thread_id}.pdf"
    assert download.value.path().read_bytes().startswith(b"%PDF")
    bearing = [url.partition("?")[0] for url in seen.asked if token in url]
    assert bearing == [
        address.partition("?")[0],
        f"{mirror.url.replace('http', 'ws')}/api/ws/document/{written.snapshot.thread_id}",
    ]
    assert seen.wrong == []


def test_withdrawn_link_ends_the_page(mirror, run, watched):
    written = run(DONE)
    address, link_id = mirror.link(written.snapshot.thread_id)
    seen = watched()
    seen.page.goto(address)
    live(seen.page)
    mirror.revoke(link_id)
    expect(seen.page.locator(".wbv-standing")).to_have_text("Link expired")
    expect(seen.page.locator(".wbv-banner")).to_contain_text("how the petition stood then")
    expect(seen.page.locator(".wbm-sheet")).to_contain_text("Chien-Shiung Wu")
    answer = seen.page.goto(address)
    assert answer.status == 401
    expect(seen.page.locator("h1")).to_have_text("This link does not work")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [("?", 401, "This link does not work"), ("?token=no.such.token", 401, "This link does not work")],
)
def test_invalid_link_is_explained(mirror, watched, path, status, words):
    seen = watched()
    answer = seen.page.goto(f"{mirror.url}/view/abc{path}")
    assert answer.status == status
    expect(seen.page.locator("h1")).to_have_text(words)


def test_unknown_run_is_explained(mirror, watched):
    address, _ = mirror.link("nowhere")
    seen = watched()
    seen.page.goto(address)
    expect(seen.page.locator(".wbv-waiting h3")).to_have_text("Run not found")


def test_link_of_other_run_is_refused(mirror, run, watched):
    address, _ = mirror.link(run(DONE).snapshot.thread_id, at="another")
    seen = watched()
    assert seen.page.goto(address).status == 403
    expect(seen.page.locator("h1")).to_have_text("This link opens another petition")


def test_link_for_all_runs_has_list(mirror, run, watched):
    first, second = run(DONE), run(wu_story.beginning())
    address, _ = mirror.link(None, at=first.snapshot.thread_id)
    seen = watched()
    seen.page.goto(address)
    live(seen.page)
    seen.page.get_by_role("button", name="All petitions").click()
    card = seen.page.locator(f".wbv-run[data-thread='{second.snapshot.thread_id}']")
    expect(card).to_contain_text("Not started")
    expect(card).to_contain_text("begun November 23, 2026 by a.attorney")
    other = seen.page.locator(f".wbv-run[data-thread='{first.snapshot.thread_id}']")
    expect(other).to_contain_text("9 of 10 drafted, 0 approved")
    card.click()
    live(seen.page)
    expect(seen.page.locator("code").filter(has_text=second.snapshot.thread_id)).to_have_count(1)
    second.write(EVENTS)
    expect(seen.page.locator(".wbm-run-status").first).to_have_text("Needs review")
    assert seen.wrong == []


def test_list_page_needs_no_run(mirror, run, watched):
    first = run(DONE)
    address, _ = mirror.link(None)
    page = watched().page
    page.goto(address.replace("/view/None", "/view/"))
    page.locator(f"[data-thread={first.snapshot.thread_id}]").click()
    live(page)
    expect(page.locator(".wbm-paper")).to_contain_text("Wu")


def test_list_counts_sections_to_review(mirror, run, watched):
    ended = run(DONE.model_copy(update={"status": "completed"}))
    address, _ = mirror.link(None)
    page = watched().page
    page.goto(address.replace("/view/None", "/view/"))
    card = page.locator(f"[data-thread={ended.snapshot.thread_id}]")
    expect(card).to_contain_text("1 of 10 to review, 0 approved")


def test_list_of_memory_says_so(tmp_path, watched):
    memory = Mirror(Settings(home=tmp_path, use_redis=False))
    page = watched().page
    page.goto(f"{memory.url}/view/?token={author_token(memory.settings)}")
    expect(page.locator(".wbv-runs-words")).to_contain_text("those of notebooks are not shown here")
    memory.end()


def test_withdrawn_list_link_is_explained(mirror, run, watched):
    thread_id = run(DONE).snapshot.thread_id
    run(DONE)
    address, link_id = mirror.link(None, at=thread_id)
    page = watched().page
    page.goto(address)
    live(page)
    page.locator(".wbv-back").click()
    expect(page.locator(".wbv-title")).to_be_focused()
    expect(page.locator(f".wbv-run[data-thread='{thread_id}']")).to_contain_text("Dr. Chien-Shiung Wu")
    mirror.revoke(link_id)
    expect(page.locator(".wbv-waiting h3")).to_have_text("Link expired", timeout=15_000)
    expect(page.locator(".wbv-runs")).to_be_hidden()


def test_long_list_is_paged_and_searched(mirror, run, watched):
    several = [run(wu_story.beginning().model_copy(update={"case_id": "paged"})) for _ in range(52)]
    address, _ = mirror.link(None, at=several[0].snapshot.thread_id)
    seen = watched()
    seen.page.goto(address)
    live(seen.page)
    seen.page.get_by_role("button", name="All petitions").click()
    find, cards = seen.page.get_by_label("Case or beneficiary"), seen.page.locator(".wbv-run")
    expect(cards).to_have_count(50)
    find.fill("PAGED")
    expect(seen.page.locator(".wbv-rest")).to_contain_text("50 of 52")
    seen.page.get_by_role("button", name="Show 50 more").click()
    expect(cards).to_have_count(52)
    expect(seen.page.locator(".wbv-rest")).to_be_hidden()
    seen.page.get_by_label("State").select_option("Needs review")
    expect(seen.page.locator(".wbv-runs-words")).to_have_text("No petition is like that.")
    several[7].write(EVENTS)
    expect(cards).to_have_count(1)
    expect(cards).to_have_attribute("data-thread", several[7].snapshot.thread_id)
    assert seen.wrong == []


def test_page_polls_without_sockets(mirror, run, watched):
    written = run(wu_story.beginning())
    mirror.end()
    mirror.settings = mirror.settings.model_copy(update={"use_websocket": False})
    mirror.begin()
    address, _ = mirror.link(written.snapshot.thread_id)
    seen = watched()
    seen.page.goto(address)
    expect(seen.page.locator(".wbv-standing")).to_have_text("Polling")
    written.write(EVENTS)
    expect(seen.page.locator(".wbm-run-status").first).to_have_text("Needs review")
    assert [url for url in seen.asked if url.startswith("ws")] == []
    assert seen.wrong == []


def test_redacting_link_hides_names(mirror, run, watched):
    written = run(wu_story.beginning())
    written.write(EVENTS[:MIDDLE])
    address, _ = mirror.link(written.snapshot.thread_id, redact=True)
    seen = watched()
    seen.page.goto(address)
    live(seen.page)
    written.write(EVENTS[MIDDLE:])
    expect(seen.page.locator(".wbm-run-status").first).to_have_text("Needs review")
    assert "Chien-Shiung" not in seen.page.locator("body").inner_text()


def test_charts_show_time_and_tokens(mirror, run, watched):
    written = run(wu_story.beginning())
    written.write(EVENTS)
    address, _ = mirror.link(written.snapshot.thread_id)
    page = watched().page
    page.goto(address)
    live(page)
    page.get_by_role("tab", name="Statistics").click()
    rows = page.get_by_role("list", name="When each section was drafted").locator("li")
    expect(rows).to_have_count(10)
    drawn = page.evaluate(
        """() => [...document.querySelectorAll(".wbv-timeline .wbv-line")]
            .map((line) => ["x1", "x2"].map((end) => parseFloat(line.getAttribute(end))))"""
    )
    moments = [(s.started_at, s.ended_at) for s in written.snapshot.sections]
    assert sorted(range(10), key=lambda n: drawn[n][0]) == sorted(range(10), key=lambda n: moments[n][0])
    assert min(x for x, _ in drawn) == 0
    assert max(x for _, x in drawn) == 100
    tokens = page.get_by_role("list", name="Tokens by section").locator(".wbv-figure").all_inner_texts()
    assert tokens == [f"{s.tokens_used:,}" for s in written.snapshot.sections]
    expect(page.locator(".wbv-card", has_text="Cost by section")).to_contain_text("Nothing was paid.")
    tiles = dict(
        zip(page.locator(".wbv-tile dt").all_inner_texts(), page.locator(".wbv-tile b").all_inner_texts(), strict=True)
    )
    assert tiles["Sections done"] == "9 of 10"
    assert tiles["Open findings"] == str(sum(len(s.findings) for s in written.snapshot.sections))


def test_finding_links_to_its_words(mirror, run, watched):
    address, _ = mirror.link(run(DONE).snapshot.thread_id)
    page = watched().page
    page.goto(address)
    live(page)
    page.get_by_role("tab", name="Findings").click()
    page.get_by_role("button", name="1 warning").click()
    expect(page.locator(".wbv-findings .wbm-note")).to_have_count(2)
    page.locator(".wbv-findings .wbm-note", has_text="without an exhibit").get_by_role("button").click()
    expect(page.get_by_role("tab", name="Petition")).to_have_attribute("aria-selected", "true")
    expect(page.locator("mark.wbm-flag", has_text="More than 200 candidates")).to_be_in_viewport()
    expect(page.locator("[data-section=awards] .wbm-notes .wbm-note", has_text="without an exhibit")).to_be_visible()


@pytest.mark.parametrize(("name", "width", "height"), [("wide", 1280, 800), ("phone", 390, 844)])
def test_page_fits_every_width(mirror, run, watched, pictures, name, width, height):
    written = run(wu_story.beginning())
    written.write(EVENTS)
    address, _ = mirror.link(written.snapshot.thread_id)
    page = watched(width, height).page
    page.goto(address)
    live(page)
    for tab in PHONE_TABS if name == "phone" else TABS:
        page.locator(f".wbv-tab[data-tab={tab}]").click()
        page.screenshot(path=pictures / f"plain-{name}-{tab}.png")
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, tab
        wide = page.evaluate(
            """() => [...document.querySelectorAll(".wbv *")]
                .filter((node) => node.offsetParent && node.scrollWidth > node.clientWidth + 1)
                .filter((node) => ["auto", "scroll"].includes(getComputedStyle(node).overflowX))
                .map((node) => node.className)"""
        )
        assert wide == [], tab
    if name == "phone":
        page.locator(".wbv-tab[data-tab=outline]").click()
        page.locator(".wbm-sections button", has_text="Conclusion").click()
        expect(page.locator("[data-section=conclusion] .wbm-heading")).to_be_in_viewport()


def test_arrow_keys_move_through_tabs(mirror, run, watched):
    address, _ = mirror.link(run(DONE).snapshot.thread_id)
    page = watched().page
    page.goto(address)
    live(page)
    page.locator(".wbv-tab[data-tab=petition]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".wbv-tab[data-tab=statistics]")).to_be_focused()
    expect(page.locator(".wbv-statistics-panel")).to_be_visible()
    page.keyboard.press("End")
    expect(page.locator(".wbv-tab[data-tab=findings]")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_text_has_enough_contrast(mirror, run, watched, scheme):
    written = run(wu_story.beginning())
    written.write(EVENTS)
    address, _ = mirror.link(None, at=written.snapshot.thread_id)
    page = watched(color_scheme=scheme).page
    page.goto(address)
    live(page)
    for tab in TABS:
        page.locator(f".wbv-tab[data-tab={tab}]").click()
        assert page.evaluate(CONTRAST) == [], tab
    for standing in (
        {"is": "opening"}, {"is": "waiting", "until": 9e12}, {"is": "polling"}, {"is": "comm"},
        {"is": "ended", "why": "expired"},
    ):  # fmt: skip
        page.evaluate(
            """async (standing) => {
                const { ConnectionStatus } = await import("../static/monitor.js");
                const shown = new ConnectionStatus();
                shown.show(standing);
                document.querySelector(".wbv-head").append(shown.node);
            }""",
            standing,
        )
        assert page.evaluate(CONTRAST) == [], standing
    page.locator(".wbv-back").click()
    expect(page.locator(".wbv-run")).not_to_have_count(0)
    assert page.evaluate(CONTRAST) == []


def test_page_reconnects_after_server_restart(mirror, run, watched):
    written = run(wu_story.beginning())
    written.write(EVENTS[:MIDDLE])
    address, _ = mirror.link(written.snapshot.thread_id)
    seen = watched()
    seen.page.goto(address)
    live(seen.page)
    mirror.restart(lambda: written.write(EVENTS[MIDDLE:]))
    expect(seen.page.locator(".wbm-run-status").first).to_have_text("Needs review", timeout=15_000)
    live(seen.page)
    awards = seen.page.locator("[data-section=awards] .wbm-text").inner_text()
    seen.page.reload()
    live(seen.page)
    assert seen.page.locator("[data-section=awards] .wbm-text").inner_text() == awards


def test_author_token_opens_the_page(mirror, run, watched):
    written = run(DONE)
    seen = watched()
    seen.page.goto(f"{mirror.url}/view/{written.snapshot.thread_id}?token={author_token(mirror.settings)}")
    live(seen.page)
