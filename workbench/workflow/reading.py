"""What a run went through, whoever writes it: from the store, or from the archive when its keys have expired."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.case.citation import ID_PATTERN
from workbench.config import Settings
from workbench.errors import Problem, StoreError, UnknownThreadError
from workbench.live import keys
from workbench.live.archive import read_archived
from workbench.live.audit import AuditEntry, read_entries
from workbench.live.events import Event
from workbench.live.snapshot import Snapshot
from workbench.record.history import HistoryRow, history, state_at
from workbench.workflow.loop import BackgroundLoop


def read_history(thread_id: str, settings: Settings | None = None) -> list[HistoryRow]:
    """The moments of a run that one would go back to, oldest first.

    Raises:
        InputError: Unknown thread.
        StoreUnavailableError: The store cannot be reached.
        StoreError: What is kept of it cannot be read.
    """
    kept = _read(thread_id, settings)
    return history(kept.events, kept.audit)


def read_state(thread_id: str, at: str | None = None, settings: Settings | None = None) -> Snapshot:
    """A run as it stood after one of its events; None: as it stands.

    Raises:
        InputError: Unknown thread, or no event has that id.
        StoreUnavailableError: The store cannot be reached.
        StoreError: What is kept of it cannot be read.
    """
    kept = _read(thread_id, settings)
    return kept.snapshot if at is None else state_at(kept.events, at)


def read_audit(thread_id: str, settings: Settings | None = None) -> list[AuditEntry]:
    """Who did what when, oldest first.

    Raises:
        InputError: Unknown thread.
        StoreUnavailableError: The store cannot be reached.
        StoreError: What is kept of it cannot be read.
    """
    return list(_read(thread_id, settings).audit)


@dataclass(frozen=True)
class _Kept:
    """What there is of a run.

    Attributes:
        snapshot: With every event folded in.
        events: All of them, oldest first.
        audit: The record, in order.
    """

    snapshot: Snapshot
    events: Sequence[Event]
    audit: Sequence[AuditEntry]


def _read(thread_id: str, settings: Settings | None) -> _Kept:
    settings = settings or Settings.from_env()
    bench = BackgroundLoop.current()
    return bench.call(_found(bench, thread_id, settings))


async def _found(bench: BackgroundLoop, thread_id: str, settings: Settings) -> _Kept:
    store = await bench.store(settings)
    if re.fullmatch(ID_PATTERN, thread_id):
        # The snapshot first: while a run is put back from the archive its events are there in part, and no snapshot.
        snapshot = await store.read(thread_id)
        if snapshot is not None:
            events = await store.events(thread_id)
            return _Kept(snapshot, events, _entries(thread_id, await store.kept(thread_id, keys.AUDIT)))
        archived = read_archived(settings, thread_id)
        if archived is not None:
            return _Kept(archived.snapshot, archived.events, _entries(thread_id, archived.kept[keys.AUDIT]))
    raise UnknownThreadError(
        Problem(
            what=f"there is no run {thread_id!r} in {store.url}",
            remedy="workbench status lists the runs",
            field="THREAD",
        )
    )


def _entries(thread_id: str, fields: Mapping[str, bytes]) -> list[AuditEntry]:
    try:
        return read_entries(fields)
    except ValueError as error:
        why = str(error).splitlines()[0]
        raise StoreError(f"the audit record of {thread_id} cannot be read ({why}); restore it from a backup") from error
