"""Signs and scales that the figures of a list or movement share."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from workbench.checks.statements.number_words import COMPARATORS, SCALE_WORDS
from workbench.checks.statements.quantities import Quantity
from workbench.text.tokens import Token

_FIGURE = re.compile(r"(\d+(?:\.\d+)?)(st|nd|rd|th|k|m|bn|x)?")
_LONGEST_FIGURE = 20
_LONGEST_COMPARATOR = max(map(len, COMPARATORS))


def share_units(text: str, tokens: Sequence[Token], quantities: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """Gives the figures of a list or range the sign and scale of its last: ``40 to 55 million euros``, ``5 to 7 %``."""
    found = list(quantities)
    for place in range(len(found) - 2, -1, -1):
        one, following = found[place], found[place + 1]
        gap = text[one.end : following.start].strip()
        if following.kind == "percent" and one.kind == "count" and not one.is_counting and gap in _RANGED:
            found[place] = replace(one, kind="percent", noun="", modifiers=frozenset())
            continue
        if following.kind != "money" or one.kind != "count" or one.is_counting or gap not in _COORDINATED:
            continue
        scale = following.value / float(_leading_figure(tokens, following))
        shared = gap in _RANGED and one.value < _SCALED and scale >= _SCALED
        value = one.value * scale if shared else one.value
        found[place] = replace(one, kind="money", unit=following.unit, noun="", modifiers=frozenset(), value=value)
    for place, (one, following) in enumerate(itertools.pairwise(found), start=1):
        # "From 20.9 million kroner in 2019 to 41.2 million".
        is_scaled = tokens[following.last].word in SCALE_WORDS and not following.is_counting
        joined = tokens[following.first - 1].word in _RANGED and following.start - one.end <= _LONGEST_BETWEEN
        # "From 35 percent to less than eight".
        is_share = one.kind == "percent" and following.kind == "count" and not following.is_counting
        if is_share and _is_moved_to(tokens, following) and following.start - one.end <= _LONGEST_BETWEEN:
            found[place] = replace(following, kind="percent", noun="", modifiers=frozenset())
        if one.kind == "money" and following.kind == "count" and is_scaled and joined:
            found[place] = replace(
                following, kind="money", unit=one.unit, noun="", modifiers=frozenset(), currency=one.currency
            )
    return tuple(found)


def _is_moved_to(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """Tells if ``to`` stands before a figure and what limits it."""
    before = [token.word for token in tokens[max(0, quantity.first - _LONGEST_COMPARATOR - 1) : quantity.first]]
    for length in range(min(_LONGEST_COMPARATOR, len(before)), 0, -1):
        if tuple(before[-length:]) in COMPARATORS:
            before = before[:-length]
            break
    return before[-1:] == ["to"]


def _leading_figure(tokens: Sequence[Token], quantity: Quantity) -> float:
    """Returns the figure of an amount without its scale, or the amount."""
    words = (tokens[place].word for place in range(quantity.first, quantity.last + 1))
    figures = (
        match for match in map(_FIGURE.fullmatch, words) if match is not None and len(match[1]) <= _LONGEST_FIGURE
    )
    return next((float(match[1]) for match in figures if float(match[1])), quantity.value)


_SCALED = 1000
_LONGEST_BETWEEN = 30
"""Characters between two amounts of which the second has no currency."""
_COORDINATED = frozenset((",", "and", ", and", "or", "to", "–", "-", "—"))
_RANGED = frozenset(("and", "or", "to", "–", "-", "—"))
