"""Quotations of a draft: marks of several languages, paragraphs, block quotes."""

from __future__ import annotations

import pytest

from workbench.case.citation import find_citations
from workbench.checks.quotations.quotation_marks import find_quoted
from workbench.text.markdown import find_blocks


def read(content):
    cited = [cite.start for cite in find_citations(content)]
    return [
        (quoted.read(content).strip(), quoted.kind, quoted.closed)
        for quoted in find_quoted(content, tuple(find_blocks(content)), cited)
    ]


def texts(content):
    return [text for text, _, _ in read(content)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('She wrote "it is new" and left.', ["it is new"]),
        ("He said “it is ‘quite’ new” and „so ist es“.", ["it is ‘quite’ new", "so ist es"]),
        ("« C’est vrai », she said; »ja so«.", ["C’est vrai", "ja so"]),
        ("“outer “inner” words” and ”Swedish”.", ["outer “inner” words", "Swedish"]),
        ('("in brackets") —"dash"— and *"emphasis"*', ["in brackets", "dash", "emphasis"]),
        ("He called it ‘the best work of its kind,’ and it’s the students’ own.", ["the best work of its kind,"]),
        ('“typographic and straight" mixed, as in "letters” of lawyers', ["typographic and straight", "letters"]),
    ],
)
def test_marks_of_languages(content, expected):
    assert texts(content) == expected


@pytest.mark.parametrize(
    "content",
    [
        'A 5" pipe and a 3" x 4" board.',
        "It’s the ‘90s; don’t ask the students’ union.",
        "No marks at all.",
        '"',
        "“",
        "",
    ],
)
def test_inches_and_apostrophes(content):
    assert [text for text, _, closed in read(content) if closed] == []


def test_inch_inside_quotation():
    assert texts('She said "a 3" pipe is short" today.') == ['a 3" pipe is short']


def test_paragraphs_open_again():
    content = "“One.\n\n“Two.\n\n“Three.” [@a]\n\nAnd “four words stand here”."
    assert texts(content) == ["One.\nTwo.\nThree.", "four words stand here"]


def test_paragraph_without_second_mark():
    assert texts("“One.\n\nTwo.” [@a, p. 1]") == ["One.\nTwo."]


def test_citation_ends_unclosed_quotation():
    assert read("“One [@a, p. 1]\n\n“Two.” [@b]") == [
        ("One [@a, p. 1]", "marks", False),
        ("Two.", "marks", True),
    ]


def test_block_quote_is_quotation():
    content = "> He is the best.\n> Really.\n>\n> — Prof. C (letter)\n\n> It works. (Letter of Prof. C.) [@a, p. 2]"
    assert read(content) == [("He is the best.\n  Really.", "block", True), ("It works.", "block", True)]


def test_block_quote_with_marks():
    assert texts("> “One.\n>\n> “Two.” [@a, p. 1]") == ["One.\nTwo."]


def test_offsets_point_at_draft():
    content = "# A\n\nHe said:\n\n“One two.\n\n“Three four.” [@a]"
    [quoted] = find_quoted(content, tuple(find_blocks(content)))
    text = quoted.read(content)
    for word in ("One", "two", "Three", "four"):
        assert content.startswith(word, quoted.find_place(text.index(word)))
    assert content[quoted.start] == "“"
    assert content[quoted.end - 1] == "”"
