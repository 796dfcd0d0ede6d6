"""The letter of a Word file: its lines under a choice of tracked changes, and its sections.

Pure: a file is read by :mod:`workbench.case.docx_revisions`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from workbench.case.docx_revisions import RevisedDocument, TableCell, WordParagraph
from workbench.export.docx import SIGNATURE, STYLE
from workbench.export.word_text import CITATION
from workbench.text.markdown import visible_text

LineKind = Literal["paragraph", "heading", "quote", "item", "note", "table"]

BACK_MATTER = frozenset({SIGNATURE, "exhibit_index", "claim_table"})
"""Bookmarks behind which no section goes on."""

_MARKER = re.compile(r"^(?P<label>•|\d{1,9}[.)])\t")
_SUB_NUMBER = re.compile(r"^(?:(?:[A-Z]{1,2}|\d{1,2})\.|\d{1,3}(?:\.\d{1,3}){1,2})\s")
_NUMERAL = re.compile(r"^(?:[IVXLC]{1,8}|\d{1,3})\.\s")
_UNNUMBERED = '"numbering":"none"'
"""In the style of a file whose headings have no numbers: what looks like one belongs to the title."""
_SECTION_MARK = re.compile(r"section_(\d{1,4})")
_LEAST_SHARE = 0.5
"""Of a section's lines, that show a section whose heading is gone."""


class LinePiece(NamedTuple):
    """Text of a line in one style.

    Attributes:
        text: Visible characters; a line feed is a line break.
        italic: Emphasised.
        bold: Strong.
        place: Paragraph of the file and place in it.
        note: Number of the note whose mark it is, or -1.
        cell: Row and column of the table that it stands in, from 0, or None.
    """

    text: str
    italic: bool
    bold: bool
    place: tuple[int, int]
    note: int = -1
    cell: tuple[int, int] | None = None


class Line(NamedTuple):
    """A paragraph, or a whole table, as it stands under a choice of changes.

    Attributes:
        kind: Of block.
        pieces: Its text, without number or bullet; each cell of a table has at least one, which may be empty.
        label: Number or bullet of an item, name of a note.
        level: Of a heading in Word: 1 is a section's.
        paragraphs: The file's paragraphs that it is made of.
        lacks: As of :class:`~workbench.case.docx_revisions.WordParagraph`.
        note: Number of the note, or -1.
    """

    kind: LineKind
    pieces: tuple[LinePiece, ...]
    label: str = ""
    level: int = 0
    paragraphs: tuple[int, ...] = ()
    lacks: tuple[str, ...] = ()
    note: int = -1

    @property
    def text(self) -> str:
        """Its text on one line."""
        cells = groupby(self.pieces, key=lambda piece: piece.cell)
        return " ".join(" ".join("".join(piece.text for piece in pieces) for _, pieces in cells).split())

    @property
    def rows(self) -> tuple[tuple[Line, ...], ...]:
        """Of a table, its cells row by row, each as a paragraph."""
        rows: dict[int, dict[int, list[LinePiece]]] = {}
        for piece in self.pieces:
            if piece.cell is not None:
                rows.setdefault(piece.cell[0], {}).setdefault(piece.cell[1], []).append(piece)
        return tuple(
            tuple(self._replace(kind="paragraph", pieces=tuple(cell)) for cell in cells.values())
            for cells in rows.values()
        )

    @property
    def key(self) -> tuple[object, ...]:
        """Value that is equal for lines that show the same."""
        if self.kind == "table":
            return self.kind, tuple(tuple(cell.key for cell in row) for row in self.rows)
        letters: list[tuple[str, bool, bool]] = []
        for piece in self.pieces:
            text = re.sub(r"[^\S\n]+", " ", piece.text)
            # A blank shows no style.
            letters += [
                (letter, piece.italic, piece.bold) if letter.strip() else (" ", False, False) for letter in text
            ]
        return self.kind, tuple(letters)


class WordSection(NamedTuple):
    """A section of the file.

    Attributes:
        section_id: In the run.
        heading: Its heading's text, without the numeral.
        lines: Below the heading; behind them the notes whose marks stand in them.
    """

    section_id: str
    heading: str
    lines: tuple[Line, ...]


class WordSections(NamedTuple):
    """A file's sections, in its order.

    Attributes:
        parts: The sections found.
        others: Lines before the first and behind the last.
        notes: What could not be placed, a line each.
    """

    parts: tuple[WordSection, ...]
    others: tuple[Line, ...]
    notes: tuple[str, ...]

    def find(self, section_id: str) -> WordSection | None:
        """Returns a section, or None."""
        return next((part for part in self.parts if part.section_id == section_id), None)


def resolve_lines(
    document: RevisedDocument, accepted: Collection[int] = (), only: Collection[int] | None = None
) -> list[Line]:
    """Returns the lines of a file as if some tracked changes were accepted and all others refused.

    Args:
        document: The file.
        accepted: Places of accepted marks among its revisions.
        only: Paragraphs to read; default: all.
    """
    is_numbered = _UNNUMBERED not in document.properties.get(STYLE, "")
    numbers = range(len(document.paragraphs)) if only is None else sorted(only)
    # A table is one line.
    blocks = groupby(numbers, key=lambda number: _name_block(document, number))
    lines: list[Line] = []
    waiting: list[Line] = []  # paragraphs whose end is gone: they run on into the next
    for table, group in blocks:
        if table is not None:
            lines.append(_read_table(document, list(group), accepted))
            continue
        within = list(group)
        for number, following in zip(within, [*within[1:], -1], strict=True):
            paragraph = document.paragraphs[number]
            waiting.append(_read_line(paragraph, number, accepted, is_numbered=is_numbered))
            joins = following == number + 1 and document.paragraphs[following].note < 0
            if not _has_end(paragraph, accepted) and joins:
                continue
            lines.append(_join_lines(waiting))
            waiting = []
    return [line for line in lines if line.text or (line.label and line.kind != "note")]


def _name_block(document: RevisedDocument, number: int) -> int | None:
    cell = document.paragraphs[number].cell
    return None if cell is None else cell.table


def _has_end(part: WordParagraph | TableCell, accepted: Collection[int]) -> bool:
    """Tells if the end of a paragraph, or the row of a cell, is there under a choice of changes."""
    return (part.inserted < 0 or part.inserted in accepted) and part.deleted not in accepted


def _read_table(document: RevisedDocument, numbers: Sequence[int], accepted: Collection[int]) -> Line:
    pieces: list[LinePiece] = []
    lacks: set[str] = set()
    rows: dict[int, int] = {}  # of the file to those that are there
    for number in numbers:
        paragraph = document.paragraphs[number]
        cell = paragraph.cell
        if cell is None or not _has_end(cell, accepted):
            continue
        place = (rows.setdefault(cell.row, len(rows)), cell.column)
        read = _read_pieces(paragraph, number, accepted)
        # A line of a table in a draft is a row of it: paragraphs and line breaks within a cell become blanks.
        blank = " " if pieces and pieces[-1].cell == place and read else ""
        pieces.append(LinePiece(blank, italic=False, bold=False, place=(number, -1), cell=place))
        pieces += [piece._replace(text=piece.text.replace("\n", " "), cell=place) for piece in read]
        lacks.update(paragraph.lacks)
    return Line("table", tuple(pieces), paragraphs=tuple(numbers), lacks=tuple(sorted(lacks)))


def split_letter(
    lines: Sequence[Line],
    document: RevisedDocument,
    section_ids: Mapping[int, str],
    titles: Mapping[str, str],
    expected: Mapping[str, Sequence[Line]],
) -> WordSections:
    """Finds the sections among the lines of a file.

    By the bookmarks of their headings; else by the heading's words; else by the lines that the section had.

    Args:
        lines: Of the file.
        document: The file.
        section_ids: Number of a section in the file to its id.
        titles: Section to title.
        expected: Section to the lines that were exported.
    """
    heads = _find_heads(document, section_ids)
    ends = {place.first[0] for name, place in document.bookmarks.items() if name in BACK_MATTER}
    signature = {line.text for line in expected.get("", ())}
    by_title = {_fold(title): section_id for section_id, title in titles.items()}
    marked = set(heads.values())
    found: dict[str, _Found] = {}
    others: list[Line] = []
    notes: list[str] = []
    current: list[Line] = others
    within = ""
    for line in lines:
        if line.kind == "note":
            continue
        bare = _NUMERAL.sub("", line.text)
        section_id = next((heads[number] for number in line.paragraphs if number in heads), None)
        if section_id is None and line.level == 1:
            named = by_title.get(_fold(bare))
            section_id = named if named not in marked else None
        if section_id is not None and section_id not in found:
            current, within = [], section_id
            found[section_id] = _Found(line.paragraphs[0], bare, current)
        elif any(number in ends for number in line.paragraphs) or (
            found and (line.text in signature or (line.level == 1 and _fold(line.text) == "exhibitindex"))
        ):
            current, within = others, ""
            current.append(line)
        elif line.level == 1 and within:
            notes.append(
                f"the new heading {bare[:80]!r} is a sub-heading of section {within}: a run's sections are fixed"
            )
            current.append(line)
        else:
            current.append(line)
    _restore_headless(found, expected, notes)
    in_order = sorted(found.items(), key=lambda item: item[1].place)
    notes_of = {line.note: line for line in lines if line.kind == "note"}
    parts = tuple(
        WordSection(section_id, part.heading, (*part.lines, *_find_notes(part.lines, notes_of)))
        for section_id, part in in_order
    )
    return WordSections(parts, tuple(others), tuple(notes))


def _find_notes(lines: Iterable[Line], notes: Mapping[int, Line]) -> list[Line]:
    """Finds the notes of lines in the order of their marks."""
    return [notes[piece.note] for line in lines for piece in line.pieces if piece.note in notes]


class _Found(NamedTuple):
    """A section as it is found: first paragraph, heading, lines."""

    place: int
    heading: str
    lines: list[Line]


def _find_heads(document: RevisedDocument, section_ids: Mapping[int, str]) -> dict[int, str]:
    """Finds the paragraphs that are headings of sections, by bookmark."""
    heads: dict[int, str] = {}
    for name, place in document.bookmarks.items():
        mark = _SECTION_MARK.fullmatch(name)
        if mark is not None and (section_id := section_ids.get(int(mark[1]))) is not None:
            heads.setdefault(place.first[0], section_id)
    return heads


def _restore_headless(found: dict[str, _Found], expected: Mapping[str, Sequence[Line]], notes: list[str]) -> None:
    """Takes the lines of sections without heading out of the sections before them."""
    for section_id, lines in expected.items():
        if not section_id or section_id in found or not lines:
            continue
        keys = {line.key for line in lines}
        for other, part in found.items():
            held = part.lines
            own = {line.key for line in expected.get(other, ())}
            places = [n for n, line in enumerate(held) if line.key in keys and line.key not in own]
            if len(places) >= max(1, _LEAST_SHARE * len(lines)):
                first = held[places[0]].paragraphs[0]
                found[section_id] = _Found(first, "", held[places[0] : places[-1] + 1])
                del held[places[0] : places[-1] + 1]
                notes.append(f"section {section_id} has lost its heading; it was found by its text")
                break


def _read_pieces(paragraph: WordParagraph, number: int, accepted: Collection[int]) -> list[LinePiece]:
    return [
        LinePiece(visible_text(piece.text), piece.italic, piece.bold, (number, place), piece.note)
        for place, piece in enumerate(paragraph.pieces)
        if (piece.inserted < 0 or piece.inserted in accepted) and piece.deleted not in accepted
    ]


def _read_line(paragraph: WordParagraph, number: int, accepted: Collection[int], *, is_numbered: bool) -> Line:
    pieces = _read_pieces(paragraph, number, accepted)
    label, kind = "", "paragraph"
    if paragraph.note >= 0:
        label, kind = str(paragraph.note), "note"
    elif paragraph.level:
        kind = "heading"
        if paragraph.level > 1 and is_numbered:
            pieces = _drop_start(pieces, _SUB_NUMBER)
    elif marker := _MARKER.match("".join(piece.text for piece in pieces)):
        label, kind = marker["label"], "item"
        pieces = _drop_start(pieces, _MARKER)
    elif paragraph.label.strip():
        # Word's own list: of the export, whose item may have no words of its own, or one that the partner began.
        label, kind = paragraph.label.strip(), "item"
    elif paragraph.is_quotation:
        kind = "quote"
    return Line(kind, tuple(pieces), label, paragraph.level, (number,), paragraph.lacks, paragraph.note)  # type: ignore[arg-type]


def _drop_start(pieces: Sequence[LinePiece], pattern: re.Pattern[str]) -> list[LinePiece]:
    found = pattern.match("".join(piece.text for piece in pieces))
    left = found.end() if found is not None else 0
    kept: list[LinePiece] = []
    for piece in pieces:
        cut = min(left, len(piece.text))
        left -= cut
        kept.append(piece._replace(text=piece.text[cut:]))
    return kept


def _join_lines(lines: Sequence[Line]) -> Line:
    if len(lines) == 1:
        return lines[0]
    # The kind of the first that has words: of a paragraph that was struck as a whole nothing is left.
    first = next((line for line in lines if line.text), lines[-1])
    return first._replace(
        pieces=tuple(piece for line in lines for piece in line.pieces),
        paragraphs=tuple(number for line in lines for number in line.paragraphs),
        lacks=tuple(sorted({name for line in lines for name in line.lacks})),
    )


def _fold(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def citation_ranges(document: RevisedDocument) -> dict[int, tuple[tuple[int, int], tuple[int, int]]]:
    """Returns the places of marked citations, by their number in the document."""
    return {
        int(name.removeprefix(CITATION)): (place.first, place.last)
        for name, place in document.bookmarks.items()
        if re.fullmatch(rf"{CITATION}\d{{1,6}}", name)
    }
