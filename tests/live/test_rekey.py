"""Key rotation, also when it is stopped in between.

Afterwards everything is under the first key, and nothing else about a run has changed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from recording import THREAD

from tests.live.conftest import ask
from tests.live.test_encryption import (
    NEW,
    OLD,
    OTHER,
    TEXT,
    archived,
    kept_values,
    make_cipher,
    opened,
    with_key,
    written,
)
from tests.live.test_store import ME, begun, ids, recorded
from workbench.case.document_cache import DocumentCache
from workbench.case.model import Document
from workbench.config import Settings
from workbench.errors import InputError, StoreError, StoreUnavailableError
from workbench.live import keys, redis_scripts
from workbench.live.archive import read_archived
from workbench.live.redis_store import RedisStore
from workbench.live.rekey import rekey
from workbench.live.snapshot import fold
from workbench.text.encryption import read_key_id

IN_CLEAR = (keys.LOCK, keys.FENCE)


@pytest.fixture(params=["redis", "cluster"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """A test's own store, or a cluster.

    Its archive is the test's own in either case.
    """
    if request.param == "redis":
        yield Settings(home=request.getfixturevalue("home"))
    else:
        url = request.getfixturevalue("cluster_url")
        assert ask(int(url.rpartition(":")[2]), "FLUSHALL") == b"+OK"  # of what other tests have sealed
        yield Settings(home=tmp_path, redis_url=url)


@pytest.fixture
async def left(place: Settings, thread_id: str) -> str:
    """A run under the old key that nobody holds."""
    async with opened(with_key(place, OLD)) as store:
        await store.release(thread_id, await written(store, thread_id))
    return thread_id


async def marks(store: RedisStore, thread_id: str) -> set[str | None]:
    """Which keys the values of a thread are encrypted with."""
    values = await kept_values(store, thread_id)
    plain = {keys.part_key(thread_id, part) for part in IN_CLEAR}
    return {read_key_id(value) for key, found in values.items() if key not in plain for value in found}


async def same_as_written(store: RedisStore, thread_id: str) -> None:
    events = recorded(thread_id)
    read = await store.read(thread_id)
    assert read is not None
    assert read.to_json() == fold(begun(thread_id), events).to_json()
    assert [event.to_json() for event in await store.events(thread_id)] == [event.to_json() for event in events]
    assert await store.page(thread_id, "medal", 1) == TEXT.decode()
    for part in {*keys.FIELDS, *keys.FORMER_FIELDS} - {keys.PAGES}:
        assert await store.read_fields(thread_id, part) == {"a": TEXT, "b/1": b"\x00\xff" + TEXT}


@pytest.mark.parametrize("before", [(), (OLD,)])
async def test_rekey_makes_old_key_dispensable(place: Settings, thread_id: str, before: tuple[str, ...]) -> None:
    async with opened(with_key(place, *before)) as store:
        await store.release(thread_id, await written(store, thread_id))
        values = await kept_values(store, thread_id)
    folder = archived(with_key(place, *before))
    said: list[str] = []
    done = await rekey(with_key(place, NEW, OLD), said.append)
    assert done.complete, done.failed
    assert done.old_values is None
    count = sum(len(found) for key, found in values.items() if key.rpartition(":")[2] not in IN_CLEAR)
    assert done.values >= count
    assert f"{thread_id}: {count} values, 0 files" in said
    assert f"{THREAD}: 0 values, 4 files" in said
    async with opened(with_key(place, NEW)) as store:
        assert await marks(store, thread_id) == {make_cipher(NEW).kid}
        await same_as_written(store, thread_id)
        fence = await store.acquire(thread_id, ME)
        assert [request["text"] for request in await store.take_requests(thread_id, fence)] == [TEXT.decode()]
    assert read_archived(with_key(place, NEW), folder.name) is not None
    again = await rekey(with_key(place, NEW, OLD))
    assert (again.values, again.files, again.runs) == (0, 0, done.runs)


async def test_rekey_removes_texts_under_other_keys(place: Settings) -> None:
    """Of exhibits, which are read again when they are wanted."""
    document = Document(sha256="0", pages=("text",))
    keys_then = {"a" * 64: (), "b" * 64: (OLD,), "c" * 64: (NEW, OLD)}
    for name, key in keys_then.items():
        cache = DocumentCache(with_key(place, *key))
        cache.add(name, document)
        cache.close()
    done = await rekey(with_key(place, NEW, OLD))
    assert done.complete
    assert [path.name for path in (place.home / "documents").iterdir()] == ["c" * 64]
    assert DocumentCache(with_key(place, NEW)).get("c" * 64) == document


async def test_rekeyed_values_still_expire_together(place: Settings, left: str) -> None:
    async with opened(with_key(place, OLD)) as store:
        await store.expire(left, 1_000)
        before = [await store.command("PEXPIRETIME", key) for key in keys.thread_keys(left) if key[-4:] != "lock"]
    await rekey(with_key(place, NEW, OLD))
    async with opened(with_key(place, NEW)) as store:
        after = [await store.command("PEXPIRETIME", key) for key in keys.thread_keys(left) if key[-4:] != "lock"]
        await same_as_written(store, left)
    assert before == after
    assert len(set(after)) == 1
    assert after[0] > 0


async def test_rekey_passes_over_live_run(place: Settings, thread_id: str) -> None:
    async with opened(with_key(place, OLD)) as store:
        fence = await written(store, thread_id)
        done = await rekey(with_key(place, NEW, OLD))
        assert done.held == {thread_id: ME}
        assert not done.complete
        assert await marks(store, thread_id) == {make_cipher(OLD).kid}
        await store.write(thread_id, fence, ())  # the holder has not been disturbed
        await store.release(thread_id, fence)
    assert (await rekey(with_key(place, NEW, OLD))).complete


async def test_rekey_ignores_dead_holder(place: Settings, thread_id: str, dead_pid: int) -> None:
    dead = f"{ME.partition(':')[0]}:{dead_pid}/a.attorney"
    async with opened(with_key(place, OLD)) as store:
        await store.release(thread_id, await written(store, thread_id))
        await store.acquire(thread_id, dead)
    assert (await rekey(with_key(place, NEW, OLD))).complete
    async with opened(with_key(place, NEW)) as store:
        await same_as_written(store, thread_id)


async def test_unknown_key_hides_no_other_run(place: Settings, left: str) -> None:
    other = f"{left}-b"
    async with opened(with_key(place, OTHER)) as store:
        await store.release(other, await written(store, other))
    done = await rekey(with_key(place, NEW, OLD))
    assert set(done.failed) == {other}
    assert f"encrypted with the key {make_cipher(OTHER).kid}" in done.failed[other]
    async with opened(with_key(place, NEW)) as store:
        await same_as_written(store, left)
    assert (await rekey(with_key(place, NEW, OTHER))).complete


async def test_rekey_can_be_stopped_and_repeated(place: Settings, left: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped before, and just after, each replacement in turn."""
    command = RedisStore.command
    stops = {"before": 0, "after": 0}

    def stopping(at: int, when: str) -> Callable[..., Awaitable[Any]]:
        calls = 0

        async def counted(self: RedisStore, *words: Any, **how: Any) -> Any:
            nonlocal calls
            replacing = words[0] == "EVAL"
            calls += replacing
            if replacing and calls == at and when == "before":
                stops[when] += 1
                raise StoreUnavailableError("gone")
            answer = await command(self, *words, **how)
            if replacing and calls == at:
                stops[when] += 1
                raise StoreUnavailableError("gone")
            return answer

        return counted

    for at, when in [
        (1, "before"),
        (1, "after"),
        (1, "after"),
        (2, "after"),
        (1, "before"),
        (1, "after"),
        (2, "after"),
    ]:
        monkeypatch.setattr(RedisStore, "command", stopping(at, when))
        with pytest.raises(StoreUnavailableError):
            await rekey(with_key(place, NEW, OLD))
        monkeypatch.setattr(RedisStore, "command", command)
        async with opened(with_key(place, NEW, OLD)) as store:
            await same_as_written(store, left)
    assert stops == {"before": 2, "after": 5}
    async with opened(with_key(place, NEW, OLD)) as store:
        assert await marks(store, left) == {make_cipher(NEW).kid, make_cipher(OLD).kid}
    assert (await rekey(with_key(place, NEW, OLD))).complete
    async with opened(with_key(place, NEW)) as store:
        await same_as_written(store, left)


async def test_rekey_keeps_concurrent_changes(place: Settings, left: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody writes between our reading and our writing."""
    command, changed = RedisStore.command, []

    async def meddled(self: RedisStore, *words: Any, **how: Any) -> Any:
        if words[0] == "EVAL" and len(changed) < 2:
            changed.append(f"later {len(changed)}".encode())
            value = make_cipher(NEW, OLD).encrypt(changed[-1], (left, keys.ANSWERS, "a"))
            await command(self, "HSET", keys.part_key(left, keys.ANSWERS), "a", value)
            await command(self, "HDEL", keys.part_key(left, keys.AUDIT), "a")
        return await command(self, *words, **how)

    async with opened(with_key(place, OLD)) as store:
        for part in (keys.EVENTS, keys.COMMANDS):
            await store.command("DEL", keys.part_key(left, part))
        await store.command("DEL", keys.snapshot_key(left))
    monkeypatch.setattr(RedisStore, "command", meddled)
    assert (await rekey(with_key(place, NEW, OLD))).complete
    async with opened(with_key(place, NEW)) as store:
        assert await store.read_fields(left, keys.ANSWERS) == {"a": changed[1], "b/1": b"\x00\xff" + TEXT}
        assert await store.read_fields(left, keys.AUDIT) == {"b/1": b"\x00\xff" + TEXT}


async def reseal(store: RedisStore, thread_id: str, kind: str, part: str, *arguments: Any) -> Any:
    touched = [keys.part_key(thread_id, one) for one in (keys.FENCE, keys.LOCK, part)]
    return await store.command("EVAL", redis_scripts.REENCRYPT.text, 3, *touched, kind, "", *arguments)


async def test_rekey_script_refuses_unexpected_values(place: Settings, left: str) -> None:
    async with opened(with_key(place, OLD)) as store:
        before = await kept_values(store, left)
        first = ids(recorded(left))[0]
        for kind, part, name in (
            ("stream", keys.EVENTS, first),
            ("list", keys.COMMANDS, ""),
            ("hash", keys.AUDIT, "a"),
            ("hash", keys.AUDIT, "z"),
        ):
            assert await reseal(store, left, kind, part, name, "0" * 40, "forged") == 0
        assert await kept_values(store, left) == before
        await store.acquire(left, "elsewhere:7/b.attorney")
        assert await reseal(store, left, "list", keys.COMMANDS) == b"elsewhere:7/b.attorney"


async def test_rekey_needs_a_key() -> None:
    with pytest.raises(InputError, match=r"^WORKBENCH_ENCRYPTION_KEY: is not set; .*`workbench redis key` makes one$"):
        await rekey(Settings(use_redis=False))


async def test_rekey_encrypts_archive_without_store(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, use_redis=False)
    folder = archived(settings)
    done = await rekey(with_key(settings, NEW))
    assert (done.complete, done.runs, done.values, done.files) == (True, 1, 0, 4)
    with pytest.raises(StoreError, match="set WORKBENCH_ENCRYPTION_KEY"):
        read_archived(settings, folder.name)


async def test_rekey_names_server_refusing_rewrite(home: Path, thread_id: str) -> None:
    async with opened(with_key(Settings(home=home), OLD)) as store:
        await store.release(thread_id, await written(store, thread_id))
        await store.command("ACL", "SETUSER", "default", "-bgrewriteaof")
    done = await rekey(with_key(Settings(home=home), NEW, OLD))
    assert done.complete  # the old key may go; what the server has written before is another matter
    assert "no permissions to run the 'bgrewriteaof' command" in str(done.old_values)
    assert "have its administrator run BGREWRITEAOF" in str(done.old_values)


async def test_rekey_leaves_foreign_data(place: Settings, left: str) -> None:
    async with opened(with_key(place, OLD)) as store:
        await store.command("XADD", keys.part_key(left, keys.EVENTS), "9999999999999-0", "e", "x", "mine", "y")
        before = (await kept_values(store, left))[keys.part_key(left, keys.EVENTS)]
        done = await rekey(with_key(place, NEW, OLD))
        assert "has an entry that is no event, 9999999999999-0" in done.failed[left]
        assert (await kept_values(store, left))[keys.part_key(left, keys.EVENTS)] == before
