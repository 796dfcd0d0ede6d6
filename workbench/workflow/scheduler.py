"""Order in which sections are drafted.

A section waits for those that it summarises, then for a place at the model.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable


class SectionScheduler:
    """Schedules sections by dependencies and places at the model.

    One condition covers dependencies, the concurrency limit and the pause, so that no waiter can be forgotten: a pause
    wakes every section, and a section that waits holds no place.

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
        """True once the run is pausing.

        No section gets another place.
        """
        return self._halted

    async def acquire(self, section_id: str, after: Iterable[str]) -> bool:
        """Waits for the section's place at the model.

        False where the run is pausing. A section never holds two places.
        """
        needed = frozenset(after)
        async with self._changed:
            # A place is taken only once the dependencies are there: a section that held one while waiting for another
            # could keep that other from ever getting a place.
            await self._changed.wait_for(
                lambda: self._halted or (needed <= self._finished and (self._free > 0 or section_id in self._holders))
            )
            if self._halted:
                return False
            # The two nodes of a section both acquire: the second finds the place held.
            if section_id not in self._holders:
                self._holders.add(section_id)
                self._free -= 1
            return True

    async def release(self, section_id: str) -> None:
        """Frees the section's place, where it holds one."""
        async with self._changed:
            if section_id in self._holders:
                self._holders.discard(section_id)
                self._free += 1
                self._changed.notify_all()

    async def mark_finished(self, section_id: str) -> None:
        """Marks a section as done, successfully or not.

        Those that wait for it may go on.
        """
        async with self._changed:
            self._finished.add(section_id)
            self._changed.notify_all()

    def reopen(self, section_id: str) -> None:
        """Marks a section as unfinished again.

        Those not yet drafted wait for it.
        """
        # No notification: nobody can go on because of this, and those that hold a place keep it. So no lock either.
        self._finished.discard(section_id)

    async def halt(self) -> None:
        """Refuses every further place.

        Wakes the sections that wait for one.
        """
        async with self._changed:
            self._halted = True
            self._changed.notify_all()
