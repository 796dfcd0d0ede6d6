"""Tables of a page: the names of their rows and columns, and their cells."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from workbench.checks.figures.table_rows import KEPT_PAGES, TableRow, read_tables
from workbench.checks.statements.dates import DateMention
from workbench.checks.statements.number_words import ORDINALS
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause, Statement

_SEPARATOR = re.compile(r"[ \t]*(?:\t| {2,}|\s\|\s)[ \t]*")
_MOST_ROWS = 200
_LEAST_LINES = 2
_LONGEST_SIGN = 4
"""Characters before the figure of a cell, such as the sign of a currency or a bracket."""
_LONGEST_NOTE = 14
"""Characters behind the figure of a cell, such as a unit."""
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
DATE, PLACE = -1, -2
"""Columns of the date and of the number that begin a row."""


@dataclass(frozen=True)
class Label:
    """Name of a row or column.

    Attributes:
        words: Stems of its words, and its ordinals.
        dates: Its dates.
        place: The number that begins the row of a ranking, which "the fourth" names, or None.
        places: Index of each token of the page with content.
    """

    words: frozenset[str]
    dates: tuple[DateMention, ...]
    place: float | None = None
    places: tuple[int, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table of a page.

    Attributes:
        rows: Names of the rows.
        columns: Names of the columns.
        cells: The statements, by row and column.
        texts: The rows, verbatim but for white space.
    """

    rows: tuple[Label, ...]
    columns: tuple[Label, ...]
    cells: dict[tuple[int, int], Statement]
    texts: tuple[str, ...]

    def list_lines(self) -> Iterator[list[Quantity]]:
        """Yields the figures of each column, and of each row."""
        cells = [cell for cell in self.cells.items() if cell[0][1] >= 0 and isinstance(cell[1], Quantity)]
        for part in (1, 0):
            lines: dict[int, list[Quantity]] = {}
            for place, one in cells:
                if isinstance(one, Quantity):
                    lines.setdefault(place[part], []).append(one)
            yield from lines.values()


_NOTHING = Label(frozenset(), ())


@lru_cache(maxsize=KEPT_PAGES)
def read_cells(page: Clause) -> tuple[Table, ...]:
    """Reads the tables of a page: those with columns, and lists whose entries have as many figures each."""
    # Columns first: their lines would be read as lists as well.
    columned, taken = _read_columned(page)
    lists = (
        _read_list(page, rows)
        for rows in read_tables(page)
        if not any(page.tokens[rows[0].first].start in span for span in taken)
    )
    return (*columned, *lists)


@lru_cache(maxsize=KEPT_PAGES)
def find_label_words(page: Clause) -> dict[int, tuple[int, ...]]:
    """Finds the words of a cell's row and column, and the column's dates, by the offset of the cell's statement.

    Args:
        page: A page; only tables with columns are looked at, and rows that words name: others are read as lines.
    """
    found: dict[int, tuple[int, ...]] = {}
    for table in _read_columned(page)[0]:
        for (row, column), one in table.cells.items():
            if column >= 0 and table.rows[row].places:
                label = table.columns[column]
                dates = (place for date in label.dates for place in range(date.first, date.last + 1))
                found[one.start] = (*table.rows[row].places, *label.places, *dates)
    return found


def find_label_years(page: Clause) -> dict[int, frozenset[int]]:
    """Finds the years that name a cell's row and column, by the offset of the cell's statement."""
    found: dict[int, frozenset[int]] = {}
    for table in _read_columned(page)[0]:
        for (row, column), one in table.cells.items():
            if column >= 0:
                dates = (*table.rows[row].dates, *table.columns[column].dates)
                found[one.start] = frozenset(date.year for date in dates if date.year is not None)
    return found


def _read_list(clause: Clause, rows: Sequence[TableRow]) -> Table:
    """Turns rows without columns into a table: what its figures count names a column."""
    cells: dict[tuple[int, int], Statement] = {}
    nouns: dict[int, set[str]] = {}
    labels: list[Label] = []
    starts = [_find_start(clause, row) for row in rows]
    # "Laureates since 1988: 2009 Elin Sand, 2012 Ravi Menon": what stands before the colon names the list.
    if any(start != row.first for start, row in zip(starts[1:], rows[1:], strict=True)):
        starts = [row.first for row in rows]
    for number, (row, start) in enumerate(zip(rows, starts, strict=True)):
        dates = [date for date in row.dates if date.first >= start]
        for column, one in enumerate(row.figures):
            cells[number, column] = one
            if isinstance(one, Quantity):
                nouns.setdefault(column, set()).add(one.noun)
        # Of two dates in one entry neither is a cell: it could be compared with the wrong one.
        if len(dates) == 1:
            cells[number, len(row.figures)] = dates[0]
        head = frozenset(clause.stems[row.first : start])
        ordinals = frozenset(map(read_ordinal, clause.words[start : row.figures[-1].last + 1])) - {""}
        labels.append(Label((row.stems - head) | ordinals, tuple(dates)))
    columns = [
        Label(frozenset(nouns[column]) - {""}, ()) if len(nouns.get(column, ())) == 1 else _NOTHING
        for column in range(1 + max((column for _, column in cells), default=0))
    ]
    texts = [_quote(clause, row, start) for row, start in zip(rows, starts, strict=True)]
    return Table(tuple(labels), tuple(columns), cells, tuple(texts))


def _find_start(clause: Clause, row: TableRow) -> int:
    """Returns the first token of an entry, behind the colon that ends the name of its list."""
    for place in range(row.first + 1, row.figures[0].first):
        gap = clause.text[clause.tokens[place - 1].end : clause.tokens[place].start]
        if ":" in gap:
            return place
    return row.first


def _quote(clause: Clause, row: TableRow, start: int) -> str:
    last = max(one.last for one in (*row.figures, *row.dates))
    return " ".join(clause.text[clause.tokens[start].start : clause.tokens[last].end].split())


def _read_columned(clause: Clause) -> tuple[list[Table], list[range]]:
    """Reads the tables whose columns are parted by white space, with the stretches of the text that they take."""
    tables: list[Table] = []
    taken: list[range] = []
    found: tuple[Statement, ...] = (*clause.quantities, *clause.dates)
    statements = sorted(found, key=lambda one: one.start)
    starts = [one.start for one in statements]
    block: list[tuple[int, int, list[tuple[int, int]]]] = []
    at = 0
    for line in [*clause.text.split("\n"), ""]:
        cells = _split_line(line, at)
        is_head = bool(block) and len(cells) > 1 and not any(_find_value(span, statements, starts) for span in cells)
        if len(cells) > 1 and not is_head:
            block.append((at, at + len(line), cells))
        else:
            if len(block) > 1:
                table = _read_block(clause, [cells for *_, cells in block[:_MOST_ROWS]], statements, starts)
                if table is not None:
                    tables.append(table)
                    taken.append(range(block[0][0], block[-1][1]))
            block = [(at, at + len(line), cells)] if is_head else []
        at += len(line) + 1
    return tables, taken


def _split_line(line: str, at: int) -> list[tuple[int, int]]:
    """Returns the spans of a line's cells; a line that begins with white space has an empty first cell."""
    # Indented prose has no separators within, and is no row.
    if not _SEPARATOR.search(line.strip()):
        return [(at, at + len(line))]
    spans = []
    place = 0
    for match in _SEPARATOR.finditer(line):
        spans.append((at + place, at + match.start()))
        place = match.end()
    spans.append((at + place, at + len(line)))
    return spans


def _find_value(span: tuple[int, int], statements: Sequence[Statement], starts: Sequence[int]) -> Statement | None:
    """Returns the statement that is all of a cell but for a sign before and a unit behind it, or None."""
    number = bisect_left(starts, span[0])
    one = statements[number] if number < len(statements) else None
    if one is None or one.end > span[1] + 1 or (isinstance(one, Quantity) and one.weak):
        return None
    is_alone = one.start - span[0] <= _LONGEST_SIGN and span[1] - one.end <= _LONGEST_NOTE
    return one if is_alone else None


def _read_block(
    clause: Clause, lines: Sequence[list[tuple[int, int]]], statements: Sequence[Statement], starts: Sequence[int]
) -> Table | None:
    values = [[_find_value(span, statements, starts) for span in line] for line in lines]
    # A title that is divided by white space stands above the head.
    while len(lines) > _LEAST_LINES and _may_be_head(values[0]) and _may_be_head(values[1]):
        lines, values = lines[1:], values[1:]
    has_head = _may_be_head(values[0]) and any(isinstance(one, Quantity) for row in values[1:] for one in row)
    # Rows are aligned at their right ends: the first cell, a name, is the one that is left out.
    width = max(map(len, lines))
    columns = [_NOTHING] * width
    if has_head:
        for number, span in enumerate(lines[0]):
            columns[number + width - len(lines[0])] = _read_label(clause, [span])
    rows: list[Label] = []
    cells: dict[tuple[int, int], Statement] = {}
    for spans, row in list(zip(lines, values, strict=True))[has_head:]:
        names = [
            span
            for number, (span, one) in enumerate(zip(spans, row, strict=True))
            if not number or one is None or isinstance(one, DateMention)
        ]
        rows.append(_read_label(clause, names))
        for number, one in enumerate(row):
            if one is not None and (number or not _is_bare(one)):
                cells[len(rows) - 1, number + width - len(row)] = one
        if len(rows[-1].dates) == 1:
            cells.setdefault((len(rows) - 1, DATE), rows[-1].dates[0])
    rows = _add_places(cells, rows, [row[0] for row in values[has_head:]])
    filled = {column for _, column in cells}
    columns = [label if number in filled else _NOTHING for number, label in enumerate(columns)]
    texts = tuple(" ".join(clause.text[line[0][0] : line[-1][1]].split()) for line in lines[has_head:])
    return Table(tuple(rows), tuple(columns), cells, texts) if len(rows) > 1 and cells else None


def _is_bare(one: Statement) -> bool:
    """Tells if the figure that begins a row may number it."""
    return isinstance(one, Quantity) and one.kind == "count" and not one.unit


def _may_be_head(values: Sequence[Statement | None]) -> bool:
    """Tells if a line has names, dates and ordinals alone: ``N, 25th, median, 90th``."""
    return all(one is None or isinstance(one, DateMention) or one.is_ordinal for one in values)


def _add_places(
    cells: dict[tuple[int, int], Statement], rows: list[Label], firsts: Sequence[Statement | None]
) -> list[Label]:
    """Adds the numbers that begin the rows of a ranking, which ascend; returns the rows that have them."""
    places = [one for one in firsts if isinstance(one, Quantity) and _is_bare(one)]
    if len(places) == len(firsts) and all(one.value < other.value for one, other in itertools.pairwise(places)):
        for number, one in enumerate(places):
            cells[number, PLACE] = replace(one, kind="rank")
        return [replace(row, place=one.value) for row, one in zip(rows, places, strict=True)]
    return rows


def _read_label(clause: Clause, spans: Sequence[tuple[int, int]]) -> Label:
    starts = [token.start for token in clause.tokens]
    words: set[str] = set()
    for begin, end in spans:
        for place in range(bisect_left(starts, begin), bisect_left(starts, end)):
            words.add(clause.stems[place] or read_ordinal(clause.words[place]))
        first = bisect_left(starts, begin)
        if clause.words[first : first + 1] == ("all",):
            words.add("all")
    places = tuple(
        place
        for begin, end in spans
        for place in range(bisect_left(starts, begin), bisect_left(starts, end))
        if clause.stems[place]
    )
    dates = tuple(date for date in clause.dates if any(begin <= date.start < end for begin, end in spans))
    return Label(frozenset(words - {""}), dates, places=places)


def read_ordinal(word: str) -> str:
    """Returns an ordinal in figures, ``90th`` for ``ninetieth``, or nothing."""
    if word in ORDINALS:
        return f"{ORDINALS[word]}th"
    match = _ORDINAL.fullmatch(word)
    return f"{match[1]}th" if match is not None else ""
