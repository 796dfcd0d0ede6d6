"""Checking of many letters against one case, here or on a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from workbench.case.model import Case
from workbench.case.reading_pool import CORES
from workbench.checks.check import check_letter
from workbench.checks.chosen_checks import digest_setup
from workbench.checks.letter import read_letter
from workbench.checks.parts.draft_file import DRAFT_SUFFIXES, LETTER_SUFFIXES, DraftFile, read_draft
from workbench.checks.report import CheckReport
from workbench.errors import InputError, Problem
from workbench.text.cluster import ClusterExecutor, OtherSoftwareError

Checked = tuple[Path, CheckReport | InputError]
"""A letter's file, and its report, or why it cannot be checked."""


def find_letters(paths: Sequence[Path]) -> list[Path]:
    """Lists files, and in the place of a folder the letters in it, by name.

    Raises:
        InputError: A folder has none.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        # Those of other types as well, and what is no file: passed over, they would seem to have been checked.
        inside = [file for file in sorted(path.iterdir()) if file.suffix.lower() in LETTER_SUFFIXES]
        # Lock files of Word, and what a system hides.
        letters = [file for file in inside if not file.name.startswith((".", "~$")) and not file.is_dir()]
        if not letters:
            what = f"a folder without a letter ({', '.join(DRAFT_SUFFIXES)})"
            raise InputError(Problem(what, "name the letters, or their folder", file=str(path), field="DRAFT"))
        found += letters
    return found


def check_letters(
    files: Sequence[Path], case: Case | None, cluster: ClusterExecutor | None = None
) -> Iterator[Checked]:
    """Checks letters, and yields what was found in their order.

    Args:
        files: The letters.
        case: The case that they cite, or None.
        cluster: Makes the checks; None: this process and its forks do.
    """
    if cluster is None:
        for file in files:
            draft = _read(file)
            report = draft if isinstance(draft, InputError) else _check_here(draft, case)
            yield file, report
        return
    if case is not None:
        cluster.share(case)
    setup = digest_setup(case)
    # Letters are read here, in child processes: a worker sees no file of this machine.
    reports = cluster.map_in_order(_check_there, map(_read, files), case, setup)
    yield from zip(files, reports, strict=True)


def _read(file: Path) -> DraftFile | InputError:
    try:
        return read_draft(file)
    except InputError as error:
        return error


def _check_here(draft: DraftFile, case: Case | None) -> CheckReport | InputError:
    try:
        return check_letter(read_letter(draft, case), processes=CORES)
    except InputError as error:
        return error


def _check_there(draft: DraftFile | InputError, case: Case | None, setup: str) -> CheckReport | InputError:
    if isinstance(draft, InputError):
        return draft
    if digest_setup(case) != setup:
        raise OtherSoftwareError("a worker has another version of the workbench, or other files of the firm")
    return check_letter(read_letter(draft, case))
