"""Encryption of values, and the store that encrypts.

A value that was changed, moved or encrypted with another key must not decrypt.
"""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from recording import initial_snapshot, stamped_events

from tests.live.test_store import ME, begun, kept_pages, recorded
from workbench.config import Settings
from workbench.errors import InputError, StoreError
from workbench.live import keys
from workbench.live.archive import archive_run, read_archived
from workbench.live.embedded import ensure_server
from workbench.live.encrypted_files import RUNS, RunFiles
from workbench.live.open_store import open_store
from workbench.live.redis_store import RedisStore
from workbench.live.run_summary import RunSummary
from workbench.live.snapshot import fold
from workbench.text.encryption import SNAPSHOT, Cipher, new_key, read_key_id

PLACE = ("t-1", keys.EVENTS, "1-0")
TEXT = "Dr. Wu — 吳健雄 — disproved the conservation of parity".encode()
OLD, NEW, OTHER = new_key(), new_key(), new_key()


def make_cipher(*texts: str) -> Cipher:
    return Cipher.of(Settings(encryption_key=SecretStr(",".join(texts))))


def with_key(settings: Settings, *texts: str) -> Settings:
    return settings.model_copy(update={"encryption_key": SecretStr(",".join(texts)) if texts else None})


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[RedisStore]:
    store = await open_store(settings)
    assert isinstance(store, RedisStore)
    try:
        yield store
    finally:
        await store.aclose()


# The cipher -----------------------------------------------------------------------------------------------------------


@given(data=st.binary(max_size=300), place=st.lists(st.text(max_size=9), min_size=2, max_size=3))
def test_encrypted_value_decrypts_at_its_place(data: bytes, place: list[str]) -> None:
    cipher = make_cipher(NEW)
    sealed = cipher.encrypt(data, tuple(place))
    assert set(orjson.loads(sealed)) == {"enc", "kid", "ct"}
    assert cipher.decrypt(sealed, tuple(place), "here") == data


def test_encrypting_twice_differs() -> None:
    cipher = make_cipher(NEW)
    assert len({cipher.encrypt(TEXT, PLACE) for _ in range(100)}) == 100
    assert TEXT not in cipher.encrypt(TEXT, PLACE)


def test_first_key_encrypts_all_decrypt() -> None:
    old, both, new = make_cipher(OLD), make_cipher(NEW, OLD), make_cipher(NEW)
    assert both.decrypt(old.encrypt(TEXT, PLACE), PLACE, "here") == TEXT
    assert new.decrypt(both.encrypt(TEXT, PLACE), PLACE, "here") == TEXT
    assert both.is_current(both.encrypt(TEXT, PLACE))
    assert not both.is_current(old.encrypt(TEXT, PLACE))
    assert not both.is_current(TEXT)


def test_clear_text_passes() -> None:
    assert make_cipher(NEW).decrypt(TEXT, PLACE, "here") == TEXT
    assert Cipher().decrypt(TEXT, PLACE, "here") == TEXT
    assert Cipher().encrypt(TEXT, PLACE) == TEXT
    assert Cipher().is_current(TEXT)


def test_every_encrypted_bit_counts() -> None:
    cipher = make_cipher(NEW)
    sealed = cipher.encrypt(TEXT, PLACE)
    start = sealed.index(b'"ct":"') + len(b'"ct":"')
    for place in range(start, len(sealed)):
        for mask in (0x01, 0x02, 0x20):
            forged = bytearray(sealed)
            forged[place] ^= mask
            with pytest.raises(StoreError, match=r"events 1-0 of run t-1 in here .* was changed, or moved"):
                cipher.decrypt(bytes(forged), PLACE, "here")
    for cut in range(start, len(sealed)):
        with pytest.raises(StoreError, match="was changed"):
            cipher.decrypt(sealed[:cut], PLACE, "here")


@pytest.mark.parametrize(
    "place",
    [
        ("t-2", keys.EVENTS, "1-0"),
        ("t-1", keys.EVENTS, "1-1"),
        ("t-1", keys.AUDIT, "1-0"),
        ("t-1", keys.EVENTS),
        ("t-1", keys.EVENTS, "1-0", ""),
        ("t-1", f"{keys.EVENTS},1-0"),
    ],
)
def test_encrypted_value_is_bound_to_place(place: tuple[str, ...]) -> None:
    cipher = make_cipher(NEW)
    with pytest.raises(StoreError, match="moved there from another place"):
        cipher.decrypt(cipher.encrypt(TEXT, PLACE), place, "here")


def test_missing_key_is_named() -> None:
    old, new = make_cipher(OLD), make_cipher(NEW)
    sealed = old.encrypt(TEXT, PLACE)
    assert read_key_id(sealed) == old.kid
    for cipher, remedy in (
        (Cipher(), "; set WORKBENCH_ENCRYPTION_KEY to that key"),
        (new, f", and WORKBENCH_ENCRYPTION_KEY has {new.kid}; add that key, after a comma"),
    ):
        with pytest.raises(StoreError) as raised:
            cipher.decrypt(sealed, PLACE, "Redis at unix:///r.sock")
        assert str(raised.value) == (
            f"events 1-0 of run t-1 in Redis at unix:///r.sock is encrypted with the key {old.kid}{remedy}"
        )
        assert OLD not in str(raised.value)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("secret", 1),
        (NEW[:-4], 1),
        (f"{NEW}A", 1),
        ("пароль", 1),
        (f"{NEW},", 2),
        (f"{NEW},secret", 2),
        (f"{NEW} {OLD}", 1),
    ],
    ids=["a word", "cut short", "too long", "not ASCII", "an empty second", "a bad second", "a blank between"],
)
def test_bad_key_is_not_repeated(value: str, number: int) -> None:
    with pytest.raises(InputError) as raised:
        Cipher.of(Settings(encryption_key=SecretStr(value)))
    said = str(raised.value)
    assert said.startswith(f"WORKBENCH_ENCRYPTION_KEY: number {number} of its keys is none")
    assert "`workbench redis key`" in said
    assert len(said.splitlines()) == 1
    assert "secret" not in said
    assert NEW not in said


async def test_bad_key_is_refused_without_store() -> None:
    with pytest.raises(InputError, match="WORKBENCH_ENCRYPTION_KEY"):
        await open_store(Settings(use_redis=False, encryption_key=SecretStr("secret")))


def test_keys_may_have_blanks_around() -> None:
    assert make_cipher(f" {NEW} ", f"{OLD}\n").kid == make_cipher(NEW).kid


def test_key_is_not_printed() -> None:
    settings = Settings.from_env({"WORKBENCH_ENCRYPTION_KEY": NEW})
    assert settings.encryption_key is not None
    assert NEW not in repr(settings) + settings.model_dump_json() + repr(Cipher.of(settings))


# The store ------------------------------------------------------------------------------------------------------------


_HASHES = {*keys.FIELDS, *keys.FORMER_FIELDS} - {keys.PAGES}


async def written(store: RedisStore, thread_id: str) -> int:
    """Something of every kind; the lock stays with us."""
    events = recorded(thread_id)
    fence = await store.acquire(thread_id, ME)
    fields = {part: {"a": TEXT, "b/1": b"\x00\xff" + TEXT} for part in _HASHES}
    kept = {**fields, **kept_pages({("medal", 1): TEXT.decode()})}
    await store.write(thread_id, fence, events, fold(begun(thread_id), events[:30]), kept)
    await store.request(thread_id, {"do": "edit", "text": TEXT.decode()})
    return fence


def summary_place(thread_id: str) -> str:
    return f"{keys.part_key(thread_id, keys.FENCE)}/{keys.SUMMARY}"


async def kept_values(store: RedisStore, thread_id: str) -> dict[str, list[bytes]]:
    """All that the server has of a thread, by key.

    The summary in the fence stands apart: it is the one field there that is encrypted.
    """
    found = {}
    for key in keys.thread_keys(thread_id):
        match await store.command("TYPE", key):
            case b"string":
                found[key] = [await store.command("GET", key)]
            case b"list":
                found[key] = await store.command("LRANGE", key, 0, -1)
            case b"hash":
                fields = await store.command("HGETALL", key)
                if (summary := fields.pop(keys.SUMMARY.encode(), None)) is not None:
                    found[summary_place(thread_id)] = [summary]
                found[key] = list(fields.values())
            case b"stream":
                rows = await store.command("XRANGE", key, "-", "+")
                found[key] = [fields[b"e"] for _, fields in rows]
    return found


async def test_redis_server_sees_no_text(shared_home: Path, thread_id: str) -> None:
    async with opened(with_key(Settings(home=shared_home), NEW)) as store:
        await written(store, thread_id)
        values = await kept_values(store, thread_id)
    in_clear = {keys.part_key(thread_id, keys.LOCK), keys.part_key(thread_id, keys.FENCE)}
    assert set(values) == {*keys.thread_keys(thread_id), summary_place(thread_id)}
    for key in set(values) - in_clear:
        assert values[key]
        assert {read_key_id(value) for value in values[key]} == {make_cipher(NEW).kid}, key
    assert not [value for key in in_clear for value in values[key] if b"Wu" in value or b"parity" in value]


async def test_store_without_key_changes_nothing(shared_home: Path, thread_id: str) -> None:
    settings = Settings(home=shared_home)
    async with opened(with_key(settings, OLD)) as store:
        fence = await written(store, thread_id)
    for wrong in (settings, with_key(settings, NEW)):
        async with opened(wrong) as store:
            for ask in (
                lambda store=store: store.read(thread_id),
                lambda store=store: store.events(thread_id),
                lambda store=store: anext(store.follow(thread_id)),
                lambda store=store: store.pages(thread_id),
                lambda store=store: store.page(thread_id, "medal", 1),
                lambda store=store: store.read_fields(thread_id, keys.AUDIT),
            ):
                with pytest.raises(StoreError, match=f"of run {thread_id} in Redis at .*{make_cipher(OLD).kid}"):
                    await ask()
            assert thread_id in await store.threads()
    async with opened(with_key(settings, NEW)) as store:  # garbage must not end the holder's run
        assert await store.take_requests(thread_id, fence) == [{}]
    async with opened(with_key(settings, NEW, OLD)) as store:
        assert await store.page(thread_id, "medal", 1) == TEXT.decode()


async def test_clear_run_goes_on_encrypted(shared_home: Path, thread_id: str) -> None:
    settings, events = Settings(home=shared_home), recorded(thread_id)
    async with opened(settings) as store:
        fence = await store.acquire(thread_id, ME)
        await store.write(thread_id, fence, events[:10], begun(thread_id), kept_pages({("medal", 1): "in clear"}))
    async with opened(with_key(settings, NEW)) as store:
        await store.write(thread_id, fence, events[10:], None, kept_pages({("medal", 2): "sealed"}))
        read = await store.read(thread_id)
        assert read is not None
        assert read.to_json() == fold(begun(thread_id), events).to_json()
        assert await store.pages(thread_id) == {("medal", 1): "in clear", ("medal", 2): "sealed"}
        values = await kept_values(store, thread_id)
    marks = [read_key_id(value) for value in values[keys.part_key(thread_id, keys.EVENTS)]]
    assert marks == [None] * 10 + [make_cipher(NEW).kid] * (len(events) - 10)
    async with opened(settings) as store:
        with pytest.raises(StoreError, match="set WORKBENCH_ENCRYPTION_KEY to that key"):
            await store.read(thread_id)


@pytest.mark.parametrize("unusable", ["other key", "moved"])
async def test_snapshot_replaces_unusable_summary(shared_home: Path, thread_id: str, unusable: str) -> None:
    other = f"{thread_id}-b"
    async with opened(with_key(Settings(home=shared_home), OLD if unusable == "other key" else NEW)) as store:
        for one in (thread_id, other):
            await written(store, one)
        fence, stranger = (keys.part_key(one, keys.FENCE) for one in (thread_id, other))
        await store.command("HSET", fence, keys.SUMMARY, await store.command("HGET", stranger, keys.SUMMARY))
    async with opened(with_key(Settings(home=shared_home), NEW, OLD)) as store:
        expected = await store.read(thread_id)
        assert expected is not None
        if unusable == "other key":  # an earlier version re-encrypts all but the summary
            data = make_cipher(NEW).encrypt(expected.to_json(), (thread_id, SNAPSHOT))
            await store.command("SET", keys.snapshot_key(thread_id), data)
            await store.command("DEL", keys.part_key(thread_id, keys.EVENTS))
    async with opened(with_key(Settings(home=shared_home), NEW)) as store:
        [found] = [summary for summary in await store.summaries() if summary.thread_id == thread_id]
        assert found == RunSummary.of(expected)


async def test_moved_values_are_detected(shared_home: Path, thread_id: str) -> None:
    other = f"{thread_id}-b"
    async with opened(with_key(Settings(home=shared_home), NEW)) as store:
        for one in (thread_id, other):
            await written(store, one)
        pages = keys.part_key(thread_id, keys.PAGES)
        await store.command("HSET", pages, "medal/2", await store.command("HGET", pages, "medal/1"))
        with pytest.raises(StoreError, match=r"pages medal/2 of run .* was changed, or moved"):
            await store.pages(thread_id)
        await store.command("SET", keys.snapshot_key(other), await store.command("GET", keys.snapshot_key(thread_id)))
        with pytest.raises(StoreError, match=f"{SNAPSHOT} of run {other} .* was changed, or moved"):
            await store.read(other)
        stream = keys.part_key(thread_id, keys.EVENTS)
        (last, fields) = (await store.command("XREVRANGE", stream, "+", "-", "COUNT", 1))[0]
        await store.command("XADD", stream, f"{int(last.split(b'-')[0]) + 1}-0", "e", fields[b"e"])
        with pytest.raises(StoreError, match=r"events .* was changed, or moved"):
            await store.events(thread_id)


async def test_store_names_its_key(shared_home: Path) -> None:
    for settings, kid in (
        (Settings(home=shared_home), None),
        (Settings(encryption_key=SecretStr(NEW)), make_cipher(NEW).kid),
    ):
        async with opened(settings.model_copy(update={"home": shared_home})) as store:
            assert (await store.info())["kid"] == kid


def test_embedded_server_gets_no_key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It outlives its starter, and keeps what the key opens."""
    monkeypatch.setenv("WORKBENCH_ENCRYPTION_KEY", NEW)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    given: list[dict[str, str]] = []
    launch = subprocess.run

    def watched(*words: Any, **how: Any) -> Any:
        given.append(how["env"])
        return launch(*words, **how)

    monkeypatch.setattr("workbench.live.embedded.subprocess.run", watched)
    ensure_server(Settings(home=home))
    assert len(given) == 1
    assert "PATH" in given[0]
    assert not {NEW, "sk-secret"} & set(given[0].values())


# Files ----------------------------------------------------------------------------------------------------------------


def archived(settings: Settings) -> Path:
    events = stamped_events()
    kept = {
        keys.PAGES: {"medal/1": TEXT},
        keys.AUDIT: {},
    }
    return archive_run(settings, fold(initial_snapshot(), events), events, kept)


def test_archive_files_are_encrypted(tmp_path: Path) -> None:
    settings = with_key(Settings(home=tmp_path), OLD)
    folder = archived(settings)
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert len(files) == 4
    assert {read_key_id(data) for data in files.values()} == {make_cipher(OLD).kid}
    read = read_archived(with_key(settings, NEW, OLD), folder.name)
    assert read is not None
    assert read.snapshot.to_json() == fold(initial_snapshot(), stamped_events()).to_json()
    assert read.kept[keys.PAGES] == {"medal/1": TEXT}
    for wrong in (Settings(home=tmp_path), with_key(settings, NEW)):
        with pytest.raises(StoreError, match=f"archive snapshot.json of run {folder.name} in .*{make_cipher(OLD).kid}"):
            read_archived(wrong, folder.name)


def test_moved_files_are_detected(tmp_path: Path) -> None:
    settings = with_key(Settings(home=tmp_path), NEW)
    folder = archived(settings)
    (folder / "pages.json").write_bytes((folder / "audit.jsonl").read_bytes())
    with pytest.raises(StoreError, match=r"pages\.json of run .* was changed, or moved"):
        read_archived(settings, folder.name)


def test_clear_archive_is_read_with_key(tmp_path: Path) -> None:
    folder = archived(Settings(home=tmp_path))
    read = read_archived(with_key(Settings(home=tmp_path), NEW), folder.name)
    assert read is not None
    assert read.pages == {("medal", 1): TEXT.decode()}


def test_file_is_reencrypted_once(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    RunFiles(settings, RUNS, "t-1").write("exhibits/medal.pdf", b"%PDF- in clear")
    both = RunFiles(with_key(settings, NEW, OLD), RUNS, "t-1")
    assert [both.rekey(), both.rekey()] == [1, 0]
    assert RunFiles(with_key(settings, NEW), RUNS, "t-1").read("exhibits/medal.pdf") == b"%PDF- in clear"
    assert (both.path / "exhibits" / "medal.pdf").stat().st_mode & 0o777 == 0o600


def test_temporary_files_of_crash_are_removed(tmp_path: Path, dead_pid: int) -> None:
    files = RunFiles(with_key(Settings(home=tmp_path), NEW), RUNS, "t-1")
    files.write("run.json", b"{}")
    left = files.path / f".run.json.{dead_pid}"
    left.write_bytes(TEXT)
    files.rekey()
    assert [path.name for path in files.path.iterdir()] == ["run.json"]
