"""Paragraphs, lists and tables of a letter as they are written into a Word document."""
# ruff: noqa: SLF001 - python-docx hands out its XML elements only as _p, and names this the way to extend it

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Emu, Inches, Pt, RGBColor

from workbench.export import word
from workbench.export.markdown import Block, Heading, Items, LetterTable, Paragraph, Quote, TextRun
from workbench.export.section_numbers import HeadingNumbers, Numbering
from workbench.export.word_footnotes import Footnotes
from workbench.export.word_lists import ListNumbering, put_in_list
from workbench.export.word_styles import TABLE_HEAD, TABLE_SCALE, TABLE_STYLE, TABLE_TEXT

CITATION = "citation_"
"""Bookmark of each bracketed group of citations, with its number behind it."""
ALARM = RGBColor(0x9B, 0x1C, 0x1C)
"""Colour of what has to be mended."""

_SIDES = {"center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
_BEHIND_TABLE = 12
"""Space behind a table, in points."""


class WordText:
    """The text of one document; adds at its end.

    Args:
        document: Of python-docx, with its styles.
        numbering: Of headings.
        size: Of the letters, in points.

    Attributes:
        width: Of the text, in EMU.
    """

    def __init__(self, document: Any, numbering: Numbering, size: float, width: int) -> None:
        self.width = width
        self._document, self._numbering, self._size = document, numbering, size
        self._is_behind_table = False
        self._lists = ListNumbering(document)
        self._style_ids: dict[str, str] = {}
        self._notes = Footnotes(document)
        self._bookmarks = 0

    def write_blocks(
        self,
        blocks: Iterable[Block],
        *,
        section: int | None = None,
        indent: float = 0,
        style: str | None = None,
        level: int = 0,
    ) -> None:
        """Adds blocks.

        Args:
            blocks: In order.
            section: Number of the section that they are in, which numbers its headings and names their bookmarks.
            indent: Of their text, in inches.
            style: Name of the style of their paragraphs.
            level: Number of lists that they are in.
        """
        headings = 0
        numbers = HeadingNumbers(self._numbering, section)
        blocks = tuple(blocks)
        for block, following in zip_longest(blocks, blocks[1:]):
            match block:
                case Paragraph():
                    line = self.add_paragraph(block.runs, style=style)
                    _place(line, indent, is_kept=isinstance(following, Quote | Items | LetterTable))
                case Heading(level=depth, runs=runs):
                    headings += 1
                    label = numbers.label(depth)
                    # Heading 1 is the section's title; _lower_headings leaves two levels below it.
                    line = self.add_paragraph([TextRun(label), *runs], style=f"Heading {depth + 1}", links=False)
                    if section is not None:
                        self.add_bookmark(line, f"section_{section}_{headings}")
                case Quote(blocks=inner):
                    self.write_blocks(inner, indent=indent + 0.5, style="Quote", level=level)
                case Items():
                    self._write_items(block, indent, level)
                case LetterTable():
                    self._write_table(block)
                    if isinstance(following, LetterTable):
                        self.end_table()

    def _write_items(self, block: Items, indent: float, level: int) -> None:
        number = self._lists.add_list(block.start, level)
        for place, item in enumerate(block.items, start=1):
            # The mark of an item that is empty or begins with a quote has a line of its own, and the item follows.
            first, *rest = item or (Paragraph(()),)
            runs = first.runs if isinstance(first, Paragraph | Heading) else ()
            line = self.add_paragraph(runs)
            put_in_list(line, number, level)
            # The paragraph's own indent: a list inside a quotation stands further in than its level says.
            line.paragraph_format.left_indent = Inches(indent + 0.3)
            line.paragraph_format.first_line_indent = Inches(-0.3)
            if level or place < len(block.items):  # behind the last item, the text's own space
                line.paragraph_format.space_after = Pt(4)
            self.write_blocks(rest if runs else item, indent=indent + 0.3, level=level + 1)

    def _write_table(self, block: LetterTable) -> None:
        table = self._make_table(block.layout.shares, len(block.all_rows))
        table._tbl.tblPr.style = self._find_style_id(TABLE_STYLE)
        word.show_first_row(table)
        size = None if block.layout.scale == TABLE_SCALE else round(2 * block.layout.scale * self._size) / 2
        for place, (row, line) in enumerate(zip(block.all_rows, table.rows, strict=True)):
            if not row.is_tall:
                word.keep_row_together(line)
            if place == 0 and block.layout.repeats:
                word.repeat_as_header(line)
            style = self._find_style_id(TABLE_TEXT if place else TABLE_HEAD)
            for cell, runs, alignment in zip(line.cells, row.cells, block.alignments, strict=True):
                paragraph = cell.paragraphs[0]
                paragraph._p.style = style
                if alignment in _SIDES:
                    paragraph.alignment = _SIDES[alignment]
                self.fill(paragraph, runs, size=size)
        self._is_behind_table = True

    def end_table(self) -> None:
        """Adds an empty line: Word takes two tables without one for one, and wants one at a document's end."""
        self._document.add_paragraph().paragraph_format.space_after = Pt(0)

    def add_paragraph(self, runs: Iterable[TextRun], *, style: str | None = None, links: bool = True) -> Any:
        """Adds a paragraph, and returns it as one of python-docx.

        Args:
            runs: Its text.
            style: Name of its style; None: that of the text.
            links: Whether its links lead somewhere.
        """
        return self.fill(self.add_empty(style), runs, links=links)

    def add_empty(self, style: str | None) -> Any:
        """Adds a paragraph without text."""
        paragraph = self._document.add_paragraph()
        if style is not None:
            paragraph._p.style = self._find_style_id(style)
        if self._is_behind_table:
            # A table has no space of its own; a heading has.
            if style is None or not style.startswith("Heading"):
                paragraph.paragraph_format.space_before = Pt(_BEHIND_TABLE)
            self._is_behind_table = False
        return paragraph

    def _find_style_id(self, style: str) -> str:
        # python-docx would read all styles anew for each paragraph: a fifth of the time of a letter.
        if style not in self._style_ids:
            self._style_ids[style] = self._document.styles[style].style_id
        return self._style_ids[style]

    def fill(
        self,
        paragraph: Any,
        runs: Iterable[TextRun],
        *,
        size: float | None = None,
        colour: RGBColor | None = None,
        links: bool = True,
    ) -> Any:
        """Adds text to a paragraph, and returns it.

        Args:
            paragraph: Of python-docx.
            runs: The text.
            size: Of its letters, in points; None: as the paragraph's style has it.
            colour: Likewise.
            links: Whether its links lead somewhere.
        """
        cited, first = None, 0
        for run in runs:
            if run.citation != cited:
                self._mark_citation(paragraph, cited, first)
                cited, first = run.citation, len(paragraph._p)
            if run.note is not None:
                self.fill(self._notes.add_note(paragraph), run.note.runs)
                continue
            for added in word.add_runs(paragraph, run.text):  # a line feed becomes a line break
                word.set_weight(added, bold=run.bold, italic=run.italic)
                if size is not None:
                    word.set_size(added.font, size)
                if colour is not None or run.unresolved:
                    added.font.color.rgb = ALARM if run.unresolved else colour
                if links and run.target is not None:
                    word.link_run(paragraph, added, name_bookmark(run.target))
        self._mark_citation(paragraph, cited, first)
        return paragraph

    def _mark_citation(self, paragraph: Any, number: int | None, first: int) -> None:
        # By it an edited letter that comes back finds the citation again, whatever became of its words.
        if number is not None:
            self._bookmarks += 1
            word.wrap_in_bookmark(paragraph, first, f"{CITATION}{number}", self._bookmarks)

    def add_bookmark(self, paragraph: Any, name: str) -> None:
        """Bookmarks a paragraph."""
        self._bookmarks += 1
        word.add_bookmark(paragraph, name, self._bookmarks)

    def begin_page(self, paragraph: Any) -> None:
        """Begins a page with a paragraph."""
        # A property of the paragraph: a break by itself would need an empty paragraph to stand in.
        paragraph.paragraph_format.page_break_before = True
        paragraph.paragraph_format.space_before = Pt(0)

    def add_table(self, widths: tuple[Any, ...], rows: int) -> Any:
        """Adds an empty table without a style, and returns it.

        Args:
            widths: Of its columns, in any unit: it is as wide as the text.
            rows: Their number.
        """
        table = self._make_table([width / sum(widths) for width in widths], rows)
        for row in table.rows:
            word.keep_row_together(row)
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.space_before = Pt(2)
                cell.paragraphs[0].paragraph_format.space_after = Pt(2)
        return table

    def _make_table(self, shares: Sequence[float], rows: int) -> Any:
        table = self._document.add_table(rows=rows, cols=len(shares))
        table.autofit = False
        widths = [Emu(round(self.width * share)) for share in shares]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                # Word goes by the widths of the cells, other office suites by those of the columns: both are set.
                cell.width = width
        return table


def _place(paragraph: Any, indent: float, *, is_kept: bool) -> None:
    if indent:
        paragraph.paragraph_format.left_indent = Inches(indent)
    # What announces a quotation, a list or a table stands on its page.
    if is_kept:
        paragraph.paragraph_format.keep_with_next = True


def name_bookmark(anchor: str) -> str:
    """Turns an anchor of ours into a Word bookmark.

    Word allows letters, digits and underscores, at most 40.
    """
    return anchor.replace("-", "_")
