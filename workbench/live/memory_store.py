"""In-memory store for a process without Redis.

Runs are lost when the process ends; the store's notice says so.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from workbench.errors import FencedError, LockHeldError
from workbench.live import keys
from workbench.live.events import Event, id_order
from workbench.live.lock_owner import WriterSign, is_gone, read_sign
from workbench.live.notifications import POLL_S, Notifications, wait_for_news
from workbench.live.run_summary import RunSummary
from workbench.live.snapshot import Snapshot, fold
from workbench.live.store import LOCK_TTL_S, OPENINGS_KEPT, ExhibitPageReader, Kept, unknown_thread, wait_for_answer

NOTICE = (
    "runs are kept in this process's memory only and are lost when it ends; "
    "set REDIS_URL, or unset USE_REDIS where it is false, to keep them"
)


@dataclass
class _Thread:
    number: int = 0
    holder: str | None = None
    lock_until: float = 0.0
    expires_at: float | None = None
    snapshot: Snapshot | None = None
    events: list[Event] = field(default_factory=list)
    parts: dict[str, dict[str, bytes]] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)


class MemoryStore(ExhibitPageReader):
    """Implementation of :class:`workbench.live.store.Store` in memory.

    Users who share a store must share the object.
    """

    url = "memory:"
    durable = False
    notice: str | None = NOTICE

    def __init__(self) -> None:
        self.lock_ttl_s = LOCK_TTL_S
        self._threads: dict[str, _Thread] = {}
        self._links: dict[str, bytes] = {}
        self._openings: deque[bytes] = deque(maxlen=OPENINGS_KEPT)
        self._written = Notifications()
        self._asked = Notifications()

    async def open(self) -> None:
        """Does nothing: there is no connection."""

    async def acquire(self, thread_id: str, holder: str) -> int:
        """See :class:`Store`."""
        thread = self._get(thread_id) or self._threads.setdefault(thread_id, _Thread())
        live = self._live_holder(thread)
        if live is not None and not is_gone(live):
            raise LockHeldError(thread_id, live)
        thread.number += 1
        thread.holder, thread.lock_until = holder, time.monotonic() + self.lock_ttl_s
        thread.expires_at = None  # a run that is being written never expires
        return thread.number

    async def renew(self, thread_id: str, fence: int) -> None:
        """See :class:`Store`."""
        self._require_fence(thread_id, fence).lock_until = time.monotonic() + self.lock_ttl_s

    async def release(self, thread_id: str, fence: int) -> None:
        """See :class:`Store`."""
        thread = self._get(thread_id)
        if thread is not None and thread.number == fence:
            thread.number += 1  # a late write of the former holder is refused
            thread.lock_until = 0.0

    async def holder(self, thread_id: str) -> str | None:
        """See :class:`Store`."""
        thread = self._get(thread_id)
        return self._live_holder(thread) if thread else None

    async def writer(self, thread_id: str) -> WriterSign:
        """See :class:`Store`."""
        thread = self._get(thread_id)
        holder = self._live_holder(thread) if thread else None
        return read_sign(holder, thread.lock_until - time.monotonic() if thread else 0.0, self.lock_ttl_s)

    async def write(
        self,
        thread_id: str,
        fence: int,
        events: Sequence[Event],
        snapshot: Snapshot | None = None,
        kept: Kept | None = None,
        count: int = 0,
    ) -> int:
        """See :class:`Store`."""
        thread = self._require_fence(thread_id, fence)
        self._change(thread, kept or {})
        last = id_order(thread.events[-1].id) if thread.events else (-1, -1)
        # As in the Redis script: events up to the last id are a repeat, after an answer that was lost.
        new = [event for event in events if id_order(event.id) > last]
        thread.events.extend(new)
        if new:
            last = id_order(new[-1].id)
        # A late repeat must not bring an old snapshot back.
        if snapshot is not None and (thread.snapshot is None or id_order(snapshot.last_event_id) >= last):
            thread.snapshot = snapshot
        if new:
            self._written.wake(thread_id)
        return count

    async def read_fields(self, thread_id: str, part: str, names: Sequence[str] | None = None) -> dict[str, bytes]:
        """See :class:`Store`."""
        thread = self._get(thread_id)
        fields = thread.parts.get(part, {}) if thread else {}
        return dict(fields) if names is None else {name: fields[name] for name in names if name in fields}

    async def read(self, thread_id: str) -> Snapshot | None:
        """See :class:`Store`."""
        thread = self._get(thread_id)
        if thread is None or thread.snapshot is None:
            return None
        return fold(thread.snapshot, await self.events(thread_id, thread.snapshot.last_event_id))

    async def stamps(self) -> dict[str, str]:
        """See :class:`Store`: none, since no index outlives this store."""
        return dict.fromkeys(await self.threads(), "")

    async def summaries(self, ids: Sequence[str] | None = None) -> list[RunSummary]:
        """See :class:`Store`."""
        found = [await self.read(thread_id) for thread_id in (await self.threads() if ids is None else ids)]
        return [RunSummary.of(snapshot) for snapshot in found if snapshot is not None]

    async def events(self, thread_id: str, after: str = "", limit: int | None = None) -> list[Event]:
        """See :class:`Store`."""
        threshold = id_order(after)
        thread = self._get(thread_id)
        behind = (event for event in (thread.events if thread else ()) if id_order(event.id) > threshold)
        return list(itertools.islice(behind, limit))

    async def frames(self, thread_id: str, after: str = "", limit: int | None = None) -> list[tuple[str, bytes]]:
        """See :class:`Store`."""
        return [(event.id, event.to_json()) for event in await self.events(thread_id, after, limit)]

    def watch_writes(self, thread_id: str) -> AbstractContextManager[asyncio.Event]:
        """See :class:`Store`."""
        return self._written.watch_channel(thread_id)

    def on_write(self, thread_id: str, tell: Callable[[], None]) -> AbstractContextManager[None]:
        """See :class:`Store`."""
        return self._written.call_on_wake(thread_id, tell)

    async def links(self, ids: Sequence[str] | None = None) -> dict[str, bytes]:
        """See :class:`Store`."""
        return dict(self._links) if ids is None else {id_: self._links[id_] for id_ in ids if id_ in self._links}

    async def keep_link(self, link_id: str, record: bytes | None) -> None:
        """See :class:`Store`."""
        if record is None:
            self._links.pop(link_id, None)
        else:
            self._links[link_id] = record
        self._written.wake(keys.LINKS)

    def watch_links(self) -> AbstractContextManager[asyncio.Event]:
        """See :class:`Store`."""
        return self._written.watch_channel(keys.LINKS)

    async def log_opening(self, entry: bytes) -> None:
        """See :class:`Store`."""
        self._openings.appendleft(entry)

    async def openings(self) -> list[bytes]:
        """See :class:`Store`."""
        return list(self._openings)

    async def follow(self, thread_id: str, after: str = "") -> AsyncIterator[list[Event]]:
        """See :class:`Store`."""
        with self._written.watch_channel(thread_id) as news:
            while True:
                # Before reading: a write in between sets it again.
                news.clear()
                batch = await self.events(thread_id, after)
                if batch:
                    after = batch[-1].id
                    yield batch
                else:
                    await wait_for_news(news, POLL_S)

    async def threads(self, part: str | None = None) -> list[str]:
        """See :class:`Store`."""
        found = {thread_id: thread for thread_id in list(self._threads) if (thread := self._get(thread_id))}
        return [id_ for id_, thread in found.items() if (thread.parts.get(part) if part else thread.snapshot)]

    async def expire(self, thread_id: str, ttl_s: float, fence: int | None = None) -> None:
        """See :class:`Store`."""
        thread = self._get(thread_id)
        if thread is None:
            return
        live = self._live_holder(thread)
        if live is not None and thread.number != fence:
            raise LockHeldError(thread_id, live)
        thread.expires_at = time.monotonic() + ttl_s

    async def request(self, thread_id: str, command: Mapping[str, Any]) -> None:
        """See :class:`Store`."""
        thread = self._get(thread_id)
        if thread is None or thread.snapshot is None:
            raise unknown_thread(thread_id, self.url)
        thread.requests.append({"request_id": secrets.token_hex(8), **command})
        self._asked.wake(thread_id)

    async def take_requests(self, thread_id: str, fence: int) -> list[dict[str, Any]]:
        """See :class:`Store`."""
        thread = self._require_fence(thread_id, fence)
        taken, thread.requests = thread.requests, []
        return taken

    async def answer(self, thread_id: str, request_id: str, timeout_s: float) -> bytes | None:
        """See :class:`Store`."""
        with self._written.watch_channel(thread_id) as news:
            return await wait_for_answer(self, thread_id, request_id, news, timeout_s)

    def watch_requests(self, thread_id: str) -> AbstractContextManager[asyncio.Event]:
        """See :class:`Store`."""
        return self._asked.watch_channel(thread_id)

    async def info(self) -> dict[str, Any]:
        """See :class:`Store`."""
        return {"url": self.url, "version": None, "durable": self.durable, "threads": len(await self.threads())}

    async def aclose(self) -> None:
        """Does nothing; the runs stay as long as the object."""

    # Threads expire when somebody looks, not by a timer: the store has no task of its own.
    def _get(self, thread_id: str) -> _Thread | None:
        thread = self._threads.get(thread_id)
        if thread is not None and thread.expires_at is not None and time.monotonic() >= thread.expires_at:
            del self._threads[thread_id]
            return None
        return thread

    @staticmethod
    def _change(thread: _Thread, kept: Kept) -> None:
        for part, fields in kept.items():
            for name, value in fields.items():
                if value is None:
                    thread.parts.get(part, {}).pop(name, None)
                else:
                    thread.parts.setdefault(part, {})[name] = value

    def _require_fence(self, thread_id: str, fence: int) -> _Thread:
        thread = self._get(thread_id)
        if thread is None or thread.number != fence:
            raise FencedError(thread_id)
        return thread

    @staticmethod
    def _live_holder(thread: _Thread) -> str | None:
        return thread.holder if time.monotonic() < thread.lock_until else None
