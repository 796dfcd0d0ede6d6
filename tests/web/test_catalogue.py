"""Views in a made-up language: nothing that they show stands outside the catalogue."""

from __future__ import annotations

import copy

import pytest
import wu_story
from blind_pairs import Reviewed, pair
from mirror import live
from monitor_page import DONE, EVENTS, plain, push, sent, show
from playwright.sync_api import expect
from pseudo_language import BEGIN, COLLECT, END, untranslated, write_pseudo_catalogue
from replayed_run import ReplayedRun

from workbench.config import Settings
from workbench.live.snapshot import fold
from workbench.server import pages
from workbench.server.shared_links import SharedLink
from workbench.text.catalogue import use_language
from workbench.widgets.messages import make_shared_message
from workbench.widgets.pairwise import Pairwise
from workbench.widgets.timeline import _describe_run

# Names of file types, products and the digest; the marks of verdicts.
NAMES = ["PDF", "DRAFT", "sha256", "workbench", "EB-1A Workbench"]


@pytest.fixture(autouse=True)
def pseudo(tmp_path, shared_page):
    use_language(str(write_pseudo_catalogue(tmp_path)))
    pages._load_file.cache_clear()
    shared_page.close()  # its cache has the English module
    yield
    use_language("")
    pages._load_file.cache_clear()
    shared_page.close()


def outside(page, *data, root=".wbm"):
    return untranslated(page.evaluate(COLLECT, root), [NAMES, *data])


@pytest.mark.parametrize("count", [0, 1, len(EVENTS) // 3, len(EVENTS) // 2, len(EVENTS)])
def test_monitor_shows_no_other_words(page, count):
    snapshot = fold(wu_story.beginning(), EVENTS[:count])
    show(page, snapshot)
    expect(page.locator(".wbm-main")).to_contain_text(BEGIN)
    assert outside(page, plain(snapshot.to_dict())) == []


@pytest.mark.parametrize("status", ["paused", "failed", "cancelled", "completed"])
def test_ended_monitor_shows_no_other_words(page, status):
    show(page, DONE.model_copy(update={"status": status}), notice=None)
    assert outside(page, plain(DONE.to_dict())) == []


def test_probe_finds_other_words(page):
    """Control: a heading and a label in English."""
    show(page, DONE)
    page.evaluate("document.querySelector('.wbm').insertAdjacentHTML('beforeend', '<h4 aria-label=Sealed>Unread</h4>')")
    assert outside(page, plain(DONE.to_dict())) == ["h4 [aria-label] Sealed", "h4 [text] Unread"]


def test_monitor_forms_show_no_other_words(page):
    show(page, DONE.model_copy(update={"model": "gpt-nine"}))
    data = plain(DONE.to_dict())
    page.get_by_role("button", name=f"{BEGIN}Share{END}").first.click()
    page.get_by_role("button", name="Make a link").click()
    link = SharedLink("k", "https://firm.example/view/x?token=y", "y", "2026-12-01T10:00:00Z", "kernel", None)
    push(page, **make_shared_message(link, sent(page)[-1]))
    rows = [
        {"id": "a", "created_at": "2026-11-30T10:00:00Z", "expires_at": "2026-12-01T10:00:00Z", "redact": True}
        | {"revoked": False, "opened": 2, "last_at": "2026-11-30T11:00:00Z", "last_from": "10.0.0.7"}
    ]
    push(page, type="links", links=rows)
    expect(page.locator(".wbm-share")).to_contain_text("opened 2 times")
    place = page.locator("[data-section=awards].wbm-section")
    for name in ("Reject", "Regenerate"):
        place.hover()
        place.get_by_role("toolbar").get_by_role("button", name=name).click()
        assert outside(page, data, rows, "firm.example", "gpt-nine") == []


def test_editor_shows_no_other_words(page):
    show(page, DONE)
    data = [plain(DONE.to_dict()), "Won it"]
    place = page.locator("[data-section=awards].wbm-section")
    place.hover()
    place.get_by_role("toolbar").get_by_role("button", name=f"{BEGIN}Edit{END}", exact=True).click()
    field = page.get_by_role("textbox", name="Text of the section")
    field.fill("Won it [@wolf-prize, p. 9].")
    expect(page.locator(".wbm-edit .wbm-unresolved")).to_be_visible()
    page.keyboard.press("Control+k")
    assert outside(page, data) == []
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name="Read its pages first")).to_be_visible()
    assert outside(page, data) == []
    page.get_by_role("option", name="Read its pages first").click()
    expect(page.get_by_role("button", name="Cite this page")).to_be_visible()
    assert outside(page, data) == []


def test_exceptions_show_no_other_words(page):
    show(page, DONE)
    section = DONE.sections[0]
    sentence = {"section_id": section.section_id, "line": 1, "text": "She won it.", "sha256": "0" * 64}
    sentence |= {"verdict": "not found", "score": 0.1, "evidence": None, "why": "few of its words"}
    page.get_by_role("button", name="Exceptions").first.click()
    push(page, type="check", report={"findings": [], "sentences": [sentence]})
    expect(page.locator(".wbm-exception")).to_have_count(1)
    page.keyboard.press("r")
    assert outside(page, plain(DONE.to_dict()), sentence, "She won it. few of its words") == []


def test_timeline_shows_no_other_words(page):
    run = ReplayedRun(wu_story.beginning(), wu_story.PAGES)
    run.replay(EVENTS)
    rows = plain([row.to_dict() for row in run.history()])
    head = plain(_describe_run(run.snapshot))
    page.evaluate("([head, rows]) => showTimeline(head, rows, {})", [head, rows])
    page.get_by_role("option").last.click()
    push(page, type="moment", id=rows[-1]["id"], state=plain(DONE.to_dict()))
    assert outside(page, plain(DONE.to_dict()), head, rows) == []


def test_shared_page_shows_no_other_words(mirror, run, watched):
    written = run(wu_story.without_files(DONE), wu_story.PAGES)
    # From nine on the list can be searched.
    others = [run(DONE).snapshot.thread_id for _ in range(9)]
    data = plain(written.snapshot.to_dict())
    address, _ = mirror.link(None, at=written.snapshot.thread_id)
    page = watched().page
    page.goto(address)
    live(page)
    assert page.evaluate("document.documentElement.lang") == "de"
    page.locator("[data-section=awards] .wbm-cite", has_text="Ex. 4 at 2").click()
    expect(page.locator(".wbm-page-text")).to_contain_text("irrespective of nationality")
    pages_of_exhibits = list(wu_story.PAGES.values())
    for tab in ("petition", "statistics", "findings"):
        page.locator(f".wbv-tab[data-tab={tab}]").click()
        assert outside(page, data, pages_of_exhibits, root="body") == []
    page.locator(".wbv-back").click()
    expect(page.get_by_label("Case or beneficiary")).to_be_visible()
    assert outside(page, data, others, root="body") == []


def test_refused_link_shows_no_other_words(mirror, watched):
    page = watched().page
    page.goto(f"{mirror.url}/view/abc?token=no.such.token")
    assert outside(page, root="body") == []


def test_tuner_shows_no_other_words(opened):
    wire = opened(1280, "light")
    page = wire.page
    page.locator(".wbu-run").click()
    wire.settle()
    for tab in ("Drafts", "Redline", "Versions"):
        page.get_by_role("tab", name=tab).first.click()
        assert outside(page, wire.heard, "scripted", "model") == []  # the label of the model of tests


def test_blind_review_shows_no_other_words(page, tmp_path):
    review = Reviewed(page, Pairwise([pair(1)], user_id="m.chen", settings=Settings(home=tmp_path)))
    data = [copy.deepcopy(review.review.state), pair(1).section_id]
    assert outside(page, data, plain(review.review.state)) == []
    page.get_by_role("button", name="A is better").click()
    review.settle()
    assert outside(page, data, plain(review.review.state)) == []


def test_plural_follows_catalogue(page):
    show(page, DONE)
    words = page.evaluate("[1, 2, 5000].map((count) => monitor.ngettext('{count} page', '{count} pages', count))")
    assert words == [f"{BEGIN}1 page{END}", f"{BEGIN}2:2 pages{END}", f"{BEGIN}5.000 pages{END}"]
