"""Words that limit a number: ``more than``, ``nearly``, ``or fewer``."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks.statements.number_words import (
    COMPARATORS,
    COMPARATORS_BEHIND,
    LIMITS,
    STOP_WORDS,
    Comparator,
    split_words,
)
from workbench.checks.statements.units import UNITS
from workbench.text.stems import find_stem
from workbench.text.tokens import Token

_LIMIT_REACH = 9
_MARKS = frozenset(",.;:()")
LONGEST_COMPARATOR = max(map(len, COMPARATORS))
_ADDS = find_stem("adds")
_SPREAD = frozenset(
    split_words(
        "spread distributed extended extending stretched stretching scattered all years"
        " prevail prevailed won victory triumph triumphed advantage preferred chosen selected elected"
    )
)
_LASTING = ("ed", "ing")
_LASTS = frozenset(split_words("just well took takes ran runs spent spends spans lasts"))


def find_comparator_behind(tokens: Sequence[Token], place: int) -> Comparator:
    """Reads ``or more``; "24 minutes, or more than half" is another figure."""
    words = [token.word for token in tokens[place : place + 3]]
    return "exactly" if words[2:] == ["than"] else COMPARATORS_BEHIND.get(tuple(words[:2]), "exactly")


def _is_during(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Tells if ``over`` before a number says during or across: ``five films over ten years``, ``spread over nine``.

    "For over twelve years" and "lasted over two hours" say more than; "of over nine cities" does, too.
    """
    before = tokens[first - 2].word if first > 1 else ""
    if before in _SPREAD:
        return True
    return (
        _is_of_time(tokens, last)
        and before not in STOP_WORDS
        and not before.endswith(_LASTING)
        and before not in _LASTS
    )


def _is_of_time(tokens: Sequence[Token], last: int) -> bool:
    behind = {find_stem(token.word) for token in tokens[last + 1 : last + 3]}
    return any(stem in UNITS and UNITS[stem].dimension in {"time", "month"} for stem in behind)


def find_comparator(text: str, tokens: Sequence[Token], first: int, last: int) -> Comparator:
    """Finds the comparator of a number, before or behind it.

    Args:
        text: The text.
        tokens: Its words.
        first: Index of the number's first token.
        last: Index of its last token.
    """
    if (behind := find_comparator_behind(tokens, last + 1)) != "exactly":
        return behind
    if text[tokens[last].end : tokens[last].end + 1] == "+":
        return "least"
    for length in range(min(LONGEST_COMPARATOR, first), 0, -1):
        begin = first - length
        words = tuple(token.word for token in tokens[begin:first])
        # A full stop or comma parts them: "Over the years, 12 papers".
        if words in COMPARATORS and not _MARKS.intersection(text[tokens[begin].end : tokens[first].start]):
            is_time = (words == ("over",) and _is_during(tokens, first, last)) or (
                # "Within two days" may be two days that a page gives exactly.
                words == ("within",) and _is_of_time(tokens, last)
            )
            is_sum = words == ("up", "to") and begin > 0 and find_stem(tokens[begin - 1].word) == _ADDS
            return "exactly" if is_time or is_sum else COMPARATORS[words]
    # "The laws limit the number of fellows to fifty-six."
    limited = any(token.word in LIMITS for token in tokens[max(0, first - _LIMIT_REACH) : first])
    return "most" if limited and tokens[first - 1].word in {"to", "at"} else "exactly"
