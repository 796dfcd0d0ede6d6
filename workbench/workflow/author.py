"""The author of a thread: the one process that writes it.

Lives on the workbench loop; the Run enters it from outside.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from langgraph.errors import GraphDrained
from langgraph.runtime import RunControl
from langsmith import tracing_context

from workbench.case.model import Case
from workbench.config import Settings
from workbench.errors import FencedError, LockHeldError
from workbench.live import events
from workbench.live.archive import archive_run, read_kept
from workbench.live.events import UNDER_WAY
from workbench.live.snapshot import ExhibitState, Snapshot
from workbench.live.store import Store
from workbench.workflow.context import GenerationContext
from workbench.workflow.graph import petition_graph
from workbench.workflow.nodes import DONE, cleaned_remains
from workbench.workflow.runfolder import RunFolder
from workbench.workflow.turns import Turns

logger = logging.getLogger("workbench")

Halted = Callable[[Exception | None], None]
BeginLeg = Callable[[], Halted]


class Author:
    """Runs the graph of one thread and keeps what it says.

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
        self, store: Store, settings: Settings, context: GenerationContext, folder: RunFolder, begin_leg: BeginLeg
    ) -> None:
        self._store = store
        self._settings = settings
        self._context = context
        self._folder = folder
        self._begin_leg = begin_leg
        self._halted = begin_leg()
        self.release: Callable[[], Awaitable[None]] = _nothing
        self._task: asyncio.Task[None] | None = None
        self._orders: set[asyncio.Task[Any]] = set()
        context.journal.on_request(self._obey)
        context.journal.on_failure(self._overtaken)

    @property
    def waiting(self) -> bool:
        """Whether the store is away."""
        return self._context.journal.waiting

    async def start(self) -> None:
        """Starts or goes on; nothing happens where the graph is running already."""
        while self._task is not None and not self._task.done():
            if self._context.journal.snapshot.status in UNDER_WAY:
                return
            await asyncio.wait({self._task})  # it has paused and is settling: a resume this quick must not be lost
        self._task = asyncio.create_task(self._run(), name=f"run {self.thread_id}")

    async def _run(self) -> None:
        self._halted = self._begin_leg()
        try:
            await self.generate()
        except FencedError as error:
            self._halted(error)
        else:
            await self.settle()

    async def pause(self) -> None:
        """Ends the graph after the current steps."""
        await self._context.pause()

    async def cancel(self) -> None:
        """Ends the run for good."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._context.journal.emit(
            *cleaned_remains(self._context.journal.snapshot),
            events.log("cancelled", agent="attorney", level="warning"),
            events.StatusChange(status="cancelled"),
        )
        await self.settle()

    async def leave(self) -> None:
        """The process ends: the run is left paused, its lock free."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            reason = "the process that wrote this run has ended"
            self._context.journal.emit(
                *cleaned_remains(self._context.journal.snapshot),
                events.WorkflowUpdate(update={"error": reason}),
                events.log(reason, agent="run", level="warning"),
                events.StatusChange(status="paused"),
            )
        try:
            await self._context.journal.close()
        finally:
            await self.release()

    async def add_exhibit(self, path: Path, title: str | None) -> str:
        """Adds an exhibit to the run's own folder, the index and the memory; finished sections become stale."""
        context, journal = self._context, self._context.journal
        exhibit, document = await asyncio.to_thread(self._folder.add_exhibit, path, title, context.case)
        context.case = context.case.with_exhibits({exhibit.id: (exhibit, document)})
        context.memory.add(exhibit.id, document)
        listed = (*journal.snapshot.exhibits, exhibit_state(context.case, exhibit.id))
        journal.add_pages({(exhibit.id, number): text for number, text in enumerate(document.pages, start=1)})
        journal.emit(
            events.WorkflowUpdate(update={"exhibits": [state.model_dump() for state in listed]}),
            *(
                events.SectionUpdate(section_id=section.section_id, stale=True)
                for section in journal.snapshot.sections
                if section.status in DONE | {"needs_review"}
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
        await journal.flush()
        return exhibit.id

    @property
    def thread_id(self) -> str:
        """The thread."""
        return self._context.journal.snapshot.thread_id

    async def generate(self) -> None:
        """Runs the graph over what is unfinished, to its end or to a pause; what happened stands in the journal.

        Raises:
            FencedError: Another process has taken the thread over.
        """
        todo = unfinished(self._context.journal.snapshot)
        finished = set(self._context.specs) - {section["section_id"] for section in todo}
        places = 1 if self._context.options.sequential else self._context.options.concurrency
        self._context = replace(self._context, turns=Turns(places, finished), control=RunControl())
        context, journal = self._context, self._context.journal
        try:
            with tracing_context(enabled=False):  # LangSmith would send the graph's state to a third party
                await petition_graph().ainvoke(
                    {"todo": todo, "outcomes": {}},
                    {"recursion_limit": 10},
                    context=context,
                    control=context.control,
                )
        except GraphDrained:
            journal.emit(events.StatusChange(status="paused"), events.log("paused", agent="run"))
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

    def _overtaken(self, error: Exception) -> None:
        """The journal can write nothing more: whoever waits must hear it, in whichever leg."""
        self._halted(error)

    async def settle(self) -> None:
        """After the graph: everything is written, an ended run is archived, whoever waits is told."""
        journal = self._context.journal
        try:
            await journal.flush()
            if journal.snapshot.status in events.ENDED:
                await journal.close()
                kept = await self._store.events(self.thread_id)
                archive_run(self._settings, journal.snapshot, kept, await read_kept(self._store, self.thread_id))
                with contextlib.suppress(LockHeldError):  # taken over between these two lines: then it lives on
                    await self._store.expire(self.thread_id, self._settings.state_ttl_s)
                await self.release()
        except Exception as error:  # noqa: BLE001 - the one who waits must hear of it
            self._halted(error)
        else:
            self._halted(None)

    def _obey(self, request: Mapping[str, Any]) -> None:
        """A request that another process put on ``:commands``."""
        orders = {"pause": self.pause, "resume": self.start, "start": self.start, "cancel": self.cancel}
        order = orders.get(str(request.get("do")))
        if order is None:
            logger.warning("thread %s: unknown request %r", self.thread_id, request)
            return
        task = asyncio.get_running_loop().create_task(order())
        self._orders.add(task)
        task.add_done_callback(self._orders.discard)


async def _nothing() -> None:
    """Nothing to let go of."""


def unfinished(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The sections still to be worked on, as the section graph's state: a start, a resume and a takeover are one thing.

    A draft that was written but not checked is checked, not drafted (and paid for) again.
    """
    todo: list[dict[str, Any]] = []
    for section in snapshot.sections:
        work: dict[str, Any] = {"section_id": section.section_id, "attempts": section.attempts, "next": "draft"}
        match section.status:
            case "pending":
                pass
            case "in_progress" | "revising":  # cut off in the middle of a draft: this attempt does not count
                work["attempts"] = max(0, section.attempts - 1)
                work["findings"] = [finding.model_dump(exclude_none=True) for finding in section.findings]
            case "validating":
                work |= {"content": section.content, "next": "validate"}
            case _:
                continue
        todo.append(work)
    return todo


def exhibit_state(case: Case, exhibit_id: str) -> ExhibitState:
    """One exhibit of a case as the snapshot lists it."""
    exhibit, document = case.exhibit(exhibit_id), case.documents[exhibit_id]
    return ExhibitState(
        exhibit_id=exhibit.id,
        number=case.exhibit_number(exhibit_id),
        title=exhibit.title,
        kind=exhibit.kind,
        date=exhibit.date,
        pages=len(document.pages),
        sha256=document.sha256,
        has_text=document.has_text,
    )


def page_texts(case: Case) -> dict[tuple[str, int], str]:
    """Every exhibit page of a case: (exhibit id, page from 1) to text."""
    return {
        (exhibit_id, number): text
        for exhibit_id, document in case.documents.items()
        for number, text in enumerate(document.pages, start=1)
    }
