"""A case for the checks: the minimal one, and variations of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workbench.case.citation import Citation
from workbench.case.loader import load_case
from workbench.case.model import Case, Document, ExhibitKind
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.letter import Letter
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
def rfe() -> Case:
    """The sample of a response to a Request for Evidence."""
    return load_case(shared_folder("cases") / "rfe")


@pytest.fixture(scope="session")
def expert_letter() -> Case:
    """The sample of an expert letter."""
    return load_case(shared_folder("cases") / "letter")


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


@pytest.fixture(scope="session")
def run_letter():
    """Runs one check of the whole letter over its sections: pairs of id and text, or one text."""
    by_id = {check.id: check for check in CHECKS}

    def run_check(check_id, sections, case, *, numbering=None, **thresholds):
        pairs = [(None, sections)] if isinstance(sections, str) else sections
        drafts = tuple(
            DraftText(section_id, text, numbering=numbering)
            if case is None
            else DraftSection(section_id, text, case, numbering=numbering)
            for section_id, text in pairs
        )
        letter = Letter("draft", "".join(text for _, text in pairs), drafts, case)
        return list(by_id[check_id].run(letter, **thresholds))

    return run_check


@pytest.fixture
def with_pages(minimal):
    """Makes the minimal case with other pages, and other attributes, of some exhibits."""

    def change(**exhibits):
        documents, listed = dict(minimal.documents), {exhibit.id: exhibit for exhibit in minimal.exhibits}
        for exhibit_id, (pages, attributes) in exhibits.items():
            documents[exhibit_id] = Document(sha256="0" * 64, pages=tuple(pages), has_text=any(pages))
            kind = ExhibitKind(attributes.get("kind", listed[exhibit_id].kind))
            listed[exhibit_id] = listed[exhibit_id].model_copy(update={**attributes, "kind": kind})
        return minimal.model_copy(update={"documents": documents, "exhibits": tuple(listed.values())})

    return change


class OwnNumbers:
    """A letter's own numbering: Exhibit 1 is the first of the case."""

    def __init__(self, case):
        self.case = case

    def find_citations(self, text):
        for match in re.finditer(r"Exhibit (\d)", text):
            yield Citation(self.case.exhibits[int(match[1]) - 1].id, (), match.start(), match.end())


@pytest.fixture
def own_numbers(minimal):
    return OwnNumbers(minimal)
