"""Dates of a text."""

from __future__ import annotations

import pytest

from workbench.checks.statements.statements import Clause


def read(text):
    return [str(date) for date in Clause(text).dates]


@pytest.mark.parametrize(
    "text", ["April 28, 2012", "28 April 2012", "2012-04-28", "4/28/2012", "the 28th of April, 2012"]
)
def test_date_is_read_in_every_form(text):
    assert read(text) == ["April 28, 2012"]


def test_dates_of_less_than_a_day():
    assert read("in June 1979, 1952 and the late 1940s") == ["June 1979", "1952", "the 1940s"]


def test_numbers_are_no_dates():
    assert read("2,012 papers, 1500 participants, $2012, May it please the court, 9871234") == []


def test_date_agrees_with_less_exact():
    day, month, other = Clause("April 28, 2012, then April 2012, then May 2012").dates
    assert day.agrees(month)
    assert month.is_in(day)
    assert not day.is_in(month)
    assert not day.agrees(other)


def test_date_offsets_hold_its_words():
    text = "He left on July 14–17, 2011."
    date = Clause(text).dates[0]
    assert text[date.start : date.end] == "July 14–17, 2011"
