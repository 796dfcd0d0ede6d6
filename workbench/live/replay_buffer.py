"""Buffer of last writes, to repeat after a failover.

Replication is asynchronous: a replica that takes over may not have the last writes that its primary had acknowledged.
Writes are counted by the writer, and the count stands in the store beside what was written. So the next write finds out
that some are missing, and they are made again before it, in their order and under the same ids: whoever had seen their
events on the old primary reads none of them twice, and whoever had not misses none.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from workbench.errors import StoreError, printable
from workbench.live.events import Event
from workbench.live.snapshot import Snapshot
from workbench.live.store import Kept, Store

logger = logging.getLogger("workbench")

RECALL_S = 60.0
"""Time for which a write is kept: far longer than a replica that may be promoted can lag."""


@dataclass(frozen=True)
class _Made:
    count: int
    at: float
    events: tuple[Event, ...]
    kept: Kept


class ReplayBuffer:
    """Last writes of one writer.

    Attributes:
        count: How many it has taken so far.
    """

    def __init__(self, store: Store, thread_id: str, fence: int) -> None:
        self.count = 0
        self._store = store
        self._thread_id = thread_id
        self._fence = fence
        self._made: deque[_Made] = deque()

    def take(self, events: tuple[Event, ...], kept: Kept) -> None:
        """Adds the next write, to be made with :meth:`write`."""
        self.count += 1
        moment = time.monotonic()
        # Forgotten by age, not by number: what can be lost is a span of time, the lag of a replica.
        while self._made and moment - self._made[0].at > RECALL_S:
            self._made.popleft()
        self._made.append(_Made(self.count, moment, events, kept))

    async def write(self, state: Snapshot, *, with_snapshot: bool) -> None:
        """Makes the last write, after those the store lost.

        May be repeated.

        Args:
            state: The run after it.
            with_snapshot: Whether the snapshot goes with it; with the last of several it does.

        Raises:
            FencedError: Another process has taken the thread over.
            StoreError: The store lost more than is remembered.
            StoreUnavailableError: Not reachable.
        """
        has = await self._make(self._made[-1], state if with_snapshot else None)
        while has < self.count:
            missing = tuple(self._behind(has))
            text = (
                f"{self._store.url} lost the last {self.count - 1 - has} writes of run {self._thread_id} in a failover"
            )
            logger.warning("%s", printable(f"{text}; they are written again"))
            for made in missing:
                # The snapshot goes only with the last: it reaches further than the writes before it.
                has = await self._make(made, state if made.count == self.count else None)
                if has < made.count:  # another failover in between: the outer loop counts anew
                    break

    async def _make(self, made: _Made, snapshot: Snapshot | None) -> int:
        return await self._store.write(self._thread_id, self._fence, made.events, snapshot, made.kept, made.count)

    def _behind(self, has: int) -> Iterator[_Made]:
        if self._made[0].count > has + 1:
            raise StoreError(
                f"{self._store.url} lost more than the last {RECALL_S:g} s of run {self._thread_id}; "
                "resume the run, which goes on from where the store has it"
            )
        return (made for made in self._made if made.count > has)
