from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from recording import initial_snapshot, unstamped_events

from workbench.config import Settings
from workbench.errors import FencedError, LockHeldError, StoreError, StoreUnavailableError
from workbench.live.embedded import ensure_server, stop_server
from workbench.live.events import (
    Event,
    LogEntry,
    SectionDelta,
    SectionUpdate,
    StatusChange,
    WorkflowUpdate,
    id_order,
    log,
    progress,
)
from workbench.live.journal import Journal
from workbench.live.lock_owner import this_holder
from workbench.live.memory_store import MemoryStore
from workbench.live.open_store import open_store
from workbench.live.snapshot import Snapshot, fold
from workbench.live.store import Store

ME = this_holder("a.attorney")


class CountingStore(MemoryStore):
    """In-memory store that remembers each write.

    It can be told to be slow or away.
    """

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[tuple[list[Event], Snapshot | None]] = []
        self.open_gate = asyncio.Event()
        self.open_gate.set()
        self.losing_answers = 0

    async def write(
        self, thread_id: str, fence: int, events: Any, snapshot: Any = None, kept: Any = None, count: int = 0
    ) -> int:
        await self.open_gate.wait()
        count = await super().write(thread_id, fence, events, snapshot, kept, count)
        if self.losing_answers:
            self.losing_answers -= 1
            raise StoreUnavailableError("the answer was lost")
        self.writes.append((list(events), snapshot))
        return count


def begun(thread_id: str) -> Snapshot:
    return initial_snapshot().model_copy(update={"thread_id": thread_id})


@pytest.fixture
async def counting() -> CountingStore:
    return CountingStore()


@pytest.fixture
async def journal(counting: CountingStore, thread_id: str) -> AsyncIterator[Journal]:
    opened = await Journal.open(counting, thread_id, ME, begun(thread_id))
    counting.writes.clear()
    yield opened
    await opened.abandon()


async def test_emitted_events_fold_to_same_bytes(store: Store, thread_id: str) -> None:
    journal = await Journal.open(store, thread_id, ME, begun(thread_id))
    assert not journal.resumed
    for event in unstamped_events():
        journal.emit(event)
    live = journal.snapshot
    await journal.close()
    events = await store.events(thread_id)
    assert [event.id for event in events] == sorted((event.id for event in events), key=id_order)
    assert {event.thread_id for event in events} == {thread_id}
    kept = await store.read(thread_id)
    assert kept is not None
    assert kept.to_json() == fold(begun(thread_id), events).to_json() == journal.snapshot.to_json()
    assert [section.content for section in live.sections] == [section.content for section in kept.sections]
    assert await store.holder(thread_id) is None


async def test_snapshot_shows_streamed_text_at_once(journal: Journal, counting: CountingStore) -> None:
    journal.emit(SectionDelta(section_id="intro", text="Dr. "))
    journal.emit(log("between", agent="run"))
    journal.emit(SectionDelta(section_id="intro", text="Wu"))
    assert journal.snapshot.section("intro").content == "Dr. Wu"
    assert journal.stored_snapshot.section("intro").content == ""
    await journal.flush(text=True)
    assert journal.stored_snapshot.to_json() == journal.snapshot.to_json()


async def test_streamed_text_is_joined(journal: Journal, counting: CountingStore, thread_id: str) -> None:
    for word in ("a", "b", "c"):
        journal.emit(SectionDelta(section_id="intro", text=word))
        journal.emit(SectionDelta(section_id="awards", text=word.upper()))
        journal.emit(log(word, agent="writer"))
    await journal.flush()
    assert {type(event) for event in await counting.events(thread_id)} == {LogEntry}, "the window is not over"
    await journal.flush(text=True)
    deltas = [event for event in await counting.events(thread_id) if isinstance(event, SectionDelta)]
    assert [(delta.section_id, delta.text) for delta in deltas] == [("intro", "abc"), ("awards", "ABC")]


async def test_text_window_ends_by_itself(journal: Journal, counting: CountingStore) -> None:
    heard = asyncio.Event()
    journal.subscribe(lambda _events, _snapshot: heard.set())
    journal.emit(SectionDelta(section_id="intro", text="a"), flush=True)
    journal.emit(SectionDelta(section_id="intro", text="b"))
    async with asyncio.timeout(10):
        await heard.wait()
    assert journal.stored_snapshot.section("intro").content == "ab"


async def test_text_precedes_changes_of_its_section(journal: Journal, counting: CountingStore, thread_id: str) -> None:
    journal.emit(SectionDelta(section_id="intro", text="first draft"))
    journal.emit(SectionDelta(section_id="awards", text="Award."))
    journal.emit(SectionUpdate(section_id="intro", status="revising"))
    journal.emit(SectionDelta(section_id="intro", text="second draft"))
    sections = [section.model_dump() for section in journal.snapshot.sections]
    journal.emit(SectionDelta(section_id="awards", text=" More."), WorkflowUpdate(update={"sections": sections}))
    journal.emit(SectionDelta(section_id="awards", text=" Still more."))
    await journal.flush(text=True)
    kept = await counting.read(thread_id)
    assert kept is not None
    assert kept.section("intro").content == "second draft"
    assert kept.section("awards").content == "Award. Still more."
    assert kept.to_json() == journal.snapshot.to_json()


async def test_events_of_step_share_a_write(journal: Journal, counting: CountingStore) -> None:
    journal.emit(SectionUpdate(section_id="intro", status="validating"), log("validating", agent="validator"))
    journal.emit(progress(0, 3))
    await journal.flush()
    assert [[event.type for event in events] for events, _ in counting.writes] == [
        ["section_update", "log_entry", "progress_update"]
    ]


async def test_events_during_write_share_the_next(journal: Journal, counting: CountingStore) -> None:
    counting.open_gate.clear()

    async def step(number: int) -> None:
        journal.emit(log(f"step {number}", agent="run"))
        await journal.flush()

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(step(0))
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # the writer has begun the first write
        for number in range(1, 9):
            group.create_task(step(number))
        await asyncio.sleep(0)
        counting.open_gate.set()
    assert [len(events) for events, _ in counting.writes] == [1, 8]


async def test_snapshot_is_written_when_due(journal: Journal, counting: CountingStore) -> None:
    journal.emit(log("hello", agent="run"), flush=True)
    await journal.flush()
    journal.emit(StatusChange(status="generating"))
    await journal.flush()
    journal.emit(SectionUpdate(section_id="intro", status="approved"), snapshot=True)
    await journal.flush()
    await journal.close()
    ridden = [snapshot for _, snapshot in counting.writes]
    assert ridden[0] is None
    assert [snapshot is not None for snapshot in ridden[1:]] == [True, True, True]
    assert ridden[1].status == "generating"


async def test_listeners_hear_only_stored_events(journal: Journal, counting: CountingStore) -> None:
    heard: list[tuple[list[str], str]] = []
    unsubscribe = journal.subscribe(lambda events, after: heard.append(([e.type for e in events], after.last_event_id)))
    counting.open_gate.clear()
    journal.emit(log("one", agent="run"), flush=True)
    await asyncio.sleep(0)
    assert heard == []
    counting.open_gate.set()
    await journal.flush()
    unsubscribe()
    unsubscribe()
    journal.emit(log("two", agent="run"))
    await journal.flush()
    assert heard == [(["log_entry"], counting.writes[0][0][-1].id)]


async def test_failing_listener_is_reported(journal: Journal, counting: CountingStore) -> None:
    reports: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: reports.append(context))
    heard: list[int] = []

    def broken(_events: tuple[Event, ...], _snapshot: Snapshot) -> None:
        raise RuntimeError("broken listener")

    journal.subscribe(broken)
    journal.subscribe(lambda events, _snapshot: heard.append(len(events)))
    journal.emit(log("one", agent="run"))
    await journal.flush()
    assert heard == [1]
    assert [str(report["exception"]) for report in reports] == ["broken listener"]


async def test_lost_answer_writes_nothing_twice(journal: Journal, counting: CountingStore, thread_id: str) -> None:
    states: list[bool] = []
    journal.on_waiting(states.append)
    counting.losing_answers = 2
    for number in range(4):
        journal.emit(log(str(number), agent="run"))
    await journal.flush()
    assert [event.log.message for event in await counting.events(thread_id)] == ["0", "1", "2", "3"]
    assert states == [True, False]


async def test_encoding_error_reaches_waiting_caller(redis_store: Store, thread_id: str) -> None:
    journal = await Journal.open(redis_store, thread_id, ME, begun(thread_id))
    journal.emit(WorkflowUpdate(update={"nonsense": object()}))
    with pytest.raises(TypeError, match="not JSON serializable"):
        await journal.flush()
    with pytest.raises(TypeError, match="not JSON serializable"):
        await journal.close()
    assert await redis_store.holder(thread_id) is None


async def test_overtaken_journal_stops_for_good(store: Store, thread_id: str, dead_pid: int) -> None:
    gone = f"{socket.gethostname()}:{dead_pid}/a.attorney"
    old = await Journal.open(store, thread_id, gone, begun(thread_id))
    failures: list[Exception] = []
    old.on_failure(failures.append)
    old.emit(log("mine", agent="run"))
    await old.flush()
    new = await Journal.open(store, thread_id, ME)
    assert new.resumed
    assert new.snapshot.logs[-1].message == "mine"
    old.emit(log("too late", agent="run"))
    with pytest.raises(FencedError, match=f"thread {thread_id} was taken over"):
        await old.flush()
    with pytest.raises(FencedError):
        old.emit(log("and again", agent="run"))
    with pytest.raises(FencedError):
        await old.ready()
    with pytest.raises(FencedError):
        await old.close()
    assert [type(failure) for failure in failures] == [FencedError]
    with pytest.raises(LockHeldError, match=f":{os.getpid()}/"):
        await Journal.open(store, thread_id, "elsewhere:1/b")
    new.emit(log("next", agent="run"))
    await new.close()
    kept = await store.read(thread_id)
    assert kept is not None
    assert [line.message for line in kept.logs] == ["mine", "next"]


async def test_unknown_thread_needs_initial_snapshot(store: Store, thread_id: str) -> None:
    with pytest.raises(StoreError, match=f"no run {thread_id} in"):
        await Journal.open(store, thread_id, ME)
    assert await store.holder(thread_id) is None


async def test_closed_journal_takes_nothing(store: Store, thread_id: str) -> None:
    journal = await Journal.open(store, thread_id, ME, begun(thread_id))
    await journal.close()
    await journal.close()
    with pytest.raises(StoreError, match=f"the journal of {thread_id} is closed"):
        journal.emit(log("late", agent="run"))


async def test_requests_reach_the_holder(store: Store, thread_id: str) -> None:
    journal = await Journal.open(store, thread_id, ME, begun(thread_id))
    await store.request(thread_id, {"do": "early"})
    requests: list[Any] = []
    both = asyncio.Event()

    def take(request: dict[str, Any]) -> None:
        requests.append(request["do"])
        if len(requests) == 2:
            both.set()

    journal.on_request(take)
    await store.request(thread_id, {"do": "pause"})
    async with asyncio.timeout(20):
        await both.wait()
    assert requests == ["early", "pause"]
    await journal.close()


async def test_lock_is_renewed(store: Store, thread_id: str) -> None:
    store.lock_ttl_s = 0.15
    journal = await Journal.open(store, thread_id, ME, begun(thread_id))
    await asyncio.to_thread(time.sleep, 3 * store.lock_ttl_s)  # the subject is the passing of time itself
    async with asyncio.timeout(10):
        while await store.holder(thread_id) is None:  # a machine that stood still lets it lapse, and it is taken again
            await asyncio.to_thread(time.sleep, 0.01)
    assert await store.holder(thread_id) == ME
    await journal.close()


async def test_pages_go_with_the_next_write(store: Store, thread_id: str) -> None:
    journal = await Journal.open(store, thread_id, ME, begun(thread_id))
    journal.add_pages({("medal", 1): "Text"})
    await journal.flush()
    assert await store.page(thread_id, "medal", 1) == "Text"
    await journal.close()


async def test_nothing_lost_while_server_is_away(home: Path, thread_id: str) -> None:
    settings = Settings(home=home)
    store = await open_store(settings)
    journal = await Journal.open(store, thread_id, ME, begun(thread_id))
    states: list[bool] = []
    away, back = asyncio.Event(), asyncio.Event()
    journal.on_waiting(lambda waiting: (states.append(waiting), (away if waiting else back).set()))
    got: list[Event] = []
    followed = asyncio.Event()

    async def follow() -> None:
        async for batch in store.follow(thread_id):
            got.extend(batch)
            if got[-1].type == "status_change":
                followed.set()

    follower = asyncio.create_task(follow())
    journal.emit(log("before", agent="run"))
    await journal.flush()
    assert stop_server(settings)  # on purpose: it is not revived by itself
    journal.emit(log("first", agent="run"), flush=True)
    async with asyncio.timeout(30):
        await away.wait()
        assert journal.is_waiting
        for number in range(50):
            journal.emit(SectionDelta(section_id="intro", text=f"{number} "), log(str(number), agent="writer"))
        ready = asyncio.create_task(journal.ready())
        done, _ = await asyncio.wait([ready], timeout=0)
        assert not done, "no step starts while the store is away"
        assert (await asyncio.to_thread(ensure_server, settings)).started
        await ready
        await back.wait()
        journal.emit(StatusChange(status="paused"))
        await journal.flush(text=True)
        await followed.wait()
    follower.cancel()
    await asyncio.gather(follower, return_exceptions=True)
    assert not journal.is_waiting
    events = await store.events(thread_id)
    said = [event.log.message for event in events if isinstance(event, LogEntry)]
    assert said == ["before", "first", *map(str, range(50))]
    assert [event.id for event in got] == [event.id for event in events]
    assert journal.snapshot.section("intro").content == "".join(f"{number} " for number in range(50))
    await journal.close()
    kept = await store.read(thread_id)
    assert kept is not None
    assert kept.to_json() == fold(begun(thread_id), events).to_json()
    await store.aclose()


async def test_killed_server_is_started_again(home: Path, thread_id: str) -> None:
    settings = Settings(home=home)
    store = await open_store(settings)
    journal = await Journal.open(store, thread_id, ME, begun(thread_id))
    async with asyncio.timeout(50):
        for number in range(6):
            acknowledged = 5 * (number + 1)
            for message in range(5 * number, acknowledged):
                journal.emit(log(str(message), agent="run"))
            await journal.flush()
            pid = ensure_server(settings).pid
            journal.emit(log(f"in flight {number}", agent="run"), flush=True)
            await asyncio.sleep(0)  # the write is on its way: whether it is kept, its answer is lost
            os.kill(pid, signal.SIGKILL)
    journal.emit(StatusChange(status="completed"))
    await journal.close()
    events = await store.events(thread_id)
    said = [event.log.message for event in events if isinstance(event, LogEntry)]
    wanted = [[*map(str, range(5 * number, 5 * number + 5)), f"in flight {number}"] for number in range(6)]
    assert said == [message for step in wanted for message in step]
    assert events[-1].type == "status_change"
    await store.aclose()
