"""A letter against itself."""

from __future__ import annotations

import pytest
from field_letters import field_letters

from workbench.checks.consistency.consistency import consistency
from workbench.checks.draft import DraftText
from workbench.checks.letter import Letter


def check(*texts):
    sections = tuple(DraftText(None, text) for text in texts)
    return list(consistency(Letter("letter", "\n\n".join(texts), sections)))


OPENING = "The articles of Dr. Amadi have been cited 512 times by other researchers in the field."


@pytest.mark.parametrize(
    "later",
    [
        "In sum, the articles of Dr. Amadi have been cited 521 times by other researchers in the field.",
        "In sum, the articles of Dr. Amadi have been cited more than 512 times by other researchers in the field.",
    ],
)
def test_figure_given_twice_differently(later):
    (finding,) = check(OPENING, later)
    assert finding.severity == "error"
    assert "512 times" in finding.message


@pytest.mark.parametrize(
    "later",
    [
        OPENING,
        "In sum, the articles of Dr. Amadi have been cited over 500 times by other researchers in the field.",
        "His article of 2016 alone has been cited 90 times.",
        "He has reviewed 23 manuscripts for four journals.",
    ],
)
def test_figures_of_two_things_stand(later):
    assert check(OPENING, later) == []


def test_figure_of_two_dates():
    one = "As of June 30, 2021, the articles of Dr. Amadi have been cited 512 times by researchers in the field."
    (finding,) = check(one, one.replace("June 30, 2021", "May 31, 2022"))
    assert "two dates" in finding.message


def test_date_of_event_given_twice():
    one = "The patent on the adaptive gripper for irregular parts was granted to Ferrol Robotics on July 18, 2017."
    (finding,) = check(one, one.replace("2017", "2018"))
    assert "July 18, 2017" in finding.message


def test_clean_letters_agree_with_themselves(wu):
    for name, draft in field_letters(wu).items():
        assert list(consistency(Letter(name, draft.content, (draft,), draft.case))) == []


HEADS = "| Event | Date |\n|---|---|\n"
ROWS = [
    f"| The grant of the patent on the adaptive gripper to Ferrol Robotics | July {day}, 2017 |\n" for day in (1, 2)
]


def test_rows_of_one_table_are_of_two_events():
    assert check(HEADS + "".join(ROWS)) == []
    [finding] = check(HEADS + ROWS[0], HEADS + ROWS[1])
    assert "One event has two dates" in finding.message
