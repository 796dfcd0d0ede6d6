"""Ends of lines that were ended on purpose, as in a list or a table."""

from __future__ import annotations

import itertools
import re

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
    entries = [*itertools.starmap(_is_entry_end, itertools.pairwise(lines)), False]
    columned = [_GAP.search(line.strip()) is not None for line in lines]
    widths = [len(line) if line.strip() and not gaps else 0 for line, gaps in zip(lines, columned, strict=True)]
    for number, (line, following) in enumerate(itertools.pairwise(lines)):
        at += len(line)
        # What stands above the first entry is the heading of the list.
        is_entry = entries[number] or (entries[number + 1] and not following[:1].islower())
        if is_entry or columned[number] or columned[number + 1]:
            found.append(at)
        elif not following[:1].islower():
            around = sorted(widths[max(number - _LINES, 0) : number + _LINES + 1])
            # A line of small print may be wider than those around it, and the last line below a list is.
            width = around[-1 if number and entries[number - 1] else -2]
            if _has_room(line, following, width):
                found.append(at)
        at += 1
    return tuple(found)


def join_lines(text: str) -> tuple[str, tuple[int, ...]]:
    """Joins the lines that were not ended on purpose.

    Args:
        text: A page.

    Returns:
        The text, as long as before, with a blank for each end of such a line, but for one behind a hyphen; and the
        offsets of the ends of the others.
    """
    if "\n" not in text:
        return text, ()
    breaks = find_breaks(text)
    kept = frozenset(breaks)
    lines, at = list[str](), 0
    for line in text.split("\n"):
        at += len(line)
        lines.append(line if at == len(text) else f"{line}\n" if at in kept or line[-1:] == "-" else f"{line} ")
        at += 1
    return "".join(lines), breaks


def _is_entry_end(line: str, following: str) -> bool:
    one, other = line.strip().rstrip(_CLOSING), following.strip().rstrip(_CLOSING)
    begins, ends = one[:1].isdigit() and other[:1].isdigit(), one[-1:].isdigit() and other[-1:].isdigit()
    return begins or ends


def _has_room(line: str, following: str, width: int) -> bool:
    """Tells if the first word of the next line begins with a capital, and would have fitted into a line."""
    first, *_ = following.split(maxsplit=1) or [""]
    return not first[:1].islower() and len(line.rstrip()) + 1 + len(first) <= _FULL_LINE * width
