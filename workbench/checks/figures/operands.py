"""Figures that others are reckoned from, and how near a reckoned figure must come."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from workbench.checks.figures.orders import FALLS, RISES
from workbench.checks.statements.number_words import split_words
from workbench.checks.statements.quantities import Quantity, find_phrase
from workbench.checks.statements.statements import Clause
from workbench.checks.statements.units import UNITS

MOST_REASONED = 40
"""Figures of a page that are reckoned with."""
_MOST_BESIDE = 20
"""Figures of a sentence on either side of one that it may reckon with: no person reckons with more."""
_MOST_EARLIER = 8
"""Figures of the paragraph before the sentence that it may reckon with."""
_MOST_IN_ROW = 6
"""Figures of a sentence or row of a page of which any two are compared; of more, neighbours."""
_LEAST_LINES = 2
_DECIMALS = 2
_JUST_BEHIND = 2
_NEAR_SHARE = 3
"""Percentage points by which nearly and about may be off at most."""
_NEAR_RATIO = 0.1
"""Share by which a ratio may be off: fees that grew 1.9 times doubled."""
_EXACT = 1e-9
_BEYOND = 1.15
_BEYOND_SHARE = 1.3
"""Times by which what is more than a figure may exceed it."""
DIFFERENCE_CUES = frozenset(
    split_words(
        "fewer less more older younger ahead behind faster slower later earlier early late higher lower"
        " above below longer shorter increase decrease"
    )
)
"""Words right behind a figure that make it a difference."""
_DIFFERENCE_VERBS = frozenset(
    split_words("by rose fell increased decreased gained dropped improved climbed lost saved gains drops climbs saves")
)
"""Words right before a figure that make it a difference: ``climbed 53 places``."""
_MOVEMENTS = (
    RISES
    | FALLS
    | _DIFFERENCE_VERBS
    | frozenset(
        split_words(
            "exceed exceeds exceeded exceeding surpass surpasses surpassed beat beats won lost leads led trailed missed"
            " miss misses outnumbered outsold outscored improve improves improving shortened shortens lengthened cuts"
            " cutting advanced moved shifted changed differ differs differed reducing lowering lowers raising"
            " boosted up down"
        )
    )
)
"""Words before ``by`` that make the figure behind it a difference."""
DIFFERENCES = frozenset(
    split_words(
        "difference gap margin lead increase decrease drop gain rise fall improvement decline reduction growth saving"
    )
)
"""The same where ``of`` follows: ``a gap of 12 points``."""
Pair = tuple[Quantity, Quantity]
"""Two figures."""


def is_near(quantity: Quantity, value: float) -> bool:
    """Tells if a reckoned value is what a quantity states, by its comparator.

    Args:
        quantity: The quantity; of a percentage, the value is one too.
        value: The value.
    """
    said = quantity.value
    beyond = _BEYOND if quantity.kind in {"count", "money"} else _BEYOND_SHARE
    slack = find_slack(quantity) * 2 if quantity.kind == "percent" else _EXACT * max(abs(said), 1)
    match quantity.comparator:
        case "more" | "least":
            return said - _EXACT * (quantity.comparator == "least") < value <= said * beyond
        case "fewer" | "most":
            return said / beyond <= value < said + _EXACT
        case "nearly":
            low = said - _find_share_slack(said) if quantity.kind == "percent" else said * (1 - _NEAR_RATIO)
            return low <= value <= said + slack
        case "about":
            near = _find_share_slack(said) if quantity.kind == "percent" else said * _NEAR_RATIO
            return abs(value - said) <= near
    if quantity.kind == "multiple":
        slack = _NEAR_RATIO * said
    return abs(value - said) < slack


def _find_share_slack(percent: float) -> float:
    """Returns the percentage points by which nearly and about may be off: fewer, where the percentage is small."""
    least = 1.0 if percent.is_integer() else 0.1
    return min(_NEAR_SHARE, max(least, percent * _NEAR_RATIO))


def find_stated(quantity: Quantity, clause: Clause, paragraph: Clause | None) -> tuple[list[Quantity], list[Quantity]]:
    """Finds the figures that a letter gives beside one.

    Args:
        quantity: One of ``clause``.
        clause: A sentence.
        paragraph: Its paragraph, or None.

    Returns:
        Those of the sentence, of very many the nearest, and the last ones of its paragraph before it.
    """
    place = next(number for number, one in enumerate(clause.quantities) if one is quantity)
    nearest = clause.quantities[max(0, place - _MOST_BESIDE) : place + _MOST_BESIDE + 1]
    own = [one for one in nearest if one is not quantity]
    if paragraph is None:
        return own, []
    start = paragraph.text.find(clause.text)
    earlier = [one for one in paragraph.quantities if one.end <= start]
    return own, earlier[-_MOST_EARLIER:]


def is_part_of(clause: Clause, one: Quantity, other: Quantity) -> bool:
    """Tells if a sentence says ``13 of 88`` or ``13 of the 88``."""
    if one.first > other.first:
        one, other = other, one
    between = clause.words[one.phrase_end : other.first] if one.phrase_end < other.first else ()
    between = between or clause.words[one.last + 1 : other.first]
    return between[:1] in {("of",), ("among",)} and len(between) <= _JUST_BEHIND


def find_whole(quantity: Quantity, clause: Clause) -> Quantity | None:
    """Finds the count that a percentage is a share of: ``3.3 percent of the 3,561 operations``."""
    between = quantity.last + 1, quantity.last + 3
    return next(
        (one for one in clause.quantities if one.first in between and clause.words[quantity.last + 1] == "of"), None
    )


def is_difference(quantity: Quantity, clause: Clause) -> bool:
    """Tells if a sentence calls a figure a difference: ``by 12``, ``12 fewer``, ``a gap of 12 points``.

    Args:
        quantity: The figure.
        clause: The sentence.
    """
    first, _ = find_phrase(clause.words, quantity)
    before = clause.words[max(0, first - 2) : first]
    last = max(quantity.phrase_end - 1, quantity.last)
    behind = clause.words[quantity.last + 1 : _find_mark(clause, last + 1, last + 1 + _JUST_BEHIND)]
    if clause.words[first] == "within":
        return True
    if before[-1:] == ("by",):
        # "Sponsored by two members" is no difference.
        far = {*clause.words[: first - 1]} - {"by"}
        return not far.isdisjoint(_MOVEMENTS) or not DIFFERENCE_CUES.isdisjoint((*far, *behind))
    led = _DIFFERENCE_VERBS.intersection(before[-1:]) or (before[-1:] == ("of",) and before[0] in DIFFERENCES)
    return bool(led) or not DIFFERENCE_CUES.isdisjoint(behind)


def _find_mark(clause: Clause, place: int, end: int) -> int:
    """Returns the first token behind a comma, or the end: "19 percent, behind Tessaly" is no difference."""
    while 0 < place < min(end, len(clause.tokens)):
        if "," in clause.text[clause.tokens[place - 1].end : clause.tokens[place].start]:
            return place
        place += 1
    return end


def is_movement(clause: Clause, one: Quantity, other: Quantity) -> bool:
    """Tells if a sentence says ``from A to B``, dates between them left aside."""
    if one.first > other.first:
        one, other = other, one
    before = clause.words[max(0, one.first - 2) : one.first]
    between = clause.words[max(one.last + 1, other.first - 2) : other.first]
    return "from" in before and "to" in between


def find_slack(quantity: Quantity) -> float:
    """Returns by how much a rounded average may differ from what it was reckoned to be."""
    decimals = len(f"{quantity.value:g}".partition(".")[2])
    # A third is no figure of two decimals.
    decimals = decimals if decimals <= _DECIMALS else 0
    return (1.0 if quantity.comparator in {"about", "nearly"} else 0.5) / float(10**decimals)


def is_alike(one: Quantity, other: Quantity) -> bool:
    """Tells if two figures can be part and whole, or two values of one thing."""
    if (one.kind, one.unit) != (other.kind, other.unit) or one.kind not in {"count", "money"}:
        return False
    # A number of days is no part of a number of alerts.
    return one.noun == other.noun or (one.noun not in UNITS and other.noun not in UNITS) or "" in {one.noun, other.noun}


def pair_alike(some: Sequence[Quantity], others: Sequence[Quantity]) -> Iterator[Pair]:
    """Yields the pairs of figures of two lists that are alike."""
    pairs: Iterable[Pair]
    pairs = itertools.combinations(some, 2) if some is others else itertools.product(some, others)
    return (pair for pair in pairs if is_alike(*pair))


def find_figures(page: Clause) -> Iterator[Quantity]:
    """Yields the counts and amounts of a page, at most as many as are reckoned with."""
    return (one for one in page.quantities[:MOST_REASONED] if one.kind in {"count", "money"})


def pair_in_rows(page: Clause) -> Iterator[Pair]:
    """Yields the counts and amounts of a sentence or row two by two, and neighbours of two sentences."""
    figures = [one for one in page.quantities if one.kind in {"count", "money"} and one.value >= 1]
    rows = [list(row) for _, row in itertools.groupby(figures, key=lambda one: page.sentence_of(one.first))]
    for row in rows:
        pairs = itertools.combinations(row, 2) if len(row) <= _MOST_IN_ROW else itertools.pairwise(row)
        yield from (pair for pair in pairs if is_alike(*pair))
    for one, other in itertools.pairwise(figures):
        # Of two short sentences, too: "Members: 7,300. Fellows: 204."
        if page.line_of(one.start) == page.line_of(other.start) and is_alike(one, other):
            yield one, other


def find_totals(page: Clause) -> Iterator[Quantity]:
    """Yields the figures of a line or sentence that says ``total``."""
    for one in find_figures(page):
        begin, end = page.sentence_of(one.first)
        if not {"total", "all", "sum"}.isdisjoint(page.words[begin:end]):
            yield one


def _is_note(page: Clause, one: Quantity) -> bool:
    """Tells if a figure stands in parentheses, and in no column."""
    return page.text[one.start - 1 : one.start] == "(" and page.text[one.end : one.end + 1] == ")"


def find_columns(page: Clause) -> Iterator[list[Quantity]]:
    """Yields the figures of a table by columns: of lines one behind the other with as many figures each.

    Of lines with one figure each there are at least three.
    """
    lines = [
        [one for one in row if not _is_note(page, one)]
        for _, row in itertools.groupby(page.quantities, key=lambda one: page.line_of(one.start))
    ]
    for size, run in itertools.groupby(lines, key=len):
        rows = list(run)
        if len(rows) > 1 and (size > 1 or len(rows) > _LEAST_LINES):
            yield from ([row[number] for row in rows] for number in range(size))
