"""Where events and snapshots are kept: one protocol, two stores behind one contract suite.

The writer's rules (DESIGN: Redis): one writer a thread, with a fencing number; a write appends events whose ids the
writer made; a repeat of a write is recognised by its ids; an overtaken writer can write nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from workbench.live.events import Event
from workbench.live.snapshot import Snapshot


class Store(Protocol):
    """What the journal, the widgets and the command line need of a store. All methods run on one event loop.

    Attributes:
        url: Where it is, without a password; ``memory:`` for the in-memory store.
        durable: Whether an acknowledged write survives a crash of every process.
    """

    url: str
    durable: bool

    async def open(self) -> None:
        """Connects; StoreUnavailableError (one line: what, where, remedy) where that is not possible."""

    async def acquire(self, thread_id: str, holder: str) -> int:
        """Takes the thread's lock; answers the fencing number, above every earlier one of this thread.

        Raises:
            LockHeldError: A live holder has it.
        """

    async def renew(self, thread_id: str, fence: int) -> None:
        """Keeps the lock; FencedError where it is no longer held under that number."""

    async def release(self, thread_id: str, fence: int) -> None:
        """Lets go of the lock; nothing happens where it is not held under that number."""

    async def write(
        self,
        thread_id: str,
        fence: int,
        events: Sequence[Event],
        snapshot: Snapshot | None = None,
        pages: Mapping[tuple[str, int], str] | None = None,
    ) -> None:
        """One atomic write: appends the stamped events, and replaces the snapshot and exhibit pages where given.

        A repeat (same ids, after a lost answer) changes nothing. Wakes the followers.

        Raises:
            FencedError: The fencing number was overtaken.
            StoreUnavailableError: Not reachable; the caller repeats the same write later.
        """

    async def read(self, thread_id: str) -> Snapshot | None:
        """The snapshot with every later event folded in, or None for an unknown thread."""

    async def events(self, thread_id: str, after: str = "", limit: int | None = None) -> list[Event]:
        """Events behind an id (empty: from the first), oldest first."""

    def follow(self, thread_id: str, after: str = "") -> AsyncIterator[list[Event]]:
        """Events behind an id, then the ones to come, in batches; ends only when its task is cancelled."""

    async def page(self, thread_id: str, exhibit_id: str, page: int) -> str | None:
        """Text of one exhibit page of the run, or None."""

    async def threads(self) -> list[str]:
        """Ids of every thread kept here, oldest first."""

    async def expire(self, thread_id: str, ttl_s: int) -> None:
        """Lets every key of the thread expire together."""

    async def request(self, thread_id: str, command: Mapping[str, Any]) -> None:
        """Asks the thread's holder for something: ``{"do": "pause"}``."""

    async def take_requests(self, thread_id: str, fence: int) -> list[dict[str, Any]]:
        """For the holder: the requests since the last call, oldest first, removed."""

    async def aclose(self) -> None:
        """Lets go of connections; an embedded server stays up."""
