"""Becoming the one who writes a run: a new one, or one whose process has ended, that was paused, or that has ended."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.case.search import MemoryManager
from workbench.config import Settings
from workbench.drafting.agents import ValidatorAgent, WriterAgent
from workbench.drafting.offline.assembler import OfflineAssembler
from workbench.drafting.openai_model import OpenAIModel, model_from_settings
from workbench.drafting.pricing import Budget, PriceTable
from workbench.drafting.prompts.templates import PromptLibrary
from workbench.drafting.request import Model
from workbench.drafting.sections import SectionSpec, resolve_sections, sections_for
from workbench.errors import InputError, Problem
from workbench.live import events
from workbench.live.archive import read_archived
from workbench.live.journal import Journal
from workbench.live.lock_owner import this_holder
from workbench.live.snapshot import Snapshot
from workbench.live.store import Store
from workbench.workflow.case_changes import case_changes, changed_case
from workbench.workflow.context import GenerationContext, RunOptions, dependencies
from workbench.workflow.executor import RunExecutor
from workbench.workflow.initial_snapshot import exhibit_states, letter_of, page_texts
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.planning import cleaned_remains
from workbench.workflow.run import Run
from workbench.workflow.run_folder import RunFolder, RunRecord
from workbench.workflow.scheduler import SectionScheduler
from workbench.workflow.section_commands import FINISHED

logger = logging.getLogger("workbench")

T = TypeVar("T")


@dataclass(frozen=True)
class _Means:
    """What a run is written with.

    Attributes:
        case: With the exhibits that were added to the run.
        record: How the run is to be made.
        writes: The model.
        paid: The same where this process made it, to be closed with the run; None where the caller brought it.
        budget: The spending limit.
        changes: How the case differs from the one the run was drafted from, one line each.
    """

    case: Case
    record: RunRecord
    writes: Model
    paid: OpenAIModel | None
    budget: Budget
    changes: tuple[str, ...] = ()


class RunFactory:
    """Makes this process the author of a thread. Blocks; never called on the loop.

    Args:
        settings: Of the run.
        case: The case as the caller has it; None: loaded from where the run's record says.
        model: What writes; None: what the settings say.
    """

    def __init__(self, settings: Settings, *, case: Case | None = None, model: Model | None = None) -> None:
        self._settings = settings
        self._case = case
        self._model = model

    def begin(
        self,
        initial: Snapshot,
        record: RunRecord,
        *,
        fill: Callable[[], None] | None = None,
        forked_by: str | None = None,
    ) -> Run:
        """Opens a new run, pending.

        Args:
            initial: The run before its first event.
            record: How it is to be made.
            fill: Fills the run's folder, when nothing can be refused any more.
            forked_by: Who branched it off another run, where it is a branch.

        Raises:
            InputError: The model refuses, the folder cannot be written, or there is a run of that id.
            StoreUnavailableError: The store cannot be reached.
            LockHeldError: Another live process writes this thread.
        """
        case = self._case or load_case(record.case_root, settings=self._settings)
        folder = RunFolder(self._settings, initial.thread_id)
        bench = BackgroundLoop.current()
        if record.added:
            case = with_added(case, record, RunFolder(self._settings, _old_thread(initial)))
        means = self._means(case, record, initial, to_go_on=True)

        def first_words(journal: Journal) -> None:
            folder.write(record)  # first: a run that is in the store can always be gone on with
            folder.keep_case(case)
            if fill is not None:
                fill()
            if forked_by is not None:
                journal.record("fork", user_id=forked_by, note=_branched(initial))
            journal.add_pages(page_texts(case))
            head = {name: value for name, value in initial.to_dict().items() if name in _HEAD}
            journal.emit(
                events.WorkflowUpdate(update={**head, "model": means.writes.label}),
                *_said_at_opening(case),
            )

        async def on_loop() -> Run:
            store = await bench.store(self._settings)
            await means.writes.check()
            self._announce(store, means)
            await _refuse_second(store, initial, self._settings)
            holder = this_holder(initial.user_id)
            journal = await Journal.open(store, initial.thread_id, holder, initial, begin=first_words)
            run = Run(bench, store, self._settings, journal.snapshot, take_up=self.take_up, case=case)
            await self._author(run, store, journal, means)
            return run

        return bench.call(_or_let_go(means, on_loop()))

    def take_up(self, run: Run, *, to_go_on: bool = False, accept_changes: bool = False) -> None:
        """Makes this process the author of a run that nobody writes; one of the archive is put back into the store.

        Args:
            run: Followed so far.
            to_go_on: Whether sections will be drafted at once: then a model that refuses, or a case that changed, is
                told now.
            accept_changes: Take the case as it is now; what was drafted from it is marked stale.

        Raises:
            InputError: The run was started on another machine, the model refuses, or the case has changed.
            LockHeldError: A live process writes it.
        """
        bench = BackgroundLoop.current()
        folder = RunFolder(self._settings, run.thread_id)
        record = folder.read()
        case = self._case or load_case(record.case_root, settings=self._settings)
        added = {exhibit.id for exhibit in record.added}
        changes = case_changes(run.snapshot, case, folder.case_text(), added)
        if changes and to_go_on and not accept_changes:
            raise changed_case(run.thread_id, changes)
        means = self._means(with_added(case, record, folder), record, run.snapshot, to_go_on=to_go_on)

        async def on_loop() -> None:
            store = await bench.store(self._settings)
            if to_go_on:
                await means.writes.check()
            self._announce(store, means)
            archived = None
            if await store.read(run.thread_id) is None:
                archived = read_archived(self._settings, run.thread_id)
            journal = await Journal.open(store, run.thread_id, this_holder(run.snapshot.user_id), archived)
            _take_over(journal)
            if changes and accept_changes:
                folder.keep_case(case)
                _accept(journal, means.case, changes)
            await journal.flush()
            await self._author(run, store, journal, means, changes=() if accept_changes else changes)

        bench.call(_or_let_go(means, on_loop()))

    def _means(self, case: Case, record: RunRecord, snapshot: Snapshot, *, to_go_on: bool) -> _Means:
        prices = PriceTable.load(self._settings.prices)
        paid = model_from_settings(self._settings, prices) if self._model is None else None
        options, spent = record.options, snapshot.usage
        budget = Budget(
            options.budget_usd,
            options.budget_tokens,
            spent_usd=spent.cost_usd or 0.0,
            spent_tokens=spent.input_tokens + spent.output_tokens,
        )
        if to_go_on:
            budget.check_start(paid.model if paid else None, prices)
        writes: Model = self._model or paid or OfflineAssembler(options.offline_words_per_s)
        return _Means(case=case, record=record, writes=writes, paid=paid, budget=budget)

    @staticmethod
    def _announce(store: Store, means: _Means) -> None:
        if store.notice is not None:
            logger.warning(store.notice)
        if means.writes.host is not None:
            logger.warning("drafts of %s will be requested from %s", means.case.case_id, means.writes.label)

    async def _author(
        self, run: Run, store: Store, journal: Journal, means: _Means, *, changes: tuple[str, ...] = ()
    ) -> None:
        specs = specs_of(means.case, means.record.options)
        prompts = PromptLibrary.shipped().with_sources(means.record.prompts)
        paid = means.paid
        if paid is not None:
            paid.notice = lambda section_id, message: journal.emit(
                events.log(f"{section_id}: {message}", agent="model", level="warning")
            )
        context = GenerationContext(
            case=means.case,
            specs=specs,
            after=dependencies(specs, sequential=means.record.options.sequential),
            writer=WriterAgent(means.writes, prompts),
            validator=ValidatorAgent(),
            memory=MemoryManager(means.case),
            journal=journal,
            budget=means.budget,
            options=means.record.options,
            turns=SectionScheduler(1),
            case_changes=changes,
        )
        folder = RunFolder(self._settings, run.thread_id)
        author = RunExecutor(store, self._settings, context, folder, run.begin_leg)
        await run.write_with(author, journal, means.case)
        forget = BackgroundLoop.current().before_close(author.leave)

        async def release() -> None:
            forget()
            run.retire(author)
            if paid is not None:  # a model that the caller brought may serve other runs
                await paid.aclose()

        author.release = release


async def _or_let_go(means: _Means, opening: Coroutine[Any, Any, T]) -> T:
    """Opens a run; where that is refused, the connections made to ask the model are closed."""
    try:
        return await opening
    except BaseException:
        if means.paid is not None:
            await means.paid.aclose()
        raise


def _old_thread(initial: Snapshot) -> str:
    return initial.forked_from.thread_id if initial.forked_from is not None else initial.thread_id


def _branched(initial: Snapshot) -> str:
    fork = initial.forked_from
    return f"{fork.thread_id} at {fork.event_id}" if fork is not None else ""


_HEAD = frozenset(Snapshot.model_fields) - {"schema_", "thread_id", "status", "logs", "last_event_id", "updated_at"}
"""What the first event of a run says, so that its events alone tell all of it (:mod:`workbench.record.history`)."""


def specs_of(case: Case, options: RunOptions) -> dict[str, SectionSpec]:
    """The sections of a run by id, in the document's order; InputError for one that does not exist."""
    chosen = resolve_sections(list(options.sections)) if options.sections is not None else sections_for(case)
    return {spec.section_id: spec for spec in chosen}


def with_added(case: Case, record: RunRecord, folder: RunFolder) -> Case:
    """The case with the exhibits that were added to the run; InputError where one cannot be read any more."""
    return case.with_exhibits({exhibit.id: (exhibit, folder.read_exhibit(exhibit)) for exhibit in record.added})


def _take_over(journal: Journal) -> None:
    """A run whose process was killed still says ``generating``; its lock is ours now, so it is paused and may go on."""
    snapshot = journal.snapshot
    if snapshot.status != "generating":
        return
    reason = "the process that wrote this run ended in the middle of it"
    journal.record("take_over", user_id=snapshot.user_id, note=reason)
    journal.emit(
        *cleaned_remains(snapshot),
        events.log(reason, agent="run", level="warning"),
        events.StatusChange(status="paused"),
    )


def _accept(journal: Journal, case: Case, changes: tuple[str, ...]) -> None:
    """The case as it is now becomes the run's; what was drafted from the former one is marked stale."""
    journal.record("accept_changes", user_id=journal.snapshot.user_id, note="; ".join(changes))
    journal.add_pages(page_texts(case))
    update = {
        "case_digest": case.digest,
        "letter": letter_of(case).model_dump(mode="json"),
        "exhibits": [state.model_dump(mode="json") for state in exhibit_states(case)],
    }
    journal.emit(
        events.WorkflowUpdate(update=update),
        *(
            events.SectionUpdate(section_id=section.section_id, stale=True)
            for section in journal.snapshot.sections
            if section.status in FINISHED
        ),
        events.log(f"the changed case was accepted: {'; '.join(changes)}", agent="attorney", level="warning"),
    )


def _said_at_opening(case: Case) -> list[events.Event]:
    silent = [exhibit for exhibit in case.exhibits if not case.documents[exhibit.id].has_text]
    return [
        events.log(
            f"exhibit {case.exhibit_number(exhibit.id)} ({exhibit.title}) has no text layer: "
            "it cannot be searched or checked",
            agent="memory",
            level="warning",
        )
        for exhibit in silent
    ]


async def _refuse_second(store: Store, snapshot: Snapshot, settings: Settings) -> None:
    """A new run may not take the name of another."""
    if await store.read(snapshot.thread_id) is not None or read_archived(settings, snapshot.thread_id) is not None:
        raise InputError(
            Problem(
                what=f"there is a run {snapshot.thread_id} already",
                remedy="choose another id, or resume that run",
                field="thread_id",
            )
        )
