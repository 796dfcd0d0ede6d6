"""Whatever happens to a thread, its keys expire together or not at all; asked of a real server."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from typing import Any

from hypothesis import HealthCheck, given, note
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from langgraph.checkpoint.base import empty_checkpoint

from tests.live.recording import initial_snapshot, stamped_events
from workbench.errors import LockHeldError, StoreError
from workbench.live import keys
from workbench.live.opening import open_store
from workbench.live.redis import connect, parse_url
from workbench.live.redis_store import RedisStore
from workbench.workflow.checkpoints import StoreSaver

STEPS = (
    "put",
    "put_writes",
    "copy_here",
    "copy_away",
    "prune",
    "delete_run",
    "delete_thread",
    "acquire",
    "write",
    "release",
    "expire",
    "request",
)
EVENTS = stamped_events()


class Thread:
    """One thread on a real server, and all that may happen to it."""

    def __init__(self, store: RedisStore) -> None:
        self.store, self.saver = store, StoreSaver(store)
        self.id, self.other = (f"t-{secrets.token_hex(6)}" for _ in range(2))
        self.config: Any = {"configurable": {"thread_id": self.id, "checkpoint_ns": ""}}
        self.fence = 0
        self.written = 0

    async def do(self, step: str) -> None:
        with contextlib.suppress(LockHeldError):  # the store refused: nothing changed
            await getattr(self, step)()

    async def put(self) -> None:
        version = self.saver.get_next_version(None, None)
        checkpoint = empty_checkpoint() | {"channel_values": {"a": 1}, "channel_versions": {"a": version}}
        self.config = await self.saver.aput(self.config, checkpoint, {"run_id": self.id}, {"a": version})

    async def put_writes(self) -> None:
        if "checkpoint_id" in self.config["configurable"]:
            await self.saver.aput_writes(self.config, [("a", 2)], secrets.token_hex(4))

    async def copy_here(self) -> None:
        await self.saver.acopy_thread(self.other, self.id)

    async def copy_away(self) -> None:
        await self.saver.acopy_thread(self.id, self.other)

    async def prune(self) -> None:
        await self.saver.aprune([self.id])

    async def delete_run(self) -> None:
        await self.saver.adelete_for_runs([self.id])

    async def delete_thread(self) -> None:
        await self.saver.adelete_thread(self.id)

    async def acquire(self) -> None:
        self.fence = await self.store.acquire(self.id, "elsewhere:1/a")

    async def write(self) -> None:
        with contextlib.suppress(StoreError):  # FencedError, where it is not held
            snapshot = initial_snapshot().model_copy(update={"thread_id": self.id})
            kept = {keys.AUDIT: {"1": b"a"}, keys.CHECKPOINTS: {'["within"]': b"a run"}}
            await self.store.write(self.id, self.fence, EVENTS[self.written : self.written + 1], snapshot, kept)
            self.written += 1

    async def release(self) -> None:
        await self.store.release(self.id, self.fence)

    async def expire(self) -> None:
        await self.store.expire(self.id, 1_000, self.fence)

    async def request(self) -> None:
        with contextlib.suppress(StoreError):  # an unknown thread
            await self.store.request(self.id, {"do": "pause"})


async def ends(client: Any, thread_id: str) -> dict[str, int]:
    """When each key expires (ms since 1970; -1: never); not the lock, which lapses by itself."""
    names = [name for name in keys.thread_keys(thread_id) if not name.endswith(f":{keys.LOCK}")]
    moments = {name: await client.pexpiretime(name) for name in names}
    return {name: moment for name, moment in moments.items() if moment != -2}


async def live_through(settings: Any, story: list[str]) -> list[dict[str, int]]:
    store = await open_store(settings)
    client: Any = connect(parse_url(store.url), settings)
    thread = Thread(store)
    seen = []
    for step in story:
        await thread.do(step)
        for thread_id in (thread.id, thread.other):
            found = await ends(client, thread_id)
            seen.append(found)
            assert len(set(found.values())) <= 1, (step, found)
    for thread_id in (thread.id, thread.other):
        await client.delete(*keys.thread_keys(thread_id))
    await client.aclose()
    await store.aclose()
    return seen


@hypothesis_settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(story=st.lists(st.sampled_from(STEPS), max_size=14))
def test_keys_expire_together_or_not_at_all(settings, story):
    note(" ".join(story))
    asyncio.run(live_through(settings, story))


async def test_the_property_meets_threads_that_expire_and_threads_that_do_not(settings):
    seen = await live_through(
        settings, ["put", "put_writes", "expire", "put", "put_writes", "prune", "acquire", "write"]
    )
    kept = [set(found.values()) for found in seen[::2]]
    assert kept[0] == kept[1] == kept[6] == {-1}
    assert all(moment > 0 for moments in kept[2:6] for moment in moments)
    assert max(len(found) for found in seen) >= 7
