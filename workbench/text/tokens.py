"""Words of a text in one form for comparison, with their places in the text."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import NamedTuple

from workbench.text.folding import FoldedText, strip_accents

# A number with its separators, a word with inner apostrophes, or a sign that changes the value of a number.
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*[^\W\d_]*|[^\W_]+(?:'[^\W_]+)*|[%$€£¥#]")
# The same for small letters of ASCII alone, in half the time.
_ASCII_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*[a-z]*|[a-z0-9]+(?:'[a-z0-9]+)*|[%$#]")
_THOUSANDS = re.compile(r",(?=\d{3}(?:\D|$))")
# A word that a line's end divides: small letters on both sides, so that "NHC-\nborane" stays two words; the hyphen of
# "forty-one" stands in any place.
_BROKEN = re.compile(
    r"(?<!(?i:twenty))(?<!(?i:thirty))(?<!(?i:forty))(?<!(?i:fifty))(?<!(?i:sixty))(?<!(?i:seventy))(?<!(?i:eighty))"
    r"(?<!(?i:ninety))-[ \t]*\r?\n[ \t]*(?=[^\W\d_A-Z])"
)


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
    # A page has hundreds of words: Token._make would take as long again as finding them.
    if source.isascii():
        found = [
            _make(Token, (_THOUSANDS.sub("", word) if "," in word else word, *match.span()))
            for match in _ASCII_TOKEN.finditer(source.lower())
            if (word := match[0])
        ]
    else:
        found = [_make(Token, (_spell(match[0]), *match.span())) for match in _TOKEN.finditer(source)]
    broken = {match.start() for match in _BROKEN.finditer(source)}
    if broken:
        found = list(_join_at(found, broken))
    if folded.has_moved:
        found = [Token(word, *folded.find_span(start, end)) for word, start, end in found]
    return tuple(found)


def find_words(text: str) -> tuple[str, ...]:
    """Finds the words of a text as :func:`find_tokens` does, without their places: in a third of the time."""
    folded = FoldedText(text)
    if folded.has_moved or not folded.text.isascii() or _BROKEN.search(folded.text):
        return tuple([token.word for token in find_tokens(text)])
    words = _ASCII_TOKEN.findall(folded.text.lower())
    return tuple([_THOUSANDS.sub("", word) if "," in word else word for word in words])


_make = tuple.__new__


def _join_at(tokens: list[Token], broken: Container[int]) -> Iterator[Token]:
    """Yields the tokens; one that ends where a line's end divides a word takes in the next."""
    waiting: Token | None = None
    for token in tokens:
        if waiting is not None:
            token = Token(waiting.word + token.word, waiting.start, token.end)  # noqa: PLW2901 - the two are one word
        # Its last part decides, as it stands in the text.
        waiting = token if token.end in broken and token.word[-1].isalpha() else None
        if waiting is None:
            yield token
    if waiting is not None:
        yield waiting


def _spell(word: str) -> str:
    if not word.isascii():
        return strip_accents(word)
    return _THOUSANDS.sub("", word).lower() if "," in word else word.lower()
