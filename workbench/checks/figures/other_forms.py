"""Figures that the cited pages give in another form, or do not number at all."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence

from workbench.checks.figures.tables import read_cells
from workbench.checks.statements.number_words import SCALE_WORDS, SCALES
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause, Statement
from workbench.checks.statements.units import UNITS
from workbench.text.stems import find_stem

OTHERS = find_stem("others")
"""Noun of a count that depends on those named beside it."""
_PERCENTILE = find_stem("percentile")
_MEDIAN = find_stem("median")
_ORDINAL = re.compile(r"\d{1,2}th")
_MOST_ORDERED = 3
"""Places of an order that prose counts by itself: ``the second woman``."""
_LINKS = frozenset(("of", "is", "was", "are", "were"))
_LIMITS = frozenset(("exceed", "exceeding", "exclude", "excluded", "maximum", "minimum"))
"""Words of a rule that turn a figure into a limit."""
_MODALS = frozenset(("must", "shall", "may"))
_DIGITS = 6
_LONGEST_TABLE = 40
"""Lines below its head that a table may have."""


def is_in_other_form(statement: Statement, clause: Clause, pages: Sequence[Clause]) -> bool:
    """Tells if the pages give a figure as a percentile, or with its scale in the head of a table.

    Args:
        statement: One of ``clause``.
        clause: Sentence of a draft.
        pages: The pages that it cites.
    """
    if not isinstance(statement, Quantity):
        return False
    return any(
        _is_threshold(statement, clause, page)
        or _is_in_column_unit(statement, clause, page)
        or _is_limited(statement, page)
        for page in pages
    )


def _is_limited(quantity: Quantity, page: Clause) -> bool:
    """Tells if a rule states a limit in words: ``under fifty`` of "must not have completed the fiftieth year"."""
    if quantity.comparator not in {"more", "fewer", "most", "least"} or quantity.kind != "count":
        return False
    # "No more than two" of "three negative votes exclude".
    values = (quantity.value, quantity.value + 1) if quantity.comparator == "most" else (quantity.value,)
    return any(
        one.kind in {"count", "rank"} and _is_rule(page.words[slice(*page.sentence_of(one.first))])
        for value in values
        for one in page.by_value.get(value, ())
    )


def _is_rule(words: Sequence[str]) -> bool:
    return not _LIMITS.isdisjoint(words) or ("not" in words and not _MODALS.isdisjoint(words))


def _is_threshold(quantity: Quantity, clause: Clause, page: Clause) -> bool:
    """Tells if a statement says a percentile in other words: ``ninety percent earn less than`` its figure."""
    shares = {one.value for one in clause.quantities if one.kind == "percent"}
    limited = quantity.comparator in {"more", "fewer", "most", "least"}
    pairs = [*_find_percentiles(page)]
    values = {one.value for one in clause.quantities if one.unit}
    pairs = [(rank, one) for rank, one in pairs if quantity.kind != "money" or one.unit in {"", quantity.unit}]
    if any(one.value in values for _, one in pairs):
        # The page gives a figure for each percentile, and the sentence one of these figures.
        alike = [one for rank, one in pairs if one.value in values and shares & {rank, 100 - rank}]
        return bool(alike) and (
            quantity.kind == "percent" or (limited and quantity.value in {one.value for one in alike})
        )
    ranks = {one.value for one in page.quantities if one.kind == "rank" and one.noun == _PERCENTILE}
    ranks |= {50.0} if "median" in page.vocabulary else set()
    if quantity.kind == "percent" and ranks.intersection((quantity.value, 100 - quantity.value)):
        return True
    stands = any(one.unit == quantity.unit for one in page.by_value.get(quantity.value, ()))
    return bool(ranks) and limited and stands and bool(shares)


def _find_percentiles(page: Clause) -> Iterator[tuple[float, Quantity]]:
    """Yields the percentiles of a page with the figure behind each: ``90th percentile $8,250``, ``median $4,350``."""
    for one, other in itertools.pairwise(page.quantities):
        if one.kind == "rank" and one.noun == _PERCENTILE and other.first == one.phrase_end and other.unit:
            yield one.value, other
    for table in read_cells(page):
        for (_, column), cell in table.cells.items():
            for word in table.columns[column].words if column >= 0 else ():
                if isinstance(cell, Quantity) and (word == _MEDIAN or _ORDINAL.fullmatch(word)):
                    yield 50.0 if word == _MEDIAN else float(word[:-2]), cell
    for one in page.quantities:
        if one.unit and page.words[max(0, one.first - 1)] == "median":
            yield 50.0, one


def _is_in_column_unit(quantity: Quantity, clause: Clause, page: Clause) -> bool:
    """Tells if a table has a figure whose scale or percent sign stands in its head: ``Million tonnes``."""
    words = clause.words[quantity.first : quantity.last + 1]
    sought = {"%", "percent"} if quantity.kind == "percent" else SCALE_WORDS.intersection(words)
    # "More than 48 million" of 48 is no other form of it.
    if not sought or quantity.kind == "rank" or quantity.comparator in {"more", "fewer"}:
        return False
    value = round(quantity.value / math.prod(SCALES[word] for word in words if word in SCALE_WORDS), _DIGITS)
    heads = {page.line_of(token.start) for token in page.tokens if token.word in sought}
    return any(
        one.kind == "count"
        and not one.is_counting
        and any(0 < page.line_of(one.start) - head <= _LONGEST_TABLE for head in heads)
        for one in page.by_value.get(value, ())
    )


def has_rest(quantity: Quantity, page: Clause) -> bool:
    """Tells if a page names some of what is counted, and the number of the others: ``five other journals``."""
    return any(
        page.words[one.last + 1 : one.last + 2] in {("other",), ("others",), ("further",)}
        and quantity.noun in page.stems[one.last + 1 : one.last + 4]
        for one in page.quantities
    )


def is_unnumbered(statement: Statement, clause: Clause, pages: Sequence[Clause]) -> bool:
    """Tells if the pages number nothing of the kind: ``the second woman`` of a list, ``four others`` of four people.

    Args:
        statement: One of ``clause``.
        clause: Sentence of a draft.
        pages: The pages that it cites.
    """
    if not isinstance(statement, Quantity):
        return False
    if statement.kind == "rank" and statement.noun and statement.value <= _MOST_ORDERED:
        in_words = clause.text[statement.start : statement.end].isalpha()
        alike = (one for page in pages for one in page.by_noun.get(statement.noun, ()))
        return in_words and not any(one.kind == "rank" and one.noun == statement.noun for one in alike)
    return statement.noun == OTHERS and any(statement.value in page.by_value for page in pages)


def is_counted_by_letter(quantity: Quantity, clause: Clause) -> bool:
    """Tells if a small number may count parts of the letter itself: ``three``, and not ``8th``.

    Args:
        quantity: One of ``clause``.
        clause: Sentence of a draft.
    """
    text = clause.text[quantity.start : quantity.end]
    is_plain = quantity.value.is_integer() and (text[-1].isdigit() or not text[0].isdigit())
    # "An h-index of nine" is no number of parts.
    is_value = bool(quantity.noun) and clause.words[max(0, quantity.first - 1)] in _LINKS
    # "The first ten", "the seventh ten": no parts are counted in tens.
    numbers = any(one.first == quantity.last + 1 and one.noun not in UNITS for one in clause.quantities)
    return (
        is_plain
        and not (quantity.kind == "rank" and numbers)
        and not quantity.is_counting
        and not is_value
        and not _is_placed(quantity, clause)
        and (quantity.kind == "rank" or _refers(quantity, clause))
    )


def _refers(quantity: Quantity, clause: Clause) -> bool:
    """Tells if a number refers to what the letter named before: ``these three``, ``two of them``, ``the four``."""
    before = clause.words[max(0, quantity.first - 1) : quantity.first]
    behind = clause.words[quantity.last + 1 : quantity.last + 3]
    # "Five years as an assistant and four as a professor".
    elided = any(one.last < quantity.first and one.noun in UNITS for one in clause.quantities)
    part = behind == ("out", "of") or (behind[:1] == ("of",) and not _BACK.isdisjoint(behind[1:]))
    part = part or clause.words[max(0, quantity.first - 2) : quantity.first] == ("out", "of")
    return not quantity.first or elided or part or not _REFERRING.isdisjoint(before)


_REFERRING = frozenset(
    (
        "the",
        "these",
        "those",
        "all",
        "any",
        "other",
        "both",
        "each",
        "first",
        "last",
        "next",
        "same",
        "further",
        "every",
    )
)
_BACK = frozenset(("them", "these", "those", "which", "whom", "the", "his", "her", "its", "their"))


def _is_placed(quantity: Quantity, clause: Clause) -> bool:
    """Tells if an ordinal is a place that somebody took: ``finished fifth in``, and not ``Third, the award``."""
    before = clause.words[max(0, quantity.first - 1) : quantity.first]
    joined = clause.text[quantity.end : quantity.end + 1] == " "
    return quantity.kind == "rank" and bool(before) and before[0].endswith(("ed", "came", "took")) and joined
