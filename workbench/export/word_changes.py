"""Tracked changes of a Word file, grouped as people see them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from workbench.case.docx_revisions import RevisedDocument, TableCell, WordParagraph, WordPiece


class ChangeGroup(NamedTuple):
    """Marks that are accepted or refused together.

    Attributes:
        marks: Places among the document's revisions.
        paragraphs: Places of the paragraphs that they stand in.
        author: As Word shows it.
        date: Of the first mark.
        kind: ``insert``, ``delete``, ``replace`` or ``move``.
    """

    marks: tuple[int, ...]
    paragraphs: tuple[int, ...]
    author: str
    date: str
    kind: str


def group_revisions(document: RevisedDocument) -> list[ChangeGroup]:
    """Groups the marks of tracked changes, in the file's order.

    Neighbouring marks of one author are one change: what was struck and what was put in its place. So are the two ends
    of a move.
    """
    runs: list[dict[int, list[int]]] = []  # mark to paragraphs, a dictionary for each change
    author: str | None = None
    seen: dict[int, int] = {}
    for paragraph, marks in _walk(document):
        fresh = [mark for mark in marks if mark not in seen]
        if not marks:
            author = None
        for mark in fresh:
            revision = document.revisions[mark]
            if author != revision.author or not runs or revision.move:
                runs.append({})
            # A move joins its other end, and no neighbour.
            author = None if revision.move else revision.author
            seen[mark] = len(runs) - 1
        for mark in marks:
            runs[seen[mark]].setdefault(mark, []).append(paragraph)
    return [_make_group(document, run) for run in _join_moves(document, runs)]


def _walk(document: RevisedDocument) -> Iterator[tuple[int, list[int]]]:
    """Yields the marks of each piece and of each paragraph's end."""
    notes = {paragraph.note: number for number, paragraph in enumerate(document.paragraphs) if paragraph.note >= 0}
    for number, paragraph in enumerate(document.paragraphs):
        # Of a row that comes or goes, with all that stands in it.
        row = () if paragraph.cell is None else _list_marks(paragraph.cell)
        for piece in paragraph.pieces:
            marks = [*row, *_list_marks(piece)]
            yield number, marks
            # Words that come or go with their note's mark are one change with it.
            if marks and piece.note in notes:
                place = notes[piece.note]
                yield from (
                    (place, found) for word in document.paragraphs[place].pieces if (found := _list_marks(word))
                )
        yield number, [*row, *_list_marks(paragraph)]


def _list_marks(part: WordPiece | WordParagraph | TableCell) -> list[int]:
    return [mark for mark in (part.inserted, part.deleted) if mark >= 0]


def _join_moves(document: RevisedDocument, runs: list[dict[int, list[int]]]) -> list[dict[int, list[int]]]:
    joined: list[dict[int, list[int]]] = []
    moves: dict[str, dict[int, list[int]]] = {}
    for run in runs:
        name = next((move for mark in run if (move := document.revisions[mark].move)), "")
        if name in moves:
            moves[name].update(run)
            continue
        joined.append(run)
        if name:
            moves[name] = run
    return joined


def _make_group(document: RevisedDocument, run: dict[int, list[int]]) -> ChangeGroup:
    marks = [document.revisions[mark] for mark in run]
    kinds = {mark.kind for mark in marks}
    kind = "move" if any(mark.move for mark in marks) else "replace" if len(kinds) > 1 else marks[0].kind
    paragraphs = tuple(dict.fromkeys(number for held in run.values() for number in held))
    return ChangeGroup(tuple(run), paragraphs, marks[0].author, marks[0].date, kind)
