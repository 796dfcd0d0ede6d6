"""Figures that a letter derives from its exhibits: counts, sums, percentages, durations."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import math
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from workbench.checks.figures.listed_items import is_listed, is_number_of_years, may_count_items
from workbench.checks.figures.named_labels import find_labels, find_nearest
from workbench.checks.figures.operands import is_near
from workbench.checks.figures.reckoning import is_column_sum, is_product, is_reckoned
from workbench.checks.figures.shares import Proportion
from workbench.checks.figures.tables import Label
from workbench.checks.statements.dates import MONTH_NAMES, DateMention
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause
from workbench.checks.statements.units import UNITS, is_other_unit
from workbench.text.stems import find_stem

_MOST_PARTS = 24
"""Quantities of one noun that are tried in pairs."""
_MOST_YEARS = 100
_MOST_DATES = 60
LOOSE = "the time between two dates"
"""A way that fits many lengths of time: what a page says of one comes before it."""
_AGE = frozenset(("age", "aged", "ages"))
_AGED = frozenset(itertools.product(("he", "she", "they"), ("was", "is", "were", "are")))
"""Words before an age: ``when she was 38``."""
_FELLOWS = frozenset(map(find_stem, ("colleagues", "partners", "peers", "companions")))
"""Nouns of persons beside the one whom a list names, too."""
_EXACT = 1e-9
_DAY, _PAGE = find_stem("days"), find_stem("pages")
_RANGE = r"(?P<first>\d{1,5})(?: ?[-–] ?| to )(?P<last>\d{1,5})"
_MONTH = "|".join(MONTH_NAMES)
_DAY_RANGE = re.compile(rf"\b(?:(?:{_MONTH}) )?{_RANGE}\b(?: (?:{_MONTH})\b|, \d{{4}}\b)")
_PAGE_RANGE = re.compile(rf"\b(?:pages?|pp?\.) {_RANGE}\b", re.IGNORECASE)
_WEEKDAYS = [day.removesuffix("day") for day in calendar.day_name]
_WEEKDAY = "|".join(_WEEKDAYS)
_WEEK = re.compile(rf"\b(?P<first>{_WEEKDAY})days?(?: ?[-–] ?| to | through )(?P<last>{_WEEKDAY})day")
_DAYS = frozenset(map(find_stem, ("days", "nights", "evenings")))
_NEARLY = 0.6
"""Years by which a length of time in whole years may differ from two dates with months."""
_LEAST_RANGES = 2
_RANGE_MARKS = frozenset(("-", "–", "—", "to", "until", "through"))
_AGE_REACH = 4
_BIRTH = frozenset(("born", "birth"))
_BIRTH_REACH = 4
_BIRTHDAY = find_stem("birthday")
_LEAST_WHOLE = 100
"""Smallest number of which somebody is said to be in the top share."""
_WIDEST_TOP = 10
"""Times that a top share may be wider than the place in it: the first of 1,000 is not said to be in the top half."""
_LEAST_ADDENDS = 3
_DURATIONS = frozenset(("year", "decad", "month"))
_SEASONS = frozenset(map(find_stem, ("seasons", "summers", "winters", "springs", "editions")))
_APART = frozenset((("later",), ("earlier",), ("after",), ("before",)))


def derive_quantity(
    quantity: Quantity,
    clause: Clause,
    pages: Sequence[Clause],
    exhibits: int = 0,
    years: Collection[int] = (),
    paragraph: Clause | None = None,
    *,
    placed: bool = False,
    subject: str = "",
) -> str | None:
    """Finds the way in which a letter may have come to a figure.

    Args:
        quantity: One of ``clause``.
        clause: The sentence.
        pages: The pages that it cites.
        exhibits: Number of exhibits that it cites.
        years: Further years to count from or to, such as that of the filing.
        paragraph: The sentence's paragraph, whose figures are compared with the pages by themselves.
        placed: True where the pages have another value in the figure's place: two of their figures prove nothing then.
        subject: Stem of the name of the person whom "he" and "she" mean, or empty.

    Returns:
        The way, such as ``the number of exhibits cited``, or None.
    """
    texts = (clause, *pages)
    # "The top 1 percent" is a rank that nobody reckons.
    if quantity.comparator == "top":
        return (
            "a place among so many"
            if _is_top(quantity, clause, (*pages, *([paragraph] if paragraph else ())))
            else None
        )
    reckoned = () if placed else pages
    proportion = Proportion(quantity, clause, reckoned, paragraph, subject)
    if quantity.kind == "percent":
        return "the share of two counts" if proportion.is_share() else None
    if quantity.kind == "multiple":
        return "the ratio of two figures" if proportion.is_ratio() else None
    # A place in an order is nothing that is added up or rounded.
    if quantity.kind == "rank" and quantity.noun == _BIRTHDAY:
        return "a date of birth" if _is_birthday(quantity, clause, pages) else None
    if quantity.kind == "rank":
        return "the number of exhibits cited" if _is_exhibits(quantity, exhibits) else None
    ways: dict[str, Callable[[], bool]] = {
        "the number of exhibits cited": lambda: _is_exhibits(quantity, exhibits),
        "the length of a range": lambda: (
            _is_time(quantity, clause)
            and any(_is_length(quantity, page) and not find_named_ranges(quantity, clause, page) for page in pages)
        ),
        "the months between two dates": lambda: (
            quantity.noun == "month" and _is_months(quantity, [date for text in texts for date in text.dates])
        ),
        "the months of a year up to a date": lambda: (
            quantity.noun == "month" and any(_is_begun_year(quantity, clause, page) for page in pages)
        ),
        "the days between two dates": lambda: (
            quantity.noun == _DAY and _is_days(quantity, [date for text in texts for date in text.dates])
        ),
        LOOSE: lambda: (
            quantity.noun != "month" and _is_time(quantity, clause) and _is_duration(quantity, clause, pages, years)
        ),
        "a sum, difference or average": lambda: is_reckoned(
            quantity, clause, pages, paragraph, placed=placed, subject=subject
        ),
        "the sum of a column": lambda: any(is_column_sum(quantity, page) for page in pages),
        "so many each": lambda: is_product(quantity, clause, pages),
        "the sum of the figures beside it": lambda: _is_own_sum(quantity, clause),
        "the number of years listed": lambda: any(is_number_of_years(quantity, page) for page in pages),
        "a share of a count beside it": lambda: _is_part(quantity, clause),
        "a limit of a figure beside it": lambda: _is_limit(quantity, clause),
        "a range of days or pages": lambda: any(_is_span(quantity, page) for page in pages),
        "a rounded figure": lambda: any(_is_rounded(quantity, page) for page in pages),
        "the sum of what is counted": lambda: any(_is_sum(quantity, text) for text in texts),
        "the place in an order": lambda: _is_before_rank(quantity, clause, pages),
        "the number of what is listed": lambda: (
            may_count_items(quantity, clause) and any(is_listed(quantity, text) for text in texts)
        ),
        "all but one of what is listed": lambda: (
            (
                clause.words[quantity.last + 1 : quantity.last + 2] in {("other",), ("others",), ("further",)}
                or quantity.noun in _FELLOWS
            )
            and any(is_listed(replace(quantity, value=quantity.value + 1), text) for text in pages)
        ),
    }
    return next((way for way, holds in ways.items() if holds()), None)


def _is_top(quantity: Quantity, clause: Clause, pages: Sequence[Clause]) -> bool:
    """Tells if a place is in a top share: the fourth of 1,850 in the top percent."""
    share = quantity.value / 100
    texts = (clause, *pages)
    ranks = {one.value for text in texts for one in text.quantities if one.kind == "rank" and one.is_ordinal}
    wholes = {one.value for one in clause.quantities if one.kind == "count" and one.value >= _LEAST_WHOLE}
    return any(rank <= share * whole <= _WIDEST_TOP * rank for rank in ranks for whole in wholes)


def _is_own_sum(quantity: Quantity, clause: Clause) -> bool:
    """Tells if the figures of a sentence before one, three or more, add up to it."""
    before = [
        one.value for one in clause.quantities if one.first < quantity.first and (one.kind, one.unit) == _sort(quantity)
    ]
    return any(sum(before[start:]) == quantity.value for start in range(max(0, len(before) - _LEAST_ADDENDS + 1)))


def _sort(quantity: Quantity) -> tuple[str, str]:
    return quantity.kind, quantity.unit


def _is_birthday(quantity: Quantity, clause: Clause, pages: Sequence[Clause]) -> bool:
    """Tells if the birthday that a sentence names is the one just before or behind its date."""
    births = _find_births(pages)
    days = {(date.year, date.month, date.day) for date in clause.dates if date.year and date.day} - births
    before = "before" in clause.words[max(0, quantity.first - _BIRTH_REACH) : quantity.first]
    for year, *day in births:
        for other_year, *other in days:
            reached = (other_year or 0) - (year or 0) - (other < day)
            if quantity.value in {reached + 1} | (set() if before else {reached}):
                return True
    return False


def _find_births(pages: Sequence[Clause]) -> set[tuple[int | None, int | None, int | None]]:
    return {
        (date.year, date.month, date.day)
        for page in pages
        for date in page.dates
        if date.day and not _BIRTH.isdisjoint(page.words[max(0, date.first - _BIRTH_REACH) : date.first])
    }


def _is_before_rank(quantity: Quantity, clause: Clause, pages: Sequence[Clause]) -> bool:
    """Tells if so many came before the one that a page numbers: ``44 times before`` the forty-fifth."""
    behind = clause.words[quantity.last + 1 : quantity.phrase_end + 2]
    return not {"before", "earlier", "previous"}.isdisjoint(behind) and any(
        one.kind == "rank" for page in pages for one in page.by_value.get(quantity.value + 1, ())
    )


def _is_part(quantity: Quantity, clause: Clause) -> bool:
    """Tells if a sentence gives a whole and a share that make a count: ``the two-thirds majority of six`` of nine."""
    shares = [one.value / 100 for one in clause.quantities if one.kind == "percent"]
    wholes = [one.value for one in clause.quantities if one.kind == "count" and one.value > quantity.value]
    return quantity.comparator == "exactly" and any(
        math.ceil(share * whole - _EXACT) == quantity.value for share in shares for whole in wholes
    )


def _is_limit(quantity: Quantity, clause: Clause) -> bool:
    """Tells if the sentence itself gives the figure that a limit is said of: ``passed one hundred with 101``."""
    return quantity.comparator in {"more", "least"} and any(
        one.comparator == "exactly" and is_near(quantity, one.value)
        for one in clause.quantities
        if one.kind == quantity.kind == "count" and (not one.is_counting or one.noun == quantity.noun)
    )


def _is_span(quantity: Quantity, page: Clause) -> bool:
    """Tells if a page gives a range of so many days or pages: ``3-12 August``, ``pages 22-35``."""
    if quantity.noun in _DAYS and any(_count_weekdays(match) == quantity.value for match in _WEEK.finditer(page.text)):
        return True
    # "A four-page portrait".
    is_of_pages = quantity.noun == _PAGE or _PAGE in quantity.modifiers
    pattern = _PAGE_RANGE if is_of_pages else _DAY_RANGE if quantity.noun == _DAY else None
    return pattern is not None and any(
        int(match["last"]) - int(match["first"]) + 1 == quantity.value for match in pattern.finditer(page.text)
    )


def _count_weekdays(match: re.Match[str]) -> int:
    """Counts the days of ``Tuesday to Saturday``."""
    return (_WEEKDAYS.index(match["last"]) - _WEEKDAYS.index(match["first"])) % len(_WEEKDAYS) + 1


def _is_exhibits(quantity: Quantity, exhibits: int) -> bool:
    return quantity.kind in {"count", "rank"} and quantity.noun not in UNITS and quantity.value == exhibits > 1


def _is_duration(quantity: Quantity, clause: Clause, pages: Sequence[Clause], more: Collection[int]) -> bool:
    age = find_age(clause, pages) if _is_age(quantity, clause) else None
    if age is not None:
        return age == quantity.value
    births = _find_births(pages) if _is_age(quantity, clause) else set()
    if births:
        dated = {date.year for text in (clause, *pages) for date in text.dates if date.year}
        reached = {late - year for year, *_ in births if year for late in dated}
        return quantity.value in reached or quantity.value + 1 in reached
    span = _find_span(clause)
    # "For seven years, from 2006 to 2013": the years that the sentence names beside it, and no others.
    if span is not None:
        return _is_apart(quantity, *span)
    # Of rows with a range each, the range of the row that the sentence names.
    named = [pair for page in pages for pair in find_named_ranges(quantity, clause, page)]
    if named:
        now = [DateMention(year, None, None, False, 0, 0, 0, 0) for year in more]
        named += [(one, late) for one, _ in named for late in now]
        return any(_is_apart(quantity, *pair) for pair in named)
    dates = [date for text in (clause, *pages) for date in text.dates if date.year and not date.decade]
    months = {(date.year or 0, date.month or 0): date for date in dates}
    months |= {(year, 0): DateMention(year, None, None, False, 0, 0, 0, 0) for year in more}
    pairs = itertools.combinations([months[month] for month in sorted(months)][:_MOST_DATES], 2)
    return any(_is_apart(quantity, *pair) for pair in pairs)


def _is_apart(quantity: Quantity, one: DateMention, other: DateMention) -> bool:
    """Tells if two dates are as many years apart as a quantity says."""
    length = quantity.value * {"decad": 10, "month": 1 / 12}.get(quantity.noun, 1)
    apart = abs((other.year or 0) - (one.year or 0)) * 1.0
    slack = 1.0
    if one.month and other.month:
        apart = abs(12 * ((other.year or 0) - (one.year or 0)) + other.month - one.month) / 12
        slack = _NEARLY
    # Over a decade may be anything up to two; a date in the middle of a year allows one year more or less.
    least = length - slack if quantity.comparator in {"exactly", "nearly", "about"} else length
    most = length * 1.5 + 1 if quantity.comparator in {"more", "least"} else length + slack
    return least <= apart <= most


def find_named_ranges(quantity: Quantity, clause: Clause, page: Clause) -> list[tuple[DateMention, DateMention]]:
    """Finds the ranges of dates of a page's lines that a sentence names for a length of time.

    Args:
        quantity: The length of time.
        clause: Sentence of a draft.
        page: A page; of its lines with a range, those that the words behind the length name.
    """
    ranges = [
        (one, other)
        for one, other in itertools.pairwise(page.dates)
        if page.line_of(one.start) == page.line_of(other.start)
        and page.text[one.end : other.start].strip() in _RANGE_MARKS
        and one.year
        and other.year
    ]
    lines = [page.line_of(one.start) for one, _ in ranges]
    if len(set(lines)) < _LEAST_RANGES:
        return []
    labels = tuple(Label(_stems_of_line(page, line), ()) for line in lines)
    end = next((one.first for one in clause.quantities if one.first > quantity.last), len(clause.tokens))
    named = find_nearest(labels, clause, (quantity.phrase_end, end))
    return [ranges[number] for number in named or find_labels(labels, clause, (0, len(clause.tokens)))]


def _stems_of_line(page: Clause, line: int) -> frozenset[str]:
    found = (stem for stem, token in zip(page.stems, page.tokens, strict=True) if page.line_of(token.start) == line)
    return frozenset(found) - {""}


def _is_age(quantity: Quantity, clause: Clause) -> bool:
    before = clause.words[max(0, quantity.first - _AGE_REACH) : quantity.first]
    behind = clause.words[quantity.last + 1 : quantity.last + 3]
    return (
        not _AGE.isdisjoint(before)
        or behind[:2] in {("years", "old"), ("year", "old")}
        or (not quantity.is_counting and clause.words[max(0, quantity.first - 2) : quantity.first] in _AGED)
    )


def find_age(clause: Clause, pages: Sequence[Clause]) -> int | None:
    """Reckons the age of the one born on the pages on the only day that a sentence names, or None.

    Args:
        clause: Sentence of a draft.
        pages: The pages that it cites.
    """
    births = _find_births(pages)
    days = {(date.year, date.month, date.day) for date in clause.dates if date.day} - births
    if len(births) != 1 or len(days) != 1:
        return None
    (year, *birthday), (other, *day) = next(iter(births)), next(iter(days))
    return None if year is None or other is None else other - year - (day < birthday)


def _is_months(quantity: Quantity, dates: Sequence[DateMention]) -> bool:
    """Tells if two dates with a month are so many months apart, one more or less; of years alone, a year."""
    months = {12 * date.year + date.month for date in dates if date.year and date.month}
    apart = {abs(one - other) for one, other in itertools.combinations(sorted(months)[:_MOST_DATES], 2)}
    years = {date.year for date in dates if date.year and not date.month}
    apart_years = {12 * abs(one - other) for one, other in itertools.combinations(sorted(years)[:_MOST_DATES], 2)}
    slack = 2 if quantity.comparator == "about" else 1
    return any(abs(each - quantity.value) <= slack for each in apart) or quantity.value in apart_years


def _is_begun_year(quantity: Quantity, clause: Clause, page: Clause) -> bool:
    """Tells if a page counts up to the end of a month: ``the first nine months`` of ``442 (to September 30)``."""
    return clause.words[max(0, quantity.first - 1) : quantity.first] == ("first",) and any(
        date.month == quantity.value and page.words[max(0, date.first - 1) : date.first] in _UP_TO
        for date in page.dates
    )


_UP_TO = frozenset((("to",), ("until",), ("through",)))


def _is_days(quantity: Quantity, dates: Sequence[DateMention]) -> bool:
    """Tells if two days are so many days apart, the first of them counted or not."""
    days = {
        dt.date(date.year, date.month, date.day)
        for date in dates
        if date.year and date.month and date.day and date.day <= calendar.monthrange(date.year, date.month)[1]
    }
    apart = {abs((one - other).days) for one, other in itertools.combinations(sorted(days)[:_MOST_DATES], 2)}
    return quantity.value in apart or quantity.value - 1 in apart


def _is_length(quantity: Quantity, page: Clause) -> bool:
    """Tells if a page gives a range of so many years: ``2009 to 2018``."""
    return quantity.noun == "year" and any(
        page.words[one.last + 1 : other.first] in {("to",), ("until",), ("through",), ()}
        and one.year is not None
        and other.year is not None
        and other.year - one.year == quantity.value
        for one, other in itertools.pairwise(page.dates)
    )


def _find_span(clause: Clause) -> tuple[DateMention, DateMention] | None:
    """Finds the dates of ``from 2006 to 2013``."""
    for one, other in itertools.pairwise(clause.dates):
        before = clause.words[max(0, one.first - 1) : one.first]
        between = clause.words[one.last + 1 : other.first]
        if before == ("from",) and between in {("to",), ("until",), ("through",)} and one.year and other.year:
            return one, other
    return None


def _is_time(quantity: Quantity, clause: Clause) -> bool:
    if quantity.kind != "count":
        return False
    if not quantity.is_counting and clause.words[max(0, quantity.first - 2) : quantity.first] in _AGED:
        return True
    # "Four seasons later" is reckoned as years are.
    is_later = quantity.noun in _SEASONS and clause.words[quantity.phrase_end : quantity.phrase_end + 1] in _APART
    is_length = quantity.noun in _DURATIONS or is_later
    return is_length or not _AGE.isdisjoint(clause.words[max(0, quantity.first - 4) : quantity.first])


def _is_rounded(quantity: Quantity, page: Clause) -> bool:
    return any(
        other.unit == quantity.unit
        and other.kind == quantity.kind
        and other.value != quantity.value
        and quantity.rounds(other.value)
        and not is_other_unit(quantity.noun, other.noun)
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


def derive_date(date: DateMention, pages: Sequence[Clause]) -> str | None:
    """Finds the way in which a date may follow from the pages: a number of years from one, or a day beside its year."""
    if date.year is not None and date.day is not None:
        return "a day and its year" if any(_has_day(date, page) for page in pages) else None
    if date.year is None or date.month is not None:
        return None
    for page in pages:
        spans = [
            quantity
            for quantity in page.quantities
            if quantity.noun == "year"
            and 1 < quantity.value < _MOST_YEARS
            and page.words[max(0, quantity.first - 1) : quantity.first] not in _RECURRING
        ][:_MOST_PARTS]
        years = {other.year for other in page.dates if other.year}
        if any(abs(date.year - year) == span.value for span in spans for year in years):
            return "a date and a number of years"
    return None


_RECURRING = frozenset((("every",), ("each",)))
"""Words before a length of time after which something recurs, from which no year is reckoned."""


def _has_day(date: DateMention, page: Clause) -> bool:
    """Tells if a page gives a day without its year, and the nearest year before it: ``Awards 2020 ... February 23``."""
    year = None
    for one in page.dates:
        if one.year is None and (one.month, one.day) == (date.month, date.day) and year == date.year:
            return True
        year = one.year or year
    return False
