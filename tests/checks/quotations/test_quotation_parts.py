"""Quotations parted at ellipses and brackets."""

from __future__ import annotations

import pytest

from workbench.checks.quotations.quotation_parts import read_quotation


def parts(text):
    return [(part.gap, " ".join(part.words)) for part in read_quotation(text).parts]


@pytest.mark.parametrize("sign", ["…", "...", ". . .", "….", "[…]", "[...]", "* * *", "(…)", ". . . ."])
def test_ellipsis_parts_quotation(sign):
    assert parts(f"He made {sign} and sold it.") == [("", "he made"), ("ellipsis", "and sold it")]


def test_bracket_parts_quotation():
    assert parts("[As a student] he made [the] first [sic] one") == [
        ("bracket", "he made"), ("bracket", "first"), ("bracket", "one"),
    ]  # fmt: skip


def test_bracketed_letters_stay_words():
    quotation = read_quotation("[T]he work publish[ed] by [s]he and paper[]")
    assert [part.words for part in quotation.parts] == [("the", "work", "published", "by", "she", "and", "paper")]
    assert ("publish", "") in quotation.open_words.values()


def test_notes_are_no_words():
    assert parts("It is new (emphasis added) and good") == [("", "it is new and good")]


def test_no_words_no_parts():
    assert parts("") == parts("[…]") == parts(" . ") == []
    assert read_quotation("… [a] …").size == 0
