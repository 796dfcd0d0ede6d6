"""Lists of runs and their index: whatever happens to the index, the list is that of the runs."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from many_servers import three_primaries
from pydantic import SecretStr
from recording import initial_snapshot, stamped_events

from workbench.config import Settings
from workbench.errors import StoreUnavailableError
from workbench.live import redis_scripts, run_index
from workbench.live.archive import archive_folder, archive_run
from workbench.live.embedded import ensure_server
from workbench.live.events import StatusChange, next_id
from workbench.live.journal import Journal
from workbench.live.open_store import open_store
from workbench.live.run_index import FILE, RunIndex
from workbench.live.run_list import list_summaries
from workbench.live.run_summary import RunSummary
from workbench.live.snapshot import Snapshot, fold
from workbench.live.store import Store
from workbench.text.encryption import new_key

EVENTS = stamped_events()
ME = "host:1/a.attorney"


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    """Settings of a store that others use, too, and an archive and index of the test's own."""
    settings = settings if settings.redis_url or not settings.use_redis else with_url(settings)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return settings.model_copy(update={"home": home})


def with_url(settings: Settings) -> Settings:
    """Names the embedded server by its address, so that the home may be another."""
    return settings.model_copy(update={"redis_url": ensure_server(settings).url})


@pytest.fixture
async def store(own: Settings) -> AsyncIterator[Store]:
    opened = await open_store(own)
    yield opened
    await opened.aclose()


def run_named(thread_id: str, reach: int = len(EVENTS)) -> Snapshot:
    begun = initial_snapshot().model_copy(update={"thread_id": thread_id})
    return fold(begun, [event.model_copy(update={"thread_id": thread_id}) for event in EVENTS[:reach]])


async def write_run(store: Store, thread_id: str, reach: int = len(EVENTS)) -> Snapshot:
    """Writes a run whole, as a journal does in its first write."""
    run = run_named(thread_id, reach)
    events = [event.model_copy(update={"thread_id": thread_id}) for event in EVENTS[:reach]]
    fence = await store.acquire(thread_id, ME)
    await store.write(thread_id, fence, events, run)
    await store.release(thread_id, fence)
    return run


async def listed(own: Settings, store: Store, prefix: str, limit: int | None = None) -> list[RunSummary]:
    """The test's own runs among those of the shared store."""
    found, total = await list_summaries(own, store, limit=limit, matches=lambda run: run.thread_id.startswith(prefix))
    assert total >= len(found)
    return found


async def test_changed_run_is_listed_anew(own: Settings, store: Store, thread_id: str) -> None:
    first, second = f"{thread_id}-a", f"{thread_id}-b"
    await write_run(store, first, reach=20)
    run = await write_run(store, second)
    before = await listed(own, store, thread_id)
    assert before == [RunSummary.of(run), RunSummary.of(run_named(first, 20))]
    fence = await store.acquire(first, ME)
    last = before[1].last_event_id
    at = "2031-01-01T00:00:00.000000Z"
    change = StatusChange(status="cancelled").with_stamp(thread_id=first, event_id=next_id(last, 1), at=at)
    await store.write(first, fence, [change])
    after = await listed(own, store, thread_id)
    assert [(each.thread_id, each.status) for each in after] == [(first, "cancelled"), (second, run.status)]
    await store.release(first, fence)


async def test_each_write_changes_the_stamp(store: Store, thread_id: str) -> None:
    if store.url == "memory:":
        assert set((await store.stamps()).values()) <= {""}
        return
    seen = []
    fence = await store.acquire(thread_id, ME)
    for count, reach in ((0, 10), (0, 20), (1, 30), (2, 40)):
        events = [event.model_copy(update={"thread_id": thread_id}) for event in EVENTS[reach - 10 : reach]]
        await store.write(thread_id, fence, events, run_named(thread_id, reach), None, count)
        seen.append((await store.stamps())[thread_id])
    await store.release(thread_id, fence)
    seen.append((await store.stamps())[thread_id])
    assert len(set(seen)) == len(seen)


def cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def scribble(path: Path) -> None:
    path.write_bytes(b"no database at all" * 100)


def execute(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as file:
        file.execute(statement)
    file.close()


def spoil_rows(path: Path) -> None:
    execute(path, "UPDATE runs SET summary = CAST('{}' AS BLOB)")


def swap_rows(path: Path) -> None:
    execute(path, "UPDATE runs SET summary = (SELECT summary FROM runs AS other ORDER BY thread_id LIMIT 1)")


def invent_row(path: Path) -> None:
    execute(path, "UPDATE runs SET thread_id = thread_id || 'x'")


def forget_table(path: Path) -> None:
    execute(path, "DROP TABLE runs")


def be_of_other_version(path: Path) -> None:
    execute(path, "PRAGMA user_version = 1")


def lock_out(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGE = (
    Path.unlink,
    cut_off,
    scribble,
    spoil_rows,
    swap_rows,
    invent_row,
    forget_table,
    be_of_other_version,
    lock_out,
)


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
async def test_damaged_index_changes_no_list(
    own: Settings, store: Store, thread_id: str, damage: Callable[[Path], object]
) -> None:
    for number in range(3):
        await write_run(store, f"{thread_id}-{number}", reach=20 + number)
    archive_run(own, run_named(f"{thread_id}-filed"), [], {})
    before = await listed(own, store, thread_id)
    assert len(before) == 4
    assert (own.home / FILE).stat().st_mode & 0o777 == 0o600
    damage(own.home / FILE)
    for _ in range(2):
        assert await listed(own, store, thread_id) == before
        assert await listed(own, store, thread_id, limit=2) == before[:2]


@pytest.mark.parametrize("settings", ["redis"], indirect=True)
async def test_index_answers_for_unchanged_runs(own: Settings, store: Store, thread_id: str, monkeypatch) -> None:
    await write_run(store, thread_id)
    archive_run(own, run_named(f"{thread_id}-filed"), [], {})
    before = await listed(own, store, thread_id)
    read: list[str] = []
    whole = store.summaries

    async def count_read(ids=None):
        read.extend(ids)
        return await whole(ids)

    monkeypatch.setattr(store, "summaries", count_read)
    assert await listed(own, store, thread_id) == before
    assert thread_id not in read


@pytest.mark.parametrize("settings", ["redis"], indirect=True)
async def test_other_key_reads_runs_anew(own: Settings, store: Store, thread_id: str) -> None:
    archive_run(own, run_named(thread_id), [], {})
    before = await listed(own, store, thread_id)
    sealing = own.model_copy(update={"encryption_key": SecretStr(new_key())})
    assert await listed(sealing, store, thread_id) == before
    kept = RunIndex(sealing, "archive")
    assert before[0].beneficiary.encode() not in (own.home / FILE).read_bytes()
    assert kept.summaries(kept.rows()) == {thread_id: before[0]}


@pytest.mark.parametrize("settings", ["redis", "cluster"], indirect=True)
async def test_expired_run_leaves_the_list(own: Settings, store: Store, thread_id: str) -> None:
    for letter in "ab":
        await write_run(store, f"{thread_id}-{letter}")
    assert len(await listed(own, store, thread_id)) == 2
    await store.expire(f"{thread_id}-a", 0.0)
    assert [run.thread_id for run in await listed(own, store, thread_id)] == [f"{thread_id}-b"]
    assert f"{thread_id}-a" not in RunIndex(own, store.url).rows()


@pytest.mark.parametrize("settings", ["redis"], indirect=True)
@pytest.mark.parametrize("write", ["replaced", "overwritten", "events alone"])
async def test_changed_archive_is_listed_anew(own: Settings, store: Store, thread_id: str, write: str) -> None:
    archive_run(own, run_named(thread_id, 20), [], {})
    assert await listed(own, store, thread_id) == [RunSummary.of(run_named(thread_id, 20))]
    folder = archive_folder(own.home, thread_id)
    whole = run_named(thread_id)
    events = [event.model_copy(update={"thread_id": thread_id}) for event in EVENTS]
    match write:
        case "replaced":
            archive_run(own, whole, events, {})
        case "overwritten":  # as cp does, which keeps the file's name and its folder as they are
            (folder / "snapshot.json").write_bytes(whole.to_json())
        case _:  # a crash between the two files
            new = folder / "events.jsonl.new"
            new.write_bytes(b"".join(event.to_json() + b"\n" for event in events))
            new.replace(folder / "events.jsonl")
    assert await listed(own, store, thread_id) == [RunSummary.of(whole)]


CRASH = """
import asyncio, os, sys
from pathlib import Path
from workbench.config import Settings
from workbench.live import redis_scripts, run_index
from workbench.live.open_store import open_store
from workbench.live.run_list import list_summaries

def die(*_):
    os._exit(9)

async def main():
    settings = Settings(home=Path(sys.argv[1]), redis_url=sys.argv[2])
    store = await open_store(settings)
    fence = await store.acquire(sys.argv[3], "host:1/u")
    run = await store.read(sys.argv[3])
    await store.write(sys.argv[3], fence, (), run.model_copy(update={"status": "failed"}))
    run_index.RunIndex._encrypt = die
    await list_summaries(settings, store)

asyncio.run(main())
"""


@pytest.mark.parametrize("settings", ["redis", "cluster"], indirect=True)
async def test_crash_before_the_index_is_noticed(own: Settings, store: Store, thread_id: str) -> None:
    await write_run(store, thread_id)
    [before] = await listed(own, store, thread_id)
    program = [sys.executable, "-c", CRASH, str(own.home), str(own.redis_url), thread_id]
    crashed = await asyncio.to_thread(subprocess.run, program, check=False)
    assert crashed.returncode == 9
    assert RunIndex(own, store.url).rows()[thread_id].updated_at == before.updated_at
    assert [run.status for run in await listed(own, store, thread_id)] == ["failed"]


async def test_journal_of_earlier_version_is_noticed(own: Settings, store: Store, thread_id: str, monkeypatch) -> None:
    """A version that writes no ``changes`` counts its writes, and takes a number for each holding."""
    older = redis_scripts.Script(redis_scripts.WRITE.text.replace("redis.call('HINCRBY', KEYS[1], 'changes', 1)", ""))
    monkeypatch.setattr(redis_scripts, "WRITE", older)
    journal = await Journal.open(store, thread_id, ME, run_named(thread_id, 0))
    for status in ("generating", "paused", "cancelled"):
        journal.emit(StatusChange(status=status))
        await journal.flush(snapshot=True)
        assert [run.status for run in await listed(own, store, thread_id)] == [status]
    await journal.close()


@pytest.mark.parametrize("settings", ["redis"], indirect=True)
async def test_unusable_home_lists_all_the_same(
    own: Settings, store: Store, thread_id: str, tmp_path: Path, monkeypatch
) -> None:
    def refuse(_home: Path) -> None:
        raise OSError("read-only")

    monkeypatch.setattr(run_index, "make_private_home", refuse)
    await write_run(store, thread_id)
    assert [run.thread_id for run in await listed(own, store, thread_id)] == [thread_id]
    assert not (own.home / FILE).exists()


@pytest.mark.cluster
async def test_list_survives_a_failover(tmp_path: Path, thread_id: str) -> None:
    with three_primaries() as servers:
        own = Settings(home=tmp_path, redis_url=servers.url)
        store = await open_store(own)
        names = [f"{thread_id}-{number}" for number in range(6)]
        for name in names:
            await write_run(store, name)
        assert len(await listed(own, store, thread_id)) == 6
        servers.owner(names[0]).kill()
        assert {run.thread_id for run in await listed_after(own, store, thread_id)} == set(names)
        await store.aclose()


async def listed_after(own: Settings, store: Store, prefix: str) -> list[RunSummary]:
    """Lists until a replica has taken over."""
    async with asyncio.timeout(40):
        while True:
            try:
                return await listed(own, store, prefix)
            except StoreUnavailableError:
                await asyncio.sleep(0)
