"""Opening a run: what can be checked before the first word is, in the order that leaves nothing half-made."""

from __future__ import annotations

import getpass
import os
import re
import uuid
from pathlib import Path
from typing import Any

from workbench.case.citation import ID_PATTERN
from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.config import Settings
from workbench.drafting.prompts.versions import active_library
from workbench.drafting.request import Model
from workbench.drafting.sections import resolve_sections
from workbench.errors import InputError, Problem
from workbench.live import events
from workbench.workflow.archiving import archive_what_was_left
from workbench.workflow.context import RunOptions
from workbench.workflow.initial_snapshot import initial_snapshot
from workbench.workflow.listing import read_run
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.run import Run
from workbench.workflow.run_factory import RunFactory, specs_of
from workbench.workflow.run_folder import RunRecord

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
    user_id = user_id or login()
    thread_id = thread_id or str(uuid.uuid4())
    check_words(thread_id, user_id, document_type)
    initial = initial_snapshot(
        case, specs_of(case, options), thread_id=thread_id, user_id=user_id, document_type=document_type
    )
    record = RunRecord(
        case_root=case.root.resolve(),
        document_type=document_type,
        options=options,
        prompts=active_library(settings).sources,  # a copy: what is promoted from now on is for other runs
    )
    return RunFactory(settings, case=case, model=model).begin(initial, record)


def start(case: Case | str | Path, **how: Any) -> Run:
    """:func:`prepare`, and the run is started; returns at once. Takes what :func:`prepare` takes."""
    run = prepare(case, **how)
    run.start()
    return run


def resume(
    thread_id: str, *, accept_changes: bool = False, model: Model | None = None, settings: Settings | None = None
) -> Run:
    """:func:`reopen`, and the run goes on; returns at once."""
    run = reopen(thread_id, accept_changes=accept_changes, model=model, settings=settings)
    run.start()
    return run


def reopen(
    thread_id: str, *, accept_changes: bool = False, model: Model | None = None, settings: Settings | None = None
) -> Run:
    """Takes up a run whose process has ended or that was paused there; no finished section is drafted again.

    Args:
        thread_id: The run.
        accept_changes: Go on although the case has changed since; what was drafted from it is marked stale.
        model: What writes; default: what the settings say.
        settings: Default: the environment.

    Raises:
        InputError: Unknown thread, one that was started on another machine, or a case that changed since.
        LockHeldError: A live process writes it: pause and resume it there.
    """
    settings = settings or Settings.from_env()
    run = attach(thread_id, model=model, settings=settings)
    try:
        take_up(run, accept_changes=accept_changes, model=model, settings=settings)
    except BaseException:
        run.unfollow()  # nobody gets it: nothing may go on following for it
        raise
    return run


def take_up(
    run: Run, *, accept_changes: bool = False, model: Model | None = None, settings: Settings | None = None
) -> None:
    """The same for a run that is followed already."""
    thread_id = run.thread_id
    settings = settings or Settings.from_env()
    status = run.snapshot.status
    if status in events.ENDED:
        remedy = "fork it" if status == "cancelled" else "decide on a section of it, or fork it"
        raise InputError(Problem(what=f"{thread_id} has ended as {status}", remedy=remedy, field="THREAD"))
    RunFactory(settings, model=model).take_up(run, to_go_on=True, accept_changes=accept_changes)


def attach(thread_id: str, *, model: Model | None = None, settings: Settings | None = None) -> Run:
    """Follows a run from the store alone, whoever writes it; an ended one is read from the archive.

    Args:
        thread_id: The run.
        model: What writes, should this process come to write the run; default: what the settings say.
        settings: Default: the environment.

    Raises:
        InputError: Unknown thread.
        StoreUnavailableError: The store cannot be reached.
    """
    settings = settings or Settings.from_env()
    bench = BackgroundLoop.current()
    opener = RunFactory(settings, model=model)

    async def follow() -> Run:
        snapshot = await read_run(bench, thread_id, settings)
        if snapshot.status in events.ENDED:
            await archive_what_was_left(await bench.store(settings), settings, thread_id)
        run = Run(bench, await bench.store(settings), settings, snapshot, take_up=opener.take_up)
        run.follow()
        return run

    return bench.call(follow())


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


def check_words(thread_id: str, user_id: str, document_type: str) -> None:
    """InputError, all problems at once, where one of these cannot be used."""
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


def login() -> str:
    """Who the user of this machine is."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"uid-{os.getuid()}"
