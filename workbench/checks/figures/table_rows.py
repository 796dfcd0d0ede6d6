"""Rows of tables and entries of lists on a page, and figures that a letter gives to another row than the page."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from workbench.checks.statements.dates import DateMention
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause, Statement
from workbench.checks.statements.units import is_other_unit

KEPT_PAGES = 1024
"""Pages whose tables are kept."""
_LONGEST_ROW = 20
"""Words beyond which a line is no row."""
_MOST_ROWS = 200
_BEHIND = 3
"""Words up to which a unit or note may stand behind a row's last figure."""
_LEAST_ROWS = 2
_LEAST_ENTRIES = 3
_LEAST_NAMED = 0.6
"""Share of a row's own words that name it; one capitalised word does, too."""
PRONOUNS = frozenset(("he", "she", "his", "her", "hers", "him"))
"""Words for the person whom a petition is about."""
MOST_NAMES = 5
"""Words beyond which a row is not named by the person in it: the first has the title of its list."""
_SENTENCE_WORDS = frozenset(
    (
        "i",
        "we",
        "it",
        "he",
        "she",
        "they",
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "does",
        "did",
        "will",
        "would",
    )
)
_ENTRY_END = re.compile(r";\s|,\s|\.\s|\n")


@dataclass(frozen=True)
class TableRow:
    """A row of a table, or an entry of a list.

    Attributes:
        first: Index of its first token.
        figures: Its figures, in order.
        dates: Its dates.
        stems: Stems of its words.
    """

    first: int
    figures: tuple[Statement, ...]
    dates: tuple[DateMention, ...]
    stems: frozenset[str]


def is_in_named_row(said: Statement, clause: Clause, page: Clause) -> bool:
    """Tells if a figure of a sentence stands in a row of a page that the sentence names.

    Args:
        said: One of ``clause``.
        clause: Sentence of a draft.
        page: A page.
    """
    for table in read_tables(page):
        rows = [row for row in table if any(_is_same(said, one) for one in (*row.figures, *row.dates))]
        if rows and len(rows) < len(table) and any(_is_named(row, table, clause) for row in rows):
            return True
    return False


def _is_named(row: TableRow, table: Sequence[TableRow], clause: Clause) -> bool:
    """Tells if a sentence names a row by words or a date that no other row of the table has."""
    others = [other for other in table if other is not row]
    own = row.stems.difference(*(other.stems for other in others))
    shared = own.intersection(clause.stems)
    names = {
        stem for stem, token in zip(clause.stems, clause.tokens, strict=True)
        if stem and clause.text[token.start].isupper() and token.start
    }  # fmt: skip
    if shared and (len(shared) >= _LEAST_NAMED * len(own) or shared & names):
        return True
    dates = [date for date in row.dates if not any(date.is_in(one) for other in others for one in other.dates)]
    return any(date.is_in(said) or said.is_in(date) for date in dates for said in clause.dates)


@lru_cache(maxsize=KEPT_PAGES)
def read_tables(page: Clause) -> tuple[tuple[TableRow, ...], ...]:
    """Reads the runs of rows of a page that have as many figures each."""
    found = [*_read_runs(page, page.breaks), *_read_lists(page)]
    return tuple(table for table in found if len(table) >= _LEAST_ROWS)


def _read_lists(clause: Clause) -> Iterator[tuple[TableRow, ...]]:
    """Yields the lists within a line: ``Solheim 118, Aas 47, Moe 38``."""
    ends = [match.start() for match in _ENTRY_END.finditer(clause.text)]
    for table in _read_runs(clause, sorted({*ends, *clause.breaks})):
        start, last = clause.tokens[table[0].first].start, clause.tokens[table[-1].first].start
        if clause.line_of(start) == clause.line_of(last) and len(table) >= _LEAST_ENTRIES:
            end = table[-1].figures[-1].last
            # Sentences that follow each other are no entries.
            if _SENTENCE_WORDS.isdisjoint(clause.words[table[0].figures[0].first : end]):
                yield table


def _read_runs(clause: Clause, ends: Sequence[int]) -> Iterator[tuple[TableRow, ...]]:
    """Yields the runs of parts, one behind the other, that have as many figures each."""
    rows = [*itertools.islice(_read_rows(clause, ends), 4 * _MOST_ROWS)]
    for shape, run in itertools.groupby(rows, key=_shape):
        table = tuple(row for row in run if row is not None)[:_MOST_ROWS]
        if shape is not None and len(table) >= _LEAST_ROWS:
            yield table


def _shape(row: TableRow | None) -> tuple[int, bool] | None:
    return None if row is None else (len(row.figures), bool(row.dates))


def _read_rows(clause: Clause, ends: Sequence[int]) -> Iterator[TableRow | None]:
    """Yields each part of a text as a row; None where it has no figures or too many words."""
    tokens, statements = clause.tokens, sorted(_statements(clause), key=lambda one: one.first)
    place = number = 0
    for end in (*ends, len(clause.text)):
        first = place
        while place < len(tokens) and tokens[place].end <= end:
            place += 1
        inside: list[Statement] = []
        while number < len(statements) and statements[number].last < place:
            inside.append(statements[number])
            number += 1
        figures = tuple(one for one in inside if isinstance(one, Quantity) and not one.weak)
        dates = tuple(one for one in inside if isinstance(one, DateMention))
        stems = frozenset(clause.stems[first:place]) - {""}
        if first == place:
            continue
        is_row = (
            figures
            and place - first <= _LONGEST_ROW
            and (stems or dates)
            and clause.sentence_of(first)[1] >= place
            and (inside[0].first == first or inside[-1].last >= place - _BEHIND)
        )
        yield TableRow(first, figures, dates, stems) if is_row else None


def _statements(clause: Clause) -> tuple[Statement, ...]:
    return (*clause.quantities, *clause.dates)


def _value(statement: Statement) -> object:
    if isinstance(statement, DateMention):
        return statement.year, statement.month, statement.day
    return statement.value


def _is_same(said: Statement, other: Statement) -> bool:
    if isinstance(said, DateMention) or isinstance(other, DateMention):
        return _value(said) == _value(other)
    alike = (said.kind, said.unit) == (other.kind, other.unit) and not is_other_unit(said.noun, other.noun)
    # "Twelve members" are no "12 finalists".
    alike = alike and not (said.is_counting and other.is_counting and said.noun != other.noun)
    return said.value == other.value and alike
