"""Execution of one run by its writer.

That is the process that holds its write lock.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from workbench.case.model import Case
from workbench.checks.finding import Finding
from workbench.config import Settings
from workbench.drafting.offline.assembler import OfflineAssembler
from workbench.errors import TransitionError
from workbench.live import events
from workbench.live.journal import Journal
from workbench.live.lock_owner import WRITER_LEFT
from workbench.live.snapshot import Snapshot, fold
from workbench.live.store import Store
from workbench.text.digest import text_digest
from workbench.workflow.archiving import archive_ended_run
from workbench.workflow.case_changes import build_case_error
from workbench.workflow.command_inbox import CommandInbox
from workbench.workflow.commands import (
    SECTION_ACTIONS,
    SENTENCE_ACTIONS,
    Command,
    ExecutorGoneError,
    check_status,
    describe_ended_run,
)
from workbench.workflow.context import GenerationContext, make_control
from workbench.workflow.execution import Execution, ExecutionTracker
from workbench.workflow.graph_runner import GraphRunner
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.planning import (
    clean_partial_drafts,
    count_progress,
    derive_status,
    list_unfinished,
    list_unresolved,
)
from workbench.workflow.run_exhibits import add_exhibit
from workbench.workflow.run_folder import NewExhibit, RunFolder
from workbench.workflow.run_sections import add_section
from workbench.workflow.scheduler import SectionScheduler
from workbench.workflow.section_commands import (
    AT_REST,
    REDRAFTED,
    build_events,
    build_sentence_events,
    check_offline_redraft,
    check_section_command,
    check_sentence_command,
    clean_text,
)

if TYPE_CHECKING:
    from workbench.drafting.openai_model import OpenAIModel

logger = logging.getLogger("workbench")

_NEEDS_THE_CASE = frozenset({"start", "resume", "reject", "regenerate", "edit", "add"})


class RunExecutor:
    """Runs the graph of one thread and obeys commands.

    Both are recorded in the journal that it owns.

    Lives on the workbench loop; :class:`~workbench.workflow.run.Run` enters it from other threads. Commands are obeyed
    one at a time behind one lock. The graph runs beside them and never needs that lock.

    Args:
        store: Of the run.
        settings: For the archive, and how long an archived run's keys stay.
        context: Shared with the graph's nodes; its scheduler and control are renewed for each execution.
        folder: The run's own folder.
        executions: Continued from a run that was only followed so far; None: a new run.
        owned_model: Closed with the run; None where the caller brought the model, which may serve other runs.

    Attributes:
        executions: The future that callers wait on.
        closed: Whether this process has released the run: it has ended and is archived, or the process is leaving.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        context: GenerationContext,
        folder: RunFolder,
        *,
        executions: ExecutionTracker | None = None,
        owned_model: OpenAIModel | None = None,
    ) -> None:
        self.executions = executions or ExecutionTracker()
        self.closed = False
        self._store = store
        self._settings = settings
        self._context = context
        self._folder = folder
        self._owned_model = owned_model
        self._runner = GraphRunner(self.thread_id, context.trace)
        self._lock = asyncio.Lock()
        self._leaving = False
        self._execution: Execution | None = None
        self._task: asyncio.Task[None] | None = None
        self._settling: set[asyncio.Task[None]] = set()
        self._inbox = CommandInbox(store, self.journal, self.obey, has_left=lambda: self._leaving)
        self._unregister: Callable[[], None] | None = None
        # From here on, not from open(): the lock may be lost before that.
        self.journal.on_failure(self._fail)

    @property
    def journal(self) -> Journal:
        """The run's one writer of events."""
        return self._context.journal

    @property
    def thread_id(self) -> str:
        """The thread."""
        return self.journal.snapshot.thread_id

    @property
    def case(self) -> Case:
        """The case, with the exhibits added to the run."""
        return self._context.case

    @property
    def store_away(self) -> bool:
        """True while the store is away: no step starts."""
        return self.journal.is_waiting

    def open(self) -> None:
        """Starts to take commands of other processes.

        Also has :meth:`leave` called when this process ends.

        Apart from the constructor: the commands stay in the store until the run's listeners are in place.
        """
        self._unregister = BackgroundLoop.current().before_close(self.leave)
        self.journal.on_request(self._inbox.receive)

    # ---- commands

    async def obey(self, command: Command, *, request_id: str | None = None) -> Snapshot:
        """Obeys a command; returns when it is recorded.

        For a start, that is before the first word is drafted.

        Args:
            command: The action, and the user behind it.
            request_id: Of a command of another process, which reads the answer under it.

        Returns:
            The run after it, as far as the store has acknowledged it.

        Raises:
            InputError: The command cannot be used.
            TransitionError: The run's, or the section's, state does not allow it.
            ExecutorGoneError: This process has released the run.
        """
        async with self._lock:
            self._check_open()
            await self._wait_for_stop()
            journal = self.journal
            # A pause or an approval needs no case, so only what drafts or checks is refused.
            if self._context.case_changes and command.action in _NEEDS_THE_CASE:
                raise build_case_error(self.thread_id, self._context.case_changes)
            if command.action in SENTENCE_ACTIONS:
                await self._remark(command, request_id)
                return journal.stored_snapshot
            if command.action == "add":
                await self._add_section(command, request_id)
                return journal.stored_snapshot
            if command.action in SECTION_ACTIONS:
                await self._decide(command, request_id)
                return journal.stored_snapshot
            check_status(command, self.thread_id, journal.snapshot.status)
            if command.action == "cancel":
                await self._cancel(command, request_id)
                return journal.stored_snapshot
            # Recorded before the graph starts: its first flush writes the audit entry with its first events.
            self._record(command, request_id, starts_execution=command.action != "pause")
            if command.action == "pause":
                await self._context.pause()
            else:
                self._start_execution()
            await journal.flush()
            return journal.stored_snapshot

    def _record(
        self, command: Command, request_id: str | None, *, starts_execution: bool = False, **digests: str | None
    ) -> None:
        """Adds audit entry and answer to the next write."""
        self.journal.record(
            command.action,
            user_id=command.user_id,
            via=command.via,
            note=command.note,
            section_id=command.section_id,
            **digests,
        )
        if request_id is not None:
            self._inbox.answer(request_id, None, starts_execution=starts_execution)

    async def _remark(self, command: Command, request_id: str | None) -> None:
        journal = self.journal
        section = check_sentence_command(command, journal.snapshot)
        # The entry has no field of its own for a sentence: its digest stands in the note, and the text in the snapshot.
        about = f"{command.finding or 'sentence'} {text_digest(command.text or '')[:12]}"
        noted = command.model_copy(update={"note": f"{about}: {command.note}" if command.note else about})
        digest = text_digest(section.content)
        self._record(noted, request_id, before=digest, after=digest)
        journal.emit(*build_sentence_events(command, section))
        await journal.flush(snapshot=True)
        if journal.snapshot.status in events.ENDED and not self._executing:
            await self._close()

    async def _decide(self, command: Command, request_id: str | None) -> None:
        journal = self.journal
        before = check_section_command(command, journal.snapshot)
        offline = isinstance(self._context.writer.model, OfflineAssembler)
        # Text of a language model is another one: there the assembler would change something.
        if offline and journal.snapshot.model == self._context.writer.model.label:
            check_offline_redraft(command, before)
        text, findings = "", tuple[Finding, ...]()
        of_letter: list[dict[str, Any]] | None = None
        if command.action == "edit":
            # Before anything is recorded, so that a refused edit leaves no audit entry.
            text = clean_text(command.text or "", before.title)
            findings = await self._context.review(before.section_id, text)
            of_letter = await self._context.review_letter({before.section_id: text})
            # The run has gone on meanwhile, perhaps to its end.
            await self._wait_for_stop()
            before = check_section_command(command, journal.snapshot)
        changes = build_events(command, journal.snapshot, text, findings)
        if offline and command.action in REDRAFTED and command.note:
            changes.append(events.log("the offline assembler cannot use the note", agent="model", level="warning"))
        # Folded before it is emitted: the answer goes with the same write, and must say whether the run goes on.
        expected = fold(journal.snapshot, changes)
        starts = self._needs_execution(expected)
        after = text_digest(expected.section(before.section_id).content)
        self._record(command, request_id, starts_execution=starts, before=text_digest(before.content), after=after)
        journal.emit(*changes)
        journal.emit(count_progress(journal.snapshot))
        if journal.snapshot.status not in events.UNDER_WAY:
            if of_letter is not None:
                journal.emit(events.WorkflowUpdate(update={"letter_findings": of_letter}))
            journal.emit(events.WorkflowUpdate(update={"unresolved": list_unresolved(journal.snapshot)}))
        # Before the first await: the graph, which runs beside this, must not end the run between the decision and what
        # it entails.
        if starts:
            self._start_execution()
        elif journal.snapshot.status == "generating" and command.action in REDRAFTED and before.status in AT_REST:
            self._redraft_beside(before.section_id)
        await journal.flush(snapshot=True)
        if journal.snapshot.status in events.ENDED and not self._executing:
            await self._close()

    async def _add_section(self, command: Command, request_id: str | None) -> None:
        journal = self.journal
        changes = await add_section(self._context, self._folder, command)
        starts = self._needs_execution(fold(journal.snapshot, changes))
        self._record(command, request_id, starts_execution=starts)
        journal.emit(*changes)
        journal.emit(count_progress(journal.snapshot))
        if starts:
            self._start_execution()
        elif journal.snapshot.status == "generating":
            self._redraft_beside(command.section_id or "")
        await journal.flush(snapshot=True)

    def _needs_execution(self, snapshot: Snapshot) -> bool:
        """Tells whether a run at rest goes on.

        It does where a section is to be drafted, and where the last open section was settled.
        """
        if snapshot.status in {"generating", "pending", "paused"}:
            return False
        unattended = self._context.options.unattended
        return bool(list_unfinished(snapshot)) or derive_status(snapshot, unattended=unattended) != snapshot.status

    def _redraft_beside(self, section_id: str) -> None:
        """Drafts a section again while others are being drafted.

        The execution does not end before it.
        """
        context = self._context
        if context.scheduler.halted:
            return  # the run is pausing: the section is drafted in the next execution
        context.scheduler.reopen(section_id)
        self._runner.redraft_beside(section_id, context)

    async def _cancel(self, command: Command, request_id: str | None) -> None:
        # Cancelled, not drained: the step under way may wait for a model for minutes.
        await self._stop_graph()
        execution = self.executions.begin()
        journal = self.journal
        self._record(command, request_id)
        journal.emit(
            *clean_partial_drafts(journal.snapshot),
            events.log(f"cancelled ({command.user_id})", agent="attorney", level="warning"),
            events.StatusChange(status="cancelled"),
        )
        try:
            await self._close()
        except Exception as error:
            execution.fail(error)
            raise
        execution.finish(journal.stored_snapshot)

    async def add_exhibit(self, new: NewExhibit, *, user_id: str, via: str) -> str:
        """Adds an exhibit to the run's folder, index and memory.

        Finished sections become stale.

        Args:
            new: The file, which was read already.
            user_id: Who adds it; asserted.
            via: How the command came, for the audit record.

        Returns:
            The exhibit's id.

        Raises:
            InputError: The run's folder cannot be written.
            TransitionError: The run has ended.
            ExecutorGoneError: This process has released the run.
        """
        async with self._lock:
            self._check_open()
            if self.journal.snapshot.status in events.ENDED:
                raise TransitionError(describe_ended_run(self.thread_id, self.journal.snapshot.status))
            return await add_exhibit(self._context, self._folder, new, user_id=user_id, via=via)

    def _check_open(self) -> None:
        if self._leaving:
            raise ExecutorGoneError(f"this process has released thread {self.thread_id}")

    @property
    def _executing(self) -> bool:
        return self._task is not None and not self._task.done()

    async def _wait_for_stop(self) -> None:
        """Waits for the graph where the run's status says that it has stopped.

        The status is written by the graph's last step but one, and what follows must not meet a command.
        """
        if self._task is not None and self.journal.snapshot.status != "generating":
            await asyncio.wait({self._task})

    # ---- the graph

    def _start_execution(self) -> None:
        """Starts an execution of the graph.

        Callers that wait from here on wait for its end.
        """
        self._execution = self.executions.begin()
        context = self._begin_generation()
        self._task = asyncio.create_task(self._execute(self._execution, context), name=f"run {self.thread_id}")

    def _begin_generation(self) -> GenerationContext:
        """Renews scheduler and control; the run is ``generating`` from here on.

        At once, and not in the graph's first step: a pause meets the new control, and nothing meets a run that is told
        to go on and still says that it has ended.
        """
        options, snapshot = self._context.options, self.journal.snapshot
        finished = set(self._context.specs) - set(list_unfinished(snapshot))
        scheduler = SectionScheduler(1 if options.sequential else options.concurrency, finished)
        self._context = replace(self._context, scheduler=scheduler, control=make_control(), extra={})
        self.journal.emit(events.StatusChange(status="generating"))
        return self._context

    async def _execute(self, execution: Execution, context: GenerationContext) -> None:
        try:
            await self.generate(context)
        except Exception as error:  # noqa: BLE001 - overtaken, or the store refuses: callers that wait must be told
            execution.fail(error)
            return
        if self.journal.snapshot.status in events.ENDED:
            # Not awaited: settling takes the lock, whose holder may wait for us.
            task = asyncio.create_task(self.settle(execution))
            self._settling.add(task)  # the event loop itself holds tasks only weakly
            task.add_done_callback(self._settling.discard)
        else:
            execution.finish(self.journal.stored_snapshot)

    async def generate(self, context: GenerationContext | None = None) -> None:
        """Runs the graph over what is unfinished.

        Returns at the run's end, at a pause, or where it waits for the attorney; all of it is written by then.

        Where the graph waits for the attorney it goes on from there. Otherwise it begins anew. Either way its first
        node plans from the snapshot, which has every finished step of every section; so nothing is lost with the
        in-memory checkpointer of a process that was killed.

        Args:
            context: Of this execution; None: it begins here.

        Raises:
            FencedError: Another process has taken the thread over.
        """
        await self._runner.run(context or self._begin_generation())

    async def _stop_graph(self) -> None:
        if self._task is not None and self._executing:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    # ---- the end

    async def settle(self, execution: Execution) -> None:
        """Archives and releases an ended run, then resolves its execution.

        Not where a command came first that goes on with it: whoever waits, waits for that.
        """
        try:
            async with self._lock:
                await self._wait_for_stop()
                if self.journal.snapshot.status in events.ENDED and not self._leaving:
                    await self._close()
        except Exception as error:  # noqa: BLE001 - callers that wait must be told
            execution.fail(error)
            return
        goes_on = self._execution is execution and self._executing
        if not goes_on:
            execution.finish(self.journal.stored_snapshot)

    async def _close(self) -> None:
        """Archives an ended run and releases it.

        Writes the rest first, and lets the run's keys expire. The caller holds the lock.
        """
        self._leaving = True
        try:
            await self.journal.close()
            await archive_ended_run(self._store, self._settings, self.journal.snapshot)
        finally:
            await self._release()

    async def leave(self) -> None:
        """Releases the run as it stands when the process ends.

        A run that is being drafted becomes paused; its write lock becomes free.
        """
        executing = self._executing
        await self._stop_graph()  # a command may wait for it, with the lock in its hand
        async with self._lock:
            if self._leaving:  # it has ended meanwhile, and is archived
                return
            executing |= self._executing
            await self._stop_graph()
            self._leaving = True
            journal = self.journal
            # A run that waits for the attorney is left as it is.
            if executing and journal.snapshot.status in events.UNDER_WAY:
                reason = WRITER_LEFT
                journal.record("leave", user_id=journal.snapshot.user_id, note=reason)
                journal.emit(
                    *clean_partial_drafts(journal.snapshot),
                    events.WorkflowUpdate(update={"error": reason}),
                    events.log(reason, agent="run", level="warning"),
                    events.StatusChange(status="paused"),
                )
            try:
                await journal.close()
            finally:
                await self._release()

    async def _release(self) -> None:
        if self._unregister is not None:
            self._unregister()
        self.closed = True
        if self._owned_model is not None:
            await self._owned_model.aclose()

    def _fail(self, error: Exception) -> None:
        """Fails the execution when the journal can write nothing more."""
        if self._execution is None:
            logger.warning("%s", error)
        else:
            self._execution.fail(error)
