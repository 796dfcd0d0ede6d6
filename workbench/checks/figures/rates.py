"""Figures for a length of time, and those that a letter gives for another one than the page: a week, a month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.checks.evidence import EvidencePage
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause, read_page

_PERIODS = {
    "hour": "hour hours hourly",
    "day": "day days daily",
    "week": "week weeks weekly",
    "month": "month months monthly",
    "quarter": "quarter quarters quarterly",
    "year": "year years yearly annual annually annum",
}
_BY_WORD = {word: period for period, words in _PERIODS.items() for word in words.split()}
_ADVERBS = frozenset(word for word in _BY_WORD if word.endswith("ly") or word == "annual")
_RATES = frozenset(("a", "an", "per", "each", "every"))
_BEFORE = 4
"""Words before a figure among which ``annual`` or ``weekly`` stands."""
_KINDS = frozenset(("money", "count"))


def find_other_rates(
    clause: Clause, pages: Sequence[EvidencePage]
) -> Iterator[tuple[Quantity, str, EvidencePage, Quantity, str]]:
    """Finds figures that the pages give for another length of time, and for none that is the sentence's.

    Args:
        clause: Sentence of a draft.
        pages: The pages that it cites.

    Yields:
        The draft's figure and its time, the page, the page's figure and its time.
    """
    for said in clause.quantities:
        period = read_period(clause, said)
        if period is None or said.kind not in _KINDS:
            continue
        there = [
            (page, one, read_period(read_page(page), one))
            for page in pages
            for one in read_page(page).by_value.get(said.value, ())
            if (one.kind, one.unit) == (said.kind, said.unit)
        ]
        if any(other in {period, None} for *_, other in there):
            continue
        for page, one, other in there:
            if other is not None:
                yield said, period, page, one, other
                break


def read_period(clause: Clause, quantity: Quantity) -> str | None:
    """Returns the length of time that a figure is for, or None.

    Examples:
        >>> clause = Clause("She was paid $900 a week.")
        >>> read_period(clause, clause.quantities[0])
        'week'
    """
    end = max(quantity.phrase_end, quantity.last + 1)
    for place in (quantity.last + 1, end):
        behind = clause.words[place : place + 2]
        if behind[:1] and behind[0] in _ADVERBS:
            return _BY_WORD[behind[0]]
        if len(behind) > 1 and behind[0] in _RATES and behind[1] in _BY_WORD:
            return _BY_WORD[behind[1]]
    begin, _ = clause.sentence_of(quantity.first)
    for word in reversed(clause.words[max(begin, quantity.first - _BEFORE) : quantity.first]):
        if word[0].isdigit():
            break
        if word in _ADVERBS:
            return _BY_WORD[word]
    return None
