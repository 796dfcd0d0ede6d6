"""Widths of a table's columns."""

import doctest

from hypothesis import given
from hypothesis import strategies as st

from workbench.export import table_layout
from workbench.export.table_layout import lay_out_table

CELLS = st.one_of(st.text("ab 吴|", max_size=60), st.just("word " * 80), st.just("x" * 300), st.just(""))
ROWS = st.integers(1, 12).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1, max_size=5))


def test_examples_run():
    assert doctest.testmod(table_layout).failed == 0


@given(ROWS)
def test_columns_fill_the_line(rows):
    layout = lay_out_table(rows)
    assert abs(sum(layout.shares) - 1) < 1e-6
    assert min(layout.shares) > 0.01
    assert all(fit is None or fit >= 1 for fit in layout.fits)
    assert len(layout.tall) == len(rows)


def test_words_have_room():
    rows = [["Year", "International recognition", "Note"], ["1978", "sustained", "word " * 200]]
    layout = lay_out_table(rows)
    assert layout.fits == (None, None, None)
    assert layout.shares[2] > 0.5
    assert not any(layout.tall)


def test_long_word_leaves_room_for_others():
    layout = lay_out_table([["Address", "Year"], ["x" * 400, "in the year 1978"]])
    assert layout.fits[1] is None
    assert 20 < layout.fits[0] < 400


def test_row_beyond_a_page_may_be_divided():
    rows = [["a"] * 12, *([""] * column + ["word " * 390] + [""] * (11 - column) for column in range(12))]
    layout = lay_out_table(rows)
    assert layout.tall == (False, *[True] * 12)
    assert not lay_out_table([["word " * 300], ["x"]]).repeats
