"""Figures that are reckoned from others: sums, differences, averages, shares and ratios.

The figures that the letter itself gives beside one come first. Those of a page count only where they stand together,
for of many figures some pair has any share.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from workbench.checks.figures.orders import FALLS, RISES
from workbench.checks.statements.number_words import split_words
from workbench.checks.statements.quantities import Quantity, find_phrase
from workbench.checks.statements.statements import Clause
from workbench.checks.statements.units import UNITS, is_other_unit
from workbench.text.stems import find_stem

_MOST_REASONED = 40
_MOST_EARLIER = 8
"""Figures of the paragraph before the sentence that it may reckon with."""
_MOST_IN_ROW = 6
"""Figures of a sentence or row of a page of which any two are compared; of more, neighbours."""
_LONGEST_LIST = 30
_LEAST_LINES = 2
_DECIMALS = 2
_SMALLEST_SUM = 20
_CUE_REACH = 8
_JUST_BEHIND = 2
_MOST_ANY = 8
"""Figures of a page up to which any two are compared."""
_APPOSED = 3
"""Words between a figure and the share that it is."""
_NEAR_SHARE = 3
"""Percentage points by which nearly and about may be off at most."""
_NEAR_RATIO = 0.1
"""Share by which a ratio may be off: fees that grew 1.9 times doubled."""
_EXACT = 1e-9
_BEYOND = 1.15
_BEYOND_SHARE = 1.3
"""Times by which what is more than a figure may exceed it."""
SUM_CUES = frozenset(
    split_words(
        "together total totals totaling totalling altogether combined overall sum all account accounts make makes"
        " adds jointly cumulative cumulatively come comes came amount amounts"
    )
)
"""Words that name a sum."""
_WITH_TO = frozenset(split_words("come comes came amount amounts"))
"""Cues of a sum where "to" follows."""
_DIFFERENCE_CUES = frozenset(
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
_DIFFERENCES = frozenset(
    split_words(
        "difference gap margin lead increase decrease drop gain rise fall improvement decline reduction growth saving"
    )
)
"""The same where ``of`` follows: ``a gap of 12 points``."""
_SHARED_OUT = frozenset(["each", "apiece", "per"])
_AVERAGE_CUES = frozenset(["average", "averages", "averaged", "mean", *_SHARED_OUT])
_OPERATIONS = frozenset(map(find_stem, (*SUM_CUES, *_DIFFERENCE_CUES, *_DIFFERENCES, *_AVERAGE_CUES)))
_POINT, _PERCENTAGE = find_stem("points"), find_stem("percentage")
_PLACES = frozenset(map(find_stem, ("places", "positions", "ranks")))
"""Nouns of the difference between two ranks."""

Pair = tuple[Quantity, Quantity]


def is_near(quantity: Quantity, value: float) -> bool:
    """Tells if a reckoned value is what a quantity states, by its comparator.

    Args:
        quantity: The quantity; of a percentage, the value is one too.
        value: The value.
    """
    said = quantity.value
    beyond = _BEYOND if quantity.kind in {"count", "money"} else _BEYOND_SHARE
    slack = _find_slack(quantity) * 2 if quantity.kind == "percent" else _EXACT * max(abs(said), 1)
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
        Those of the sentence, and the last ones of its paragraph before it.
    """
    own = [one for one in clause.quantities if one is not quantity]
    if paragraph is None:
        return own, []
    start = paragraph.text.find(clause.text)
    earlier = [one for one in paragraph.quantities if one.end <= start]
    return own, earlier[-_MOST_EARLIER:]


def is_share(quantity: Quantity, clause: Clause, pages: Sequence[Clause], paragraph: Clause | None) -> bool:
    """Tells if two counts or amounts have a share, or differ by it.

    Args:
        quantity: A percentage of ``clause``.
        clause: The sentence.
        pages: The pages that it cites.
        paragraph: Its paragraph, or None.
    """
    own, earlier = find_stated(quantity, clause, paragraph)
    changes = is_difference(quantity, clause)
    beside = _find_apposed(quantity, own)
    pairs = [*_pair(own, own), *_pair(own, earlier), *_pair(earlier, earlier)]
    on_pages = [pair for page in pages for pair in _pair_in_rows(page)]
    # Half of a group: two parts of the same size.
    halves = [pair for pair in on_pages if pair[0].value == pair[1].value]
    if beside is not None:
        # "Nine of them, a third": a share of these nine, and of nothing else.
        pairs = [pair for pair in pairs if beside in pair]
        on_pages = [pair for pair in on_pages if beside.value in {pair[0].value, pair[1].value}]
    if any(_is_equal_part(quantity, page) for page in pages):
        return True
    wholes = [one for page in pages for one in _find_totals(page)]
    pairs += [(one, whole) for one in own if beside in {None, one} for whole in wholes if _is_alike(one, whole)]
    whole = _find_whole(quantity, clause)
    columns = [column for page in pages for column in find_columns(page)]
    pairs += [
        (one, whole) for column in columns for one in column
        if whole is not None and any(each.value == whole.value for each in column) and _is_alike(one, whole)
    ]  # fmt: skip
    parts = [pair for pair in _pair(own, own) if is_part_of(clause, *pair)]
    if whole is not None or (parts and beside is None and not changes):
        # "Half of the 26 days", "13 of 88, fewer than one in six": of other figures nothing follows.
        pairs = [pair for pair in pairs if whole in pair] if whole is not None else parts
        return any(_shares(quantity, *pair, changes=False, rest=False) for pair in pairs)
    if any(_shares(quantity, *pair, changes=changes, rest=False) for pair in pairs):
        return True
    # Where the sentence itself gives part and whole, nothing is said of the rest.
    rest = not any(page.by_value.keys() >= {one.value, other.value} for page in pages for one, other in _pair(own, own))
    if halves and is_near(quantity, 50.0):
        return True
    known = {one.value for one in (*own, *earlier)}
    nouns = {*clause.stems}
    stated = {id(one) for page in pages for one in page.quantities if page.words[max(0, one.first - 1)] == "of"}
    on_pages = [
        pair
        for pair in on_pages
        if beside is not None or any(one.value in known or one.noun in nouns or id(one) in stated for one in pair)
    ]
    return any(_shares(quantity, *pair, changes=changes, rest=rest) for pair in on_pages)


def _is_equal_part(quantity: Quantity, page: Clause) -> bool:
    """Tells if a page divides something into so many equal parts: ``four equal installments`` are a quarter each."""
    return any(
        one.kind == "count" and one.value > 1 and page.words[one.last + 1 : one.last + 2] == ("equal",)
        and is_near(quantity, 100 / one.value)
        for one in page.quantities
    )  # fmt: skip


def is_part_of(clause: Clause, one: Quantity, other: Quantity) -> bool:
    """Tells if a sentence says ``13 of 88`` or ``13 of the 88``."""
    if one.first > other.first:
        one, other = other, one
    between = clause.words[one.phrase_end : other.first] if one.phrase_end < other.first else ()
    between = between or clause.words[one.last + 1 : other.first]
    return between[:1] in {("of",), ("among",)} and len(between) <= _JUST_BEHIND


def _find_whole(quantity: Quantity, clause: Clause) -> Quantity | None:
    """Finds the count that a percentage is a share of: ``3.3 percent of the 3,561 operations``."""
    between = quantity.last + 1, quantity.last + 3
    return next(
        (one for one in clause.quantities if one.first in between and clause.words[quantity.last + 1] == "of"), None
    )


def _find_apposed(quantity: Quantity, own: Sequence[Quantity]) -> Quantity | None:
    """Finds the count that a share behind a comma repeats: ``nine of them, a third``."""
    before = [one for one in own if 0 < quantity.first - one.last <= _APPOSED + 1 and one.kind in {"count", "money"}]
    return before[-1] if before and not before[-1].is_counting else None


def _shares(quantity: Quantity, one: Quantity, other: Quantity, *, changes: bool, rest: bool) -> bool:
    small, large = sorted((one.value, other.value))
    if small <= 0 or small == large:
        return False
    found = [100 * small / large]
    found += [100 - found[0]] if rest or changes else []
    found += [100 * (large - small) / small] if changes else []
    return any(is_near(quantity, value) for value in found)


def is_ratio(quantity: Quantity, clause: Clause, pages: Sequence[Clause], paragraph: Clause | None) -> bool:
    """Tells if two figures have a ratio; where the sentence says ``from A to B``, these two.

    Args:
        quantity: A factor of ``clause``.
        clause: The sentence.
        pages: The pages that it cites.
        paragraph: Its paragraph, or None.
    """
    own, earlier = find_stated(quantity, clause, paragraph)
    pairs = [*_pair(own, own)]
    moved = [pair for pair in pairs if is_movement(clause, *pair)]
    if moved:
        pairs = moved
    else:
        pairs += [*_pair(own, earlier), *_pair(earlier, earlier)]
        for page in pages:
            figures = _find_dated(page, clause)
            pairs += [*_pair(own, figures), *(_pair(figures, figures) if len(figures) <= _MOST_ANY else ())]
            pairs += _pair_in_rows(page)
    return any(
        small and is_near(quantity, large / small)
        for small, large in (sorted((one.value, other.value)) for one, other in pairs)
    )


def _find_dated(page: Clause, clause: Clause) -> list[Quantity]:
    """Finds a page's figures beside a date that the sentence names, or all where there are none."""
    figures = [*_find_figures(page)]
    years = {date.year for date in clause.dates}
    lines = {page.line_of(date.start) for date in page.dates if date.year in years}
    return [one for one in figures if page.line_of(one.start) in lines] or figures if page.breaks else figures


def is_difference(quantity: Quantity, clause: Clause) -> bool:
    """Tells if a sentence calls a figure a difference: ``by 12``, ``12 fewer``, ``a gap of 12 points``.

    Args:
        quantity: The figure.
        clause: The sentence.
    """
    first, _ = find_phrase(clause.words, quantity)
    before = clause.words[max(0, first - 2) : first]
    last = max(quantity.phrase_end - 1, quantity.last)
    behind = clause.words[quantity.last + 1 : last + 1 + _JUST_BEHIND]
    if before[-1:] == ("by",):
        # "Sponsored by two members" is no difference.
        far = {*clause.words[: first - 1]}
        return not far.isdisjoint(_MOVEMENTS) or not _DIFFERENCE_CUES.isdisjoint((*far, *behind))
    led = _DIFFERENCE_VERBS.intersection(before[-1:]) or (before[-1:] == ("of",) and before[0] in _DIFFERENCES)
    return bool(led) or not _DIFFERENCE_CUES.isdisjoint(behind)


def is_movement(clause: Clause, one: Quantity, other: Quantity) -> bool:
    """Tells if a sentence says ``from A to B``, dates between them left aside."""
    if one.first > other.first:
        one, other = other, one
    before = clause.words[max(0, one.first - 2) : one.first]
    between = clause.words[max(one.last + 1, other.first - 2) : other.first]
    return "from" in before and "to" in between


def is_reckoned(
    quantity: Quantity, clause: Clause, pages: Sequence[Clause], paragraph: Clause | None, *, placed: bool = False
) -> bool:
    """Tells if a figure follows from others by the operation that the sentence names.

    Args:
        quantity: A count or amount of ``clause``.
        clause: The sentence.
        pages: The pages that it cites.
        paragraph: Its paragraph, or None.
        placed: True where the pages have another value in its place: a difference is one of the letter's figures then.
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
    values = [one.value for one in alike[:_MOST_REASONED]]
    if not SUM_CUES.isdisjoint(near):
        # What the letter and the page both give is one figure.
        sides = [[one for some in listed[: len(pages)] for one in some], *listed[len(pages) :]]
        # "58,340 visitors in 21 weeks": only what is of one noun is added up.
        groups = [
            [one.value for one in side[:_MOST_REASONED] if one.noun in {noun, ""}]
            for side in sides
            for noun in (_nouns(side) or {""})
        ]
        groups += [[one.value for one in column] for page in pages for column in find_columns(page)]
        totals = [total for group in groups for total in _run_sums(group)]
        # Neighbours of a list have nouns of their own: "Sparrow: 1,903 times".
        totals += [total for side in sides for total in _run_sums([one.value for one in side[:_MOST_REASONED]], 0)]
        if any(is_near(quantity, total) for total in totals):
            return True
    if is_difference(quantity, clause):
        own = [one.value for side in find_stated(quantity, clause, paragraph) for one in side if one in alike]
        pairs = itertools.product(own, values) if placed else itertools.combinations(values, 2)
        if any(is_near(quantity, abs(one - other)) for one, other in pairs):
            return True
    if not _AVERAGE_CUES.isdisjoint(near) and _is_average(quantity, listed, texts, values):
        return True
    # "46 of the 48", "23 buildings, twenty of them": the whole and the rest stand on the pages.
    named = _find_whole(quantity, clause)
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
    """Tells if a figure is the sum of a whole column of a table with three figures or more."""
    return quantity.value > _SMALLEST_SUM and any(
        len(column) > _LEAST_LINES and sum(one.value for one in column) == quantity.value
        for column in find_columns(page)
    )


def _is_average(
    quantity: Quantity, listed: Sequence[Sequence[Quantity]], texts: Sequence[Clause], values: Sequence[float]
) -> bool:
    # Each text by itself: a total that the paragraph names is none of what the page lists.
    groups = [
        [one.value for one in some[:_MOST_REASONED] if one.noun == noun] for some in listed for noun in _nouns(some)
    ]
    slack = _find_slack(quantity)
    if any(len(group) > 1 and abs(sum(group) / len(group) - quantity.value) <= slack for group in groups):
        return True
    # The number of things that a total is shared among is of another noun; a time is shared out of a time.
    shares = [one.value for text in texts for one in text.quantities if one.kind == "count"][:_MOST_REASONED]
    if quantity.is_counting and quantity.noun in UNITS:
        values = [one.value for some in listed for one in some if one.noun == quantity.noun][:_MOST_REASONED]
    return any(
        small > 1 and large > small and abs(large / small - quantity.value) <= slack
        for large, small in itertools.product(values, shares)
    )


def _find_slack(quantity: Quantity) -> float:
    """Returns by how much a rounded average may differ from what it was reckoned to be."""
    decimals = len(f"{quantity.value:g}".partition(".")[2])
    # A third is no figure of two decimals.
    decimals = decimals if decimals <= _DECIMALS else 0
    return (1.0 if quantity.comparator in {"about", "nearly"} else 0.5) / float(10**decimals)


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
    return {one.noun for one in quantities[:_MOST_REASONED] if one.noun}


def _run_sums(values: Sequence[float], pairs: int = _MOST_REASONED) -> set[float]:
    """Returns the sums of neighbouring values, and of any two of the first ones."""
    sums = {one + other for one, other in itertools.combinations(values[:pairs], 2)}
    for start in range(len(values)):
        total = values[start]
        for value in values[start + 1 : start + _LONGEST_LIST]:
            total += value
            sums.add(total)
    return sums


def _is_alike(one: Quantity, other: Quantity) -> bool:
    if (one.kind, one.unit) != (other.kind, other.unit) or one.kind not in {"count", "money"}:
        return False
    # A number of days is no part of a number of alerts.
    return one.noun == other.noun or (one.noun not in UNITS and other.noun not in UNITS) or "" in {one.noun, other.noun}


def _pair(some: Sequence[Quantity], others: Sequence[Quantity]) -> Iterator[Pair]:
    pairs: Iterable[Pair]
    pairs = itertools.combinations(some, 2) if some is others else itertools.product(some, others)
    return (pair for pair in pairs if _is_alike(*pair))


def _find_figures(page: Clause) -> Iterator[Quantity]:
    return (one for one in page.quantities[:_MOST_REASONED] if one.kind in {"count", "money"})


def _pair_in_rows(page: Clause) -> Iterator[Pair]:
    """Yields the counts and amounts of a sentence or row two by two, and neighbours of two sentences."""
    figures = [one for one in page.quantities if one.kind in {"count", "money"} and one.value >= 1]
    rows = [list(row) for _, row in itertools.groupby(figures, key=lambda one: page.sentence_of(one.first))]
    for row in rows:
        pairs = itertools.combinations(row, 2) if len(row) <= _MOST_IN_ROW else itertools.pairwise(row)
        yield from (pair for pair in pairs if _is_alike(*pair))
    for one, other in itertools.pairwise(figures):
        # Of two short sentences, too: "Members: 7,300. Fellows: 204."
        if page.line_of(one.start) == page.line_of(other.start) and _is_alike(one, other):
            yield one, other


def _find_totals(page: Clause) -> Iterator[Quantity]:
    """Yields the figures of a line or sentence that says ``total``."""
    for one in _find_figures(page):
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
