"""Golden cases: what the firm has approved, kept as the measure of every change of a prompt.

    <WORKBENCH_GOLDEN>/<case id>/case.yaml + exhibits     a case folder, as load_case takes it
    <WORKBENCH_GOLDEN>/<case id>/approved/awards.md       the section as the attorney approved it

A *golden cell* is a section of a golden case that has an approved text. These are clients' files: the folder belongs
where the firm keeps such files, and nothing here is sent anywhere by being read.
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
from workbench.errors import CaseError, InputError, Problem

APPROVED = "approved"
"""The folder of approved sections, beside ``case.yaml``."""


@dataclass(frozen=True)
class GoldenCase:
    """One case of the folder.

    Attributes:
        case: The case, loaded and checked.
        approved: The approved texts, clean Markdown, by section id, in the order of the letter.
    """

    case: Case
    approved: Mapping[str, str]


def golden_cases(settings: Settings) -> tuple[GoldenCase, ...]:
    """Every golden case, sorted by id; none where ``WORKBENCH_GOLDEN`` is not set.

    Folders whose name begins with a dot, and files beside the folders, are left alone.

    Raises:
        InputError: Everything that is wrong with the folder and its cases, at once.
    """
    if settings.golden is None:
        return ()
    found: list[GoldenCase] = []
    problems: list[Problem] = []
    for folder in _folders(settings.golden):
        try:
            found.append(_read(folder, settings))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return tuple(found)


def approved_text(settings: Settings, case_id: str, section_id: str) -> str | None:
    """The attorney's approved text of one section of one golden case; None where there is none.

    Reads one file and does not load the case: whoever asks for a cell at a time asks often.

    Raises:
        InputError: The file cannot be read, or holds no text.
    """
    if settings.golden is None or section_id not in SECTIONS or not re.fullmatch(ID_PATTERN, case_id):
        return None
    file = settings.golden / case_id / APPROVED / f"{section_id}.md"
    return _read_text(file, section_id) if file.is_file() else None


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


def _read(folder: Path, settings: Settings) -> GoldenCase:
    if not (folder / CASE_FILE).is_file():
        raise InputError(Problem(f"a golden case without {CASE_FILE}", "add it, or move the folder", file=str(folder)))
    case = load_case(folder, settings=settings)
    problems = []
    if case.case_id != folder.name:
        what = f"the folder is called {folder.name!r} and its case {case.case_id!r}"
        problems.append(Problem(what, "let the two agree", file=str(folder / CASE_FILE), field="case_id"))
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
        raise CaseError(*problems)
    return GoldenCase(case, {section_id: texts[section_id] for section_id in called_for if section_id in texts})


def _check_name(file: Path, called_for: list[str]) -> None:
    if file.stem in called_for:
        return
    close = difflib.get_close_matches(file.stem, called_for, n=1)
    remedy = f"did you mean {close[0]}.md?" if close else f"the case calls for {', '.join(called_for)}"
    raise InputError(Problem(f"the case has no section {file.stem!r}", remedy, file=str(file)))


def _read_text(file: Path, section_id: str) -> str:
    try:
        text = clean_markdown(file.read_text(encoding="utf-8-sig"), title=SECTIONS[section_id].title)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(Problem(f"cannot be read ({error})", "save it as UTF-8 text", file=str(file))) from None
    if not text.strip():
        raise InputError(Problem("an approved section without text", "write it, or remove the file", file=str(file)))
    return text
