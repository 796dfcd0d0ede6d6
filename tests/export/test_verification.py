"""Comparison of paragraphs with their hashes."""

import random

import pytest

from workbench.export.paragraphs import LetterParagraph, describe_paragraphs
from workbench.export.verification import compare_paragraphs, find_in_pdf

TEXTS = [f"Paragraph {number} speaks of exhibit {number * 7}." for number in range(40)]


def describe(texts):
    return describe_paragraphs([LetterParagraph("section I", text) for text in texts])


def kinds(old, new):
    return [change.kind for change in compare_paragraphs(describe(old), new)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda texts: None, []),
        (lambda texts: texts.insert(0, "new"), ["added"]),
        (lambda texts: texts.append("new"), ["added"]),
        (lambda texts: texts.pop(7), ["removed"]),
        (lambda texts: texts.__setitem__(7, "other"), ["changed"]),
        (lambda texts: texts.append(texts.pop(7)), ["moved"]),
        (lambda texts: texts.insert(3, texts[3]), ["added"]),
        (lambda texts: texts.clear(), ["removed"] * 40),
        (lambda texts: texts.__setitem__(5, f"  {texts[5]}\n"), []),
    ],
)
def test_each_change_has_its_kind(change, expected):
    texts = list(TEXTS)
    change(texts)
    assert kinds(TEXTS, texts) == expected


def test_many_equal_paragraphs_take_no_time():
    assert kinds(["same"] * 20_000, ["same"] * 19_000) == ["removed"] * 1_000
    assert len(kinds([str(n) for n in range(20_000)], [str(n) for n in reversed(range(20_000))])) == 19_999


def test_random_edits_are_counted():
    chosen = random.Random(5)  # noqa: S311 - a fixed choice of edits
    for _ in range(50):
        numbers = sorted(chosen.sample(range(40), 6))
        texts = [f"edited {number}" if number in numbers else text for number, text in enumerate(TEXTS)]
        found = compare_paragraphs(describe(TEXTS), texts)
        assert [change.kind for change in found] == ["changed"] * 6
        assert [change.place for change in found] == [f"section I, paragraph {number + 1}" for number in numbers]


def test_pdf_finds_paragraphs_across_lines():
    text = "\n".join(TEXTS).replace(" speaks ", " speaks\n")
    assert find_in_pdf(describe(TEXTS), text) == (40, [])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda texts: texts.pop(7), [("removed", 8)]),
        (lambda texts: texts.__setitem__(7, "Paragraph 7 speaks of nothing."), [("changed", 8)]),
        (lambda texts: texts.insert(8, "Added words."), [("added", 8)]),
        (lambda texts: texts.insert(8, "•"), []),
    ],
)
def test_pdf_names_what_differs(change, expected):
    texts = list(TEXTS)
    change(texts)
    found = find_in_pdf(describe(TEXTS), "\n".join(texts))[1]
    assert [(each.kind, each.place) for each in found] == [
        (kind, f"section I, paragraph {number}") for kind, number in expected
    ]


def test_hostile_pdf_takes_bounded_time():
    expected = describe(["a" * 3000 + str(number) for number in range(2_000)])
    compared, changes = find_in_pdf(expected, "a" * 1_000_000)
    assert (compared, len(changes)) == (2_000, 2_000)


@pytest.mark.parametrize("half", ["[U+D800]", "[U+110000]", "[U+41]"])
def test_number_of_character_without_font_is_read(half):
    expected = describe(["She is Dr. \u091a\u0928\u094d\U00013000.", f"The rest {half} stays."])
    text = f"She is Dr. [U+091A][U+0928][U+\n094D][U+13000].\nThe rest {half} stays."
    assert find_in_pdf(expected, text) == (2, [])
