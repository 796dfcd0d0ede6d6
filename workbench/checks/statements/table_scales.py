"""Tables whose heading says in what their figures are: ``in millions of dollars``, ``(NOK thousand)``, ``in US$``."""

from __future__ import annotations

import itertools
import re
import statistics
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from workbench.checks.statements.number_words import CURRENCY_CODES, CURRENCY_COUNTRIES, CURRENCY_WORDS, SCALES
from workbench.checks.statements.quantities import Quantity

_CURRENCY = rf"US ?\$|[$€£¥]|(?:{'|'.join(sorted(CURRENCY_CODES))})\b"
_HEADING = re.compile(
    rf"(?:\bin|\()[ ]?(?:(?:(?P<before>{_CURRENCY})[ ]?)?(?P<scale>million|thousand|billion)s?"
    rf"(?: of (?:US )?(?P<behind>[a-z]+))?\b|(?P<alone>{_CURRENCY})(?![ ]?\d))",
    re.IGNORECASE,
)
_COLUMN = re.compile(r"\t| {2,}")
_CELL = re.compile(r"[^\t ]+(?: [^\t ]+)*")
_MOST_HEADINGS = 20
_MOST_LINES = 200
_LEAST_AMOUNT = 1000
"""Smallest figure of a column of amounts in a table whose heading names a currency and no scale."""
_OUTLIER = 50
"""Times by which the figures of a row fall short of the table's median where they count something else."""


def scale_columns(text: str, quantities: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """Gives the bare figures of a table the scale and currency that its heading names.

    Where some of its columns have decimals and others have none, the latter count something else, and so does a row of
    much smaller figures, such as the number of employees.

    Args:
        text: A page.
        quantities: Its quantities.
    """
    if "\n" not in text:
        return tuple(quantities)
    found: dict[int, Quantity] = {}
    for heading in itertools.islice(_HEADING.finditer(text), _MOST_HEADINGS):
        scale = SCALES[heading["scale"].casefold()] if heading["scale"] else 1
        unit, currency = _read_unit(heading)
        for one in _choose(text, heading, quantities, scale):
            kind = "money" if unit else "count"
            value = round(one.value * scale, 2)
            found[one.start] = replace(one, value=value, unit=unit, kind=kind, currency=currency)  # type: ignore[arg-type]
    return tuple(found.get(one.start, one) for one in quantities)


def _read_unit(heading: re.Match[str]) -> tuple[str, str]:
    """Returns the sign of the heading's currency, and its code where the sign is that of several."""
    named = (heading["before"] or heading["alone"] or "").casefold().replace("us$", "$").replace("us $", "$")
    behind = (heading["behind"] or "").casefold()
    sign = CURRENCY_WORDS.get(named) or CURRENCY_WORDS.get(behind) or CURRENCY_WORDS.get(behind.removesuffix("s"))
    return sign or named, named if named in CURRENCY_COUNTRIES.values() else ""


def _choose(text: str, heading: re.Match[str], quantities: Sequence[Quantity], scale: int) -> Iterable[Quantity]:
    """Chooses the figures of the table below a heading that are in its unit."""
    columns = _find_columns(text, heading, quantities)
    if scale == 1:
        return [one for some in columns if min(one.value for one in some) >= _LEAST_AMOUNT for one in some]
    figures = [one for column in columns for one in column]
    if not figures:
        return ()
    with_decimals = [column for column in columns if any(not one.value.is_integer() for one in column)]
    if with_decimals:
        return [one for column in with_decimals for one in column]
    least = statistics.median(one.value for one in figures) / _OUTLIER
    breaks = [match.start() for match in re.finditer("\n", text)]
    figures.sort(key=lambda one: one.start)
    rows = [[*row] for _, row in itertools.groupby(figures, key=lambda one: bisect_left(breaks, one.start))]
    return [one for row in rows if max(one.value for one in row) >= least for one in row]


def _find_columns(text: str, heading: re.Match[str], quantities: Sequence[Quantity]) -> list[list[Quantity]]:
    """Lists the bare figures of the table below a heading by columns, counted from the last.

    A heading that stands in a cell of the first row is that of its column.
    """
    found: dict[int, list[Quantity]] = defaultdict(list)
    begin = text.rfind("\n", 0, heading.start()) + 1
    head = text[begin : text.find("\n", heading.end())]
    width = len(_COLUMN.findall(head))
    # What stands in the last cell that has words, of fewer than half, is a title of the whole table.
    is_title = not _COLUMN.search(head.rstrip(), heading.end() - begin) and 2 * len(_CELL.findall(head)) <= width + 1
    before = 0 if is_title else len(_COLUMN.findall(head, 0, heading.start() - begin))
    starts = [one.start for one in quantities]
    in_cell = False
    for at, line in _find_lines(text, heading.end()):
        # By where cells end: the first column has words of any length.
        ends = [at + match.start() for match in _COLUMN.finditer(line)] + [at + len(line)]
        in_cell = in_cell or 0 < before <= width == len(ends) - 1
        for one in quantities[bisect_left(starts, at) : bisect_left(starts, ends[-1])]:
            if one.kind == "count" and not one.unit:
                found[sum(end > one.start for end in ends)].append(one)
    return [column for number, column in found.items() if not in_cell or number == 1 + width - before]


def _find_lines(text: str, start: int) -> Iterator[tuple[int, str]]:
    """Yields the lines of a table below a place, with their offsets."""
    at = text.find("\n", start) + 1
    seen = 0
    while 0 < at < len(text) and seen < _MOST_LINES:
        end = text.find("\n", at)
        line = text[at : end if end >= 0 else len(text)]
        if _COLUMN.search(line.strip()):
            yield at, line
        elif line.strip() or seen:
            return
        seen += 1
        at = end + 1 if end >= 0 else len(text)
