"""Words of a quotation, parted where an ellipsis or a bracket stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from workbench.text.sentences import blank_marks
from workbench.text.tokens import Token, find_tokens

Gap = Literal["", "bracket", "ellipsis"]

# Longer brackets than these are no insertion; the bounds keep a text of brackets linear.
_ELLIPSIS = re.compile(r"[\[(]?\s{0,3}(?:…|\.(?:[ \u00a0]?\.){2,8}|\*[ \u00a0]\*[ \u00a0]\*)\.?\s{0,3}[\])]?")
_BRACKET = re.compile(r"\[([^\[\]]{0,300})\]")
_UNSEEN = "\u2060"
"""Stands for the brackets of ``[T]he``: the words of a text pass over it."""
_NOTE = re.compile(r"\((?:(?:emphasis|italics|citations?|footnotes?|internal)\b[^()]{0,80})\)", re.IGNORECASE)
_STEM = 2


@dataclass(frozen=True)
class QuotationPart:
    """Words of a quotation that stand together.

    Attributes:
        tokens: The words, with their places in the quotation.
        gap: Sign in front of them.
    """

    tokens: tuple[Token, ...]
    gap: Gap

    @property
    def words(self) -> tuple[str, ...]:
        """The words alone."""
        return tuple(token.word for token in self.tokens)


@dataclass(frozen=True)
class QuotationWords:
    """A quotation as its parts.

    Attributes:
        text: The quotation.
        parts: In order, none empty.
        open_words: Range of letters that brackets changed, by the place of the word: ``publish[ed]`` stands for any
            word that begins with ``publish``.
    """

    text: str
    parts: tuple[QuotationPart, ...]
    open_words: dict[int, tuple[str, str]]

    @property
    def size(self) -> int:
        """Number of words."""
        return sum(len(part.tokens) for part in self.parts)


def read_quotation(text: str) -> QuotationWords:
    """Reads the words of a quotation as lawyers write them.

    ``[T]he`` is the word itself. A bracket by itself stands for words that were changed, added or left out, an ellipsis
    for words that were left out.

    >>> [(part.gap, part.words) for part in read_quotation("[He] made new […] boranes.").parts]
    [('bracket', ('made', 'new')), ('ellipsis', ('boranes',))]
    """
    gaps: list[tuple[int, Gap]] = []
    inside: list[tuple[int, int]] = []

    def blank(match: re.Match[str], gap: Gap) -> str:
        gaps.append((match.start(), gap))
        return " " * len(match[0])

    def read_bracket(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if match[1].isalpha() and (before.isalpha() or after.isalpha()):
            inside.append((match.start(), match.end()))
            return f"{_UNSEEN}{match[1]}{_UNSEEN}"
        if not match[1] and before.isalpha():
            inside.append((match.start(), match.end()))
            return _UNSEEN * 2
        return blank(match, "bracket")

    masked = _NOTE.sub(lambda match: " " * len(match[0]), blank_marks(text))
    masked = _ELLIPSIS.sub(lambda match: blank(match, "ellipsis"), masked)
    masked = _BRACKET.sub(read_bracket, masked)
    gaps.sort()
    tokens = find_tokens(masked)
    starts = [at for at, _ in gaps]
    parts: list[QuotationPart] = []
    first = counted = 0
    for number in range(len(tokens) + 1):
        here = bisect_right(starts, tokens[number].start) if number < len(tokens) else -1
        if number and here != counted:
            parts.append(QuotationPart(tokens[first:number], _gap_before(gaps, starts, tokens, first)))
            first = number
        counted = here
    return QuotationWords(text, tuple(parts), _find_open_words(text, tokens, inside))


def _gap_before(gaps: list[tuple[int, Gap]], starts: list[int], tokens: tuple[Token, ...], first: int) -> Gap:
    since = bisect_right(starts, tokens[first - 1].start) if first else 0
    between = {gap for _, gap in gaps[since : bisect_right(starts, tokens[first].start)]}
    return "ellipsis" if "ellipsis" in between else "bracket" if between else ""


def _find_open_words(text: str, tokens: tuple[Token, ...], inside: list[tuple[int, int]]) -> dict[int, tuple[str, str]]:
    """Maps the start of each word with a bracket in it to its letters before and behind the bracket."""
    found: dict[int, tuple[str, str]] = {}
    starts = [token.start for token in tokens]
    for start, end in inside:
        at = bisect_right(starts, start) - 1
        # The bracket may stand at the very beginning, where the word's place begins behind the sign.
        for token in tokens[max(at, 0) : at + 2]:
            if token.start <= end and start <= token.end:
                before = "".join(filter(str.isalpha, text[token.start : start])).lower()
                behind = "".join(filter(str.isalpha, text[end : token.end])).lower()
                if len(before) + len(behind) >= _STEM:
                    found[token.start] = (before, behind)
    return found
