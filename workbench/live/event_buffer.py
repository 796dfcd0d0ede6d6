"""Events of a run between being emitted and being written."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workbench.live import keys
from workbench.live.audit import Action, AuditEntry
from workbench.live.events import Event, SectionDelta, SectionUpdate, StatusChange, WorkflowUpdate, next_id
from workbench.live.snapshot import AuditHead, Snapshot, apply
from workbench.live.store import Kept
from workbench.live.thread_state import ThreadState
from workbench.text.clock import now

SNAPSHOT_S = 1.0
"""The snapshot is written at most once in so long, but for status changes, the attorney's actions and the end."""


@dataclass(frozen=True)
class Batch:
    """One write, identical at each retry.

    Attributes:
        events: Stamped, in order.
        state: The run after them.
        with_snapshot: Whether ``state`` is written with them.
        kept: Changes of hash fields, by part.
    """

    events: tuple[Event, ...]
    state: Snapshot
    with_snapshot: bool
    kept: Kept


class EventBuffer:
    """Events, fields and audit entries that wait to be written.

    It does no input or output.

    Attributes:
        state: The run as far as the stamped events.
    """

    def __init__(self, begun: ThreadState) -> None:
        self.state = begun.snapshot
        self._thread_id = begun.snapshot.thread_id
        self._events: list[Event] = []
        self._texts: dict[str, list[str]] = {}
        self._fields: dict[str, dict[str, bytes | None]] = {}
        self._audit_head = begun.audit_head
        self._snapshot_due = begun.resumed  # the stored one may lag behind
        self._snapshot_at = time.monotonic()
        self._snapshot_id = begun.snapshot.last_event_id  # of the snapshot that was written last

    @property
    def snapshot(self) -> Snapshot:
        """The run of this moment, streamed text included."""
        # Applied here and not at each token: doing so cost three times the graph itself (docs/decisions.md, "Streamed
        # text is applied to the snapshot when it is read").
        state = self.state
        stamp = {"thread_id": self._thread_id, "event_id": state.last_event_id, "at": state.updated_at}
        for section_id, pieces in self._texts.items():
            delta = SectionDelta(section_id=section_id, text="".join(pieces))
            state = apply(state, delta.with_stamp(**stamp))
        return state

    @property
    def has_text(self) -> bool:
        """True while streamed text waits to be joined."""
        return bool(self._texts)

    @property
    def outruns_snapshot(self) -> bool:
        """True where events were stamped after the snapshot that was written last."""
        return self.state.last_event_id != self._snapshot_id

    def add(self, events: Iterable[Event]) -> None:
        """Stamps events and applies them; streamed text is held back.

        Args:
            events: Unstamped, in order.
        """
        for event in events:
            if isinstance(event, SectionDelta):
                self._texts.setdefault(event.section_id, []).append(event.text)
            else:
                self._stamp_texts_before(event)
                self._stamp(event)
                self._snapshot_due |= isinstance(event, StatusChange)

    def keep(self, part: str, fields: Mapping[str, bytes | None]) -> None:
        """Adds changes of a hash's fields; None where a field goes."""
        self._fields.setdefault(part, {}).update(fields)

    def record(self, action: Action, *, user_id: str, **what: str | None) -> AuditEntry:
        """Adds an entry to the audit record; see :meth:`workbench.live.journal.Journal.record`."""
        last = self._audit_head
        entry = AuditEntry(
            number=last.count + 1 if last else 1,
            at=now(),
            user_id=user_id,
            action=action,
            event_id=self.state.last_event_id,
            previous=last.digest if last else "",
            **{name: value for name, value in what.items() if value is not None},
        )
        # Remembered before it is written: the next entry of the same write must follow from this one.
        self.keep(keys.AUDIT, {str(entry.number): entry.to_json()})
        self._audit_head = AuditHead(count=entry.number, digest=entry.digest())
        return entry

    def request_snapshot(self) -> None:
        """Has the snapshot written with the next batch."""
        self._snapshot_due = True

    def stamp_texts(self) -> None:
        """Stamps the streamed text, joined by section."""
        for section_id in list(self._texts):
            self._stamp_text(section_id)

    def take_batch(self) -> Batch:
        """Takes out everything that is due as one write."""
        if self._audit_head is not None and keys.AUDIT in self._fields:
            # Behind the events of the act, and once a write: the snapshot of every write knows the end of the record.
            self._stamp(WorkflowUpdate(update={"audit": self._audit_head.model_dump()}))
        # Also without events: the journal asks for batches as long as the stored snapshot lags behind.
        is_time = self.outruns_snapshot and time.monotonic() - self._snapshot_at >= SNAPSHOT_S
        batch = Batch(tuple(self._events), self.state, self._snapshot_due or is_time, self._fields)
        self._events, self._fields, self._snapshot_due = [], {}, False
        return batch

    def confirm(self, batch: Batch) -> None:
        """Notes that the store has the batch."""
        if batch.with_snapshot:
            self._snapshot_at, self._snapshot_id = time.monotonic(), batch.state.last_event_id

    def _stamp(self, event: Event) -> None:
        # Ids are the writer's own, so that a repeated write after a lost answer is recognised by them.
        event_id = next_id(self.state.last_event_id, time.time_ns() // 1_000_000)
        stamped = event.with_stamp(thread_id=self._thread_id, event_id=event_id, at=now())
        self._events.append(stamped)
        self.state = apply(self.state, stamped)

    def _stamp_texts_before(self, event: Event) -> None:
        """Stamps streamed text before an event that changes its section."""
        if isinstance(event, SectionUpdate) and event.section_id in self._texts:
            self._stamp_text(event.section_id)
        elif isinstance(event, WorkflowUpdate) and "sections" in event.update:
            self.stamp_texts()

    def _stamp_text(self, section_id: str) -> None:
        text = "".join(self._texts.pop(section_id))
        self._stamp(SectionDelta(section_id=section_id, text=text))
