"""A run that has ended goes into the archive, whoever is left to put it there."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from workbench.config import Settings
from workbench.errors import LockHeldError, StoreError, printable
from workbench.live import events
from workbench.live.archive import archive_run, read_archived, read_kept
from workbench.live.lock_owner import this_holder
from workbench.live.snapshot import Snapshot
from workbench.live.store import Store

logger = logging.getLogger("workbench")


async def archive(store: Store, settings: Settings, snapshot: Snapshot) -> None:
    """Archives an ended run that nobody holds, and lets its keys expire.

    Raises:
        StoreError: It cannot be written; the store still has the run.
    """
    kept = await read_kept(store, snapshot.thread_id)
    stream = await store.events(snapshot.thread_id)
    archive_run(settings, snapshot, stream, kept)
    with contextlib.suppress(LockHeldError):  # taken over between these two lines: then it lives on
        await store.expire(snapshot.thread_id, settings.state_ttl_s)


async def archive_what_was_left(store: Store, settings: Settings, thread_id: str) -> None:
    """Archives a run whose process died between its end and the archive, or found no room there; else does nothing.

    What goes wrong is logged, for whoever opens a run wants to read it, and the store has all of it.
    """
    snapshot = await store.read(thread_id)
    if snapshot is None or snapshot.status not in events.ENDED:
        return
    try:
        archived = await asyncio.to_thread(read_archived, settings, thread_id)
    except StoreError:
        archived = None  # damaged, while the store has all of it
    if archived is not None and archived.snapshot.last_event_id == snapshot.last_event_id:
        return
    try:
        fence = await store.acquire(thread_id, this_holder(snapshot.user_id))
        await store.release(thread_id, fence)  # nobody wrote it, and whoever died in the middle can write no more
        await archive(store, settings, snapshot)
    except LockHeldError:
        return  # somebody is at it
    except StoreError as error:
        logger.warning("%s", printable(str(error)))
