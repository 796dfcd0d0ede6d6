"""Public functions that prepare, start, resume and attach to runs."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

from workbench.case.citation import ID_PATTERN
from workbench.case.document_types import DOCUMENT_TYPES
from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.config import Settings
from workbench.drafting.prompts.versions import active_library
from workbench.drafting.request import Model
from workbench.drafting.sections import resolve_case_sections
from workbench.errors import InputError, Problem
from workbench.live import events
from workbench.live.user_name import read_user_name
from workbench.workflow.archiving import archive_unarchived_run
from workbench.workflow.context import RunOptions
from workbench.workflow.initial_snapshot import build_initial_snapshot
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.repository import RunRepository
from workbench.workflow.run import Run
from workbench.workflow.run_factory import RunFactory, select_specs
from workbench.workflow.run_folder import RunRecord

_LONGEST_USER_ID = 128


def prepare(
    case: Case | str | Path,
    *,
    thread_id: str | None = None,
    user_id: str | None = None,
    document_type: str | None = None,
    options: RunOptions | None = None,
    model: Model | None = None,
    settings: Settings | None = None,
    new: bool = False,
) -> Run:
    """Checks case, prompts, store and model; creates the run.

    Nothing is drafted before :meth:`Run.start`, so exhibits can be added first. While the store is full or read-only
    this waits, and says so in the log.

    Args:
        case: A loaded case, a case folder, or the name of a case under ``WORKBENCH_CASES``.
        thread_id: The run's id; default: a new one.
        user_id: Who starts it; asserted. Default: the name that was kept (``workbench user``).
        document_type: ``petition``, ``rfe_response`` or ``expert_letter``; default: as the case says, which it must
            agree with.
        options: Sections, limits and budget; default: every section of the case, with the attorney's review.
        model: Writes the drafts; default: as the settings say, without ``WORKBENCH_MODEL`` the offline assembler.
        settings: Default: the environment.
        new: Make another run although one of this case was interrupted. A given ``thread_id`` says so too.

    Returns:
        The run, written by this process.

    Raises:
        InterruptedRunError: A run of this case was interrupted; its message says how to take it up.
        InputError: One problem for each thing that cannot be used; nothing was written.
        StoreUnavailableError: The store cannot be reached.
        LockHeldError: Another live process writes this thread.

    Examples:
        >>> import workbench
        >>> run = workbench.prepare("wu", user_id="a.attorney")
        >>> run.snapshot.status
        'pending'
    """
    settings = settings or Settings.from_env()
    case = case if isinstance(case, Case) else load_case(case, settings=settings)
    factory = RunFactory(settings, case=case, model=model, waits=True, asks=thread_id is None and not new)
    return _create(case, factory, thread_id=thread_id, user_id=user_id, document_type=document_type, options=options)


def prepare_at_once(case: Path, *, user_id: str, document_type: str | None, settings: Settings) -> Run:
    """Does the same as :func:`prepare`, but neither asks nor waits.

    For a server, whose caller has said by the request itself that a run is to be made.

    Raises:
        StoreNotWritableError: The store is full or read-only.
    """
    loaded = load_case(case, settings=settings)
    factory = RunFactory(settings, case=loaded)
    return _create(loaded, factory, thread_id=None, user_id=user_id, document_type=document_type, options=None)


def _create(
    case: Case,
    factory: RunFactory,
    *,
    thread_id: str | None,
    user_id: str | None,
    document_type: str | None,
    options: RunOptions | None,
) -> Run:
    settings = factory.settings
    options = options or RunOptions()
    document_type = case.document_type if document_type is None else document_type
    user_id = read_user_name(settings) if user_id is None else user_id
    thread_id = str(uuid.uuid4()) if thread_id is None else thread_id
    check_names(thread_id, user_id, document_type)
    if document_type != case.document_type:
        wanted, given = DOCUMENT_TYPES[document_type], case.document
        what = f"the case is for {given.article} {given.name}, not {wanted.article} {wanted.name}"
        remedy = f"use {case.document_type}, or another case"
        raise InputError(Problem(what=what, remedy=remedy, field="document_type"))
    # Everything that can be refused without the store is refused by now, with all problems at once.
    initial = build_initial_snapshot(
        case, select_specs(case, options), thread_id=thread_id, user_id=user_id, document_type=document_type
    )
    record = RunRecord(
        # Absolute: the process that resumes the run may start in another folder.
        case_root=case.root.resolve(),
        document_type=document_type,
        options=options,
        prompts=active_library(settings).sources,  # a copy: versions that become active later are for other runs
    )
    return Run.of_executor(factory.create(initial, record), factory)


def start(
    case: Case | str | Path,
    *,
    thread_id: str | None = None,
    user_id: str | None = None,
    document_type: str | None = None,
    options: RunOptions | None = None,
    model: Model | None = None,
    settings: Settings | None = None,
    new: bool = False,
) -> Run:
    """Prepares a run and starts it.

    Returns at once, while sections are drafted in the background.

    Args:
        case: A loaded case, a case folder, or the name of a case under ``WORKBENCH_CASES``.
        thread_id: The run's id; default: a new one.
        user_id: Who starts it; asserted. Default: the name that was kept (``workbench user``).
        document_type: ``petition``, ``rfe_response`` or ``expert_letter``; default: as the case says, which it must
            agree with.
        options: Sections, limits and budget; default: every section of the case, with the attorney's review.
        model: Writes the drafts; default: as the settings say, without ``WORKBENCH_MODEL`` the offline assembler.
        settings: Default: the environment.
        new: Make another run although one of this case was interrupted. A given ``thread_id`` says so too.

    Returns:
        The run, written by this process; ``await run`` or ``run.wait()`` waits for its next stop.

    Raises:
        InterruptedRunError: A run of this case was interrupted; its message says how to take it up.
        InputError: One problem for each thing that cannot be used; nothing was written.
        StoreUnavailableError: The store cannot be reached.
        LockHeldError: Another live process writes this thread.

    Examples:
        >>> import workbench
        >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
        >>> run.wait(60).section("awards").status
        'completed'
    """
    run = prepare(
        case,
        thread_id=thread_id,
        user_id=user_id,
        document_type=document_type,
        options=options,
        model=model,
        settings=settings,
        new=new,
    )
    run.start()
    return run


def resume(
    thread_id: str, *, accept_changes: bool = False, model: Model | None = None, settings: Settings | None = None
) -> Run:
    """Takes over a run that has stopped, and goes on.

    For a run that was paused, or whose process has ended. Returns at once; no finished section is drafted again.

    Args:
        thread_id: The run.
        accept_changes: Go on although the case has changed since; what was drafted from it is marked stale.
        model: Writes the drafts; default: as the settings say.
        settings: Default: the environment.

    Returns:
        The run, written by this process.

    Raises:
        InputError: Unknown thread, one that was started on another machine, or a case that changed since.
        LockHeldError: A live process writes it: pause and resume it there.
        StoreUnavailableError: The store cannot be reached.

    Examples:
        >>> import workbench
        >>> try:
        ...     run = workbench.resume("no-such-run")
        ... except workbench.WorkbenchError as error:
        ...     print(type(error).__name__)
        UnknownThreadError
    """
    run = reopen(thread_id, accept_changes=accept_changes, model=model, settings=settings)
    run.start()
    return run


def reopen(
    thread_id: str, *, accept_changes: bool = False, model: Model | None = None, settings: Settings | None = None
) -> Run:
    """Does the same as :func:`resume`, but leaves the run paused."""
    run = attach(thread_id, model=model, settings=settings)
    try:
        take_over(run, accept_changes=accept_changes)
    except BaseException:
        run.unfollow()  # the caller gets no run: nothing may go on following for it
        raise
    return run


def take_over(run: Run, *, accept_changes: bool = False) -> None:
    """Makes this process the writer of a followed run.

    For a run that is to go on.

    Raises:
        InputError: It has ended, was started on another machine, or its case has changed since.
        LockHeldError: A live process writes it.
    """
    status = run.snapshot.status
    if status in events.ENDED:
        remedy = "fork it" if status == "cancelled" else "decide on a section of it, or fork it"
        raise InputError(Problem(what=f"{run.thread_id} has ended as {status}", remedy=remedy, field="THREAD"))
    run.take_over(starting=True, accept_changes=accept_changes)


def attach(thread_id: str, *, model: Model | None = None, settings: Settings | None = None) -> Run:
    """Follows a run, whichever process writes it.

    An ended one is read from the archive.

    Args:
        thread_id: The run; the first characters of its id are enough where no other id has them.
        model: Writes the drafts, should this process come to write the run; default: as the settings say.
        settings: Default: the environment.

    Returns:
        The run, followed; a command makes this process its writer where no other writes it.

    Raises:
        InputError: Unknown thread, or several begin so.
        StoreUnavailableError: The store cannot be reached.

    Examples:
        >>> import workbench
        >>> first = workbench.prepare("wu")
        >>> workbench.attach(first.thread_id).snapshot.status
        'pending'
    """
    settings = settings or Settings.from_env()
    loop = BackgroundLoop.current()
    factory = RunFactory(settings, model=model)

    async def follow() -> Run:
        repository = RunRepository(settings)
        snapshot = await repository.snapshot(await repository.complete_id(thread_id))
        store = await loop.store(settings)
        # Its writer may have died between the end and the archive.
        if snapshot.status in events.ENDED:
            await archive_unarchived_run(store, settings, snapshot.thread_id)
        run = Run(loop, store, settings, snapshot, factory=factory)
        run.follow()
        return run

    return loop.call(follow())


async def run_document_generation(
    thread_id: str, case_id: str, document_type: str, user_id: str, sections: list[dict[str, Any]]
) -> None:
    """Drafts a document from start to end, unattended.

    Args:
        thread_id: The run's id.
        case_id: Name of a folder under ``WORKBENCH_CASES``.
        document_type: ``petition``, ``rfe_response`` or ``expert_letter``: what the case is for.
        user_id: Who asks; asserted.
        sections: ``{"id" | "section_id": …}`` dicts in the document's order; empty: every section of the case.

    Raises:
        InputError: As for :func:`prepare`.
        RunFailedError: A section failed.

    Examples:
        >>> import asyncio, workbench
        >>> asyncio.run(
        ...     workbench.run_document_generation("wu-1", "wu", "petition", "a.attorney", [{"id": "awards"}])
        ... )
        >>> workbench.attach("wu-1").snapshot.status
        'completed'
    """
    case = load_case(case_id)
    chosen = tuple(spec.section_id for spec in resolve_case_sections(case, sections)) or None
    run = start(
        case,
        thread_id=thread_id,
        user_id=user_id,
        document_type=document_type,
        options=RunOptions(sections=chosen, unattended=True),
    )
    await run


def check_names(thread_id: str, user_id: str, document_type: str) -> None:
    """Checks ids and names; InputError with all problems at once."""
    problems = []
    if not re.fullmatch(ID_PATTERN, thread_id):
        problems.append(
            Problem(what=f"{thread_id!r} is no id", remedy="use letters, digits, - and _", field="thread_id")
        )
    if not user_id.strip() or len(user_id) > _LONGEST_USER_ID or not user_id.isprintable():
        problems.append(
            Problem(what=f"{user_id!r} is no user", remedy="give a name or e-mail address", field="user_id")
        )
    if document_type not in DOCUMENT_TYPES:
        remedy = f"use {' or '.join(DOCUMENT_TYPES)}"
        problems.append(Problem(what=f"unknown type {document_type!r}", remedy=remedy, field="document_type"))
    if problems:
        raise InputError(*problems)
