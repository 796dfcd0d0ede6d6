"""Figures that a letter derives from its exhibits: counts, sums, percentages, durations."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Sequence

from workbench.checks.dates import DateMention
from workbench.checks.quantities import Quantity
from workbench.checks.statements import Clause

_MOST_PARTS = 24
"""Quantities of one noun that are tried in pairs."""
_LONGEST_LIST = 30
_NEAR_SHARE = 3
"""Percentage points by which nearly and about may be off."""
_MOST_YEARS = 100
_SIGNIFICANT = 1000
"""Numbers from here on are rounded without a word that says so."""
_COUNTER = re.compile(r"(?:^|[\s;:,(])\(?(\d{1,2}|[a-h])[.)](?=\s)", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]{0,8}[-*•·–][ \t]+\S", re.MULTILINE)
_LISTED = re.compile(r",\s+(?:and\s+)?|;\s+(?:and\s+)?|\s+and\s+")
_AGE = frozenset(("age", "aged", "ages"))
_CUE_REACH = 8
_MOST_REASONED = 40
_SUM_CUES = frozenset(
    ["together", "total", "totals", "altogether", "combined", "overall", "sum", "all", "account", "accounts"]
)
_DIFFERENCE_CUES = frozenset(
    [
        "fewer",
        "less",
        "more",
        "exceed",
        "exceeds",
        "exceeded",
        "exceeding",
        "difference",
        "increase",
        "increased",
        "rose",
        "fell",
        "older",
        "younger",
    ]
)
_AVERAGE_CUES = frozenset(["average", "averages", "averaged", "mean", "each", "apiece", "per"])
_DURATIONS = frozenset(("year", "decad", "month"))


def derive_quantity(
    quantity: Quantity,
    clause: Clause,
    pages: Sequence[Clause],
    exhibits: int = 0,
    years: Collection[int] = (),
    paragraph: Clause | None = None,
) -> str | None:
    """Finds the way in which a letter may have come to a figure.

    Args:
        quantity: One of ``clause``.
        clause: The sentence.
        pages: The pages that it cites.
        exhibits: Number of exhibits that it cites.
        years: Further years to count from or to, such as that of the filing.
        paragraph: The sentence's paragraph, whose figures are compared with the pages by themselves.

    Returns:
        The way, such as ``the number of exhibits cited``, or None.
    """
    texts = (clause, *pages)
    if quantity.kind == "percent":
        sources = pages if paragraph is None else (*pages, paragraph)
        return "the share of two counts" if any(_is_share(quantity, text) for text in sources) else None
    ways: dict[str, Callable[[], bool]] = {
        "the number of exhibits cited": lambda: quantity.kind in {"count", "rank"} and quantity.value == exhibits > 1,
        "the time between two dates": lambda: (
            _is_time(quantity, clause) and _is_duration(quantity, clause, pages, years)
        ),
        "a sum, difference or average": lambda: _is_reckoned(quantity, clause, pages, paragraph),
        "a rounded figure": lambda: any(_is_rounded(quantity, page) for page in pages),
        "the sum of what is counted": lambda: any(_is_sum(quantity, text) for text in texts),
        "the number of what is listed": lambda: any(_is_listed(quantity, text) for text in texts),
    }
    return next((way for way, holds in ways.items() if holds()), None)


def _is_duration(quantity: Quantity, clause: Clause, pages: Sequence[Clause], more: Collection[int]) -> bool:
    years = {date.year for text in (clause, *pages) for date in text.dates if date.year and not date.decade} | set(more)
    if not years:
        return False
    length = quantity.value * {"decad": 10, "month": 1 / 12}.get(quantity.noun, 1)
    least = length - 1 if quantity.comparator in {"exactly", "nearly", "about"} else length
    # Over a decade may be anything up to two; a date in the middle of a year allows one year more or less.
    most = length * 1.5 + 1 if quantity.comparator in {"more", "least"} else length + 1
    return any(least <= abs(one - other) <= most for one, other in itertools.combinations(sorted(years)[:60], 2))


def _is_time(quantity: Quantity, clause: Clause) -> bool:
    return quantity.noun in _DURATIONS or not _AGE.isdisjoint(clause.words[max(0, quantity.first - 4) : quantity.first])


def _is_reckoned(quantity: Quantity, clause: Clause, pages: Sequence[Clause], paragraph: Clause | None) -> bool:
    """Tells if a figure follows from others by the operation that the sentence names."""
    near = clause.words[max(0, quantity.first - _CUE_REACH) : quantity.last + _CUE_REACH + 1]
    texts = (*pages, *((paragraph,) if paragraph is not None else ()))
    alike = [one for text in texts for one in text.quantities if (one.kind, one.unit) == (quantity.kind, quantity.unit)]
    values = [one.value for one in alike[:_MOST_REASONED]]
    if not _SUM_CUES.isdisjoint(near):
        # "58,340 visitors in 21 weeks": only what is of one noun is added up.
        groups = [[one.value for one in alike[:_MOST_REASONED] if one.noun == noun] for noun in {*_nouns(alike)}]
        if any(quantity.value in _run_sums(group) for group in (values, *groups)):
            return True
    if not _DIFFERENCE_CUES.isdisjoint(near) and any(
        abs(one - other) == quantity.value for one, other in itertools.combinations(values, 2)
    ):
        return True
    if not _AVERAGE_CUES.isdisjoint(near):
        return any(
            small > 1 and abs(large / small - quantity.value) < 1
            for small, large in itertools.permutations(values, 2)
            if large > small
        )
    # "46 of the 48", "23 buildings, twenty of them": the whole and the rest stand on the pages.
    rest = {whole - quantity.value for whole in values if whole > quantity.value}
    counted = {one.value for text in (clause, *pages) for one in text.quantities}
    behind = clause.words[quantity.last + 1 : quantity.last + 2]
    return behind == ("of",) and any(value in counted for value in rest if value > 0)


def _nouns(quantities: Sequence[Quantity]) -> list[str]:
    return [one.noun for one in quantities[:_MOST_REASONED] if one.noun]


def _run_sums(values: Sequence[float]) -> set[float]:
    """Returns the sums of neighbouring values, and of any two."""
    sums = {one + other for one, other in itertools.combinations(values, 2)}
    for start in range(len(values)):
        total = values[start]
        for value in values[start + 1 : start + _LONGEST_LIST]:
            total += value
            sums.add(total)
    return sums


def _is_share(quantity: Quantity, page: Clause) -> bool:
    for first, second in itertools.pairwise(page.quantities):
        if page.sentence_of(first.first) != page.sentence_of(second.first) or first.kind == "percent":
            continue
        small, large = sorted((first.value, second.value))
        near = _NEAR_SHARE if quantity.comparator in {"nearly", "about"} else 1
        share = 100 * small / large if large else 0
        if small >= 1 and min(abs(share - quantity.value), abs(100 - share - quantity.value)) < near:
            return True
    return False


def _is_rounded(quantity: Quantity, page: Clause) -> bool:
    if quantity.value < _SIGNIFICANT:
        return False
    digits = len(f"{quantity.value:.0f}".rstrip("0"))
    places = digits - len(f"{quantity.value:.0f}")
    return any(
        other.unit == quantity.unit and other.kind == quantity.kind and round(other.value, places) == quantity.value
        for other in page.quantities
    )


def _is_sum(quantity: Quantity, page: Clause) -> bool:
    if not quantity.noun:
        return False
    parts = [other for other in page.quantities if other is not quantity and quantity.counts_same(other)][:_MOST_PARTS]
    values = [other.value for other in parts if other.value < quantity.value]
    return len(values) > 1 and (
        sum(values) == quantity.value or any(one + other == quantity.value for one, other in itertools.pairwise(values))
    )


def _is_listed(quantity: Quantity, page: Clause) -> bool:
    if quantity.value > _LONGEST_LIST:
        return False
    value = int(quantity.value)
    if value <= 1 or value != quantity.value:
        return False
    counters = [match[1] for match in _COUNTER.finditer(page.text)]
    numbers = [int(counter) if counter.isdigit() else ord(counter) - ord("a") + 1 for counter in counters]
    # The last of an unbroken list.
    for place, number in enumerate(numbers):
        ends = place + 1 == len(numbers) or numbers[place + 1] != number + 1
        if number == value and ends and numbers[max(0, place - value + 1) : place + 1] == list(range(1, value + 1)):
            return True
    if len(_BULLET.findall(page.text)) == value:
        return True
    # As in "four journals, namely: A, B, C and D".
    _, end = page.sentence_of(quantity.first) if quantity in page.quantities else (0, 0)
    if end:
        behind = page.text[page.tokens[quantity.last].end : page.tokens[end - 1].end]
        _, _, listed = behind.partition(":")
        return bool(listed) and len([part for part in _LISTED.split(listed) if part.strip()]) == value
    return False


def derive_date(date: DateMention, pages: Sequence[Clause]) -> str | None:
    """Finds the way in which a year may follow from the pages: a number of years before or after one of theirs."""
    if date.year is None or date.month is not None:
        return None
    for page in pages:
        spans = [
            quantity for quantity in page.quantities if quantity.noun == "year" and 1 < quantity.value < _MOST_YEARS
        ][:_MOST_PARTS]
        years = {other.year for other in page.dates if other.year}
        if any(abs(date.year - year) == span.value for span in spans for year in years):
            return "a date and a number of years"
    return None
