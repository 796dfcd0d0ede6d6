"""Names of others against the cited pages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from field_letters import field_letters

from workbench.checks.coverage import Coverage
from workbench.checks.draft import DraftSection
from workbench.checks.names.entities import entity, find_names
from workbench.checks.statements.statements import Clause


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


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("has never worked with him", "has never worked with him in Lyon"),
        ("detected 19 outbreaks between", "detected 19 outbreaks near Aarhus, between"),
    ],
)
def test_single_name_on_no_page(letters, old, new):
    (finding,) = check(letters["epidemiologist"], old, new)
    assert (finding.severity, finding.quote) == ("warning", "Lyon" if "Lyon" in new else "Aarhus")


def test_ids_of_citations_are_no_words(letters):
    """Small letters in an id do not make a common word of the name."""
    draft = letters["epidemiologist"]
    draft = replace(draft, content=f"{draft.content}\n\nThe laboratory closed in 1999 [@lyon-lab, p. 1].")
    findings = check(draft, "has never worked with him", "has never worked with him in Lyon")
    assert "Lyon" in [finding.quote for finding in findings]


@pytest.mark.parametrize(
    "new",
    [
        "has never worked with him in Tromenia",
        "has never worked with his Danish group",
        "has never worked with him, as “Lyon” says",
        "has never worked with him in May or at the UNESCO",
        "has never worked with him in Lyon or near Lyon",
    ],
)
def test_derived_repeated_and_quoted_names_pass(letters, new):
    assert check(letters["epidemiologist"], "has never worked with him", new) == []


def test_single_name_of_another_section(letters):
    draft = letters["epidemiologist"]
    content = draft.content.replace("has never worked with him", "has never worked with him in Lyon", 1)
    changed = replace(draft, content=content, others={"awards": "He was born in Lyon."}, coverage=Coverage())
    assert list(entity(changed)) == []
