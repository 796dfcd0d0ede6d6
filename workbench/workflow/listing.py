"""Which runs there are, and what one looks like that nobody here writes: from the store, or from the archive."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

from workbench.case.citation import ID_PATTERN
from workbench.config import Settings
from workbench.errors import Problem, StoreError, UnknownThreadError, printable
from workbench.live.archive import archived_threads, read_archived, read_archived_snapshot
from workbench.live.lock_owner import is_gone
from workbench.live.snapshot import Snapshot
from workbench.workflow.loop import BackgroundLoop

logger = logging.getLogger("workbench")


def list_runs(*, settings: Settings | None = None) -> list[Snapshot]:
    """Every run of the store and of the archive, the one changed last first.

    Raises:
        StoreUnavailableError: The store cannot be reached.
    """
    settings = settings or Settings.from_env()
    bench = BackgroundLoop.current()

    async def read_kept() -> list[Snapshot]:
        store = await bench.store(settings)
        return await store.read_all()

    kept = bench.call(read_kept())
    known = {snapshot.thread_id for snapshot in kept}
    for name in archived_threads(settings.home):
        try:
            archived = None if name in known else read_archived_snapshot(settings, name)
        except StoreError as error:
            logger.warning("%s", printable(str(error)))
        else:
            kept += [archived] if archived is not None else []
    return sorted(kept, key=lambda snapshot: snapshot.updated_at, reverse=True)


def orphans(snapshots: Iterable[Snapshot], *, settings: Settings | None = None) -> frozenset[str]:
    """Ids of those runs that say ``generating`` while no live process writes them: :func:`resume` takes them up.

    Raises:
        StoreUnavailableError: The store cannot be reached.
    """
    settings = settings or Settings.from_env()
    bench = BackgroundLoop.current()
    generating = [snapshot.thread_id for snapshot in snapshots if snapshot.status == "generating"]

    async def left() -> frozenset[str]:
        store = await bench.store(settings)
        holders = {thread_id: await store.holder(thread_id) for thread_id in generating}
        return frozenset(thread_id for thread_id, holder in holders.items() if holder is None or is_gone(holder))

    return bench.call(left())


async def read_run(bench: BackgroundLoop, thread_id: str, settings: Settings) -> Snapshot:
    """A run as the store has it, or else the archive. On the loop.

    Raises:
        UnknownThreadError: There is none.
        StoreError: It cannot be read.
    """
    store = await bench.store(settings)
    is_id = re.fullmatch(ID_PATTERN, thread_id) is not None
    snapshot = await store.read(thread_id) if is_id else None
    if snapshot is None and is_id:
        archived = read_archived(settings, thread_id)
        snapshot = archived.snapshot if archived is not None else None
    if snapshot is None:
        known = await store.threads()
        raise UnknownThreadError(
            Problem(
                what=f"there is no run {thread_id!r} in {store.url}",
                remedy=f"known: {', '.join(known[-5:])}" if known else "start one with workbench draft",
                field="THREAD",
            )
        )
    return snapshot
