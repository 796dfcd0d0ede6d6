"""A DOCX as running text in Markdown: styles become headings, quotations and lists, tables pipe tables, notes notes.

For drafts. Exhibits are read as Word shows them (:mod:`workbench.case.docx_text`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from workbench.case.docx_package import Package, find_child, find_children, get_attribute, is_on, tag_of
from workbench.case.docx_pages import Piece
from workbench.case.docx_styles import value_of
from workbench.case.docx_text import DocxWalk, walk_docx
from workbench.case.pages import ReadFile, ReadLimits

_DEEPEST = 6
_QUOTE_LEFT, _QUOTE_RIGHT = 500, 300  # twips, a twentieth of a point
_LONGEST_BOLD = 300
_LEAST_ROWS = _LEAST_COLUMNS = 2


def read_docx_prose(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Reads a DOCX as Markdown, a paragraph a block.

    Raises:
        UnreadableFileError: As :func:`workbench.case.docx_text.read_docx`.
    """
    return walk_docx(raw, limits, ProseWalk)


class ProseWalk(DocxWalk):
    """A walk that marks headings, quotations, list items, lines in bold and notes."""

    # A note of Markdown is one paragraph: a line break parts what Word has as two.
    NOTE_BREAK = "\\\n"

    def __init__(self, package: Package, main: str, limits: ReadLimits, depth: int) -> None:
        super().__init__(package, main, limits, depth)
        self._note_texts: list[str] = []  # of the paragraph or row that is read
        self._note_count = 0
        self._has_heading = False
        self._is_in_grid = False

    def walk_marked_paragraph(self, paragraph: Any) -> Iterator[Piece]:
        """Yields a paragraph with its Markdown marker, and the notes behind it; in a pipe table its words alone."""
        if self._is_in_grid:
            yield from self.walk_paragraph(paragraph)
            return
        yield from self._walk_marked(paragraph)
        yield from self._take_notes()

    def _walk_marked(self, paragraph: Any) -> Iterator[Piece]:
        pieces = list(self.walk_paragraph(paragraph))
        first = next((place for place, piece in enumerate(pieces) if isinstance(piece, str) and piece.strip()), None)
        if first is None:
            yield from pieces
            return
        properties = find_child(paragraph, "w:pPr")
        style = value_of(find_child(properties, "w:pStyle")) or self.styles.default_paragraph
        level = self.heading_level(properties, style)
        if pieces[first] == "• ":
            pieces[first] = "- "
        elif level is not None:
            self._has_heading = True
            pieces.insert(first, "#" * min(level, _DEEPEST) + " ")
            # A heading is one line.
            pieces = [piece.replace("\n", " ") if piece in {"\n", "\t"} else piece for piece in pieces]
        elif self.is_quotation(properties, style):
            pieces.insert(first, "> ")
            pieces = ["\n> " if piece == "\n" else piece for piece in pieces]
        elif self._is_bold(paragraph, style):
            text = "".join(piece for piece in pieces if isinstance(piece, str)).strip()
            if len(text) <= _LONGEST_BOLD and not re.search(r"[\n\f*]", text):
                pieces = [f"**{text}**\n\n", *(piece for piece in pieces if not isinstance(piece, str))]
        yield from pieces

    def walk_marked_table(self, table: Any) -> Iterator[Piece]:
        """Yields a table as a pipe table; one that only places its words, such as an address, row by row."""
        rows = list(find_children(table, "w:tr"))
        if self._is_in_grid or not self._is_grid(rows):
            yield from self.walk_table(table)
            return
        lines, others = [], list[Piece]()
        self._is_in_grid = True
        with self.within_table(table):
            for row in rows:
                texts, rest = self.read_row(row)
                others += rest
                if texts:
                    cells = (re.sub(r"\s+", " ", text).strip().replace("|", "\\|") for text in texts)
                    lines.append(f"| {' | '.join(cells)} |")
                if len(lines) == 1:
                    lines.append(f"|{'---|' * len(texts)}")
        self._is_in_grid = False
        yield "\n\n" + "\n".join(lines) + "\n\n"
        yield from others
        yield from self._take_notes()

    def _is_grid(self, rows: list[Any]) -> bool:
        """Tells a table by its rows and columns; above the first heading, where addresses stand, by its head, too."""
        cells = list(find_children(rows[0], "w:tc")) if rows else []
        if len(rows) < _LEAST_ROWS or len(cells) < _LEAST_COLUMNS:
            return False
        if self._has_heading or len(cells) > _LEAST_COLUMNS:
            return True
        is_head = is_on(find_child(rows[0], "w:trPr", "w:tblHeader"))
        paragraphs = [part for part in rows[0].iter() if tag_of(part) == "w:p" and _text_of_all(part).strip()]
        styles = [value_of(find_child(part, "w:pPr", "w:pStyle")) for part in paragraphs]
        is_bold = bool(paragraphs) and all(map(self._is_bold, paragraphs, styles))
        return is_head or is_bold

    def walk_marked_row(self, row: Any) -> Iterator[Piece]:
        """Yields a row as a paragraph of its own."""
        yield from self.walk_row(row)
        yield "\n"
        yield from self._take_notes()

    def _take_notes(self) -> Iterator[Piece]:
        taken, self._note_texts = self._note_texts, []
        yield from taken

    def walk_note(self, kind: str, reference: Any) -> Iterator[Piece]:
        """Yields the mark of a note; its text follows the paragraph, so that both are in one section."""
        note = self._notes[kind].pop(get_attribute(reference, "id"), None)
        if note is None:
            return
        self._note_count += 1
        # Its own paragraphs have no notes, and must not take those that wait for the end of this one.
        waiting, self._note_texts = self._note_texts, []
        text = self.read_note(note)
        self._note_texts = waiting
        if text:
            self._note_texts.append(f"[^{self._note_count}]: {text}\n\n")
            yield f"[^{self._note_count}]"

    def heading_level(self, properties: Any, style: str | None) -> int | None:
        """Returns the level of a heading, from 1, or None."""
        name = (value_of(self.styles.property(style, "w:name")) or style or "").casefold()
        if numbered := re.fullmatch(r"heading ?([1-9])", name):
            return int(numbered[1])
        if name in {"title", "subtitle"}:
            return 1
        outline = find_child(properties, "w:outlineLvl")
        level = value_of(outline if outline is not None else self.styles.property(style, "w:pPr", "w:outlineLvl"))
        # 9 is the level of the text itself.
        return int(level) + 1 if level is not None and re.fullmatch(r"[0-8]", level) else None

    def is_quotation(self, properties: Any, style: str | None) -> bool:
        """Tells a block quotation by its style or its margins."""
        name = (value_of(self.styles.property(style, "w:name")) or style or "").casefold()
        if "quot" in name or name == "block text":
            return True
        indents = find_child(properties, "w:ind"), self.styles.property(style, "w:pPr", "w:ind")
        left = max(_twips(indent, "left", "start") for indent in indents)
        right = max(_twips(indent, "right", "end") for indent in indents)
        return left >= _QUOTE_LEFT and right >= _QUOTE_RIGHT

    def _is_bold(self, paragraph: Any, style: str | None) -> bool:
        runs = [run for run in paragraph.iter() if tag_of(run) == "w:r" and _text_of(run).strip()]
        by_style = is_on(self.styles.property(style, "w:rPr", "w:b"))

        def is_bold(run: Any) -> bool:
            own = find_child(run, "w:rPr", "w:b")
            return is_on(own) if own is not None else by_style

        return bool(runs) and all(is_bold(run) for run in runs)

    WAYS: ClassVar[dict[str, Callable[[Any, Any], Iterator[Piece]]]] = {
        **DocxWalk.WAYS,
        "w:p": walk_marked_paragraph,
        "w:tbl": walk_marked_table,
        "w:tr": walk_marked_row,
    }


def _twips(indent: Any, *sides: str) -> int:
    values = [get_attribute(indent, side) for side in sides] if indent is not None else []
    return max((int(value) for value in values if value and re.fullmatch(r"[0-9]{1,6}", value)), default=0)


def _text_of_all(paragraph: Any) -> str:
    return "".join(_text_of(run) for run in paragraph.iter() if tag_of(run) == "w:r")


def _text_of(run: Any) -> str:
    return "".join(part.text or "" for part in run if tag_of(part) == "w:t")
