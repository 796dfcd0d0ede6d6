"""Fractions and multiples in words: ``two thirds``, ``one in four``, ``doubled``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from workbench.checks.statements.counted_nouns import may_be_counted
from workbench.checks.statements.number_words import CARDINALS, COMPARATORS, ORDINALS, STOP_WORDS, TENS
from workbench.text.tokens import Token

_DENOMINATORS = {word: value for word, value in ORDINALS.items() if value > 2} | {"quarter": 4}  # noqa: PLR2004 - no "seconds"
_PLURALS = {f"{word}s": value for word, value in _DENOMINATORS.items()}
_MULTIPLES = {
    **dict.fromkeys(("twice", "double", "doubled", "doubles", "doubling", "twofold"), 2),
    **dict.fromkeys(("thrice", "triple", "tripled", "triples", "tripling", "threefold"), 3),
    **dict.fromkeys(("quadruple", "quadrupled", "quadruples", "fourfold"), 4),
    **dict.fromkeys(("quintuple", "quintupled", "quintuples", "fivefold"), 5),
    "tenfold": 10,
}
_BEFORE_WHOLE = frozenset(("twice", "thrice", "double", "triple", "quadruple", "quintuple"))
"""Those that multiply what stands behind them: ``twice the median``."""
_OF_EACH = (("in",), ("of", "every"), ("in", "every"), ("out", "of", "every"))
_LONGEST_WHOLE = 100
STARTS = frozenset(("half", "a", *_MULTIPLES, *CARDINALS))
"""Words that may begin one."""


class Fraction(NamedTuple):
    """A fraction or multiple that was read.

    Attributes:
        last: Index of its last token.
        value: The share in percent, or the factor.
        is_multiple: True for a factor.
    """

    last: int
    value: float
    is_multiple: bool = False


def read_fraction(text: str, tokens: Sequence[Token], place: int) -> Fraction | None:
    """Reads the fraction or multiple that begins at a token, or None.

    Args:
        text: The text.
        tokens: Its words.
        place: Index of a token whose word is one of :data:`STARTS`.
    """
    word = tokens[place].word
    following = tuple(token.word for token in tokens[place + 1 : place + 6])
    if word in _MULTIPLES:
        # "Double beta decay" is the name of a thing, and who "twice declined" did so two times.
        named = word in _BEFORE_WHOLE and following[:1] not in {("the",), ("its",), ("that",), ("as",)}
        return None if named else Fraction(place, float(_MULTIPLES[word]), is_multiple=True)
    if word == "half":
        return _read_half(text, tokens, place)
    is_article = word == "a"
    count = 1 if is_article else CARDINALS.get(word, 0)
    if not count or not following:
        return None
    if following[0] in _PLURALS and count > 1 and _is_beside(text, tokens, place):
        return Fraction(place + 1, 100 * count / _PLURALS[following[0]])
    if following[0] in _DENOMINATORS and count == 1 and _is_share(text, tokens, place):
        return Fraction(place + 1, 100 / _DENOMINATORS[following[0]])
    return None if is_article else _read_of_each(place, count, following) or _read_some_of(text, tokens, place, count)


def _read_half(text: str, tokens: Sequence[Token], place: int) -> Fraction | None:
    """Reads ``half of the``, and not ``the first half``, ``half-timbered`` or ``two and a half``."""
    before = [token.word for token in tokens[max(0, place - 2) : place]]
    behind = tokens[place + 1].word if place + 1 < len(tokens) else ""
    joined = place + 1 < len(tokens) and text[tokens[place].end : tokens[place + 1].start] == "-"
    # "An increase of almost half."
    ends = not behind or bool(_MARKS.intersection(text[tokens[place].end : tokens[place].end + 1]))
    limited = any(tuple(token.word for token in tokens[max(0, place - size) : place]) in COMPARATORS for size in (1, 2))
    if joined or (behind not in _BEHIND_HALF and not (ends and limited)):
        return None
    if before == ["and", "a"] or (before and (before[-1] in ORDINALS or before[-1] in {"second", "latter", "other"})):
        return None
    return Fraction(place, 50.0)


_BEHIND_HALF = frozenset(("of", "the", "its", "his", "her", "their", "that", "all"))


def _read_of_each(place: int, count: int, following: Sequence[str]) -> Fraction | None:
    for joint in _OF_EACH:
        whole = following[len(joint)] if len(following) > len(joint) else ""
        if tuple(following[: len(joint)]) == joint and count < CARDINALS.get(whole, 0) <= _LONGEST_WHOLE:
            return Fraction(place + 1 + len(joint), 100 * count / CARDINALS[whole])
    return None


def _read_some_of(text: str, tokens: Sequence[Token], place: int, count: int) -> Fraction | None:
    """Reads ``one cup in twenty-five``, and not ``two papers in four journals``."""
    words = [token.word for token in tokens[place + 1 : place + 4]]
    if len(words) < _LEAST_SOME or not words[0].isalpha() or words[0] in STOP_WORDS or words[1] != "in":
        return None
    last = place + _LEAST_SOME + (words[2] == "a")
    if last >= len(tokens):
        return None
    whole = _LONGEST_WHOLE if tokens[last].word == "hundred" else CARDINALS.get(tokens[last].word, 0)
    if tokens[last].word in TENS and last + 1 < len(tokens) and text[tokens[last].end : tokens[last + 1].start] == "-":
        last, whole = last + 1, whole + CARDINALS.get(tokens[last + 1].word, 0)
    behind = tokens[last + 1].word if last + 1 < len(tokens) and tokens[last + 1].word not in STOP_WORDS else ""
    is_counted = bool(behind) and may_be_counted(behind) and not _MARKS.intersection(text[tokens[last].end])
    return None if is_counted or not count < whole <= _LONGEST_WHOLE else Fraction(last, 100 * count / whole)


_LEAST_SOME = 3


def _is_share(text: str, tokens: Sequence[Token], place: int) -> bool:
    """Tells if ``a third`` is a part: of something, limited, or alone between two marks; ``a third time`` is none."""
    behind = tokens[place + 2].word if place + 2 < len(tokens) else ""
    if behind == "of" and tuple(token.word for token in tokens[place + 3 : place + 5]) in _TIMES:
        return False
    after = text[tokens[place + 1].end : tokens[place + 1].end + 1]
    if behind == "of" or tokens[place + 1].word == "quarter":
        return behind == "of" or not behind or bool(_MARKS.intersection(after))
    alone = not behind or bool(_MARKS.intersection(after))
    limited = any(tuple(token.word for token in tokens[max(0, place - size) : place]) in COMPARATORS for size in (1, 2))
    return alone and (limited or not place or text[tokens[place - 1].end] in _MARKS)


_TIMES = frozenset((("an", "hour"), ("a", "year"), ("a", "day"), ("a", "century"), ("a", "mile")))
"""Units whose quarter is no share of anything."""
_MARKS = frozenset(",.;:()")


def _is_beside(text: str, tokens: Sequence[Token], place: int) -> bool:
    return text[tokens[place].end : tokens[place + 1].start] in {" ", "-", "\n"}
