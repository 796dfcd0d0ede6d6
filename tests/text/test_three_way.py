"""Merger of two changes of one text."""

import doctest

from hypothesis import given
from hypothesis import strategies as st

from workbench.text import three_way
from workbench.text.three_way import merge_texts


def test_examples_run():
    assert doctest.testmod(three_way).failed == 0


def test_both_changes_are_kept():
    base = "She won the Wolf Prize [@wolf, p. 1] in 1978. She taught."
    ours = base.replace("won", "received")
    theirs = base.replace("[@wolf, p. 1]", "[@wolf, p. 2]").replace("taught", "teaches")
    assert merge_texts(base, ours, theirs) == ("She received the Wolf Prize [@wolf, p. 2] in 1978. She teaches.")


def test_same_change_is_made_once():
    base, changed = "one two three", "one 2 three"
    assert merge_texts(base, changed, changed) == changed
    assert merge_texts(base, changed, "one 2 three four") == "one 2 three four"


def test_neighbours_conflict():
    assert merge_texts("one two three", "1 two three", "one 2 three") is not None
    assert merge_texts("one two", "one X two", "one Y two") is None


@given(st.text("ab \n"), st.text("ab \n"))
def test_one_sided_change_wins(base, other):
    assert merge_texts(base, base, other) == other
    assert merge_texts(base, other, base) == other
