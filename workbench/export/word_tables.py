"""Tables of a Word file as pipe tables, merged into the Markdown that they were exported from."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from workbench.export.word_alignment import align_lines
from workbench.export.word_inline import merge_words
from workbench.export.word_letter import Line
from workbench.text.pipe_tables import split_row

Write = Callable[[Line, str], str]
"""Writes the words of a cell as Markdown, given the source that it comes from."""
_Cells = tuple[Line, ...]


class _Strip(NamedTuple):
    """A row or a column, as :func:`align_lines` takes it."""

    cells: _Cells

    @property
    def kind(self) -> str:
        return ""

    @property
    def key(self) -> tuple[object, ...]:
        return tuple(cell.key for cell in self.cells)

    @property
    def text(self) -> str:
        return " ".join(cell.text for cell in self.cells)


def write_table(line: Line, write: Write) -> str:
    """Writes a table that the draft does not have; its first row has the heads of the columns."""
    rows = _list_rows(line)
    head, *others = [_write_row([_write_cell(cell, write) for cell in row]) for row in rows]
    return "\n".join([head, _write_row(["---"] * len(rows[0])), *others])


def write_rows(line: Line, write: Write) -> str:
    """Writes rows of a table without its delimiters, to be read by a person."""
    return "\n".join(_write_row([_write_cell(cell, write) for cell in row]) for row in line.rows)


def merge_table(source: str, old: Line, new: Line, write: Write) -> str:
    """Changes a table so that it says what a table of a file says, and keeps its spelling of all else.

    A row that shows the same keeps its line, and the delimiters stay while the columns are the same.

    Args:
        source: The table in the draft.
        old: The table as it was exported.
        new: As it is in the file.
        write: Writes a cell.
    """
    head, delimiters, *others = re.split(r"\r\n|\r|\n", source)
    lines, before, after = [head, *others], _list_rows(old), _list_rows(new)
    if len(lines) != len(before):
        return write_table(new, write)
    columns = _pair(list(zip(*before, strict=True)), list(zip(*after, strict=True)))
    is_same_shape = columns == list(range(len(before[0])))
    # Cells of columns that came or went say nothing of the likeness of rows.
    kept = [place for place in columns if place is not None]
    common = [tuple(cell for cell, place in zip(row, columns, strict=True) if place is not None) for row in after]
    partners = _pair([tuple(row[place] for place in kept) for row in before], common)
    rows = []
    for row, partner in zip(after, partners, strict=True):
        if partner is None:
            rows.append(_write_row([_write_cell(cell, write) for cell in row]))
        elif is_same_shape and (line := _merge_row(lines[partner], before[partner], row, write)):
            rows.append(line)
        else:
            places = split_row(lines[partner], len(before[0]))
            cells = [
                _write_cell(cell, write)
                if place is None
                else _merge_cell(_cut(lines[partner], places, place), before[partner][place], cell, write)
                for cell, place in zip(row, columns, strict=True)
            ]
            rows.append(_write_row(cells))
    if not is_same_shape:
        marks = split_row(delimiters)
        delimiters = _write_row(["---" if place is None else _cut(delimiters, marks, place) for place in columns])
    return "\n".join([rows[0], delimiters, *rows[1:]])


def _list_rows(line: Line) -> list[_Cells]:
    """Lists the rows of a table, each with as many cells as the longest."""
    width = max(map(len, line.rows))
    empty = line._replace(kind="paragraph", pieces=())
    return [(*row, *[empty] * (width - len(row))) for row in line.rows]


def _pair(old: Sequence[_Cells], new: Sequence[_Cells]) -> list[int | None]:
    """Returns the old place of each new row or column, or None."""
    pairs = align_lines([_Strip(cells) for cells in old], [_Strip(cells) for cells in new])
    places = {two: one for one, two in pairs if two is not None}
    return [places[number] for number in range(len(new))]


def _merge_row(line: str, old: Sequence[Line], new: Sequence[Line], write: Write) -> str | None:
    """Merges the cells that changed into a row's line; None where it has to be written anew."""
    places = split_row(line, len(old))
    changed = [column for column in range(len(old)) if old[column].key != new[column].key]
    # Without a bar at its beginning, new words could begin a list or a quotation.
    if changed and (len(places) < len(old) or not line.lstrip().startswith("|")):
        return None
    for column in reversed(changed):
        start, end = places[column]
        words = _merge_cell(line[start:end], old[column], new[column], write)
        # An empty cell may have no blanks around it.
        left, right = (" " * (start == end and beside == "|") for beside in (line[start - 1], line[end : end + 1]))
        line = f"{line[:start]}{left}{words}{right}{line[end:]}"
    return line


def _cut(line: str, places: Sequence[tuple[int, int]], column: int) -> str:
    return line[slice(*places[column])] if column < len(places) else ""


def _merge_cell(source: str, old: Line, new: Line, write: Write) -> str:
    if old.key == new.key:
        return source
    return merge_words(source, _write_cell(new, write, source), " ")


def _write_cell(cell: Line, write: Write, source: str = "") -> str:
    return write(cell, source).replace("\\\n", " ").replace("|", "\\|")


def _write_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
