"""Words in one form for comparison."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.text.tokens import find_tokens, find_words


def words(text: str) -> list[str]:
    return [token.word for token in find_tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Doe’s Müller", ["dr", "doe's", "muller"]),
        ("1,234 and 12,34", ["1234", "and", "12,34"]),
        ("GPA 4.00 (99 %)", ["gpa", "4.00", "99", "%"]),
        ("$1,200.50", ["$", "1200.50"]),
        ("the 24th", ["the", "24th"]),
        ("com-\nplexes", ["complexes"]),
        ("NHC-\nBorane", ["nhc", "borane"]),
        ("well-known", ["well", "known"]),
        ("eﬃcient \u200bo\u00adffice", ["efficient", "office"]),
        ("", []),
        ("… — “”", []),
    ],
)
def test_words_in_one_form(text, expected):
    assert words(text) == expected


def test_places_are_of_original():
    text = "A co\u00adm-\nplex “Café’s” 1,234"
    assert [text[token.start : token.end] for token in find_tokens(text)] == [
        "A",
        "co\u00adm-\nplex",
        "Café’s",
        "1,234",
    ]


@given(st.text(max_size=200))
def test_places_ascend(text):
    found = find_tokens(text)  # one letter may hold two: "¼" is 1 and 4
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    assert all(one.start <= after.start for one, after in itertools.pairwise(found))


@given(st.text(max_size=60) | st.text("aB1,.'-\n\t%é\u00ad", max_size=60))
def test_words_alone_are_the_same(text):
    assert find_words(text) == tuple(token.word for token in find_tokens(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("co-\nmm-\nit x", ["commit", "x"]), ("1-\na", ["1", "a"]), ("a-\n1", ["a", "1"]), ("ab-\n", ["ab"])],
)
def test_divided_words(text, expected):
    assert words(text) == expected
