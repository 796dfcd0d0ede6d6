"""View links on both stores, their uses and keys.

The tests cover what opens and what does not, and keys that change.
"""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from workbench.config import Settings
from workbench.errors import InputError, StoreUnavailableError, UnknownLinkError
from workbench.live.memory_store import MemoryStore
from workbench.live.open_store import open_store
from workbench.server.auth import MAX_NOTED, Access, Caller
from workbench.server.links import (
    MAX_HOURS,
    find_links,
    list_links,
    list_openings,
    make_link,
    read_claims,
    revoke,
    signing_keys,
)
from workbench.workflow.loop import BackgroundLoop

FIRST, SECOND = "first-" + "k" * 32, "second-" + "k" * 32
A_MOMENT = 0.2 / 3600


@pytest.fixture(params=["memory", "redis"])
async def store(request, shared_home):
    made = MemoryStore() if request.param == "memory" else await open_store(Settings(home=shared_home))
    yield made
    for link in await list_links(made):
        await made.keep_link(link.id, None)
    await made.aclose()


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path)


class OnItsLoop(Access):
    """On the test's own loop, where its store lives."""

    @staticmethod
    async def _run_on_loop(coroutine):
        return await coroutine


@pytest.fixture
def access(settings, store):
    async def its_store():
        return store

    return OnItsLoop(settings, its_store)


def forged(token: str, settings: Settings, *, head: dict | None = None, key: bytes | None = None, **claims) -> str:
    """The token with other claims.

    It is signed as it should be, unless told otherwise.
    """
    signer = signing_keys(settings)[0]
    said = jwt.decode(token, options={"verify_signature": False}) | claims
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(said, key or signer.value, "HS256", headers={"kid": signer.kid} if head is None else head)


async def test_link_names_run_and_end(access, store, settings):
    link, token = await make_link(store, settings, "t-1", hours=0.5, redact=True, user_id="ada@firm.example")
    caller = await access.identify(token)
    assert caller == Caller("view", link.id, "t-1", redact=True, expires_at=link.ends_at)
    assert link.ends_at == pytest.approx(datetime.now(UTC).timestamp() + 1800, abs=5)
    assert (await find_links(store))[link.id] == link
    assert token not in str(await store.links())  # it is kept nowhere


async def test_dashboard_link_reads_every_run(access, store, settings):
    _, token = await make_link(store, settings, None, user_id="ada")
    caller = await access.identify(token)
    assert (caller.kind, caller.thread_id) == ("view", None)


async def test_link_expires_at_its_moment(access, store, settings):
    link, token = await make_link(store, settings, "t-1", hours=A_MOMENT, user_id="ada")
    assert await access.identify(token) is not None
    assert read_claims(token, signing_keys(settings)) is not None
    await asyncio.sleep(max(0.0, link.ends_at - datetime.now(UTC).timestamp()) + 0.01)
    assert await access.identify(token) is None


async def test_revoked_link_names_its_user(access, store, settings):
    link, token = await make_link(store, settings, "t-1", user_id="ada")
    _, other = await make_link(store, settings, "t-1", user_id="ada")
    revoked = await revoke(store, link.id, "bob")
    assert (revoked.revoked_by, revoked.revoked_at is not None) == ("bob", True)
    assert await access.identify(token) is None
    assert await access.identify(other) is not None
    assert await revoke(store, link.id, "carol") == revoked  # once is enough
    with pytest.raises(UnknownLinkError, match="nobody"):
        await revoke(store, "nobody", "ada")


async def test_token_without_record_is_refused(access, store, settings):
    link, token = await make_link(store, settings, "t-1", user_id="ada")
    await store.keep_link(link.id, None)
    assert await access.identify(token) is None
    await store.keep_link(link.id, b"not json")
    assert await access.identify(token) is None


async def test_forged_token_is_refused(access, store, settings):
    link, token = await make_link(store, settings, "t-1", user_id="ada")
    head, body, signature = token.split(".")
    now = int(datetime.now(UTC).timestamp())
    unsigned = jwt.encode(jwt.decode(token, options={"verify_signature": False}), "", "none", headers={"kid": "x"})
    tokens = {
        "another run": forged(token, settings, sub="t-2"),
        "every run": forged(token, settings, sub="*"),
        "another link": forged(token, settings, jti="0" * 16),
        "expired": forged(token, settings, exp=now - 1),
        "no end": forged(token, settings, exp=None),
        "no id": forged(token, settings, jti=None),
        "not from here": forged(token, settings, iss="somebody"),
        "for something else": forged(token, settings, aud="author"),
        "for that too": forged(token, settings, aud=["view", "author"]),
        "from the future": forged(token, settings, iat=now + 3600),
        "another key": forged(token, settings, key=b"k" * 32),
        "unknown key": forged(token, settings, head={"kid": "00000000"}),
        "no key named": forged(token, settings, head={}),
        "no algorithm": unsigned,
        "another algorithm": jwt.encode({"sub": "t-1"}, signing_keys(settings)[0].value * 2, "HS512"),
        "cut": f"{head}.{body}.",
        "swapped": f"{body}.{head}.{signature}",
        "long": token + "a" * 3000,
        "not ascii": token + "é",
        "surrogate": "\ud800",
        "empty": "",
        "dots": "..",
    }
    opened = {name: await access.identify(shown) for name, shown in tokens.items()}
    assert opened == dict.fromkeys(tokens)
    assert (await access.identify(token)).kid == link.id


@pytest.mark.parametrize("hours", [0, -1, float("nan"), float("inf"), MAX_HOURS + 1])
async def test_hours_that_cannot_be_are_refused(store, settings, hours):
    with pytest.raises(InputError, match="hours"):
        await make_link(store, settings, "t-1", hours=hours, user_id="ada")
    assert await list_links(store) == []


async def test_expired_records_are_removed(store, settings):
    await make_link(store, settings, "t-1", hours=1e-9, user_id="ada")
    second, _ = await make_link(store, settings, "t-1", user_id="ada")
    third, _ = await make_link(store, settings, "t-2", user_id="ada")
    assert await list_links(store) == [third, second]
    assert await list_links(store, "t-1") == [second]


class Away(MemoryStore):
    async def links(self, ids=None):
        raise StoreUnavailableError("redis://x cannot be reached; start it")

    async def log_opening(self, entry):
        raise StoreUnavailableError("redis://x cannot be reached; start it")


async def test_unavailable_store_keeps_links_open(settings, caplog):
    store = MemoryStore()
    _, token = await make_link(store, settings, "t-1", user_id="ada")
    away = Away()

    async def its_store():
        return away

    access = OnItsLoop(settings, its_store)
    with pytest.raises(StoreUnavailableError):
        await access.identify(token)
    assert await access.identify(token + "x") is None  # this one is dead whatever the store says
    with caplog.at_level(logging.WARNING, "workbench"):
        await access.record_opening(Caller("view", "l-1", "t-1"), "192.0.2.1", "Browser", "page")
    assert "l-1 was not recorded" in caplog.text


async def test_closed_links_are_reported(access, store, settings):
    kept, _ = await make_link(store, settings, "t-1", user_id="ada")
    taken, _ = await make_link(store, settings, "t-1", user_id="ada")
    short, _ = await make_link(store, settings, "t-1", hours=A_MOMENT, user_id="ada")
    looking = {kept.id, taken.id, short.id}
    told: asyncio.Queue[frozenset[str]] = asyncio.Queue()

    def closed(ids: frozenset[str]) -> None:
        looking.difference_update(ids)
        told.put_nowait(ids)

    watching = asyncio.create_task(access.watch(lambda: looking, closed))
    try:
        async with asyncio.timeout(5):
            assert await told.get() == {short.id}
            before = asyncio.get_running_loop().time()
            await revoke(store, taken.id, "ada")
            assert await told.get() == {taken.id}
            assert asyncio.get_running_loop().time() - before < 1
        assert looking == {kept.id}
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_watch_waits_for_the_store(settings, monkeypatch):
    monkeypatch.setattr("workbench.server.auth.POLL_S", 0.01)
    store, asked, told = MemoryStore(), [], asyncio.Event()
    link, _ = await make_link(store, settings, "t-1", user_id="ada")
    await revoke(store, link.id, "ada")

    async def away_at_first():
        asked.append(1)
        if len(asked) < 3:
            raise StoreUnavailableError("redis://x cannot be reached; start it")
        return store

    access = OnItsLoop(settings, away_at_first)
    watching = asyncio.create_task(access.watch(lambda: {link.id}, lambda _ids: told.set()))
    try:
        async with asyncio.timeout(5):
            await told.wait()
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_openings_are_noted_for_the_author(access, store, settings):
    link, token = await make_link(store, settings, "t-1", user_id="ada")
    before = len(await store.openings())
    caller = await access.identify(token)
    for what in ("page", "socket", "socket", "read", "read"):
        await access.record_opening(caller, "192.0.2.1", "Browser" * 100, what)
    await access.record_opening(caller, "192.0.2.2", "Browser", "read")
    await access.record_opening(Caller("author", "a-1"), "192.0.2.3", "Browser", "page")
    found = await list_openings(store, "t-1")
    mine = [opening for opening in found if opening.link_id == link.id]
    assert [(opening.what, opening.address) for opening in mine] == [
        ("read", "192.0.2.2"), ("read", "192.0.2.1"), ("socket", "192.0.2.1"), ("socket", "192.0.2.1"),
        ("page", "192.0.2.1"),
    ]  # fmt: skip
    assert len(mine[-1].user_agent) == 300
    assert len(await store.openings()) == before + 5
    assert token not in str(await store.openings())


async def test_remembered_addresses_are_bounded(access, store, settings):
    caller = Caller("view", "l-1", "t-1")
    for number in range(MAX_NOTED + 10):
        access._is_first_use(caller.kid, str(number), "read")
    assert len(access._recorded) <= MAX_NOTED


# ---- keys


def test_signing_key_file_is_private(settings):
    first = signing_keys(settings)
    assert signing_keys(settings) == first
    path = settings.home / "secret"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().strip() not in repr(first)
    path.chmod(0o644)
    with pytest.raises(InputError, match="chmod 600"):
        signing_keys(settings)


@pytest.mark.parametrize("secret", ["short", f"{FIRST},short", " , "])
def test_short_key_is_not_repeated(tmp_path, secret):
    with pytest.raises(InputError, match="WORKBENCH_SECRET: a signing key has less than 32 bytes") as said:
        signing_keys(Settings(home=tmp_path, secret=secret))
    assert "short" not in str(said.value)
    (tmp_path / "secret").write_text("short")
    (tmp_path / "secret").chmod(0o600)
    with pytest.raises(InputError, match="less than 32 bytes"):
        signing_keys(Settings(home=tmp_path))


async def test_signing_keys_rotate(store, tmp_path):
    """Old alone; new first and old behind it; new alone."""

    async def its_store():
        return store

    old, both, new = (Settings(home=tmp_path, secret=secret) for secret in (FIRST, f"{SECOND}, {FIRST}", SECOND))
    _, by_old = await make_link(store, old, "t-1", user_id="ada")
    _, by_new = await make_link(store, both, "t-1", user_id="ada")
    doors = {name: OnItsLoop(each, its_store) for name, each in (("old", old), ("both", both), ("new", new))}
    opens = {
        name: [await door.identify(token) is not None for token in (by_old, by_new)] for name, door in doors.items()
    }
    assert opens == {"old": [True, False], "both": [True, True], "new": [False, True]}


def test_two_processes_verify_each_others_links(settings, tmp_path):
    """Kernel and server share the home, not the process."""

    async def made() -> str:
        return (await make_link(MemoryStore(), settings, "t-1", user_id="ada"))[1]

    token = BackgroundLoop.current().call(made())
    BackgroundLoop.current().close()
    claims = read_claims(token, signing_keys(Settings(home=tmp_path)))
    assert claims.thread_id == "t-1"


def test_token_content_is_minimal(settings):
    async def made():
        return await make_link(MemoryStore(), settings, "t-1", hours=1, user_id="ada@firm.example")

    link, token = BackgroundLoop.current().call(made())
    BackgroundLoop.current().close()
    said = jwt.decode(token, options={"verify_signature": False})
    assert said.keys() == {"iss", "aud", "sub", "jti", "iat", "exp"}
    assert datetime.fromtimestamp(said["exp"], UTC) - datetime.now(UTC) < timedelta(hours=1, seconds=2)
    assert "ada" not in json.dumps(said)
    assert link.id == said["jti"]
