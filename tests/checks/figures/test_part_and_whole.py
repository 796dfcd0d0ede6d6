"""Counts of a part against the count of its whole."""

from __future__ import annotations

import pytest

from workbench.checks.figures.part_and_whole import find_greater_parts
from workbench.checks.statements.statements import Clause


def greater(text):
    return [(part.value, whole.value) for part, whole in find_greater_parts(Clause(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Only 210 of the 5 products shown that year received its medal.", (210, 5)),
        ("The unit detected 15 outbreaks between 2014 and 2019, 19 of them within 48 hours.", (19, 15)),
        ("Twelve of 9 manuscripts were his.", (12, 9)),
        ("It has ten members, fourteen of whom were elected twice.", (14, 10)),
    ],
)
def test_part_greater_than_whole_is_found(text, expected):
    assert greater(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Only 5 of the 210 products shown that year received its medal.",
        "The unit detected 19 outbreaks, 15 of them within 48 hours.",
        "All 19 of the 19 outbreaks were detected.",
        "She wrote 40 of the articles in 12 issues.",
        "At least 5 entries came, 8 of them late.",
        "It took 300 of the 2 percent.",
        "She reviewed 4 papers for 2 journals, 3 of them in 2020.",
        "It is used in nine countries; twenty of them stand in Canada.",
        "Her four most cited articles account for 3,730 of these citations.",
        "",
    ],
)
def test_possible_parts_stand(text):
    assert greater(text) == []
