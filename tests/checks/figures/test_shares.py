"""Percentages and factors that follow from two figures."""

from __future__ import annotations

import pytest

from workbench.checks.figures.shares import Proportion
from workbench.checks.statements.statements import Clause

CITATIONS = "Citations 5,412, since 2017 2,968. By year: 2017 402, 2019 511, 2021 598."
JOURNAL = "Manuscripts handled 213; accepted 58; rejected 139; pending 16."


def follows(text, page):
    clause = Clause(text)
    share = next(one for one in clause.quantities if one.kind in {"percent", "multiple"})
    proportion = Proportion(share, clause, [Clause(page)], clause)
    return proportion.is_ratio() if share.kind == "multiple" else proportion.is_share()


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Citations rose from 402 to 598, an increase of almost half.", CITATIONS),
        ("He was cited 5,412 times, more than half of it since 2017.", CITATIONS),
        ("He handled 213 manuscripts and accepted 58, just over a quarter.", JOURNAL),
        ("He earned $883,000, nearly twice the $460,000 of three years earlier.", ""),
    ],
)
def test_share_of_bound_figures_follows(text, page):
    assert follows(text, page)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Citations rose from 402 to 598, an increase of almost a third.", CITATIONS),
        ("He was cited 5,412 times, more than two thirds of it since 2017.", CITATIONS),
        ("He handled 213 manuscripts and accepted 58, just over half.", JOURNAL),
        ("He earned $883,000, nearly five times the $460,000 of three years earlier.", ""),
    ],
)
def test_share_of_other_figures_does_not(text, page):
    assert not follows(text, page)
