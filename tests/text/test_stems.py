"""Stems of words."""

from __future__ import annotations

import pytest

from workbench.text.stems import FUNCTION_WORDS, stem_word


@pytest.mark.parametrize(
    ("one", "other"), [("cited", "citations"), ("three", "3"), ("first", "1st"), ("wu's", "wu"), ("ninety", "90")]
)
def test_forms_of_word_share_stem(one, other):
    assert stem_word(one) == stem_word(other)


@pytest.mark.parametrize(("one", "other"), [("medal", "metal"), ("1957", "1975"), ("president", "precedent")])
def test_other_words_keep_apart(one, other):
    assert stem_word(one) != stem_word(other)


def test_negations_are_no_function_words():
    assert FUNCTION_WORDS.isdisjoint({"not", "no", "never", "without"})
