"""Names of others against the cited pages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from field_letters import field_letters, make_case

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


def test_name_of_another_exhibit(letters):
    (finding,) = check(letters["composer"], "Orchestra of Lund", "Nordic Record Council")
    assert (finding.severity, finding.quote) == ("warning", "Nordic Record Council")
    assert "Exhibit 2 (sales), p. 1" in finding.message


@pytest.mark.parametrize(
    ("sentence", "page"),
    [
        ("Margot Tessen designed the tower", "Tessen designed the tower in 1998, and was its engineer, too."),
        (
            "Isaac Newton and Karl Tessen found it",
            "It was found by Newton and by Tessen; Newton published his part first.",
        ),
        ("The Equal Wages Commission heard him", "In March he was heard by the EWC in its third public session."),
        (
            "He taught in South Africa for two years",
            "His course was the first South African one that taught the method.",
        ),
        (
            "The Presidents' Trophy went to his crew",
            "After two races the President's Trophy went to the crew of this boat.",
        ),
        (
            "The Bronze Age came before it",
            "A Copper Age came before it in this valley, and the bronze came much later.",
        ),
        (
            "Loretta Lynn was born in Butcher Hollow",
            "Lynn was born Loretta Webb in Butcher Hollow, and sang in its church.",
        ),
        (
            "He came to the United States in 2012",
            "He came here in 2012 with his wife and has lived in this town since then.",
        ),
        (
            "The variety Montrose yielded more",
            "Variety\nMontros\ne\nDeSoto\nYield of the plots in 2019\n2,410 pounds\n1,980 pounds, in all years",
        ),
        (
            "The museum stands in a Swiss town",
            "The museum stands in a town of Switzerland and has four hundred visitors.",
        ),
    ],
)
def test_names_told_otherwise_pass(wu, sentence, page):
    case = make_case("Ilse Maren", "Maren", {"page": (page,)}, wu)
    assert list(entity(DraftSection("intro", f"{sentence} [@page, p. 1].", case))) == []


@pytest.mark.parametrize(
    ("sentence", "page", "quote"),
    [
        (
            "He met Karl Hoffmann there",
            "In this year he met the sculptor Karl Hoffman there, with two of his pupils.",
            "Hoffmann",
        ),
        (
            "He met Anna Tessen there",
            "In this year he met the sculptor Karl Tessen there, with two of his pupils.",
            "Anna Tessen",
        ),
        (
            "He met Ada Hall and Karl Tessen",
            "In this year he met the sculptor Karl Tessen, with two of his pupils.",
            "Ada Hall",
        ),
    ],
)
def test_other_names_are_found(wu, sentence, page, quote):
    case = make_case("Ilse Maren", "Maren", {"page": (page,)}, wu)
    (finding,) = entity(DraftSection("intro", f"{sentence} [@page, p. 1].", case))
    assert finding.quote == quote
