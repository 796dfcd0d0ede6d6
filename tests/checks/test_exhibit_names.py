"""Names of exhibits in messages."""

from __future__ import annotations

import pytest

import workbench
from workbench.case.exhibit_numbering import ExhibitNumbering
from workbench.checks.exhibit_names import name_exhibit
from workbench.checks.letter import read_letter


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Exhibit 1; Exhibit 2 at 1.", "Exhibit 2 (academy), p. 1"),
        ("Exhibits A and B.", "Exhibit B (academy), p. 1"),
        ("Exhibits II and IV.", "Exhibit II (academy), p. 1"),
    ],
)
def test_letter_number_stands_first(minimal, text, name):
    assert name_exhibit(minimal, "academy", (1,), ExhibitNumbering.of(minimal, text)) == name


def test_exhibits_without_number_keep_id(minimal):
    assert name_exhibit(minimal, "academy", (1, 2)) == "Exhibit 2 (academy), pp. 1-2"
    assert name_exhibit(minimal, "nowhere") == "Exhibit nowhere"
    assert name_exhibit(None, "4a", (), ExhibitNumbering.of(None, "Exhibit 4a")) == "Exhibit 4a"


def test_messages_name_letter_numbers(minimal):
    """The same name in the message and beside the words of the exhibit, whichever check makes them."""
    text = "# Awards\n\nThe medal was given to her in 1066 (Exhibit 1, p. 1). She won it (Exhibit 2, p. 9).\n"
    report = workbench.check(text, minimal)
    named = [finding for finding in report.findings if finding.section_id == "awards" and "xhibit" in finding.message]
    assert named
    assert all("(medal)" in finding.message or "(academy)" in finding.message for finding in named)
    for place in (each for finding in report.findings for each in finding.evidence):
        assert report.name_place(place).endswith(f"({place.exhibit_id}), p. {place.page}")


def test_letter_without_numbers_is_named(minimal):
    letter = read_letter("She won [@medal, p. 1].\n", minimal)
    assert letter.name_exhibit("medal", (1,)) == "Exhibit 1 (medal), p. 1"
