"""The firm's own authorities, in one file, beside those of the package.

``authorities.yaml`` in the folder that contains the case folders, else in the home of the workbench: a list of entries
with the fields of :class:`workbench.case.law.Authority`. An entry needs a name, a cite, court, year and the person who
read the decision; one with the cite of a package entry takes its place. ``text`` names the file of the decision, with
which quotations are compared.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from workbench.case.exhibits import exhibit_path, read_content, read_document
from workbench.case.law import Authority, authorities
from workbench.case.model import Case, Document
from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.text.atomic_write import USER_ONLY, make_private_folder, write_whole

FILE_NAME = "authorities.yaml"
TEXT_FOLDER = "decisions"
"""Folder beside the list to which the texts of decisions are copied."""

_LARGEST = 1_000_000
_OPTIONAL: dict[str, Any] = {
    "standing": "good",
    "outcome": "none",
    "outcome_detail": "not recorded",
    "proposition": "not recorded",
    "cite_verified": True,
}


def firm_file(case_root: Path | None = None) -> Path:
    """Returns the place of the firm's file, whether or not it exists.

    Args:
        case_root: A case folder: the file beside it goes before the one in the home.
    """
    if case_root is not None and (beside := case_root.parent / FILE_NAME).is_file():
        return beside
    return Settings.from_env().home / FILE_NAME


def list_authorities(case_root: Path | None = None) -> tuple[Authority, ...]:
    """Lists the authorities on record, the firm's first.

    Args:
        case_root: The case folder, where there is one.

    Raises:
        InputError: The firm's file cannot be read; the problem names the entry.
    """
    path = firm_file(case_root)
    time, size = _stat(path)
    if not time:
        return authorities()
    own = _read_file(path, time, size)
    replaced = {cite for authority in own for cite in authority.cites}
    return (*own, *(known for known in authorities() if known.cite not in replaced))


class FirmState(NamedTuple):
    """State of the firm's files, on which findings depend.

    Attributes:
        files: Time and size of the list, then of each decision's text; 0 for what is not there.
    """

    files: tuple[tuple[int, int], ...] = ()


def read_firm_state(case: Case | None = None) -> FirmState:
    """Reads the state of the firm's list, and of the decisions that it names."""
    path = firm_file(case.root if case is not None else None)
    files = [_stat(path)]
    try:
        own = _read_file(path, *files[0]) if files[0][1] else ()
    except InputError:
        own = ()  # whoever reads the list says what is wrong
    files += [_stat(path.parent / authority.text) for authority in own if authority.text]
    return FirmState(tuple(files))


def read_authority_text(authority: Authority, case_root: Path | None = None) -> Document:
    """Reads the text of a decision of the firm's list.

    Args:
        authority: An entry with ``text``.
        case_root: The case folder, where there is one.

    Raises:
        InputError: The file is missing, lies outside the folder, or cannot be read.
    """
    folder = firm_file(case_root).parent
    path = exhibit_path(folder, authority.text)
    return _read_text(path, authority.text, *_stat(path))


def add_authority_text(path: Path, authority: Authority, file: Path) -> Authority:
    """Copies the text of a decision beside the firm's list.

    Args:
        path: The list.
        authority: The decision.
        file: Its text, in any form that an exhibit may have.

    Returns:
        The entry, with ``text``.

    Raises:
        InputError: The file cannot be read, or has no text.
    """
    raw = read_content(file, str(file))
    if not read_document(file, content=raw).has_text:
        problem = Problem("no text can be read from it", "give a file with text", file=str(file))
        raise InputError(problem)
    folder = path.parent / TEXT_FOLDER
    make_private_folder(folder)
    name = re.sub(r"[^a-z0-9]+", "-", authority.cite.casefold()).strip("-") + file.suffix.casefold()
    write_whole(folder / name, raw, mode=USER_ONLY)
    return authority.model_copy(update={"text": f"{TEXT_FOLDER}/{name}"})


def add_authority(path: Path, authority: Authority) -> None:
    """Adds an entry to the firm's file; one with its cite is replaced.

    Raises:
        InputError: The file cannot be read.
    """
    rows: list[Any] = []
    if path.is_file():
        _read_file(path, *_stat(path))
        rows = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    fields = authority.model_dump(mode="json", exclude_defaults=True)
    rows = [row for row in rows if row.get("cite") != authority.cite]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump([*rows, fields], allow_unicode=True, sort_keys=False, width=110)
    write_whole(path, text.encode())


def _stat(path: Path) -> tuple[int, int]:
    try:
        state = path.stat()
    except OSError:
        return 0, 0
    return state.st_mtime_ns, state.st_size


@lru_cache(maxsize=64)  # read again when time or size has changed
def _read_text(path: Path, name: str, _mtime_ns: int, _size: int) -> Document:
    return read_document(path, name=name, settings=Settings.from_env())


@lru_cache(maxsize=8)  # a file is read again when its time or size has changed
def _read_file(path: Path, _mtime_ns: int, size: int) -> tuple[Authority, ...]:
    if size > _LARGEST:
        raise InputError(Problem(f"{path} has more than {_LARGEST:,} bytes", "keep a list of authorities only"))
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(Problem(f"{path} cannot be read: {error}", "write a YAML list of authorities")) from error
    if not isinstance(rows, list):
        raise InputError(Problem(f"{path} is no list", "write a YAML list of authorities"))
    return tuple(_read_entry(path, number, row) for number, row in enumerate(rows, start=1))


def _read_entry(path: Path, number: int, row: object) -> Authority:
    fields = row if isinstance(row, dict) else {}
    # An authority is on record because somebody looked: the package says where, a firm says who.
    if not str(fields.get("confirmed_by") or "").strip():
        problem = f"{path}, entry {number}: nobody is named who read the decision"
        raise InputError(Problem(problem, "give confirmed_by and as_of"))
    try:
        return Authority.model_validate({**_OPTIONAL, "seen": f"read by {fields['confirmed_by']}", **fields})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise InputError(Problem(f"{path}, entry {number}: {field}: {first['msg']}", "correct the entry")) from error
