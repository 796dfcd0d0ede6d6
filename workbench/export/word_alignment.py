"""Alignment of the lines of two letters: by what they show, then by likeness."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Protocol

from workbench.text.redline import make_matcher

_LEAST_ALIKE = 0.45
_MOST_PAIRS = 40_000
"""Of changed lines, over which none are paired: the time grows with their product."""


class AlignedLine(Protocol):
    """A line that can be aligned."""

    @property
    def key(self) -> Hashable:
        """Value that is equal for lines that show the same."""

    @property
    def kind(self) -> str:
        """Kind of block."""

    @property
    def text(self) -> str:
        """Its text on one line."""


def align_lines(expected: Sequence[AlignedLine], actual: Sequence[AlignedLine]) -> list[tuple[int | None, int | None]]:
    """Pairs exported lines with the lines of a file, in order; None where one has no partner."""
    old, new = [line.key for line in expected], [line.key for line in actual]
    pairs: list[tuple[int | None, int | None]] = []
    for tag, a, b, c, d in make_matcher(old, new).get_opcodes():
        if tag == "equal":
            pairs += list(zip(range(a, b), range(c, d), strict=True))
        else:
            pairs += _pair_alike(expected, actual, range(a, b), range(c, d))
    return pairs


def _pair_alike(
    expected: Sequence[AlignedLine], actual: Sequence[AlignedLine], old: range, new: range
) -> list[tuple[int | None, int | None]]:
    """Pairs changed lines by likeness, without crossing, so that the sum of its squares is greatest.

    Squares: one line that is nearly the same outweighs two of which half is the same, as rows of a table may be.
    """
    from rapidfuzz import fuzz  # noqa: PLC0415 - only edited letters need it

    if len(old) == len(new) == 1 and expected[old[0]].kind == actual[new[0]].kind:
        return [(old[0], new[0])]
    if not old or not new or len(old) * len(new) > _MOST_PAIRS:
        return [(number, None) for number in old] + [(None, number) for number in new]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike = ((fuzz.ratio(expected[one].text[:2000], actual[two].text[:2000]) / 100 for two in new) for one in old)
    weights = [[likeness**2 if likeness >= _LEAST_ALIKE else 0.0 for likeness in row] for row in alike]
    for row in reversed(range(len(old))):
        for column in reversed(range(len(new))):
            weight = weights[row][column]
            paired = best[row + 1][column + 1] + weight if weight else 0.0
            best[row][column] = max(paired, best[row + 1][column], best[row][column + 1])
    pairs: list[tuple[int | None, int | None]] = []
    row = column = 0
    while row < len(old) and column < len(new):
        weight = weights[row][column]
        if weight and best[row][column] == best[row + 1][column + 1] + weight:
            pairs.append((old[row], new[column]))
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            pairs.append((old[row], None))
            row += 1
        else:
            pairs.append((None, new[column]))
            column += 1
    return pairs + [(number, None) for number in old[row:]] + [(None, number) for number in new[column:]]
