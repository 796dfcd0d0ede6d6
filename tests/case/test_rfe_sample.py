"""The sample of a response keeps its word: a fictional letter, facts on the pages that they cite, built exhibits."""

import runpy
import unicodedata
from pathlib import Path

import pytest

from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.checks.case_facts import check_case_facts

CASES = Path(__file__).parents[2] / "data" / "cases"


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case(CASES / "rfe")


def plain(text: str) -> str:
    return "".join(character for character in unicodedata.normalize("NFKC", text) if character.isalnum())


def test_sample_shows_every_state(case):
    assert [request.status for request in case.rfe.requests] == [
        "answered",
        "answered",
        "answered in part",
        "not answered",
    ]
    assert "fictional" in case.sample
    assert case.rfe.describe_deadline(case.filing_date, "the date of filing") is None


def test_requests_stand_in_the_letter(case):
    pages = case.documents[case.rfe.exhibit].pages
    assert all("fictional, no agency and no person issued it" in page for page in pages)
    for request in case.rfe.requests:
        assert plain(request.quote) in plain("".join(pages[page - 1] for page in request.pages))


def test_facts_stand_on_their_pages(case):
    assert [found for _, found in check_case_facts(case) if found.severity != "info"] == []


def test_exhibits_are_built_from_sources(case):
    build = runpy.run_path(str(CASES / "build.py"), run_name="sample_builder")
    own = {path.stem for path in (CASES / "rfe" / "sources").glob("*.md")}
    assert {exhibit.id for exhibit in case.exhibits} == own | set(build["SHARED"]["rfe"])
    for name in build["SHARED"]["rfe"]:
        assert (case.root / "exhibits" / f"{name}.pdf").read_bytes() == (
            CASES / "wu" / "exhibits" / f"{name}.pdf"
        ).read_bytes()
