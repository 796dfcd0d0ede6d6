"""The ES module's fold, compared with Python's field by field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import pytest
import wu_story
from playwright.sync_api import Page

from workbench.checks.finding import Finding
from workbench.live.events import (
    ErrorRaised,
    Event,
    LogEntry,
    LogLine,
    SectionDelta,
    SectionUpdate,
    StatusChange,
    WorkflowUpdate,
    parse_event,
    progress,
)
from workbench.live.snapshot import Snapshot, fold


def folded_by_page(page: Page, snapshot: Snapshot, events: Sequence[dict[str, Any]]) -> dict[str, Any]:
    arguments = orjson.loads(orjson.dumps([snapshot.to_dict(), list(events)]))
    return page.evaluate("([state, events]) => monitor.fold(state, events)", arguments)


def stamped(*events: Event) -> list[Event]:
    return [
        event.with_stamp(thread_id="t", event_id=f"1-{number}", at=f"2026-01-01T00:00:0{number}Z")
        for number, event in enumerate(events)
    ]


def test_whole_run_folds_to_same_state(page):
    events = list(wu_story.story())
    ours = fold(wu_story.beginning(), events)
    theirs = folded_by_page(page, wu_story.beginning(), [event.to_dict() for event in events])
    assert theirs == ours.to_dict()
    assert ours.status == "needs_review"
    assert all(section["content"] for section in theirs["sections"])


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([SectionDelta(section_id="nowhere", text="lost")], id="unknown section"),
        pytest.param([SectionUpdate(section_id="intro", status="in_progress")], id="drafting empties the text"),
        pytest.param([SectionUpdate(section_id="intro", status="revising", content="kept")], id="unless it brings one"),
        pytest.param([SectionUpdate(section_id="intro", title=None, stale=True)], id="a named None"),
        pytest.param([SectionUpdate(section_id="intro", findings=[])], id="no findings"),
        pytest.param([ErrorRaised(message="the run's")], id="error of the run"),
        pytest.param([ErrorRaised(message="a section's", section_id="intro")], id="error of a section"),
        pytest.param([ErrorRaised(message="the run's", section_id=None)], id="error with a named None"),
        pytest.param([WorkflowUpdate(update={"usage": {"input_tokens": 7}})], id="part of a field gets the usual rest"),
        pytest.param([WorkflowUpdate(update={"usage": {"cost_usd": None}})], id="unknown price"),
        pytest.param(
            [WorkflowUpdate(update={"thread_id": "forged", "_updated_at": "x", "news": 1})], id="no forged stamp"
        ),
        pytest.param([WorkflowUpdate(update={"letter": {"petitioner": "P", "crest": "no"}})], id="letter"),
        pytest.param([WorkflowUpdate(update={"unresolved": ["a"], "error": None, "model": "m"})], id="plain fields"),
        pytest.param([progress(2, 7), StatusChange(status="paused")], id="progress and status"),
    ],
)
def test_each_fold_rule_matches_python(page, events):
    begun = fold(wu_story.beginning(), stamped(SectionUpdate(section_id="intro", content="Before.")))
    written = stamped(*events)
    assert folded_by_page(page, begun, [event.to_dict() for event in written]) == _json(fold(begun, written))


def test_unknown_fields_are_dropped_alike(page):
    section = {
        "section_id": "new",
        "title": "New",
        "colour": "red",
        "findings": [{"check": "c", "severity": "info", "message": "m", "more": 1}],
    }
    written = stamped(
        WorkflowUpdate(update={"sections": [section]}),
        SectionUpdate(section_id="new", findings=[{"check": "d", "severity": "error", "message": "n", "extra": 2}]),
    )
    theirs = folded_by_page(page, wu_story.beginning(), [event.to_dict() for event in written])
    assert theirs == _json(fold(wu_story.beginning(), written))
    assert theirs["sections"][0]["findings"] == [
        Finding(check="d", severity="error", message="n").model_dump(mode="json")
    ]


def test_unknown_event_type_changes_nothing(page):
    raw = {"type": "fireworks", "id": "9-9", "at": "later", "thread_id": "t", "schema": 1}
    assert parse_event(raw) is None
    assert folded_by_page(page, wu_story.beginning(), [raw]) == wu_story.beginning().to_dict()


@pytest.mark.parametrize("stamp", [{}, {"id": ""}, {"id": None, "at": "2027-01-01T00:00:00Z"}])
def test_unwritten_message_keeps_the_stamp(page, stamp):
    """Python has no such messages: they are never written."""
    begun = fold(wu_story.beginning(), stamped(SectionUpdate(section_id="intro", content="Before.")))
    raw = SectionDelta(section_id="intro", text=" Said.").to_dict()
    said = {name: value for name, value in raw.items() if name not in {"id", "at"}} | stamp
    theirs = folded_by_page(page, begun, [said])
    assert theirs["sections"][0]["content"] == "Before. Said."
    written = ("last_event_id", "_updated_at")
    assert {name: theirs[name] for name in written} == {name: _json(begun)[name] for name in written}


def test_log_keeps_last_200_lines(page):
    written = [
        LogEntry(log=LogLine(level="info", message=str(number), agent="run", at="")).with_stamp(
            thread_id="t", event_id=f"1-{number}", at=""
        )
        for number in range(205)
    ]
    theirs = folded_by_page(page, wu_story.beginning(), [event.to_dict() for event in written])
    assert [line["message"] for line in theirs["logs"]] == [str(number) for number in range(5, 205)]
    assert theirs == fold(wu_story.beginning(), written).to_dict()


@pytest.mark.parametrize(("later", "earlier"), [("2-0", "1-9"), ("10-0", "9-0"), ("1-10", "1-9"), ("1-0", "")])
def test_event_ids_compare_as_numbers(page, later, earlier):
    assert page.evaluate(
        "([a, b]) => [monitor.isAfter(a, b), monitor.isAfter(b, a), monitor.isAfter(a, a)]", [later, earlier]
    ) == [
        True,
        False,
        False,
    ]


def _json(snapshot: Snapshot) -> dict[str, Any]:
    return orjson.loads(orjson.dumps(snapshot.to_dict()))
