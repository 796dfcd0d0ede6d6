"""Operations of the routes on runs, for any event loop.

The async methods may be awaited on any loop. The others block, and must not be called on a loop's thread: the functions
of :mod:`workbench.workflow` wait for the workbench loop, which may be the one that the server runs on.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar

from workbench.case.exhibits import READABLE_SUFFIXES, SUFFIXES
from workbench.case.loader import known_cases
from workbench.checks.report import CheckReport
from workbench.config import Settings
from workbench.errors import InputError, Problem, TransitionError, UnknownThreadError
from workbench.live.audit import AuditEntry
from workbench.live.events import ENDED
from workbench.live.run_summary import RunFilter
from workbench.live.snapshot import Snapshot
from workbench.record.history import HistoryRow
from workbench.server.auth import Caller
from workbench.workflow import start
from workbench.workflow.commands import describe_ended_run
from workbench.workflow.fork import fork
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.page_pictures import MarkedPlaces, draw_page, place_passage, read_exhibit_file
from workbench.workflow.repository import RunPage, RunRepository, find_orphans, list_runs, read_audit, read_history
from workbench.workflow.run import Run
from workbench.workflow.run_check import check_run

T = TypeVar("T")

MAX_UPLOAD_BYTES = 100 * 1024 * 1024
"""Largest exhibit."""

MAX_NAME_LETTERS = 120


Steer = Callable[..., Snapshot]
"""``steer(thread_id, action, *, section_id, note, text, base, user_id, via, settings)`` sends a command to a run,
whichever process writes it, and returns the run afterwards."""


class RunService:
    """Reading and changing runs for the routes; one per application.

    Args:
        settings: Store, home and cases.
        steer: Sends a command to a run.
    """

    def __init__(self, settings: Settings, steer: Steer) -> None:
        self.settings = settings
        self._steer = steer

    # ---- reading

    async def snapshot(self, thread_id: str) -> Snapshot:
        """Reads a run, an expired one from the archive.

        Raises:
            UnknownThreadError: There is none.
            StoreUnavailableError: The store cannot be reached.
        """
        return await self._on_loop(self.read(thread_id))

    async def page(self, thread_id: str, exhibit_id: str, page: int) -> str | None:
        """Returns the text of one exhibit page, or None."""
        return await self._on_loop(RunRepository(self.settings).page(thread_id, exhibit_id, page))

    async def writer_state(self, thread_id: str) -> str:
        """Returns the state of a run's writer and the seconds since its last sign, as text."""

        async def ask() -> str:
            store = await BackgroundLoop.current().store(self.settings)
            sign = await store.writer(thread_id)
            return sign.state if sign.silent_s is None else f"{sign.state} {sign.silent_s}"

        return await self._on_loop(ask())

    async def store_info(self) -> dict[str, Any]:
        """Returns facts about the store; StoreUnavailableError where it is away."""

        async def ask() -> dict[str, Any]:
            store = await BackgroundLoop.current().store(self.settings)
            return await store.info()

        return await self._on_loop(ask())

    async def read(self, thread_id: str) -> Snapshot:
        """Reads a run, on the workbench loop."""
        return await RunRepository(self.settings).snapshot(thread_id)

    async def _on_loop(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine on the workbench loop, awaited anywhere."""
        return await asyncio.wrap_future(BackgroundLoop.current().submit(coroutine))

    # ---- blocking; not to be called on a loop's thread

    def runs(self, chosen: RunFilter, limit: int | None) -> RunPage:
        """Returns the summaries of runs, the one changed last first."""
        return list_runs(chosen, limit, settings=self.settings)

    def run(self, thread_id: str) -> tuple[Snapshot, frozenset[str]]:
        """Returns one run, and its id if it is an orphan."""
        found = BackgroundLoop.current().call(self.read(thread_id))
        return found, find_orphans([found], settings=self.settings)

    def page_picture(self, snapshot: Snapshot, exhibit_id: str, page: int) -> bytes:
        """Draws one exhibit page as PNG; InputError where it has no picture."""
        return draw_page(self.settings, snapshot, exhibit_id, page)

    def passage_places(self, snapshot: Snapshot, exhibit_id: str, page: int, **sought: str) -> MarkedPlaces:
        """Finds a passage's places on one exhibit page; see :func:`workbench.workflow.page_pictures.place_passage`."""
        return place_passage(self.settings, snapshot, exhibit_id, page, **sought)

    def exhibit_file(self, snapshot: Snapshot, exhibit_id: str) -> tuple[str, bytes]:
        """Reads name and bytes of an exhibit's file.

        InputError where it is not at hand.
        """
        return read_exhibit_file(self.settings, snapshot, exhibit_id)

    def check(self, snapshot: Snapshot) -> CheckReport:
        """Checks the letter of a run.

        InputError where its case is not at hand.
        """
        return check_run(self.settings, snapshot)

    def history(self, thread_id: str) -> list[HistoryRow]:
        """Returns the moments to fork a run at, oldest first."""
        return read_history(thread_id, self.settings)

    def audit(self, thread_id: str) -> list[AuditEntry]:
        """Returns the audit record of a run, in order."""
        return read_audit(thread_id, self.settings)

    def command(self, caller: Caller, thread_id: str, action: str, **how: Any) -> Snapshot:
        """Sends a command; returns the run afterwards.

        Raises:
            UnknownThreadError: There is no such run.
            TransitionError: Its state does not allow that.
            InputError: A note, text or name is missing or cannot be used.
            LockHeldError: Another process holds the run and does not answer.
            StoreUnavailableError: The store cannot be reached.
        """
        # A section that does not exist is 404, like a run; the command itself would answer 400.
        before = BackgroundLoop.current().call(self.read(thread_id))
        section_id = how.get("section_id")
        if section_id is not None and all(section.section_id != section_id for section in before.sections):
            raise UnknownThreadError(
                Problem(what=f"run {thread_id} has no section {section_id!r}", remedy="see its sections")
            )
        return self._steer(thread_id, action, via=caller.via, settings=self.settings, **how)

    def generate(self, case_id: str, document_type: str | None, user_id: str) -> str:
        """Starts a run in this process and returns its id.

        Args:
            case_id: Name of a folder under ``WORKBENCH_CASES``; never a path.
            document_type: Kind of document; None: what the case is for.
            user_id: Who asks; asserted.

        Raises:
            InputError: No such case, or a case, a type or a name that cannot be used.
            StoreUnavailableError: The store cannot be reached.
        """
        known = known_cases(self.settings)
        if case_id not in known:
            raise InputError(
                Problem(
                    what=f"there is no case {case_id!r} under WORKBENCH_CASES",
                    remedy=f"known: {', '.join(known[:20])}" if known else "put its folder there",
                    field="case_id",
                )
            )
        run = start.prepare_at_once(
            self.settings.cases / case_id, user_id=user_id, document_type=document_type, settings=self.settings
        )
        run.start()
        return run.thread_id

    def fork(self, caller: Caller, thread_id: str, order: Mapping[str, Any]) -> str:
        """Forks a run and starts the branch; returns its id.

        The branch is drafted in this process.

        Args:
            caller: Whose token it was.
            thread_id: The old branch.
            order: ``at new_thread_id user_id edits redraft`` of :func:`workbench.fork`.

        Raises:
            UnknownThreadError: There is no such run.
            InputError: No such event or section, a text that cannot be used, or an id that is taken.
            StoreUnavailableError: The store cannot be reached.
        """
        branch = fork(thread_id, settings=self.settings, **order)
        branch.start(user_id=order.get("user_id"), via=caller.via)
        return branch.thread_id

    def add_exhibit(
        self, caller: Caller, thread_id: str, name: str, content: bytes, *, title: str | None, user_id: str | None
    ) -> str:
        """Adds an uploaded file; returns the exhibit's id.

        The run is written by this process or by none.

        Raises:
            UnknownThreadError: There is no such run.
            InputError: The name, the size or the content cannot be used.
            TransitionError: The run has ended.
            LockHeldError: Another process writes it.
        """
        snapshot = BackgroundLoop.current().call(self.read(thread_id))
        name = check_file_name(name)
        if snapshot.status in ENDED:
            raise TransitionError(describe_ended_run(thread_id, snapshot.status))
        if len(content) > MAX_UPLOAD_BYTES:
            raise InputError(Problem(what=f"larger than {MAX_UPLOAD_BYTES // 2**20} MiB", remedy="split it", file=name))
        # A run of this process is asked itself: a second handle could not get its lock.
        run: Run = BackgroundLoop.current().find_written_run(thread_id) or start.reopen(
            thread_id, settings=self.settings
        )
        return run.add_exhibit(name, content=content, title=title, user_id=user_id, via=caller.via)


def check_file_name(name: str) -> str:
    """Returns an uploaded file's name if safe to use.

    Raises:
        InputError: It contains a path, is hidden or unprintable, or has a type that cannot be read.
    """
    suffix = Path(name).suffix.lower()
    # A leading dot would hide the file, and no system's separator may get through.
    if not re.fullmatch(r"[\w(][\w.,()&+' -]*", name) or len(name) > MAX_NAME_LETTERS or not name.isprintable():
        raise InputError(
            Problem(
                what="the name cannot be used for a file",
                remedy=f"use letters, digits, spaces, dots and dashes, at most {MAX_NAME_LETTERS}",
                field="file",
            )
        )
    if suffix not in READABLE_SUFFIXES:
        raise InputError(
            Problem(what=f"not one of {', '.join(SUFFIXES)}", remedy="convert it", file=name, field="file")
        )
    return name
