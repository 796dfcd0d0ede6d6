"""Rows of pipe tables."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.text import pipe_tables
from workbench.text.pipe_tables import LONGEST_ROW, MOST_COLUMNS, read_alignments, split_row


def test_examples_run():
    assert doctest.testmod(pipe_tables).failed == 0


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("a | b", ["a", "b"]),
        ("|a|b|", ["a", "b"]),
        ("  | a |", ["a"]),
        ("|", [""]),
        ("||", [""]),
        ("| | |", ["", ""]),
        ("a \\| b", []),
        ("a \\\\| b", ["a \\\\", "b"]),
        ("no bar", []),
        ("|" * 30, [""] * 12 + ["|" * 16]),
        ("| " + "x" * LONGEST_ROW, []),
    ],
)
def test_row_is_split_at_bars(line, cells):
    assert [line[start:end] for start, end in split_row(line)] == cells


def test_last_cell_holds_the_rest():
    line = "| a | b | c | d |"
    assert [line[start:end] for start, end in split_row(line, 2)] == ["a", "b | c | d"]


@given(st.text("|\\ a\t", max_size=20), st.integers(1, 4))
def test_no_letter_is_lost(line, columns):
    places = split_row(line, columns)
    assert len(places) <= columns
    assert not places or sum(line[start:end].count("a") for start, end in places) == line.count("a")


@pytest.mark.parametrize(
    ("head", "delimiters", "alignments"),
    [
        ("| a | b |", "|:-|-:|", ("left", "right")),
        ("a|b", ":-:|---", ("center", "")),
        ("| a |", "|-|", ("",)),
        ("a", "-|", ()),
        ("| a |", "---", ()),
        ("| a | b |", "|---|", ()),
        ("| a | b |", "| x |---|", ()),
        ("|" * (MOST_COLUMNS + 1), "|" + "-|" * MOST_COLUMNS, ("",) * MOST_COLUMNS),
        ("|" * (MOST_COLUMNS + 2), "|" + "-|" * (MOST_COLUMNS + 1), ()),
    ],
)
def test_delimiters_begin_a_table(head, delimiters, alignments):
    assert read_alignments(head, delimiters) == alignments
