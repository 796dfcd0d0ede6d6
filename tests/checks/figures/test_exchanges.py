"""Values that the pages give the other way round."""

from __future__ import annotations

import pytest

from workbench.checks.evidence import EvidencePage
from workbench.checks.figures.exchanges import find_exchanged
from workbench.checks.statements.statements import Clause

PAGE = EvidencePage(
    "cv",
    1,
    "2003 Bachelor of Engineering, Tull College\n2009 Doctor of Engineering, University of Aske\n\n"
    "The line ran at 14 percent of its capacity in 2012. In 2020 it ran at 83 percent.\n\n"
    "Journal of Ferrous Studies, volume 31, page 477\n\nThe mill has 12 furnaces and 340 workers.",
)


def exchanged(text: str) -> list[tuple[str, str]]:
    clause = Clause(text)
    found = find_exchanged(clause, [PAGE], lambda _: 1.0)
    return [(text[one.start : one.end], text[other.start : other.end]) for one, other, _ in found]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("The line ran at 83 percent in 2012 and at 14 percent in 2020.", "83 percent, 14 percent"),
        ("It appeared in the Journal of Ferrous Studies, volume 477, page 31.", "477, 31"),
        ("The mill has 340 furnaces and 12 workers.", "340, 12"),
        ("He holds a degree from Tull College (2009) and one from the University of Aske (2003).", "2009, 2003"),
        ("He was at Tull College (2009) before he came to the University of Aske in 2003.", "2009, 2003"),
    ],
)
def test_exchanged_values_are_found(text, values):
    assert [", ".join(pair) for pair in exchanged(text)] == [values]


@pytest.mark.parametrize(
    "text",
    [
        "The line ran at 14 percent in 2012 and at 83 percent in 2020.",
        "It appeared in the Journal of Ferrous Studies, volume 31, page 477.",
        "He became a bachelor of engineering at Tull College in 2003 and a doctor at Aske in 2009.",
        "He holds a degree from Tull College (2003) and one from the University of Aske (2009).",
        "From 2003 to 2009 he studied.",
        "The mill has 12 furnaces and 999 workers.",
        "",
    ],
)
def test_values_in_their_order_stand(text):
    assert exchanged(text) == []


TABLE = EvidencePage(
    "registry", 1, "Transplantations\nCenter  2020  2021\nKestrel Clinic  87  101\nMorwen Center  142  139"
)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("In 2021 the clinic performed 87, and in 2020 it passed one hundred with 101.", ["2021, 2020"]),
        ("In 2020 the clinic performed 87, and in 2021 it passed one hundred with 101.", []),
    ],
)
def test_years_of_columns_are_compared(text, years):
    found = find_exchanged(Clause(text), [TABLE], lambda _: 1.0)
    assert [f"{text[one.start : one.end]}, {text[other.start : other.end]}" for one, other, _ in found] == years


def test_exchanges_of_many_values():
    assert exchanged("12 of 340 " * 2000) == []
