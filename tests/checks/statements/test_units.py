"""Units of measure."""

from __future__ import annotations

import pytest

from workbench.checks.statements.units import convert_value, is_other_unit
from workbench.text.stems import find_stem


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("hours", "days", True),
        ("kilonewtons", "meganewtons", True),
        ("years", "year", False),
        ("papers", "hours", False),
    ],
)
def test_units_are_told_apart(one, other, differ):
    assert is_other_unit(find_stem(one), find_stem(other)) is differ


def test_units_convert_within_a_dimension():
    assert convert_value(2, find_stem("decades"), find_stem("years")) == pytest.approx(20)
    assert convert_value(48, find_stem("hours"), find_stem("days")) == pytest.approx(2)
    assert convert_value(1, find_stem("miles"), find_stem("years")) is None
    assert convert_value(1, "", find_stem("years")) is None
