"""Acquisition of write locks, and construction of executors."""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.case.search import MemoryManager
from workbench.config import Settings
from workbench.drafting.agents import ValidatorAgent, WriterAgent
from workbench.drafting.configured_embedder import embedder_from_settings
from workbench.drafting.offline.assembler import OfflineAssembler
from workbench.drafting.pricing import Budget, PriceTable
from workbench.drafting.prompts.templates import PromptLibrary
from workbench.drafting.request import Model
from workbench.drafting.sections import SectionSpec, resolve_case_sections, sections_for
from workbench.errors import InputError, InterruptedRunError, Problem, printable
from workbench.live import events
from workbench.live.journal import Journal
from workbench.live.lock_owner import this_holder
from workbench.live.snapshot import Snapshot
from workbench.live.store import Store, retry_until_writable
from workbench.text.digest import text_digest
from workbench.workflow.case_changes import build_case_error, describe_case_changes, list_changed_fields
from workbench.workflow.context import GenerationContext, RunOptions, resolve_dependencies
from workbench.workflow.execution import ExecutionTracker
from workbench.workflow.executor import RunExecutor
from workbench.workflow.initial_snapshot import build_exhibit_states, build_letter, collect_page_texts
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.planning import clean_partial_drafts, list_unfinished_drafts, mark_finished_stale
from workbench.workflow.repository import RunRepository
from workbench.workflow.run_folder import RunFolder, RunRecord
from workbench.workflow.scheduler import SectionScheduler
from workbench.workflow.style_memory import StyleMemory
from workbench.workflow.tracing import Trace

if TYPE_CHECKING:
    from workbench.drafting.openai_model import OpenAIModel

logger = logging.getLogger("workbench")

T = TypeVar("T")

_HEAD = frozenset(Snapshot.model_fields) - {
    "schema_", "thread_id", "status", "logs", "last_event_id", "updated_at", "audit"
}  # fmt: skip
"""Fields in the first event of a run, so that its events alone tell all of it (:mod:`workbench.record.history`)."""


async def _import_graph() -> None:
    """Imports LangGraph, at the first run that this process writes, beside the loop: viewers are served meanwhile."""
    await asyncio.to_thread(importlib.import_module, "workbench.workflow.graph")


@dataclass(frozen=True)
class TextOrigin:
    """Origin of the texts that a new run begins with, where no model of it wrote them.

    Attributes:
        note: For the audit record, such as the letter's name and digest.
        via: How the command came.
        lines: For the run's log: what was not taken as it stood.
    """

    note: str
    via: str = "kernel"
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Equipment:
    """Case, model and budget of a run.

    Attributes:
        case: With the exhibits that were added to the run.
        record: How the run is to be made.
        model: Writes the drafts.
        owned_model: The same where this process made it, to be closed with the run; None where the caller brought it.
        budget: The spending limit.
        trace: Opens the spans of executions.
    """

    case: Case
    record: RunRecord
    model: Model
    owned_model: OpenAIModel | None
    budget: Budget
    trace: Trace


class RunFactory:
    """Makes this process the writer of a run.

    Blocks; never called on the workbench loop.

    Args:
        settings: Of the run.
        case: The case as the caller has it; None: loaded from the folder that the run's record names.
        model: Writes the drafts; None: as the settings say.
        waits: Whether a run that is created waits for a store that is full or read-only, as one that is resumed does.
        asks: Whether a run is refused while another of its case is interrupted.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        case: Case | None = None,
        model: Model | None = None,
        waits: bool = False,
        asks: bool = False,
    ) -> None:
        self.settings = settings
        self._case = case
        self._model = model
        self._waits = waits
        self._asks = asks

    def create(self, initial: Snapshot, record: RunRecord, texts: TextOrigin | None = None) -> RunExecutor:
        """Creates a run, pending.

        Args:
            initial: The run before its first event; of a branch, with the sections that it took over.
            record: How it is to be made.
            texts: Origin of texts that are no branch's; each is recorded as an edit of the user who is named with it.

        Returns:
            Its executor, not yet open for commands of other processes.

        Raises:
            InputError: The model refuses, the folder cannot be written, or there is a run of that id.
            StoreUnavailableError: The store cannot be reached.
            LockHeldError: Another live process writes this thread.
        """
        case = self._case or load_case(record.case_root, settings=self.settings)
        origin = initial.forked_from.thread_id if initial.forked_from is not None else initial.thread_id
        origin_folder = RunFolder(self.settings, origin)
        # Only a branch has such exhibits before its first event.
        if record.added:
            case = add_run_exhibits(case, record, origin_folder)
        equipment = self._equip(case, record, initial, check_budget=True)
        loop = BackgroundLoop.current()
        opening = _close_on_error(equipment, self._create(initial, equipment, origin_folder, texts))
        # An interrupt ends it: what waits for its store must not begin hours later, when nobody expects it.
        return loop.call(opening, cancels=True)

    async def _create(
        self, initial: Snapshot, equipment: _Equipment, origin_folder: RunFolder, texts: TextOrigin | None
    ) -> RunExecutor:
        store = await BackgroundLoop.current().store(self.settings)

        async def when_writable(attempt: Callable[[], Awaitable[T]]) -> T:
            return await (retry_until_writable(initial.thread_id, attempt) if self._waits else attempt())

        if self._asks:
            await when_writable(lambda: self._refuse_second_run(initial.case_id))
        # A model that drafts nothing is not asked.
        if texts is None or list_unfinished_drafts(initial):
            # Before the lock: a refused key must leave no thread behind.
            await equipment.model.check()
            # See docs/decisions.md, "The model is announced before case text is sent".
            _announce(store, equipment)
        await _import_graph()
        await when_writable(lambda: self._refuse_taken_id(initial.thread_id))
        folder = RunFolder(self.settings, initial.thread_id)

        def begin(journal: Journal) -> None:
            folder.write(equipment.record)  # before the store: a run that is in the store can always be gone on with
            folder.write_case(equipment.case)
            if initial.forked_from is not None:
                folder.copy_exhibits(origin_folder, equipment.record)
            _emit_first_events(journal, initial, equipment, texts)

        holder = this_holder(initial.user_id)
        journal = await when_writable(lambda: Journal.open(store, initial.thread_id, holder, initial, begin=begin))
        return self._executor(store, journal, equipment)

    def take_over(
        self,
        snapshot: Snapshot,
        executions: ExecutionTracker,
        *,
        starting: bool = False,
        accept_changes: bool = False,
    ) -> RunExecutor:
        """Takes over a run that no live process writes.

        An archived one is restored into the store.

        Args:
            snapshot: The run as it was followed so far.
            executions: Its executions, which callers may wait on already.
            starting: Whether sections will be drafted at once: then a model that refuses, or a case that changed, is
                an error now and not only when a command needs them.
            accept_changes: Take the case as it is now; what was drafted from it is marked stale.

        Returns:
            Its executor, not yet open for commands of other processes.

        Raises:
            InputError: The run was started on another machine, the model refuses, or the case has changed.
            LockHeldError: A live process writes it.
        """
        folder = RunFolder(self.settings, snapshot.thread_id)
        record = folder.read()
        case = self._case or load_case(record.case_root, settings=self.settings)
        added = {exhibit.id for exhibit in record.added}
        # Compared without the added exhibits, which the recorded digest does not cover.
        former = folder.read_case_text()
        changes = describe_case_changes(snapshot, case, former, added)
        fields = list_changed_fields(snapshot, case, former, added) if changes else ""
        if changes and starting and not accept_changes:
            raise build_case_error(snapshot.thread_id, changes)
        equipment = self._equip(add_run_exhibits(case, record, folder), record, snapshot, check_budget=starting)

        async def take_over() -> RunExecutor:
            store = await BackgroundLoop.current().store(self.settings)
            if starting:
                await equipment.model.check()
            _announce(store, equipment)
            await _import_graph()
            if starting:
                journal = await retry_until_writable(snapshot.thread_id, lambda: self._open_existing(store, snapshot))
            else:
                journal = await self._open_existing(store, snapshot)
            # After the lock: two processes must not both accept.
            if changes and accept_changes:
                folder.write_case(case)
                _accept_changes(journal, equipment.case, fields)
            await journal.flush()
            pending_changes = (fields,) if changes and not accept_changes else ()
            return self._executor(store, journal, equipment, executions=executions, case_changes=pending_changes)

        return BackgroundLoop.current().call(_close_on_error(equipment, take_over()), cancels=starting)

    async def _open_existing(self, store: Store, snapshot: Snapshot) -> Journal:
        thread_id = snapshot.thread_id
        # Read before the lock is taken: a damaged archive must not leave a locked thread.
        archived = None
        if await store.read(thread_id) is None:
            archived = await RunRepository(self.settings).read_archive(thread_id)
        journal = await Journal.open(store, thread_id, this_holder(snapshot.user_id), archived)
        _pause_orphan(journal)
        return journal

    def _equip(self, case: Case, record: RunRecord, snapshot: Snapshot, *, check_budget: bool) -> _Equipment:
        prices = PriceTable.load(self.settings.prices)
        options, spent = record.options, snapshot.usage
        settings = self.settings.with_case_file(case.root)
        # Before the endpoint is asked: a key that is refused may come from a file that the user has forgotten.
        for note in settings.notes if check_budget else ():
            logger.warning("%s", printable(note))
        trace = BackgroundLoop.current().trace(settings)
        owned = self._open_model(settings, prices, options) if self._model is None else None
        # Former executions count: the limit is the run's.
        budget = Budget(
            options.budget_usd,
            options.budget_tokens,
            spent_usd=spent.cost_usd or 0.0,
            spent_tokens=spent.input_tokens + spent.output_tokens,
        )
        if check_budget:
            budget.check_start(owned.model if owned else None, prices, host=owned.host if owned else None)
        model: Model = self._model or owned or OfflineAssembler(options.offline_words_per_s)
        return _Equipment(case=case, record=record, model=model, owned_model=owned, budget=budget, trace=trace)

    def _open_model(self, settings: Settings, prices: PriceTable, options: RunOptions) -> OpenAIModel | None:
        """Opens the model that the settings name; None: the offline assembler writes."""
        if settings.model is None:
            return None
        # Late: importing the openai package takes half a second, and most kernels draft offline or with a model given.
        from workbench.drafting.configured_model import model_from_settings  # noqa: PLC0415

        return model_from_settings(settings, prices, options.model_settings)

    def _open_style_memory(
        self, equipment: _Equipment, thread_id: str, section_ids: Iterable[str]
    ) -> StyleMemory | None:
        # The assembler writes from the case file: it reads no prompt.
        if self.settings.style_memory == "off" or isinstance(equipment.model, OfflineAssembler):
            return None
        return StyleMemory(
            RunRepository(self.settings), self.settings.style_memory, equipment.case, thread_id, section_ids
        )

    def _executor(
        self,
        store: Store,
        journal: Journal,
        equipment: _Equipment,
        *,
        executions: ExecutionTracker | None = None,
        case_changes: tuple[str, ...] = (),
    ) -> RunExecutor:
        owned, options = equipment.owned_model, equipment.record.options
        # Remarks of the model's client (a prompt that was cut, a parameter refused) belong into the run's log.
        if owned is not None:
            owned.notice = lambda section_id, message: journal.emit(
                events.log(f"{section_id}: {message}", agent="model", level="warning")
            )
        loop = asyncio.get_running_loop()

        def notice(message: str) -> None:
            # The search runs in a thread beside the loop.
            loop.call_soon_threadsafe(journal.emit, events.log(message, agent="memory", level="warning"))

        specs = select_specs(equipment.case, options)
        context = GenerationContext(
            case=equipment.case,
            specs=specs,
            after=resolve_dependencies(specs, sequential=options.sequential),
            writer=WriterAgent(equipment.model, PromptLibrary.shipped().with_sources(equipment.record.prompts)),
            validator=ValidatorAgent(),
            memory=MemoryManager(equipment.case, embedder_from_settings(self.settings), notice),
            journal=journal,
            budget=equipment.budget,
            options=options,
            scheduler=SectionScheduler(1),  # replaced when an execution starts
            style=self._open_style_memory(equipment, journal.thread_id, specs),
            case_changes=case_changes,
            trace=equipment.trace,
        )
        folder = RunFolder(self.settings, journal.thread_id)
        return RunExecutor(store, self.settings, context, folder, executions=executions, owned_model=owned)

    async def _refuse_second_run(self, case_id: str) -> None:
        interrupted = await RunRepository(self.settings).find_interrupted(case_id)
        if interrupted:
            last = interrupted[0]
            done, of = last.progress.completed, len(last.sections)
            raise InterruptedRunError(
                last.thread_id,
                Problem(
                    what=f"run {last.thread_id} of case {case_id} was interrupted, {done} of {of} drafted",
                    remedy=f'take it up with run = workbench.resume("{last.thread_id}") (command line: workbench '
                    f"resume {last.thread_id}), or start another with new=True (workbench draft --new)",
                ),
            )

    async def _refuse_taken_id(self, thread_id: str) -> None:
        if await RunRepository(self.settings).find(thread_id) is not None:
            raise InputError(
                Problem(
                    what=f"there is a run {thread_id} already",
                    remedy="choose another id, or resume that run",
                    field="thread_id",
                )
            )


def select_specs(case: Case, options: RunOptions) -> dict[str, SectionSpec]:
    """Selects the sections of a run, by id.

    In the document's order; InputError for one that does not exist.
    """
    chosen = resolve_case_sections(case, options.sections) if options.sections is not None else sections_for(case)
    return {spec.section_id: spec for spec in chosen}


def add_run_exhibits(case: Case, record: RunRecord, folder: RunFolder) -> Case:
    """Adds a run's own exhibits to its case.

    InputError where one cannot be read any more.
    """
    return case.with_exhibits({exhibit.id: (exhibit, folder.read_exhibit(exhibit)) for exhibit in record.added})


async def _close_on_error(equipment: _Equipment, opening: Coroutine[Any, Any, T]) -> T:
    """Awaits the opening of a run.

    Where it is refused, closes the connections that were made to check the model.
    """
    try:
        return await opening
    except BaseException:
        if equipment.owned_model is not None:
            await equipment.owned_model.aclose()
        raise


def _announce(store: Store, equipment: _Equipment) -> None:
    if store.notice is not None:
        logger.warning(store.notice)
    if equipment.model.host is not None:  # said before the first request leaves the machine
        logger.warning("drafts of %s will be requested from %s", equipment.case.case_id, equipment.model.label)


def _emit_first_events(journal: Journal, initial: Snapshot, equipment: _Equipment, texts: TextOrigin | None) -> None:
    case, fork = equipment.case, initial.forked_from
    if fork is not None:
        journal.record("fork", user_id=initial.user_id, note=f"{fork.thread_id} at {fork.event_id}")
    if texts is not None:
        _record_texts(journal, initial, texts)
    drafts = texts is None or list_unfinished_drafts(initial)
    journal.add_pages(collect_page_texts(case))
    # See docs/decisions.md, "The first event of a run contains its whole initial state".
    head = {name: value for name, value in initial.to_dict().items() if name in _HEAD}
    journal.emit(
        events.WorkflowUpdate(update={**head, "model": equipment.model.label if drafts else ""}),
        *(
            events.log(
                f"exhibit {case.exhibit_number(exhibit.id)} ({exhibit.title}) {warning}",
                agent="memory",
                level="warning",
            )
            for exhibit in case.exhibits
            for warning in case.documents[exhibit.id].list_warnings()
        ),
        *(events.log(warning, agent="run", level="warning") for warning in _list_deadlines(case)),
        *(events.log(line, agent="run", level="warning") for line in (texts.lines if texts is not None else ())),
    )


def _record_texts(journal: Journal, initial: Snapshot, texts: TextOrigin) -> None:
    for section in initial.sections:
        if section.edited_by is not None:
            journal.record(
                "edit",
                user_id=section.edited_by,
                section_id=section.section_id,
                after=text_digest(section.content),
                note=texts.note,
                via=texts.via,
            )
        for remark in section.remarks if section.edited_by is not None else ():
            digest = text_digest(section.content)
            journal.record(
                "comment",
                user_id=remark.user_id,
                section_id=section.section_id,
                before=digest,
                after=digest,
                note=f"sentence {remark.sentence_sha256[:12]}: {remark.note}",
                via=texts.via,
            )


def _list_deadlines(case: Case) -> Iterator[str]:
    """Yields what is due, where that is past or close today.

    The dates of a sample are fictional.
    """
    if case.rfe is not None and case.sample is None:
        warning = case.rfe.describe_deadline(datetime.now(UTC).date(), "today")
        if warning is not None:
            yield warning


def _pause_orphan(journal: Journal) -> None:
    """Pauses a run that says ``generating``.

    Its lock is ours now, so its writer was killed.
    """
    snapshot = journal.snapshot
    if snapshot.status != "generating":
        return
    reason = "the process that wrote this run ended in the middle of it"
    journal.record("take_over", user_id=snapshot.user_id, note=reason)
    journal.emit(
        *clean_partial_drafts(snapshot),
        events.log(reason, agent="run", level="warning"),
        events.StatusChange(status="paused"),
    )


def _accept_changes(journal: Journal, case: Case, changes: str) -> None:
    """Makes the case as it is now the run's.

    What was drafted from the former one is marked stale.
    """
    journal.record("accept_changes", user_id=journal.snapshot.user_id, note=changes)
    journal.add_pages(collect_page_texts(case))
    update = {
        "case_digest": case.digest,
        "letter": build_letter(case).model_dump(mode="json"),
        "exhibits": [state.model_dump(mode="json") for state in build_exhibit_states(case)],
    }
    journal.emit(
        events.WorkflowUpdate(update=update),
        *mark_finished_stale(journal.snapshot),
        events.log(f"the changed case was accepted: {changes}", agent="attorney", level="warning"),
    )
