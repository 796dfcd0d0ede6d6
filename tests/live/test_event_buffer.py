"""Events between being emitted and being written."""

from __future__ import annotations

import pytest
from recording import initial_snapshot

from workbench.live import keys
from workbench.live.event_buffer import EventBuffer
from workbench.live.events import SectionDelta, SectionUpdate, StatusChange, log
from workbench.live.thread_state import ThreadState


@pytest.fixture
def buffer() -> EventBuffer:
    return EventBuffer(ThreadState(initial_snapshot(), None, resumed=False))


def test_event_ids_rise_whatever_the_clock(buffer: EventBuffer, monkeypatch: pytest.MonkeyPatch) -> None:
    for moment_ns in (9_000_000_000_000_000_000, 5_000_000, 0, 9_000_000_000_001_000_000):
        monkeypatch.setattr("workbench.live.event_buffer.time.time_ns", lambda moment=moment_ns: moment)
        buffer.add([log("tick", agent="run")])
    ids = [event.id for event in buffer.take_batch().events]
    assert ids == ["9000000000000-0", "9000000000000-1", "9000000000000-2", "9000000000001-0"]


def test_text_waits_for_its_stamp(buffer: EventBuffer) -> None:
    buffer.add([SectionDelta(section_id="intro", text="Dr. "), SectionDelta(section_id="intro", text="Wu")])
    assert buffer.has_text
    assert buffer.snapshot.section("intro").content == "Dr. Wu"
    assert buffer.take_batch().events == ()
    buffer.stamp_texts()
    (event,) = buffer.take_batch().events
    assert (event.type, event.text) == ("section_delta", "Dr. Wu")
    assert not buffer.has_text


def test_text_precedes_update_of_its_section(buffer: EventBuffer) -> None:
    deltas = [SectionDelta(section_id=section_id, text="A draft.") for section_id in ("intro", "awards")]
    buffer.add([*deltas, SectionUpdate(section_id="intro", status="revising")])
    assert [(event.type, event.section_id) for event in buffer.take_batch().events] == [
        ("section_delta", "intro"),
        ("section_update", "intro"),
    ]


def test_status_change_takes_snapshot_along(buffer: EventBuffer) -> None:
    buffer.add([log("begun", agent="run")])
    assert not buffer.take_batch().with_snapshot
    assert buffer.outruns_snapshot
    buffer.add([StatusChange(status="generating")])
    batch = buffer.take_batch()
    assert batch.with_snapshot
    buffer.confirm(batch)
    assert not buffer.outruns_snapshot


def test_resumed_thread_writes_its_snapshot() -> None:
    assert EventBuffer(ThreadState(initial_snapshot(), None, resumed=True)).take_batch().with_snapshot


def test_audit_entries_of_batch_form_chain(buffer: EventBuffer) -> None:
    first, second = (
        buffer.record("approve", user_id="ada@firm.example", section_id=id_) for id_ in ("intro", "awards")
    )
    assert second.previous == first.digest()
    batch = buffer.take_batch()
    assert sorted(batch.kept[keys.AUDIT]) == ["1", "2"]
    assert batch.state.audit.count == 2
    assert buffer.take_batch().kept == {}
