"""Cells of a page's tables, and figures that a letter gives to another row or column than the page.

A sentence names a row or a column by words, an ordinal or a date that no other has. The name that belongs to a figure
is the one right behind it ("118 in 2022"), else one between it and the figure before, else one up to the figure that
follows, else the only one of the sentence.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from workbench.checks.evidence import EvidencePage
from workbench.checks.figures.reckoning import is_difference
from workbench.checks.figures.table_rows import MOST_NAMES, PRONOUNS, Misplaced, TableRow, read_tables
from workbench.checks.statements.dates import DateMention
from workbench.checks.statements.number_words import ORDINALS
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause, Statement, read_page

_SEPARATOR = re.compile(r"[ \t]*(?:\t| {2,}|\s\|\s)[ \t]*")
_MOST_ROWS = 200
_LONGEST_SIGN = 4
"""Characters before the figure of a cell, such as the sign of a currency or a bracket."""
_LONGEST_NOTE = 14
"""Characters behind the figure of a cell, such as a unit."""
_BINDERS = frozenset(("in", "of", "at", "for", "by", "during", "from", "since"))
"""Words between a figure and the name that belongs to it."""
_BOUND = 5
"""Words behind a binder among which the name stands."""
_DETERMINERS = frozenset(("the", "its", "a", "an", "year", "years", "season"))
_PARTS = frozenset((",", ";", "(", ")", ":"))
_LEAST_NAMED = 0.6
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")


@dataclass(frozen=True)
class Label:
    """Name of a row or column.

    Attributes:
        words: Stems of its words, and its ordinals.
        dates: Its dates.
    """

    words: frozenset[str]
    dates: tuple[DateMention, ...]


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


_DATE, _PLACE = -1, -2
"""Columns of the date and of the number that begin a row."""
_NOTHING = Label(frozenset(), ())


def find_other_cells(
    clause: Clause, pages: Sequence[EvidencePage], subject: str = "", before: Clause | None = None
) -> Iterator[Misplaced]:
    """Finds figures and dates of a sentence that stand in another cell than the one that the sentence names.

    Args:
        clause: Sentence of a draft.
        pages: The pages that it cites.
        subject: Stem of the name of the person whom "he" and "she" mean, or empty.
        before: The sentence before it in its paragraph, which names the row where it names none itself.
    """
    statements: tuple[Statement, ...] = (*clause.quantities, *clause.dates)
    stated = {_key(one) for one in statements}
    for page in pages:
        for table in page.recall(read_cells):
            for said in statements:
                own = [place for place, one in table.cells.items() if _is_same(said, one)]
                if not own or _is_weak(said) or _stands_outside(said, pages):
                    continue
                if isinstance(said, Quantity) and is_difference(said, clause):
                    continue
                found = _find_named_cell(said, own, table, clause, subject, stated, before)
                if found is not None:
                    there = table.cells[own[0]]
                    yield Misplaced(said, page, there, table.cells[found], table.texts[found[0]])


def _is_weak(said: Statement) -> bool:
    return said.weak or said.kind == "multiple" if isinstance(said, Quantity) else said.year is None


def _find_named_cell(
    said: Statement,
    own: Sequence[tuple[int, int]],
    table: Table,
    clause: Clause,
    subject: str,
    stated: set[object],
    before: Clause | None,
) -> tuple[int, int] | None:
    """Returns the cell that a sentence names for a figure that stands in others, or None."""
    alike = _list_alike(said, clause, table)
    rows, (first, last) = _find_named(said, alike, table.rows, clause, subject)
    if not rows and before is not None and not _names_any(table.rows, clause):
        rows = _find_in_window(None, _distinguish(table.rows), table.rows, before, 0, len(before.tokens), subject)
        # The sentence before may name several rows, of which this one continues any.
        rows = rows if len(rows) == 1 else frozenset()
    columns = frozenset[int]()
    if isinstance(said, Quantity):
        columns, _ = _find_named(said, alike, table.columns, clause, "")
        # A column of another kind is named for another figure.
        columns = frozenset(
            column for column in columns if all(_is_alike_column(table, place, column) for place in own)
        )
    if any((not rows or row in rows) and (not columns or column in columns) for row, column in own):
        return None
    # "Papers indexed: 34. Times cited: 4,816": some word of the figure's own row is in the sentence.
    last = max(last, _find_mark(clause, _phrase_end(said)))
    words = {*clause.stems[first:last], said.noun if isinstance(said, Quantity) else ""} - {""}
    named = frozenset[str]().union(*(table.rows[row].words for row in rows))
    if rows and any((table.rows[row].words - named) & words for row, _ in own):
        rows = frozenset()
    for row, column in own:
        for target in ((r, c) for r in sorted(rows or {row}) for c in sorted(columns or {column})):
            one = table.cells.get(target)
            if one is not None and target != (row, column) and _is_rival(table.cells[row, column], one, stated):
                return target
    return None


def _find_mark(clause: Clause, place: int) -> int:
    """Returns the first token behind the next comma or the like."""
    while place < len(clause.tokens) and place > 0:
        if not _PARTS.isdisjoint(clause.text[clause.tokens[place - 1].end : clause.tokens[place].start]):
            break
        place += 1
    return place


def _names_any(labels: tuple[Label, ...], clause: Clause) -> bool:
    """Tells if a sentence has a word or date of any label."""
    words = frozenset[str]().union(*(label.words for label in _distinguish(labels)))
    dates = [date for label in labels for date in label.dates]
    return not words.isdisjoint(clause.stems) or any(one.is_in(date) for date in dates for one in clause.dates)


def _is_alike_column(table: Table, place: tuple[int, int], column: int) -> bool:
    one, other = table.cells[place], table.cells.get((place[0], column))
    return place[1] >= 0 and other is not None and _is_alike(one, other)


def _is_rival(own: Statement, other: Statement, stated: set[object]) -> bool:
    return _is_alike(own, other) and _key(other) not in stated and _key(other) != _key(own)


def _find_named(
    said: Statement, alike: Sequence[Statement], labels: tuple[Label, ...], clause: Clause, subject: str
) -> tuple[frozenset[int], tuple[int, int]]:
    """Finds the labels that a sentence names for a figure, by the nearest words that name any; returns their place."""
    own = _distinguish(labels)
    for first, last in _find_windows(said, alike, clause):
        named = _find_in_window(said, own, labels, clause, first, last, subject)
        if named:
            return named, (first, last)
    whole = 0, len(clause.tokens)
    named = _find_in_window(said, own, labels, clause, *whole, subject)
    # In the whole sentence the rows of its other figures are named as well.
    return named if len(named) == 1 else frozenset(), whole


def _find_in_window(
    said: Statement | None,
    own: Sequence[Label],
    labels: tuple[Label, ...],
    clause: Clause,
    first: int,
    last: int,
    subject: str,
) -> frozenset[int]:
    """Finds the labels that some words of a sentence name; a name counts more than a date."""
    by_words = frozenset(
        number for number, label in enumerate(own) if _has_words(label, labels[number], clause, first, last, subject)
    )
    if by_words:
        return by_words
    dates = [date for date in clause.dates if first <= date.first < last and date is not said and date.year]
    return frozenset(
        number
        for number, label in enumerate(own)
        if any(date.is_in(one) or one.is_in(date) for date in label.dates for one in dates)
    )


@lru_cache(maxsize=1024)  # each figure of a sentence is compared with the same tables
def _distinguish(labels: tuple[Label, ...]) -> list[Label]:
    """Takes from each label what another has, too; "2022" alone is no "survival 2022"."""
    # A word that all labels have, such as "rate", tells none of them from another.
    counts: dict[str, int] = {}
    for label in labels:
        for word in label.words:
            counts[word] = counts.get(word, 0) + 1
    words = [frozenset(word for word in label.words if counts[word] == 1) for label in labels]
    # Of labels without words of their own, those with one date.
    bare = [label for label in labels if not label.words]
    return [
        Label(
            own,
            tuple(
                date
                for date in label.dates
                if not any(
                    date.is_in(other)
                    for each in (bare if not label.words else labels)
                    if each is not label
                    for other in each.dates
                )
            ),
        )
        for label, own in zip(labels, words, strict=True)
    ]


def _has_words(own: Label, label: Label, clause: Clause, first: int, last: int, subject: str) -> bool:
    words = clause.words[first:last]
    if subject and subject in label.words and len(label.words) <= MOST_NAMES and not PRONOUNS.isdisjoint(words):
        return True
    given = {
        stem or word for stem, word in zip(clause.stems[first:last], words, strict=True) if stem or _is_ordinal(word)
    }
    shared = own.words & given
    if shared:
        names = {
            clause.stems[place]
            for place in range(max(first, 1), last)
            if clause.stems[place] and clause.text[clause.tokens[place].start].isupper()
        }
        if len(shared) >= _LEAST_NAMED * len(own.words) or shared & names:
            return True
    return False


def _is_ordinal(word: str) -> bool:
    return bool(_ORDINAL.fullmatch(word)) or word in ORDINALS


def _find_windows(said: Statement, alike: Sequence[Statement], clause: Clause) -> Iterator[tuple[int, int]]:
    """Yields the stretches of a sentence that name what a figure is of, the surest first."""
    number = alike.index(said)
    end = alike[number + 1].first if number + 1 < len(alike) else len(clause.tokens)
    last = _phrase_end(said)
    bound = _find_bound(clause, last, end)
    if bound is not None:
        yield last, bound
    begin = 0
    if number:
        begin = _phrase_end(alike[number - 1])
        begin = _find_bound(clause, begin, said.first) or begin
    yield begin, said.first
    yield last, end


def _list_alike(said: Statement, clause: Clause, table: Table) -> list[Statement]:
    """Lists the statements of a sentence that a table has, and that are of the kind of one of them."""
    if isinstance(said, DateMention):
        return list(clause.dates)
    alike = [one for one in clause.quantities if one.kind == said.kind and not one.weak]
    return [one for one in alike if one is said or any(_is_same(one, each) for each in table.cells.values())]


def _phrase_end(said: Statement) -> int:
    return max(said.phrase_end, said.last + 1) if isinstance(said, Quantity) else said.last + 1


def _find_bound(clause: Clause, place: int, end: int) -> int | None:
    """Returns the end of what is bound to the figure before a place: ``in 2022``, ``of the Morwen Center``, or None."""
    if place >= end:
        return None
    gap = clause.text[clause.tokens[place - 1].end : clause.tokens[place].start] if place else ""
    if "(" not in gap and (clause.words[place] not in _BINDERS or not _PARTS.isdisjoint(gap)):
        return None
    stop = place + 1
    while stop < min(end, place + 1 + _BOUND):
        gap = clause.text[clause.tokens[stop - 1].end : clause.tokens[stop].start]
        if not _PARTS.isdisjoint(gap) or clause.words[stop] in {"and", "to", "while", "but", "or"}:
            break
        stop += 1
    return stop


def read_cells(page: EvidencePage) -> tuple[Table, ...]:
    """Reads the tables of a page: those with columns, and lists whose entries have as many figures each."""
    clause = read_page(page)
    columned, taken = _read_columned(clause)
    lists = (
        _read_list(clause, rows)
        for rows in page.recall(read_tables)
        if not any(clause.tokens[rows[0].first].start in span for span in taken)
    )
    return (*columned, *lists)


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
        if len(dates) == 1:
            cells[number, len(row.figures)] = dates[0]
        head = frozenset(clause.stems[row.first : start])
        ordinals = frozenset(word for word in clause.words[start : row.figures[-1].last + 1] if _is_ordinal(word))
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
    has_head = all(one is None or isinstance(one, DateMention) for one in values[0]) and any(
        isinstance(one, Quantity) for row in values[1:] for one in row
    )
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
            cells.setdefault((len(rows) - 1, _DATE), rows[-1].dates[0])
    _add_places(cells, [row[0] for row in values[has_head:]])
    filled = {column for _, column in cells}
    columns = [label if number in filled else _NOTHING for number, label in enumerate(columns)]
    texts = tuple(" ".join(clause.text[line[0][0] : line[-1][1]].split()) for line in lines[has_head:])
    return Table(tuple(rows), tuple(columns), cells, texts) if len(rows) > 1 and cells else None


def _is_bare(one: Statement) -> bool:
    """Tells if the figure that begins a row may number it."""
    return isinstance(one, Quantity) and one.kind == "count" and not one.unit


def _add_places(cells: dict[tuple[int, int], Statement], firsts: Sequence[Statement | None]) -> None:
    """Adds the numbers that begin the rows of a ranking, which ascend."""
    places = [one for one in firsts if isinstance(one, Quantity) and _is_bare(one)]
    if len(places) == len(firsts) and all(one.value < other.value for one, other in itertools.pairwise(places)):
        for number, one in enumerate(places):
            cells[number, _PLACE] = replace(one, kind="rank")


def _read_label(clause: Clause, spans: Sequence[tuple[int, int]]) -> Label:
    starts = [token.start for token in clause.tokens]
    words: set[str] = set()
    for begin, end in spans:
        for place in range(bisect_left(starts, begin), bisect_left(starts, end)):
            word = clause.stems[place] or (clause.words[place] if _is_ordinal(clause.words[place]) else "")
            words.add(word)
    dates = tuple(date for date in clause.dates if any(begin <= date.start < end for begin, end in spans))
    return Label(frozenset(words - {""}), dates)


def _stands_outside(said: Statement, pages: Sequence[EvidencePage]) -> bool:
    """Tells if a value stands on a page outside its tables, too: it may be that one."""
    for page in pages:
        inside = {one.start for table in page.recall(read_cells) for one in table.cells.values()}
        clause = read_page(page)
        there: Sequence[Statement]
        if isinstance(said, DateMention):
            there = [date for date in clause.dates if said.is_in(date)]
        else:
            # "Third place" is no "Vault 3".
            alike = clause.by_value.get(said.value, ())
            there = [one for one in alike if one.is_ordinal or not said.is_ordinal]
        if any(one.start not in inside for one in there):
            return True
    return False


def _key(statement: Statement) -> object:
    if isinstance(statement, DateMention):
        return statement.year, statement.month, statement.day
    return statement.value


def _is_same(said: Statement, one: Statement) -> bool:
    if isinstance(said, DateMention) or isinstance(one, DateMention):
        return isinstance(said, DateMention) and isinstance(one, DateMention) and said.is_in(one)
    kinds = {said.kind, one.kind}
    return said.value == one.value and (len(kinds) == 1 or ("count" in kinds and "rank" not in kinds))


def _is_alike(one: Statement, other: Statement) -> bool:
    if isinstance(one, DateMention) or isinstance(other, DateMention):
        return isinstance(one, DateMention) and isinstance(other, DateMention)
    return (one.kind, one.unit) == (other.kind, other.unit)
