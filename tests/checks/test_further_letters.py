"""Three letters with errors of figures by hand: what the check of facts finds, and its silence on what is right."""

from __future__ import annotations

from dataclasses import replace

import chip_letter
import editor_letter
import pytest
import surgeon_letter
from field_letters import make_case

from workbench.checks.coverage import Coverage
from workbench.checks.draft import DraftSection
from workbench.checks.figures.facts import fact

UNDERIVED = {chip_letter: ["five"]}
"""A right figure that is reported: a plant that is named as the one without."""
LETTERS = [surgeon_letter, editor_letter, chip_letter]


def read_letter(letter, base):
    case = make_case(letter.NAME, letter.NAME.split()[1], letter.PAGES, base)
    return DraftSection("intro", letter.LETTER, case)


@pytest.mark.parametrize("letter", LETTERS)
def test_right_figures_stand(wu, letter):
    findings = [*fact(replace(read_letter(letter, wu), coverage=Coverage()))]
    assert [finding.quote for finding in findings] == UNDERIVED.get(letter, [])
    assert {finding.severity for finding in findings} <= {"warning"}


@pytest.mark.parametrize("letter", LETTERS)
def test_errors_stand_in_letter_once(letter):
    assert [old for old, _ in letter.ERRORS if letter.LETTER.count(old) != 1] == []


@pytest.mark.parametrize(
    ("letter", "old", "new"),
    [
        (surgeon_letter, "Only Morwen, with 151,", "Only Morwen, with 142,"),
        (surgeon_letter, "to 118 in 2022, nearly", "to 118 in 2021, nearly"),
        (surgeon_letter, "has 742 citations", "has 518 citations"),
        (surgeon_letter, "She was 44 years old", "She was 43 years old"),
        (surgeon_letter, "lasted seven years, from July 2003", "lasted six years, from July 2003"),
        (surgeon_letter, "six reached the short list", "nine reached the short list"),
        (surgeon_letter, "fewer than one in six", "fewer than one in eight"),
        (surgeon_letter, "about 3.3 percent of the 3,561", "about 33 percent of the 3,561"),
        (editor_letter, "in fourth place of", "in third place of"),
        (editor_letter, "paid $14,500 a week", "paid $14,500 a month"),
        (editor_letter, "only 5 percent of editors", "only 10 percent of editors"),
        (editor_letter, "412 of the 978 votes", "345 of the 978 votes"),
        (editor_letter, "contains 214 cuts", "contains 241 cuts"),
        (chip_letter, "clock of 2.8 gigahertz", "clock of 2.8 megahertz"),
    ],
)
def test_wrong_figure_is_reported(wu, letter, old, new):
    draft = read_letter(letter, wu)
    known = {finding.message for finding in fact(draft)}
    wrong = replace(draft, content=draft.content.replace(old, new, 1), coverage=Coverage())
    assert [finding for finding in fact(wrong) if finding.message not in known]
