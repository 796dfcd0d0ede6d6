"""Tables whose heading says in what their figures are: ``in millions of dollars``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from workbench.checks.statements.number_words import CURRENCY_WORDS, SCALES
from workbench.checks.statements.quantities import Quantity

_HEADING = re.compile(
    r"(?:\bin|\()[ ]?(?:(?P<before>US ?\$|\$|€|£|EUR|USD|GBP|CHF)[ ]?)?(?P<scale>million|thousand|billion)s?"
    r"(?: of (?:US )?(?P<behind>[a-z]+))?\b",
    re.IGNORECASE,
)
_COLUMN = re.compile(r"\t| {2,}")
_SIGNS = {"us$": "$", "us $": "$", "$": "$", "€": "€", "£": "£"}
_MOST_LINES = 200


def scale_columns(text: str, quantities: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """Gives the bare figures of a table the scale and currency that its heading names.

    Where some of its columns have decimals and others have none, the latter count something else.

    Args:
        text: A page.
        quantities: Its quantities.
    """
    heading = _HEADING.search(text) if "\n" in text else None
    if heading is None:
        return tuple(quantities)
    scale = SCALES[heading["scale"].casefold()]
    unit = _read_unit(heading)
    columns = _find_columns(text, heading.end(), quantities)
    chosen = [column for column in columns if any(not one.value.is_integer() for one in column)] or columns
    ids = {id(one) for column in chosen for one in column}
    return tuple(
        replace(one, value=round(one.value * scale, 2), unit=unit, kind="money" if unit else "count")
        if id(one) in ids
        else one
        for one in quantities
    )


def _read_unit(heading: re.Match[str]) -> str:
    before, behind = (heading["before"] or "").casefold(), (heading["behind"] or "").casefold()
    return _SIGNS.get(before) or CURRENCY_WORDS.get(before) or CURRENCY_WORDS.get(behind.removesuffix("s")) or ""


def _find_columns(text: str, start: int, quantities: Sequence[Quantity]) -> list[list[Quantity]]:
    """Lists the bare figures of the table below a heading by columns, counted from the last."""
    found: dict[int, list[Quantity]] = defaultdict(list)
    for begin, line in _find_lines(text, start):
        # By where cells end: the first column has words of any length.
        ends = [begin + match.start() for match in _COLUMN.finditer(line)] + [begin + len(line)]
        inside = [one for one in quantities if begin <= one.start < ends[-1] and one.kind == "count" and not one.unit]
        for one in inside:
            found[sum(end > one.start for end in ends)].append(one)
    return list(found.values())


def _find_lines(text: str, start: int) -> Iterator[tuple[int, str]]:
    """Yields the lines of a table below a place, with their offsets."""
    at = text.find("\n", start) + 1
    seen = 0
    while 0 < at < len(text) and seen < _MOST_LINES:
        end = text.find("\n", at)
        line = text[at : end if end >= 0 else len(text)]
        if not _COLUMN.search(line.strip()):
            return
        yield at, line
        seen += 1
        at = end + 1 if end >= 0 else len(text)
