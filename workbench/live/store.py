"""Protocol of the two stores of events and snapshots.

The writer's rules (DESIGN: Redis): one writer a thread, with a fencing number; a write appends events whose ids the
writer made; a repeat of a write is recognised by its ids; an overtaken writer can write nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from workbench.errors import StoreError, StoreNotWritableError, printable
from workbench.live import keys
from workbench.live.events import Event
from workbench.live.lock_owner import WriterSign
from workbench.live.notifications import wait_for_news
from workbench.live.run_summary import RunSummary
from workbench.live.snapshot import Snapshot

logger = logging.getLogger("workbench")

T = TypeVar("T")

LOCK_TTL_S = 10.0
"""Time after which the lock of a silent holder lapses."""

OPENINGS_KEPT = 5_000
"""Of links; the oldest notes are dropped."""

_ANSWER_POLL_S = 0.1

_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 2.0

# One protocol for two stores: tests/live/test_store.py runs one contract suite over both.
Kept = Mapping[str, Mapping[str, bytes | None]]
"""Changes of a thread's hashes, by part (:data:`workbench.live.keys.FIELDS`): a field's new value, or None where the
field goes."""


class Store(Protocol):
    """Store of events, snapshots and requests of runs.

    All methods run on one event loop.

    Every method that talks to the store raises StoreUnavailableError where it cannot be reached.

    Attributes:
        url: Where it is, without a password; ``memory:`` for the in-memory store.
        durable: Whether an acknowledged write survives a crash of every process; known after :meth:`open`.
        notice: What the user must be told about this store before relying on it, or None; known after :meth:`open`.
        lock_ttl_s: How long a lock lasts without :meth:`renew`, seconds.
    """

    url: str
    durable: bool
    notice: str | None
    lock_ttl_s: float

    async def open(self) -> None:
        """Connects or reconnects; StoreUnavailableError where not possible."""

    async def acquire(self, thread_id: str, holder: str) -> int:
        """Takes the thread's lock and returns the fencing number.

        The number is above every earlier one of this thread.

        From now on nothing of the thread expires, until :meth:`expire` is called again.

        Args:
            thread_id: The run.
            holder: ``host:pid/user`` (:func:`workbench.live.lock_owner.this_holder`); a holder on this host whose
                process has ended is overtaken at once.

        Raises:
            LockHeldError: A live holder has it.
        """

    async def renew(self, thread_id: str, fence: int) -> None:
        """Renews the lock; FencedError where the holder was overtaken.

        A lapsed lock is taken again where nobody else took it.
        """

    async def release(self, thread_id: str, fence: int) -> None:
        """Releases the lock and the right to write.

        Nothing happens where the lock is not held under that number.
        """

    async def holder(self, thread_id: str) -> str | None:
        """Returns the live holder's name, or None.

        A run that is ``generating`` without a holder is an orphan.
        """

    async def writer(self, thread_id: str) -> WriterSign:
        """Reads the last sign of life of the thread's writer.

        It is earlier than the end of the lock: a holder renews the lock several times within its time.
        """

    async def write(
        self,
        thread_id: str,
        fence: int,
        events: Sequence[Event],
        snapshot: Snapshot | None = None,
        kept: Kept | None = None,
        count: int = 0,
    ) -> int:
        """Appends stamped events in one atomic write.

        The snapshot is replaced, and fields are changed, where they are given.

        The fields are those of the thread's hashes: exhibit pages, audit, answers. A repeat (same ids, after a lost
        answer) changes nothing. Wakes the followers.

        Args:
            thread_id: The run.
            fence: The fencing number.
            events: Stamped, in order.
            snapshot: The run after them.
            kept: Changes of the hashes.
            count: How many writes the holder has made with this one; 0 for one that is not counted.

        Returns:
            ``count``; or, below ``count - 1``, how many the store has: it lost some that it had acknowledged (a
            failover to a replica that was behind), and this one was not made.

        Raises:
            FencedError: The fencing number was overtaken.
            StoreUnavailableError: Not reachable; the caller repeats the same write later.
        """

    async def read_fields(self, thread_id: str, part: str, names: Sequence[str] | None = None) -> dict[str, bytes]:
        """Reads the named fields of a hash, or all."""

    async def read(self, thread_id: str) -> Snapshot | None:
        """Reads the snapshot with later events applied; None if unknown."""

    async def stamps(self) -> dict[str, str]:
        """Reads a stamp of every thread, which changes with each write of it.

        For an index of what lists show. An empty stamp is no sign of anything: such a thread is read each time.
        """

    async def summaries(self, ids: Sequence[str] | None = None) -> list[RunSummary]:
        """Reads the summaries of threads, with later events applied.

        One that cannot be read is left out, with a warning; one that is gone, without.

        Args:
            ids: The threads; None: all.
        """

    async def events(self, thread_id: str, after: str = "", limit: int | None = None) -> list[Event]:
        """Reads events behind an id, oldest first, without unknown types."""

    async def frames(self, thread_id: str, after: str = "", limit: int | None = None) -> list[tuple[str, bytes]]:
        """Reads events as ids and their writer's JSON.

        For the wire, which passes the JSON on unchanged.
        """

    def watch_writes(self, thread_id: str) -> AbstractContextManager[asyncio.Event]:
        """Returns an event that is set at possible writes.

        Clear it before reading.
        """

    def on_write(self, thread_id: str, tell: Callable[[], None]) -> AbstractContextManager[None]:
        """Calls ``tell`` on the loop at possible writes.

        For a caller that follows many threads.
        """

    async def links(self, ids: Sequence[str] | None = None) -> dict[str, bytes]:
        """Reads the named records of view links, or all."""

    async def keep_link(self, link_id: str, record: bytes | None) -> None:
        """Stores or removes a link's record and wakes :meth:`watch_links`."""

    def watch_links(self) -> AbstractContextManager[asyncio.Event]:
        """Returns an event set at possible changes of links."""

    async def log_opening(self, entry: bytes) -> None:
        """Logs the opening of a link; keeps the last :data:`OPENINGS_KEPT`."""

    async def openings(self) -> list[bytes]:
        """Reads the logged openings, the newest first."""

    def follow(self, thread_id: str, after: str = "") -> AsyncIterator[list[Event]]:
        """Yields past and future events behind an id, in batches.

        It ends only when its task is cancelled.

        While the store is away nothing comes, and nothing is lost.
        """

    async def page(self, thread_id: str, exhibit_id: str, page: int) -> str | None:
        """Reads the text of one exhibit page, or None."""

    async def pages(self, thread_id: str) -> dict[tuple[str, int], str]:
        """Reads all exhibit pages, by exhibit and page."""

    async def threads(self, part: str | None = None) -> list[str]:
        """Lists the ids of all threads, oldest first.

        Args:
            part: Only, and all, threads that have this part, be it without a snapshot.
        """

    async def expire(self, thread_id: str, ttl_s: float, fence: int | None = None) -> None:
        """Lets every key of the thread expire together.

        This includes keys that later writes make.

        Args:
            thread_id: The run.
            ttl_s: From now, seconds.
            fence: Of the caller, where it holds the lock.

        Raises:
            LockHeldError: Somebody else holds the lock: the run lives.
        """

    async def request(self, thread_id: str, command: Mapping[str, Any]) -> None:
        """Sends a request to the holder, such as ``{"do": "pause"}``.

        A request has a ``request_id``, the caller's own or a new one; under it the holder may leave an answer.
        """

    async def answer(self, thread_id: str, request_id: str, timeout_s: float) -> bytes | None:
        """Waits for the holder's answer; None after ``timeout_s`` seconds."""

    async def take_requests(self, thread_id: str, fence: int) -> list[dict[str, Any]]:
        """Takes the requests since the last call, oldest first.

        For the holder; FencedError where it was overtaken.
        """

    def watch_requests(self, thread_id: str) -> AbstractContextManager[asyncio.Event]:
        """Returns an event that is set at possible requests.

        For the holder; clear it before taking them.
        """

    async def info(self) -> dict[str, Any]:
        """Reads facts about the store: ``{url version durable}`` and more."""

    async def aclose(self) -> None:
        """Closes connections; an embedded server stays up."""


class ExhibitPageReader(ABC):
    """Reader of exhibit pages, the same for every store.

    They are fields of a thread's hash.
    """

    @abstractmethod
    async def read_fields(self, thread_id: str, part: str, names: Sequence[str] | None = None) -> dict[str, bytes]:
        """See :class:`Store`."""

    async def page(self, thread_id: str, exhibit_id: str, page: int) -> str | None:
        """See :class:`Store`."""
        field = keys.page_field(exhibit_id, page)
        found = await self.read_fields(thread_id, keys.PAGES, [field])
        return found[field].decode() if found else None

    async def pages(self, thread_id: str) -> dict[tuple[str, int], str]:
        """See :class:`Store`."""
        fields = await self.read_fields(thread_id, keys.PAGES)
        return {keys.page_place(field): text.decode() for field, text in fields.items()}


async def wait_for_answer(
    store: Store, thread_id: str, request_id: str, news: asyncio.Event, timeout_s: float
) -> bytes | None:
    """Waits for the answer to a request, for both stores."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            while True:
                news.clear()  # before reading: an answer written in between sets it again
                found = await store.read_fields(thread_id, keys.ANSWERS, [request_id])
                if found:
                    return found[request_id]
                await wait_for_news(news, _ANSWER_POLL_S)  # a refusal comes without events, so without news
    return None


def unknown_thread(thread_id: str, url: str) -> StoreError:
    """Builds the error for a thread not in the store."""
    return StoreError(f"no run {thread_id} in {url}; `workbench status` lists the runs")


async def retry_until_writable(thread_id: str, attempt: Callable[[], Awaitable[T]]) -> T:
    """Repeats an attempt while the store takes no writes.

    A run that starts has no journal yet that would wait. Says once, in the log, why it waits.
    """
    pause_s, is_told = _FIRST_PAUSE_S, False
    while True:
        try:
            return await attempt()
        except StoreNotWritableError as error:
            if not is_told:
                logger.warning("run %s waits for its store: %s", thread_id, printable(str(error)))
            is_told = True
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
