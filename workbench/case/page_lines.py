"""Pieces of the lines of a page, and the rows that they stand in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

SAME_ROW = 0.5
"""Heights of a line between the middles of two pieces of one row."""

_FLAT = 0.3
"""Height of a dash, as a share of the height of letters, at most."""


class LinePart(NamedTuple):
    """A line, or the part of it that lies in one column.

    ``y`` grows downwards.

    Attributes:
        left: Of its box.
        top: Of its box.
        right: Of its box.
        bottom: Of its box.
        text: What it says.
    """

    left: float
    top: float
    right: float
    bottom: float
    text: str

    @property
    def middle(self) -> float:
        """Height of its middle on the page."""
        return (self.top + self.bottom) / 2


Block = list[LinePart]


def median(values: Iterable[float]) -> float:
    """Computes the median of at least one value.

    The module statistics brings fractions and decimals, whose import takes as long as some pages.
    """
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def group_rows(block: Block) -> list[Block]:
    """Groups a block's pieces by their height on the page, from left to right."""
    rows: list[Block] = []
    for piece in sorted(block, key=lambda piece: piece.middle):
        if rows and shares_row(rows[-1][0], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def shares_row(one: LinePart, other: LinePart) -> bool:
    """Tells if two pieces stand in one row; a dash does with what it is as high as."""
    low, high = sorted((one, other), key=_measure_height)
    if _measure_height(low) < _FLAT * _measure_height(high):
        return high.top <= low.middle <= high.bottom
    return abs(one.middle - other.middle) <= SAME_ROW * _measure_height(low)


def _measure_height(one: LinePart) -> float:
    return one.bottom - one.top
