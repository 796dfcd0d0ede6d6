"""Names of others against the cited pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.checks.field_letters import field_letters
from workbench.checks.coverage import Coverage
from workbench.checks.draft import DraftSection
from workbench.checks.entities import entity, find_names
from workbench.checks.statements import Clause


@pytest.fixture(scope="module")
def letters(wu):
    return field_letters(wu)


def check(draft, old, new):
    assert old in draft.content
    return list(entity(replace(draft, content=draft.content.replace(old, new, 1), coverage=Coverage())))


def test_names_are_runs_of_capitals():
    text = "The National Academy of Sciences and Prof. Helga Brandt met Dr. Wu in Rome."
    assert [" ".join(name.words) for name in find_names(Clause(text))][:1] == ["national academy of sciences"]


@pytest.mark.parametrize("name", ["composer", "epidemiologist", "engineer"])
def test_names_of_clean_letters_stand(letters, name):
    assert check(letters[name], " ", " ") == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("epidemiologist", "Helga Brandt", "Helga Brandl"),
        ("composer", "Halden Film Festival on March", "Haldem Film Festival on March"),
        ("composer", "Nordic Record\nCouncil", "Nordic Music\nCouncil"),
        ("engineer", "Automation Week", "Automatoin Week"),
    ],
)
def test_name_in_another_spelling(letters, name, old, new):
    findings = check(letters[name], old, new)
    assert len(findings) == 1
    # A whole word exchanged is an error only where the page has the name in the same context.
    assert findings[0].severity == "error" or "Music" in new


def test_name_on_no_page(letters):
    (finding,) = check(letters["composer"], "Orchestra of Lund", "Philharmonic of Zurich")
    assert finding.severity in {"error", "warning"}


def test_name_without_citation_is_counted(letters):
    draft = DraftSection("intro", "She met Gustav Holmqvist.", letters["composer"].case)
    assert list(entity(draft)) == []
    assert draft.coverage.counts()["entity"].unchecked == 1
