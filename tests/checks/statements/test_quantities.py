"""Quantities of a text: value, comparator, unit and noun."""

from __future__ import annotations

import pytest

from workbench.checks.statements.quantities import find_quantities
from workbench.checks.statements.statements import Clause
from workbench.text.stems import find_stem


def read(text):
    return find_quantities(text, Clause(text).tokens)


@pytest.mark.parametrize(
    ("text", "value", "kind", "comparator"),
    [
        ("187 citations", 187, "count", "exactly"),
        ("more than 50 groups", 50, "count", "more"),
        ("not more than twenty individuals", 20, "count", "most"),
        ("nearly ten thousand members", 10_000, "count", "nearly"),
        ("fifty-six fellows", 56, "count", "exactly"),
        ("the top 1% of researchers", 1, "percent", "top"),
        ("two percent of releases", 2, "percent", "exactly"),
        ("over $1.5 million in grants", 1_500_000, "money", "more"),
        ("25,000 dollars", 25_000, "money", "exactly"),
        ("#42 in the world", 42, "rank", "exactly"),
        ("the 24th best university", 24, "rank", "exactly"),
        ("40 or more members", 40, "count", "least"),
        ("100+ members", 100, "count", "least"),
        ("The laws limit the number of fellows to fifty-six.", 56, "count", "most"),
    ],
)
def test_quantity_of_words(text, value, kind, comparator):
    found = read(text)[0]
    assert (found.value, found.kind, found.comparator) == (value, kind, comparator)


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("nine review assignments", "assignments"),
        ("4 out of 10 classes", "classes"),
        ("an h-index of 42", "index"),
        ("cited 187 times", "cited"),
        ("12 peer-reviewed papers", "articles"),
    ],
)
def test_quantity_counts_its_noun(text, noun):
    assert read(text)[0].noun == find_stem(noun)


def test_quantity_offsets_hold_its_words():
    text = "Cited  1,234 times, in “19” countries."
    assert [text[one.start : one.end] for one in read(text)] == ["1,234", "19"]


@pytest.mark.parametrize(
    ("said", "page", "consistent"),
    [
        ("over 600 papers", "612 papers", True),
        ("more than 612 papers", "612 papers", False),
        ("more than 500 papers", "6,120 papers", False),
        ("612 papers", "more than 600 papers", False),
        ("nearly 300 papers", "297 papers", True),
        ("about 300 papers", "287 papers", True),
        ("up to 20 papers", "20 papers", True),
        ("at least 9 papers", "9 papers", True),
    ],
)
def test_quantity_comparator_consistency(said, page, consistent):
    assert read(said)[0].is_consistent(read(page)[0]) is consistent


def test_quantity_digits_without_end():
    assert read("9" * 5000 + " papers") == ()
    assert read("5 " + "million " * 500)[0].value == 5e12
