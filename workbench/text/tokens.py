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
    found: list[Token] = []
    joined = False
    for match in _TOKEN.finditer(folded.text):
        word = match[0]
        if not word.isascii():
            word = strip_accents(word)
        elif word[0].isdigit():
            word = _THOUSANDS.sub("", word).lower()
        else:
            word = word.lower()
        start, end = folded.find_span(*match.span())
        if joined:
            before = found.pop()
            found.append(Token(before.word + word, before.start, end))
        else:
            found.append(Token(word, start, end))
        joined = word[-1].isalpha() and _BROKEN.match(folded.text, match.end()) is not None
    return tuple(found)
