"""Charts of a run, drawn from a snapshot alone."""

from __future__ import annotations

import itertools

import pytest
from monitor_page import DONE, plain, push_events, show
from playwright.sync_api import expect

from workbench.live.events import SectionDelta
from workbench.live.snapshot import Snapshot, Usage

SECOND = 1000
HOUR = 3600 * SECOND


def axis(page, spans: list[tuple[int, int]], *moments: int):
    given = [{"from": begins, "to": ends} for begins, ends in spans]
    return page.evaluate(
        """([spans, moments]) => {
            const { place, ticks, gaps } = monitor.timeAxis(spans);
            return { places: moments.map(place), ticks, gaps };
        }""",
        [given, moments],
    )


def drawn(page, snapshot: Snapshot) -> None:
    """The statistics alone, for a state."""
    page.evaluate(
        """(state) => {
            window.statistics = new monitor.Statistics();
            statistics.draw(state, null, Date.parse(state._updated_at));
            const frame = document.createElement("div");
            frame.className = "wbv";
            frame.append(statistics.node);
            document.getElementById("host").replaceChildren(frame);
        }""",
        plain(snapshot.to_dict()),
    )


def figures(page, name: str) -> list[str]:
    return page.get_by_role("list", name=name).locator(".wbv-figure").all_inner_texts()


def test_time_axis_maps_time_to_width(page):
    told = axis(page, [(0, 40 * SECOND), (20 * SECOND, 100 * SECOND)], 0, 25 * SECOND, 50 * SECOND, 100 * SECOND)
    assert told["places"] == [0, 25, 50, 100]
    assert told["gaps"] == []


def test_long_pause_is_drawn_short(page):
    told = axis(page, [(0, 60 * SECOND), (10 * HOUR, 10 * HOUR + 60 * SECOND)], 60 * SECOND, 10 * HOUR, 5 * HOUR)
    before, after, within = told["places"]
    assert before == within == 45.5
    assert after == 54.5
    (gap,) = told["gaps"]
    assert gap == {"from": 45.5, "to": 54.5, "milliseconds": 10 * HOUR - 60 * SECOND}


def test_many_pauses_leave_room(page):
    told = axis(page, [(n * HOUR, n * HOUR + SECOND) for n in range(40)], 0, 39 * HOUR + SECOND)
    assert told["places"][0] == 0
    assert told["places"][-1] == pytest.approx(100)
    assert len(told["gaps"]) <= 4
    assert len(told["ticks"]) <= 6


def test_instant_run_has_an_axis(page):
    told = axis(page, [(5, 5), (5, 5)], 5)
    assert told["places"] == [0]


def test_tick_labels_do_not_overlap(page):
    percents = [tick["percent"] for tick in axis(page, [(0, 61 * SECOND)])["ticks"]]
    assert percents[0] == 0
    assert len(percents) >= 3
    assert all(later - earlier >= 19 for earlier, later in itertools.pairwise(percents))


@pytest.mark.parametrize(
    ("cost", "words"),
    [(None, "Unknown: there is no price for this model."), (0.0, "Nothing was paid."), (1.5, "$1.50 in all")],
)
def test_cost_by_tokens_or_unknown(page, cost, words):
    drawn(page, DONE.model_copy(update={"usage": Usage(input_tokens=1, output_tokens=2, cost_usd=cost)}))
    expect(page.locator(".wbv-card", has_text="Cost by section")).to_contain_text(words)
    shown = figures(page, "Cost by section, shared out by tokens")
    tokens = [section.tokens_used for section in DONE.sections]
    if cost is None:
        assert shown == ["unknown"] * len(tokens)
    elif not cost:
        assert shown == []
    else:
        shares = [1.5 * used / sum(tokens) for used in tokens]
        assert shown == [f"${share:.2f}" if share >= 0.01 or not share else f"${share:.4f}" for share in shares]
    tile = page.locator(".wbv-tile", has_text="Cost").locator("b")
    expect(tile).to_have_text({None: "unknown", 0.0: "$0.00", 1.5: "$1.50"}[cost])


def test_unstarted_section_has_no_line(page):
    first, *rest = DONE.sections
    waiting = first.model_copy(update={"status": "pending", "started_at": None, "ended_at": None})
    drawn(page, DONE.model_copy(update={"sections": (waiting, *rest)}))
    rows = page.locator(".wbv-timeline .wbv-row")
    expect(rows.first.locator(".wbv-line")).to_have_attribute("visibility", "hidden")
    expect(rows.nth(1).locator(".wbv-line")).to_have_attribute("visibility", "visible")
    expect(rows.first.locator(".wbv-figure")).to_have_text("Waiting")


def test_growing_text_redraws_no_chart(page):
    drawn(page, DONE)
    after = page.evaluate(
        """([state, event]) => {
            const axis = statistics.axis.firstElementChild;
            const next = monitor.apply(state, event);
            statistics.draw(next, state, 0);
            return [axis === statistics.axis.firstElementChild, next.sections !== state.sections];
        }""",
        plain([DONE.to_dict(), SectionDelta(section_id="awards", text=" more").to_dict()]),
    )
    assert after == [True, True]


def test_statistics_draw_without_sections(page):
    drawn(page, DONE.model_copy(update={"sections": ()}))
    expect(page.locator(".wbv-card", has_text="Timeline")).to_contain_text("Nothing has been drafted yet.")


def test_notebook_monitor_has_no_charts(page):
    show(page, DONE)
    push_events(page, [])
    assert page.locator(".wbv-statistics").count() == 0
