"""Ends of lines that were ended on purpose, as in a list or a table."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

_FULL_LINE = 0.85
"""Share of the width of the lines around it up to which a line and the next word would have fitted into one."""
_LINES = 3
_CLOSING = ").%"
_GAP = re.compile(r"\S(?:\t| {2,})\S")
"""Space between two columns."""


def find_breaks(text: str) -> tuple[int, ...]:
    """Finds the ends of lines that were ended on purpose.

    The next word would have fitted into the line, as wide as those around it, and has a capital; or both lines are
    entries, which begin or end with a number; or one of them has columns.

    Args:
        text: The text.

    Returns:
        Offsets of the characters that end these lines, ascending.
    """
    lines = text.split("\n")
    found: list[int] = []
    at = 0
    for number, (line, following) in enumerate(itertools.pairwise(lines)):
        at += len(line)
        if _is_entry_end(line, following) or _has_columns(line, following) or _has_room(lines, number):
            found.append(at)
        at += 1
    return tuple(found)


def _is_entry_end(line: str, following: str) -> bool:
    one, other = line.strip().rstrip(_CLOSING), following.strip().rstrip(_CLOSING)
    begins, ends = one[:1].isdigit() and other[:1].isdigit(), one[-1:].isdigit() and other[-1:].isdigit()
    return begins or ends


def _has_columns(line: str, following: str) -> bool:
    return any(_GAP.search(each.strip()) for each in (line, following))


def _has_room(lines: Sequence[str], number: int) -> bool:
    widths = sorted(len(line) for line in lines[max(number - _LINES, 0) : number + _LINES + 1] if line.strip())
    first, *_ = lines[number + 1].split(maxsplit=1) or [""]
    return (
        not first[:1].islower()
        and bool(widths)
        and len(lines[number].rstrip()) + 1 + len(first) <= _FULL_LINE * widths[len(widths) // 2]
    )
