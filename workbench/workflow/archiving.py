"""Archiving of runs that have ended.

Done by the run's writer, or by the next process that opens a run whose writer died before it could.
"""

from __future__ import annotations

import logging

from workbench.config import Settings
from workbench.errors import LockHeldError, StoreError, StoreUnavailableError, printable
from workbench.live import events
from workbench.live.archive import archive_run, read_kept
from workbench.live.lock_owner import this_holder
from workbench.live.snapshot import Snapshot
from workbench.live.store import Store
from workbench.workflow.repository import RunRepository

logger = logging.getLogger("workbench")


async def archive_ended_run(store: Store, settings: Settings, snapshot: Snapshot) -> None:
    """Archives an ended run whose lock is free.

    Its keys then expire.

    Raises:
        StoreError: It cannot be written; the store still has the run.
    """
    kept = await read_kept(store, snapshot.thread_id)
    stream = await store.events(snapshot.thread_id)
    archive_run(settings, snapshot, stream, kept)
    try:
        await store.expire(snapshot.thread_id, settings.state_ttl_s)
    except LockHeldError:
        pass  # taken over between these two lines: the run goes on
    except StoreUnavailableError as error:  # all of it is written: its keys stay, and nothing is lost
        logger.warning("run %s is archived, and its keys stay: %s", snapshot.thread_id, printable(str(error)))


async def archive_unarchived_run(store: Store, settings: Settings, thread_id: str) -> None:
    """Archives an ended run that its writer left unarchived.

    The writer died in between, or found no room on the disk. Does nothing for other runs.

    Errors are logged and not raised: the caller wants to read the run, and the store has all of it.
    """
    snapshot = await store.read(thread_id)
    if snapshot is None or snapshot.status not in events.ENDED:
        return
    try:
        archived = await RunRepository(settings).read_archive(thread_id)
    except StoreError:
        archived = None  # damaged: written again from the store
    if archived is not None and archived.snapshot.last_event_id == snapshot.last_event_id:
        return
    try:
        fence = await store.acquire(thread_id, this_holder(snapshot.user_id))
        await store.release(thread_id, fence)  # the fence moves on: a writer that wakes is refused
        await archive_ended_run(store, settings, snapshot)
    except LockHeldError:
        return  # a live process is about to archive it
    except StoreError as error:
        logger.warning("%s", printable(str(error)))
