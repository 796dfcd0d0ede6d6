"""A run's own folder under ``WORKBENCH_HOME``: where its case lies, how it was to be made, and exhibits added to it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from workbench.case.exhibits import read_document
from workbench.case.loader import CASE_FILE
from workbench.case.model import Case, Document, Exhibit, ExhibitKind, Strict
from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.workflow.context import RunOptions


class RunRecord(Strict):
    """What a later process needs to go on with a run.

    Attributes:
        case_root: Folder of the case on this machine.
        document_type: ``petition``.
        options: How the run is to be made.
        added: Exhibits added to the run.
        prompts: Folder with prompts of the run's own, or None: the shipped ones.
    """

    case_root: Path
    document_type: str
    options: RunOptions
    added: tuple[Exhibit, ...] = ()
    prompts: Path | None = None


@contextlib.contextmanager
def private(path: Path) -> Iterator[BinaryIO]:
    """A new or emptied file that only its user can read, open for writing."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file


class RunFolder:
    """``<WORKBENCH_HOME>/runs/<thread_id>``, readable by its user only."""

    def __init__(self, settings: Settings, thread_id: str) -> None:
        self._home = settings.home
        self.path = settings.home / "runs" / thread_id

    def write(self, record: RunRecord) -> None:
        """Keeps the record; InputError where the folder cannot be written."""
        try:
            self._make(self.path)
            draft = self.path / "run.json.new"
            with private(draft) as file:
                file.write(record.model_dump_json(indent=1).encode())
            draft.replace(self.path / "run.json")
        except OSError as error:
            raise InputError(
                Problem(
                    what=f"cannot write {self.path}: {error.strerror}",
                    remedy="point it at a folder of yours",
                    field="WORKBENCH_HOME",
                )
            ) from error

    def _make(self, folder: Path) -> None:
        """Makes a folder below the home, each one on the way readable by its user only."""
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for place in (*reversed(folder.relative_to(self._home).parents[:-1]), folder.relative_to(self._home)):
            (self._home / place).mkdir(mode=0o700, exist_ok=True)

    def read(self) -> RunRecord:
        """The record; InputError where this machine never made the run."""
        try:
            return RunRecord.model_validate_json((self.path / "run.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(
                Problem(
                    what=f"{self.path.name} was not started on this machine", remedy="resume it where it was started"
                )
            ) from error

    def keep_case(self, case: Case) -> None:
        """Keeps ``case.yaml`` as it is now, so that a later process can say what has changed."""
        with private(self.path / CASE_FILE) as file:
            file.write((case.root / CASE_FILE).read_bytes())

    def case_text(self) -> str | None:
        """``case.yaml`` as it was when the run began, or when a change of it was accepted; None without a copy."""
        try:
            return (self.path / CASE_FILE).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None

    def keep_prompts(self, source: Path) -> None:
        """Keeps a copy of a folder's prompts, so that the run goes on with what it began with."""
        folder = self.path / "prompts"
        self._make(folder)
        for prompt in sorted(source.glob("*.md")):
            with private(folder / prompt.name) as file:
                file.write(prompt.read_bytes())

    def keep_added(self, old: RunFolder, record: RunRecord) -> None:
        """Keeps copies of the exhibits that were added to another run."""
        for exhibit in record.added:
            self._make((self.path / exhibit.file).parent)
            with private(self.path / exhibit.file) as file:
                file.write((old.path / exhibit.file).read_bytes())

    def add_exhibit(self, path: Path, title: str | None, case: Case) -> tuple[Exhibit, Document]:
        """Copies a file into the folder and reads it.

        Args:
            path: The file.
            title: For the index; default: the file's name.
            case: For an id that no exhibit of the case has.

        Raises:
            InputError: The file cannot be used; nothing is kept of it.
        """
        document = read_document(path)
        stem = re.sub(r"[^A-Za-z0-9]+", "-", path.stem).strip("-").lower()[:48] or "exhibit"
        taken = {exhibit.id for exhibit in case.exhibits}
        exhibit_id = next(
            name for n in range(1, len(taken) + 3) if (name := stem if n == 1 else f"{stem}-{n}") not in taken
        )
        exhibits = self.path / "exhibits"
        self._make(exhibits)
        copy = exhibits / f"{exhibit_id}{path.suffix.lower()}"
        copy.touch(mode=0o600)
        shutil.copyfile(path, copy)
        exhibit = Exhibit(
            id=exhibit_id,
            title=title or path.stem,
            kind=ExhibitKind.OTHER,
            date=datetime.now(UTC).date().isoformat(),
            file=f"exhibits/{copy.name}",
            source=f"added to the run as {path.name}",
        )
        record = self.read()
        self.write(record.model_copy(update={"added": (*record.added, exhibit)}))
        return exhibit, document
