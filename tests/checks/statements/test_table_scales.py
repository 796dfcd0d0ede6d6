"""Tables whose heading names scale and currency."""

from __future__ import annotations

import pytest

from workbench.checks.statements.statements import Clause


def amounts(page):
    return [(one.value, one.unit) for one in Clause(page).quantities]


def test_scale_of_decimal_columns():
    page = "Worldwide gross, in millions of dollars\nTitle  Screens  Gross\nSalt Road  37  184.6\nHarbor  24  58.9"
    assert amounts(page) == [(37.0, ""), (184.6e6, "$"), (24.0, ""), (58.9e6, "$")]


@pytest.mark.parametrize("heading", ["(thousands of euros)", "in EUR thousand"])
def test_scale_of_whole_table(heading):
    assert amounts(f"Accounts {heading}\nSales  1,250\nCosts  980") == [(1_250_000.0, "€"), (980_000.0, "€")]


def test_prose_keeps_its_figures():
    assert amounts("The fund invests in millions of dollars.\nIt has 12 members and 3 funds.") == [
        (12.0, ""),
        (3.0, ""),
    ]
