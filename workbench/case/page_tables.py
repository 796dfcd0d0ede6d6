"""Tables of a page from the places of its words and of its ruled lines.

A table becomes lines with a tab between two cells, each row one line, however often its cells wrap.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from workbench.case.page_lines import Block, LinePart, group_rows, median

_LEAST_ROWS = 3
"""Rows with several cells: fewer are an address or a signature."""
_GUTTER = 0.4
"""Heights of a line between two columns."""
_CROSSING = 0.2
"""Share of the rows of which a cell may reach across a gutter."""
_APART = 3.0
"""Heights of a line between two rows of one table."""
_NEAR = 1.1
"""Heights of a line between a cell's own lines, at most."""
_WIDER = 0.35
"""Heights of a line by which rows stand farther apart than the lines of a cell."""
_PROSE = 28
"""Characters of a cell's line: two columns of longer ones are prose."""
_TOUCH = 3.0
"""Points between two ruled lines that meet."""
_MARGINS = 15.0
"""Points of a cell that its text leaves free, left and right together, at most."""
_MOST_RULES = 3_000
_FIGURE = re.compile(r"[($€£¥+-]{0,3}\d[\d.,/%)]*")
_LOW = re.compile(r"[gjpqy(){},;/|$Q@_\[\]]")
_LOW_AND_SMALL = re.compile(r"[acegmnopqrsuvwxyz.,;: _-]*")
_HIGH, _SMALL, _BELOW = 0.7, 0.5, 0.2
"""Heights of capitals and of small letters, and depth below the line, in sizes of the font."""
_MARKER = re.compile(r"(?:[•▪◦·*–—-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)])", re.IGNORECASE)
"""Beginning of an item of a list."""


class Rule(NamedTuple):
    """A ruled line: its place, and the two ends of its length, in points; ``y`` grows downwards."""

    at: float
    begin: float
    end: float


class Rules(NamedTuple):
    """Ruled lines of a page: those that lie, by their height, and those that stand, by their distance from the left."""

    lying: tuple[Rule, ...]
    standing: tuple[Rule, ...]


class FoundTable(NamedTuple):
    """A table: its pieces, and its text, one line a row."""

    pieces: frozenset[LinePart]
    text: str

    def make_piece(self) -> LinePart:
        """Makes one piece of it, in its place on the page."""
        return LinePart(
            min(one.left for one in self.pieces),
            min(one.top for one in self.pieces),
            max(one.right for one in self.pieces),
            max(one.bottom for one in self.pieces),
            self.text,
        )


NO_RULES = Rules((), ())


def find_grids(pieces: Block, rules: Rules) -> Iterator[FoundTable]:
    """Finds the tables whose cells are ruled on all sides.

    Args:
        pieces: Of a page.
        rules: The page's ruled lines.
    """
    for standing, lying in _find_sides(rules):
        own = [one for one in pieces if standing[0] < one.left + 1 < standing[-1] and lying[0] < one.middle < lying[-1]]
        table = _read_grid(own, standing, lying)
        if table is not None:
            yield table


def find_tables(block: Block, rules: Rules) -> Iterator[FoundTable]:
    """Finds the tables whose columns are parted by white space.

    Args:
        block: Pieces of a page, without columns of prose side by side.
        rules: The page's ruled lines, which may part the rows.
    """
    for rows in _find_runs(block):
        yield from _read_run(rows, rules)


def collapse_tables(pieces: Block, tables: Sequence[FoundTable]) -> Block:
    """Returns the pieces with each table as one piece."""
    taken = frozenset(one for table in tables for one in table.pieces)
    return [one for one in pieces if one not in taken] + [table.make_piece() for table in tables]


def _find_sides(rules: Rules) -> Iterator[tuple[list[float], list[float]]]:
    """Yields the places of the standing and of the lying lines of each grid with two rows and columns or more."""
    if len(rules.lying) + len(rules.standing) > _MOST_RULES:
        return
    lying, standing = _join_rules(rules.lying), _join_rules(rules.standing)
    groups: list[tuple[list[Rule], list[Rule]]] = []
    for rule in standing:
        met = [one for one in lying if _meet(one, rule)]
        joined = [group for group in groups if any(one in group[0] for one in met)]
        groups = [group for group in groups if group not in joined]
        across = dict.fromkeys([*(one for group in joined for one in group[0]), *met])
        groups.append(([*across], [*(one for group in joined for one in group[1]), rule]))
    for lines, sides in groups:
        columns, rows = _list_places(sides), _list_places(lines)
        if len(columns) > 2 and len(rows) > 2:  # noqa: PLR2004 - two cells have three sides
            yield columns, rows


def _join_rules(rules: Sequence[Rule]) -> list[Rule]:
    """Joins pieces of one line: many programs draw the border of each cell by itself."""
    joined: list[Rule] = []
    for rule in sorted(rules):
        last = len(joined) - 1
        while last >= 0 and rule.at - joined[last].at <= _TOUCH and not _overlap(joined[last], rule):
            last -= 1
        if last >= 0 and rule.at - joined[last].at <= _TOUCH:
            one = joined[last]
            joined[last] = Rule(one.at, min(one.begin, rule.begin), max(one.end, rule.end))
        else:
            joined.append(rule)
    return joined


def _overlap(one: Rule, other: Rule) -> bool:
    return one.begin <= other.end + _TOUCH and other.begin <= one.end + _TOUCH


def _meet(lying: Rule, standing: Rule) -> bool:
    return (
        lying.begin - _TOUCH <= standing.at <= lying.end + _TOUCH
        and standing.begin - _TOUCH <= lying.at <= standing.end + _TOUCH
    )


def _list_places(rules: Sequence[Rule]) -> list[float]:
    places: list[float] = []
    for rule in sorted(rules):
        if not places or rule.at - places[-1] > _TOUCH:
            places.append(rule.at)
    return places


def _read_grid(pieces: Block, standing: Sequence[float], lying: Sequence[float]) -> FoundTable | None:
    rows = [[Block() for _ in standing[1:]] for _ in lying[1:]]
    for one in pieces:
        rows[bisect_right(lying, one.middle) - 1][bisect_right(standing, one.left + 1) - 1].append(one)
    filled = [row for row in rows if any(row)]
    if sum(sum(map(bool, row)) > 1 for row in filled) < 2:  # noqa: PLR2004 - one row is no table
        return None
    used = [number for number in range(len(standing) - 1) if any(row[number] for row in filled)]
    text = "\n".join(
        "\t".join(_join_cell(row[number], standing[number + 1] - standing[number]) for number in used) for row in filled
    )
    return FoundTable(frozenset(pieces), _strip_tabs(text))


def _find_runs(pieces: Block) -> Iterator[list[Block]]:
    """Yields rows below each other of which several have gaps."""
    run: list[Block] = []
    for row in group_rows(pieces):
        height = median(one.bottom - one.top for one in row)
        far = bool(run) and min(one.top for one in row) - max(one.bottom for one in run[-1]) > _APART * height
        if far or (len(row) == 1 and not run):
            yield run
            run = []
        if len(row) > 1 or run:
            run.append(row)
    yield run


def _read_run(run: list[Block], rules: Rules) -> Iterator[FoundTable]:
    end = max((number for number, row in enumerate(run, 1) if len(row) > 1), default=0)
    several = [row for row in run[:end] if len(row) > 1]
    if len(several) < _LEAST_ROWS:
        return
    columns = _find_columns(several)
    broad = next((n for n, row in enumerate(run[:end]) if len(row) == 1 and _reaches_across(row[0], columns)), None)
    if broad is not None:
        # A line of prose ends a table; what stands above and below it is looked at by itself.
        yield from _read_run(run[:broad], rules)
        yield from _read_run(run[broad + 1 :], rules)
    elif len(columns) > 1 and not _is_prose(several, columns):
        widths: list[float | None] = [*(right - left for left, right in pairwise(columns)), None]
        last = _sort_cells(run[end - 1], columns)
        while end < len(run) and _are_near(run[end - 1][-1], run[end][0]):
            if not _begins_within(last, _sort_cells(run[end], columns), widths) or _reaches_across(
                run[end][0], columns
            ):
                break
            last = _sort_cells(run[end], columns)
            end += 1
        lines = [_sort_cells(row, columns) for row in run[:end]]
        text = "\n".join("\t".join(map(_join_cell, row, widths)) for row in _join_lines(lines, widths, rules))
        yield FoundTable(frozenset(one for row in run[:end] for one in row), _strip_tabs(text))


def _are_near(one: LinePart, other: LinePart) -> bool:
    return other.top - one.bottom <= _NEAR * (one.bottom - one.top)


def _find_columns(rows: Sequence[Block]) -> list[float]:
    """Returns the left edges of the columns: between two, almost no row has a word."""
    if not rows:
        return []
    height = median(one.bottom - one.top for row in rows for one in row)
    edges = sorted(edge for row in rows for one in row for edge in ((one.left, 1), (one.right, -1)))
    most, depth = int(_CROSSING * len(rows)), 0
    columns: list[float] = []
    free: float | None = float("-inf")
    for at, step in edges:
        depth += step
        if free is not None and depth > most:
            if at - free > _GUTTER * height:
                columns.append(at)
            free = None
        elif free is None and depth <= most:
            free = at
    return columns


def _reaches_across(one: LinePart, columns: Sequence[float]) -> bool:
    return any(one.left < column - 1 and one.right > column + 1 for column in columns[1:])


def _is_prose(rows: Sequence[Block], columns: Sequence[float]) -> bool:
    cells = [cell for row in rows for cell in _sort_cells(row, columns)]
    by_column = [[one.text for cell in cells[number :: len(columns)] for one in cell] for number in range(len(columns))]
    if any(len(texts) < 2 for texts in by_column):  # noqa: PLR2004 - one cell is no column
        return True
    if all(_MARKER.fullmatch(text) for text in by_column[0]) and len(columns) == 2:  # noqa: PLR2004
        return True
    return all(median(map(len, texts)) > _PROSE for texts in by_column)


def _sort_cells(row: Block, columns: Sequence[float]) -> list[Block]:
    cells = [Block() for _ in columns]
    for one in row:
        cells[max(bisect_right(columns, one.left + 1) - 1, 0)].append(one)
    return cells


def _join_lines(lines: Sequence[list[Block]], widths: Sequence[float | None], rules: Rules) -> Iterator[list[Block]]:
    """Joins the lines of one row, whose cells wrap."""
    baselines = [median(map(_find_baseline, itertools.chain.from_iterable(line))) for line in lines]
    height = median(one.bottom - one.top for line in lines for cell in line for one in cell)
    steps = [below - above for above, below in pairwise(baselines)]
    ruled = [any(above - 1 < rule.at < below - 1 for rule in rules.lying) for above, below in pairwise(baselines)]
    is_ruled = 3 * sum(ruled) >= len(ruled) and sum(ruled) > 1
    wide = [step - min(steps) > _WIDER * height for step in steps]
    is_spaced = 3 * sum(wide) >= len(wide) and sum(wide) > 1
    row = [[*cell] for cell in lines[0]]
    for line, step, is_parted, is_wide in zip(lines[1:], steps, ruled, wide, strict=True):
        if is_ruled:
            goes_on = not is_parted
        else:
            fewer = sum(map(bool, line)) < sum(map(bool, row))
            goes_on = (
                not is_wide
                and step <= (1 + _NEAR) * height
                and (is_spaced or (fewer and _begins_within(row, line, widths)))
            )
        if goes_on and not any(map(_are_two_figures, row, line, widths)):
            for cell, more in zip(row, line, strict=True):
                cell.extend(more)
        else:
            yield row
            row = [[*cell] for cell in line]
    yield row


def _find_baseline(one: LinePart) -> float:
    """Estimates the line on which the letters of a piece stand: its box is as high as they are."""
    low = _LOW.search(one.text) is not None
    high = _LOW_AND_SMALL.fullmatch(one.text) is None
    size = (one.bottom - one.top) / ((_HIGH if high else _SMALL) + (_BELOW if low else 0))
    return one.bottom - _BELOW * size if low else one.bottom


def _begins_within(row: Sequence[Block], line: Sequence[Block], widths: Sequence[float | None]) -> bool:
    """Tells if a line of a table begins in the middle of a row: with no first cell, or with more words of it."""
    if not line[0]:
        return True
    words = line[0][0].text
    return bool(row[0]) and (words[0].islower() or words[0] == "(" or _has_wrapped(row[0][-1], line[0][0], widths[0]))


def _has_wrapped(one: LinePart, other: LinePart, width: float | None) -> bool:
    """Tells if a column has no room for the first word of a line in the line above."""
    word = other.text.split(maxsplit=1)[0]
    needed = (other.right - other.left) * (len(word) + 1) / len(other.text)
    return width is not None and one.right - one.left + needed > width - _MARGINS


def _are_two_figures(cell: Block, more: Block, width: float | None) -> bool:
    """Tells if a cell and the one below it have a figure each: they are of two rows then."""
    return (
        bool(cell and more)
        and all(_FIGURE.fullmatch(one.text) for one in (cell[-1], more[0]))
        and not _is_broken(cell[-1], more[0].text, width)
    )


def _join_cell(cell: Block, width: float | None = None) -> str:
    """Joins the lines of a cell; a word that its column has no room for goes on in the next line.

    Args:
        cell: Its pieces.
        width: Of the column, where it is known.
    """
    text = ""
    last: LinePart | None = None
    for line in group_rows(cell):
        if last is not None and not _is_broken(last, line[0].text, width):
            text += " "
        text, last = text + " ".join(one.text for one in line), line[-1]
    return text


def _is_broken(one: LinePart, following: str, width: float | None) -> bool:
    """Tells if a word is broken between two lines of a cell."""
    if not following[:1].isalnum():
        return False
    if re.search(r"\w[-/]$", one.text):
        return True
    # It fills its line: beside the margins of a cell not one letter more has room.
    own = one.right - one.left
    is_full = width is not None and width - own < _MARGINS + own / len(one.text)
    goes_on = one.text.isupper() if following[:1].isupper() else one.text[-1:].isalnum()
    return is_full and goes_on and " " not in one.text


def _strip_tabs(text: str) -> str:
    return re.sub(r"\t+$", "", text, flags=re.MULTILINE)
