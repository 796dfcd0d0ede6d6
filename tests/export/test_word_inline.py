"""Words of a Word file as Markdown."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.export import word_inline
from workbench.export.word_inline import escape_start, escape_words, merge_words, write_inline
from workbench.export.word_letter import LinePiece
from workbench.text.markdown import parse_markdown


def pieces(*parts):
    return tuple(LinePiece(text, "i" in style, "b" in style, (0, n)) for n, (text, style) in enumerate(parts))


def shown(markdown):
    [node] = parse_markdown(markdown)
    return [(part.text, part.italic, part.bold) for part in node.text]


def test_examples_run():
    assert doctest.testmod(word_inline).failed == 0


@pytest.mark.parametrize(
    ("parts", "written"),
    [
        ([("A ", ""), ("leading", "i"), (" role", "")], "A *leading* role"),
        ([("A ", ""), ("leading ", "i"), ("role", "")], "A *leading* role"),
        ([("bold ", "b"), ("and italic", "bi"), (" again", "b")], "**bold *and italic* again**"),
        ([("one", "i"), (" ", ""), ("two", "i")], "*one two*"),
        ([("line", ""), ("\n", ""), ("next", "")], "line\\\nnext"),
    ],
)
def test_styles_become_markers(parts, written):
    result = write_inline(pieces(*parts), iter)
    assert shown(result) == shown(written)


@given(st.text("ab*_`<[]@\\&;!#$(1.>-~ ", min_size=1).filter(lambda text: text.strip()))
def test_escaped_words_stay_text(text):
    words = " ".join(text.split())
    [node] = parse_markdown(escape_start(escape_words(words)))
    assert node.kind == "paragraph"
    assert "".join(part.text for part in node.text) == words
    assert not any(part.italic or part.bold or part.citation for part in node.text)


def test_merge_keeps_spelling():
    source = 'The *"first"* prize -- as\nshe said...  costs \\$5 [@wolf,  p. 1].'
    words = "The *“first”* award – as she said… costs $5 [@wolf, p. 1]."
    assert merge_words(source, words) == source.replace("prize", "award")
