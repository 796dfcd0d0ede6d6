"""Proof that the volumes of a package are as its ``package.json`` says."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.case.exhibits import read_content
from workbench.errors import InputError, Problem
from workbench.export.manifest import PACKAGE_FILE, Manifest, ManifestParagraph
from workbench.export.verification import ParagraphChange, Verification, find_in_pdf

MAX_BYTES = 40_000_000
"""Of ``package.json``, whose largest part is the letter's paragraphs."""
_VOLUME = re.compile(r"volume-[1-9][0-9]{0,3}\.pdf")

ReadPages = Callable[[Path], list[str]]
"""Reads the text of each page of a PDF, in a child process."""


class _VolumeEntry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    # Anything else would lead the reader to a file outside of the package.
    file: str = Field(pattern=f"^{_VOLUME.pattern}$")
    sha256: str
    letter: int = 0


class PackageContent(BaseModel):
    """The fields of ``package.json`` that are compared."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    thread_id: str
    last_event_id: str
    final: bool = False
    volumes: tuple[_VolumeEntry, ...] = Field(min_length=1, max_length=2_000)
    letter: Manifest | None = None


def find_package(path: Path) -> Path | None:
    """Finds the ``package.json`` that a path stands for: itself, in the folder, or beside a volume that it may name."""
    if path.is_dir():
        return path / PACKAGE_FILE
    if path.name == PACKAGE_FILE:
        return path
    beside = path.with_name(PACKAGE_FILE)
    return beside if _VOLUME.fullmatch(path.name) and beside.is_file() else None


def verify_package(path: Path, file: Path, read_pages: ReadPages) -> tuple[Verification, bytes]:
    """Compares a package's volumes with its manifest, byte by byte, and the letter of a changed one by paragraphs.

    Args:
        path: As it was given: the folder, the manifest, or one volume, which is then compared alone.
        file: The manifest.
        read_pages: For a volume that was changed.

    Returns:
        The result, and the bytes of the manifest, which are what is signed.

    Raises:
        InputError: The manifest cannot be read.
    """
    raw = read_content(file, str(file))
    content = _parse(file, raw)
    entries = [entry for entry in content.volumes if path.suffix != ".pdf" or entry.file == path.name]
    problems: list[str] = []
    changes: list[ParagraphChange] = []
    if not entries:
        problems.append(f"added: {path.name}: no volume of the package")
    if path.suffix != ".pdf":
        problems += _list_added(file.parent, {entry.file for entry in entries})
    unread: list[str] = []
    for entry in entries:
        volume = file.with_name(entry.file)
        if not volume.is_file():
            problems.append(f"removed: {entry.file}: it is not there")
        elif _digest(volume) != entry.sha256:
            problems.append(f"changed: {entry.file}: its bytes are not those of the package")
            if entry.letter and content.letter is not None:
                try:
                    changes += _compare_letter(content.letter.paragraphs, read_pages(volume)[: entry.letter])
                except InputError as error:
                    unread.append(f"the letter in {entry.file}: {error.problems[0].what}")
    return Verification(
        file=str(path),
        thread_id=content.thread_id,
        last_event_id=content.last_event_id,
        final=content.final,
        manifest_from=f"of {file.name}",
        compared=len(entries),
        unit="volume",
        not_compared=tuple(unread),
        problems=tuple(problems),
        changes=tuple(changes),
    ), raw


def _parse(file: Path, raw: bytes) -> PackageContent:
    try:
        if len(raw) > MAX_BYTES:
            raise ValueError("too large")  # noqa: TRY301 - one refusal for all that cannot be read
        plain: Any = json.loads(raw)
        return PackageContent.model_validate(plain)
    except (ValueError, ValidationError, RecursionError):
        raise InputError(
            Problem("no manifest of a package", "give the file as workbench package wrote it", file=str(file))
        ) from None


def _digest(volume: Path) -> str:
    with volume.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _list_added(folder: Path, known: set[str]) -> Iterator[str]:
    for path in sorted(folder.glob("volume-*.pdf")):
        if _VOLUME.fullmatch(path.name) and path.name not in known:
            yield f"added: {path.name}: no volume of the package"


def _compare_letter(paragraphs: tuple[ManifestParagraph, ...], pages: list[str]) -> list[ParagraphChange]:
    return find_in_pdf(paragraphs, "\n".join(pages))[1]
