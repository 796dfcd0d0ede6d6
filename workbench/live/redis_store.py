"""Store on Redis or Valkey: single node, Sentinel or Cluster.

It uses plain commands, and one script for each change.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from redis.asyncio.cluster import RedisCluster

from workbench.errors import FencedError, LockHeldError, StoreError, StoreUnavailableError, printable
from workbench.live import keys, redis_scripts
from workbench.live.events import Event, id_order, parse_event
from workbench.live.lock_owner import WriterSign, is_gone, read_sign
from workbench.live.notifications import POLL_S, RedisNotifications, wait_for_news
from workbench.live.redis_client import Client, close
from workbench.live.redis_commands import PIPELINE, PIPELINE_OF_FIELDS, RedisCommands
from workbench.live.redis_errors import doubts, ours
from workbench.live.redis_topology import leave_silent
from workbench.live.run_summary import RunSummary
from workbench.live.snapshot import Snapshot, fold
from workbench.live.store import LOCK_TTL_S, OPENINGS_KEPT, ExhibitPageReader, Kept, unknown_thread, wait_for_answer
from workbench.live.stored_values import StoredValues
from workbench.text.encryption import Cipher

logger = logging.getLogger("workbench")

Revive = Callable[[], Awaitable[None]]

_BATCH = 1_000
_OLDEST = (6, 2)


class RedisStore(ExhibitPageReader):
    """Store on Redis 6.2, Valkey 7.2 or newer.

    Threads are found with SCAN, not in an index of the store's: that would lie in another cluster slot than the thread,
    so no script could keep the two in step, and it would go on naming threads that have expired.

    Args:
        client: From :func:`workbench.live.redis_client.connect`; the store closes it.
        url: For messages, without a password.
        timeout_s: Of one command, seconds.
        cipher: Encrypts what is kept, at this boundary: everything above it is in clear.
        revive: Called by :meth:`open` first: starts the embedded server again.
    """

    def __init__(
        self,
        client: Client,
        url: str,
        timeout_s: float = 5.0,
        *,
        cipher: Cipher | None = None,
        revive: Revive | None = None,
    ) -> None:
        self.url = url
        self.durable = False
        self.notice: str | None = None
        self.lock_ttl_s = LOCK_TTL_S
        self._timeout_s = timeout_s
        self._client: Any = client
        self._commands = RedisCommands(client, url, timeout_s)
        self._values = StoredValues(cipher or Cipher(), url)
        self._revive = revive
        # Two channels, so that a holder that waits for requests is not woken by its own writes.
        self._written = RedisNotifications(client.pubsub, keys.channel_pattern(keys.WRITTEN))
        self._asked = RedisNotifications(client.pubsub, keys.channel_pattern(keys.ASKED))
        self._shared = RedisNotifications(client.pubsub, keys.LINKS)

    async def open(self) -> None:
        """See :class:`Store`; also finds out how durable the server is."""
        if self._revive is not None:
            await self._revive()
        if isinstance(self._client, RedisCluster):
            await leave_silent(self._client, self._timeout_s)
        info = await self.info()
        self.durable = info["durable"]
        version = tuple(int(part) for part in info["version"].split(".")[:2])
        if info["server"] == "redis" and version < _OLDEST:
            raise StoreError(f"Redis at {self.url} is {info['version']}; use Redis 6.2, Valkey 7.2 or newer")
        self.notice = "; ".join(doubts(info)) or None

    async def acquire(self, thread_id: str, holder: str) -> int:
        """See :class:`Store`."""
        # The token makes a repeat after a lost answer recognisable; the holder's name is the same for two attempts.
        token = secrets.token_hex(8)
        answer = await self._acquire(thread_id, holder, token, gone="")
        if isinstance(answer, bytes) and is_gone(answer.decode()):
            answer = await self._acquire(thread_id, holder, token, gone=answer.decode())
        if isinstance(answer, bytes):
            raise LockHeldError(thread_id, answer.decode())
        return int(answer)

    async def renew(self, thread_id: str, fence: int) -> None:
        """See :class:`Store`."""
        held = self._keys(thread_id, keys.FENCE, keys.LOCK)
        if not await self._commands.run(redis_scripts.RENEW, held, fence, int(self.lock_ttl_s * 1000)):
            raise FencedError(thread_id)

    async def release(self, thread_id: str, fence: int) -> None:
        """See :class:`Store`."""
        await self._commands.run(redis_scripts.RELEASE, self._keys(thread_id, keys.FENCE, keys.LOCK), fence)

    async def holder(self, thread_id: str) -> str | None:
        """See :class:`Store`."""
        answer = await self._commands.send("GET", keys.part_key(thread_id, keys.LOCK))
        return None if answer is None else str(answer.decode())

    async def writer(self, thread_id: str) -> WriterSign:
        """See :class:`Store`."""
        held = self._keys(thread_id, keys.FENCE, keys.LOCK)
        holder, left_ms, ttl_ms = await self._commands.run(redis_scripts.SIGN, held)
        # A writer of an earlier version has not kept its lock's time.
        ttl_s = int(ttl_ms) / 1000 if ttl_ms else LOCK_TTL_S
        return read_sign(holder.decode() if holder else None, int(left_ms) / 1000, ttl_s)

    async def write(
        self,
        thread_id: str,
        fence: int,
        events: Sequence[Event],
        snapshot: Snapshot | None = None,
        kept: Kept | None = None,
        count: int = 0,
    ) -> int:
        """See :class:`Store`: one script, so one append and fsync."""
        touched = [*self._keys(thread_id, keys.FENCE, keys.EVENTS), keys.snapshot_key(thread_id)]
        changes = self._changes(thread_id, touched, kept or {})
        arguments: list[Any] = [
            fence,
            keys.channel(thread_id, keys.WRITTEN),
            "" if snapshot is None else self._values.write_snapshot(thread_id, snapshot),
            "" if snapshot is None else self._values.write_summary(thread_id, snapshot),
            "" if snapshot is None else snapshot.last_event_id,
            count,
            len(changes) // 4,
            *changes,
        ]
        for event in events:
            arguments += event.id, self._values.write_event(thread_id, event)
        answer = int(await self._commands.run(redis_scripts.WRITE, touched, *arguments))
        if answer < 0:
            raise FencedError(thread_id)
        return answer

    async def read_fields(self, thread_id: str, part: str, names: Sequence[str] | None = None) -> dict[str, bytes]:
        """See :class:`Store`."""
        key = keys.part_key(thread_id, part)
        if names is None:
            found = await self._commands.answer(self._client.hgetall(key))
            fields = {name.decode(): value for name, value in found.items()}
        elif names:
            values = await self._commands.answer(self._client.hmget(key, list(names)))
            fields = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        else:
            fields = {}
        return {name: self._values.read_field(value, thread_id, part, name) for name, value in fields.items()}

    async def read(self, thread_id: str) -> Snapshot | None:
        """See :class:`Store`.

        The snapshot is read first, so that no event can fall between it and the events.
        """
        data = await self._commands.send("GET", keys.snapshot_key(thread_id))
        if data is None:
            return None
        snapshot = self._values.read_snapshot(thread_id, data)
        with ours(thread_id, self.url):
            return fold(snapshot, await self.events(thread_id, snapshot.last_event_id))

    async def stamps(self) -> dict[str, str]:
        """See :class:`Store`; one small answer a thread."""
        ids = await self._commands.find_threads(None)
        commands = [("HMGET", keys.part_key(id_, keys.FENCE), *keys.STAMP) for id_ in ids]
        answers = zip(ids, await self._commands.send_all(commands, PIPELINE_OF_FIELDS), strict=True)
        fences = ((id_, self._commands.check(values)) for id_, values in answers)
        # Without a number no version of ours has written it: nothing tells whether it changes.
        return {
            id_: b" ".join(value or b"-" for value in values).decode(errors="replace") if values[0] else ""
            for id_, values in fences
        }

    async def summaries(self, ids: Sequence[str] | None = None) -> list[RunSummary]:
        """See :class:`Store`.

        Two commands a thread, in pipelines: 1,000 runs take a dozen round trips instead of 3,000.
        """
        wanted = await self._commands.find_threads(None) if ids is None else ids
        fences = await self._read_fences(wanted, keys.SUMMARY)
        found = {id_: self._values.find_summary(id_, fields[0]) for id_, fields in fences.items()}
        missing = [id_ for id_, summary in found.items() if summary is None]
        for at in range(0, len(missing), PIPELINE):
            found |= await self._summarize_snapshots(missing[at : at + PIPELINE])
        read = [summary for summary in found.values() if summary is not None]
        # An event behind a summary: the run is being written, or an earlier version wrote it, which knows no summary.
        # The events are read after the summaries, so that none can fall between the two.
        later = await self._commands.send_all([
            ("XRANGE", keys.part_key(each.thread_id, keys.EVENTS), _after(each.last_event_id), "+", "COUNT", 1)
            for each in read
        ])  # fmt: skip
        current: list[RunSummary] = []
        for summary, rows in zip(read, later, strict=True):
            with self._left_out():
                if not self._commands.check(rows):
                    current.append(summary)
                elif (snapshot := await self.read(summary.thread_id)) is not None:
                    current.append(RunSummary.of(snapshot))
        return current

    async def _summarize_snapshots(self, ids: Sequence[str]) -> dict[str, RunSummary]:
        data = await self._commands.send_all([("GET", keys.snapshot_key(id_)) for id_ in ids])
        found = {}
        for thread_id, value in zip(ids, data, strict=True):
            with self._left_out():
                if self._commands.check(value) is not None:
                    found[thread_id] = self._values.summarize_snapshot(thread_id, value)
        return found

    @contextlib.contextmanager
    def _left_out(self) -> Iterator[None]:
        """Logs that a thread cannot be read.

        One such must not hide the others.
        """
        try:
            yield
        except StoreUnavailableError:
            raise
        except StoreError as error:
            logger.warning("%s", printable(str(error)))

    async def events(self, thread_id: str, after: str = "", limit: int | None = None) -> list[Event]:
        """See :class:`Store`."""
        found: list[Event] = []
        while limit is None or len(found) < limit:
            batch, after = await self._range(thread_id, after, _BATCH if limit is None else limit - len(found))
            if not after:
                break
            found += batch
        return found

    async def frames(self, thread_id: str, after: str = "", limit: int | None = None) -> list[tuple[str, bytes]]:
        """See :class:`Store`."""
        found: list[tuple[str, bytes]] = []
        while limit is None or len(found) < limit:
            batch = await self._rows(thread_id, after, _BATCH if limit is None else limit - len(found))
            if not batch:
                break
            found += batch
            after = batch[-1][0]
        return found

    def watch_writes(self, thread_id: str) -> AbstractContextManager[asyncio.Event]:
        """See :class:`Store`."""
        return self._written.watch_channel(keys.channel(thread_id, keys.WRITTEN))

    def on_write(self, thread_id: str, tell: Callable[[], None]) -> AbstractContextManager[None]:
        """See :class:`Store`."""
        return self._written.call_on_wake(keys.channel(thread_id, keys.WRITTEN), tell)

    async def links(self, ids: Sequence[str] | None = None) -> dict[str, bytes]:
        """See :class:`Store`."""
        if ids is None:
            found = await self._commands.answer(self._client.hgetall(keys.LINKS))
            return {link_id.decode(): record for link_id, record in found.items()}
        values = await self._commands.answer(self._client.hmget(keys.LINKS, list(ids))) if ids else []
        return {link_id: value for link_id, value in zip(ids, values, strict=True) if value is not None}

    async def keep_link(self, link_id: str, record: bytes | None) -> None:
        """See :class:`Store`."""
        change = ("HDEL", keys.LINKS, link_id) if record is None else ("HSET", keys.LINKS, link_id, record)
        # The announcement is apart: it only says that there is something to read.
        await self._commands.send(*change)
        await self._commands.send("PUBLISH", keys.LINKS, link_id)

    def watch_links(self) -> AbstractContextManager[asyncio.Event]:
        """See :class:`Store`."""
        return self._shared.watch_channel(keys.LINKS)

    async def log_opening(self, entry: bytes) -> None:
        """See :class:`Store`."""
        await self._commands.send("LPUSH", keys.OPENINGS, entry)
        await self._commands.send("LTRIM", keys.OPENINGS, 0, OPENINGS_KEPT - 1)

    async def openings(self) -> list[bytes]:
        """See :class:`Store`."""
        found: list[bytes] = await self._commands.send("LRANGE", keys.OPENINGS, 0, -1)
        return found

    async def follow(self, thread_id: str, after: str = "") -> AsyncIterator[list[Event]]:
        """See :class:`Store`."""
        id_order(after)  # a bad id is an error at once, not an endless wait
        with self._written.watch_channel(keys.channel(thread_id, keys.WRITTEN)) as news:
            while True:
                news.clear()
                batch: list[Event] = []
                reached = ""
                with contextlib.suppress(StoreUnavailableError):
                    batch, reached = await self._range(thread_id, after, _BATCH)
                after = reached or after
                if batch:
                    yield batch
                if not reached:
                    await wait_for_news(news, POLL_S)

    async def threads(self, part: str | None = None) -> list[str]:
        """See :class:`Store`."""
        return list(await self._read_fences(await self._commands.find_threads(part)))

    async def expire(self, thread_id: str, ttl_s: float, fence: int | None = None) -> None:
        """See :class:`Store`."""
        number = "" if fence is None else fence
        answer = await self._commands.run(redis_scripts.EXPIRE, self._all_keys(thread_id), number, int(ttl_s * 1000))
        if isinstance(answer, bytes):
            raise LockHeldError(thread_id, answer.decode())

    async def request(self, thread_id: str, command: Mapping[str, Any]) -> None:
        """See :class:`Store`."""
        payload = self._values.write_request(thread_id, {"request_id": secrets.token_hex(8), **command})
        touched = [*self._keys(thread_id, keys.FENCE, keys.COMMANDS), keys.snapshot_key(thread_id)]
        if not await self._commands.run(redis_scripts.REQUEST, touched, payload, keys.channel(thread_id, keys.ASKED)):
            raise unknown_thread(thread_id, self.url)

    async def take_requests(self, thread_id: str, fence: int) -> list[dict[str, Any]]:
        """See :class:`Store`."""
        answer = await self._commands.run(redis_scripts.TAKE, self._keys(thread_id, keys.FENCE, keys.COMMANDS), fence)
        if isinstance(answer, int):
            raise FencedError(thread_id)
        return [self._values.read_request(thread_id, item) for item in answer]

    async def answer(self, thread_id: str, request_id: str, timeout_s: float) -> bytes | None:
        """See :class:`Store`."""
        with self._written.watch_channel(keys.channel(thread_id, keys.WRITTEN)) as news:
            return await wait_for_answer(self, thread_id, request_id, news, timeout_s)

    def watch_requests(self, thread_id: str) -> AbstractContextManager[asyncio.Event]:
        """See :class:`Store`."""
        return self._asked.watch_channel(keys.channel(thread_id, keys.ASKED))

    async def info(self) -> dict[str, Any]:
        """See :class:`Store`; the facts are as the server tells them.

        A hosted Redis may refuse CONFIG; then nothing is claimed about durability. ``kid`` is the key that encrypts.
        """
        return {**await self._commands.describe_server(), "kid": self._values.kid}

    async def command(self, *words: Any, everywhere: bool = False) -> Any:
        """Sends one command and returns its raw answer.

        For re-encryption, which needs the values as they are stored. Errors are those of the other methods.

        Args:
            words: The command's.
            everywhere: Asks each primary of a cluster; the answer is then a dict by node, where there are several.
        """
        return await self._commands.send(*words, everywhere=everywhere)

    async def aclose(self) -> None:
        """See :class:`Store`."""
        await self._written.aclose()
        await self._asked.aclose()
        await self._shared.aclose()
        await close(self._client)

    async def _read_fences(self, ids: Sequence[str], *fields: str) -> dict[str, list[bytes | None]]:
        """Reads fields of threads' fences; the oldest thread is first."""
        # A store has no order of its own; "created" is set once, by the first acquisition.
        commands = [("HMGET", keys.part_key(id_, keys.FENCE), "created", *fields) for id_ in ids]
        answers = await self._commands.send_all(commands, PIPELINE_OF_FIELDS)
        rows = []
        for id_, answer in zip(ids, answers, strict=True):
            moment, *values = self._commands.check(answer)
            rows.append((int(moment) if moment and moment.isdigit() else 0, id_, values))
        return {id_: values for _, id_, values in sorted(rows, key=lambda row: row[:2])}

    async def _acquire(self, thread_id: str, holder: str, token: str, *, gone: str) -> Any:
        ttl_ms = int(self.lock_ttl_s * 1000)
        return await self._commands.run(redis_scripts.ACQUIRE, self._all_keys(thread_id), holder, ttl_ms, token, gone)

    async def _range(self, thread_id: str, after: str, limit: int) -> tuple[list[Event], str]:
        """Reads events behind an id, and the id reached."""
        # The id is answered apart from the events: a batch may hold only events of types that this version ignores.
        rows = await self._rows(thread_id, after, limit)
        with ours(thread_id, self.url):
            parsed = [parse_event(data) for _, data in rows]
        return [event for event in parsed if event is not None], rows[-1][0] if rows else ""

    async def _rows(self, thread_id: str, after: str, limit: int) -> list[tuple[str, bytes]]:
        """Reads events behind an id as their ids and JSON."""
        key = keys.part_key(thread_id, keys.EVENTS)
        rows = await self._commands.answer(self._client.xrange(key, _after(after), "+", count=limit))
        return self._values.read_rows(thread_id, rows)

    def _changes(self, thread_id: str, touched: list[str], kept: Kept) -> list[Any]:
        """Encodes changes as script arguments; adds keys to ``touched``."""
        arguments: list[Any] = []
        for part, fields in kept.items():
            touched.append(keys.part_key(thread_id, part))
            index = len(touched)  # Lua counts from 1
            for name, value in fields.items():
                if value is None:
                    arguments += index, "-", name, ""
                else:
                    arguments += index, "=", name, self._values.write_field(value, thread_id, part, name)
        return arguments

    @staticmethod
    def _keys(thread_id: str, *parts: str) -> list[str]:
        return [keys.part_key(thread_id, part) for part in parts]

    @staticmethod
    def _all_keys(thread_id: str) -> list[str]:
        first = [keys.part_key(thread_id, keys.FENCE), keys.part_key(thread_id, keys.LOCK)]
        return first + [key for key in keys.thread_keys(thread_id) if key not in first]


def _after(event_id: str) -> str:
    """Returns the start of a range behind an event."""
    id_order(event_id)
    return f"({event_id}" if event_id else "-"
