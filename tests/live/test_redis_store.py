from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from pydantic import SecretStr
from recording import initial_snapshot, stamped_events
from redis.crc import key_slot

from workbench.config import Settings
from workbench.errors import StoreError, StoreUnavailableError
from workbench.live import keys, redis_scripts
from workbench.live.embedded import binary_path, ensure_server
from workbench.live.memory_store import MemoryStore
from workbench.live.open_store import open_store
from workbench.live.redis_client import connect, parse_url
from workbench.live.redis_store import RedisStore
from workbench.live.run_summary import RunSummary
from workbench.live.snapshot import fold
from workbench.live.store import Store

SEED_FIELDS = [
    *("thread_id", "user_id", "case_id", "document_type", "status", "sections", "exhibits", "logs"),
    *("started_at", "_updated_at"),
]


def test_thread_keys_share_a_slot() -> None:
    names = [*keys.thread_keys("abc-123"), keys.channel("abc-123", keys.WRITTEN)]
    assert names[:2] == ["document_workflow:abc-123", "{document_workflow:abc-123}:events"]
    assert len({key_slot(name.encode()) for name in names}) == 1


def test_scripts_name_every_key() -> None:
    for script in (value for value in vars(redis_scripts).values() if isinstance(value, redis_scripts.Script)):
        calls = [line for line in script.text.splitlines() if "redis.call(" in line]
        touching = [call for line in calls for call in line.split("redis.call(")[1:]]
        assert touching
        for call in touching:
            of_a_function = call.startswith(("'HSET', key,", "'HDEL', key,", "'DEL', key)"))  # see below
            assert "KEYS[" in call or of_a_function or call.startswith(("'TIME'", "'PUBLISH'")), call
        passed = [line.split("change(")[1] for line in script.text.splitlines() if " change(" in line]
        assert all(key.startswith(("KEYS[", "key, what,")) for key in passed), passed


async def test_snapshot_is_json_with_seed_fields(redis_store: Store, thread_id: str) -> None:
    fence = await redis_store.acquire(thread_id, "elsewhere:1/a")
    await redis_store.write(
        thread_id, fence, stamped_events(), initial_snapshot().model_copy(update={"thread_id": thread_id})
    )
    client = connect(parse_url(redis_store.url), Settings())
    raw: Any = await client.get(f"document_workflow:{thread_id}")
    kept = orjson.loads(raw)
    assert kept["thread_id"] == thread_id
    assert [name for name in SEED_FIELDS if name not in kept] == []
    rows = await client.xrange(f"{{document_workflow:{thread_id}}}:events", count=1)
    assert rows == [(stamped_events()[0].id.encode(), {b"e": stamped_events()[0].to_json()})]
    await client.aclose()


async def test_thread_keys_expire_together(redis_store: Store, thread_id: str) -> None:
    client: Any = connect(parse_url(redis_store.url), Settings())
    events = stamped_events()
    fence = await redis_store.acquire(thread_id, "elsewhere:1/a")
    await redis_store.write(thread_id, fence, events[:3], initial_snapshot())
    await client.hset(keys.part_key(thread_id, keys.FORMER_FIELDS[0]), "c", "1")
    await redis_store.expire(thread_id, 1_000, fence)
    await redis_store.write(
        thread_id,
        fence,
        events[3:5],
        initial_snapshot(),
        {keys.PAGES: {"medal/1": b"late"}, keys.AUDIT: {"1": b"late"}},
    )
    await redis_store.request(thread_id, {"do": "late"})

    async def ends() -> dict[str, int]:
        present = [key for key in keys.thread_keys(thread_id) if await client.exists(key)]
        return {key: await client.pexpiretime(key) for key in present if not key.endswith(":lock")}

    first = await ends()
    assert len(first) == 7
    assert len(set(first.values())) == 1
    assert next(iter(first.values())) > 1_000
    await redis_store.release(thread_id, fence)
    again = await redis_store.acquire(thread_id, "elsewhere:1/b")
    assert set((await ends()).values()) == {-1}
    await redis_store.expire(thread_id, 1, again)
    await client.aclose()


async def test_newer_events_are_passed_over(redis_store: Store, thread_id: str) -> None:
    client: Any = connect(parse_url(redis_store.url), Settings())
    events = stamped_events()
    fence = await redis_store.acquire(thread_id, "elsewhere:1/a")
    await redis_store.write(thread_id, fence, events[:1])
    key = keys.part_key(thread_id, keys.EVENTS)
    await client.xadd(key, {"e": b'{"type":"from_the_future","id":"1767323045000-7"}'}, id="1767323045000-7")
    await redis_store.write(thread_id, fence, events[3:4])
    assert [event.id for event in await redis_store.events(thread_id)] == [events[0].id, events[3].id]
    async for batch in redis_store.follow(thread_id):
        assert [event.id for event in batch] == [events[0].id, events[3].id]
        break
    await client.aclose()


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[str]:
    """A user's own Redis on a loopback port.

    It has a password, evicts keys, and is not durable.
    """
    binary = binary_path()
    assert binary is not None
    link = Path("/tmp", f"wb-{os.getpid()}-{time.monotonic_ns()}.sock")
    configuration = tmp_path / "redis.conf"
    configuration.write_text("requirepass secret\n")
    command = [str(binary), str(configuration), "--port", "0", "--unixsocket", str(link), "--save", ""]
    command += ["--maxmemory-policy", "allkeys-lru", "--dir", str(tmp_path), "--databases", "2"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while not link.exists():
            assert process.poll() is None
        yield f"unix://{link}"
        process.send_signal(signal.SIGTERM)
        process.wait()
    link.unlink(missing_ok=True)


async def test_own_redis_is_used_with_notice(guarded: str, thread_id: str) -> None:
    store = await open_store(Settings(redis_url=guarded, redis_password=SecretStr("secret")))
    assert not store.durable
    assert "may lose its last writes in a crash; set appendonly yes" in str(store.notice)
    assert "may evict runs (allkeys-lru); set maxmemory-policy noeviction" in str(store.notice)
    fence = await store.acquire(thread_id, "elsewhere:1/a")
    await store.write(thread_id, fence, stamped_events(), initial_snapshot())
    assert await store.threads() == [thread_id]
    await store.aclose()


async def test_sentinel_names_the_master(sentinel_url: str, thread_id: str) -> None:
    store = await open_store(Settings(redis_url=sentinel_url))
    fence = await store.acquire(thread_id, "elsewhere:1/a")
    await store.write(thread_id, fence, stamped_events(), initial_snapshot())
    async for batch in store.follow(thread_id):
        assert len(batch) == len(stamped_events())
        break
    await store.aclose()
    with pytest.raises(StoreUnavailableError, match="No master found for 'others'") as raised:
        await open_store(Settings(redis_url=sentinel_url.replace("petitions", "others")))
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("suffix", "password", "why"),
    [
        ("", "wrong", "invalid username-password pair"),
        ("", None, "it wants a password"),
        ("?db=9", "secret", "DB index is out of range"),
    ],
)
async def test_redis_refusal_names_the_remedy(guarded: str, suffix: str, password: str | None, why: str) -> None:
    settings = Settings(redis_url=guarded + suffix, redis_password=SecretStr(password) if password else None)
    with pytest.raises(
        StoreUnavailableError, match=rf"^cannot use Redis at unix://.*({why}).*; correct .*REDIS"
    ) as raised:
        await open_store(settings)
    assert "\n" not in str(raised.value)
    assert "secret" not in str(raised.value)


async def test_absent_server_is_noticed_at_once() -> None:
    url = "redis://:secret@127.0.0.1:1/0"
    async with asyncio.timeout(3):  # redis-py's own retries would take longer
        with pytest.raises(
            StoreUnavailableError, match=r"^cannot use Redis at redis://127\.0\.0\.1:1/0: .*; start it"
        ) as raised:
            await open_store(Settings(redis_url=url))
    assert "secret" not in str(raised.value)


async def test_memory_store_gives_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    store = await open_store(Settings(use_redis=False))
    assert isinstance(store, MemoryStore)
    assert "lost when it ends" in str(store.notice)
    monkeypatch.setattr("workbench.live.open_store.binary_path", lambda: None)
    store = await open_store(Settings())
    assert isinstance(store, MemoryStore)
    assert str(store.notice).startswith(
        "there is no embedded server for this platform: runs are kept in this process's"
    )


FOREIGN: dict[str, tuple[bytes, bytes | None]] = {
    "no JSON": (b"not json", None),
    "no object": (b"[]", None),
    "no text": (b"\xff\xfe", None),
    "no snapshot": (b"{}", None),
    "another thread's": (b'{"thread_id": "../../etc", "user_id": "u", "case_id": "c"}', None),
    "no last event": (b'{"thread_id": "foreign", "user_id": "u", "case_id": "c", "last_event_id": "x"}', None),
    "no event": (b'{"thread_id": "foreign", "user_id": "u", "case_id": "c"}', b"nope"),
    "no event object": (b'{"thread_id": "foreign", "user_id": "u", "case_id": "c"}', b"5"),
    "an event of wrong types": (
        b'{"thread_id": "foreign", "user_id": "u", "case_id": "c"}',
        b'{"type": "workflow_update", "id": "9-0", "update": {"sections": 5}}',
    ),
}


@pytest.mark.parametrize("name", FOREIGN)
async def test_foreign_data_is_one_clear_error(shared_home: Path, name: str, caplog: pytest.LogCaptureFixture) -> None:
    store = await open_store(Settings(home=shared_home))
    client = connect(parse_url(ensure_server(Settings(home=shared_home)).url), Settings(home=shared_home))
    snapshot, event = FOREIGN[name]
    try:
        await client.set(keys.snapshot_key("foreign"), snapshot)
        await client.set(keys.PREFIX + "no\x1b[2Jid", b"")
        await client.hset(keys.part_key("foreign", keys.FENCE), "created", "long ago")
        if event is not None:
            await client.xadd(keys.part_key("foreign", keys.EVENTS), {"e": event}, id="9-0")
        assert "foreign" in (threads := await store.threads())
        assert not any("\x1b" in thread for thread in threads)
        with pytest.raises(StoreError, match="keeps of run foreign cannot be read") as raised:
            await store.read("foreign")
        assert "\n" not in str(raised.value)
        assert all(summary.thread_id != "foreign" for summary in await store.summaries())
        assert str(raised.value) in caplog.text
    finally:
        await client.delete(*keys.thread_keys("foreign"), keys.PREFIX + "no\x1b[2Jid")
        await client.aclose()
        await store.aclose()


async def summary_of(store: Store, thread_id: str) -> RunSummary:
    [found] = [summary for summary in await store.summaries() if summary.thread_id == thread_id]
    return found


@pytest.fixture(params=["redis", "cluster"])
async def server_store(request: pytest.FixtureRequest) -> AsyncIterator[RedisStore]:
    if request.param == "redis":
        settings = Settings(home=request.getfixturevalue("shared_home"))
    else:
        settings = Settings(redis_url=request.getfixturevalue("cluster_url"))
    opened = await open_store(settings)
    assert isinstance(opened, RedisStore)
    yield opened
    await opened.aclose()


async def test_summaries_read_no_snapshot(server_store: RedisStore, thread_id: str) -> None:
    run = initial_snapshot().model_copy(update={"thread_id": thread_id})
    fence = await server_store.acquire(thread_id, "h:1/u")
    await server_store.write(thread_id, fence, (), run)
    await server_store.command("SET", keys.snapshot_key(thread_id), b"not read")
    assert await summary_of(server_store, thread_id) == RunSummary.of(run)
    await server_store.command("DEL", *keys.thread_keys(thread_id))


@pytest.mark.parametrize("kept", [None, b"not json", b"{}", b'{"thread_id": "x", "user_id": "u", "case_id": "c"}'])
async def test_snapshot_replaces_missing_summary(server_store: RedisStore, thread_id: str, kept: bytes | None) -> None:
    """Earlier versions wrote none; others may write anything."""
    events = [event.model_copy(update={"thread_id": thread_id}) for event in stamped_events()]
    run = fold(initial_snapshot().model_copy(update={"thread_id": thread_id}), events)
    fence = await server_store.acquire(thread_id, "h:1/u")
    await server_store.write(thread_id, fence, events, run)
    change = ("HDEL",) if kept is None else ("HSET",)
    value = () if kept is None else (kept,)
    await server_store.command(*change, keys.part_key(thread_id, keys.FENCE), keys.SUMMARY, *value)
    assert await summary_of(server_store, thread_id) == RunSummary.of(run)


async def test_summary_notices_earlier_version(server_store: RedisStore, thread_id: str) -> None:
    """A version that knows no summary leaves the old one beside what it writes."""
    events = [event.model_copy(update={"thread_id": thread_id}) for event in stamped_events()]
    run = initial_snapshot().model_copy(update={"thread_id": thread_id})
    fence = await server_store.acquire(thread_id, "h:1/u")
    await server_store.write(thread_id, fence, (), run)
    before = await server_store.command("HGET", keys.part_key(thread_id, keys.FENCE), keys.SUMMARY)
    ended = fold(run, events)
    await server_store.write(thread_id, fence, events, ended)
    await server_store.command("HSET", keys.part_key(thread_id, keys.FENCE), keys.SUMMARY, before)
    assert await summary_of(server_store, thread_id) == RunSummary.of(ended)


async def test_garbage_request_ends_nothing(shared_home: Path) -> None:
    store = await open_store(Settings(home=shared_home))
    client = connect(parse_url(ensure_server(Settings(home=shared_home)).url), Settings(home=shared_home))
    try:
        fence = await store.acquire("garbled", "h:1/u")
        await client.rpush(keys.part_key("garbled", keys.COMMANDS), b"\xff", b"5", b'{"do": "pause"}')
        assert await store.take_requests("garbled", fence) == [{}, {}, {"do": "pause"}]
        await store.release("garbled", fence)
    finally:
        await client.delete(*keys.thread_keys("garbled"))
        await client.aclose()
        await store.aclose()
