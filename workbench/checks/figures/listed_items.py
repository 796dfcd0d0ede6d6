"""Lists of a page, and figures that count their entries."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator

from workbench.checks.figures.named_labels import TOTALS
from workbench.checks.figures.reckoning import SUM_CUES
from workbench.checks.figures.tables import read_cells
from workbench.checks.statements.number_words import CARDINALS
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause
from workbench.checks.statements.units import UNITS
from workbench.text.stems import find_stem

_LONGEST_LIST = 30
_LONGEST_ELIDED = 12
_COUNTER = re.compile(r"(?:^|[\s;:,(])\(?(\d{1,2}|[a-h])[.)](?=\s)", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]{0,8}[-*•·–][ \t]+\S", re.MULTILINE)
_DATED_ROW = re.compile(r"[ \t]{0,8}(?:1[6-9]|20)\d\d\b")
_WORD_OF_NAME = r"(?:[A-Z]\. ?){0,3}[A-Z][\w’'-]{0,30}"
_NAME_IN_LIST = (
    rf"(?:{_WORD_OF_NAME}(?: {_WORD_OF_NAME}){{0,4}}(?: \d{{1,4}})?(?: \([^()]{{1,80}}\))?|(?:1[6-9]|20)\d\d)"
)
_ENUMERATION = re.compile(
    rf"{_NAME_IN_LIST}(?:(?:, {_NAME_IN_LIST}){{0,20}},? and {_NAME_IN_LIST}|(?:, {_NAME_IN_LIST}){{2,30}})"
)
_NAMED_LIST = re.compile(r": ?([^.;:\n()]{1,200})")
_LONGEST_NAME = 3
"""Words of an entry of a list behind a colon."""
_WITH_OTHERS = re.compile(
    rf"(?P<names>{_NAME_IN_LIST}(?:, {_NAME_IN_LIST}){{0,10}}),?"
    r" and (?P<others>[a-z]+) (?:others|other [a-z]+|further [a-z]+|colleagues|more)\b"
)
_ENCLOSED = re.compile(r" \([^()]{1,80}\)")
_ENTRY = re.compile(r";\s|\.\s|\n(?=[A-Z])")
_LISTED = re.compile(r",\s+(?:and\s+)?|;\s+(?:and\s+)?|\s+and\s+")
_DETERMINERS = frozenset(("the", "these", "those", "all", "his", "her", "their", "its"))
_TIMES = find_stem("times")


def is_number_of_years(quantity: Quantity, page: Clause) -> bool:
    """Tells if a page lists as many years as a figure counts times: ``2016, 2018 and 2021``."""
    return quantity.noun == _TIMES and any(
        len(_LISTED.split(match[0])) == quantity.value and match[0][0].isdigit()
        for match in _ENUMERATION.finditer(page.text)
    )


def may_count_items(quantity: Quantity, clause: Clause) -> bool:
    """Tells if a figure may count what a page lists: ``four journals``, and not ``four times``."""
    if quantity.is_counting:
        return quantity.noun not in UNITS and quantity.noun != _TIMES
    if quantity.value <= _LONGEST_ELIDED and clause.words[quantity.last + 1 : quantity.last + 2] != ("of",):
        return True
    return not _DETERMINERS.isdisjoint(clause.words[max(0, quantity.first - 1) : quantity.first])


def is_listed(quantity: Quantity, page: Clause) -> bool:
    """Tells if a text lists as many things as a figure says."""
    value = int(quantity.value)
    if not 1 < value <= _LONGEST_LIST or value != quantity.value:
        return False
    counters = [match[1] for match in _COUNTER.finditer(page.text)]
    numbers = [int(counter) if counter.isdigit() else ord(counter) - ord("a") + 1 for counter in counters]
    # The last of an unbroken list.
    for place, number in enumerate(numbers):
        ends = place + 1 == len(numbers) or numbers[place + 1] != number + 1
        if number == value and ends and numbers[max(0, place - value + 1) : place + 1] == list(range(1, value + 1)):
            return True
    runs = (
        *_count_named(page),
        *_count_rows(page),
        *_count_lines(page),
        *_count_tables(page),
        *_count_entries(page),
        *_count_names(page),
    )
    if value in {len(_BULLET.findall(page.text)), *runs}:
        return True
    # As in "four journals, namely: A, B, C and D".
    _, end = page.sentence_of(quantity.first) if quantity in page.quantities else (0, 0)
    if end:
        behind = page.text[page.tokens[quantity.last].end : page.tokens[end - 1].end]
        _, _, listed = behind.partition(":")
        return bool(listed) and len([part for part in _LISTED.split(listed) if part.strip()]) == value
    return False


def _count_named(page: Clause) -> Iterator[int]:
    """Yields the lengths of lists behind a colon: ``awards: photography, editing, sound``."""
    for match in _NAMED_LIST.finditer(page.text):
        parts = _LISTED.split(match[1].strip())
        if len(parts) > 1 and all(part and len(part.split()) <= _LONGEST_NAME for part in parts):
            yield len(parts)


def _count_rows(page: Clause) -> Iterator[int]:
    """Yields the lengths of runs of lines that begin with a date, as in a curriculum vitae."""
    dated = (bool(_DATED_ROW.match(line)) for line in page.text.splitlines())
    return (sum(1 for _ in run) for is_dated, run in itertools.groupby(dated) if is_dated)


def _count_lines(page: Clause) -> Iterator[int]:
    """Yields the lengths of runs of lines with as many figures and dates each, as in a table."""
    shapes = Counter[tuple[int, bool]]()
    for one in page.quantities:
        shapes[page.line_of(one.start), False] += 1
    for date in page.dates:
        shapes[page.line_of(date.start), True] += 1
    lines = [(shapes[line, False], shapes[line, True]) for line in range(len(page.breaks) + 1)]
    return (sum(1 for _ in run) for shape, run in itertools.groupby(lines) if any(shape))


def _count_tables(page: Clause) -> Iterator[int]:
    """Yields the numbers of rows of tables, without those that sum up others."""
    return (sum(TOTALS.isdisjoint(row.words) for row in table.rows) for table in read_cells(page))


def _count_entries(page: Clause) -> Iterator[int]:
    """Yields the lengths of runs of entries that end with their number: ``Acta 7; Outbreak 4; Methods 3.``."""
    numbered = (
        part.rstrip(" .")[-1:].isdigit() and SUM_CUES.isdisjoint(part.casefold().split())
        for part in _ENTRY.split(page.text)
    )
    return (sum(1 for _ in run) for is_numbered, run in itertools.groupby(numbered) if is_numbered)


def _count_names(page: Clause) -> Iterator[int]:
    """Yields the lengths of enumerations: of names, as in ``Paris, Rome and Oslo``, or of years.

    "Ada Brink, Jo Fry and five others" are seven.
    """
    for match in _ENUMERATION.finditer(page.text):
        yield len(_LISTED.split(_ENCLOSED.sub("", match[0])))
    for match in _WITH_OTHERS.finditer(page.text):
        count = CARDINALS.get(match["others"].casefold(), 0)
        yield len(_LISTED.split(_ENCLOSED.sub("", match["names"]))) + count
