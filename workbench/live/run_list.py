"""List of runs, of the store and of the archive, the one changed last first.

    stamps of all runs -> compare with the index -> read what differs -> order -> summaries of those that are shown

One small answer of the store, or two looks at the file system, tell of each run if its row in the index is true. Only
the others are read, so the list is right whatever has happened to the index (docs/decisions.md, "A list of runs is
read from an index that every run confirms").
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from workbench.config import Settings
from workbench.live.archive import archive_stamps, read_archived_summaries
from workbench.live.encrypted_files import ARCHIVE
from workbench.live.run_index import RunIndex, StampedRow
from workbench.live.run_summary import RunSummary
from workbench.live.store import Store

Progress = Callable[[int, int], None]
"""Called with the number of runs that were read for the index, and of all that are to be."""

ReadSummaries = Callable[[Sequence[str]], Awaitable[list[RunSummary]]]

_AT_ONCE = 500
"""Runs that are read or looked up at once: their summaries take less than a megabyte."""


async def list_summaries(
    settings: Settings,
    store: Store,
    *,
    limit: int | None = None,
    matches: Callable[[RunSummary], bool] | None = None,
    archived: bool = True,
    on_progress: Progress = lambda *_: None,
) -> tuple[list[RunSummary], int]:
    """Reads the summaries of runs, the one changed last first.

    A run that cannot be read is named in the log and left out.

    Args:
        settings: For the archive, the index and the keys.
        store: Opened.
        limit: At most so many; None: all.
        matches: Selects runs; None: every run.
        archived: Also those that only the archive has; they have ended.
        on_progress: Called while runs are read that the index does not have.

    Returns:
        The summaries, and the number of all runs that match.

    Raises:
        StoreUnavailableError: The store cannot be reached.
    """
    # Before anything of a run is read: what is written meanwhile has another stamp, and is read by the next list.
    stamps = await store.stamps()
    stored = _ListedPlace(RunIndex(settings, store.url), store.summaries)
    await stored.refresh(stamps, on_progress)

    async def read_archive(thread_ids: Sequence[str]) -> list[RunSummary]:
        return await asyncio.to_thread(read_archived_summaries, settings, thread_ids)

    filed = _ListedPlace(RunIndex(settings, ARCHIVE), read_archive)
    if archived:
        # One that is in the store, too, is not looked at: there it may have gone on.
        archive = await asyncio.to_thread(archive_stamps, settings.home, stamps.keys())
        await filed.refresh(archive, on_progress, besides=stamps.keys())

    order = [(row.updated_at, thread_id, place) for place in (stored, filed) for thread_id, row in place.rows.items()]
    order.sort(key=lambda entry: entry[0], reverse=True)
    if matches is None:
        chosen = order if limit is None else order[:limit]
        return [summary async for summary in _summarize(chosen)], len(order)
    found: list[RunSummary] = []
    count = 0
    async for summary in _summarize(order):
        if matches(summary):
            count += 1
            if limit is None or count <= limit:
                found.append(summary)
    return found, count


@dataclass(eq=False)
class _ListedPlace:
    """Runs of the store, or of the archive, and their rows.

    Attributes:
        index: The index of this place.
        read: Reads summaries of runs from the runs themselves.
        rows: The rows that :meth:`refresh` has confirmed.
    """

    index: RunIndex
    read: ReadSummaries

    def __post_init__(self) -> None:
        self.rows: dict[str, StampedRow] = {}

    async def refresh(self, stamps: Mapping[str, str], on_progress: Progress, besides: Collection[str] = ()) -> None:
        """Brings rows and index to these stamps.

        Args:
            stamps: Of every run that is to be listed.
            on_progress: See :func:`list_summaries`.
            besides: Runs that are not to be listed, of which the index may keep its rows.
        """
        known = await asyncio.to_thread(self.index.rows)
        changed = []
        for thread_id, stamp in stamps.items():
            row = known.pop(thread_id, None)
            if row is not None and stamp and row.stamp == stamp:
                self.rows[thread_id] = row
            else:
                changed.append(thread_id)
        for at in range(0, len(changed), _AT_ONCE):
            on_progress(at, len(changed))
            await self._read_anew({thread_id: stamps[thread_id] for thread_id in changed[at : at + _AT_ONCE]})
        if gone := [thread_id for thread_id in known if thread_id not in besides]:
            await asyncio.to_thread(self.index.drop, gone)

    async def summarize(self, thread_ids: Sequence[str]) -> dict[str, RunSummary]:
        """Reads summaries of confirmed rows, of at most 500 runs."""
        rows = {thread_id: self.rows[thread_id] for thread_id in thread_ids}
        found = await asyncio.to_thread(self.index.summaries, {id_: row for id_, row in rows.items() if row.stamp})
        # The index cannot be used, or this row is damaged.
        if missing := {thread_id: row.stamp for thread_id, row in rows.items() if thread_id not in found}:
            found |= await self._read_anew(missing)
        return found

    async def _read_anew(self, stamps: Mapping[str, str]) -> dict[str, RunSummary]:
        """Reads runs themselves, and puts what has a stamp into the index."""
        found = {summary.thread_id: summary for summary in await self.read(list(stamps))}
        stamped = [(stamps[thread_id], summary) for thread_id, summary in found.items() if stamps[thread_id]]
        if stamped:
            await asyncio.to_thread(self.index.write, stamped)
        self.rows |= {id_: StampedRow(stamps[id_], summary.updated_at) for id_, summary in found.items()}
        return found


async def _summarize(order: Sequence[tuple[str, str, _ListedPlace]]) -> AsyncIterator[RunSummary]:
    """Yields the summaries of runs in this order, a batch at a time."""
    for at in range(0, len(order), _AT_ONCE):
        batch = order[at : at + _AT_ONCE]
        found: dict[str, RunSummary] = {}
        for place in dict.fromkeys(place for _, _, place in batch):
            found |= await place.summarize([thread_id for _, thread_id, its in batch if its is place])
        for _, thread_id, _ in batch:
            if thread_id in found:  # else: it has gone meanwhile
                yield found[thread_id]
