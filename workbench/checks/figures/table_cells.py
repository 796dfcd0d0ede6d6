"""Cells of a page's tables, and figures that a letter gives to another row or column than the page.

A sentence names a row or a column by words, an ordinal or a date that no other has. The name that belongs to a figure
is the one right behind it ("118 in 2022"), else one between it and the figure before, else one up to the figure that
follows, else the only one of the sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from workbench.checks.evidence import EvidencePage
from workbench.checks.figures.named_labels import TOTALS, find_labels, find_nearest
from workbench.checks.figures.operands import is_difference
from workbench.checks.figures.tables import Label, Table, read_cells
from workbench.checks.statements.dates import DateMention
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause, Statement, read_page
from workbench.checks.statements.units import UNITS

_SMALL = 12
"""Up to here a bare number of a list may be any."""
_BINDERS = frozenset(("in", "of", "at", "for", "by", "during", "from", "since"))
"""Words between a figure and the name that belongs to it."""
_BOUND = 5
"""Words behind a binder among which the name stands."""
_DETERMINERS = frozenset(("the", "its", "a", "an", "year", "years", "season"))
_PARTS = frozenset((",", ";", "(", ")", ":"))


@dataclass(frozen=True)
class Misplaced:
    """A figure of a letter that the page gives to another row than the one that the sentence names.

    Attributes:
        said: The letter's.
        page: The page.
        there: The same figure, in its row.
        own: The figure of the row that the sentence names.
        words: Words of that row.
    """

    said: Statement
    page: EvidencePage
    there: Statement
    own: Statement
    words: str


def find_other_cells(
    clause: Clause, pages: Sequence[EvidencePage], subject: str = "", before: Sequence[Clause] = ()
) -> Iterator[Misplaced]:
    """Finds figures and dates of a sentence that stand in another cell than the one that the sentence names.

    Args:
        clause: Sentence of a draft.
        pages: The pages that it cites.
        subject: Stem of the name of the person whom "he" and "she" mean, or empty.
        before: The sentences before it in its paragraph, the last first; the first that names a row names it where
            the sentence names none itself.
    """
    statements: tuple[Statement, ...] = (*clause.quantities, *clause.dates)
    stated = {_key(one) for one in statements}
    for page in pages:
        for table in read_cells(read_page(page)):
            for said in statements:
                own = [place for place, one in table.cells.items() if _is_same(said, one)]
                own = [place for place in own if _is_in_unit(said, table, place)]
                if not own or _is_weak(said) or _is_end_of_range(said, clause) or _stands_outside(said, pages):
                    continue
                if isinstance(said, Quantity) and (is_difference(said, clause) or _names_row(said, clause)):
                    continue
                found = _find_named_cell(said, own, table, clause, subject, stated, before)
                found = found or _find_undated_cell(said, own, table, clause, subject, stated)
                if found is not None:
                    there = table.cells[own[0]]
                    yield Misplaced(said, page, there, table.cells[found], table.texts[found[0]])


class NamedCells(NamedTuple):
    """Figures of a page's tables that a sentence sets against each other.

    Attributes:
        cells: Those of a named row, and of a named column where the sentence names any.
        in_columns: Pairs of one column, of two named rows, or of a named row and a total.
        in_rows: Pairs of one named row: neighbours, or one in a named column and any other.
    """

    cells: list[Quantity]
    in_columns: list[tuple[Quantity, Quantity]]
    in_rows: list[tuple[Quantity, Quantity]]


def find_named_cells(clause: Clause, page: Clause, subject: str = "") -> NamedCells:
    """Finds the figures of a page's tables that a sentence names by their rows and columns.

    Args:
        clause: Sentence of a draft.
        page: A page that it cites.
        subject: Stem of the name of the person whom "he" and "she" mean, or empty.
    """
    found = NamedCells([], [], [])
    sentence = 0, len(clause.tokens)
    for table in read_cells(page):
        rows, columns = find_labels(table.rows, clause, sentence, subject), find_labels(table.columns, clause, sentence)
        figures = {place: one for place, one in table.cells.items() if isinstance(one, Quantity) and place[1] >= 0}
        totals = {number for number, label in enumerate(table.rows) if not TOTALS.isdisjoint(label.words)}
        for (row, column), one in figures.items() if rows else ():
            if columns and column not in columns:
                continue
            if row in rows:
                found.cells.append(one)
            beside = range(len(table.columns)) if columns else (column - 1, column + 1)
            if len({place[1] for place in figures}) == 2 and row in rows:  # noqa: PLR2004 - a whole and its part
                there = (figures.get((row, other)) for other in beside if other != column)
                found.in_columns.extend((one, other) for other in there if other is not None and _is_alike(one, other))
            for pairs, places in (
                (found.in_columns, [(other, column) for other in rows if row in rows | totals or other in totals]),
                (found.in_rows, [(row, other) for other in beside if row in rows]),
            ):
                there = (figures.get(place) for place in places if place != (row, column))
                pairs += [(one, other) for other in there if other is not None and _is_alike(one, other)]
    return found


def _names_row(said: Quantity, clause: Clause) -> bool:
    """Tells if a place in an order names somebody, and is not said of them: ``more than the sixth``."""
    before = clause.words[max(0, said.first - 2) : said.first]
    return said.kind == "rank" and before[-1:] == ("the",) and before[0] in _BEFORE_NAME


_BEFORE_NAME = frozenset(("than", "of", "behind", "to", "from", "with", "over", "before", "by", "and"))


def _is_weak(said: Statement) -> bool:
    return said.weak or said.kind == "multiple" if isinstance(said, Quantity) else said.year is None


def _is_in_unit(said: Statement, table: Table, place: tuple[int, int]) -> bool:
    """Tells if a length of time may be a cell's: "nine months" are no bare 9 of a list, unless the head says so."""
    if not isinstance(said, Quantity) or said.value > _SMALL or not said.is_counting or said.noun not in UNITS:
        return True
    one, (row, column) = table.cells[place], place
    named = table.rows[row].words | (table.columns[column].words if column >= 0 else frozenset())
    return said.noun in named or (isinstance(one, Quantity) and one.noun == said.noun)


def _is_end_of_range(said: Statement, clause: Clause) -> bool:
    """Tells if a date is an end of a range, which spans many rows: ``between 2012 and 2021``."""
    if not isinstance(said, DateMention):
        return False
    before = clause.words[max(0, said.first - 3) : said.first]
    return "between" in before or (before[-1:] in {("to",), ("through",)} and "from" in clause.words[: said.first])


def _find_named_cell(
    said: Statement,
    own: Sequence[tuple[int, int]],
    table: Table,
    clause: Clause,
    subject: str,
    stated: set[object],
    before: Sequence[Clause],
) -> tuple[int, int] | None:
    """Returns the cell that a sentence names for a figure that stands in others, or None."""
    alike = _list_alike(said, clause, table)
    rows, (first, last) = _find_named(said, alike, table.rows, clause, subject)
    if not rows and not _names_rows(said, table, clause):
        rows = _find_named_before(table, before, subject)
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
    named = frozenset[str]().union(*(table.columns[column].words for column in columns))
    if columns and any((table.columns[column].words - named) & {*clause.stems} for _, column in own if column >= 0):
        columns = frozenset()
    for row, column in own:
        for target in ((r, c) for r in sorted(rows or {row}) for c in sorted(columns or {column})):
            one = table.cells.get(target)
            if one is not None and target != (row, column) and _is_rival(table.cells[row, column], one, stated):
                return target
    return None


def _names_rows(said: Statement, table: Table, clause: Clause) -> bool:
    """Tells if a sentence names a row of a table, and not only for another figure in another part of it."""
    named = find_labels(table.rows, clause, (0, len(clause.tokens)))
    for window in _find_foreign(said, clause) if named else ():
        named -= find_labels(table.rows, clause, window)
    return bool(named)


def _find_named_before(table: Table, before: Sequence[Clause], subject: str) -> frozenset[int]:
    """Finds the rows that the sentences before one name; a date names them in the last one only."""
    for number, one in enumerate(before):
        rows = find_labels(table.rows, one, (0, len(one.tokens)), subject)
        if rows and number and not all(table.rows[row].words & {*one.stems} for row in rows):
            return frozenset()
        if rows:
            return rows
    return frozenset()


def _find_undated_cell(
    said: Statement, own: Sequence[tuple[int, int]], table: Table, clause: Clause, subject: str, stated: set[object]
) -> tuple[int, int] | None:
    """Returns the cell of the one column without a date where a figure is of a date that the sentence does not name.

    An h-index is the one of "All", and not of "Since 2018", unless the sentence says so.
    """
    filled = sorted({column for _, column in table.cells if column >= 0})
    undated = [column for column in filled if not table.columns[column].dates]
    # Of several columns without a date, any may be meant.
    if isinstance(said, DateMention) or len(undated) != 1 or len(filled) == 1 or clause.dates:
        return None
    rows, _ = _find_named(said, _list_alike(said, clause, table), table.rows, clause, subject)
    for row, column in own:
        one = table.cells.get((row, undated[0]))
        if column < 0 or column in undated or rows != {row} or one is None:
            return None
        return (row, undated[0]) if _is_rival(table.cells[row, column], one, stated) else None
    return None


def _find_mark(clause: Clause, place: int) -> int:
    """Returns the first token behind the next comma or the like."""
    while place < len(clause.tokens) and place > 0:
        if not _PARTS.isdisjoint(clause.text[clause.tokens[place - 1].end : clause.tokens[place].start]):
            break
        place += 1
    return place


def _is_alike_column(table: Table, place: tuple[int, int], column: int) -> bool:
    one, other = table.cells[place], table.cells.get((place[0], column))
    return place[1] >= 0 and other is not None and _is_alike(one, other)


def _is_rival(own: Statement, other: Statement, stated: set[object]) -> bool:
    return _is_alike(own, other) and _key(other) not in stated and _key(other) != _key(own)


def _find_named(
    said: Statement, alike: Sequence[Statement], labels: tuple[Label, ...], clause: Clause, subject: str
) -> tuple[frozenset[int], tuple[int, int]]:
    """Finds the labels that a sentence names for a figure, by the nearest words that name any; returns their place."""
    for window in _find_windows(said, alike, clause):
        is_behind = window[0] > said.last
        named = (find_nearest if is_behind else find_labels)(labels, clause, window, subject, said)
        if named:
            return named, window
    whole = 0, len(clause.tokens)
    named = find_labels(labels, clause, whole, subject, said)
    # In the whole sentence the rows of its other figures are named as well: "half of it since 2017, and his index 38".
    if len(named) != 1 or any(
        named & find_nearest(labels, clause, window, subject, said) for window in _find_foreign(said, clause)
    ):
        return frozenset(), whole
    return named, whole


def _find_foreign(said: Statement, clause: Clause) -> Iterator[tuple[int, int]]:
    """Yields what stands behind another figure in another part of the sentence, and belongs to that one."""
    ends = [*_find_parts(clause, 0, len(clause.tokens)), len(clause.tokens)]
    for one in clause.quantities[:_MOST_FOREIGN]:
        end = next(end for end in ends if end > one.last)
        own = one.last < said.first < end or one is said
        if not own and (one.last < said.first or one.first > said.last):
            yield _phrase_end(one), end


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
    yield max([begin, *_find_parts(clause, begin, said.first)]), said.first
    yield last, min([end, *_find_parts(clause, last, end)])


def _find_parts(clause: Clause, first: int, last: int) -> Iterator[int]:
    """Yields the tokens that begin another part of a sentence: behind a semicolon, or ``, while``."""
    for place in range(max(first, 1), last):
        gap = clause.text[clause.tokens[place - 1].end : clause.tokens[place].start]
        if ";" in gap or ("," in gap and clause.words[place] in _PART_WORDS):
            yield place


_MOST_FOREIGN = 20
"""Figures of a sentence of which the names that belong to them are sought."""
_PART_WORDS = frozenset(("while", "whereas", "but", "and", "against"))


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


def _stands_outside(said: Statement, pages: Sequence[EvidencePage]) -> bool:
    """Tells if a value stands on a page outside its tables, too: it may be that one."""
    for page in pages:
        clause = read_page(page)
        inside = {one.start for table in read_cells(clause) for one in table.cells.values()}
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
    return said.states(one.value) and (len(kinds) == 1 or ("count" in kinds and "rank" not in kinds))


def _is_alike(one: Statement, other: Statement) -> bool:
    if isinstance(one, DateMention) or isinstance(other, DateMention):
        return isinstance(one, DateMention) and isinstance(other, DateMention)
    return (one.kind, one.unit) == (other.kind, other.unit)
