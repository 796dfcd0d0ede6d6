"""Claim table as an appendix of the letter: each statement beside what it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.export.claims import ClaimRow, describe_decision
from workbench.export.markdown import visible_line
from workbench.text.markdown import plain_words
from workbench.text.sentences import CITATION

TITLE = "Appendix: Claim Table"
NOTE = (
    "Each statement of the letter that cites an exhibit or was compared with one. Support is a score of the words that"
    " the passage carries, no proof; decisions are a person’s."
)
FINAL_NOTE = "The statements of the letter, each with the exhibits and pages that it cites."

_SPACED_CITATION = re.compile(rf"\s{{0,3}}{CITATION.pattern}")
_LONGEST = 220
"""Characters of a passage; the CSV table has all of it."""


@dataclass(frozen=True)
class AppendixRow:
    """One statement.

    Attributes:
        statement: Its words, without citations.
        cited: ``Ex. 9, p. 1``, several separated by semicolons.
        support: Verdict and score, ``supported (0.93)``; empty in a final.
        passage: The passage that carries it best, with its place; empty in a final, or where there is none.
        decision: What people decided; empty in a final, or where nobody did.
    """

    statement: str
    cited: str
    support: str = ""
    passage: str = ""
    decision: str = ""


@dataclass(frozen=True)
class AppendixGroup:
    """The statements of one section, under its title."""

    title: str
    rows: tuple[AppendixRow, ...]


@dataclass(frozen=True)
class ClaimAppendix:
    """The appendix.

    Attributes:
        title: Its heading.
        note: One line below it.
        columns: Heads of the columns: those of a draft, or the two of a final.
        groups: By section, in the order of the letter.
    """

    title: str
    note: str
    columns: tuple[str, ...]
    groups: tuple[AppendixGroup, ...]


def make_appendix(rows: Iterable[ClaimRow], *, final: bool) -> ClaimAppendix:
    """Makes the appendix of a letter.

    Args:
        rows: The claim table.
        final: To be filed: then it holds the statements that cite an exhibit, and nothing of the firm's own review.
    """
    groups: dict[str, list[AppendixRow]] = {}
    for row in rows:
        if row.cited or (not final and row.sentence.verdict != "not checked"):
            groups.setdefault(visible_line(row.section), []).append(_make_row(row, final=final))
    return ClaimAppendix(
        title=TITLE,
        note=FINAL_NOTE if final else NOTE,
        columns=("Statement", "Cited") if final else ("Statement", "Cited", "Support", "Best passage", "Decision"),
        groups=tuple(AppendixGroup(title, tuple(found)) for title, found in groups.items()),
    )


def cells_of(row: AppendixRow, columns: Sequence[str]) -> tuple[str, ...]:
    """Returns a row's cells, as many as there are columns."""
    return (row.statement, row.cited, row.support, row.passage, row.decision)[: len(columns)]


def _make_row(row: ClaimRow, *, final: bool) -> AppendixRow:
    sentence = row.sentence
    # A row of a table may end with the cell of its citation.
    statement = visible_line(plain_words(_SPACED_CITATION.sub("", sentence.text)).lstrip("#-• ").rstrip(" |"))
    cited = "; ".join(visible_line(each) for each in row.cited)
    if final:
        return AppendixRow(statement, cited)
    score = "" if sentence.score is None else f" ({sentence.score:.2f})"
    words = visible_line(sentence.evidence.quote) if sentence.evidence else ""
    words = words if len(words) <= _LONGEST else f"{words[:_LONGEST].rsplit(' ', 1)[0]} …"
    return AppendixRow(
        statement,
        cited,
        f"{sentence.verdict}{score}",
        f"{visible_line(row.evidence)}: “{words}”" if words else "",
        "; ".join(visible_line(f"{describe_decision(each)}, {each.user_id}") for each in row.decisions),
    )
