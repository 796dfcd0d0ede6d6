"""Rows of pipe tables, the form in which a draft writes a table.

The rows of GitHub's Markdown, with two differences: a line without a bar is no row, and cells beyond the last column
belong to the last one, so that no word is lost.
"""

from __future__ import annotations

import re
from typing import Literal

MOST_COLUMNS = 12
"""A table with more columns is text: no page has room for it."""
LONGEST_ROW = 2000
"""Characters of a row; a longer line ends the table and is text: no page has room for it."""

Alignment = Literal["", "left", "center", "right"]
"""Of a column; empty where the table does not say."""

_BAR = re.compile(r"\\.|(\|)")
_DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_ALIGNMENTS: dict[tuple[bool, bool], Alignment] = {
    (False, False): "",
    (True, False): "left",
    (True, True): "center",
    (False, True): "right",
}


def split_row(line: str, columns: int = MOST_COLUMNS + 1) -> list[tuple[int, int]]:
    r"""Returns the places of a row's cells, without the blanks around them; none where the line has no bar.

    >>> [r"| a | b \| c |  |"[start:end] for start, end in split_row(r"| a | b \| c |  |")]
    ['a', 'b \\| c', '']

    Args:
        line: One line, without its line feed.
        columns: At most so many cells: the last holds what is beyond.
    """
    bars = [found.start() for found in _BAR.finditer(line) if found[1]]
    if not bars or len(line) > LONGEST_ROW:
        return []
    first = len(line) - len(line.lstrip(" \t"))
    last = len(line.rstrip(" \t"))
    if bars[0] == first:
        first = bars.pop(0) + 1
    if bars and bars[-1] == last - 1:
        last = bars.pop()
    bars = bars[: columns - 1]
    return [_strip(line, *place) for place in zip([first, *(bar + 1 for bar in bars)], [*bars, last], strict=True)]


def _strip(line: str, start: int, end: int) -> tuple[int, int]:
    text = line[start:end]
    start += len(text) - len(text.lstrip(" \t"))
    return start, max(start, start + len(text.strip(" \t")))


def read_alignments(head: str, delimiters: str) -> tuple[Alignment, ...]:
    """Returns the alignments of a table's columns; none where the two lines do not begin a table.

    >>> read_alignments("| a | b |", "|---|--:|")
    ('', 'right')

    Args:
        head: The line with the heads of the columns.
        delimiters: The line below it, such as ``|---|:-:|``.
    """
    if "|" not in delimiters or len(delimiters) > LONGEST_ROW or not _DELIMITERS.fullmatch(delimiters.strip(" \t")):
        return ()
    columns = split_row(head)
    marks = [delimiters[start:end] for start, end in split_row(delimiters)]
    if not 0 < len(columns) == len(marks) <= MOST_COLUMNS:
        return ()
    return tuple(_ALIGNMENTS[mark.startswith(":"), mark.endswith(":")] for mark in marks)
