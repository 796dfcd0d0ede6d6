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
from typing import Any

from workbench.errors import StoreError, StoreUnavailableError, printable
from workbench.live import keys
from workbench.live.archive import Archived
from workbench.live.audit import Action, AuditEntry
from workbench.live.event_buffer import Batch, EventBuffer
from workbench.live.events import Event
from workbench.live.listeners import Listeners
from workbench.live.lock_owner import RENEWALS
from workbench.live.notifications import wait_for_news
from workbench.live.replay_buffer import ReplayBuffer
from workbench.live.snapshot import Snapshot
from workbench.live.store import Store
from workbench.live.thread_state import ThreadState, read_thread_state, released_on_error

logger = logging.getLogger("workbench")

WINDOW_S = 0.05
"""Window in which streamed text is collected: at most one ``section_delta`` a section and window."""

_FIRST_RETRY_S = 0.05
_LONGEST_RETRY_S = 2.0
_ATTEND_RETRY_S = 0.25

Listener = Callable[[tuple[Event, ...], Snapshot], None]


class Journal:
    """Owner of a thread's snapshot and write lock.

    It lives on one event loop; make it with :meth:`open`, end it with :meth:`close`.

    Attributes:
        thread_id: The run.
        fence: The fencing number.
        resumed: Whether the thread was there before.
        failure: Why nothing can be written any more (FencedError: overtaken), or None.
    """

    def __init__(self, store: Store, thread_id: str, fence: int, begun: ThreadState) -> None:
        self.thread_id = thread_id
        self.fence = fence
        self.resumed = begun.resumed
        self.failure: Exception | None = None
        self._store = store
        self._buffer = EventBuffer(begun)
        self._kept = begun.snapshot  # as far as the store has acknowledged
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
            journal = cls(store, thread_id, fence, begun)
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
        return self._buffer.snapshot

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
        self._buffer.add(events)
        if snapshot:
            self._buffer.request_snapshot()
        if flush:
            self._due.set()
        # A flush leaves streamed text in its window, so text still needs the timer.
        if self._timer is None and (self._buffer.has_text or not flush):
            self._timer = asyncio.get_running_loop().call_later(WINDOW_S, self._window_over)

    def keep(self, part: str, fields: Mapping[str, bytes | None]) -> None:
        """Changes fields of a hash together with the next events.

        Both are written in one script, all or nothing.

        Args:
            part: Of :data:`workbench.live.keys.FIELDS`.
            fields: New values; None where a field goes.
        """
        self._check_open()
        self._buffer.keep(part, fields)

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
        self._check_open()
        return self._buffer.record(action, user_id=user_id, **what)

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
        if snapshot:
            self._buffer.request_snapshot()
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

    async def close(self) -> None:
        """Writes the rest, releases the lock and ends the tasks.

        The snapshot is written as it is at the end. While the store is away this waits for it.

        Raises:
            FencedError: Another process has taken the thread over; the tasks have ended all the same.
        """
        if self._closed:
            return
        try:
            await self.flush(text=True, snapshot=True)
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

    # Writing ----------------------------------------------------------------------------------------------------------

    # Called by the event loop's timer, so it only sets flags: all stamping and writing is done by one task.
    def _window_over(self) -> None:
        self._timer = None
        self._text_due = True
        self._due.set()

    async def _write_all(self) -> None:
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                batch = self._take_batch()
                self._waiters_in_flight, self._waiters = self._waiters, []
                checking, self._check_due = self._check_due, False
                if batch.events or batch.with_snapshot or batch.kept or checking:
                    await self._write(batch)
                    self._finish_batch(batch)
            except Exception as error:  # noqa: BLE001 - whatever it is, those who wait for this write must hear it
                self._fail(error)
                return
            self._resolve(self._waiters_in_flight)

    def _take_batch(self) -> Batch:
        """Collects everything that is due now as one write."""
        if self._text_due:
            self._text_due = False
            self._buffer.stamp_texts()
            self._stop_timer()  # the next window begins with the next text
        return self._buffer.take_batch()

    async def _write(self, batch: Batch) -> None:
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

    def _finish_batch(self, batch: Batch) -> None:
        self._kept = batch.state
        self._buffer.confirm(batch)
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
                if self._buffer.outruns_snapshot:
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
