"""Another value that a page has in the very place of a letter's: the same noun or event, with the same words around it.

The letter's own value stands on the page as well, for something else. Words count up to the next value of their kind
and little beyond a comma, so that a place is a clause, and no window of words.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from workbench.checks.evidence import EvidencePage
from workbench.checks.figures.exchanges import read_bounded_context
from workbench.checks.figures.matching import Match, is_dateline, shares_date
from workbench.checks.statements.dates import DateMention
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import (
    MOST_STATEMENTS,
    Clause,
    Statement,
    Weigh,
    measure_context,
    read_page,
)
from workbench.checks.statements.units import UNITS

_LEAST_DATE = 0.3
"""Likeness from which another date stands in the place of the letter's."""
_LEAST_COUNT = 0.5
"""Likeness from which another number of the same noun does."""
_CLEAR = 0.5
"""Likeness from which the letter's value is taken to stand where it belongs."""
_MOST_ALIKE = 60
_MOST_SAME = 12
_LONGEST_NAME = 6
_MARGIN = 0.62
"""Share of it up to which the letter's own value stands somewhere else."""
_BINDERS = frozenset(("in", "for", "from", "at", "to", "by"))
"""Words between a value and the name or year that it is bound to: ``three in Uganda``."""


def find_rival(
    statement: Statement, clause: Clause, pages: Sequence[EvidencePage], weigh: Weigh, score: float
) -> Match | None:
    """Finds the value that the pages have in the place of a letter's, which they give for something else.

    Args:
        statement: One of ``clause``, which stands on the pages.
        clause: Sentence of a draft.
        pages: The pages that it cites.
        weigh: Weight of a word, such as its inverse document frequency.
        score: Likeness of the place where the value was found.

    Returns:
        The page's other value, or None.
    """
    if isinstance(statement, Quantity):
        found = _find_bound(statement, clause, pages) or _find_before_note(statement, clause, pages)
        if found is not None:
            return found
    # Most values stand where they belong, and the comparison of all places costs time.
    if score >= _CLEAR or not _is_compared(statement):
        return None
    mine = read_bounded_context(clause, statement, weigh)
    own, rival = 0.0, Match("not found")
    for page in pages:
        there = read_page(page)
        for other in _list_alike(statement, there):
            ends = (other, *_find_end(other, there))
            likeness = max(measure_context(mine, read_bounded_context(there, one, weigh)) for one in ends)
            if _is_same(statement, other):
                own = 1.0 if _is_dated(statement, other, clause, there) else max(own, likeness)
            elif likeness > rival.score and not _is_stated(other, clause):
                rival = Match("other value", likeness, page, other)
    least = _LEAST_DATE if isinstance(statement, DateMention) else _LEAST_COUNT
    return rival if rival.score >= least and own <= _MARGIN * rival.score else None


def _find_end(statement: Statement, there: Clause) -> Iterator[Statement]:
    """Yields the end of the range that a date begins, ``10/2008 - 09/2014``: what follows it is said of both."""
    for one, other in itertools.pairwise(there.dates) if isinstance(statement, DateMention) else ():
        if one is statement and there.text[one.end : other.start].strip() in _RANGE:
            yield other


_RANGE = frozenset(("-", "–", "—", "to", "until"))


def _is_dated(statement: Statement, other: Statement, clause: Clause, there: Clause) -> bool:
    """Tells if a number stands on a page beside a date that the sentence names."""
    return isinstance(statement, Quantity) and isinstance(other, Quantity) and shares_date(other, clause, there)


def _is_compared(statement: Statement) -> bool:
    """Tells if a statement says enough of itself: a month, or a number with what it counts behind it."""
    if isinstance(statement, DateMention):
        return statement.month is not None
    return statement.is_counting and statement.kind in {"count", "money"} and not statement.weak


def _list_alike(statement: Statement, there: Clause) -> Iterator[Statement]:
    """Yields the page's statements that can be the letter's, or another value of it."""
    if isinstance(statement, DateMention):
        for date in there.dates[:_MOST_ALIKE]:
            is_as_exact = date.month is not None and (statement.day is None or date.day is not None)
            if (is_as_exact and not is_dateline(there, date)) or statement.agrees(date):
                yield date
        return
    yield from there.by_value.get(statement.value, [])[:_MOST_SAME]
    for one in there.by_noun.get(statement.noun, [])[:_MOST_ALIKE]:
        alike = one.is_counting and not one.weak and one.noun == statement.noun and statement.counts_same(one)
        # "4 hours 10 minutes" is one length of time.
        if alike and one.first not in there.recall(_find_times):
            yield one


def _find_times(there: Clause) -> frozenset[int]:
    """Finds the tokens right behind the lengths of time of a page."""
    return frozenset(one.phrase_end for one in there.quantities if one.noun in UNITS)


def _is_same(statement: Statement, other: Statement) -> bool:
    if isinstance(statement, DateMention):
        return isinstance(other, DateMention) and statement.agrees(other)
    return isinstance(other, Quantity) and (statement.states(other.value) or statement.is_consistent(other))


def _is_stated(other: Statement, clause: Clause) -> bool:
    """Tells if the letter's sentence gives the value as well, for another thing."""
    if isinstance(other, DateMention):
        return any(date.agrees(other) and date.month for date in clause.dates)
    return any(one.value == other.value for one in clause.quantities)


def _find_bound(quantity: Quantity, clause: Clause, pages: Sequence[EvidencePage]) -> Match | None:
    """Finds another number that the pages bind to the same name or year: ``three in Uganda`` of ``eight in Uganda``."""
    name = _read_bound(quantity, clause)
    if not name or quantity.kind not in {"count", "money", "percent"}:
        return None
    rivals: list[Match] = []
    for page in pages:
        there = read_page(page)
        for other in there.quantities[:MOST_STATEMENTS]:
            if _read_bound(other, there) != name or not _may_be_bound(quantity, other):
                continue
            if _is_same(quantity, other):
                return None
            if not _is_stated(other, clause):
                rivals.append(Match("other value", 1.0, page, other))
    # Of several values with one name, any may be meant.
    values = {rival.other.value for rival in rivals if isinstance(rival.other, Quantity)}
    return rivals[0] if len(values) == 1 else None


def _find_before_note(quantity: Quantity, clause: Clause, pages: Sequence[EvidencePage]) -> Match | None:
    """Finds the figure beside which a page notes the letter's for another year: ``9.8 (2019: 10.4)``."""
    found: Match | None = None
    for page in pages:
        there = read_page(page)
        for one in there.by_value.get(quantity.value, [])[:_MOST_SAME]:
            note = _NOTE.search(there.text[: one.start], max(0, one.start - _LONGEST_NOTE))
            if note is None or any(date.year == int(note["year"] or 0) for date in clause.dates):
                return None
            behind = bisect_left(there.quantities, note.start(), key=_start)
            before = [two for two in there.quantities[max(0, behind - 1) : behind] if two.kind == one.kind]
            if not before or not _EARLIER.isdisjoint(clause.words) or _is_stated(before[-1], clause):
                return None
            if "." not in there.text[before[-1].end : note.start()]:
                found = Match("other value", 1.0, page, before[-1])
    return found


_NOTE = re.compile(r"\((?:in |FY ?)?(?:(?P<year>(?:19|20)\d\d)|previous year|prior year|last year):? \D{0,3}$")
"""The beginning of a note in parentheses that gives the figure of another year."""
_LONGEST_NOTE = 24
_EARLIER = frozenset(("previous", "earlier", "before", "prior", "preceding", "last", "later", "after", "following"))


def _start(quantity: Quantity) -> int:
    return quantity.start


def _may_be_bound(quantity: Quantity, other: Quantity) -> bool:
    if (quantity.kind, quantity.unit) != (other.kind, other.unit):
        return False
    return quantity.noun == other.noun if quantity.is_counting else not other.is_counting


def _read_bound(quantity: Quantity, clause: Clause) -> tuple[str, ...]:
    """Reads the name or year that a number is bound to, with the word between, or nothing.

    It stands behind the number, ``$61,000 for 2022``, or before a colon, ``for 2022: $61,000``.
    """
    before = clause.words[max(0, quantity.first - 2) : quantity.first]
    if len(before) > 1 and before[0] in _BINDERS and _is_joined(clause, quantity.first - 1):
        gap = clause.text[clause.tokens[quantity.first - 1].end : clause.tokens[quantity.first].start]
        if ":" in gap:
            return before
    place = max(quantity.phrase_end, quantity.last + 1)
    if not clause.words[place:] or clause.words[place] not in _BINDERS:
        return ()
    if not clause.text[clause.tokens[place - 1].end : clause.tokens[place].start].isspace():
        return ()
    end = place + 1
    while end < min(len(clause.tokens), place + _LONGEST_NAME) and _is_joined(clause, end):
        end += 1
    return clause.words[place:end] if end > place + 1 else ()


def _is_joined(clause: Clause, place: int) -> bool:
    """Tells if a token is part of a name or a year that is not parted from the one before."""
    token, before = clause.tokens[place], clause.tokens[place - 1]
    gap = clause.text[before.end : token.start]
    is_year = len(token.word) == len("2020") and token.word.isdigit()
    return gap.isspace() and "\n" not in gap and (clause.text[token.start].isupper() or is_year)
