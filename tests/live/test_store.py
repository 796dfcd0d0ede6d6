"""Contract suite of both stores."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from recording import initial_snapshot, stamped_events

from workbench.errors import FencedError, LockHeldError, StoreError
from workbench.live import keys
from workbench.live.events import Event, SectionDelta, StatusChange, log
from workbench.live.run_summary import RunSummary
from workbench.live.snapshot import Snapshot, fold
from workbench.live.store import Kept, Store

ME = f"{socket.gethostname()}:1/a.attorney"


def begun(thread_id: str) -> Snapshot:
    return initial_snapshot().model_copy(update={"thread_id": thread_id})


def recorded(thread_id: str) -> list[Event]:
    return [event.model_copy(update={"thread_id": thread_id}) for event in stamped_events()]


def kept_pages(pages: dict[tuple[str, int], str]) -> Kept:
    return {keys.PAGES: {keys.page_field(*place): text.encode() for place, text in pages.items()}}


def ids(events: list[Event]) -> list[str]:
    return [event.id for event in events]


async def eventually(ask: Callable[[], Awaitable[Any]]) -> Any:
    """Asks until the answer is None.

    It is for what ends by the store's own clock.
    """
    async with asyncio.timeout(10):
        while (answer := await ask()) is not None:
            await asyncio.to_thread(let_pass, 0.01)
    return answer


def let_pass(seconds: float) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(left)


async def test_written_events_are_read_folded(store: Store, thread_id: str) -> None:
    events = recorded(thread_id)
    fence = await store.acquire(thread_id, ME)
    await store.write(thread_id, fence, (), begun(thread_id))
    await store.write(thread_id, fence, events[:10])
    halfway = fold(begun(thread_id), events[:20])
    await store.write(thread_id, fence, events[10:20], halfway)
    await store.write(thread_id, fence, events[20:])
    assert [event.to_dict() for event in await store.events(thread_id)] == [event.to_dict() for event in events]
    kept = await store.read(thread_id)
    assert kept is not None
    assert kept.to_json() == fold(begun(thread_id), events).to_json()


async def test_unknown_thread_is_none_and_empty(store: Store, thread_id: str) -> None:
    assert await store.read(thread_id) is None
    assert await store.events(thread_id) == []
    assert await store.page(thread_id, "medal", 1) is None
    assert await store.pages(thread_id) == {}
    assert await store.holder(thread_id) is None
    assert thread_id not in await store.threads()
    with pytest.raises(StoreError, match=f"no run {thread_id} in .*workbench status"):
        await store.request(thread_id, {"do": "pause"})


async def test_repeated_write_changes_nothing(store: Store, thread_id: str) -> None:
    events = recorded(thread_id)
    fence = await store.acquire(thread_id, ME)
    for _ in range(2):
        await store.write(thread_id, fence, events[:5], begun(thread_id))
    await store.write(thread_id, fence, events[3:9])
    assert ids(await store.events(thread_id)) == ids(events[:9])


async def test_late_repeat_keeps_newer_snapshot(store: Store, thread_id: str) -> None:
    events = recorded(thread_id)
    old, new = fold(begun(thread_id), events[:5]), fold(begun(thread_id), events[:30])
    fence = await store.acquire(thread_id, ME)
    await store.write(thread_id, fence, events[:5], old)
    await store.write(thread_id, fence, events[5:30], new)
    await store.write(thread_id, fence, events[:5], old)
    kept = await store.read(thread_id)
    assert kept is not None
    assert kept.to_json() == new.to_json()


async def test_events_are_read_by_range(store: Store, thread_id: str) -> None:
    events = recorded(thread_id)
    fence = await store.acquire(thread_id, ME)
    await store.write(thread_id, fence, events)
    assert ids(await store.events(thread_id, after=events[3].id)) == ids(events[4:])
    assert ids(await store.events(thread_id, after=events[3].id, limit=2)) == ids(events[4:6])
    assert ids(await store.events(thread_id, limit=1)) == ids(events[:1])
    assert await store.events(thread_id, after=events[-1].id) == []
    with pytest.raises(ValueError, match="an event id looks like"):
        await store.events(thread_id, after="yesterday")


async def test_fields_change_with_events_or_never(store: Store, thread_id: str) -> None:
    events = recorded(thread_id)
    fence = await store.acquire(thread_id, ME)
    both = {keys.AUDIT: {"1": b"one", "2": b"two"}, keys.ANSWERS: {"a": b"\x00\xff"}}
    await store.write(thread_id, fence, events[:1], begun(thread_id), both)
    assert await store.read_fields(thread_id, keys.AUDIT) == {"1": b"one", "2": b"two"}
    assert await store.read_fields(thread_id, keys.AUDIT, ["2", "3"]) == {"2": b"two"}
    assert await store.read_fields(thread_id, keys.ANSWERS, ["a"]) == {"a": b"\x00\xff"}
    await store.write(thread_id, fence, events[1:2], None, {keys.AUDIT: {"1": None}, keys.ANSWERS: {"a": None}})
    assert await store.read_fields(thread_id, keys.AUDIT) == {"2": b"two"}
    assert await store.read_fields(thread_id, keys.ANSWERS) == {}
    assert ids(await store.events(thread_id)) == ids(events[:2])
    with pytest.raises(FencedError):
        await store.write(thread_id, fence - 1, (), None, {keys.AUDIT: {"2": b"forged"}})
    assert await store.read_fields(thread_id, keys.AUDIT) == {"2": b"two"}


async def test_threads_are_found_by_part(store: Store, thread_id: str) -> None:
    fence = await store.acquire(thread_id, ME)
    await store.write(thread_id, fence, (), None, {keys.PAGES: {"medal/1": b"Recto"}})
    assert thread_id in await store.threads(keys.PAGES)
    assert thread_id not in await store.threads()


async def test_pages_are_kept_by_exhibit(store: Store, thread_id: str) -> None:
    fence = await store.acquire(thread_id, ME)
    pages = {("medal", 1): "National Medal — 吳健雄", ("medal", 2): "", ("my-letter_2", 1): "Dear"}
    await store.write(thread_id, fence, (), begun(thread_id), kept_pages(pages))
    await store.write(thread_id, fence, (), None, kept_pages({("medal", 2): "Verso"}))
    assert await store.pages(thread_id) == {**pages, ("medal", 2): "Verso"}
    assert await store.page(thread_id, "medal", 2) == "Verso"
    assert await store.page(thread_id, "medal", 3) is None


async def test_second_writer_learns_the_holder(store: Store, thread_id: str) -> None:
    await store.acquire(thread_id, "elsewhere:7/b.attorney")
    assert await store.holder(thread_id) == "elsewhere:7/b.attorney"
    with pytest.raises(LockHeldError, match=r"elsewhere:7/b\.attorney") as raised:
        await store.acquire(thread_id, ME)
    assert raised.value.holder == "elsewhere:7/b.attorney"


async def test_lock_tells_of_its_writer(store: Store, thread_id: str) -> None:
    assert (await store.writer(thread_id)).state == "lost"
    fence = await store.acquire(thread_id, "elsewhere:7/b.attorney")
    assert (await store.writer(thread_id)).state == "alive"
    await store.release(thread_id, fence)
    assert (await store.writer(thread_id)).state == "lost"


async def test_overtaken_writer_can_do_nothing(store: Store, thread_id: str, dead_pid: int) -> None:
    events = recorded(thread_id)
    old = await store.acquire(thread_id, f"{socket.gethostname()}:{dead_pid}/a.attorney")
    await store.write(thread_id, old, events[:5], begun(thread_id))
    new = await store.acquire(thread_id, ME)  # at once: that process has ended
    assert new > old
    for attempt in (
        store.write(thread_id, old, events[5:6]),
        store.write(thread_id, old, (), fold(begun(thread_id), events), kept_pages({("medal", 1): "x"})),
        store.renew(thread_id, old),
        store.take_requests(thread_id, old),
    ):
        with pytest.raises(FencedError, match="taken over"):
            await attempt
    await store.release(thread_id, old)
    assert await store.holder(thread_id) == ME
    assert ids(await store.events(thread_id)) == ids(events[:5])
    assert await store.pages(thread_id) == {}
    await store.write(thread_id, new, events[5:6])


async def test_lapsed_lock_is_taken_or_renewed(store: Store, thread_id: str) -> None:
    store.lock_ttl_s = 0.05
    first = await store.acquire(thread_id, "elsewhere:7/b.attorney")
    assert await eventually(lambda: store.holder(thread_id)) is None
    store.lock_ttl_s = 0.4  # long enough to be seen on a busy machine
    await store.renew(thread_id, first)  # nobody came: it is ours again
    assert await store.holder(thread_id) == "elsewhere:7/b.attorney"
    assert await eventually(lambda: store.holder(thread_id)) is None
    store.lock_ttl_s = 10
    second = await store.acquire(thread_id, ME)
    assert second > first
    with pytest.raises(FencedError):
        await store.renew(thread_id, first)


async def test_former_holder_cannot_write(store: Store, thread_id: str) -> None:
    fence = await store.acquire(thread_id, ME)
    await store.write(thread_id, fence, (), begun(thread_id))
    await store.release(thread_id, fence)
    assert await store.holder(thread_id) is None
    with pytest.raises(FencedError):
        await store.write(thread_id, fence, recorded(thread_id)[:1])
    assert await store.acquire(thread_id, "elsewhere:7/b.attorney") > fence


async def test_requests_are_taken_once_in_order(store: Store, thread_id: str) -> None:
    fence = await store.acquire(thread_id, ME)
    await store.write(thread_id, fence, (), begun(thread_id))
    with store.watch_requests(thread_id) as asked:
        await store.request(thread_id, {"do": "pause", "request_id": "mine"})
        await store.request(thread_id, {"do": "pause"})
        await store.request(thread_id, {"do": "edit", "text": "Dr. Wu — 吳健雄"})
        async with asyncio.timeout(10):
            await asked.wait()
    taken = await store.take_requests(thread_id, fence)
    assert taken[0] == {"do": "pause", "request_id": "mine"}
    assert len({request.pop("request_id") for request in taken}) == 3
    assert taken[1:] == [{"do": "pause"}, {"do": "edit", "text": "Dr. Wu — 吳健雄"}]
    assert await store.take_requests(thread_id, fence) == []


async def test_holder_answers_request_by_id(store: Store, thread_id: str) -> None:
    fence = await store.acquire(thread_id, ME)
    await store.write(thread_id, fence, (), begun(thread_id))
    waiting = asyncio.create_task(store.answer(thread_id, "mine", 20))
    await store.write(thread_id, fence, (), None, {keys.ANSWERS: {"another": b"no", "mine": b"yes"}})
    assert await waiting == b"yes"
    assert await store.answer(thread_id, "never", 0.05) is None


async def test_threads_are_listed_oldest_first(store: Store, thread_id: str) -> None:
    mine = [f"{thread_id}-{letter}" for letter in "cab"]
    for one in mine:
        fence = await store.acquire(one, ME)
        await store.write(one, fence, recorded(one)[:2], begun(one))
        await asyncio.to_thread(let_pass, 0.002)  # creation is known to the millisecond
    assert [one for one in await store.threads() if one in mine] == mine


async def test_summaries_reach_last_event(store: Store, thread_id: str) -> None:
    later = f"{thread_id}-later"
    written = recorded(thread_id)
    for each, events in ((thread_id, written), (later, [])):
        fence = await store.acquire(each, ME)
        await store.write(each, fence, [], begun(each))
        await store.write(each, fence, events)
        await store.release(each, fence)
    found = [summary for summary in await store.summaries() if summary.thread_id in {thread_id, later}]
    assert found == [RunSummary.of(fold(begun(thread_id), written)), RunSummary.of(begun(later))]


async def test_follower_gets_past_and_future_events(store: Store, thread_id: str) -> None:
    events = recorded(thread_id)
    fence = await store.acquire(thread_id, ME)
    await store.write(thread_id, fence, events[:10], begun(thread_id))
    got: list[Event] = []
    following = asyncio.Event()

    async def follow() -> None:
        async for batch in store.follow(thread_id, after=events[2].id):
            got.extend(batch)
            following.set()
            if got[-1].id == events[-1].id:
                return

    task = asyncio.create_task(follow())
    async with asyncio.timeout(20):
        await following.wait()
        for start in range(10, len(events), 7):
            await store.write(thread_id, fence, events[start : start + 7])
        await task
    assert ids(got) == ids(events[3:])


async def test_following_can_be_cancelled(store: Store, thread_id: str) -> None:
    following = asyncio.Event()

    async def follow() -> None:
        following.set()
        async for _ in store.follow(thread_id):
            raise AssertionError("there is nothing to follow")

    task = asyncio.create_task(follow())
    await following.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_expired_thread_is_gone(store: Store, thread_id: str) -> None:
    fence = await store.acquire(thread_id, ME)
    await store.write(thread_id, fence, recorded(thread_id), begun(thread_id), kept_pages({("medal", 1): "text"}))
    await store.request(thread_id, {"do": "pause"})
    await store.expire(thread_id, 0.05, fence)
    assert await eventually(lambda: store.read(thread_id)) is None
    assert await store.events(thread_id) == []
    assert await store.pages(thread_id) == {}
    assert thread_id not in await store.threads()
    with pytest.raises(FencedError):
        await store.write(
            thread_id, fence, [log("late", agent="run").with_stamp(thread_id=thread_id, event_id="9-9", at="")]
        )
    await store.release(thread_id, fence)


async def test_live_run_does_not_expire(store: Store, thread_id: str) -> None:
    fence = await store.acquire(thread_id, ME)
    await store.write(thread_id, fence, (), begun(thread_id))
    with pytest.raises(LockHeldError, match=r"a\.attorney"):
        await store.expire(thread_id, 60)
    await store.release(thread_id, fence)
    await store.expire(thread_id, 0.3)
    again = await store.acquire(thread_id, ME)  # somebody goes on with it
    await store.write(thread_id, again, recorded(thread_id)[:1])
    await asyncio.to_thread(let_pass, 0.5)  # past the end that was set before
    assert await store.read(thread_id) is not None


async def test_store_describes_itself(store: Store) -> None:
    info = await store.info()
    assert info["url"] == store.url
    assert info["durable"] is store.durable
    if store.url == "memory:":
        assert not store.durable
        assert "lost when it ends" in str(store.notice)
    else:
        assert store.durable
        assert store.notice is None
        assert (info["server"], info["appendfsync"], info["policy"]) == ("valkey", "always", "noeviction")


async def test_deltas_and_status_survive_round_trip(store: Store, thread_id: str) -> None:
    fence = await store.acquire(thread_id, ME)
    text = '“quoted”\n\n> 吳健雄 \u2028 \\ " \x07 𝛽'
    sent: list[Event] = [
        SectionDelta(section_id="intro", text=text, id="1-0", at="a", thread_id=thread_id),
        StatusChange(status="paused", id="1-1", at="b", thread_id=thread_id),
    ]
    await store.write(thread_id, fence, sent, begun(thread_id))
    kept = await store.read(thread_id)
    assert kept is not None
    assert kept.section("intro").content == text
    assert (kept.status, kept.last_event_id, kept.updated_at) == ("paused", "1-1", "b")
