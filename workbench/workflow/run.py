"""Handle of one petition's run, whichever process writes it.

Notebooks, widgets and commands hold it.

Made by :func:`workbench.prepare`, :func:`workbench.start`, :func:`workbench.resume`, :func:`workbench.attach` and
:func:`workbench.fork`. May be used from any thread; what it does happens on the workbench loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import threading
import time
from concurrent.futures import Future
from pathlib import Path

import orjson

from workbench.case.model import Case
from workbench.config import Settings
from workbench.errors import FencedError, InputError, LockHeldError, Problem, StoreError, TransitionError
from workbench.live import events
from workbench.live.lock_owner import WriterSign, is_gone
from workbench.live.snapshot import Snapshot, fold
from workbench.live.store import Store
from workbench.live.user_name import UNNAMED, read_user_name
from workbench.workflow.commands import (
    Command,
    ExecutorGoneError,
    SectionAction,
    SentenceAction,
    check_status,
    describe_ended_run,
    raise_refusal,
)
from workbench.workflow.executor import RunExecutor
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.run_exhibits import read_new_exhibit
from workbench.workflow.run_factory import RunFactory
from workbench.workflow.run_view import RunView
from workbench.workflow.section_methods import SectionMethods

ANSWER_LIMIT_S = 10.0
"""Longest wait, in seconds, for another process to answer a command: as long as a dead one's lock lasts."""

_LOOK_FOR_WRITER_S = 0.5
"""Time, in seconds, after which the sender of an unanswered command looks for the writer again."""

_RECORD_LIMIT_S = 1.0
"""Longest wait, in seconds, for a command on the whole run to be recorded: then the store is away."""


class Run(SectionMethods, RunView):
    """One petition's run, followed or written by this process.

    Commands go to the executor here, to the writer elsewhere, or, where no process writes the run, to an executor that
    this process then takes over.

    Attributes:
        thread_id: The run's id.
        case: The case, or None where the run is only followed.

    Examples:
        >>> import workbench
        >>> options = workbench.RunOptions(sections=("awards",), unattended=True)
        >>> run = workbench.start("wu", options=options)
        >>> snapshot = run.wait()
        >>> run.approve("awards", user_id="ada").status
        'approved'
    """

    def __init__(
        self, loop: BackgroundLoop, store: Store, settings: Settings, snapshot: Snapshot, *, factory: RunFactory
    ) -> None:
        super().__init__(loop, store, settings, snapshot)
        self.case: Case | None = None
        self._factory = factory
        self._command_lock = threading.Lock()  # one command at a time; never taken on the loop
        self._executor: RunExecutor | None = None

    @classmethod
    def of_executor(cls, executor: RunExecutor, factory: RunFactory) -> Run:
        """Makes the handle of a run just created here."""
        loop, settings = BackgroundLoop.current(), factory.settings
        run = cls(loop, loop.call(loop.store(settings)), settings, executor.journal.snapshot, factory=factory)
        # One tracker for both: whoever waits on the handle waits for what the executor runs.
        run._executions = executor.executions
        loop.call(run._adopt(executor))
        return run

    @property
    def executor(self) -> RunExecutor | None:
        """The executor, while this process writes the run."""
        executor = self._executor
        return None if executor is None or executor.closed else executor

    @property
    def writes(self) -> bool:
        """True while this process writes the run.

        The process then stays until the run has come to rest.
        """
        return self.executor is not None

    @property
    def held_elsewhere(self) -> bool:
        """True while another live process writes the run."""
        return not self.writes and self._loop.call(self._has_writer())

    @property
    def waiting_reason(self) -> str | None:
        """Line that says why the run waits for its store, or None."""
        executor = self.executor
        return None if executor is None else executor.journal.waiting_reason

    @property
    def waiting(self) -> bool:
        """True while the store is away.

        No step starts, and streamed text stays in memory.
        """
        executor = self.executor
        return executor is not None and executor.store_away

    def _pause_if_writing(self) -> None:
        executor = self.executor
        if executor is not None and self._snapshot.status == "generating":
            self._loop.submit(executor.obey(self._build_command("pause", None)))

    # ---- commands for the run; each returns at once

    def start(self, *, user_id: str | None = None, via: str = "kernel") -> None:
        """Starts a pending run, or continues a stopped one.

        Returns at once. A stopped run is one that is paused or waits for the attorney.

        Args:
            user_id: Who asks; asserted. Default: who started the run.
            via: How the command came, for the audit record.

        Raises:
            TransitionError: The run is in another state.
            StoreError: This process does not write the run and cannot take it over, or its writer does not answer.

        Examples:
            >>> import workbench
            >>> run = workbench.prepare("wu", options=workbench.RunOptions(sections=("awards",)))
            >>> run.start()
            >>> run.wait(60).status
            'completed'
        """
        self._command("start", user_id, via)

    def resume(self, *, user_id: str | None = None, via: str = "kernel") -> None:
        """Goes on with a paused or waiting run.

        Returns at once.

        Args:
            user_id: Who asks; asserted. Default: who started the run.
            via: How the command came, for the audit record.

        Raises:
            TransitionError: The run is in another state.
            StoreError: As for :meth:`start`.

        Examples:
            >>> import time, workbench
            >>> options = workbench.RunOptions(sections=("awards",), offline_words_per_s=1_000)
            >>> run = workbench.start("wu", options=options)
            >>> while run.snapshot.status == "pending":
            ...     time.sleep(0.01)
            >>> run.pause()
            >>> run.wait(60).status
            'paused'
            >>> run.resume()
            >>> run.wait(60).status
            'completed'
        """
        self._command("resume", user_id, via)

    def pause(self, *, user_id: str | None = None, via: str = "kernel") -> None:
        """Stops the run after the current steps.

        Returns at once; :meth:`resume` goes on.

        Args:
            user_id: Who asks; asserted. Default: who started the run.
            via: How the command came, for the audit record.

        Raises:
            TransitionError: The run is in another state.
            StoreError: As for :meth:`start`.

        Examples:
            >>> import time, workbench
            >>> options = workbench.RunOptions(sections=("awards",), offline_words_per_s=1_000)
            >>> run = workbench.start("wu", options=options)
            >>> while run.snapshot.status == "pending":
            ...     time.sleep(0.01)
            >>> run.pause()
            >>> run.wait(60).status
            'paused'
        """
        self._command("pause", user_id, via)

    def cancel(self, *, user_id: str | None = None, via: str = "kernel") -> None:
        """Ends the run for good.

        Its text stays readable. Returns at once.

        Args:
            user_id: Who asks; asserted. Default: who started the run.
            via: How the command came, for the audit record.

        Raises:
            TransitionError: The run is in another state.
            StoreError: As for :meth:`start`.

        Examples:
            >>> import workbench
            >>> run = workbench.prepare("wu")
            >>> run.cancel()
            >>> run.wait(60).status
            'cancelled'
        """
        self._command("cancel", user_id, via)

    def send_run_command(self, action: str, *, user_id: str | None = None, via: str = "kernel") -> Snapshot:
        """Sends a command above; returns when it is recorded.

        Args:
            action: ``start``, ``resume``, ``pause`` or ``cancel``.
            user_id: As for :meth:`start`.
            via: As for :meth:`start`.

        Returns:
            The run once the command is recorded, which is before its consequences.

        Raises:
            TransitionError: The run is in another state.
            StoreError: As for :meth:`start`.
        """
        command = self._build_command(action, user_id, via=via)
        if not self.writes:
            self._check_status(command)
        return self._send(command)

    # ---- commands for a section; each returns when it is recorded

    def send_section_command(
        self,
        section_id: str,
        action: SectionAction | SentenceAction,
        *,
        note: str | None = None,
        text: str | None = None,
        base: str | None = None,
        finding: str | None = None,
        user_id: str | None = None,
        via: str = "kernel",
    ) -> Snapshot:
        """Decides as :meth:`decide` does, and returns the whole run."""
        fields = {"section_id": section_id, "note": note, "text": text, "base": base, "finding": finding, "via": via}
        return self._send(self._build_command(action, user_id, **fields))

    def add_exhibit(
        self,
        path: str | Path,
        *,
        title: str | None = None,
        content: bytes | None = None,
        user_id: str | None = None,
        via: str = "kernel",
    ) -> str:
        """Adds an exhibit to the run, never to ``case.yaml``.

        Sections not yet started see it; finished ones become stale.

        Args:
            path: A PDF, DOCX, Markdown or text file; it is copied into the run's own folder.
            title: For the exhibit index; default: the file's name.
            content: Of an upload, of which ``path`` is only the name; default: that of the file.
            user_id: Who adds it; asserted. Default: who started the run.
            via: How it came, for the audit record.

        Returns:
            The new exhibit's id.

        Raises:
            InputError: The file cannot be used.
            TransitionError: The run has ended (a branch of it takes exhibits), or another process writes it.

        Examples:
            >>> import pathlib, tempfile, workbench
            >>> letter = pathlib.Path(tempfile.mkdtemp(), "letter.txt")
            >>> length = letter.write_text("The prize is awarded by the academy.")
            >>> workbench.prepare("wu").add_exhibit(letter, title="Letter of the academy")
            'letter'
        """
        self._refuse_exhibit_after_end()
        # Before the lock: a pause must not wait for a file that takes a minute to read.
        new = read_new_exhibit(Path(path), title, content, self._settings)
        with self._command_lock:
            while True:
                self._refuse_exhibit_after_end()
                if (executor := self.executor) is None:
                    self._take_over_for_exhibit()
                    continue
                # It ended between two lines: then its last status says what to do.
                with contextlib.suppress(ExecutorGoneError):
                    user_id = user_id or self._snapshot.user_id
                    return self._loop.call(executor.add_exhibit(new, user_id=user_id, via=via))
                self._executor = None

    def _refuse_exhibit_after_end(self) -> None:
        if self._snapshot.status in events.ENDED:
            raise TransitionError(describe_ended_run(self.thread_id, self._snapshot.status))

    def _take_over_for_exhibit(self) -> None:
        try:
            self.take_over()
        except LockHeldError as error:
            raise TransitionError(
                f"cannot add an exhibit to thread {self.thread_id} from here: it is written by {error.holder}; "
                "add it there, or through the server of that process"
            ) from None

    def take_over(self, *, starting: bool = False, accept_changes: bool = False) -> None:
        """Makes this process the run's writer.

        Blocks; not to be called on the workbench loop.

        Args:
            starting: Whether sections will be drafted at once: then a model that refuses, or a case that changed, is
                an error now.
            accept_changes: Take the case as it is now; what was drafted from it is marked stale.

        Raises:
            InputError: The run was started on another machine, the model refuses, or the case has changed.
            LockHeldError: A live process writes it.
        """
        executor = self._factory.take_over(
            self._snapshot, self._executions, starting=starting, accept_changes=accept_changes
        )
        self._loop.call(self._adopt(executor))

    # ---- the way of a command to the run's writer

    def _build_command(self, action: str, user_id: str | None, **fields: str | None) -> Command:
        user_id = user_id or self._snapshot.user_id
        if user_id == UNNAMED:
            user_id = read_user_name(self._settings)
        if user_id == UNNAMED and action == "approve":
            raise InputError(
                Problem(
                    "an approval carries a name, and yours is not known",
                    "give user_id, or keep yours once with run.keep_user_name(NAME) or workbench user NAME",
                    field="user_id",
                )
            )
        return Command.of(action, user_id=user_id, **fields)

    def _command(self, action: str, user_id: str | None, via: str) -> None:
        command = self._build_command(action, user_id, via=via)
        executor = self.executor
        if executor is None:
            self._check_status(command)
            self._send(command)
            return
        # Settled already, or about to be told so: in either case the wait is for what this command brings.
        at_rest = not self._executions.active or self._snapshot.status in {"paused", "needs_review"}
        expected = self._executions.renew() if action != "pause" and at_rest else self._executions.current

        def settle_if_refused(obeyed: Future[Snapshot]) -> None:
            if not obeyed.cancelled() and obeyed.exception() is not None and not expected.begun:
                expected.finish(self._snapshot)

        obeyed = self._loop.submit(executor.obey(command))
        obeyed.add_done_callback(settle_if_refused)
        if self._loop.is_current_thread:
            return
        try:
            obeyed.result(_RECORD_LIMIT_S)
        except TimeoutError:
            return  # the store is away: the command is recorded when it is back
        except (ExecutorGoneError, FencedError):
            self._send(command)

    def _check_status(self, command: Command) -> None:
        """Raises TransitionError where the state forbids the command.

        For a run that this process does not write: taking it over for a command that it then refuses would open it for
        nothing. What this handle was shown may lag behind the store. A run whose writer was killed still says
        ``generating``; taking it over makes that ``paused``.
        """
        status = self._loop.call(self._catch_up()).status
        if status == "generating" and command.action in {"start", "resume"}:
            status = status if self.held_elsewhere else "paused"
        check_status(command, self.thread_id, status)

    def _send(self, command: Command) -> Snapshot:
        """Sends a command to the run's writer; returns the run.

        Where no process writes the run, this one takes it over and obeys.
        """
        with self._command_lock:
            while True:
                executor = self.executor
                if executor is not None:
                    # It ended between two lines, or was overtaken: the next writer is asked, or this one once more.
                    with contextlib.suppress(ExecutorGoneError, FencedError):
                        return self._loop.call(executor.obey(command))
                    self._executor = None
                elif (snapshot := self._loop.call(self._send_elsewhere(command))) is not None:
                    return snapshot
                else:
                    with contextlib.suppress(LockHeldError):  # another process was quicker: it is asked
                        self.take_over()
                        if command.action == "pause" and self._snapshot.status == "paused":
                            return self._snapshot  # its writer was killed: taking it over has paused it

    async def _send_elsewhere(self, command: Command) -> Snapshot | None:
        """Sends a command to another process and awaits its answer.

        None where no live process writes the run.
        """
        if not await self._has_writer():
            return None
        begun, request_id = self._executions.begun, secrets.token_hex(8)
        # Counted before the request: its events may arrive before its answer.
        await self._store.request(self.thread_id, command.to_request(request_id))
        answer = await self._await_answer(request_id)
        if answer is None:
            raise StoreError(
                f"the process that writes thread {self.thread_id} has not answered within {ANSWER_LIMIT_S:g} s; "
                "it will obey when it can: see workbench status"
            )
        answered = orjson.loads(answer)
        raise_refusal(answered)
        if answered.get("leg") and self._executions.begun == begun:
            self._executions.begin()  # callers wait for it from here on, though no event of it was seen yet
        snapshot = await self._catch_up()
        if answered.get("leg") and self._follower is None and not self.writes:
            self.follow()  # it had ended, and was followed no more
        return snapshot

    async def _await_answer(self, request_id: str) -> bytes | None:
        """Waits for the writer's answer; takes over from one that died or left.

        Whoever takes the run over finds the request.
        """
        limit = time.monotonic() + ANSWER_LIMIT_S
        while time.monotonic() < limit:
            answer = await self._store.answer(self.thread_id, request_id, _LOOK_FOR_WRITER_S)
            if answer is not None:
                return answer
            if not await self._has_writer():
                with contextlib.suppress(LockHeldError):  # another process was quicker, and answers
                    await asyncio.to_thread(self.take_over)
                limit = time.monotonic() + ANSWER_LIMIT_S
        return None

    async def _read_sign(self) -> WriterSign:
        return WriterSign("alive", 0) if self.writes else await super()._read_sign()

    async def _has_writer(self) -> bool:
        owner = await self._store.holder(self.thread_id)
        return owner is not None and not is_gone(owner)

    async def _catch_up(self) -> Snapshot:
        """Reads the events since the last one known here.

        A follower that has not seen them yet will not publish them twice.
        """
        batch = await self._store.events(self.thread_id, self._snapshot.last_event_id)
        if batch and self._follower is None:
            self._publish(tuple(batch), fold(self._snapshot, batch))
        return fold(self._snapshot, batch) if self._follower is not None else self._snapshot

    # ---- on the loop

    async def _adopt(self, executor: RunExecutor) -> None:
        """Binds an executor to this handle.

        The handle listens to the executor's journal in place of the store; then the executor is opened for commands.
        """
        await self._stop_following()
        missed = await self._store.events(self.thread_id, self._snapshot.last_event_id)
        if missed:
            self._publish(tuple(missed), fold(self._snapshot, missed))
        journal = executor.journal
        # No write can fall between: the executor obeys nothing before it is opened below.
        journal.subscribe(self._publish)
        journal.on_waiting(self._publish_waiting)
        self._snapshot = journal.snapshot
        self.case = executor.case
        self._executor = executor
        if self._snapshot.status not in events.UNDER_WAY:
            # Callers that waited for a writer that was killed learn that the run is paused.
            self._executions.begin().finish(self._snapshot)
        self._loop.runs[self.thread_id] = self
        executor.open()
