"""The Run: how notebooks, widgets and commands hold one petition, whoever writes it.

A Run may be touched from any thread; what it does happens on the workbench loop. It is made by
:func:`workbench.prepare`, :func:`workbench.start`, :func:`workbench.resume` and :func:`workbench.attach`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from workbench.case.model import Case
from workbench.config import Settings
from workbench.drafting.sections import SECTIONS, waits_for
from workbench.errors import InputError, Problem, RunFailedError, TransitionError
from workbench.live import events
from workbench.live.archive import read_archived
from workbench.live.journal import Journal
from workbench.live.snapshot import Snapshot, fold
from workbench.live.store import Store
from workbench.workflow.author import Author
from workbench.workflow.bench import Bench

logger = logging.getLogger("workbench")

Listener = Callable[[tuple[events.Event, ...], Snapshot], None]
Unsubscribe = Callable[[], None]


class Run:
    """One petition, written by this process or followed from the store.

    Attributes:
        thread_id: The run's id.
        case: The case, or None where the run is only followed.
    """

    def __init__(
        self, bench: Bench, store: Store, settings: Settings, snapshot: Snapshot, case: Case | None = None
    ) -> None:
        self.thread_id = snapshot.thread_id
        self.case = case
        self._bench = bench
        self._store = store
        self._settings = settings
        self._snapshot = snapshot
        self._listeners: list[Listener] = []
        self._guard = threading.Lock()
        self._halted: Future[Snapshot] = Future()
        self._author: Author | None = None
        self._follower: asyncio.Task[None] | None = None
        self._returning: list[Callable[[], None]] = []
        self._waiting_listeners: list[Callable[[bool], None]] = []

    def __repr__(self) -> str:
        done = self._snapshot.progress
        return f"<Run {self.thread_id} {self._snapshot.status}, {done.completed} of {done.total} sections>"

    # ---- what anybody may ask

    @property
    def snapshot(self) -> Snapshot:
        """The state after the last event that was kept."""
        return self._snapshot

    @property
    def waiting(self) -> bool:
        """Whether the store is away: no step starts, what streams stays in memory."""
        return self._author is not None and self._author.waiting

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
        try:
            return self._settled(await asyncio.shield(asyncio.wrap_future(self._halted)))
        except asyncio.CancelledError:
            self._pause_if_writing()
            raise

    def _settled(self, snapshot: Snapshot) -> Snapshot:
        for say in tuple(self._returning):
            say()
        if snapshot.status == "failed":
            raise RunFailedError(self.thread_id, snapshot.unresolved or (snapshot.error or "no reason was kept",))
        return snapshot

    def _pause_if_writing(self) -> None:
        if self._author is not None and self._snapshot.status == "generating":
            self._bench.submit(self._author.pause())

    # ---- the attorney's commands; each returns at once

    def start(self) -> None:
        """Starts a pending run, or goes on with a paused one.

        Raises:
            TransitionError: The run is in another state.
        """
        self._order("start", {"pending", "paused"})

    def resume(self) -> None:
        """Goes on with a paused run; TransitionError in another state."""
        self._order("resume", {"paused"})

    def pause(self) -> None:
        """Ends the run after the current steps, to go on later; TransitionError unless it is generating."""
        self._order("pause", {"generating"})

    def cancel(self) -> None:
        """Ends the run for good; what was written stays readable. TransitionError where it has ended already."""
        self._order("cancel", {"pending", "generating", "paused", "needs_review"})

    def add_exhibit(self, path: str | Path, *, title: str | None = None) -> str:
        """Adds an exhibit to the run, never to ``case.yaml``; sections not yet started see it.

        Args:
            path: A PDF, DOCX, Markdown or text file; it is copied into the run's own folder.
            title: For the exhibit index; default: the file's name.

        Returns:
            The new exhibit's id.

        Raises:
            InputError: The file cannot be used.
            TransitionError: The run has ended, or another process writes it.
        """
        if self._author is None or self._snapshot.status in events.ENDED:
            raise TransitionError(
                f"cannot add an exhibit: this process does not write thread {self.thread_id} any more"
            )
        return self._bench.call(self._author.add_exhibit(Path(path), title))

    def _order(self, what: str, allowed: set[str]) -> None:
        status = self._snapshot.status
        if status not in allowed:
            raise TransitionError(f"cannot {what} thread {self.thread_id}: it is {status}")
        if status == "paused":  # whoever waits from here on waits for the next leg, even if the last one still settles
            self._halted = Future()
        if self._author is None:
            self._bench.submit(self._store.request(self.thread_id, {"do": what}))
        else:
            does = {"start": self._author.start, "resume": self._author.start}
            self._bench.submit((does | {"pause": self._author.pause, "cancel": self._author.cancel})[what]())

    # ---- on the loop

    def write_with(self, author: Author, journal: Journal) -> None:
        """Makes this process the one that writes the thread. For :mod:`workbench.workflow.opening`."""
        journal.subscribe(self._publish)
        journal.on_waiting(self._say_waiting)
        self._snapshot = journal.snapshot
        self._author = author

    def _say_waiting(self, away: bool) -> None:  # noqa: FBT001 - the journal's signature
        for listener in tuple(self._waiting_listeners):
            listener(away)

    def follow(self) -> None:
        """Follows the thread from the store. For :mod:`workbench.workflow.opening`; runs on the loop."""
        if self._snapshot.status in events.UNDER_WAY:
            self._follower = asyncio.get_running_loop().create_task(self._follow(), name=f"follow {self.thread_id}")
        else:
            self.begin_leg()(None)

    async def _follow(self) -> None:
        try:
            await self._follow_to_the_end()
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, or would wait for ever
            self.begin_leg()(error)

    async def _follow_to_the_end(self) -> None:
        settle: Callable[[Exception | None], None] | None = self.begin_leg()
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

    def begin_leg(self) -> Callable[[Exception | None], None]:
        """The run is under way from here to its end, its next pause, or its wish for the attorney. For the author.

        Returns:
            A function that tells whoever waits: with None, or with what broke.
        """
        if self._halted.done():
            self._halted = Future()
        leg = self._halted

        def settle(error: Exception | None) -> None:
            if leg.done():
                return
            if error is not None:
                leg.set_exception(error)
            else:
                leg.set_result(self._snapshot)

        return settle
