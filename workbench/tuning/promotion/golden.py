"""Golden cases: approved sections by which prompt versions are measured.

    <WORKBENCH_GOLDEN>/<case id>/case.yaml + exhibits     a case folder, as load_case takes it
    <WORKBENCH_GOLDEN>/<case id>/approved/awards.md       the section as the attorney approved it

A *golden cell* is a section of a golden case that has an approved text. These are clients' files: the folder
belongs where the firm keeps such files. Reading it sends nothing anywhere.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.case.citation import ID_PATTERN
from workbench.case.loader import CASE_FILE, load_case
from workbench.case.model import Case
from workbench.config import Settings
from workbench.drafting.cleaning import clean_markdown
from workbench.drafting.sections import SECTIONS, sections_for
from workbench.errors import CaseError, InputError, Problem, make_write_error
from workbench.text.atomic_write import USER_ONLY, make_private_folder, write_whole
from workbench.text.digest import text_digest
from workbench.workflow.repository import read_state
from workbench.workflow.run_folder import RunFolder

APPROVED = "approved"
"""Name of the folder of approved sections, beside ``case.yaml``."""


@dataclass(frozen=True)
class GoldenCase:
    """One golden case.

    Attributes:
        case: The case, loaded and checked.
        approved: The approved texts, clean Markdown, by section id, in the order of the letter.
    """

    case: Case
    approved: Mapping[str, str]


def golden_cases(settings: Settings) -> tuple[GoldenCase, ...]:
    """Loads every golden case, sorted by id.

    There are none if ``WORKBENCH_GOLDEN`` is not set. Folders whose name begins with a dot, and files beside the
    folders, are ignored.

    Args:
        settings: For the folder.

    Raises:
        InputError: Every fault of the folder and its cases, at once.
    """
    if settings.golden is None:
        return ()
    found: list[GoldenCase] = []
    problems: list[Problem] = []
    for folder in _folders(settings.golden):
        try:
            found.append(_read_case(folder, settings))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return tuple(found)


def approved_text(settings: Settings, case_id: str, section_id: str) -> str | None:
    """Returns the approved text of one golden section, or None.

    Reads one file and does not load the case: it is called once a cell.

    Raises:
        InputError: The file cannot be read, or holds no text.
    """
    # Names come from users and from data sets: no path may be built from others.
    if settings.golden is None or section_id not in SECTIONS or not re.fullmatch(ID_PATTERN, case_id):
        return None
    file = settings.golden / case_id / APPROVED / f"{section_id}.md"
    return _read_text(file, section_id) if file.is_file() else None


def add_golden(settings: Settings, thread_id: str) -> tuple[Path, tuple[str, ...]]:
    """Makes a golden case of a run.

    The case folder is copied, with every approved section. An existing golden case of the same case gets the
    sections that were approved in this run.

    Args:
        settings: For the run and ``WORKBENCH_GOLDEN``.
        thread_id: The run.

    Returns:
        The folder, readable by its user only, and the sections that were written.

    Raises:
        InputError: There is no such run, no section of it is approved, its case has changed since or has exhibits
            that only the run knows, another case of that name is golden already, or the folder cannot be written.
    """
    if settings.golden is None:
        what = "there is no folder for golden cases"
        raise InputError(Problem(what, "set WORKBENCH_GOLDEN to one", field="WORKBENCH_GOLDEN"))
    snapshot = read_state(thread_id, settings=settings)
    # An approval binds to a digest: a section that was changed afterwards is not approved.
    approved = {s.section_id: s.content for s in snapshot.sections if s.approved_sha256 == text_digest(s.content)}
    record = RunFolder(settings, thread_id).read()
    case = load_case(record.case_root, settings=settings)
    folder = settings.golden / case.case_id
    problems = []
    if not approved:
        problems.append(Problem(f"no section of {thread_id} is approved", "approve some first", field="THREAD"))
    if record.added:
        what = f"{thread_id} has exhibits that its case file does not list"
        problems.append(Problem(what, "add them to case.yaml, and run it again", file=str(case.root / CASE_FILE)))
    elif case.digest != snapshot.case_digest:
        what = f"the case has changed since {thread_id} was drafted from it"
        problems.append(Problem(what, "resume the run with --accept-changes", file=str(case.root / CASE_FILE)))
    # Approved texts belong to one state of the facts: a changed case needs a folder of its own.
    if folder.exists() and load_case(folder, settings=settings).digest != case.digest:
        problems.append(Problem("another golden case has that name", "move it away first", file=str(folder)))
    if problems:
        raise InputError(*problems)
    try:
        _copy_case(case, folder)
        for section_id, text in approved.items():
            _write_private(folder / APPROVED / f"{section_id}.md", text.encode())
    except OSError as error:
        raise make_write_error(error, folder, "name a folder of yours", field="WORKBENCH_GOLDEN") from None
    return folder, tuple(approved)


def _copy_case(case: Case, folder: Path) -> None:
    """Copies the case's own files, and no others beside them."""
    # case.yaml last: a folder without it is an error, so a half copied case is noticed.
    for name in (*(exhibit.file for exhibit in case.exhibits if exhibit.file), CASE_FILE):
        _write_private(folder / name, (case.root / name).read_bytes())


def _write_private(path: Path, content: bytes) -> None:
    make_private_folder(path.parent)
    write_whole(path, content, mode=USER_ONLY)


def _folders(golden: Path) -> list[Path]:
    try:
        return sorted(path for path in golden.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError as error:
        raise InputError(
            Problem(
                f"the folder of golden cases cannot be read ({error.strerror or error})",
                "name a folder whose sub-folders are cases, or unset WORKBENCH_GOLDEN",
                file=str(golden),
                field="WORKBENCH_GOLDEN",
            )
        ) from None


def _read_case(folder: Path, settings: Settings) -> GoldenCase:
    if not (folder / CASE_FILE).is_file():
        raise InputError(Problem(f"a golden case without {CASE_FILE}", "add it, or move the folder", file=str(folder)))
    case = load_case(folder, settings=settings)
    problems = []
    if case.case_id != folder.name:
        what = f"the folder is called {folder.name!r} and its case {case.case_id!r}"
        problems.append(Problem(what, "make the two equal", file=str(folder / CASE_FILE), field="case_id"))
    called_for = [spec.section_id for spec in sections_for(case)]
    texts: dict[str, str] = {}
    for file in sorted((folder / APPROVED).glob("*.md")):
        try:
            _check_name(file, called_for)
            texts[file.stem] = _read_text(file, file.stem)
        except InputError as error:
            problems += error.problems
    if not texts and not problems:
        what = "a golden case without an approved section"
        problems.append(Problem(what, f"add {APPROVED}/<section>.md", file=str(folder)))
    if problems:
        # Every file's problem at once, as load_case reports them.
        raise CaseError(*problems)
    # Files of sections that the case no longer calls for were refused above.
    return GoldenCase(case, {section_id: texts[section_id] for section_id in called_for if section_id in texts})


def _check_name(file: Path, called_for: list[str]) -> None:
    if file.stem in called_for:
        return
    close = difflib.get_close_matches(file.stem, called_for, n=1)
    remedy = f"did you mean {close[0]}.md?" if close else f"the case calls for {', '.join(called_for)}"
    raise InputError(Problem(f"the case has no section {file.stem!r}", remedy, file=str(file)))


def _read_text(file: Path, section_id: str) -> str:
    try:
        # utf-8-sig: Windows editors put a byte-order mark before the first heading.
        text = clean_markdown(file.read_text(encoding="utf-8-sig"), title=SECTIONS[section_id].title)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(Problem(f"cannot be read ({error})", "save it as UTF-8 text", file=str(file))) from None
    if not text.strip():
        raise InputError(Problem("an approved section without text", "write it, or remove the file", file=str(file)))
    return text
