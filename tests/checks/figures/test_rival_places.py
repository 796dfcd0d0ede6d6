"""Another value that a page has in the very place of a letter's."""

from __future__ import annotations

import pytest

from workbench.checks.evidence import EvidencePage
from workbench.checks.figures.rival_places import find_rival
from workbench.checks.statements.statements import Clause

COOP = (
    "Our members planted 9,200 acres in 2019 and 31,500 acres in 2022, which is 70 percent of our 45,000 acres. Six"
    " varieties were released in Ethiopia, five in Kenya and three in Uganda, nineteen in eight countries."
)
CEREMONY = "The jury met on 10 December 2020 in Lund. The ceremony is set for 28 January 2021 in Copenhagen."
AUDIENCE = "Broadcast audience: 9.8 million (2019: 10.4 million)."
CAREER = "10/2008 - 09/2014 Design engineer at Ostera\n10/2014 - 03/2018 Head of the hip group"


def find(text, page, words):
    clause = Clause(text)
    statement = next(one for one in (*clause.quantities, *clause.dates) if text[one.start : one.end] == words)
    match = find_rival(statement, clause, [EvidencePage("page", 1, page)], lambda _: 1.0, 0.1)
    return None if match is None else match.words


@pytest.mark.parametrize(
    ("text", "page", "words", "other"),
    [
        ("They planted 45,000 acres in 2022.", COOP, "45,000", "31,500 acres"),
        ("Four were released in Ethiopia and eight in Uganda.", COOP, "eight", "three"),
        ("The ceremony was set for December 10, 2020.", CEREMONY, "December 10, 2020", "28 January 2021"),
        ("It was seen by 10.4 million viewers.", AUDIENCE, "10.4 million", "9.8 million"),
    ],
)
def test_value_of_another_place_is_found(text, page, words, other):
    assert find(text, page, words) == other


@pytest.mark.parametrize(
    ("text", "page", "words"),
    [
        ("They planted 31,500 acres in 2022.", COOP, "31,500"),
        ("Three were released in Uganda.", COOP, "Three"),
        ("The ceremony was set for January 28, 2021.", CEREMONY, "January 28, 2021"),
        ("In 2019 it was seen by 10.4 million viewers.", AUDIENCE, "10.4 million"),
        ("He joined Ostera in October 2008 as a design engineer.", CAREER, "October 2008"),
        ("The film runs 128 minutes.", "The film runs 128 minutes. The first cut ran 4 hours 10 minutes.", "128"),
    ],
)
def test_value_in_its_place_stands(text, page, words):
    assert find(text, page, words) is None
