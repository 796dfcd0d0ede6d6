"""Folder of loose documents, as a client hands it over."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from workbench.case.exhibits import MAX_FILE_BYTES, READABLE_SUFFIXES, SUFFIXES
from workbench.errors import InputError, Problem

MAX_DOCUMENTS = 2_000
MAX_DEPTH = 12
"""Of folders within folders."""


@dataclass(frozen=True)
class FoundDocument:
    """One file that can be read by its type.

    Attributes:
        path: Where it is.
        name: Its path below the folder, with ``/``.
    """

    path: Path
    name: str


@dataclass(frozen=True)
class LeftOut:
    """One file that became no exhibit.

    Attributes:
        name: Its path below the folder, with ``/``.
        reason: Why, as the end of a sentence that begins with the name.
    """

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


def find_documents(folder: Path, *, besides: Path | None = None) -> tuple[list[FoundDocument], list[LeftOut]]:
    """Finds the documents of a folder and its sub-folders, by name.

    Symbolic links are not followed: they may lead out of what the client handed over.

    Args:
        folder: The folder.
        besides: A folder that is passed over, such as the new case.

    Returns:
        The documents, and the files that are left out.

    Raises:
        InputError: There is no such folder, it cannot be read, or holds more than :data:`MAX_DOCUMENTS` documents.
    """
    if not folder.is_dir():
        what = "not a folder" if folder.exists() else "no such folder"
        raise InputError(Problem(what, "give the folder that holds the documents", file=str(folder.absolute())))
    found: list[FoundDocument] = []
    left_out: list[LeftOut] = []
    avoided = None if besides is None else besides.resolve()

    def walk(place: Path, depth: int) -> None:
        for entry in _list_folder(place):
            path = Path(entry.path)
            name = path.relative_to(folder).as_posix()
            if entry.is_symlink():
                left_out.append(LeftOut(name, "a symbolic link; copy the document itself into the folder"))
            elif entry.is_dir():
                # The new case may lie inside the folder: its copies are no documents of the client.
                if path.resolve() == avoided:
                    continue
                if depth == MAX_DEPTH:
                    left_out.append(LeftOut(name, f"nested more than {MAX_DEPTH} folders deep"))
                else:
                    walk(path, depth + 1)
            elif reason := _refuse(entry, path):
                left_out.append(LeftOut(name, reason))
            else:
                found.append(FoundDocument(path, name))
                if len(found) > MAX_DOCUMENTS:
                    what = f"holds more than {MAX_DOCUMENTS:,} documents"
                    raise InputError(Problem(what, "take in a part of them", file=str(folder)))

    walk(folder, 0)
    return found, left_out


def _list_folder(place: Path) -> list[os.DirEntry[str]]:
    try:
        # By name, so that the exhibits have the same numbers on every machine.
        return sorted(os.scandir(place), key=lambda entry: entry.name)
    except OSError as error:
        problem = Problem(f"cannot be read: {error.strerror}", "check the folder's permissions", file=str(place))
        raise InputError(problem) from None


def _refuse(entry: os.DirEntry[str], path: Path) -> str:
    """Tells why a file is left out by its name, type and size alone; empty where it is not."""
    suffix = path.suffix.lower()
    try:
        # Python keeps bytes that are no UTF-8 as lone surrogates, which YAML cannot hold.
        name = entry.name.encode().decode()
    except UnicodeEncodeError:
        return "its name is not UTF-8; rename it"
    if not entry.is_file():
        return "not a file"
    if name.startswith((".", "~$")):
        return "a hidden file of the system or of a word processor"
    if suffix not in READABLE_SUFFIXES:
        kind = f"a {suffix} file" if suffix else "a file without a suffix"
        return f"{kind}, which cannot be read; convert it to one of {', '.join(SUFFIXES)}"
    if entry.stat().st_size > MAX_FILE_BYTES:
        return f"larger than {MAX_FILE_BYTES // 1_000_000} MB; split it"
    return ""
