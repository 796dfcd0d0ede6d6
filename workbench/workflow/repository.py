"""Reading of runs, from the store or the archive."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from workbench.case.citation import ID_PATTERN
from workbench.config import Settings
from workbench.errors import InputError, Problem, StoreError, StoreUnavailableError, UnknownThreadError, printable
from workbench.live import keys
from workbench.live.archive import (
    Archived,
    archived_threads,
    newest_archived,
    read_archived,
    read_archived_snapshot,
)
from workbench.live.audit import AuditEntry, read_entries
from workbench.live.events import Event
from workbench.live.lock_owner import WRITER_LEFT, is_gone
from workbench.live.run_list import Progress, list_summaries
from workbench.live.run_summary import RunFilter, RunSummary
from workbench.live.snapshot import Snapshot
from workbench.live.store import Store
from workbench.record.history import HistoryRow, history, state_at
from workbench.record.rows import Rows
from workbench.workflow.loop import BackgroundLoop

logger = logging.getLogger("workbench")

T = TypeVar("T")


@dataclass(frozen=True)
class RunRecords:
    """All that is recorded of one run.

    Attributes:
        snapshot: The run, with every event folded in.
        events: All of its events, oldest first.
        audit: Its audit record, in order.
    """

    snapshot: Snapshot
    events: Sequence[Event]
    audit: Sequence[AuditEntry]


class RunPage(NamedTuple):
    """Beginning of a list of runs.

    Attributes:
        runs: The one changed last first.
        total: Number of all runs that were selected.
        orphans: Ids of the listed runs that say ``generating`` without a live writer.
    """

    runs: list[RunSummary]
    total: int
    orphans: frozenset[str]


_SHORTEST_ID = 4
_UUID_LENGTH = 36


class RunRepository:
    """Every run of a store and its archive, read-only.

    The only reader of the archive, so that no caller has to know where a run lies. Its coroutines run on the workbench
    loop; :func:`read_state` and the other functions of this module call them from any other thread.

    Args:
        settings: Name the store and, as ``WORKBENCH_HOME``, the archive.

    Every method raises StoreUnavailableError where the store cannot be reached, and StoreError where what is recorded
    cannot be read.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def snapshot(self, thread_id: str) -> Snapshot:
        """Reads a run's present state.

        Raises:
            UnknownThreadError: There is no such run.
        """
        store = await self.open_store()
        if (found := await self.find(thread_id)) is not None:
            return found
        # Only for the message: the last few ids help where one was mistyped.
        known = await store.threads()
        raise UnknownThreadError(
            Problem(
                what=f"there is no run {thread_id!r} in {store.url}",
                remedy=f"known: {', '.join(known[-5:])}" if known else "start one with workbench draft",
                field="THREAD",
            )
        )

    async def find(self, thread_id: str) -> Snapshot | None:
        """Reads a run's present state, or None.

        None for an unknown run, or a text that is no id.
        """
        # Ids come from URLs and command lines; one that is no id must not become part of a key or a path.
        if re.fullmatch(ID_PATTERN, thread_id) is None:
            return None
        store = await self.open_store()
        if (stored := await store.read(thread_id)) is not None:
            return stored
        archived = await self.read_archive(thread_id)
        return archived.snapshot if archived is not None else None

    async def complete_id(self, text: str) -> str:
        """Completes the first characters of a run's id, as lists of runs show it.

        Args:
            text: An id, or its first characters, at least four.

        Returns:
            The id; the text itself where no id begins with it.

        Raises:
            InputError: Several ids begin with it.
        """
        if len(text) < _SHORTEST_ID or len(text) >= _UUID_LENGTH:
            return text
        found = [each for each in await self.thread_ids() if each.startswith(text)]
        if text in found or not found:
            return text
        if len(found) > 1:
            what = f"{len(found)} runs have an id that begins with {text!r}"
            raise InputError(Problem(what, f"write more of it: {', '.join(found[-5:])}", field="THREAD"))
        return found[0]

    async def records(self, thread_id: str) -> RunRecords:
        """Reads snapshot, events and audit record of a run.

        Raises:
            UnknownThreadError: There is no such run.
        """
        store = await self.open_store()
        if re.fullmatch(ID_PATTERN, thread_id):
            # The snapshot first: while a run is restored from the archive, it has some events and no snapshot.
            if (stored := await store.read(thread_id)) is not None:
                return await self._stored_records(store, stored)
            if (archived := await self.read_archive(thread_id)) is not None:
                return _archived_records(archived)
        raise UnknownThreadError(
            Problem(
                what=f"there is no run {thread_id!r} in {store.url}",
                remedy="workbench status lists the runs",
                field="THREAD",
            )
        )

    async def page(self, thread_id: str, exhibit_id: str, page: int) -> str | None:
        """Reads the text of one exhibit page.

        None where the run has no such page.
        """
        store = await self.open_store()
        text = await store.page(thread_id, exhibit_id, page)
        # A page may be empty.
        if text is not None:
            return text
        archived = await self.read_archive(thread_id)
        return archived.pages.get((exhibit_id, page)) if archived is not None else None

    async def thread_ids(self) -> list[str]:
        """Lists the ids of every run.

        Those of the store, oldest first, then those of the archive alone.
        """
        store = await self.open_store()
        stored = await store.threads()
        known = set(stored)
        return [*stored, *(id_ for id_ in archived_threads(self._settings.home) if id_ not in known)]

    async def runs(
        self, chosen: RunFilter | None = None, limit: int | None = None, *, on_progress: Progress = lambda *_: None
    ) -> RunPage:
        """Reads the summaries of runs, the one changed last first.

        A run that cannot be read is named in the log and left out.

        Args:
            chosen: Selects runs; None: every run.
            limit: At most so many; None: all.
            on_progress: Called while runs are read that the index of runs does not have.
        """
        store, settings = await self.open_store(), self._settings
        if chosen is None or chosen == RunFilter():
            runs, total = await list_summaries(settings, store, limit=limit, on_progress=on_progress)
            return RunPage(runs, total, await self.orphans(runs))
        if chosen.state not in {"generating", "interrupted"}:
            runs, total = await list_summaries(
                settings, store, limit=limit, matches=chosen.matches, on_progress=on_progress
            )
            return RunPage(runs, total, frozenset())
        # Which of the two it is only the lock tells, of the few runs that say so.
        either = chosen._replace(state="generating")
        runs, _ = await list_summaries(settings, store, matches=either.matches, on_progress=on_progress)
        orphans = await self.orphans(runs)
        found = [run for run in runs if chosen.matches(run, orphan=run.thread_id in orphans)]
        return RunPage(found[:limit], len(found), orphans)

    async def newest(self, limit: int) -> AsyncGenerator[Snapshot, None]:
        """Reads the runs made last, one after another, the newest first.

        Those of the store come before those of the archive alone, which ended before their keys went. A run that cannot
        be read is named in the log and left out.

        Args:
            limit: At most so many are looked at.
        """
        store = await self.open_store()
        stored = await store.threads()
        looked_at = stored[-limit:][::-1] if limit > 0 else []
        for thread_id in looked_at:
            if (found := await _read_or_warn(store.read(thread_id))) is not None:
                yield found
        left, home = limit - len(looked_at), self._settings.home
        if left <= 0:
            return
        for thread_id in await asyncio.to_thread(newest_archived, home, left, frozenset(stored)):
            reading = asyncio.to_thread(read_archived_snapshot, self._settings, thread_id)
            if (found := await _read_or_warn(reading)) is not None:
                yield found

    async def orphans(self, runs: Iterable[Snapshot | RunSummary]) -> frozenset[str]:
        """Selects the runs that say ``generating`` without a live writer."""
        store = await self.open_store()
        generating = [run.thread_id for run in runs if run.status == "generating"]
        # A lock outlives its process by seconds; that a process of this machine has ended is known at once.
        owners = {thread_id: await store.holder(thread_id) for thread_id in generating}
        return frozenset(thread_id for thread_id, owner in owners.items() if owner is None or is_gone(owner))

    async def find_interrupted(self, case_id: str) -> list[Snapshot]:
        """Reads the case's runs whose process ended while it drafted.

        The one changed last comes first.
        """
        store = await self.open_store()
        stopped, _ = await list_summaries(
            self._settings,
            store,
            matches=lambda run: (
                run.case_id == case_id
                and run.progress.completed < run.sections
                and run.status in {"generating", "paused"}
            ),
            archived=False,
        )
        orphans = await self.orphans(stopped)
        # Only a snapshot says why a run paused, and whoever is asked about these few runs needs the rest of it too.
        read = [await _read_or_warn(store.read(each.thread_id)) for each in stopped]
        found = (
            snapshot
            for snapshot in read
            if snapshot is not None
            and (
                snapshot.thread_id in orphans
                if snapshot.status == "generating"
                else snapshot.status == "paused" and snapshot.error == WRITER_LEFT
            )
        )
        return sorted(found, key=lambda snapshot: snapshot.updated_at, reverse=True)

    async def read_archive(self, thread_id: str) -> Archived | None:
        """Reads an archived run whole, to restore it.

        None where there is none.
        """
        return await asyncio.to_thread(read_archived, self._settings, thread_id)  # files: not on the loop's own thread

    async def open_store(self) -> Store:
        """Opens the store of these settings, once a process."""
        return await BackgroundLoop.current().store(self._settings)

    async def _stored_records(self, store: Store, snapshot: Snapshot) -> RunRecords:
        thread_id = snapshot.thread_id
        events = await store.events(thread_id)
        return RunRecords(snapshot, events, _parse_audit(thread_id, await store.read_fields(thread_id, keys.AUDIT)))


def read_records(thread_id: str, settings: Settings | None = None) -> RunRecords:
    """Reads all that is recorded of a run.

    Args:
        thread_id: The run.
        settings: Default: the environment.

    Raises:
        UnknownThreadError: There is no such run.
        StoreUnavailableError: The store cannot be reached.
        StoreError: What is recorded of it cannot be read.
    """
    return _call(settings, lambda repository: repository.records(thread_id))


def read_history(thread_id: str, settings: Settings | None = None) -> Rows[HistoryRow]:
    """Reads the moments to go back to, oldest first.

    Args:
        thread_id: The run.
        settings: Default: the environment.

    Returns:
        One row for each: its event id, time, what happened, by whom.

    Raises:
        UnknownThreadError: There is no such run.
        StoreUnavailableError: The store cannot be reached.
        StoreError: What is recorded of it cannot be read.
    """
    records = read_records(thread_id, settings)
    return Rows(history(records.events, records.audit))


def read_state(thread_id: str, at: str | None = None, settings: Settings | None = None) -> Snapshot:
    """Reads a run as it stands, or stood.

    Args:
        thread_id: The run.
        at: Id of an event; None: as it stands.
        settings: Default: the environment.

    Raises:
        InputError: Unknown thread, or no event has that id.
        StoreUnavailableError: The store cannot be reached.
        StoreError: What is recorded of it cannot be read.
    """
    records = read_records(thread_id, settings)
    return records.snapshot if at is None else state_at(records.events, at)


def read_moment(reference: str, settings: Settings | None = None) -> Snapshot:
    """Reads a run as a reference names it.

    Args:
        reference: ``THREAD``, or ``THREAD@ID`` for the moment after that event.
        settings: Default: the environment.

    Raises:
        InputError: As :func:`read_state`; so StoreUnavailableError and StoreError.
    """
    thread_id, _, at = reference.partition("@")
    return read_state(thread_id, at or None, settings)


def read_audit(thread_id: str, settings: Settings | None = None) -> Rows[AuditEntry]:
    """Reads a run's audit record, oldest entry first.

    Args:
        thread_id: The run.
        settings: Default: the environment.

    Raises:
        UnknownThreadError: There is no such run.
        StoreUnavailableError: The store cannot be reached.
        StoreError: What is recorded of it cannot be read.
    """
    return Rows(read_records(thread_id, settings).audit)


def list_runs(
    chosen: RunFilter | None = None,
    limit: int | None = None,
    *,
    settings: Settings | None = None,
    on_progress: Progress = lambda *_: None,
) -> RunPage:
    """Reads the summaries of runs of the store and of the archive.

    See :meth:`RunRepository.runs`.

    Raises:
        StoreUnavailableError: The store cannot be reached.
    """
    return _call(settings, lambda repository: repository.runs(chosen, limit, on_progress=on_progress))


def find_orphans(runs: Iterable[Snapshot | RunSummary], *, settings: Settings | None = None) -> frozenset[str]:
    """Finds runs whose writer died while they were being drafted.

    They say ``generating``; :func:`workbench.resume` takes them over.

    Raises:
        StoreUnavailableError: The store cannot be reached.
    """
    return _call(settings, lambda repository: repository.orphans(runs))


def _call(settings: Settings | None, read: Callable[[RunRepository], Coroutine[Any, Any, T]]) -> T:
    return BackgroundLoop.current().call(read(RunRepository(settings or Settings.from_env())))


async def _read_or_warn(reading: Awaitable[Snapshot | None]) -> Snapshot | None:
    try:
        return await reading
    except StoreUnavailableError:
        raise
    except StoreError as error:
        logger.warning("%s", printable(str(error)))
        return None


def _archived_records(archived: Archived) -> RunRecords:
    return RunRecords(archived.snapshot, archived.events, archived.audit)


def _parse_audit(thread_id: str, fields: Mapping[str, bytes]) -> list[AuditEntry]:
    try:
        return read_entries(fields)
    except ValueError as error:
        why = str(error).splitlines()[0]
        raise StoreError(f"the audit record of {thread_id} cannot be read ({why}); restore it from a backup") from error
