"""The check of quotations on three letters, and its severities."""

from __future__ import annotations

import pytest
from quotation_letters import (
    BRIDGE,
    BRIDGE_ERRORS,
    BRIDGE_LETTER,
    FILM,
    FILM_ERRORS,
    FILM_LETTER,
    VIOLIN,
    VIOLIN_ERRORS,
    VIOLIN_LETTER,
    build_case,
)

from workbench.checks.draft import DraftSection
from workbench.checks.quotations.quotations import quotations

LETTERS = {
    "film": (FILM, FILM_LETTER, FILM_ERRORS),
    "violin": (VIOLIN, VIOLIN_LETTER, VIOLIN_ERRORS),
    "bridge": (BRIDGE, BRIDGE_LETTER, BRIDGE_ERRORS),
}
SEEDED = [(name, old, *error) for name, (_, _, errors) in LETTERS.items() for old, error in errors.items()]


@pytest.fixture(scope="module")
def check(minimal):
    cases = {name: build_case(minimal, exhibits) for name, (exhibits, _, _) in LETTERS.items()}

    def run(name, content):
        draft = DraftSection("awards", content, cases[name])
        return list(quotations(draft)), draft.coverage.counts()["quotation"]

    return run


def severities(findings):
    return [finding.severity for finding in findings]


@pytest.mark.parametrize("name", LETTERS)
def test_clean_letter_passes(check, name):
    findings, count = check(name, LETTERS[name][1])
    assert [finding.message for finding in findings if finding.severity != "info"] == []
    assert count.places >= 4


@pytest.mark.parametrize(("name", "old", "new", "page", "letter"), SEEDED)
def test_seeded_error_is_named(check, name, old, new, page, letter):
    content = LETTERS[name][1].replace(old, new, 1)
    [error] = [finding for finding in check(name, content)[0] if finding.severity == "error"]
    assert page in error.message
    assert letter in error.message
    assert error.quote in content
    assert error.evidence[0].quote in LETTERS[name][0][error.evidence[0].exhibit_id][error.evidence[0].page - 1]


def test_redline_is_suggested(check):
    [finding] = check("film", "She is praised: “What she does with silence is bold.” [@review, p. 1]")[0]
    assert "she does with silence is [-bold-] {+new+}" in finding.suggestion


def test_scan_is_not_checked(check):
    findings, count = check("bridge", "She is “engineer of the year for the region” [@certificate, p. 1].")
    assert severities(findings) == ["info"]
    assert (count.places, count.unchecked) == (0, 1)


def test_missing_exhibit_is_not_checked(minimal):
    case = build_case(minimal, BRIDGE)
    case = case.model_copy(update={"documents": {"patent": case.documents["patent"]}})
    draft = DraftSection("awards", "It says “the only one that met the standard” [@article].", case)
    assert severities(quotations(draft)) == ["info"]
    assert draft.coverage.counts()["quotation"].unchecked == 1


def test_uncited_quotation_is_sought(check):
    [found] = check("film", "A critic wrote “the camera rarely moves” once.")[0]
    assert (found.severity, found.suggestion) == ("info", "Cite Exhibit 1 (review), p. 2.")
    assert severities(check("film", "A critic wrote “the camera never ceases to amaze me” once.")[0]) == ["warning"]


def test_wrong_exhibit_is_error(check):
    [found] = check("film", "It says “The camera rarely moves” [@jury, p. 1].")[0]
    assert found.severity == "error"
    assert "Exhibit 1 (review), p. 2" in found.message
    assert found.quote == "[@jury, p. 1]"


def test_printed_page_number_counts(check):
    assert check("film", "It says “The camera rarely moves” [@review, p. 5].")[0] == []


def test_absent_quotation_is_error(check):
    content = "Her producer calls her “the most sought-after director on three continents” [@producer, p. 1]."
    assert severities(check("film", content)[0]) == ["error"]


def test_short_exhibit_only_warns(check):
    content = (
        f"The scan says “{'she was the chief engineer of the whole crossing and of two more ' * 4}” [@scan, p. 1]."
    )
    assert severities(check("bridge", content)[0]) == ["warning"]


@pytest.mark.parametrize(
    "content",
    [
        "The so-called “dream team” won.",
        "The term “key person” is defined below [@jury].",
        "Her film “The Salt Line” [@jury, p. 1] is known.",
        "He holds an “A+” grade [@patent, p. 1].",
        "Her film “The Salt Road.” [@jury, p. 1]",
        "The case “Brown v. Board of Education of Tarvia, Lund” is known [@jury, p. 1].",
    ],
)
def test_terms_and_titles_pass(check, content):
    assert [finding for finding in check("film", content)[0] if finding.severity == "error"] == []


@pytest.mark.parametrize(
    "content",
    [
        "The regulation asks for “participation, either individually or on a panel, as a referee of the work.”",
        "The court in *Kazarian v. USCIS* held that “the agency may not unilaterally impose novel requirements.”",
        "Under the USCIS Policy Manual officers consider “whether the person has sustained acclaim in the area.”",
    ],
)
def test_law_is_left_alone(check, content):
    assert check("film", content)[0] == []


def test_unclosed_mark_is_told(check):
    [found] = check("film", "She said “the camera rarely moves [@review, p. 2].")[0]
    assert found.severity == "warning"
    assert "never closes" in found.message


def test_misread_word_only_warns(check):
    [found] = check("bridge", 'He wrote "in cable-stayed brldges in twenty yeers" [@scan, p. 1].')[0]
    assert found.severity == "warning"
    assert "OCR" in found.message
