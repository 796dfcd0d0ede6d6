"""Alignment of two texts, word by word."""

from __future__ import annotations

import random

from workbench.checks.quotations.alignment import align_words


def tags(left, right):
    return [tuple(part) for part in align_words(left.split(), right.split())]


def test_equal_words_are_one_range():
    assert tags("she won the medal", "she won the medal") == [("equal", 0, 4, 0, 4)]


def test_changed_words_are_named():
    left, right = "she was nominated for the medal", "she received the old medal"
    assert tags(left, right) == [
        ("equal", 0, 1, 0, 1), ("replace", 1, 4, 1, 2), ("equal", 4, 5, 2, 3), ("insert", 5, 5, 3, 4),
        ("equal", 5, 6, 4, 5),
    ]  # fmt: skip


def test_broken_word_is_equal():
    assert tags("the nhc borane works", "the nhcborane works") == [("equal", 0, 4, 0, 3)]
    assert tags("a metallo enzyme made", "a metalloenzyme used") == [("equal", 0, 3, 0, 2), ("replace", 3, 4, 2, 3)]


def test_joined_digits_are_not_equal():
    assert tags("a 4 0 b", "a 40 b")[1][0] == "replace"


def test_ranges_cover_both_texts():
    chance = random.Random(1)  # noqa: S311
    for _ in range(200):
        left, right = (
            [chance.choice(["ab", "a1", "12", "b2", "ba"]) for _ in range(chance.randrange(9))] for _ in "12"
        )
        parts = align_words(left, right)
        assert [word for part in parts for word in left[part[1] : part[2]]] == left
        assert [word for part in parts for word in right[part[3] : part[4]]] == right
        for part in parts:
            if part.tag == "equal":
                assert "".join(left[part[1] : part[2]]) == "".join(right[part[3] : part[4]])


def test_empty_side_is_one_change():
    assert tags("", "a b") == [("insert", 0, 0, 0, 2)]
    assert tags("a b", "") == [("delete", 0, 2, 0, 0)]
    assert align_words([], []) == []


def test_long_texts_are_divided():
    chance = random.Random(2)  # noqa: S311
    left = [str(chance.randrange(10**6)) for _ in range(20_000)]
    right = [word for number, word in enumerate(left) if number % 50]
    dropped = [part for part in align_words(left, right) if part.tag != "equal"]
    assert len(dropped) == 400
    assert all(part.tag == "delete" for part in dropped)


def test_repeated_word_costs_no_square():
    assert [part.tag for part in align_words(["a"] * 50_000, ["a", "b"] * 25_000)] == ["replace"]
