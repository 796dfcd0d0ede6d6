from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recording import RECORDED, initial_snapshot, recording

from workbench.config import Settings
from workbench.live.events import (
    ErrorRaised,
    Event,
    LogEntry,
    LogLine,
    SectionDelta,
    SectionUpdate,
    StatusChange,
    WorkflowUpdate,
    id_order,
    next_id,
    parse_event,
    progress,
)
from workbench.live.journal import Journal
from workbench.live.memory_store import MemoryStore
from workbench.live.open_store import open_store
from workbench.live.snapshot import LOGS_KEPT, SectionState, Snapshot, apply, fold
from workbench.live.store import Store

SECTIONS = st.sampled_from(["intro", "awards", "conclusion", "nowhere"])
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
STATUSES = st.sampled_from(
    ["pending", "in_progress", "validating", "revising", "needs_review", "approved", "completed", "failed"]
)


@st.composite
def section_updates(draw: st.DrawFn) -> SectionUpdate:
    optional: dict[str, st.SearchStrategy[Any]] = {
        "status": STATUSES,
        "content": TEXTS,
        "tokens_used": st.integers(0, 10_000),
        "findings": st.lists(
            st.fixed_dictionaries({"check": TEXTS, "severity": st.just("info"), "message": TEXTS}), max_size=2
        ),
        "prompt_version": st.none() | TEXTS,
        "stale": st.booleans(),
    }
    fields = draw(st.fixed_dictionaries({}, optional=optional))
    return SectionUpdate(section_id=draw(SECTIONS), **fields)


def log_line(message: str) -> LogEntry:
    return LogEntry(log=LogLine(level="info", message=message, agent="run", at="2026-01-02T03:04:05.000000Z"))


EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(SectionDelta, section_id=SECTIONS, text=TEXTS),
    section_updates(),
    st.builds(log_line, TEXTS),
    st.builds(StatusChange, status=st.sampled_from(["generating", "paused", "completed"])),
    st.builds(ErrorRaised, message=TEXTS, section_id=st.none() | SECTIONS),
    st.integers(0, 9).flatmap(lambda total: st.builds(progress, st.integers(0, total), st.just(total))),
    st.builds(
        WorkflowUpdate,
        update=st.fixed_dictionaries(
            {}, optional={"model": TEXTS, "unresolved": st.lists(TEXTS, max_size=2), "no_such_field": TEXTS}
        ),
    ),
    st.just(WorkflowUpdate(update={"sections": [SectionState(section_id="intro", title="New").model_dump()]})),
)


def stamped(events: list[Event]) -> list[Event]:
    return [event.with_stamp(thread_id="t", event_id=f"7-{n}", at=f"moment {n}") for n, event in enumerate(events)]


@given(st.lists(EVENTS, max_size=30))
def test_apply_is_pure_over_the_wire(events: list[Event]) -> None:
    snapshot = initial_snapshot()
    for event in stamped(events):
        before, sent = snapshot.to_json(), event.to_json()
        after = apply(snapshot, event)
        assert apply(snapshot, event).to_json() == after.to_json()
        assert (snapshot.to_json(), event.to_json()) == (before, sent)
        read = parse_event(sent)
        assert read is not None
        assert apply(Snapshot.from_json(before), read).to_json() == after.to_json()
        assert (after.last_event_id, after.updated_at) == (event.id, event.at)
        snapshot = after


@given(st.lists(EVENTS, max_size=30), st.data())
def test_fold_continues_from_any_snapshot(events: list[Event], data: st.DataObject) -> None:
    whole = stamped(events)
    cut = data.draw(st.integers(0, len(whole)))
    halfway = Snapshot.from_json(fold(initial_snapshot(), whole[:cut]).to_json())
    assert fold(halfway, whole[cut:]).to_json() == fold(initial_snapshot(), whole).to_json()


STEPS = st.lists(st.tuples(EVENTS, st.sampled_from(["", "flush", "text"])), max_size=25)


async def _journalled(store: Store, thread_id: str, steps: list[tuple[Event, str]]) -> None:
    initial = initial_snapshot().model_copy(update={"thread_id": thread_id})
    journal = await Journal.open(store, thread_id, "elsewhere:1/a", initial)
    plain = initial
    for event, then in steps:
        journal.emit(event)
        plain = apply(plain, event)
        assert _but_stamp(journal.snapshot) == _but_stamp(plain)
        if then:
            await journal.flush(text=then == "text")
    await journal.close()
    kept = await store.read(thread_id)
    assert kept is not None
    events = await store.events(thread_id)
    assert kept.to_json() == fold(initial, events).to_json() == journal.snapshot.to_json()
    assert _but_stamp(kept) == _but_stamp(plain)


def _but_stamp(snapshot: Snapshot) -> dict[str, Any]:
    return snapshot.model_dump(exclude={"last_event_id", "updated_at", "thread_id"})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=STEPS)
async def test_journal_and_fold_agree_in_memory(steps: list[tuple[Event, str]]) -> None:
    await _journalled(MemoryStore(), "t", steps)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(steps=STEPS)
async def test_journal_and_fold_agree_on_redis(shared_home: Path, steps: list[tuple[Event, str]]) -> None:
    store = await open_store(Settings(home=shared_home))
    try:
        await _journalled(store, f"t-{secrets.token_hex(6)}", steps)
    finally:
        await store.aclose()


@given(st.integers(0, 300), st.integers(1, 300))
def test_percentage_is_floored(completed: int, total: int) -> None:
    completed = min(completed, total)
    percentage = progress(completed, total).percentage
    tenths = round(percentage * 10)
    assert percentage == tenths / 10
    assert tenths * total <= completed * 1000 < (tenths + 1) * total
    assert (percentage == 100) == (completed == total)


def test_percentage_of_seven_and_of_none() -> None:
    assert progress(2, 7).percentage == 28.5
    assert progress(0, 0).percentage == 0


def test_log_keeps_its_last_lines() -> None:
    events = stamped([log_line(str(number)) for number in range(LOGS_KEPT + 3)])
    assert [line.message for line in fold(initial_snapshot(), events).logs] == [
        str(number) for number in range(3, LOGS_KEPT + 3)
    ]


def test_update_cannot_overwrite_stamp() -> None:
    update = {"thread_id": "other", "schema": 9, "_updated_at": "x", "last_event_id": "9-9", "model": "m"}
    after = apply(initial_snapshot(), WorkflowUpdate(update=update, id="7-0", at="now"))
    assert (after.thread_id, after.schema_, after.updated_at, after.last_event_id, after.model) == (
        *("recorded-run", 1, "now", "7-0", "m"),
    )


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20))
def test_next_id_rises_with_any_clock(clock: list[int]) -> None:
    last = ""
    for moment in clock:
        following = next_id(last, moment)
        assert id_order(following) > id_order(last)
        assert id_order(following)[0] >= moment
        last = following


def test_recorded_run_matches_the_code() -> None:
    """The ES module folds the same file.

    Write it anew with ``python -m tests.live.recording``.
    """
    kept = json.loads(RECORDED.read_text(encoding="utf-8"))
    assert kept == recording()
    events = [parse_event(event) for event in kept["events"]]
    folded = fold(Snapshot.model_validate(kept["initial"]), [event for event in events if event is not None])
    assert folded.to_dict() == kept["final"]
