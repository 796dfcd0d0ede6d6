"""Re-encryption of every run under the first key.

It covers the store and the files under the home. For each Redis key one script compares what the key holds with what
was read and replaces it, or changes nothing. So no lock is needed, a crash in between leaves every value readable under
one of the keys, and a second call goes on with what is left. A live writer would go on writing under the keys of its
start: its run is passed over and named.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from redis.exceptions import NoPermissionError

from workbench.case.document_cache import DOCUMENTS, DocumentCache
from workbench.config import Settings
from workbench.errors import InputError, LockHeldError, Problem, StoreError, StoreUnavailableError
from workbench.live import keys, redis_scripts
from workbench.live.encrypted_files import ARCHIVE, RUNS, RunFiles, threads_with_files
from workbench.live.lock_owner import is_gone
from workbench.live.open_store import open_store
from workbench.live.redis_store import RedisStore
from workbench.live.run_index import remove_index
from workbench.text.encryption import SNAPSHOT, VARIABLE, Cipher

_TRIES = 5
_BATCH = 1_000
_BUSY = ("aof_rewrite_in_progress", "aof_rewrite_scheduled", "rdb_bgsave_in_progress")
_LOOK_S = 0.05

Say = Callable[[str], None]
Values = list[tuple[str, bytes]]


@dataclass
class Rekeyed:
    """Result of a re-encryption.

    Attributes:
        kid: The key that encrypts now.
        runs: How many runs were looked through, in the store or in files.
        values: How many values of the store were re-encrypted.
        files: How many files.
        held: Runs passed over, and who writes them.
        failed: Runs of which something cannot be decrypted or written, and why.
        old_values: Why the server's own files may still hold the old values, or None: they were written anew.
    """

    kid: str
    runs: int = 0
    values: int = 0
    files: int = 0
    held: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    old_values: str | None = None

    @property
    def complete(self) -> bool:
        """True where no value needs another key any more."""
        return not (self.held or self.failed)


async def rekey(settings: Settings, say: Say = lambda _line: None) -> Rekeyed:
    """Re-encrypts everything that is not under the first key.

    Args:
        settings: With ``WORKBENCH_ENCRYPTION_KEY``: the new key first, then those that still decrypt something.
        say: Called with one line for each run.

    Raises:
        InputError: There is no key, or one is none.
        StoreUnavailableError: The store cannot be reached; start again later, nothing is lost.
    """
    cipher = Cipher.of(settings)
    if cipher.kid is None:
        remedy = "set it to the new key, then the old ones after commas; `workbench redis key` makes one"
        raise InputError(Problem(what="is not set", remedy=remedy, field=VARIABLE))
    done = Rekeyed(cipher.kid)
    store = await open_store(settings)
    try:
        stored = await _find_stored_threads(store) if isinstance(store, RedisStore) else set()
        filed = {thread_id for kind in (ARCHIVE, RUNS) for thread_id in threads_with_files(settings, kind)}
        for thread_id in sorted(stored | filed):
            before = done.values, done.files
            try:
                if isinstance(store, RedisStore):
                    await _rekey_thread(store, cipher, thread_id, done)
                for kind in (ARCHIVE, RUNS):
                    done.files += await asyncio.to_thread(RunFiles(settings, kind, thread_id).rekey)
            except StoreUnavailableError:  # would fail for every further run as well
                raise
            except LockHeldError as error:
                done.held[thread_id] = error.holder
                say(f"{thread_id}: passed over, {error.holder} writes it")
            except (StoreError, OSError, ValueError) as error:  # ValueError: a field's name that is no UTF-8, of others
                done.failed[thread_id] = str(error)
                say(f"{thread_id}: {error}")
            else:
                say(f"{thread_id}: {done.values - before[0]} values, {done.files - before[1]} files")
            done.runs += 1
        await asyncio.to_thread(_remove_caches, settings, done, say)
        if isinstance(store, RedisStore):
            done.old_values = await _write_server_files_anew(store)
    finally:
        await store.aclose()
    return done


def _remove_caches(settings: Settings, done: Rekeyed, say: Say) -> None:
    """Removes the cached text of exhibits under another key, and the index of runs."""
    remove_index(settings.home)
    # Not re-encrypted: both are made again when they are wanted.
    try:
        DocumentCache(settings).remove_others()
    except OSError as error:
        done.failed[DOCUMENTS] = str(error)
        say(f"{DOCUMENTS}: {error}")


async def _find_stored_threads(store: RedisStore) -> set[str]:
    """Finds every thread that has any key in the store."""
    found = set(await store.threads())
    for part in (keys.EVENTS, keys.COMMANDS, *keys.FIELDS, *keys.FORMER_FIELDS):
        found |= set(await store.threads(part))
    return found


async def _rekey_thread(store: RedisStore, cipher: Cipher, thread_id: str, done: Rekeyed) -> None:
    holder = await store.holder(thread_id)
    # A live writer would go on encrypting with the keys of its start; a dead one's lock only has to lapse.
    gone = holder if holder is not None and is_gone(holder) else ""
    if holder and not gone:
        raise LockHeldError(thread_id, holder)
    for part in (SNAPSHOT, keys.FENCE, keys.EVENTS, keys.COMMANDS, *keys.FIELDS, *keys.FORMER_FIELDS):
        # Other processes may add requests between reading and replacing: then the script refuses, and the part is read
        # again.
        for _ in range(_TRIES):
            values = await _values(store, thread_id, part)
            stale = [value for value in values if not cipher.is_current(value[1])]
            if not stale or await _replace_values(
                store, cipher, thread_id, part, values if _is_whole(part) else stale, gone
            ):
                done.values += len(stale)
                break
        else:
            raise StoreError(f"{part} of run {thread_id} in Redis at {store.url} keeps changing; run this again later")


def _kind(part: str) -> str:
    """Returns the Redis type of a part, for the script."""
    return {SNAPSHOT: "string", keys.EVENTS: "stream", keys.COMMANDS: "list"}.get(part, "hash")


def _is_whole(part: str) -> bool:
    """Tests for a part that is replaced as a whole."""
    return _kind(part) in {"stream", "list"}


async def _values(store: RedisStore, thread_id: str, part: str) -> Values:
    """Reads the stored values of a part, by name."""
    key = _key(thread_id, part)
    match _kind(part):
        case "string":
            data = await store.command("GET", key)
            return [] if data is None else [("", data)]
        case "stream":
            return await _entries(store, thread_id)
        case "list":
            return [("", item) for item in await store.command("LRANGE", key, 0, -1)]
        case _ if part == keys.FENCE:  # the other fields are in clear: the scripts read them
            data = await store.command("HGET", key, keys.SUMMARY)
            return [] if data is None else [(keys.SUMMARY, data)]
        case _:
            fields = await store.command("HGETALL", key)
            return [(name.decode(), value) for name, value in fields.items()]


async def _entries(store: RedisStore, thread_id: str) -> Values:
    key = keys.part_key(thread_id, keys.EVENTS)
    found: Values = []
    start = "-"
    while rows := await store.command("XRANGE", key, start, "+", "COUNT", _BATCH):
        for event_id, fields in rows:
            if set(fields) != {b"e"}:  # it would be lost: each entry is written again with the one field
                raise StoreError(f"{key} in Redis at {store.url} has an entry that is no event, {event_id.decode()}")
            found.append((event_id.decode(), fields[b"e"]))
        start = f"({found[-1][0]}"
    return found


async def _replace_values(
    store: RedisStore, cipher: Cipher, thread_id: str, part: str, values: Values, gone: str
) -> bool:
    """Replaces values; answers False where they have changed meanwhile."""
    key = _key(thread_id, part)
    arguments: list[Any] = [_kind(part), gone]
    for name, value in values:
        place = (thread_id, part) if part in {SNAPSHOT, keys.COMMANDS} else (thread_id, part, name)
        anew = cipher.encrypt(cipher.decrypt(value, place, f"Redis at {store.url}"), place)
        arguments += name, hashlib.sha1(value, usedforsecurity=False).hexdigest(), anew  # as redis.sha1hex
    touched = keys.part_key(thread_id, keys.FENCE), keys.part_key(thread_id, keys.LOCK), key
    answer = await store.command("EVAL", redis_scripts.REENCRYPT.text, len(touched), *touched, *arguments)
    if isinstance(answer, bytes):
        raise LockHeldError(thread_id, answer.decode())
    return bool(answer)


def _key(thread_id: str, part: str) -> str:
    return keys.snapshot_key(thread_id) if part == SNAPSHOT else keys.part_key(thread_id, part)


async def _write_server_files_anew(store: RedisStore) -> str | None:
    """Makes the server rewrite its files from its present data.

    The append-only file keeps every value ever written, also under the old keys, until it is rewritten.

    Returns:
        Why they may hold old values still, or None.
    """
    try:
        if any(node["aof_enabled"] for node in await _when_idle(store)):
            await store.command("BGREWRITEAOF", everywhere=True)
            facts = await _when_idle(store)
            if any(node["aof_last_bgrewrite_status"] != "ok" for node in facts if node["aof_enabled"]):
                return f"Redis at {store.url} could not write its file anew; see its log, then run this again"
        if (await store.command("CONFIG GET", "save")).get("save"):
            await store.command("BGSAVE", everywhere=True)
            if any(node["rdb_last_bgsave_status"] != "ok" for node in await _when_idle(store)):
                return f"Redis at {store.url} could not write its dump anew; see its log, then run this again"
    except StoreError as error:
        if isinstance(error, StoreUnavailableError) and not isinstance(error.__cause__, NoPermissionError):
            raise
        return f"{error}; have its administrator run BGREWRITEAOF, and BGSAVE where it saves dumps"
    return None


async def _when_idle(store: RedisStore) -> list[dict[str, Any]]:
    """Reads each server's persistence facts once it is idle."""
    while True:
        facts = await store.command("INFO", "persistence", everywhere=True)
        nodes = [facts] if "aof_enabled" in facts else list(facts.values())
        if not any(node[name] for node in nodes for name in _BUSY):
            return nodes
        await asyncio.sleep(_LOOK_S)
