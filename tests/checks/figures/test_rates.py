"""Figures for another length of time than on the page."""

from __future__ import annotations

import pytest

from workbench.checks.evidence import EvidencePage
from workbench.checks.figures.rates import find_other_rates
from workbench.checks.statements.statements import Clause


@pytest.mark.parametrize(
    ("text", "page", "periods"),
    [
        ("He was paid $14,500 a month.", "Weekly compensation: $14,500.", ("month", "week")),
        ("Her salary is $735,000 a month.", "Base salary: $735,000 per annum.", ("month", "year")),
        ("The monthly dues of $450 are small.", "Dues are $450 per annum.", ("month", "year")),
    ],
)
def test_figure_of_another_period(text, page, periods):
    ((_, said, _, _, there),) = find_other_rates(Clause(text), [EvidencePage("pay", 1, page)])
    assert (said, there) == periods


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("He was paid $14,500 a week.", "Weekly compensation: $14,500."),
        ("He was paid $14,500.", "Weekly compensation: $14,500."),
        ("Her salary is $90,000 a year.", "Her salary is $90,000."),
    ],
)
def test_figure_of_same_period(text, page):
    assert [*find_other_rates(Clause(text), [EvidencePage("pay", 1, page)])] == []
