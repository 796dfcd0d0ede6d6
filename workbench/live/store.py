"""Where events and snapshots are kept: one protocol, two stores behind one contract suite.

The writer's rules (DESIGN: Redis): one writer a thread, with a fencing number; a write appends events whose ids the
writer made; a repeat of a write is recognised by its ids; an overtaken writer can write nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from workbench.errors import StoreError
from workbench.live import keys
from workbench.live.events import Event
from workbench.live.notifications import wait_for_news
from workbench.live.snapshot import Snapshot

LOCK_TTL_S = 10.0
"""How long a holder that says nothing more keeps its lock."""

OPENINGS_KEPT = 5_000
"""Of links; the oldest notes are dropped."""

_ANSWER_POLL_S = 0.1

Kept = Mapping[str, Mapping[str, bytes | None]]
"""Changes of a thread's hashes, by part (:data:`workbench.live.keys.FIELDS`): a field's new value, or None where the
field goes."""


class Store(Protocol):
    """What the journal, the widgets and the command line need of a store. All methods run on one event loop.

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
        """Connects, or connects again; StoreUnavailableError (one line: what, where, remedy) where not possible."""

    async def acquire(self, thread_id: str, holder: str) -> int:
        """Takes the thread's lock; answers the fencing number, above every earlier one of this thread.

        From now on nothing of the thread expires, until :meth:`expire` is called again.

        Args:
            thread_id: The run.
            holder: ``host:pid/user`` (:func:`workbench.live.lock_owner.this_holder`); a holder on this host whose
                process has ended is overtaken at once.

        Raises:
            LockHeldError: A live holder has it.
        """

    async def renew(self, thread_id: str, fence: int) -> None:
        """Keeps the lock, and takes it again where it lapsed and nobody else came; FencedError where overtaken."""

    async def release(self, thread_id: str, fence: int) -> None:
        """Lets go of the lock and of the right to write; nothing happens where it is not held under that number."""

    async def holder(self, thread_id: str) -> str | None:
        """Name of the live holder, or None: a run ``generating`` without one is an orphan."""

    async def write(
        self,
        thread_id: str,
        fence: int,
        events: Sequence[Event],
        snapshot: Snapshot | None = None,
        kept: Kept | None = None,
        count: int = 0,
    ) -> int:
        """One atomic write: appends the stamped events; replaces the snapshot and changes fields where given.

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
        """Fields of one of the thread's hashes: the named ones that are there, or all of them."""

    async def read(self, thread_id: str) -> Snapshot | None:
        """The snapshot with every later event folded in, or None for an unknown thread."""

    async def read_all(self) -> list[Snapshot]:
        """Reads every thread's snapshot as `read` does; one that cannot be read is left out, with a warning."""

    async def events(self, thread_id: str, after: str = "", limit: int | None = None) -> list[Event]:
        """Events behind an id (empty: from the first), oldest first; those of unknown types are left out."""

    async def frames(self, thread_id: str, after: str = "", limit: int | None = None) -> list[tuple[str, bytes]]:
        """As :meth:`events`, but each as its id and the JSON that its writer made: for the wire, which passes it on."""

    def watch_writes(self, thread_id: str) -> AbstractContextManager[asyncio.Event]:
        """An event that is set when something may have been written; clear it before reading. For those who follow."""

    def on_write(self, thread_id: str, tell: Callable[[], None]) -> AbstractContextManager[None]:
        """Has ``tell`` called on the loop when something may have been written: for one who follows many threads."""

    async def links(self, ids: Sequence[str] | None = None) -> dict[str, bytes]:
        """The records of view links by their ids (:mod:`workbench.server.links`): the named ones, or all."""

    async def keep_link(self, link_id: str, record: bytes | None) -> None:
        """Adds or replaces the record of a link, or removes it; wakes those who wait for :meth:`watch_links`."""

    def watch_links(self) -> AbstractContextManager[asyncio.Event]:
        """An event that is set when a link's record may have changed; clear it before reading."""

    async def log_opening(self, entry: bytes) -> None:
        """Notes that a link was opened; the oldest notes beyond :data:`OPENINGS_KEPT` are dropped."""

    async def openings(self) -> list[bytes]:
        """What :meth:`log_opening` noted, the newest first."""

    def follow(self, thread_id: str, after: str = "") -> AsyncIterator[list[Event]]:
        """Events behind an id, then the ones to come, in batches; ends only when its task is cancelled.

        While the store is away nothing comes, and nothing is lost.
        """

    async def page(self, thread_id: str, exhibit_id: str, page: int) -> str | None:
        """Text of one exhibit page of the run, or None."""

    async def pages(self, thread_id: str) -> dict[tuple[str, int], str]:
        """Text of every exhibit page of the run, by exhibit id and page."""

    async def threads(self, part: str | None = None) -> list[str]:
        """Ids of every thread kept here, oldest first.

        Args:
            part: Only, and all, threads that have this part, be it without a snapshot.
        """

    async def expire(self, thread_id: str, ttl_s: float, fence: int | None = None) -> None:
        """Lets every key of the thread expire together, also those that later writes make.

        Args:
            thread_id: The run.
            ttl_s: From now, seconds.
            fence: Of the caller, where it holds the lock.

        Raises:
            LockHeldError: Somebody else holds the lock: the run lives.
        """

    async def request(self, thread_id: str, command: Mapping[str, Any]) -> None:
        """Asks the thread's holder for something: ``{"do": "pause"}``; StoreError for an unknown thread.

        A request has a ``request_id``, the caller's own or a new one; under it the holder may leave an answer.
        """

    async def answer(self, thread_id: str, request_id: str, timeout_s: float) -> bytes | None:
        """What the holder answered to a request; None where it says nothing within ``timeout_s`` seconds."""

    async def take_requests(self, thread_id: str, fence: int) -> list[dict[str, Any]]:
        """For the holder: the requests since the last call, oldest first, removed; FencedError where overtaken."""

    def watch_requests(self, thread_id: str) -> AbstractContextManager[asyncio.Event]:
        """For the holder: an event that is set when a request may have come; clear it before taking them."""

    async def info(self) -> dict[str, Any]:
        """``{url version durable}`` and what else the store says about itself, plain JSON values."""

    async def aclose(self) -> None:
        """Lets go of connections; an embedded server stays up."""


async def wait_for_answer(
    store: Store, thread_id: str, request_id: str, news: asyncio.Event, timeout_s: float
) -> bytes | None:
    """Waits for the answer to a request. For the stores: ``news`` is set when something was written."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            while True:
                news.clear()
                found = await store.read_fields(thread_id, keys.ANSWERS, [request_id])
                if found:
                    return found[request_id]
                await wait_for_news(news, _ANSWER_POLL_S)  # a refusal comes without events, so without news
    return None


def unknown_thread(thread_id: str, url: str) -> StoreError:
    """The error for a thread that is not kept at that place."""
    return StoreError(f"no run {thread_id} in {url}; `workbench status` lists the runs")
