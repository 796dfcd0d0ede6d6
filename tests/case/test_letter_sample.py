"""The sample of an expert letter keeps its word: fictional signer, facts on the pages that they cite."""

from pathlib import Path

import pytest

from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.checks.case_facts import check_case_facts

CASES = Path(__file__).parents[2] / "data" / "cases"


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case(CASES / "letter")


def test_fictional_documents_are_not_filed(case):
    kept = {exhibit.id for exhibit in case.exhibits if not exhibit.filed}
    assert kept == {path.stem for path in (case.root / "sources").glob("*.md")}
    for name in kept:
        assert all("fictional, no agency and no person issued it" in page for page in case.documents[name].pages)
    assert "fictional" in case.sample


def test_facts_stand_on_their_pages(case):
    assert [found for _, found in check_case_facts(case) if found.severity != "info"] == []


def test_filed_exhibits_are_those_of_petition(case):
    for exhibit in case.exhibits:
        same = CASES / "wu" / "exhibits" / f"{exhibit.id}.pdf"
        assert not exhibit.filed or (case.root / exhibit.file).read_bytes() == same.read_bytes()
