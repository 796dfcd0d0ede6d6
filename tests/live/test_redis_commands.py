"""Commands and scripts within one time-out."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from recording import initial_snapshot, stamped_events

from workbench.config import Settings
from workbench.errors import StoreError, StoreUnavailableError
from workbench.live import keys
from workbench.live.embedded import ensure_server
from workbench.live.open_store import open_store
from workbench.live.redis_client import connect, parse_url
from workbench.live.store import Store


async def test_flushed_script_cache_does_no_harm(redis_store: Store, thread_id: str) -> None:
    client: Any = connect(parse_url(redis_store.url), Settings())
    await client.script_flush()
    fence = await redis_store.acquire(thread_id, "elsewhere:1/a")
    await client.script_flush()
    await redis_store.write(thread_id, fence, stamped_events()[:1], initial_snapshot())
    assert len(await redis_store.events(thread_id)) == 1
    await client.aclose()


async def test_silent_server_is_given_up(home: Path) -> None:
    settings = Settings(home=home, redis_socket_timeout_s=0.5)
    store = await open_store(settings)
    pid = ensure_server(settings).pid
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(StoreUnavailableError, match=r"no answer within 0\.5 s"):
            await store.threads()
    finally:
        os.kill(pid, signal.SIGCONT)
    assert await store.threads() == []
    await store.aclose()


async def test_foreign_key_is_reported(redis_store: Store, thread_id: str) -> None:
    client: Any = connect(parse_url(redis_store.url), Settings())
    await client.lpush(keys.snapshot_key(thread_id), "not ours")
    with pytest.raises(StoreError, match=r"refused a command: WRONGTYPE"):
        await redis_store.read(thread_id)
    await client.delete(keys.snapshot_key(thread_id))
    await client.aclose()
