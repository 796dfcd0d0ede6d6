"""Places of a passage on a page."""

from __future__ import annotations

import pytest

from workbench.case.page_picture import WordPlace, find_passage_places, picture_of


def line(words: str, top: float = 0.1, left: float = 0.1) -> list[WordPlace]:
    return [
        WordPlace(word, left + 0.1 * index, top, left + 0.1 * index + 0.09, top + 0.02)
        for index, word in enumerate(words.split())
    ]


def test_passage_has_box_per_line():
    page = [*line("the first woman to"), *line("receive the prize", top=0.13)]
    found = find_passage_places(page, ["woman", "to", "receive", "the"])
    assert found.share == 1
    assert [(round(box[0], 2), round(box[2], 2)) for box in found.boxes] == [(0.3, 0.49), (0.1, 0.29)]


def test_passage_in_other_order_found():
    page = [*line("of the second column"), *line("and the first column", top=0.2)]
    found = find_passage_places(page, ["and", "the", "first", "column", "of", "the", "second", "column"])
    assert (found.share, len(found.boxes)) == (1, 2)


def test_divided_word_keeps_both_boxes():
    page = [
        WordPlace("magnesium", 0.7, 0.1, 0.9, 0.12),
        WordPlace("", 0.1, 0.13, 0.2, 0.15),
        *line("is light", 0.13, 0.22),
    ]
    assert len(find_passage_places(page, ["magnesium", "is", "light"]).boxes) == 2


def test_unknown_passage_has_no_box():
    assert find_passage_places(line("one two three four"), ["five", "six", "seven"]) == ([], 0.0)
    assert find_passage_places([], ["one"]) == ([], 0.0)
    assert find_passage_places(line("one"), []) == ([], 0.0)


def test_repeated_word_is_found_quickly():
    page = [WordPlace("a", 0.1, 0.1, 0.2, 0.2)] * 20_000
    assert find_passage_places(page, ["a"] * 400).share == 1


def test_answer_of_child_is_checked():
    with pytest.raises(ValueError, match="no PNG"):
        picture_of({"png": "PHN2Zz4=", "width": 1, "height": 1, "words": []})
    with pytest.raises(KeyError):
        picture_of({"png": ""})
