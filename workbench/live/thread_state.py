"""State of a thread when a writer takes its lock.

It comes from the store, is put back from the archive, or is new.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from workbench.errors import StoreError
from workbench.live import keys
from workbench.live.archive import Archived
from workbench.live.audit import AuditEntry, read_entries
from workbench.live.snapshot import AuditHead, Snapshot
from workbench.live.store import Store, unknown_thread

_RESTORED_AT_ONCE = 500
"""Events a write while an archived thread is put back."""


@dataclass(frozen=True)
class ThreadState:
    """State with which a writer begins.

    Attributes:
        snapshot: The run.
        audit_head: The end of its audit record, or None.
        resumed: Whether there was such a run before.
    """

    snapshot: Snapshot
    audit_head: AuditHead | None
    resumed: bool


async def read_thread_state(
    store: Store, thread_id: str, fence: int, initial: Snapshot | Archived | None
) -> ThreadState:
    """Reads the thread's state; puts an archived thread back.

    Nothing is written of a new thread.

    Raises:
        StoreError: There is no such thread and no ``initial``, or its audit record cannot be read.
        StoreUnavailableError: The store cannot be reached.
    """
    found = await store.read(thread_id)
    if found is None:
        match initial:
            case Archived():
                found = await _put_back(store, thread_id, fence, initial)
            case Snapshot():
                return ThreadState(initial, None, resumed=False)
            case None:
                raise unknown_thread(thread_id, store.url)
    try:
        entries = read_entries(await store.read_fields(thread_id, keys.AUDIT))
    except ValueError as error:
        raise StoreError(f"the audit record of {thread_id} cannot be read ({error}); restore it") from error
    return ThreadState(found, _end_of(entries, found.audit), resumed=True)


def _end_of(entries: Sequence[AuditEntry], head: AuditHead | None) -> AuditHead | None:
    """Returns the end that the next entry follows."""
    # Where entries were cut off the next one follows the lost ones all the same: the gap stays to be seen.
    if head is not None and (not entries or entries[-1].number <= head.count):
        return head
    return AuditHead(count=entries[-1].number, digest=entries[-1].digest()) if entries else None


@contextlib.asynccontextmanager
async def released_on_error(store: Store, thread_id: str, fence: int) -> AsyncIterator[None]:
    """Releases the lock if the block fails."""
    try:
        yield
    except BaseException:  # also a cancellation: else the run is locked until the lock lapses
        with contextlib.suppress(StoreError):
            await store.release(thread_id, fence)
        raise


async def _put_back(store: Store, thread_id: str, fence: int, archived: Archived) -> Snapshot:
    # In portions: one write of a whole archive could exceed the time-out of a command.
    for first in range(0, len(archived.events), _RESTORED_AT_ONCE):
        await store.write(thread_id, fence, archived.events[first : first + _RESTORED_AT_ONCE])
    # The snapshot last: without it there is no such thread, and the next one begins again.
    await store.write(thread_id, fence, (), archived.snapshot, archived.kept)
    return archived.snapshot
