"""Opening a run: what can be checked before the first word is, in the order that leaves nothing half-made."""

from __future__ import annotations

import getpass
import logging
import os
import re
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from workbench.case.citation import ID_PATTERN
from workbench.case.criteria import CRITERIA
from workbench.case.exhibits import read_document
from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.case.search import MemoryManager
from workbench.config import Settings
from workbench.drafting.assembler import OfflineAssembler
from workbench.drafting.models import model_from_settings
from workbench.drafting.prices import Budget, PriceTable
from workbench.drafting.prompts import PromptLibrary
from workbench.drafting.request import Model
from workbench.drafting.sections import SectionSpec, resolve_sections, sections_for
from workbench.drafting.validator import ValidatorAgent
from workbench.drafting.writer import WriterAgent
from workbench.errors import InputError, Problem, StoreError, StoreUnavailableError, UnknownThreadError, printable
from workbench.live import events
from workbench.live.archive import archived_threads, read_archived
from workbench.live.holder import is_gone, this_holder
from workbench.live.journal import Journal
from workbench.live.snapshot import Letter, Progress, SectionState, Snapshot
from workbench.live.store import Store
from workbench.workflow.author import Author, exhibit_state, page_texts
from workbench.workflow.bench import Bench
from workbench.workflow.context import GenerationContext, RunOptions, dependencies
from workbench.workflow.nodes import cleaned_remains
from workbench.workflow.run import Run
from workbench.workflow.runfolder import RunFolder, RunRecord
from workbench.workflow.turns import Turns

logger = logging.getLogger("workbench")
DOCUMENT_TYPES = ("petition",)


def prepare(
    case: Case | str | Path,
    *,
    thread_id: str | None = None,
    user_id: str | None = None,
    document_type: str = "petition",
    options: RunOptions | None = None,
    model: Model | None = None,
    settings: Settings | None = None,
) -> Run:
    """Checks case, sections, prompts, store and model, and shows the run as ``pending``. Not a word is drafted yet.

    Args:
        case: A loaded case, a case folder, or the name of a case under ``WORKBENCH_CASES``.
        thread_id: The run's id; default: a new one.
        user_id: Who starts it; default: the login name.
        document_type: ``petition``.
        options: How the run is to be made.
        model: What writes; default: what the settings say, without ``WORKBENCH_MODEL`` the offline assembler.
        settings: Default: the environment.

    Raises:
        InputError: One problem for each thing that cannot be used; nothing was written.
        StoreUnavailableError: The store cannot be reached.
        LockHeldError: Another live process writes this thread.
    """
    settings = settings or Settings.from_env()
    options = options or RunOptions()
    case = case if isinstance(case, Case) else load_case(case, settings=settings)
    user_id = user_id or _login()
    thread_id = thread_id or str(uuid.uuid4())
    _check_words(thread_id, user_id, document_type)
    specs = _specs(case, options)
    initial = initial_snapshot(case, specs, thread_id=thread_id, user_id=user_id, document_type=document_type)
    record = RunRecord(case_root=case.root.resolve(), document_type=document_type, options=options)
    return _open(case, initial, record, model=model, settings=settings)


def start(case: Case | str | Path, **how: Any) -> Run:
    """:func:`prepare`, and the run is started; returns at once. Takes what :func:`prepare` takes."""
    run = prepare(case, **how)
    run.start()
    return run


def resume(thread_id: str, *, model: Model | None = None, settings: Settings | None = None) -> Run:
    """:func:`reopen`, and the run goes on; returns at once."""
    run = reopen(thread_id, model=model, settings=settings)
    run.start()
    return run


def reopen(thread_id: str, *, model: Model | None = None, settings: Settings | None = None) -> Run:
    """Takes up a run whose process has ended or that was paused there; no finished section is drafted again.

    Raises:
        InputError: Unknown thread, one that was started on another machine, or a case that changed since.
        LockHeldError: A live process writes it: pause and resume it there.
    """
    settings = settings or Settings.from_env()
    bench = Bench.current()
    snapshot = bench.call(_read(bench, thread_id, settings))
    if snapshot.status in events.ENDED:
        raise InputError(
            Problem(what=f"{thread_id} has ended as {snapshot.status}", remedy="start a new run", field="THREAD")
        )
    record = RunFolder(settings, thread_id).read()
    case = load_case(record.case_root, settings=settings)
    if case.digest != snapshot.case_digest:
        raise InputError(
            Problem(
                what=f"the case in {record.case_root} has changed since {thread_id} was started",
                remedy="restore it, or start a new run with the changed case",
                field="THREAD",
            )
        )
    case = _with_added(case, record, settings, thread_id)
    return _open(case, snapshot, record, model=model, settings=settings)


def attach(thread_id: str, *, settings: Settings | None = None) -> Run:
    """Follows a run from the store alone, whoever writes it; an ended one is read from the archive.

    Raises:
        InputError: Unknown thread.
        StoreUnavailableError: The store cannot be reached.
    """
    settings = settings or Settings.from_env()
    bench = Bench.current()

    async def follow() -> Run:
        run = Run(bench, await bench.store(settings), settings, await _read(bench, thread_id, settings))
        run.follow()
        return run

    return bench.call(follow())


def list_runs(*, settings: Settings | None = None) -> list[Snapshot]:
    """Every run of the store and of the archive, the one changed last first.

    Raises:
        StoreUnavailableError: The store cannot be reached.
    """
    settings = settings or Settings.from_env()
    bench = Bench.current()

    async def read_all() -> list[Snapshot]:
        store = await bench.store(settings)
        found = []
        for thread_id in await store.threads():
            try:
                found.append(await store.read(thread_id))
            except StoreUnavailableError:
                raise
            except StoreError as error:  # one that cannot be read must not hide the others
                logger.warning("%s", printable(str(error)))
        return [snapshot for snapshot in found if snapshot is not None]

    kept = bench.call(read_all())
    known = {snapshot.thread_id for snapshot in kept}
    for name in archived_threads(settings.home):
        try:
            archived = None if name in known else read_archived(settings.home, name)
        except StoreError as error:
            logger.warning("%s", printable(str(error)))
        else:
            kept += [archived.snapshot] if archived is not None else []
    return sorted(kept, key=lambda snapshot: snapshot.updated_at, reverse=True)


def orphans(snapshots: Iterable[Snapshot], *, settings: Settings | None = None) -> frozenset[str]:
    """Ids of those runs that say ``generating`` while no live process writes them: :func:`resume` takes them up.

    Raises:
        StoreUnavailableError: The store cannot be reached.
    """
    settings = settings or Settings.from_env()
    bench = Bench.current()
    generating = [snapshot.thread_id for snapshot in snapshots if snapshot.status == "generating"]

    async def left() -> frozenset[str]:
        store = await bench.store(settings)
        holders = {thread_id: await store.holder(thread_id) for thread_id in generating}
        return frozenset(thread_id for thread_id, holder in holders.items() if holder is None or is_gone(holder))

    return bench.call(left())


async def run_document_generation(
    thread_id: str, case_id: str, document_type: str, user_id: str, sections: list[dict[str, Any]]
) -> None:
    """Drafts a document from start to end, unattended; the seed's signature.

    Args:
        thread_id: The run's id.
        case_id: Name of a folder under ``WORKBENCH_CASES``.
        document_type: ``petition``.
        user_id: Who asks; asserted.
        sections: ``{"id" | "section_id": …}`` dicts in the document's order; empty: what the case calls for.

    Raises:
        InputError: As for :func:`prepare`.
        RunFailedError: A section failed.
    """
    chosen = tuple(spec.section_id for spec in resolve_sections(sections)) or None
    run = start(
        case_id,
        thread_id=thread_id,
        user_id=user_id,
        document_type=document_type,
        options=RunOptions(sections=chosen, unattended=True),
    )
    await run


def initial_snapshot(
    case: Case, specs: Mapping[str, SectionSpec], *, thread_id: str, user_id: str, document_type: str
) -> Snapshot:
    """The run before its first word."""
    counsel = case.counsel
    return Snapshot(
        thread_id=thread_id,
        user_id=user_id,
        case_id=case.case_id,
        case_digest=case.digest,
        document_type=document_type,
        sections=tuple(SectionState(section_id=spec.section_id, title=spec.title) for spec in specs.values()),
        exhibits=tuple(exhibit_state(case, exhibit.id) for exhibit in case.exhibits),
        letter=Letter(
            case_title=case.title,
            petitioner=case.petitioner.name,
            beneficiary=case.beneficiary.full_reference,
            field_of_endeavor=case.field_of_endeavor,
            filing_date=case.filing_date.isoformat(),
            criteria=tuple(CRITERIA[claim.criterion].paragraph for claim in case.claims),
            counsel=(counsel.name, *filter(None, (counsel.firm,)), *counsel.address) if counsel else (),
            sample=case.sample,
        ),
        progress=Progress(total=len(specs)),
    )


def _open(case: Case, snapshot: Snapshot, record: RunRecord, *, model: Model | None, settings: Settings) -> Run:
    options, specs = record.options, _specs(case, record.options)
    prices = PriceTable.load(settings.prices)
    paid = model_from_settings(settings, prices) if model is None else None
    writes: Model = model or paid or OfflineAssembler(options.offline_words_per_s)
    spent = snapshot.usage
    budget = Budget(
        options.budget_usd,
        options.budget_tokens,
        spent_usd=spent.cost_usd or 0.0,
        spent_tokens=spent.input_tokens + spent.output_tokens,
    )
    budget.check_start(paid.model if paid else None, prices)
    writer, validator, memory = WriterAgent(writes, PromptLibrary.shipped()), ValidatorAgent(), MemoryManager(case)
    folder = RunFolder(settings, snapshot.thread_id)
    bench = Bench.current()

    async def on_loop() -> Run:
        store = await bench.store(settings)
        await writes.check()
        if store.notice is not None:
            logger.warning(store.notice)
        if writes.host is not None:
            logger.warning("drafts of %s will be requested from %s", case.case_id, writes.label)
        await _refuse_second(store, snapshot, settings)
        journal = await Journal.open(store, snapshot.thread_id, this_holder(snapshot.user_id), snapshot)
        folder.write(record)
        if paid is not None:
            paid.notice = lambda section_id, message: journal.emit(
                events.log(f"{section_id}: {message}", agent="model", level="warning")
            )
        journal.add_pages(page_texts(case))
        journal.emit(
            *_left_in_the_middle(journal.snapshot),
            events.WorkflowUpdate(update={"model": writes.label}),
            *_said_at_opening(case),
        )
        await journal.flush()
        context = GenerationContext(
            case=case,
            specs=specs,
            after=dependencies(specs, sequential=options.sequential),
            writer=writer,
            validator=validator,
            memory=memory,
            journal=journal,
            budget=budget,
            options=options,
            turns=Turns(1),
        )
        run = Run(bench, store, settings, journal.snapshot, case)
        author = Author(store, settings, context, folder, run.begin_leg)
        run.write_with(author, journal)
        forget = bench.before_close(author.leave)

        async def release() -> None:
            forget()
            if paid is not None:  # a model that the caller brought may serve other runs
                await paid.aclose()

        author.release = release
        return run

    return bench.call(on_loop())


def _left_in_the_middle(snapshot: Snapshot) -> list[events.Event]:
    """A run whose process was killed still says ``generating``; its lock is ours now, so it is paused and may go on."""
    if snapshot.status != "generating":
        return []
    return [
        *cleaned_remains(snapshot),
        events.log("the process that wrote this run ended in the middle of it", agent="run", level="warning"),
        events.StatusChange(status="paused"),
    ]


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
    """A new run may not take the name of another; one that goes on (it has events) may."""
    if snapshot.last_event_id:
        return
    if await store.read(snapshot.thread_id) is not None or read_archived(settings.home, snapshot.thread_id) is not None:
        raise InputError(
            Problem(
                what=f"there is a run {snapshot.thread_id} already",
                remedy="choose another id, or resume that run",
                field="thread_id",
            )
        )


async def _read(bench: Bench, thread_id: str, settings: Settings) -> Snapshot:
    store = await bench.store(settings)
    is_id = re.fullmatch(ID_PATTERN, thread_id) is not None
    snapshot = await store.read(thread_id) if is_id else None
    if snapshot is None and is_id:
        archived = read_archived(settings.home, thread_id)
        snapshot = archived.snapshot if archived is not None else None
    if snapshot is None:
        known = await store.threads()
        raise UnknownThreadError(
            Problem(
                what=f"there is no run {thread_id!r} in {store.url}",
                remedy=f"known: {', '.join(known[-5:])}" if known else "start one with workbench draft",
                field="THREAD",
            )
        )
    return snapshot


def _specs(case: Case, options: RunOptions) -> dict[str, SectionSpec]:
    chosen = resolve_sections(list(options.sections)) if options.sections is not None else sections_for(case)
    return {spec.section_id: spec for spec in chosen}


def _with_added(case: Case, record: RunRecord, settings: Settings, thread_id: str) -> Case:
    folder = RunFolder(settings, thread_id).path
    return case.with_exhibits({exhibit.id: (exhibit, read_document(folder / exhibit.file)) for exhibit in record.added})


def _check_words(thread_id: str, user_id: str, document_type: str) -> None:
    problems = []
    if not re.fullmatch(ID_PATTERN, thread_id):
        problems.append(
            Problem(what=f"{thread_id!r} is no id", remedy="use letters, digits, - and _", field="thread_id")
        )
    if not user_id.strip() or len(user_id) > 128 or not user_id.isprintable():  # noqa: PLR2004 - a name, not a text
        problems.append(
            Problem(what=f"{user_id!r} is no user", remedy="give a name or e-mail address", field="user_id")
        )
    if document_type not in DOCUMENT_TYPES:
        problems.append(Problem(what=f"unknown type {document_type!r}", remedy="use petition", field="document_type"))
    if problems:
        raise InputError(*problems)


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"uid-{os.getuid()}"
