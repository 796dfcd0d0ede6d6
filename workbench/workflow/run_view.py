"""Read-only half of `Run`: state, history, waiting."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Generator
from typing import Any

from workbench.config import Settings
from workbench.errors import RunFailedError, StoreError
from workbench.live import events
from workbench.live.listeners import Listeners
from workbench.live.lock_owner import WriterSign
from workbench.live.snapshot import Snapshot, fold
from workbench.live.store import Store
from workbench.live.user_name import save_user_name
from workbench.workflow.execution import Execution, ExecutionTracker
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.run_reader import RunReader
from workbench.workflow.sharing_provider import load_sharing

logger = logging.getLogger("workbench")

Listener = Callable[[tuple[events.Event, ...], Snapshot], None]
Unsubscribe = Callable[[], None]

_CHECK_INTERRUPT_S = 0.25
"""Longest time, in seconds, until an interrupt of a cell that awaits a run is noticed."""

_SIGN_S = 1.0
"""Interval, in seconds, of the signs of life that listeners are told."""


class RunView(RunReader):
    """A run as any process may follow it.

    Attributes:
        thread_id: The run's id.
    """

    def __init__(self, loop: BackgroundLoop, store: Store, settings: Settings, snapshot: Snapshot) -> None:
        super().__init__(loop, settings, snapshot)
        self._store = store
        self._executions = ExecutionTracker()
        self._listeners = Listeners[Listener]()
        self._follower: asyncio.Task[None] | None = None
        self._return_callbacks = Listeners[Callable[[], None]]()
        self._waiting_listeners = Listeners[Callable[[bool], None]]()
        self._sign_listeners = Listeners[Callable[[WriterSign], None]]()
        self._sign_task: asyncio.Task[None] | None = None

    @property
    def goes_on(self) -> bool:
        """True while there is something to wait for.

        The run is under way, or was told to go on.
        """
        return self._executions.active

    def subscribe(self, listener: Listener) -> Unsubscribe:
        """Calls ``listener(events, snapshot)`` after each write.

        The call is made on the workbench loop's thread.

        Args:
            listener: Must not block. What it raises is logged, and ends nothing.

        Returns:
            A function that ends the subscription.

        Examples:
            >>> import workbench
            >>> run = workbench.prepare("wu")
            >>> unsubscribe = run.subscribe(lambda events, snapshot: None)
            >>> unsubscribe()
        """
        return self._listeners.add(listener)

    def on_waiting(self, listener: Callable[[bool], None]) -> Unsubscribe:
        """Calls the listener when the store's availability changes.

        With True when the store goes away, with False when it is back; on the workbench loop's thread.

        Returns:
            A function that ends the subscription.
        """
        return self._waiting_listeners.add(listener)

    def on_sign(self, listener: Callable[[WriterSign], None]) -> Unsubscribe:
        """Calls the listener with signs of life of the run's writer.

        Once a second while the run is being drafted, on the workbench loop's thread.

        Returns:
            A function that ends the subscription.
        """
        unsubscribe = self._sign_listeners.add(listener)
        self._loop.loop.call_soon_threadsafe(self._watch_writer)
        return unsubscribe

    def keep_user_name(self, name: str) -> str:
        """Keeps the user's name under ``WORKBENCH_HOME``.

        It stands on later approvals, and in the audit record, wherever no ``user_id`` is given.

        Args:
            name: A name or e-mail address; asserted.

        Returns:
            The name without blanks around it.

        Raises:
            InputError: It is no name, or cannot be kept.
        """
        return save_user_name(self._settings, name)

    # ---- sharing

    def share(self, hours: float = 24, *, redact: bool = False, user_id: str | None = None) -> Any:
        """Makes a view link of this run.

        Whoever holds it watches the run, and can do nothing else with it.

        Where no `workbench serve` runs for this store and ``WORKBENCH_PUBLIC_URL`` names no server, this process is one
        until it ends: the link's ``duration`` says what serves it.

        Args:
            hours: Until the link ends; fractions count.
            redact: Whether names are hidden from its holder.
            user_id: Who makes it; default: the name that was kept (``workbench user``).

        Returns:
            :class:`workbench.server.sharing.SharedLink`. Its ``url`` is not part of its ``repr``: whoever has the url
            sees the run, and a notebook saves what it has shown.

        Raises:
            InputError: The hours, the address or the signing keys cannot be used.
            StoreUnavailableError: The store cannot be reached.

        Examples:
            >>> import workbench
            >>> run = workbench.prepare("wu")
            >>> link = run.share(hours=8, redact=True)
            >>> run.unshare(link.id).id == link.id
            True
        """
        return load_sharing().share(self, hours=hours, redact=redact, user_id=user_id, settings=self._settings)

    def unshare(self, link_id: str, *, user_id: str | None = None) -> Any:
        """Revokes a link.

        Its viewers are disconnected within a second.

        Args:
            link_id: ``id`` of the link.
            user_id: Who revokes it; default: the name that was kept (``workbench user``).

        Returns:
            The revoked :class:`workbench.server.links.Link`.

        Raises:
            InputError: There is no such link.
            StoreUnavailableError: The store cannot be reached; the link still opens.

        Examples:
            >>> import workbench
            >>> run = workbench.prepare("wu")
            >>> run.unshare(run.share().id).revoked_at is not None
            True
        """
        return load_sharing().unshare(link_id, user_id=user_id, settings=self._settings)

    def links(self) -> list[Any]:
        """Lists the run's links that have not expired.

        The newest first, each with who opened it and when.

        Raises:
            StoreUnavailableError: The store cannot be reached.

        Examples:
            >>> import workbench
            >>> workbench.prepare("wu").links()
            []
        """
        return load_sharing().links_of(self, settings=self._settings)

    def before_return(self, callback: Callable[[], None]) -> Unsubscribe:
        """Has a function called before ``await run`` returns.

        And before :meth:`wait` returns; in the cell that waited.

        nbclient keeps only the messages that the running cell sends: a widget sends its state once more here, or a
        notebook executed in CI would be saved with a bar that never moved.

        Returns:
            A function that ends the subscription.
        """
        return self._return_callbacks.add(callback)

    # ---- waiting

    def wait(self, timeout_s: float | None = None) -> Snapshot:
        """Waits until the run has ended or stopped.

        It stops at a pause, and where it waits for the attorney. Interrupting the wait pauses the run.

        Args:
            timeout_s: Seconds; None: as long as it takes.

        Returns:
            The run at its stop.

        Raises:
            RunFailedError: A section failed, or the run did.
            TimeoutError: Not within ``timeout_s`` seconds.

        Examples:
            >>> import workbench
            >>> options = workbench.RunOptions(sections=("awards",), unattended=True)
            >>> workbench.start("wu", options=options).wait(60).status
            'completed'
        """
        try:
            return self._return(self._executions.current.future.result(timeout_s))
        except KeyboardInterrupt:
            self._pause_if_writing()
            raise

    def __await__(self) -> Generator[Any, None, Snapshot]:
        return self._wait().__await__()

    async def _wait(self) -> Snapshot:
        stop = asyncio.wrap_future(self._executions.current.future)
        try:
            while not stop.done():  # ipykernel sees an interrupt only when its loop wakes for something else
                await asyncio.wait({stop}, timeout=_CHECK_INTERRUPT_S)
            return self._return(stop.result())
        except asyncio.CancelledError:
            stop.add_done_callback(lambda late: late.cancelled() or late.exception())  # nobody waits for it any more
            self._pause_if_writing()
            raise

    def _return(self, snapshot: Snapshot) -> Snapshot:
        for callback in self._return_callbacks:
            callback()
        # After the callbacks: a widget shows the failed state even where the cell ends with the error.
        if snapshot.status == "failed":
            raise RunFailedError(self.thread_id, snapshot.unresolved or (snapshot.error or "no reason was kept",))
        return snapshot

    def _pause_if_writing(self) -> None:
        """Pauses the run after an interrupted wait.

        It does so only where this process writes the run.
        """

    # ---- on the loop

    def follow(self) -> None:
        """Starts to follow the thread from the store.

        Called on the workbench loop by :func:`workbench.attach`.
        """
        if self._snapshot.status not in events.UNDER_WAY:
            self._executions.begin().finish(self._snapshot)
        if self._snapshot.status not in events.ENDED:
            self._follower = asyncio.get_running_loop().create_task(self._follow(), name=f"follow {self.thread_id}")

    def unfollow(self) -> None:
        """Stops following a run that another process writes.

        The snapshot stays as it is.

        Has no effect on a run that this process writes. Must not be called on the workbench loop.

        Examples:
            >>> import workbench
            >>> run = workbench.prepare("wu")
            >>> workbench.attach(run.thread_id).unfollow()
        """
        self._loop.call(self._stop_following())

    async def _stop_following(self) -> None:
        if self._follower is not None and self._follower is not asyncio.current_task():
            # Cancelled between two batches or while waiting for one: what it has published stays consistent.
            self._follower.cancel()
            await asyncio.gather(self._follower, return_exceptions=True)
        self._follower = None

    async def _follow(self) -> None:
        try:
            await self._follow_to_the_end()
        except Exception as error:  # noqa: BLE001 - callers that wait must be told, or would wait for ever
            self._executions.begin().fail(error)
        self._follower = None

    async def _follow_to_the_end(self) -> None:
        execution: Execution | None = None
        if self._snapshot.status in events.UNDER_WAY:
            execution = self._executions.begin()
        async for batch in self._store.follow(self.thread_id, after=self._snapshot.last_event_id):
            snapshot = fold(self._snapshot, batch)
            self._publish(tuple(batch), snapshot)
            # One batch may tell of an execution from its start to its end: whoever waits for it must hear that, too.
            started = any(
                isinstance(event, events.StatusChange) and event.status in events.UNDER_WAY for event in batch
            )
            if started or snapshot.status in events.UNDER_WAY:
                execution = execution or self._executions.begin()
            if execution is not None and snapshot.status not in events.UNDER_WAY:
                execution.finish(snapshot)
                execution = None
            if snapshot.status in events.ENDED:
                return

    def _publish(self, batch: tuple[events.Event, ...], snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        for listener in self._listeners:
            try:
                listener(batch, snapshot)
            except Exception:  # a widget that fails must not stop the run, nor keep others from their events
                logger.exception("a listener of thread %s failed", self.thread_id)

        self._watch_writer()

    def _watch_writer(self) -> None:
        """Starts to look for the writer, while somebody listens."""
        # Not for longer than the run is being drafted: the task keeps run and listeners alive.
        is_due = self._snapshot.status == "generating" and bool(self._sign_listeners)
        if is_due and (self._sign_task is None or self._sign_task.done()):
            self._sign_task = asyncio.get_running_loop().create_task(self._tell_signs(), name=f"signs {self.thread_id}")

    async def _tell_signs(self) -> None:
        heard_at = time.monotonic()
        while self._snapshot.status == "generating" and self._sign_listeners:
            try:
                sign = await self._read_sign()
                heard_at = time.monotonic() - (sign.silent_s or 0)
            except StoreError:  # the store is away: nothing newer is known
                sign = WriterSign("silent", int(time.monotonic() - heard_at))
            for listener in self._sign_listeners:
                try:
                    listener(sign)
                except Exception:  # as in _publish
                    logger.exception("a listener of thread %s failed", self.thread_id)
            await asyncio.sleep(_SIGN_S)

    async def _read_sign(self) -> WriterSign:
        return await self._store.writer(self.thread_id)

    def _publish_waiting(self, away: bool) -> None:  # noqa: FBT001 - the journal's signature
        for listener in self._waiting_listeners:
            listener(away)
