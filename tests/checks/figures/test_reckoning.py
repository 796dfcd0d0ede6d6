"""Figures that the letter reckons."""

from __future__ import annotations

import pytest

from workbench.checks.figures.derivations import derive_quantity
from workbench.checks.figures.operands import find_columns, is_difference, is_near
from workbench.checks.statements.statements import Clause


def derive(text: str, page: str, before: str = "", *, placed: bool = False) -> str | None:
    """The way in which the last figure of a sentence follows."""
    clause, paragraph = Clause(text), Clause(f"{before} {text}")
    return derive_quantity(clause.quantities[-1], clause, [Clause(page)], paragraph=paragraph, placed=placed)


@pytest.mark.parametrize(
    ("text", "page", "before"),
    [
        ("The three account for 709 of them, or about 83 percent.", "", "She drew 852 citations."),
        ("Nine of them, a third.", "", "Twenty-seven cooks came."),
        ("More than half of them, 47,500, were English.", "English 47,500\nGerman 15,200\nTotal 86,000", ""),
        ("It grew by 31 percent.", "Audience: 48,000, later 62,900.", "It had 48,000 guests, later 62,900."),
        ("He is paid over one and a half times as much.", "He: $265,000.\nOthers: $171,400.", ""),
        ("She was faster by 3.13 seconds.", "Eriksen  56.21  53.08", ""),
        ("It climbed 53 places.", "It was 64th, and then 11th.", ""),
        ("Together it reached more than 145,000.", "2018  33,900\n2019  52,100\n2020  61,300", ""),
        ("It had been given 44 times before.", "The forty-fifth medal.", ""),
        ("It took eighteen months.", "Opened on 9 May 2014. Star in November 2015.", ""),
        ("She holds nine classes.", "\n".join(f"Town{number}, Land 201{number}" for number in range(9)), ""),
    ],
)
def test_figure_is_reckoned(text, page, before):
    clause = Clause(text)
    quantity = clause.quantities[0] if text.startswith("More than half") else clause.quantities[-1]
    paragraph = Clause(f"{before} {text}")
    assert derive_quantity(quantity, clause, [Clause(page)], paragraph=paragraph) is not None


@pytest.mark.parametrize(
    ("text", "page", "before"),
    [
        ("The three account for 709 of them, or about 71 percent.", "", "She drew 852 citations."),
        ("Nine of them, two thirds.", "27 cooks and 18 waiters came.", "Twenty-seven cooks came."),
        ("It grew from $2 million to $7 million, more than fivefold.", "$1 million and $6 million", ""),
        ("She was faster by 4.13 seconds.", "Eriksen  56.21  53.08", ""),
        ("No more than eleven are elected.", "Of 20 candidates 9 were elected.", ""),
        ("It took ten months.", "Opened in May 2014. Star in November 2015.", ""),
        ("Six of the eleven athletes.", "Set by five of the eleven.", ""),
    ],
)
def test_other_figure_is_not_reckoned(text, page, before):
    assert derive(text, page, before) is None


def test_figure_in_place_needs_own_operands():
    text, page = "The share was 30 percent.", "Of 20 cases 6 were his."
    assert derive(text, page) is not None
    assert derive(text, page, placed=True) is None


@pytest.mark.parametrize(
    ("text", "value", "near"),
    [
        ("more than 600 papers", 612, True),
        ("more than 600 papers", 600, False),
        ("nearly 9 years", 8.8, True),
        ("fewer than 3 percent", 2.8, True),
        ("about 42 percent", 44, True),
        ("42 percent", 44, False),
    ],
)
def test_reckoned_value_by_comparator(text, value, near):
    assert is_near(Clause(text).quantities[0], value) is near


@pytest.mark.parametrize(
    ("text", "difference"),
    [
        ("a gap of 12 points", True),
        ("44 days fewer", True),
        ("no more than 12 people", False),
        ("rose in 70 days", False),
    ],
)
def test_difference_is_named(text, difference):
    clause = Clause(text)
    assert is_difference(clause.quantities[0], clause) is difference


def test_columns_of_rows():
    columns = find_columns(Clause("Anna  12  4\nBert  15  6\nCara  11  2"))
    assert [[one.value for one in column] for column in columns] == [[12, 15, 11], [4, 6, 2]]
