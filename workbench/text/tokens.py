"""Words of a text in one form for comparison, with their places in the text."""

from __future__ import annotations

import re
from typing import NamedTuple

from workbench.text.folding import FoldedText, strip_accents

# A number with its separators, a word with inner apostrophes, or a sign that changes the value of a number.
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*[^\W\d_]*|[^\W_]+(?:'[^\W_]+)*|[%$€£¥#]")
_THOUSANDS = re.compile(r",(?=\d{3}(?:\D|$))")
# A word that a line's end divides: small letters on both sides, so that "NHC-\nborane" stays two words.
_BROKEN = re.compile(r"-[ \t]*\r?\n[ \t]*(?=[^\W\d_A-Z])")


class Token(NamedTuple):
    """One word, number or sign of a text.

    Attributes:
        word: In one spelling: small letters without accents, ``1,234`` as ``1234``.
        start: Offset of its first character in the text.
        end: Offset just behind its last character.
    """

    word: str
    start: int
    end: int


def find_tokens(text: str) -> tuple[Token, ...]:
    r"""Finds the words, numbers and signs of a text, in order.

    Punctuation is passed over, and a hyphen parts two words, except where it divides one at the end of a line.

    >>> [token.word for token in find_tokens("Ligand-borane com-\nplexes: 1,234 (99 %)")]
    ['ligand', 'borane', 'complexes', '1234', '99', '%']
    """
    folded = FoldedText(text)
    source = folded.text
    broken = _BROKEN.search(source) is not None
    if broken or folded.has_moved:
        return tuple(_join_broken(folded))
    if source.isascii():
        return tuple(
            [
                Token._make((_THOUSANDS.sub("", word) if "," in word else word, *match.span()))
                for match in _TOKEN.finditer(source.lower())
                if (word := match[0])
            ]
        )
    return tuple([Token._make((_spell(match[0]), *match.span())) for match in _TOKEN.finditer(source)])


def _spell(word: str) -> str:
    if not word.isascii():
        return strip_accents(word)
    return _THOUSANDS.sub("", word).lower() if "," in word else word.lower()


def _join_broken(folded: FoldedText) -> list[Token]:
    """Finds the tokens of a text of which words are divided at a line's end, or letters folded into others."""
    found: list[Token] = []
    joined = False
    for match in _TOKEN.finditer(folded.text):
        word = _spell(match[0])
        start, end = folded.find_span(*match.span())
        ends_line = word[-1].isalpha() and _BROKEN.match(folded.text, match.end()) is not None
        if joined:
            before = found.pop()
            word, start = before.word + word, before.start
        found.append(Token(word, start, end))
        joined = ends_line
    return found
