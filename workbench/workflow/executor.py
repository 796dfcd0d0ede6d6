"""The author of a thread: the one process that writes it.

Lives on the workbench loop; the Run enters it from outside. Orders are obeyed one at a time, behind one gate; the graph
runs beside them, and never needs the gate.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
from langgraph.errors import GraphDrained
from langgraph.runtime import RunControl
from langgraph.types import Command as GraphCommand
from langsmith import tracing_context

from workbench.checks.finding import Finding
from workbench.config import Settings
from workbench.errors import FencedError, StoreError, WorkbenchError
from workbench.live import events, keys
from workbench.live.snapshot import Snapshot, fold
from workbench.live.store import Store
from workbench.text.digest import text_digest
from workbench.workflow.archiving import archive
from workbench.workflow.case_changes import changed_case
from workbench.workflow.commands import SECTION_ACTIONS, Command, answer_of, check_status
from workbench.workflow.context import GenerationContext
from workbench.workflow.graph import petition_graph, run_section
from workbench.workflow.initial_snapshot import exhibit_state
from workbench.workflow.planning import cleaned_remains, finished_texts, progress_of, unfinished, unresolved, verdict
from workbench.workflow.run_folder import RunFolder
from workbench.workflow.scheduler import SectionScheduler
from workbench.workflow.section_commands import AT_REST, FINISHED, REDRAFTED, check_decision, events_of

logger = logging.getLogger("workbench")

Halted = Callable[[Exception | None], None]
BeginLeg = Callable[[], Halted]

_ANSWERS_KEPT = 50
"""Who asked reads the answer within seconds; older ones are dropped."""


class ExecutorGoneError(WorkbenchError):
    """This process has let go of the run: whoever acts on it takes it up again."""


class RunExecutor:
    """Runs the graph of one thread, obeys the attorney, and keeps what comes of both.

    Args:
        store: Where the thread is kept.
        settings: For the archive and the time keys stay.
        context: What the nodes share; turns and control are renewed at each start.
        folder: The run's own folder.
        begin_leg: Called at each start; answers what to call when this leg of the run has ended, paused or wants the
            attorney: with None, or with what broke.

    Attributes:
        release: Awaited when this process is done with the run: it has ended and is archived, or the process leaves.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        context: GenerationContext,
        folder: RunFolder,
        begin_leg: BeginLeg,
    ) -> None:
        self._store = store
        self._settings = settings
        self._context = context
        self._folder = folder
        self._begin_leg = begin_leg
        self._halted: Halted = _nobody_waits
        self._graph = petition_graph()
        self._config: Any = {"configurable": {"thread_id": self.thread_id}, "recursion_limit": _ROUNDS}
        self._gate = asyncio.Lock()
        self._gone = False
        self._task: asyncio.Task[None] | None = None
        self._beside: set[asyncio.Task[Any]] = set()  # winding up, and requests being obeyed
        self._answered: deque[str] = deque()
        self.release: Callable[[], Awaitable[None]] = _nothing
        context.journal.on_request(self._receive)
        context.journal.on_failure(self._overtaken)

    @property
    def thread_id(self) -> str:
        """The thread."""
        return self._context.journal.snapshot.thread_id

    @property
    def waiting(self) -> bool:
        """Whether the store is away."""
        return self._context.journal.waiting

    # ---- orders

    async def obey(self, order: Command, *, request_id: str | None = None) -> Snapshot:
        """Does what is asked; returns when it is kept, which for a start is before the first word.

        Args:
            order: What, by whom.
            request_id: Of the request by which another process asks, and reads the answer.

        Returns:
            The run after it, as far as the store has it.

        Raises:
            InputError: The order cannot be used.
            TransitionError: The run's, or the section's, state does not allow it.
            ExecutorGoneError: This process has let go of the run.
        """
        async with self._gate:
            self._check_here()
            journal = self._context.journal
            if self._context.case_changes and order.action in _NEEDS_THE_CASE:
                raise changed_case(self.thread_id, self._context.case_changes)
            if order.action in SECTION_ACTIONS:
                await self._decide(order, request_id)
                return journal.kept
            check_status(order, self.thread_id, journal.snapshot.status)
            if order.action == "cancel":
                await self._cancel(order, request_id)
                return journal.kept
            self._record(order, request_id, leg=order.action != "pause")
            if order.action == "pause":
                await self._context.pause()
            else:
                await self._begin()
            await journal.flush()
            return journal.kept

    def _record(self, order: Command, request_id: str | None, *, leg: bool = False, **what: str | None) -> None:
        """The audit entry of an order, and the answer to who asked for it: both with the next write."""
        self._context.journal.record(
            order.action, user_id=order.user_id, via=order.via, note=order.note, section_id=order.section_id, **what
        )
        if request_id is not None:
            self._answer(request_id, None, leg=leg)

    async def _decide(self, order: Command, request_id: str | None) -> None:
        journal = self._context.journal
        before = check_decision(order, journal.snapshot)
        changes = events_of(order, journal.snapshot, lambda text: self._review(before.section_id, text))
        entailed = fold(journal.snapshot, changes)
        leg = self._entails_leg(entailed)
        after = text_digest(entailed.section(before.section_id).content)
        self._record(order, request_id, leg=leg, before=text_digest(before.content), after=after)
        journal.emit(*changes)
        journal.emit(progress_of(journal.snapshot))
        if journal.snapshot.status not in events.UNDER_WAY:
            journal.emit(events.WorkflowUpdate(update={"unresolved": unresolved(journal.snapshot)}))
        await journal.flush(snapshot=True)
        if leg:
            await self._begin()
        elif journal.snapshot.status == "generating" and order.action in REDRAFTED and before.status in AT_REST:
            await self._draft_beside(before.section_id)
        elif journal.snapshot.status in events.ENDED:
            await self._close()

    def _review(self, section_id: str, text: str) -> tuple[Finding, ...]:
        context = self._context
        earlier = {name: said for name, said in finished_texts(context.journal.snapshot).items() if name != section_id}
        return context.validator.review(section_id, text, context.case, earlier=earlier)

    def _entails_leg(self, snapshot: Snapshot) -> bool:
        """Whether a run that has come to rest goes on: a section is to be drafted, or the last open one was settled."""
        if snapshot.status in {"generating", "pending", "paused"}:
            return False
        return bool(unfinished(snapshot)) or (
            verdict(snapshot, unattended=self._context.options.unattended) != snapshot.status
        )

    async def _draft_beside(self, section_id: str) -> None:
        """Drafts a section again while the others are being drafted; the round does not end before it."""
        context = self._context
        if context.turns.halted:
            return  # the run is pausing: it comes with the next leg
        await context.turns.reopen(section_id)

        async def draft() -> None:
            with contextlib.suppress(GraphDrained), tracing_context(enabled=False):
                await run_section(section_id, context)

        task = asyncio.create_task(draft(), name=f"run {self.thread_id} {section_id} again")
        context.extra.add(task)
        task.add_done_callback(context.extra.discard)

    async def _cancel(self, order: Command, request_id: str | None) -> None:
        await self._stop_graph()
        halted = self._begin_leg()
        journal = self._context.journal
        self._record(order, request_id)
        journal.emit(
            *cleaned_remains(journal.snapshot),
            events.log(f"cancelled ({order.user_id})", agent="attorney", level="warning"),
            events.StatusChange(status="cancelled"),
        )
        try:
            await self._close()
        except Exception as error:
            halted(error)
            raise
        halted(None)

    async def add_exhibit(self, path: Path, title: str | None, *, user_id: str, via: str) -> str:
        """Adds an exhibit to the run's own folder, the index and the memory; finished sections become stale.

        Raises:
            InputError: The file cannot be used; nothing is kept of it.
            ExecutorGoneError: This process has let go of the run.
        """
        async with self._gate:
            self._check_here()
            return await self._add_exhibit(path, title, user_id, via)

    async def _add_exhibit(self, path: Path, title: str | None, user_id: str, via: str) -> str:
        context, journal = self._context, self._context.journal
        exhibit, document = await asyncio.to_thread(self._folder.add_exhibit, path, title, context.case)
        context.case = context.case.with_exhibits({exhibit.id: (exhibit, document)})
        context.memory.add(exhibit.id, document)
        listed = (*journal.snapshot.exhibits, exhibit_state(context.case, exhibit.id))
        journal.record("add_exhibit", user_id=user_id, note=f"{exhibit.id}: {document.sha256}", via=via)
        journal.add_pages({(exhibit.id, number): text for number, text in enumerate(document.pages, start=1)})
        journal.emit(
            events.WorkflowUpdate(update={"exhibits": [state.model_dump() for state in listed]}),
            *(
                events.SectionUpdate(section_id=section.section_id, stale=True)
                for section in journal.snapshot.sections
                if section.status in FINISHED
            ),
            events.log(f"exhibit {len(listed)} added: {exhibit.title}", agent="memory"),
        )
        if not document.has_text:
            journal.emit(
                events.log(
                    f"{exhibit.title} has no text layer: it cannot be searched or checked",
                    agent="memory",
                    level="warning",
                )
            )
        await journal.flush(snapshot=True)
        return exhibit.id

    def _check_here(self) -> None:
        if self._gone:
            raise ExecutorGoneError(f"this process has let go of thread {self.thread_id}")

    # ---- requests of other processes

    def _receive(self, request: Mapping[str, Any]) -> None:
        """A request that another process put on ``:commands``."""
        self._spawn(self._obey_request(request))

    async def _obey_request(self, request: Mapping[str, Any]) -> None:
        request_id = str(request.get("request_id", ""))
        try:
            await self.obey(Command.of_request(request), request_id=request_id)
        except FencedError:
            return  # who has taken the thread over was not asked; the other process hears of that by itself
        except WorkbenchError as error:
            logger.info("thread %s: refused %r: %s", self.thread_id, request.get("do"), error)
            with contextlib.suppress(StoreError):
                self._answer(request_id, error)
                await self._context.journal.flush()

    def _answer(self, request_id: str, error: WorkbenchError | None, *, leg: bool = False) -> None:
        answers: dict[str, bytes | None] = {request_id: orjson.dumps(answer_of(error, leg=leg))}
        self._answered.append(request_id)
        if len(self._answered) > _ANSWERS_KEPT:
            answers[self._answered.popleft()] = None
        self._context.journal.keep(keys.ANSWERS, answers)

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    # ---- the graph

    async def _begin(self) -> None:
        """Begins a leg: whoever waits from here on waits for its end."""
        if self._task is not None and not self._task.done():
            await asyncio.wait({self._task})  # it has paused and is writing that down: this resume must not be lost
        self._halted = self._begin_leg()
        self._task = asyncio.create_task(self._leg(self._halted), name=f"run {self.thread_id}")

    async def _leg(self, halted: Halted) -> None:
        try:
            await self.generate()
        except Exception as error:  # noqa: BLE001 - overtaken, or the store refuses: the one who waits must hear of it
            halted(error)
            return
        if self._context.journal.snapshot.status in events.ENDED:
            self._spawn(self.settle(halted))
        else:
            halted(None)

    async def generate(self) -> None:
        """Runs the graph over what is unfinished, to its end, a pause, or the attorney; all of it is written.

        Where the graph waits for the attorney it goes on from there. Otherwise it begins anew, with a plan made from
        the snapshot, which has every finished step of every section.

        Raises:
            FencedError: Another process has taken the thread over.
        """
        journal = self._context.journal
        options = self._context.options
        finished = set(self._context.specs) - set(unfinished(journal.snapshot))
        turns = SectionScheduler(1 if options.sequential else options.concurrency, finished)
        self._context = replace(self._context, turns=turns, control=RunControl(), extra=set())
        context = self._context
        try:
            with tracing_context(enabled=False):  # LangSmith would send the graph's state to a third party
                standing = await self._graph.aget_state(self._config)
                begin: Any = GraphCommand(resume=True) if standing.interrupts else {"todo": [], "waiting": []}
                await self._graph.ainvoke(begin, self._config, context=context, control=context.control)
        except GraphDrained:
            await asyncio.gather(*context.extra, return_exceptions=True)
            journal.emit(events.StatusChange(status="paused"), events.log("paused", agent="run"))
        except asyncio.CancelledError:
            for task in context.extra:
                task.cancel()
            await asyncio.gather(*context.extra, return_exceptions=True)
            raise
        except FencedError:
            raise
        except Exception as error:
            # Whatever it is: the run says so, and keeps what is written.
            logger.debug("run %s failed", self.thread_id, exc_info=True)
            message = f"{type(error).__name__}: {error}"
            journal.emit(
                events.ErrorRaised(message=message),
                events.log(f"the run failed: {message}", agent="run", level="error"),
                events.StatusChange(status="failed"),
            )
        await journal.flush(text=True)

    async def _stop_graph(self) -> None:
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    # ---- the end

    async def settle(self, halted: Halted) -> None:
        """After the graph: an ended run is archived and let go of, whoever waits is told."""
        try:
            async with self._gate:
                if self._context.journal.snapshot.status in events.ENDED and not self._gone:
                    await self._close()
        except Exception as error:  # noqa: BLE001 - the one who waits must hear of it
            halted(error)
        else:
            halted(None)

    async def _close(self) -> None:
        """Writes the rest of an ended run, archives it, lets its keys expire, and lets go of it. Behind the gate."""
        self._gone = True
        try:
            await self._context.journal.close()
            await archive(self._store, self._settings, self._context.journal.snapshot)
        finally:
            await self.release()

    async def leave(self) -> None:
        """The process ends: the run is left as it stands, paused where it was being written, its lock free."""
        writing = self._task is not None and not self._task.done()
        await self._stop_graph()
        self._gone = True
        journal = self._context.journal
        if writing and journal.snapshot.status in events.UNDER_WAY:
            reason = "the process that wrote this run has ended"
            journal.record("leave", user_id=journal.snapshot.user_id, note=reason)
            journal.emit(
                *cleaned_remains(journal.snapshot),
                events.WorkflowUpdate(update={"error": reason}),
                events.log(reason, agent="run", level="warning"),
                events.StatusChange(status="paused"),
            )
        try:
            await journal.close()
        finally:
            await self.release()

    def _overtaken(self, error: Exception) -> None:
        """The journal can write nothing more: whoever waits must hear it, in whichever leg."""
        self._halted(error)


_NEEDS_THE_CASE = frozenset({"start", "resume", "reject", "regenerate", "edit"})

_ROUNDS = 10_000
"""LangGraph's limit of steps; each time the attorney sends sections back is a round of a few."""


async def _nothing() -> None:
    """Nothing to let go of."""


def _nobody_waits(error: Exception | None) -> None:
    """Before the first leg."""
    if error is not None:
        logger.warning("%s", error)
