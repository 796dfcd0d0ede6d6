"""Failover in a cluster of three primaries with replicas."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from failovers import LIMIT_S, another_than, petition_through
from many_servers import Cluster, three_primaries
from recording import initial_snapshot

from workbench.config import Settings
from workbench.errors import StoreUnavailableError
from workbench.live import keys
from workbench.live.events import SectionDelta, log
from workbench.live.journal import Journal
from workbench.live.lock_owner import this_holder
from workbench.live.open_store import open_store
from workbench.live.snapshot import fold
from workbench.live.store import Store


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with three_primaries() as servers:
        yield servers


async def test_killed_primary_loses_no_event(cluster: Cluster, thread_id: str, tmp_path: Path) -> None:
    owner = cluster.owner(thread_id)
    await petition_through(cluster.url, thread_id, tmp_path, owner.kill)
    another_than(owner, lambda: cluster.owner(thread_id))


async def test_hanging_primary_is_left(cluster: Cluster, thread_id: str, tmp_path: Path) -> None:
    owner = cluster.owner(thread_id)
    await petition_through(cluster.url, thread_id, tmp_path, owner.stop)
    another_than(owner, lambda: cluster.owner(thread_id))


async def opened_again(url: str) -> Store:
    """The store, once a replica has been promoted."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            with contextlib.suppress(StoreUnavailableError):
                return await open_store(Settings(redis_url=url))
            await asyncio.sleep(0.1)


async def test_writes_lost_in_failover_are_repeated(
    cluster: Cluster, thread_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The replica is cut off before the primary's end.

    So acknowledged writes are on the primary alone when it is killed.
    """
    caplog.set_level(logging.WARNING)
    store = await open_store(Settings(redis_url=cluster.url))
    initial = initial_snapshot().model_copy(update={"thread_id": thread_id})
    journal = await Journal.open(store, thread_id, this_holder("a.attorney"), initial)
    journal.emit(log("before", agent="run"))
    await journal.flush()
    owner = cluster.owner(thread_id)
    replica = cluster.replica_of(owner)
    with replica.client() as client:
        client.config_set("primaryauth", "wrong")
        client.execute_command("CLIENT KILL TYPE primary")
    for number in range(3):
        journal.emit(SectionDelta(section_id="intro", text=f"{number} "), log(f"lost {number}", agent="run"))
        await journal.flush(text=True)
    journal.keep(keys.ANSWERS, {"field": b"value"})
    await journal.flush()
    acknowledged = [event.id for event in await store.events(thread_id)]
    owner.kill()

    mended = await opened_again(cluster.url.replace(str(owner.port), str(replica.port)))
    viewer = mended.follow(thread_id, acknowledged[2])  # one who had seen the third, and goes on from there
    async with asyncio.timeout(40):
        later = [event.id for event in await anext(viewer)]  # nothing new is emitted: the journal looks by itself
        while len(later) < len(acknowledged) - 3:
            later += [event.id for event in await anext(viewer)]
    assert later == acknowledged[3:]
    assert cluster.owner(thread_id) is replica
    assert "writes of run" in caplog.text, "the replica had everything: the test shows nothing"
    async with asyncio.timeout(40):  # the fields are repeated in a write of their own, after the events
        while await mended.read_fields(thread_id, keys.ANSWERS) != {"field": b"value"}:  # noqa: ASYNC110 - of a server
            await asyncio.sleep(0.05)
    journal.emit(log("after", agent="run"))
    await journal.close()
    assert [event.id for event in await anext(viewer)] == [journal.snapshot.last_event_id]
    await viewer.aclose()
    events = await mended.events(thread_id)
    assert [event.id for event in events] == [*acknowledged, journal.snapshot.last_event_id]
    kept = await mended.read(thread_id)
    assert kept is not None
    assert kept.to_json() == fold(initial, events).to_json() == journal.snapshot.to_json()
    await mended.aclose()
    await store.aclose()
