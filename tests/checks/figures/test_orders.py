"""Figures in an order that their sentence denies."""

from __future__ import annotations

import pytest

from workbench.checks.figures.orders import find_reversed
from workbench.checks.statements.statements import Clause


@pytest.mark.parametrize(
    "text",
    [
        "Its revenue fell from $1.1 million in 2016 to $6.8 million in 2019.",
        "The staff grew from 40 to 12 people.",
        "It saved between 55 and 40 million euros.",
        "The unit worked between 2019 and 2014.",
        "From 2022 to 2016 she was principal viola.",
        "Her fee of $4,900 was nearly twice the $9,500 of others.",
        "At 91.7 percent, survival was 3.8 percentage points above the average of 95.5 percent.",
        "In May 1983 she received the Medal of the Society, which has been awarded every three years since 2019.",
        "In 1958 he won the prize, which was founded in 2016.",
    ],
)
def test_reversed_figures_are_found(text):
    assert len(list(find_reversed(Clause(text)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Its revenue rose from $1.1 million in 2016 to $6.8 million in 2019.",
        "The error fell from 2.4 to 1.5 points.",
        "It rose from 64th to 23rd place.",
        "It saved between 40 and 55 million euros.",
        "From 2016 to 2022 she was principal viola.",
        "It fell in 2016, and 40 of 60 people left.",
        "In 2019 she received the Medal of the Society, which has been awarded every three years since 1983.",
        "In 2012 he received a share of the firm, which has been public since 2015.",
        "She improved from 50.34 to 48.12 seconds.",
        "Her fee of $9,500 was nearly twice the $4,900 of others.",
        "It sold 7,850 copies, three times as many as the 2,600 before.",
        "",
    ],
)
def test_figures_in_order_pass(text):
    assert list(find_reversed(Clause(text))) == []
