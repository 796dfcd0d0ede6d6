"""A run as anybody may follow it: its state as it comes, its history, and the wait for its rest."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from importlib import import_module
from typing import Any

from workbench.config import Settings
from workbench.drafting.sections import SECTIONS, waits_for
from workbench.errors import InputError, Problem, RunFailedError
from workbench.live import events
from workbench.live.archive import read_archived
from workbench.live.audit import AuditEntry
from workbench.live.snapshot import Snapshot, fold
from workbench.live.store import Store
from workbench.record.history import HistoryRow
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.reading import read_audit, read_history, read_state

logger = logging.getLogger("workbench")

Listener = Callable[[tuple[events.Event, ...], Snapshot], None]
Unsubscribe = Callable[[], None]

_HEED_INTERRUPTS_S = 0.25
"""How long an interrupt of a cell that awaits a run may go unheeded."""


def _sharing() -> Any:
    """By name: the server's packages are imported only where a run is shared, and a run is below them."""
    return import_module("workbench.server.sharing")


class RunView:
    """What of a :class:`~workbench.workflow.run.Run` needs nobody to write it.

    Attributes:
        thread_id: The run's id.
    """

    def __init__(self, bench: BackgroundLoop, store: Store, settings: Settings, snapshot: Snapshot) -> None:
        self.thread_id = snapshot.thread_id
        self._bench = bench
        self._store = store
        self._settings = settings
        self._snapshot = snapshot
        self._listeners: list[Listener] = []
        self._guard = threading.Lock()
        self._halted: Future[Snapshot] = Future()
        self._legs = 0
        self._follower: asyncio.Task[None] | None = None
        self._returning: list[Callable[[], None]] = []
        self._waiting_listeners: list[Callable[[bool], None]] = []

    def __repr__(self) -> str:
        done = self._snapshot.progress
        return f"<Run {self.thread_id} {self._snapshot.status}, {done.completed} of {done.total} sections>"

    @property
    def snapshot(self) -> Snapshot:
        """The state after the last event that was kept."""
        return self._snapshot

    @property
    def goes_on(self) -> bool:
        """Whether there is something to wait for: the run is under way, or was told to go on."""
        return not self._halted.done()

    def subscribe(self, listener: Listener) -> Unsubscribe:
        """Calls ``listener(events, snapshot)`` on the loop's thread after each write.

        Returns:
            A function that ends the subscription.
        """
        with self._guard:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._guard, contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return unsubscribe

    @property
    def waits_for(self) -> dict[str, tuple[str, ...]]:
        """Which sections of this run must be finished before which: ids by the id of the section that waits."""
        known = [SECTIONS[state.section_id] for state in self._snapshot.sections if state.section_id in SECTIONS]
        return {spec.section_id: waits_for(spec, known) for spec in known}

    def on_waiting(self, listener: Callable[[bool], None]) -> Unsubscribe:
        """Calls the listener, on the loop's thread, when the store goes away (True) and when it is back (False).

        Returns:
            A function that ends it.
        """
        self._waiting_listeners.append(listener)
        return lambda: self._waiting_listeners.remove(listener) if listener in self._waiting_listeners else None

    def page_text(self, exhibit_id: str, page: int) -> str:
        """The text of one exhibit page; InputError where the run has no such page."""
        text = self._bench.call(self._store.page(self.thread_id, exhibit_id, page))
        if text is None and (archived := read_archived(self._settings, self.thread_id)) is not None:
            text = archived.pages.get((exhibit_id, page))
        if text is None:
            raise InputError(
                Problem(what=f"exhibit {exhibit_id!r} has no page {page} in this run", remedy="see its exhibit index")
            )
        return text

    def history(self) -> list[HistoryRow]:
        """The moments of the run that one would go back to, oldest first; see :func:`workbench.fork`."""
        return read_history(self.thread_id, self._settings)

    def at(self, event_id: str) -> Snapshot:
        """The run as it stood after one of its events; InputError for an id that is none of them."""
        return read_state(self.thread_id, event_id, self._settings)

    def audit(self) -> list[AuditEntry]:
        """Who did what when, oldest first."""
        return read_audit(self.thread_id, self._settings)

    # ---- sharing

    def share(self, hours: float = 24, *, redact: bool = False, user_id: str | None = None) -> Any:
        """A link by which anybody who holds it watches this run, and can do nothing else with it.

        Where no server runs on this machine and ``WORKBENCH_PUBLIC_URL`` names none, this process becomes one, until it
        ends.

        Args:
            hours: Until the link ends; fractions count.
            redact: Whether names are kept from its holder.
            user_id: Who makes it; default: the login name.

        Returns:
            :class:`workbench.server.sharing.SharedLink`, whose ``url`` is shown nowhere by itself: whoever has it sees
            the run, and a notebook keeps what it has shown.

        Raises:
            InputError: The hours, the address or the signing keys cannot be used.
            StoreUnavailableError: The store cannot be reached.
        """
        return _sharing().share(self, hours=hours, redact=redact, user_id=user_id, settings=self._settings)

    def unshare(self, link_id: str, *, user_id: str | None = None) -> Any:
        """Takes a link back: who looks through it is shut out within a second; InputError where there is none."""
        return _sharing().unshare(link_id, user_id=user_id, settings=self._settings)

    def links(self) -> list[Any]:
        """The run's links that have not expired, the newest first, each with who came in by it."""
        listed: list[Any] = _sharing().links_of(self, settings=self._settings)
        return listed

    def before_return(self, say: Callable[[], None]) -> Unsubscribe:
        """Has ``say`` called just before ``await run`` or ``wait`` returns, in the cell that waited.

        nbclient keeps only the messages that the running cell sends: a widget says its state once more here, or a
        notebook executed in CI would be saved with a bar that never moved.

        Returns:
            A function that ends it.
        """
        self._returning.append(say)
        return lambda: self._returning.remove(say) if say in self._returning else None

    # ---- waiting

    def wait(self, timeout_s: float | None = None) -> Snapshot:
        """Waits until the run has ended, paused, or wants the attorney; interrupting the wait pauses the run.

        Raises:
            RunFailedError: A section failed, or the run did.
            TimeoutError: Not within ``timeout_s`` seconds.
        """
        try:
            return self._settled(self._halted.result(timeout_s))
        except KeyboardInterrupt:
            self._pause_if_writing()
            raise

    def __await__(self) -> Generator[Any, None, Snapshot]:
        return self._wait().__await__()

    async def _wait(self) -> Snapshot:
        halted = asyncio.wrap_future(self._halted)
        try:
            while not halted.done():  # ipykernel sees an interrupt only when its loop wakes for something else
                await asyncio.wait({halted}, timeout=_HEED_INTERRUPTS_S)
            return self._settled(halted.result())
        except asyncio.CancelledError:
            halted.add_done_callback(lambda late: late.cancelled() or late.exception())  # nobody waits for it any more
            self._pause_if_writing()
            raise

    def _settled(self, snapshot: Snapshot) -> Snapshot:
        for say in tuple(self._returning):
            say()
        if snapshot.status == "failed":
            raise RunFailedError(self.thread_id, snapshot.unresolved or (snapshot.error or "no reason was kept",))
        return snapshot

    def _pause_if_writing(self) -> None:
        """When a wait was interrupted: for the one who writes."""

    # ---- on the loop

    def follow(self) -> None:
        """Follows the thread from the store. For :mod:`workbench.workflow.start`; runs on the loop."""
        if self._snapshot.status not in events.UNDER_WAY:
            self.begin_leg()(None)
        if self._snapshot.status not in events.ENDED:
            self._follower = asyncio.get_running_loop().create_task(self._follow(), name=f"follow {self.thread_id}")

    def unfollow(self) -> None:
        """Ends following a run that another process writes: this object stays as it is. Not to be called on the loop.

        A run that this process writes is not touched.
        """
        self._bench.call(self._stop_following())

    async def _stop_following(self) -> None:
        if self._follower is not None and self._follower is not asyncio.current_task():
            self._follower.cancel()
            await asyncio.gather(self._follower, return_exceptions=True)
        self._follower = None

    async def _follow(self) -> None:
        try:
            await self._follow_to_the_end()
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, or would wait for ever
            self.begin_leg()(error)
        self._follower = None

    async def _follow_to_the_end(self) -> None:
        settle: Callable[[Exception | None], None] | None = None
        if self._snapshot.status in events.UNDER_WAY:
            settle = self.begin_leg()
        async for batch in self._store.follow(self.thread_id, after=self._snapshot.last_event_id):
            snapshot = fold(self._snapshot, batch)
            self._publish(tuple(batch), snapshot)
            if snapshot.status in events.UNDER_WAY:
                settle = settle or self.begin_leg()
            elif settle is not None:
                settle(None)
                settle = None
            if snapshot.status in events.ENDED:
                return

    def _publish(self, batch: tuple[events.Event, ...], snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        with self._guard:
            listeners = tuple(self._listeners)
        for listener in listeners:
            try:
                listener(batch, snapshot)
            except Exception:
                logger.exception("a listener of thread %s failed", self.thread_id)

    def _say_waiting(self, away: bool) -> None:  # noqa: FBT001 - the journal's signature
        for listener in tuple(self._waiting_listeners):
            listener(away)

    def begin_leg(self) -> Callable[[Exception | None], None]:
        """The run is under way from here to its end, its next pause, or its wish for the attorney. For the author.

        Returns:
            A function that tells whoever waits: with None, or with what broke.
        """
        if self._halted.done():
            self._halted = Future()
        self._legs += 1
        leg = self._halted

        def settle(error: Exception | None) -> None:
            if leg.done():
                return
            if error is not None:
                leg.set_exception(error)
            else:
                leg.set_result(self._snapshot)

        return settle
