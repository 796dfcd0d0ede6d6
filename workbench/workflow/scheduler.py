"""Whose turn it is: a section first waits for those it summarises, then for one of the free places."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable


class SectionScheduler:
    """Places at the model, and the order of sections.

    One condition covers dependencies, the concurrency limit and the pause, so that no waiter can be forgotten: a pause
    wakes everybody, and a section that waits for its turn holds nothing.

    Args:
        places: How many sections may be with the model at the same time, at least 1.
        finished: Sections that are done already.
    """

    def __init__(self, places: int, finished: Iterable[str] = ()) -> None:
        self._free = places
        self._holders: set[str] = set()
        self._finished = set(finished)
        self._halted = False
        self._changed = asyncio.Condition()

    @property
    def halted(self) -> bool:
        """Whether the run is pausing: nobody gets another turn."""
        return self._halted

    async def take(self, section_id: str, after: Iterable[str]) -> bool:
        """Waits for the section's turn; False where the run is pausing. Taking a turn twice is taking it once."""
        needed = frozenset(after)
        async with self._changed:
            await self._changed.wait_for(
                lambda: self._halted or (needed <= self._finished and (self._free > 0 or section_id in self._holders))
            )
            if self._halted:
                return False
            if section_id not in self._holders:
                self._holders.add(section_id)
                self._free -= 1
            return True

    async def give_back(self, section_id: str) -> None:
        """Frees the section's place, where it holds one."""
        async with self._changed:
            if section_id in self._holders:
                self._holders.discard(section_id)
                self._free += 1
                self._changed.notify_all()

    async def finish(self, section_id: str) -> None:
        """Marks a section as done, well or not: those that wait for it may go on."""
        async with self._changed:
            self._finished.add(section_id)
            self._changed.notify_all()

    async def reopen(self, section_id: str) -> None:
        """A section is to be drafted again: those that wait for it wait once more."""
        async with self._changed:
            self._finished.discard(section_id)

    async def halt(self) -> None:
        """Nobody gets another turn."""
        async with self._changed:
            self._halted = True
            self._changed.notify_all()
