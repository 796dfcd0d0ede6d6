"""Figures in an order that the sentence itself denies: ``fell from 2 to 7``, ``between 55 and 40``."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from workbench.checks.statements.dates import DateMention
from workbench.checks.statements.number_words import split_words
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause, Statement
from workbench.text.stems import find_stem

RISES = frozenset(
    split_words(
        "rose rise rises risen rising grew grow grows grown growing increased increase increases"
        " increasing raised raises climbed climbs doubled tripled expanded soared"
    )
)
"""Verbs of a movement upward."""
FALLS = frozenset(
    split_words(
        "fell fall falls fallen falling dropped drop drops declined decline declines decreased decrease"
        " decreases shrank shrunk reduced reduces cut lowered sank dwindled"
    )
)
"""Verbs of a movement downward."""
_REACH = 6
"""Words between a verb and ``from``."""


def find_reversed(clause: Clause) -> Iterator[tuple[Statement, Statement]]:
    """Finds two figures that rise where a sentence says that they fall, or the reverse, and years in the wrong order.

    Args:
        clause: A sentence.

    Yields:
        The first figure and the second.

    Examples:
        >>> [(one, other)] = find_reversed(Clause("Its revenue fell from $2 million to $7 million."))
        >>> one.value < other.value
        True
    """
    kinds: tuple[list[Statement], ...] = (
        [one for one in clause.quantities if one.kind != "rank"], [one for one in clause.dates if one.year],
    )  # fmt: skip
    yield from _find_unlike(clause)
    yield from _find_too_early(clause)
    for statements in kinds:
        for one, other in itertools.pairwise(statements):
            first, second = _order(one), _order(other)
            if not _is_alike(one, other) or first == second:
                continue
            verb = _find_verb(clause, one, other)
            if (
                (verb == "rise" and first > second)
                or (verb == "fall" and first < second)
                or (first > second and _is_between(clause, one, other))
            ):
                yield one, other


def _find_unlike(clause: Clause) -> Iterator[tuple[Statement, Statement]]:
    """Finds a figure that is said to be a multiple of a greater one, or above one that is greater.

    ``$4,900, nearly twice the $9,500``; ``91.7 percent, 3.8 points above the average of 95.5 percent``.
    """
    for number, one in enumerate(clause.quantities[:_MOST_FIGURES]):
        before = [two for two in clause.quantities[:number] if two.kind in _COMPARED]
        behind = clause.quantities[number + 1 : number + 2]
        if not before or not behind or behind[0].first - one.last > _NEAR_BASE or "," in _gap(clause, one, behind[0]):
            continue
        words = clause.words[one.last + 1 : behind[0].first]
        above = (one.kind == "multiple" and one.value > 1 and "as" not in words and "to" not in words) or (
            one.kind == "count" and one.noun in _POINTS and not _ABOVE.isdisjoint(words)
        )
        base = behind[0]
        alike = [two for two in before if (two.kind, two.unit) == (base.kind, base.unit)]
        if above and len(alike) == 1 and alike[0].value < base.value and base.kind in _COMPARED:
            yield alike[0], base


def _find_too_early(clause: Clause) -> Iterator[tuple[Statement, Statement]]:
    """Finds a prize that somebody has before it is given: ``In 1983 he won the medal, which is awarded since 2019``."""
    for one, other in itertools.pairwise(clause.dates):
        before, between = (
            clause.words[max(0, one.first - _NEAR_BASE) : one.first],
            clause.words[one.last + 1 : other.first],
        )
        relative = next((place for place, word in enumerate(between) if word in {"which", "that"}), None)
        if not one.year or not other.year or one.year >= other.year or relative is None:
            continue
        given, described = {*before, *between[:relative]}, between[relative:]
        is_begun = described[-1:] == ("since",) and not _GIVEN.isdisjoint(described)
        is_founded = described[-1:] in {("in",), ("on",)} and not _FOUNDED.isdisjoint(described[-2:-1])
        if not _GIVEN.isdisjoint(given) and (is_begun or is_founded):
            yield one, other


_GIVEN = frozenset(split_words("received receive won awarded gave given conferred presented bestowed granted earned"))
_FOUNDED = frozenset(split_words("founded established created instituted endowed introduced inaugurated"))


def _gap(clause: Clause, one: Quantity, other: Quantity) -> str:
    return clause.text[one.end : other.start]


_COMPARED = frozenset(("money", "percent", "count"))
_POINTS = frozenset((find_stem("points"),))
_ABOVE = frozenset(("above", "over"))
_MOST_FIGURES = 60
"""Figures of a sentence that are compared with each other."""
_NEAR_BASE = 9
"""Words between a factor or difference and the figure that it is of."""


def _find_verb(clause: Clause, one: Statement, other: Statement) -> str | None:
    """Returns ``rise`` or ``fall`` where a sentence has a verb before ``from A to B``."""
    if clause.words[one.first - 1 : one.first] != ("from",) or isinstance(one, DateMention):
        return None
    if "to" not in clause.words[other.first - 1 : other.first] or "from" in clause.words[one.last : other.first]:
        return None
    for word in reversed(clause.words[max(0, one.first - 1 - _REACH) : one.first - 1]):
        if word in RISES or word in FALLS:
            return "rise" if word in RISES else "fall"
    return None


def _is_between(clause: Clause, one: Statement, other: Statement) -> bool:
    before, between = clause.words[max(0, one.first - 1) : one.first], clause.words[one.last + 1 : other.first]
    if isinstance(one, DateMention) and (before, between) == (("from",), ("to",)):
        return True
    return (before, between) == (("between",), ("and",))


def _order(statement: Statement) -> tuple[float, ...]:
    if isinstance(statement, DateMention):
        return (float(statement.year or 0), float(statement.month or 0), float(statement.day or 0))
    return (statement.value,)


def _is_alike(one: Statement, other: Statement) -> bool:
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return one.kind == other.kind or "money" not in {one.kind, other.kind}
    # Of two dates, the less exact one may lie on either side.
    return isinstance(one, DateMention) and isinstance(other, DateMention) and bool(one.month) == bool(other.month)
