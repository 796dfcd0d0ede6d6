"""Widths of a table's columns, and the size of its text, for every format that has pages.

They are computed from the numbers of characters, so that PDF and DOCX show a table alike.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_LINE = 39.4
"""Width of the text, in sizes of its letters: 6.3 inches of 11.5 points."""
_PAGE = 54.0
"""Height of the text of a page, likewise."""
_SCALES = (0.9, 0.8, 0.7, 0.6)
_LETTER, _WIDE_LETTER = 0.52, 1.05
"""Mean width of a letter in sizes; Chinese, Japanese and Korean ones are as wide as high."""
_MARGINS = 0.95
"""Of a cell's text, left and right together."""
_ROUNDING = 0.01
_LEADING, _GAP = 1.25, 0.8
_LONGEST_WORD = 0.4 * _LINE
"""A longer one breaks, whatever room there is: an address of the web must not take the room of all other columns."""
_TALL_HEAD = 0.3
_HEAD_LETTER = 1.12
"""Of bold letters, beside those of the text."""


@dataclass(frozen=True)
class TableLayout:
    """Layout of a table.

    Attributes:
        shares: Widths of the columns; their sum is 1.
        scale: Size of the letters, as a share of that of the text.
        fits: Characters of a word that each column has room for; None where all of its words have room.
        tall: By row, the heads first: a page break may divide it, for no page has room for it.
        repeats: The heads stand on each page.
    """

    shares: tuple[float, ...]
    scale: float
    fits: tuple[int | None, ...]
    tall: tuple[bool, ...]
    repeats: bool


def lay_out_table(rows: Sequence[Sequence[str]]) -> TableLayout:
    """Lays out a table.

    >>> layout = lay_out_table([["Year", "Award"], ["1978", "Wolf Prize in Physics, the first that was given"]])
    >>> [round(share, 2) for share in layout.shares], layout.scale
    ([0.11, 0.89], 0.9)

    Args:
        rows: Texts of the cells, the heads of the columns first; each row has one text a column.
    """
    words = [[_widest_word(row[column], is_head=row is rows[0]) for row in rows] for column in range(len(rows[0]))]
    longest = [max(widths) for widths in words]
    whole = [max(_measure(row[column]) for row in rows) for column in range(len(rows[0]))]
    margins = _MARGINS * len(longest)
    needed = sum(min(width, _LONGEST_WORD) for width in longest)
    scale = next((scale for scale in _SCALES if needed * scale + margins <= _LINE), _SCALES[-1])
    least = [min(width, _LONGEST_WORD) * scale + _MARGINS for width in longest]
    if sum(least) > _LINE:  # words of the widest columns break
        least = _share_out([_MARGINS] * len(least), least)
    wanted = [width * scale + _MARGINS for width in whole]
    widths = _share_out(least, wanted)
    heights = [
        scale * _LEADING * max(map(_count_lines, row, widths, [scale] * len(widths))) + scale * _GAP for row in rows
    ]
    return TableLayout(
        shares=tuple(width / _LINE for width in widths),
        scale=scale,
        fits=tuple(
            _count_fitting(width, scale) if longest[column] * scale + _MARGINS > width + _ROUNDING else None
            for column, width in enumerate(widths)
        ),
        tall=tuple(height > _PAGE for height in heights),
        repeats=len(rows) > 1 and heights[0] < _TALL_HEAD * _PAGE,
    )


def _count_fitting(width: float, scale: float) -> int:
    return max(1, math.floor((width - _MARGINS) / (scale * _LETTER * _HEAD_LETTER)))


def _share_out(least: Sequence[float], wanted: Sequence[float]) -> list[float]:
    """Shares a line out: narrow columns get what they want, and the others the rest, by the roots of what they want."""
    widths = dict[int, float]()
    free, waiting = _LINE, sorted(range(len(least)), key=lambda column: wanted[column])
    while waiting:
        want, others = max(least[waiting[0]], wanted[waiting[0]]), waiting[1:]
        if want > free / len(waiting) or free - want < sum(least[column] for column in others):
            break
        widths[waiting[0]], free, waiting = want, free - want, others
    while waiting:
        unit = free / sum(math.sqrt(wanted[column]) for column in waiting)
        parts = {column: unit * math.sqrt(wanted[column]) for column in waiting}
        short = [column for column in waiting if parts[column] < least[column]] or waiting
        widths |= {column: max(parts[column], least[column]) for column in short}
        free -= sum(widths[column] for column in short)
        waiting = [column for column in waiting if column not in widths]
    # A table is as wide as the text, within what rounding leaves.
    total = sum(wanted)
    return [widths[column] + free * want / total for column, want in enumerate(wanted)]


def _measure(text: str) -> float:
    """Measures a text on one line, in sizes of its letters."""
    if text.isascii():
        return len(text) * _LETTER
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return wide * _WIDE_LETTER + (len(text) - wide) * _LETTER


def _widest_word(text: str, *, is_head: bool) -> float:
    # A blank that does not break is a part of the word; a letter of Chinese is one by itself.
    words = re.split(r"[ \n\t]+|(?<=[\u2e80-\uffef])|(?=[\u2e80-\uffef])", text)
    return max(map(_measure, words)) * (_HEAD_LETTER if is_head else 1.0)


def _count_lines(text: str, width: float, scale: float) -> int:
    room = max(width - _MARGINS, scale)
    # Lines are not full to their ends.
    return sum(math.ceil(1.1 * _measure(line) * scale / room) or 1 for line in text.split("\n"))
