"""A DOCX as its reviewers left it: paragraphs, tracked changes, comments, bookmarks and properties.

For letters of ours that come back from Word or LibreOffice. It is read in a child process, as exhibits are, so what was
read is handed over as JSON, in the text of the one page of a :class:`~workbench.case.pages.ReadFile`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from workbench.case.docx_package import Package, find_child, find_children, get_attribute, is_on, tag_of
from workbench.case.docx_pages import Piece
from workbench.case.docx_prose import ProseWalk
from workbench.case.docx_styles import value_of
from workbench.case.docx_text import walk_docx
from workbench.case.pages import ReadFile, ReadLimits

_REVISIONS = {"w:ins": "insert", "w:moveTo": "insert", "w:del": "delete", "w:moveFrom": "delete"}
_TEXTS = {"w:t", "w:delText"}
_LITERALS = {"w:tab": "\t", "w:ptab": "\t", "w:cr": "\n", "w:noBreakHyphen": "-"}
_CONTAINERS = {"w:sdt", "w:sdtContent", "w:customXml", "w:smartTag", "w:hyperlink", "w:fldSimple", "w:dir", "w:bdo"}
_PICTURES = {"w:drawing", "w:pict", "w:object", "mc:AlternateContent"}


class WordPiece(NamedTuple):
    """Text of one style and one history.

    Attributes:
        text: A line feed is a line break.
        italic: By itself or by a character style.
        bold: Likewise.
        inserted: Place of the tracked insertion that it came with, or -1.
        deleted: Place of the tracked deletion that would take it away, or -1.
        note: Number of the note whose mark it is, from 1 in the file's order, or -1.
    """

    text: str
    italic: bool = False
    bold: bool = False
    inserted: int = -1
    deleted: int = -1
    note: int = -1


class TableCell(NamedTuple):
    """Place of a cell, and the tracked changes of its row.

    Attributes:
        table: Number of the table in the file, from 0.
        row: In the table, from 0.
        column: Likewise.
        inserted: Place of the tracked insertion of its row, or -1.
        deleted: Of the tracked deletion, or -1.
    """

    table: int
    row: int
    column: int
    inserted: int = -1
    deleted: int = -1


class WordParagraph(NamedTuple):
    """A paragraph, also of a table's cell, or a note; notes stand behind all others.

    Attributes:
        pieces: In order.
        level: Of a heading, from 1, else 0.
        is_quotation: By its style or margins.
        label: Number or bullet that Word shows before it.
        inserted: Place of the tracked insertion of its end, or -1.
        deleted: Of the tracked deletion of its end, or -1.
        note: Number of the note, or -1.
        cell: That it stands in, or None.
        lacks: What of it is no text: ``picture``, ``text box``.
    """

    pieces: tuple[WordPiece, ...]
    level: int = 0
    is_quotation: bool = False
    label: str = ""
    inserted: int = -1
    deleted: int = -1
    note: int = -1
    cell: TableCell | None = None
    lacks: tuple[str, ...] = ()


class Revision(NamedTuple):
    """A mark of a tracked change.

    Attributes:
        kind: ``insert`` or ``delete``.
        author: As Word shows it.
        date: ISO-8601, or empty.
        move: Name that both ends of a move share, or empty.
    """

    kind: str
    author: str
    date: str
    move: str


class WordRange(NamedTuple):
    """Pieces from one up to another: paragraph and place in it, both from 0."""

    first: tuple[int, int]
    last: tuple[int, int]


class WordRemark(NamedTuple):
    """A comment.

    Attributes:
        author: As Word shows it.
        date: ISO-8601, or empty.
        text: A paragraph a line.
        place: What it is about, or None where the text has no mark of it.
    """

    author: str
    date: str
    text: str
    place: WordRange | None


class RevisedDocument(NamedTuple):
    """A DOCX as its reviewers left it.

    Attributes:
        properties: The file's custom properties that are text.
        paragraphs: In order.
        revisions: Marks of tracked changes, in order.
        bookmarks: By name.
        comments: In the order of their part.
    """

    properties: dict[str, str]
    paragraphs: tuple[WordParagraph, ...]
    revisions: tuple[Revision, ...]
    bookmarks: dict[str, WordRange]
    comments: tuple[WordRemark, ...]


def read_docx_revisions(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Reads a DOCX; the one page's text is JSON for :func:`parse_revisions`.

    Raises:
        UnreadableFileError: As :func:`workbench.case.docx_text.read_docx`.
    """
    return walk_docx(raw, limits, _RevisionWalk)


def parse_revisions(text: str) -> RevisedDocument:
    """Parses what :func:`read_docx_revisions` has read.

    Raises:
        ValueError: The text is no such JSON; TypeError or KeyError likewise.
    """
    content = json.loads(text)
    return RevisedDocument(
        properties={str(name): str(value) for name, value in content["properties"].items()},
        paragraphs=tuple(
            WordParagraph._make(
                (tuple(WordPiece(*piece) for piece in pieces), *fields, cell and TableCell(*cell), tuple(lacks))
            )
            for pieces, *fields, cell, lacks in content["paragraphs"]
        ),
        revisions=tuple(Revision(*revision) for revision in content["revisions"]),
        bookmarks={name: _range_of(place) for name, place in content["bookmarks"].items()},
        comments=tuple(
            WordRemark(author, date, words, None if place is None else _range_of(place))
            for author, date, words, place in content["comments"]
        ),
    )


def _range_of(place: list[int]) -> WordRange:
    first, at, last, end = (int(number) for number in place)
    return WordRange((first, at), (last, end))


class _RevisionWalk(ProseWalk):
    """A walk that gathers paragraphs and yields one piece of JSON."""

    def __init__(self, package: Package, main: str, limits: ReadLimits, depth: int) -> None:
        super().__init__(package, main, limits, depth)
        self._main = main
        self._paragraphs: list[WordParagraph] = []
        self._pieces: list[WordPiece] = []  # of the paragraph that is read
        self._lacks: set[str] = set()
        self._revisions: list[Revision] = []
        self._moves: dict[str, str] = {}  # ranges of moves that are open: id to name
        self._open: dict[tuple[str, str], tuple[str, int, int]] = {}
        self._bookmarks: dict[str, tuple[int, ...]] = {}
        self._ranges: dict[str, tuple[int, ...]] = {}
        self._own_style: str | None = None
        self._found_notes: list[Any] = []  # in the order of their marks
        self._tables = 0
        self._cell: TableCell | None = None

    def pieces(self, element: Any) -> Iterator[Piece]:
        """Yields the document below an element as JSON."""
        self._walk_blocks(element)
        for number, note in enumerate(self._found_notes, start=1):
            self._read_note_text(note, number)
        content = {
            "properties": self._read_properties(),
            "paragraphs": self._paragraphs,
            "revisions": self._revisions,
            "bookmarks": self._bookmarks,
            "comments": self._read_comments(),
        }
        # ASCII, so that cleaning the page's text changes nothing of the JSON's own signs.
        yield json.dumps(content)

    # ---- blocks

    def _walk_blocks(self, element: Any) -> None:
        for child in element:
            tag = tag_of(child)
            if tag == "w:p":
                self._read_paragraph(child)
            elif tag == "w:tbl":
                self._read_table(child)
            elif tag in _CONTAINERS or tag in _REVISIONS:
                self._walk_blocks(child)
            else:
                self._read_mark(child, tag)

    def _read_paragraph(self, paragraph: Any) -> None:
        properties = find_child(paragraph, "w:pPr")
        style = value_of(find_child(properties, "w:pStyle")) or self.styles.default_paragraph
        self._own_style = style
        self._walk_inline(paragraph, -1, -1)
        mark = find_child(properties, "w:rPr")
        ends = {"insert": -1, "delete": -1}
        for child in mark if mark is not None else ():
            if tag_of(child) in _REVISIONS:
                ends[_REVISIONS[tag_of(child)]] = self._add_revision(child)
        self._finish_paragraph(
            level=self.heading_level(properties, style) or 0,
            is_quotation=self.is_quotation(properties, style),
            label=self._numbering.next_label(properties, style),
            inserted=ends["insert"],
            deleted=ends["delete"],
        )

    def _finish_paragraph(self, **fields: Any) -> None:
        lacks = tuple(sorted(self._lacks))
        self._paragraphs.append(WordParagraph(tuple(self._pieces), cell=self._cell, lacks=lacks, **fields))
        self._pieces, self._lacks = [], set()

    def _read_table(self, table: Any) -> None:
        if self._cell is not None:  # a table in a cell is text of the cell
            for paragraph in (element for element in table.iter() if tag_of(element) == "w:p"):
                self._read_paragraph(paragraph)
            return
        number, self._tables = self._tables, self._tables + 1
        for place, row in enumerate(find_children(table, "w:tr")):
            marks = {"insert": -1, "delete": -1}
            properties = find_child(row, "w:trPr")
            for child in properties if properties is not None else ():
                if tag_of(child) in _REVISIONS:
                    marks[_REVISIONS[tag_of(child)]] = self._add_revision(child)
            column = 0
            for cell in find_children(row, "w:tc"):
                span = value_of(find_child(cell, "w:tcPr", "w:gridSpan")) or "1"
                for place_in_span in range(max(1, int(span)) if re.fullmatch(r"[0-9]{1,2}", span) else 1):
                    self._cell = TableCell(number, place, column, marks["insert"], marks["delete"])
                    column += 1
                    # Of merged cells the first has the words: a table of a draft has as many cells in each row.
                    self._walk_blocks(cell if place_in_span == 0 else ())
                    # A cell without a paragraph would be missing from its row.
                    if not self._paragraphs or self._paragraphs[-1].cell != self._cell:
                        self._finish_paragraph()
        self._cell = None

    # ---- within a paragraph

    def _walk_inline(self, element: Any, inserted: int, deleted: int) -> None:
        for child in element:
            tag = tag_of(child)
            if tag == "w:r":
                self._read_run(child, inserted, deleted)
            elif tag in _REVISIONS:
                place = self._add_revision(child)
                if _REVISIONS[tag] == "insert":
                    self._walk_inline(child, place, deleted)
                else:
                    self._walk_inline(child, inserted, place)
            elif tag in _CONTAINERS:
                self._walk_inline(child, inserted, deleted)
            else:
                self._read_mark(child, tag)

    def _read_run(self, run: Any, inserted: int, deleted: int) -> None:
        if self.styles.is_hidden(run, self._own_style):
            self._lacks.add("hidden text")
            return
        for part in run:
            tag = tag_of(part)
            if tag in ("w:footnoteReference", "w:endnoteReference"):
                self._read_note(part, tag, inserted, deleted)
            elif tag in _PICTURES:
                # A box is an object of its own, whose words stand nowhere in the letter's order.
                boxed = any(tag_of(inner) == "w:txbxContent" for inner in part.iter())
                self._lacks.add("text box" if boxed else "picture")
            elif tag == "w:commentReference":
                here = (len(self._paragraphs), len(self._pieces))
                self._ranges.setdefault(get_attribute(part, "id") or "", (*here, *here))
            else:
                self._add_piece(self._read_text(part, tag), run, inserted, deleted)

    def _read_text(self, part: Any, tag: str) -> str:
        if tag in _TEXTS:
            return part.text or ""
        if tag == "w:br":
            return "" if get_attribute(part, "type") in ("page", "column") else "\n"
        if tag == "w:sym":
            return "".join(str(text) for text in self._read_symbol(part))
        return _LITERALS.get(tag, "")

    def _read_note(self, reference: Any, tag: str, inserted: int, deleted: int) -> None:
        kind = "Footnote" if tag == "w:footnoteReference" else "Endnote"
        note = self._notes[kind].get(get_attribute(reference, "id"))
        if note is not None:
            self._found_notes.append(note)
            number = len(self._found_notes)
            self._pieces.append(WordPiece(f"[^{number}]", inserted=inserted, deleted=deleted, note=number))

    def _read_note_text(self, note: Any, number: int) -> None:
        """Reads a note as one paragraph, in which a line break parts those of the file."""
        paragraphs = [child for child in note.iter() if tag_of(child) == "w:p"]
        for place, paragraph in enumerate(paragraphs):
            if place:
                self._add_piece("\n", None, -1, -1)
            self._own_style = value_of(find_child(paragraph, "w:pPr", "w:pStyle")) or self.styles.default_paragraph
            self._walk_inline(paragraph, -1, -1)
        # The blank behind the note's own mark is no part of its words; marks of comments count the pieces.
        for place, piece in enumerate(self._pieces):
            self._pieces[place] = piece._replace(text=piece.text.lstrip())
            if self._pieces[place].text:
                break
        self._finish_paragraph(note=number)

    def _add_piece(self, text: str, run: Any, inserted: int, deleted: int) -> None:
        if not text:
            return
        italic, bold = (self._is_styled(run, "w:i"), self._is_styled(run, "w:b")) if run is not None else (False, False)
        self._pieces.append(WordPiece(text, italic, bold, inserted, deleted))

    def _is_styled(self, run: Any, tag: str) -> bool:
        properties = find_child(run, "w:rPr")
        own = find_child(properties, tag)
        if own is None:
            # Not the paragraph's style: a heading is not emphasised because all headings are bold.
            own = self.styles.property(value_of(find_child(properties, "w:rStyle")), "w:rPr", tag)
        return is_on(own)

    # ---- marks

    def _read_mark(self, element: Any, tag: str) -> None:
        key = get_attribute(element, "id") or ""
        match tag:
            case "w:bookmarkStart" | "w:commentRangeStart":
                name = get_attribute(element, "name") or key
                # Bookmarks and comments count their ids apart; eight letters tell them.
                self._open[tag[2:10], key] = (name, len(self._paragraphs), len(self._pieces))
            case "w:bookmarkEnd" | "w:commentRangeEnd":
                opened = self._open.pop((tag[2:10], key), None)
                if opened is not None:
                    found = self._bookmarks if tag == "w:bookmarkEnd" else self._ranges
                    found.setdefault(opened[0], (*opened[1:], len(self._paragraphs), len(self._pieces)))
            case "w:moveFromRangeStart" | "w:moveToRangeStart":
                self._moves[key] = get_attribute(element, "name") or key
            case "w:moveFromRangeEnd" | "w:moveToRangeEnd":
                self._moves.pop(key, None)
            case _:
                pass

    def _add_revision(self, element: Any) -> int:
        tag = tag_of(element)
        move = next(reversed(self._moves.values()), "") if tag in ("w:moveFrom", "w:moveTo") else ""
        author, date = get_attribute(element, "author") or "unnamed", get_attribute(element, "date") or ""
        self._revisions.append(Revision(_REVISIONS[tag], author, date, move))
        return len(self._revisions) - 1

    # ---- other parts

    def _read_properties(self) -> dict[str, str]:
        part = self._package.find_linked("", "custom-properties")
        root = None if part is None else self._package.parse(part)
        return {
            get_attribute(entry, "name") or "": "".join(entry.itertext())
            for entry in (root if root is not None else ())
        }

    def _read_comments(self) -> list[tuple[str, str, str, tuple[int, ...] | None]]:
        root = self._parse_linked(self._main, "comments")
        found = []
        for comment in root if root is not None else ():
            lines = [
                "".join(part.text or "" for part in paragraph.iter() if tag_of(part) == "w:t")
                for paragraph in comment.iter()
                if tag_of(paragraph) == "w:p"
            ]
            author, date = get_attribute(comment, "author") or "unnamed", get_attribute(comment, "date") or ""
            place = self._ranges.get(get_attribute(comment, "id") or "")
            found.append((author, date, "\n".join(lines).strip(), place))
        return found
