"""The Run: how notebooks, widgets and commands hold one petition, whoever writes it.

A Run may be touched from any thread; what it does happens on the workbench loop. It is made by
:func:`workbench.prepare`, :func:`workbench.start`, :func:`workbench.resume` and :func:`workbench.attach`.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import orjson

from workbench.case.model import Case
from workbench.config import Settings
from workbench.errors import LockHeldError, StoreError, TransitionError
from workbench.live import events
from workbench.live.journal import Journal
from workbench.live.lock_owner import is_gone
from workbench.live.snapshot import SectionState, Snapshot, fold
from workbench.live.store import Store
from workbench.workflow.commands import Command, SectionAction, check_status, raise_answer
from workbench.workflow.executor import ExecutorGoneError, RunExecutor
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.run_view import RunView

ANSWER_LIMIT_S = 10.0
"""How long who asks another process waits for its answer: as long as a dead one's lock lasts."""


class Run(RunView):
    """One petition, written by this process or followed from the store.

    Attributes:
        thread_id: The run's id.
        case: The case, or None where the run is only followed.
    """

    def __init__(
        self,
        bench: BackgroundLoop,
        store: Store,
        settings: Settings,
        snapshot: Snapshot,
        *,
        take_up: Callable[[Run], None],
        case: Case | None = None,
    ) -> None:
        super().__init__(bench, store, settings, snapshot)
        self.case = case
        self._take_up = take_up
        self._ordering = threading.Lock()  # one order at a time; never taken on the loop
        self._author: RunExecutor | None = None

    @property
    def writes(self) -> bool:
        """Whether this process writes the run: it then stays until the run has come to rest."""
        return self._author is not None

    @property
    def held_elsewhere(self) -> bool:
        """Whether another live process writes the run."""
        return self._author is None and self._bench.call(self._has_holder())

    @property
    def waiting(self) -> bool:
        """Whether the store is away: no step starts, what streams stays in memory."""
        return self._author is not None and self._author.waiting

    def _pause_if_writing(self) -> None:
        if self._author is not None and self._snapshot.status == "generating":
            self._bench.submit(self._author.obey(self._order("pause", None)))

    # ---- the attorney's commands for the run; each returns at once

    def start(self, *, user_id: str | None = None, via: str = "kernel") -> None:
        """Starts a pending run, or goes on with a paused or waiting one.

        Args:
            user_id: Who asks; asserted. Default: who started the run.
            via: How the order came, for the audit record.

        Raises:
            TransitionError: The run is in another state.
            StoreError: It is not written by this process and cannot be taken up, or its holder does not answer.
        """
        self._command("start", user_id, via)

    def resume(self, *, user_id: str | None = None, via: str = "kernel") -> None:
        """Goes on with a paused run, or with one that waits for the attorney; otherwise as :meth:`start`."""
        self._command("resume", user_id, via)

    def pause(self, *, user_id: str | None = None, via: str = "kernel") -> None:
        """Ends the run after the current steps, to go on later; otherwise as :meth:`start`."""
        self._command("pause", user_id, via)

    def cancel(self, *, user_id: str | None = None, via: str = "kernel") -> None:
        """Ends the run for good; what was written stays readable. Otherwise as :meth:`start`."""
        self._command("cancel", user_id, via)

    def ordered(self, action: str, *, user_id: str | None = None, via: str = "kernel") -> Snapshot:
        """One of the above, and the run when the order is kept: not yet what it brings."""
        order = self._order(action, user_id, via=via)
        self._check_status(order)
        return self._given(order)

    # ---- the attorney's decisions on a section; each returns when it is kept

    def decide(
        self,
        section_id: str,
        action: SectionAction,
        *,
        note: str | None = None,
        text: str | None = None,
        base: str | None = None,
        user_id: str | None = None,
        via: str = "kernel",
    ) -> SectionState:
        """Decides on a section; at any time, also of a run that has ended or that another process writes.

        Args:
            section_id: The section.
            action: ``approve``: the present text, and no other, is approved by ``user_id``; needs a note where the
                checks still find errors. ``reject`` (with a note) and ``regenerate`` (with or without): the section is
                drafted again, with the note as instruction. ``edit``: ``text`` replaces the section's text, and is
                checked. ``lock``, ``unlock``: nobody changes a locked text.
            note: See above; at most 10,000 characters.
            text: Of an edit: Markdown without HTML, images and raw blocks; at most 200,000 characters.
            base: sha256 (hexadecimal) of the text that the decision is about, to tell a conflict; None: whatever text
                stands there when the decision arrives.
            user_id: Who decides; asserted. Default: who started the run.
            via: How the decision came, for the audit record.

        Returns:
            The section after it. A draft that was asked for comes later: ``run.wait()``.

        Raises:
            InputError: There is no such section, or what the action needs is missing or cannot be used.
            TransitionError: The run's or the section's state does not allow it.
            StoreError: The store is away, or the process that writes the run does not answer.
        """
        decided = self.decided(section_id, action, note=note, text=text, base=base, user_id=user_id, via=via)
        return decided.section(section_id)

    def decided(
        self, section_id: str, action: SectionAction, *, user_id: str | None = None, **what: str | None
    ) -> Snapshot:
        """:meth:`decide`, and the whole run after it."""
        return self._given(self._order(action, user_id, section_id=section_id, **what))

    def approve(self, section_id: str, note: str | None = None, **who: str | None) -> SectionState:
        """Approves the section's present text; see :meth:`decide`."""
        return self.decide(section_id, "approve", note=note, **_named(who))

    def reject(self, section_id: str, note: str, **who: str | None) -> SectionState:
        """Has the section drafted again, with what was wrong; see :meth:`decide`."""
        return self.decide(section_id, "reject", note=note, **_named(who))

    def edit(self, section_id: str, text: str, base: str | None = None, **who: str | None) -> SectionState:
        """Replaces the section's text by the attorney's own; see :meth:`decide`."""
        return self.decide(section_id, "edit", text=text, base=base, **_named(who))

    def regenerate(self, section_id: str, instruction: str | None = None, **who: str | None) -> SectionState:
        """Has the section drafted again; see :meth:`decide`."""
        return self.decide(section_id, "regenerate", note=instruction, **_named(who))

    def lock(self, section_id: str, **who: str | None) -> SectionState:
        """Keeps the section's text from being changed; see :meth:`decide`."""
        return self.decide(section_id, "lock", **_named(who))

    def unlock(self, section_id: str, **who: str | None) -> SectionState:
        """Lets the section's text be changed again; see :meth:`decide`."""
        return self.decide(section_id, "unlock", **_named(who))

    def add_exhibit(
        self, path: str | Path, *, title: str | None = None, user_id: str | None = None, via: str = "kernel"
    ) -> str:
        """Adds an exhibit to the run, never to ``case.yaml``; sections not yet started see it.

        Args:
            path: A PDF, DOCX, Markdown or text file; it is copied into the run's own folder.
            title: For the exhibit index; default: the file's name.
            user_id: Who adds it; asserted. Default: who started the run.
            via: How it came, for the audit record.

        Returns:
            The new exhibit's id.

        Raises:
            InputError: The file cannot be used.
            TransitionError: The run has ended, or another process writes it.
        """
        with self._ordering:
            if self._author is None or self._snapshot.status in events.ENDED:
                raise TransitionError(
                    f"cannot add an exhibit: this process does not write thread {self.thread_id} any more"
                )
            who = user_id or self._snapshot.user_id
            return self._bench.call(self._author.add_exhibit(Path(path), title, user_id=who, via=via))

    # ---- how an order reaches whoever writes the run

    def _order(self, action: str, user_id: str | None, **what: str | None) -> Command:
        return Command.of(action, user_id=user_id or self._snapshot.user_id, **what)

    def _command(self, action: str, user_id: str | None, via: str) -> None:
        order = self._order(action, user_id, via=via)
        self._check_status(order)
        author = self._author
        if author is None:
            self._given(order)
            return
        rests = self._halted.done() or self._snapshot.status in {"paused", "needs_review"}  # or is just being told so
        if action != "pause" and rests:
            self._halted = Future()  # whoever waits from here on waits for what this order brings
        expected = self._halted

        def if_refused(asked: Future[Snapshot]) -> None:
            if not asked.cancelled() and asked.exception() is not None and not expected.done():
                expected.set_result(self._snapshot)

        self._bench.submit(author.obey(order)).add_done_callback(if_refused)

    def _check_status(self, order: Command) -> None:
        """TransitionError where the run does not obey the order; one whose process died may be gone on with."""
        status = self._snapshot.status
        if status == "generating" and order.action in {"start", "resume"} and not self.writes:
            status = status if self.held_elsewhere else "paused"  # which taking it up makes of it
        check_status(order, self.thread_id, status)

    def _given(self, order: Command) -> Snapshot:
        """The run after an order, given to its author here, to its holder elsewhere, or to us, who take it up."""
        with self._ordering:
            while True:
                author = self._author
                if author is not None:
                    with contextlib.suppress(ExecutorGoneError):
                        return self._bench.call(author.obey(order))
                    self._author = None  # it has ended between two lines: taken up anew
                elif (snapshot := self._bench.call(self._asked(order))) is not None:
                    return snapshot
                else:
                    with contextlib.suppress(LockHeldError):  # somebody was quicker: ask them
                        self._take_up(self)
                        if order.action == "pause" and self._snapshot.status == "paused":
                            return self._snapshot  # its process had died: taking it up has paused it

    async def _asked(self, order: Command) -> Snapshot | None:
        """Asks the thread's live holder; None where there is none."""
        if not await self._has_holder():
            return None
        legs, request_id = self._legs, secrets.token_hex(8)
        await self._store.request(self.thread_id, order.to_request(request_id))
        answer = await self._store.answer(self.thread_id, request_id, ANSWER_LIMIT_S)
        if answer is None and not await self._has_holder():  # it died; whoever takes the run up finds the request
            await asyncio.to_thread(self._take_up, self)
            answer = await self._store.answer(self.thread_id, request_id, ANSWER_LIMIT_S)
        if answer is None:
            raise StoreError(
                f"the process that writes thread {self.thread_id} has not answered within {ANSWER_LIMIT_S:g} s; "
                "it will obey when it can: see workbench status"
            )
        answered = orjson.loads(answer)
        raise_answer(answered)
        if answered.get("leg") and self._legs == legs:
            self.begin_leg()  # whoever waits from here on waits for it, though no event of it was seen yet
        return await self._caught_up()

    async def _has_holder(self) -> bool:
        holder = await self._store.holder(self.thread_id)
        return holder is not None and not is_gone(holder)

    async def _caught_up(self) -> Snapshot:
        """Reads what has happened since; a follower that has not seen it yet will not see it twice."""
        batch = await self._store.events(self.thread_id, self._snapshot.last_event_id)
        if batch and self._follower is None:
            self._publish(tuple(batch), fold(self._snapshot, batch))
        return fold(self._snapshot, batch) if self._follower is not None else self._snapshot

    # ---- on the loop

    async def write_with(self, author: RunExecutor, journal: Journal, case: Case) -> None:
        """Makes this process the one that writes the thread. For :mod:`workbench.workflow.start`."""
        await self._stop_following()
        missed = await self._store.events(self.thread_id, self._snapshot.last_event_id)
        if missed:
            self._publish(tuple(missed), fold(self._snapshot, missed))
        journal.subscribe(self._publish)
        journal.on_waiting(self._say_waiting)
        self._snapshot = journal.snapshot
        self.case = case
        self._author = author
        if self._snapshot.status not in events.UNDER_WAY:
            self.begin_leg()(None)  # whoever waited for a process that has died hears that the run is paused
        self._bench.runs[self.thread_id] = self

    def retire(self, author: RunExecutor) -> None:
        """The author has let go of the run. For :mod:`workbench.workflow.start`."""
        if self._author is author:
            self._author = None
            self._bench.runs.pop(self.thread_id, None)


def _named(who: dict[str, str | None]) -> dict[str, Any]:
    """``user_id`` and ``via``, as the short forms pass them on; anything else is a mistake of the caller."""
    unknown = who.keys() - {"user_id", "via"}
    if unknown:
        raise TypeError(f"unexpected keyword argument {min(unknown)!r}")
    return {name: value for name, value in who.items() if value is not None}
