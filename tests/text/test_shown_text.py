"""A draft without the marks of Markdown, each letter at its place."""

import re

import pytest

from workbench.text.shown_text import show_blocks


def shown(draft):
    blocks = list(show_blocks(draft))
    for text in (text for block in blocks for text in block.texts):
        if len(text.text) == text.end - text.start and not text.text.isspace():
            assert draft[text.start : text.end] == text.text
    return [(block.kind, block.mark, "".join(text.text for text in block.texts)) for block in blocks]


@pytest.mark.parametrize(
    ("draft", "blocks"),
    [
        ("# A\n\n### *B* c\n", [("heading", "", "A"), ("heading", "", "B c")]),
        ("RE: Form\nBeneficiary: X", [("paragraph", "", "RE: Form\nBeneficiary: X")]),
        ("- a **b**\n- c\n  d\n", [("item", "", "a b"), ("item", "", "c\nd")]),
        ("1. 1975\n2) x\n", [("item", "1.", "1975"), ("item", "2)", "x")]),
        ("> q\n> r\n>\n> s\n", [("quote", "", "q\nr\n\ns")]),
        ("* * *", [("rule", "", "")]),
        ("I&N, A &amp; B &sect;&nbsp;5 \\*x\\*", [("paragraph", "", "I&N, A & B §\u00a05 *x*")]),
        ("a ** b * c # 1", [("paragraph", "", "a ** b * c # 1")]),
        ("", []),
    ],
)
def test_marks_are_not_shown(draft, blocks):
    assert shown(draft) == blocks


def test_styles_are_shown():
    [block] = show_blocks("*Matter of **X***, 5")
    assert [(text.text, text.italic, text.bold) for text in block.texts] == [
        ("Matter of ", True, False), ("X", True, True), (", 5", False, False)
    ]  # fmt: skip


@pytest.mark.parametrize("draft", ["> 1. one\n> 2. two", "a &unknown; *b*", "x\x00y *z*"])
def test_every_word_is_shown(draft):
    [(_, _, text)] = shown(draft)
    assert re.findall(r"\w+", text) == re.findall(r"\w+", draft)


def test_note_begins_with_its_mark():
    (paragraph, note) = show_blocks("She won.[^1]\n\n[^1]: In *1978* [@wolf, p. 2].\n")
    assert "".join(text.text for text in paragraph.texts) == "She won.[^1]"
    assert (note.kind, "".join(text.text for text in note.texts)) == ("paragraph", "[^1] In 1978 [@wolf, p. 2].")
    assert [text.text for text in note.texts if text.italic] == ["1978"]


def test_row_is_shown_with_bars_between_cells():
    draft = "| Year | *Prize* |\n|---|---|\n| 1978 |  Wolf &amp; other \\| |\n"
    blocks = ["".join(text.text for text in block.texts) for block in show_blocks(draft)]
    assert blocks == ["Year | Prize", "1978 | Wolf & other |"]
    for block in show_blocks(draft):
        words = [text for text in block.texts if text.text.strip(" |").isalpha()]
        assert all(draft[text.start : text.end] == text.text for text in words)
