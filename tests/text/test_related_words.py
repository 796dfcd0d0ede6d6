"""Synonyms and opposites of the table built from WordNet."""

from __future__ import annotations

import pytest

from workbench.text.related_words import (
    exclude_each_other,
    find_bases,
    gather_senses,
    may_have_opposite,
    say_same,
)


@pytest.mark.parametrize(
    ("word", "base"), [("chosen", "choose"), ("studies", "study"), ("stopped", "stop"), ("younger", "young")]
)
def test_bases_of_forms(word, base):
    assert base in find_bases(word)


def test_noun_is_no_comparative():
    assert "let" not in find_bases("letter")


@pytest.mark.parametrize(("one", "other"), [("selects", "chosen"), ("prize", "award"), ("reduces", "lessens")])
def test_synonyms_say_the_same(one, other):
    assert say_same(one, other)
    assert say_same(other, one)
    assert not exclude_each_other(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("permanent", "temporary"), ("increases", "lessens"), ("sold", "buys"), ("praise", "criticized")],
)
def test_opposites_exclude_each_other(one, other):
    assert exclude_each_other(one, other)
    assert exclude_each_other(other, one)
    assert may_have_opposite(one, gather_senses([other, "table"]))


@pytest.mark.parametrize(("one", "other"), [("soloist", "choreographer"), ("alpha", "beta"), ("nominate", "elected")])
def test_sisters_are_neither(one, other):
    assert not say_same(one, other)
    assert not exclude_each_other(one, other)


def test_unknown_word_has_no_relations():
    assert not say_same("qwrtzl", "table")
    assert not exclude_each_other("qwrtzl", "table")
