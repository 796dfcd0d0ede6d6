"""Folder of a run under ``WORKBENCH_HOME``.

It has the run's record, a copy of its case file, and the exhibits added to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import Field

from workbench.case.exhibits import read_document
from workbench.case.loader import CASE_FILE
from workbench.case.model import Case, Document, Exhibit, ExhibitKind, Strict
from workbench.config import Settings
from workbench.errors import InputError, Problem, make_write_error
from workbench.live.encrypted_files import RUNS, RunFiles
from workbench.workflow.context import RunOptions

_RECORD = "run.json"


class RunRecord(Strict):
    """Record by which a later process continues a run.

    Attributes:
        case_root: Folder of the case on this machine.
        document_type: ``petition``.
        options: Of the run.
        added: Exhibits added to the run.
        prompts: Sources of the prompts that it is drafted with, by section id (or ``system``), whichever versions
            become active meanwhile; the shipped ones stand for those that are missing.
    """

    case_root: Path
    document_type: str
    options: RunOptions
    added: tuple[Exhibit, ...] = ()
    prompts: Mapping[str, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class NewExhibit:
    """A file that was read and is to be added to a run.

    Attributes:
        path: Its path, or only its name where it was uploaded.
        title: For the index; None: the file's name.
        content: Its bytes.
        document: Its text.
    """

    path: Path
    title: str | None
    content: bytes
    document: Document


class RunFolder:
    """The folder ``<WORKBENCH_HOME>/runs/<thread_id>``, readable by its user only."""

    def __init__(self, settings: Settings, thread_id: str) -> None:
        self._settings = settings
        self._files = RunFiles(settings, RUNS, thread_id)
        self.path = self._files.path

    def write(self, record: RunRecord) -> None:
        """Writes the record; InputError where the folder cannot be written."""
        self._write(_RECORD, record.model_dump_json(indent=1).encode())

    def read(self) -> RunRecord:
        """Reads the record.

        Raises:
            InputError: This machine never made the run.
            StoreError: It is encrypted with a key that is not there.
        """
        try:
            return RunRecord.model_validate_json(self._files.read(_RECORD))
        except (OSError, ValueError) as error:
            raise InputError(
                Problem(
                    what=f"{self.path.name} was not started on this machine", remedy="resume it where it was started"
                )
            ) from error

    def write_case(self, case: Case) -> None:
        """Copies ``case.yaml`` as it is now.

        A later process describes from it what has changed.
        """
        self._write(CASE_FILE, (case.root / CASE_FILE).read_bytes())

    def read_case_text(self) -> str | None:
        """Reads the copy of ``case.yaml``.

        From the run's beginning, or from the last change that was accepted; None without a copy.
        """
        try:
            # Replaced, not refused: the text is only compared, line by line.
            return self._files.read(CASE_FILE).decode(errors="replace")
        except OSError:
            return None

    def copy_exhibits(self, other: RunFolder, record: RunRecord) -> None:
        """Copies the exhibits that were added to another run."""
        for exhibit in record.added:
            self._write(exhibit.file, other._files.read(exhibit.file))

    def add_exhibit(self, new: NewExhibit, case: Case) -> Exhibit:
        """Writes a file into the folder as an exhibit.

        Args:
            new: The file.
            case: For an id that no exhibit of the case has.

        Raises:
            InputError: The folder cannot be written.
        """
        path = new.path
        # The id becomes part of a path and of citations: letters, digits and hyphens only, at most 48 of 64.
        stem = re.sub(r"[^A-Za-z0-9]+", "-", path.stem).strip("-").lower()[:48] or "exhibit"
        taken = {exhibit.id for exhibit in case.exhibits}
        exhibit_id = next(
            name for n in range(1, len(taken) + 3) if (name := stem if n == 1 else f"{stem}-{n}") not in taken
        )
        exhibit = Exhibit(
            id=exhibit_id,
            title=new.title or path.stem,
            kind=ExhibitKind.OTHER,
            date=datetime.now(UTC).date().isoformat(),
            file=f"exhibits/{exhibit_id}{path.suffix.lower()}",
            source=f"added to the run as {path.name}",
        )
        # The file before the record that names it: a crash in between leaves a file that nothing refers to.
        self._write(exhibit.file, new.content)
        record = self.read()
        self.write(record.model_copy(update={"added": (*record.added, exhibit)}))
        return exhibit

    def read_exhibit(self, exhibit: Exhibit) -> Document:
        """Reads the copy of an exhibit that was added.

        Raises:
            InputError: It is not there any more, or damaged.
            StoreError: It is encrypted with a key that is not there.
        """
        path = self.path / exhibit.file
        try:
            return read_document(path, content=self._files.read(exhibit.file), settings=self._settings)
        except OSError:
            return read_document(path)  # raises the InputError that names the file

    def read_content(self, exhibit: Exhibit) -> bytes:
        """Reads the bytes of an exhibit that was added.

        Raises:
            InputError: It is not there any more.
            StoreError: It is encrypted with a key that is not there.
        """
        try:
            return self._files.read(exhibit.file)
        except OSError as error:
            raise InputError(
                Problem(f"cannot be read: {error.strerror}", "add the exhibit again", file=exhibit.file)
            ) from None

    def _write(self, name: str, content: bytes) -> None:
        try:
            self._files.write(name, content)
        except OSError as error:
            raise make_write_error(error, self.path, "point it at a folder of yours", field="WORKBENCH_HOME") from None
