"""The audit record and the snapshot's word about its end."""

from __future__ import annotations

import pytest
from recording import initial_snapshot

from workbench.live import keys
from workbench.live.audit import AuditEntry, describe_damage, read_entries
from workbench.live.events import StatusChange
from workbench.live.journal import Journal
from workbench.live.snapshot import AuditHead
from workbench.live.store import Store

ME = "elsewhere:1/a"


def entries(count: int) -> list[AuditEntry]:
    made: list[AuditEntry] = []
    for number in range(1, count + 1):
        previous = made[-1].digest() if made else ""
        made.append(AuditEntry(number=number, at="", user_id=f"u{number}", action="edit", previous=previous))
    return made


def test_cut_off_tail_is_damage() -> None:
    whole = entries(3)
    head = AuditHead(count=3, digest=whole[-1].digest())
    assert describe_damage(whole, head) is None
    assert describe_damage(whole[:2], head) == "it ends with entry 2, and 3 were made"
    assert describe_damage([], head) == "it ends with entry 0, and 3 were made"
    assert describe_damage([whole[0], whole[2]], head) == "entry 2 does not follow from the one before it"


def test_exchanged_end_is_damage() -> None:
    whole = entries(3)
    head = AuditHead(count=3, digest=whole[-1].digest())
    forged = [*whole[:2], whole[2].model_copy(update={"user_id": "c.intern"})]
    assert describe_damage(forged, head) == "entry 3 is not the one that was made"


@pytest.mark.parametrize("count", [0, 2])
def test_record_of_earlier_version_is_whole(count: int) -> None:
    assert describe_damage(entries(count), None) is None


def test_record_read_later_is_whole() -> None:
    whole = entries(5)
    assert describe_damage(whole, AuditHead(count=3, digest=whole[2].digest())) is None


async def test_audit_head_goes_with_entry(store: Store, thread_id: str) -> None:
    journal = await Journal.open(store, thread_id, ME, initial_snapshot().model_copy(update={"thread_id": thread_id}))
    journal.record("start", user_id="a")
    journal.emit(StatusChange(status="generating"))
    journal.record("pause", user_id="a")
    await journal.flush()
    await journal.close()
    record = read_entries(await store.read_fields(thread_id, keys.AUDIT))
    stored = await store.read(thread_id)
    assert stored is not None
    assert stored.audit == AuditHead(count=2, digest=record[-1].digest())
    assert stored.status == "generating"


async def test_gap_of_cut_tail_stays(store: Store, thread_id: str) -> None:
    """A run that is continued after its record has lost its end still shows the damage."""
    journal = await Journal.open(store, thread_id, ME, initial_snapshot().model_copy(update={"thread_id": thread_id}))
    journal.record("start", user_id="a")
    journal.record("edit", user_id="a")
    await journal.close()
    fence = await store.acquire(thread_id, ME)
    await store.write(thread_id, fence, (), None, {keys.AUDIT: {"2": None}})
    await store.release(thread_id, fence)
    again = await Journal.open(store, thread_id, ME)
    again.record("lock", user_id="a")
    await again.close()
    stored = await store.read(thread_id)
    assert stored is not None
    record = read_entries(await store.read_fields(thread_id, keys.AUDIT))
    assert [entry.number for entry in record] == [1, 3]
    assert describe_damage(record, stored.audit) == "entry 2 does not follow from the one before it"
