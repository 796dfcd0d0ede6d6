"""Figures that are reckoned from others: sums, differences and averages."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from workbench.checks.figures.operands import (
    DIFFERENCE_CUES,
    DIFFERENCES,
    MOST_REASONED,
    find_columns,
    find_slack,
    find_stated,
    find_whole,
    is_difference,
    is_movement,
    is_near,
)
from workbench.checks.figures.rates import read_period
from workbench.checks.figures.table_cells import find_named_cells
from workbench.checks.figures.tables import read_cells
from workbench.checks.statements.number_words import split_words
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause
from workbench.checks.statements.units import UNITS, is_other_unit
from workbench.text.stems import find_stem

_LONGEST_LIST = 30
_SMALLEST_SUM = 20
_LEAST_ADDENDS = 3
_CUE_REACH = 8
SUM_CUES = frozenset(
    split_words(
        "together total totals totaling totalling altogether combined overall sum all account make makes"
        " adds jointly cumulative cumulatively come comes came amount amounts"
    )
)
"""Words that name a sum."""
_WITH_TO = frozenset(split_words("come comes came amount amounts"))
"""Cues of a sum where "to" follows."""
_SHARED_OUT = frozenset(["each", "apiece", "per"])
_AVERAGE_CUES = frozenset(["average", "averages", "averaged", "mean", *_SHARED_OUT])
_OPERATIONS = frozenset(map(find_stem, (*SUM_CUES, *DIFFERENCE_CUES, *DIFFERENCES, *_AVERAGE_CUES)))
_POINT, _PERCENTAGE = find_stem("points"), find_stem("percentage")
_PLACES = frozenset(map(find_stem, ("places", "positions", "ranks")))
"""Nouns of the difference between two ranks."""


def is_reckoned(
    quantity: Quantity,
    clause: Clause,
    pages: Sequence[Clause],
    paragraph: Clause | None,
    *,
    placed: bool = False,
    subject: str = "",
) -> bool:
    """Tells if a figure follows from others by the operation that the sentence names.

    Args:
        quantity: A count or amount of ``clause``.
        clause: The sentence.
        pages: The pages that it cites.
        paragraph: Its paragraph, or None.
        placed: True where the pages have another value in its place: a difference is one of the letter's figures then.
        subject: Stem of the name of the person whom "he" and "she" mean, or empty.
    """
    near = _find_cues(clause, quantity)
    # "Four each" shares out; "seven jurors must each" does not.
    near -= _SHARED_OUT - set(clause.words[quantity.phrase_end : quantity.phrase_end + 1])
    texts = (*pages, *((paragraph,) if paragraph is not None else ()))
    listed = [[one for one in text.quantities if _may_be_part(quantity, one)] for text in texts]
    alike = [one for some in listed for one in some]
    # What is reckoned from two figures is of the noun of one of them, unless the sentence names the operation alone.
    counts = quantity.is_counting and quantity.noun not in _OPERATIONS
    if counts and alike and not any(not one.noun or quantity.counts_same(one) for one in alike):
        return False
    if quantity.is_counting and quantity.noun in UNITS:
        # A difference of minutes is one of two numbers of minutes.
        alike = [one for one in alike if one.noun not in UNITS or one.noun == quantity.noun]
        alike = [one for one in alike if not one.is_counting or one.noun == quantity.noun]
    values = [one.value for one in alike[:MOST_REASONED]]
    if not SUM_CUES.isdisjoint(near):
        # What the letter and the page both give is one figure.
        sides = [[one for some in listed[: len(pages)] for one in some], *listed[len(pages) :]]
        # "58,340 visitors in 21 weeks": only what is of one noun is added up.
        groups = [
            [one.value for one in side[:MOST_REASONED] if one.noun in {noun, ""}]
            for side in sides
            for noun in (_nouns(side) or {""})
        ]
        groups += [[one.value for one in column] for page in pages for column in find_columns(page)]
        totals = [total for group in groups for total in _run_sums(group)]
        # Neighbours of a list have nouns of their own: "Sparrow: 1,903 times".
        totals += [total for side in sides for total in _run_sums([one.value for one in side[:MOST_REASONED]], 0)]
        if any(is_near(quantity, total) for total in totals):
            return True
    if is_difference(quantity, clause):
        stated, earlier = (
            [one for one in side if _may_be_part(quantity, one)] for side in find_stated(quantity, clause, paragraph)
        )
        own = [one.value for one in (*stated, *earlier)]
        moved = [
            (one, other)
            for one, other in itertools.combinations(stated[:MOST_REASONED], 2)
            if is_movement(clause, one, other)
        ]
        if moved:
            # "Shrank by 370,000 acres, from 1.76 million to 1.39 million": of these two.
            return any(is_near(quantity, abs(one.value - other.value)) for one, other in moved)
        cells = [find_named_cells(clause, page, subject) for page in pages]
        beside = [(one.value, other.value) for some in cells for one, other in (*some.in_columns, *some.in_rows)]
        those = [one.value for some in cells for one in some.cells] if beside else values
        products = placed or bool(beside)
        pairs = [*itertools.product(own, those)] if products else [*itertools.combinations(values, 2)]
        pairs += beside
        if any(is_near(quantity, abs(one - other)) for one, other in pairs):
            return True
    # "The jury has nine members, each of whom": where the page counts the same, only a word for it makes an average.
    cues = _AVERAGE_CUES - _SHARED_OUT if placed else _AVERAGE_CUES
    if not cues.isdisjoint(near) and _is_average(quantity, listed, texts, values):
        return True
    # "46 of the 48", "23 buildings, twenty of them": the whole and the rest stand on the pages.
    named = find_whole(quantity, clause)
    wholes = values if named is None else [named.value]
    rest = {whole - quantity.value for whole in wholes if whole > quantity.value}
    # "Five of the eleven" on the page says nothing of six.
    counted = {
        one.value for text in (clause, *pages) for one in text.quantities
        if one.kind == "count" and (one.noun not in UNITS or one.noun == quantity.noun)
        and (text is clause or text.words[one.last + 1 : one.last + 2] != ("of",))
    }  # fmt: skip
    behind = clause.words[quantity.last + 1 : quantity.last + 2]
    return behind == ("of",) and any(value in counted for value in rest if value > 0)


def is_product(quantity: Quantity, clause: Clause, pages: Sequence[Clause]) -> bool:
    """Tells if a figure is so many times another: ``40 hours each`` in four years, ``$640,000 a year for four years``.

    Args:
        quantity: A count or amount of ``clause``.
        clause: The sentence.
        pages: The pages that it cites.
    """
    own = [one for one in clause.quantities if one is not quantity]
    alike = [one for one in own if (one.kind, one.unit) == (quantity.kind, quantity.unit) and read_period(clause, one)]
    if any(quantity.states(one.value * other.value) for one in alike for other in own if other.kind == "count"):
        return True
    return any(
        quantity.states(one.value * times)
        for page in pages
        for one in page.quantities[:MOST_REASONED]
        if quantity.counts_same(one) and page.words[one.phrase_end : one.phrase_end + 1] in {("each",), ("apiece",)}
        for times in {
            *(other.value for other in own if other.kind == "count"),
            sum(page.line_of(date.start) == page.line_of(one.start) for date in page.dates),
        }
        if times > 1
    )


def is_points(quantity: Quantity) -> bool:
    """Tells if a figure is of percentage points, the difference of two percentages."""
    return quantity.kind == "count" and quantity.noun == _POINT and _PERCENTAGE in quantity.modifiers


def _may_be_part(quantity: Quantity, one: Quantity) -> bool:
    if one.value == quantity.value:
        return False
    if is_points(quantity):
        return one.kind == "percent" or is_points(one)
    if (one.kind, one.unit) == (quantity.kind, quantity.unit):
        return not is_other_unit(quantity.noun, one.noun) or one.noun not in UNITS
    return one.kind == "rank" and quantity.noun in _PLACES


def is_column_sum(quantity: Quantity, page: Clause) -> bool:
    """Tells if a figure is the sum of a whole column or row of a table, or of a list, with three figures or more."""
    columns = [*find_columns(page), *(column for table in read_cells(page) for column in table.list_lines())]
    return quantity.value > _SMALLEST_SUM and any(
        len(column) >= _LEAST_ADDENDS and quantity.states(sum(one.value for one in column)) for column in columns
    )


def _is_average(
    quantity: Quantity, listed: Sequence[Sequence[Quantity]], texts: Sequence[Clause], values: Sequence[float]
) -> bool:
    # Each text by itself: a total that the paragraph names is none of what the page lists.
    groups = [
        [one.value for one in some[:MOST_REASONED] if one.noun == noun] for some in listed for noun in _nouns(some)
    ]
    slack = find_slack(quantity)
    if any(len(group) > 1 and abs(sum(group) / len(group) - quantity.value) <= slack for group in groups):
        return True
    # The number of things that a total is shared among is of another noun; a time is shared out of a time.
    shares = [one.value for text in texts for one in text.quantities if one.kind == "count"][:MOST_REASONED]
    if quantity.is_counting and quantity.noun in UNITS:
        values = [one.value for some in listed for one in some if one.noun == quantity.noun][:MOST_REASONED]
    return any(
        small > 1 and large > small and abs(large / small - quantity.value) <= slack
        for large, small in itertools.product(values, shares)
    )


def _find_cues(clause: Clause, quantity: Quantity) -> set[str]:
    """Returns the words near a figure, without those that name an operation only beside others."""
    begin, end = max(0, quantity.first - _CUE_REACH), quantity.last + _CUE_REACH + 1
    found = set(clause.words[begin:end])
    pairs = set(itertools.pairwise(clause.words[max(0, begin - 1) : end + 1]))
    # "All 187 entries", "she came": not "19 in all", "come to 12".
    if ("in", "all") not in pairs:
        found.discard("all")
    return found - {word for word in _WITH_TO if (word, "to") not in pairs}


def _nouns(quantities: Sequence[Quantity]) -> set[str]:
    return {one.noun for one in quantities[:MOST_REASONED] if one.noun}


def _run_sums(values: Sequence[float], pairs: int = MOST_REASONED) -> set[float]:
    """Returns the sums of neighbouring values, and of any two of the first ones."""
    sums = {one + other for one, other in itertools.combinations(values[:pairs], 2)}
    for start in range(len(values)):
        total = values[start]
        for value in values[start + 1 : start + _LONGEST_LIST]:
            total += value
            sums.add(total)
    return sums
