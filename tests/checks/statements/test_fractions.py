"""Fractions and multiples in words."""

from __future__ import annotations

import pytest

from workbench.checks.statements.statements import Clause


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("half of its apartments", 50, "percent"),
        ("a quarter of the papers", 25, "percent"),
        ("two thirds of the fellows", 100 * 2 / 3, "percent"),
        ("one in four papers", 25, "percent"),
        ("one cup in twenty-five within a year", 4, "percent"),
        ("four patients in a hundred came back", 4, "percent"),
        ("five of every six", 100 * 5 / 6, "percent"),
        ("its fees tripled", 3, "multiple"),
        ("twice the median", 2, "multiple"),
    ],
)
def test_fraction_in_words_is_read(text, value, kind):
    (found,) = Clause(text).quantities
    assert found.value == pytest.approx(value)
    assert found.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "double beta decay",
        "She twice declined.",
        "two papers in four journals",
        "a quarter of an hour less",
        "a half-timbered house",
        "in the first half of the year",
        "a fifth day",
    ],
)
def test_other_words_are_no_fraction(text):
    assert not {"percent", "multiple"} & {one.kind for one in Clause(text).quantities}


def test_fractions_without_end():
    assert len(Clause("two thirds " * 5000).quantities) == 5000
