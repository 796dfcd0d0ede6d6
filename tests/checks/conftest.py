"""A case for the checks: the minimal one, and variations of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.case.loader import load_case
from workbench.case.model import Case, Document
from workbench.checks.draft import DraftSection
from workbench.checks.registry import CHECKS
from workbench.config import shared_folder

CASES = Path(__file__).parents[1] / "cases"


@pytest.fixture(scope="session")
def minimal() -> Case:
    return load_case(CASES / "minimal")


@pytest.fixture(scope="session")
def wu() -> Case:
    return load_case(shared_folder("cases") / "wu")


@pytest.fixture(scope="session")
def with_scan(minimal: Case) -> Case:
    """The minimal case, its statement scanned without a text layer."""
    scan = Document(sha256="0" * 64, pages=("", ""), has_text=False)
    return minimal.model_copy(update={"documents": {**minimal.documents, "statement": scan}})


@pytest.fixture(scope="session")
def run():
    """Runs one check over a text: (severity, line, quote) of each finding."""
    by_id = {check.id: check for check in CHECKS}

    def run_check(check_id: str, content: str, case: Case, section_id: str = "awards"):
        return list(by_id[check_id].run(DraftSection(section_id, content, case)))

    return run_check
