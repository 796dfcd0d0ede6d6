"""Percentages and factors that follow from two figures.

The figures that the letter itself gives beside one come first. Those of a page count only where they stand together,
for of many figures some pair has any share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.checks.figures.operands import (
    Pair,
    find_columns,
    find_figures,
    find_stated,
    find_totals,
    find_whole,
    is_alike,
    is_difference,
    is_movement,
    is_near,
    is_part_of,
    pair_alike,
    pair_in_rows,
)
from workbench.checks.figures.table_cells import find_named_cells
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause

_MOST_ANY = 8
"""Figures of a page up to which any two are compared."""
_APPOSED = 3
"""Words between a figure and the share that it is."""


def is_share(
    quantity: Quantity, clause: Clause, pages: Sequence[Clause], paragraph: Clause | None, subject: str = ""
) -> bool:
    """Tells if two counts or amounts have a share, or differ by it.

    Args:
        quantity: A percentage of ``clause``.
        clause: The sentence.
        pages: The pages that it cites.
        paragraph: Its paragraph, or None.
        subject: Stem of the name of the person whom "he" and "she" mean, or empty.
    """
    own, earlier = find_stated(quantity, clause, paragraph)
    changes = is_difference(quantity, clause)
    beside = _find_apposed(quantity, own)
    pairs = [*pair_alike(own, own), *pair_alike(own, earlier), *pair_alike(earlier, earlier)]
    cells = [find_named_cells(clause, page, subject) for page in pages]
    named = [pair for some in cells for pair in some.in_columns]
    # A share is one of a total, a change may be one of two years.
    named += [pair for some in cells for pair in some.in_rows] if changes or not named else []
    on_pages = named or [pair for page in pages for pair in (*pair_in_rows(page), *_pair_with_part(page))]
    # Half of a group: two parts of the same size.
    halves = [pair for pair in on_pages if pair[0].value == pair[1].value]
    if beside is not None:
        # "Nine of them, a third": a share of these nine, and of nothing else.
        pairs = [pair for pair in pairs if beside in pair]
        on_pages = [pair for pair in on_pages if beside.value in {pair[0].value, pair[1].value}]
    if any(_is_equal_part(quantity, page) for page in pages):
        return True
    wholes = [] if named else [one for page in pages for one in find_totals(page)]
    pairs += [(one, whole) for one in own if beside in {None, one} for whole in wholes if is_alike(one, whole)]
    whole = find_whole(quantity, clause)
    columns = [column for page in pages for column in find_columns(page)]
    pairs += [
        (one, whole) for column in columns for one in column
        if whole is not None and any(each.value == whole.value for each in column) and is_alike(one, whole)
    ]  # fmt: skip
    parts = [pair for pair in pair_alike(own, own) if is_part_of(clause, *pair)]
    if whole is not None or (parts and beside is None and not changes):
        # "Half of the 26 days", "13 of 88, fewer than one in six": of other figures nothing follows.
        pairs = [pair for pair in pairs if whole in pair] if whole is not None else parts
        return any(_shares(quantity, *pair, changes=False, rest=False) for pair in pairs)
    # "Fell by 0.8 points, or by 42 percent": the difference is a share of what it was before.
    apart = {id(one) for one in own if is_difference(one, clause)}
    if any(_shares(quantity, *pair, changes=changes and apart.isdisjoint(map(id, pair)), rest=False) for pair in pairs):
        return True
    # Where the sentence itself gives part and whole, nothing is said of the rest.
    rest = not named and not any(
        page.by_value.keys() >= {one.value, other.value} for page in pages for one, other in pair_alike(own, own)
    )
    if halves and is_near(quantity, 50.0):
        return True
    known = {one.value for one in (*own, *earlier)}
    nouns = {*clause.stems}
    stated = {id(one) for page in pages for one in page.quantities if page.words[max(0, one.first - 1)] == "of"}
    on_pages = [
        pair
        for pair in on_pages
        if named
        or beside is not None
        or any(one.value in known or one.noun in nouns or id(one) in stated for one in pair)
    ]
    return any(_shares(quantity, *pair, changes=changes, rest=rest) for pair in on_pages)


def _pair_with_part(page: Clause) -> Iterator[Pair]:
    """Yields the figures of a sentence with the part of them that the next one gives: ``Of these, 24 were chosen``."""
    figures = [*find_figures(page)]
    for number, one in enumerate(figures):
        begin, _ = page.sentence_of(one.first)
        if page.words[begin : begin + 1] == ("of",) and page.words[begin + 1 : begin + 2] in _BACK:
            before = [other for other in figures[:number] if page.sentence_of(other.first)[1] == begin]
            yield from ((one, other) for other in before if is_alike(one, other))


_BACK = frozenset((("these",), ("them",), ("those",), ("which",), ("whom",)))
"""Words behind ``of`` by which a part refers to the sentence before."""


def _is_equal_part(quantity: Quantity, page: Clause) -> bool:
    """Tells if a page divides something into so many equal parts: ``four equal installments`` are a quarter each."""
    return any(
        one.kind == "count" and one.value > 1 and page.words[one.last + 1 : one.last + 2] == ("equal",)
        and is_near(quantity, 100 / one.value)
        for one in page.quantities
    )  # fmt: skip


def _find_apposed(quantity: Quantity, own: Sequence[Quantity]) -> Quantity | None:
    """Finds the count that a share behind a comma repeats: ``nine of them, a third``."""
    before = [one for one in own if 0 < quantity.first - one.last <= _APPOSED + 1 and one.kind in {"count", "money"}]
    return before[-1] if before and not before[-1].is_counting else None


def _shares(quantity: Quantity, one: Quantity, other: Quantity, *, changes: bool, rest: bool) -> bool:
    small, large = sorted((one.value, other.value))
    if small <= 0 or small == large:
        return False
    share = 100 * small / large
    found = [100 - share, 100 * (large - small) / small] if changes else [share]
    found += [100 - share] if rest else []
    return any(is_near(quantity, value) for value in found)


def is_ratio(
    quantity: Quantity, clause: Clause, pages: Sequence[Clause], paragraph: Clause | None, subject: str = ""
) -> bool:
    """Tells if two figures have a ratio; where the sentence says ``from A to B``, these two.

    Args:
        quantity: A factor of ``clause``.
        clause: The sentence.
        pages: The pages that it cites.
        paragraph: Its paragraph, or None.
        subject: Stem of the name of the person whom "he" and "she" mean, or empty.
    """
    own, earlier = find_stated(quantity, clause, paragraph)
    pairs = [*pair_alike(own, own)]
    moved = [pair for pair in pairs if is_movement(clause, *pair)]
    base = _find_base(quantity, clause)
    # "1,493 a day, nearly double the 766": of these two.
    multiplied = [(one, base) for one in own if base is not None and one.first < quantity.first and is_alike(one, base)]
    if moved:
        pairs = moved
    elif multiplied:
        pairs = multiplied
    else:
        pairs += [*pair_alike(own, earlier), *pair_alike(earlier, earlier)]
        for page in pages:
            named = find_named_cells(clause, page, subject)
            figures = named.cells or _find_dated(page, clause)
            pairs += [*pair_alike(own, figures), *named.in_columns, *named.in_rows]
            if not named.cells:
                pairs += [*pair_in_rows(page), *(pair_alike(figures, figures) if len(figures) <= _MOST_ANY else ())]
    return any(
        small and is_near(quantity, large / small)
        for small, large in (sorted((one.value, other.value)) for one, other in pairs)
    )


def _find_base(quantity: Quantity, clause: Clause) -> Quantity | None:
    """Finds the figure that a factor multiplies: ``nearly double the 766``, ``twice the mean of $138,450``."""
    behind = [one for one in clause.quantities if 0 < one.first - quantity.last <= _NEAR_BASE]
    if not behind or "to" in clause.words[quantity.last : behind[0].first]:
        return None
    return None if "," in clause.text[quantity.end : behind[0].start] else behind[0]


_NEAR_BASE = 6
"""Words between a factor and the figure that it multiplies."""


def _find_dated(page: Clause, clause: Clause) -> list[Quantity]:
    """Finds a page's figures beside a date that the sentence names, or all where there are none."""
    figures = [*find_figures(page)]
    years = {date.year for date in clause.dates}
    lines = {page.line_of(date.start) for date in page.dates if date.year in years}
    return [one for one in figures if page.line_of(one.start) in lines] or figures if page.breaks else figures
