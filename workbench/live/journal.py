"""Journal of a run: the only writer of events.

    emit -> stamp, apply to the snapshot -> buffer -> one write -> listeners are called

Writes are made by one task, one at a time: what is emitted meanwhile goes together in the next one. Streamed text is
held back for 50 ms and joined, without being stamped, so that ids stay in the order of writing; only an event that
changes the same section sends its text ahead of it at once. While the store is away the same batch is tried again under
the same ids; the store knows a repeat by them. Where a failover lost writes that were acknowledged, they are made again
(:mod:`workbench.live.replay_buffer`).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.errors import StoreError, StoreUnavailableError, printable
from workbench.live import keys
from workbench.live.archive import Archived
from workbench.live.audit import Action, AuditEntry
from workbench.live.events import Event, SectionDelta, SectionUpdate, StatusChange, WorkflowUpdate, next_id
from workbench.live.listeners import Listeners
from workbench.live.lock_owner import RENEWALS
from workbench.live.notifications import wait_for_news
from workbench.live.replay_buffer import ReplayBuffer
from workbench.live.snapshot import AuditHead, Snapshot, apply
from workbench.live.store import Kept, Store
from workbench.live.thread_state import read_thread_state, released_on_error
from workbench.text.clock import now

logger = logging.getLogger("workbench")

WINDOW_S = 0.05
"""Window in which streamed text is collected: at most one ``section_delta`` a section and window."""

SNAPSHOT_S = 1.0
"""The snapshot is written at most once in so long, but for status changes, the attorney's actions and the end."""

_FIRST_RETRY_S = 0.05
_LONGEST_RETRY_S = 2.0
_ATTEND_RETRY_S = 0.25

Listener = Callable[[tuple[Event, ...], Snapshot], None]


@dataclass
class _Batch:
    """One write, identical at each retry."""

    events: tuple[Event, ...]
    state: Snapshot
    with_snapshot: bool
    kept: Kept
    waiters: list[asyncio.Future[None]] = field(default_factory=list)


class Journal:
    """Owner of a thread's snapshot and write lock.

    It lives on one event loop; make it with :meth:`open`, end it with :meth:`close`.

    Attributes:
        thread_id: The run.
        fence: The fencing number.
        resumed: Whether the thread was there before.
        failure: Why nothing can be written any more (FencedError: overtaken), or None.
    """

    def __init__(self, store: Store, thread_id: str, fence: int, snapshot: Snapshot, *, resumed: bool) -> None:
        self.thread_id = thread_id
        self.fence = fence
        self.resumed = resumed
        self.failure: Exception | None = None
        self._store = store
        self._state = snapshot  # reaches as far as the stamped events
        self._kept = snapshot  # as far as the store has acknowledged
        self._buffer: list[Event] = []
        self._texts: dict[str, list[str]] = {}
        self._fields: dict[str, dict[str, bytes | None]] = {}
        self._audit_head: AuditHead | None = None
        self._waiters: list[asyncio.Future[None]] = []
        self._waiters_in_flight: list[asyncio.Future[None]] = []
        self._listeners = Listeners[Listener]()
        self._waiting_listeners = Listeners[Callable[[bool], None]]()
        self._failure_listeners = Listeners[Callable[[Exception], None]]()
        self._away: dict[str, str] = {}
        self._back = asyncio.Event()
        self._back.set()
        self._due = asyncio.Event()
        self._text_due = False
        self._snapshot_due = resumed  # the stored one may lag behind
        self._snapshot_at = time.monotonic()
        self._snapshot_id = snapshot.last_event_id
        self._timer: asyncio.TimerHandle | None = None
        self._on_request: Callable[[dict[str, Any]], None] | None = None
        self._delivery = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False
        self._recall = ReplayBuffer(store, thread_id, fence)
        self._check_due = False

    @classmethod
    async def open(
        cls,
        store: Store,
        thread_id: str,
        holder: str,
        initial: Snapshot | Archived | None = None,
        *,
        begin: Callable[[Journal], None] | None = None,
    ) -> Journal:
        """Takes the thread's lock and reads its state.

        A thread that the store does not have begins with ``initial``.

        Args:
            store: Opened.
            thread_id: The run.
            holder: See :func:`workbench.live.lock_owner.this_holder`.
            initial: Of a new thread, or from the archive, which is put back into the store; ignored for a thread that
                is there.
            begin: Called for a new thread, when its lock is held and before anything of it is written: what it emits,
                keeps and records goes with the first write, so that a crash leaves all of it or no such thread.

        Raises:
            LockHeldError: A live process writes the thread.
            StoreError: There is no such thread and no ``initial``.
            StoreUnavailableError: The store cannot be reached.
        """
        fence = await store.acquire(thread_id, holder)
        async with released_on_error(store, thread_id, fence):
            begun = await read_thread_state(store, thread_id, fence, initial)
            if not begun.resumed and begin is None:
                await store.write(thread_id, fence, (), begun.snapshot)
            journal = cls(store, thread_id, fence, begun.snapshot, resumed=begun.resumed)
            journal._audit_head = begun.audit_head
            loop = asyncio.get_running_loop()
            journal._tasks = [
                loop.create_task(journal._write_all(), name=f"journal {thread_id} writes"),
                loop.create_task(journal._attend(), name=f"journal {thread_id} attends"),
            ]
            if not begun.resumed and begin is not None:
                try:
                    begin(journal)
                    await journal.flush(snapshot=True)
                except BaseException:
                    await journal.abandon()
                    raise
        return journal

    @property
    def snapshot(self) -> Snapshot:
        """Snapshot of this moment, streamed text included."""
        # Applied here and not at each token: doing so cost three times the graph itself (docs/decisions.md, "Streamed
        # text is applied to the snapshot when it is read").
        now_here = self._state
        stamp = {"thread_id": self.thread_id, "event_id": now_here.last_event_id, "at": now_here.updated_at}
        for section_id, pieces in self._texts.items():
            delta = SectionDelta(section_id=section_id, text="".join(pieces))
            now_here = apply(now_here, delta.with_stamp(**stamp))
        return now_here

    @property
    def stored_snapshot(self) -> Snapshot:
        """Snapshot as far as the store has acknowledged it."""
        return self._kept

    @property
    def is_waiting(self) -> bool:
        """True while writes wait for the store."""
        return bool(self._away)

    @property
    def waiting_reason(self) -> str | None:
        """Line that says why writes wait, or None."""
        return next(iter(self._away.values()), None)

    def emit(self, *events: Event, flush: bool = False, snapshot: bool = False) -> None:
        """Accepts events, which are written together within 50 ms.

        Args:
            events: Unstamped, in order.
            flush: Write at once; without waiting for it, unlike :meth:`flush`.
            snapshot: The snapshot goes with them: for the attorney's actions. With a status change it always does.

        Raises:
            FencedError: Another process has taken the thread over.
            StoreError: The journal is closed.
        """
        self._check_open()
        for event in events:
            if isinstance(event, SectionDelta):
                self._texts.setdefault(event.section_id, []).append(event.text)
            else:
                self._stamp_texts_before(event)
                self._stamp(event)
                snapshot = snapshot or isinstance(event, StatusChange)
        self._snapshot_due |= snapshot
        if flush:
            self._due.set()
        # A flush leaves streamed text in its window, so text still needs the timer.
        if self._timer is None and (self._texts or not flush):
            self._timer = asyncio.get_running_loop().call_later(WINDOW_S, self._window_over)

    def keep(self, part: str, fields: Mapping[str, bytes | None]) -> None:
        """Changes fields of a hash together with the next events.

        Both are written in one script, all or nothing.

        Args:
            part: Of :data:`workbench.live.keys.FIELDS`.
            fields: New values; None where a field goes.
        """
        self._check_open()
        self._fields.setdefault(part, {}).update(fields)

    def record(self, action: Action, *, user_id: str, **what: str | None) -> AuditEntry:
        """Adds an entry to the audit record.

        It is written with the events emitted beside it, all or nothing.

        Args:
            action: What is done.
            user_id: Who does it.
            what: ``section_id``, ``before``, ``after``, ``note``, ``via``: see :class:`AuditEntry`.

        Returns:
            The entry.
        """
        last = self._audit_head
        entry = AuditEntry(
            number=last.count + 1 if last else 1,
            at=now(),
            user_id=user_id,
            action=action,
            event_id=self._state.last_event_id,
            previous=last.digest if last else "",
            **{name: value for name, value in what.items() if value is not None},
        )
        # Remembered before it is written: the next entry of the same write must follow from this one.
        self.keep(keys.AUDIT, {str(entry.number): entry.to_json()})
        self._audit_head = AuditHead(count=entry.number, digest=entry.digest())
        return entry

    def add_pages(self, pages: Mapping[tuple[str, int], str]) -> None:
        """Stores texts of exhibit pages with the next write."""
        self.keep(keys.PAGES, {keys.page_field(*place): text.encode() for place, text in pages.items()})

    async def flush(self, *, text: bool = False, snapshot: bool = False) -> None:
        """Waits until everything emitted so far is written.

        Args:
            text: Also the streamed text of the last 50 ms, which otherwise follows when its window is over.
            snapshot: Also the snapshot.

        Raises:
            FencedError: Another process has taken the thread over.
            StoreError: The journal is closed, or the store refuses the write for good.
        """
        self._check_open()
        self._text_due |= text
        self._snapshot_due |= snapshot
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        self._due.set()
        await waiter

    async def ready(self) -> None:
        """Waits while the store is away: no step may start.

        Raises:
            FencedError: Another process has taken the thread over.
        """
        await self._back.wait()
        self._check_open()

    async def close(self, *, snapshot: bool = True) -> None:
        """Writes the rest, releases the lock and ends the tasks.

        While the store is away this waits for it.

        Args:
            snapshot: Write the snapshot as it is at the end.

        Raises:
            FencedError: Another process has taken the thread over; the tasks have ended all the same.
        """
        if self._closed:
            return
        try:
            await self.flush(text=True, snapshot=snapshot)
        finally:
            # Requests that were taken from the store are delivered; the others stay there, for the next writer.
            self._on_request = None
            async with self._delivery:
                await self.abandon()
            with contextlib.suppress(StoreError):
                await self._store.release(self.thread_id, self.fence)

    async def abandon(self) -> None:
        """Ends the tasks at once; unwritten events are lost.

        The lock lapses by itself.
        """
        self._closed = True
        self._back.set()  # callers of ready() must not wait for ever: they find the journal closed
        self._stop_timer()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        # Those of the write in flight too: it was cancelled, and nobody else would answer them.
        waiters = [*self._waiters_in_flight, *self._waiters]
        self._resolve(waiters, StoreError(f"the journal of {self.thread_id} was closed"))

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Calls a listener after each write, with events and snapshot.

        After, not before: nobody is shown what is not kept. The listener must not block.

        Returns:
            A function that ends it.
        """
        return self._listeners.add(listener)

    def on_waiting(self, listener: Callable[[bool], None]) -> None:
        """Calls a listener when the store goes or returns.

        The argument is True when it goes, False when it is back.
        """
        self._waiting_listeners.add(listener)

    def on_failure(self, listener: Callable[[Exception], None]) -> None:
        """Calls a listener with the error that ends writing."""
        self._failure_listeners.add(listener)

    def on_request(self, listener: Callable[[dict[str, Any]], None]) -> None:
        """Calls a listener with each request, in order.

        Until there is one, requests stay in the store.
        """
        self._on_request = listener

    # Stamping ---------------------------------------------------------------------------------------------------------

    def _stamp(self, event: Event) -> None:
        # Ids are the writer's own, so that a repeated write after a lost answer is recognised by them.
        event_id = next_id(self._state.last_event_id, time.time_ns() // 1_000_000)
        stamped = event.with_stamp(thread_id=self.thread_id, event_id=event_id, at=now())
        self._buffer.append(stamped)
        self._state = apply(self._state, stamped)

    def _stamp_texts_before(self, event: Event) -> None:
        """Stamps streamed text before an event that changes its section."""
        if isinstance(event, SectionUpdate) and event.section_id in self._texts:
            self._stamp_text(event.section_id)
        elif isinstance(event, WorkflowUpdate) and "sections" in event.update:
            self._stamp_all_texts()

    def _stamp_all_texts(self) -> None:
        for section_id in list(self._texts):
            self._stamp_text(section_id)

    def _stamp_text(self, section_id: str) -> None:
        text = "".join(self._texts.pop(section_id))
        self._stamp(SectionDelta(section_id=section_id, text=text))

    # Called by the event loop's timer, so it only sets flags: all stamping and writing is done by one task.
    def _window_over(self) -> None:
        self._timer = None
        self._text_due = True
        self._due.set()

    # Writing ----------------------------------------------------------------------------------------------------------

    async def _write_all(self) -> None:
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                batch = self._take_batch()
                self._waiters_in_flight = batch.waiters
                checking, self._check_due = self._check_due, False
                if batch.events or batch.with_snapshot or batch.kept or checking:
                    await self._write(batch)
                    self._finish_batch(batch)
            except Exception as error:  # noqa: BLE001 - whatever it is, those who wait for this write must hear it
                self._fail(error)
                return
            self._resolve(batch.waiters)

    def _take_batch(self) -> _Batch:
        """Collects everything that is due now as one write."""
        if self._text_due:
            self._text_due = False
            self._stamp_all_texts()
            self._stop_timer()  # the next window begins with the next text
        if self._audit_head is not None and keys.AUDIT in self._fields:
            # Behind the events of the act, and once a write: the snapshot of every write knows the end of the record.
            self._stamp(WorkflowUpdate(update={"audit": self._audit_head.model_dump()}))
        moved = self._state.last_event_id != self._snapshot_id
        due = self._snapshot_due or (moved and time.monotonic() - self._snapshot_at >= SNAPSHOT_S)
        batch = _Batch(tuple(self._buffer), self._state, due, self._fields, self._waiters)
        self._buffer, self._fields, self._waiters, self._snapshot_due = [], {}, [], False
        return batch

    async def _write(self, batch: _Batch) -> None:
        """Retries until the store has the batch.

        Raises:
            FencedError: Another process has taken the thread over.
            StoreError: The store refuses the write for good.
        """
        pause_s = _FIRST_RETRY_S
        self._recall.take(batch.events, batch.kept)
        while True:
            try:
                await self._recall.write(batch.state, with_snapshot=batch.with_snapshot)
            except StoreUnavailableError as error:
                self._set_away("write", str(error))
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_RETRY_S)
                # Also starts an embedded server again that was killed.
                with contextlib.suppress(StoreUnavailableError):
                    await self._store.open()
            else:
                self._set_away("write", None)
                return

    def _finish_batch(self, batch: _Batch) -> None:
        self._kept = batch.state
        if batch.with_snapshot:
            self._snapshot_at, self._snapshot_id = time.monotonic(), batch.state.last_event_id
        if batch.events:
            for listener in self._listeners:
                self._call(listener, batch.events, batch.state)

    # Attending: the lock, the requests of others, a snapshot that lags ------------------------------------------------

    async def _attend(self) -> None:
        tick_s = self._store.lock_ttl_s / RENEWALS
        renew_at = time.monotonic() + tick_s
        with self._store.watch_requests(self.thread_id) as asked:
            while True:
                asked.clear()
                try:
                    if time.monotonic() >= renew_at:
                        renew_at = time.monotonic() + tick_s
                        await self._store.renew(self.thread_id, self.fence)
                        self._check()
                    await self._deliver_requests()
                except StoreUnavailableError as error:
                    self._set_away("attend", str(error))
                except Exception as error:  # noqa: BLE001 - a lock that is not renewed must not look like one that is
                    self._fail(error)
                    return
                else:
                    self._set_away("attend", None)
                if self._state.last_event_id != self._snapshot_id:
                    self._due.set()
                await wait_for_news(asked, _ATTEND_RETRY_S if self._away else tick_s)

    def _check(self) -> None:
        """Schedules a write, if need be an empty one.

        The count of writes in its answer shows what a failover lost; without it that would wait for the next event.
        """
        self._check_due = self._recall.count > 0
        self._due.set()

    async def _deliver_requests(self) -> None:
        async with self._delivery:
            if (listener := self._on_request) is not None:
                for request in await self._store.take_requests(self.thread_id, self.fence):
                    self._call(listener, request)

    # Two tasks talk to the store; it counts as back only when neither of them finds it away.
    def _set_away(self, who: str, reason: str | None) -> None:
        before = self.is_waiting
        if reason is None:
            self._away.pop(who, None)
        else:
            self._away[who] = reason
        if self.is_waiting == before:
            return
        if reason is not None:
            logger.warning("run %s waits for its store: %s", self.thread_id, printable(reason))
        (self._back.clear if self.is_waiting else self._back.set)()
        for listener in self._waiting_listeners:
            self._call(listener, self.is_waiting)

    def _check_open(self) -> None:
        if self.failure is not None:
            raise self.failure
        if self._closed:
            raise StoreError(f"the journal of {self.thread_id} is closed")

    def _fail(self, error: Exception) -> None:
        first, self.failure = self.failure is None, error
        self._stop_timer()
        self._away.clear()
        self._back.set()
        self._resolve([*self._waiters_in_flight, *self._waiters], error)
        for listener in self._failure_listeners if first else ():
            self._call(listener, error)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @staticmethod
    def _call(listener: Callable[..., None], *arguments: Any) -> None:
        """Calls a listener; reports errors to the event loop.

        They stop neither the writing nor the other listeners.
        """
        try:
            listener(*arguments)
        except Exception as error:  # noqa: BLE001 - anything at all
            context = {"message": f"{listener!r} failed", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)

    @staticmethod
    def _resolve(waiters: list[asyncio.Future[None]], error: Exception | None = None) -> None:
        for waiter in waiters:
            if waiter.done():
                continue
            if error is None:
                waiter.set_result(None)
            else:
                waiter.set_exception(error)
