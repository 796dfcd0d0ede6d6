"""Page numbers of a Word document, computed before Word opens it.

Word lays a document out itself, so a table of contents has no page numbers until its fields are renewed. Here the
document is laid out once in a simplified way: lines are filled with the widths of Times New Roman, and pages by the
spacing, keep-with-next, widow and table rules that our writer uses. A header or footer that needs more room than the
margin takes it from the text. A footnote takes its room where the paragraph with its mark ends. Floating pictures and
columns are not known.
See docs/decisions.md, "The contents of a DOCX carry computed page numbers".
"""
# ruff: noqa: SLF001 - python-docx hands out its XML elements only as _p, _tr and _tbl, and names this the way to extend it

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph as WordParagraph

from workbench.export.word_footnotes import REFERENCE, find_notes

# Widths in thousandths of the size. Source: the metrics that Times New Roman shares with its free twins.
_WIDTHS = {
    180: "'", 200: "|", 250: " ,.\u00a0", 278: "/:;\\ijlt", 333: "!()-I[]`fr‘’", 350: "•", 389: "Js", 408: '"',
    444: "?acez“”é", 469: "^", 480: "{}", 541: "~", 556: "FPS", 564: "+<=>", 611: "ELTZ", 667: "BCR",
    722: "ADGHKNOQUVXYw", 778: "&m", 833: "%", 889: "M", 921: "@", 944: "W", 1000: "—…",
}  # fmt: skip
_BOLD_WIDTHS = {
    220: "|", 250: " ,.\u00a0", 278: "'/\\il", 333: "!()-:;[]`fjt‘’", 350: "•", 389: "Is", 394: "{}", 444: "cerzé",
    520: "~", 555: '"', 556: "Sbdhknpquü", 570: "+<=>", 581: "^", 611: "FP", 667: "BELTZ", 722: "ACDNRUVXYw",
    778: "GHKOQ", 833: "&m", 930: "@", 944: "M", 1000: "%W—…",
}  # fmt: skip
_PLAIN, _BOLD = ({sign: width for width, signs in table.items() for sign in signs} for table in (_WIDTHS, _BOLD_WIDTHS))
_OTHER = 500
_WIDE = 1000
_FIRST_WIDE = 0x2E80
"""Characters from here on are Chinese, Japanese or Korean, for the most part: as wide as high."""
_LINE_HEIGHT = 1.149
"""Of one line, in sizes: ascent, descent and gap of Times New Roman."""
_EMU_OF_A_POINT = 12700
_PAGE_OF = re.compile(r"\s*PAGEREF (\w+)")
_CELL_MARGINS = 10.8
"""Left and right of a cell's text, in points: Word's own."""
_DEFAULT_TAB = 36.0
_UNDIVIDED = 3
_LIST_INDENT = 18.0
_RUN = qn("w:r")
_RUN_BOLD, _RUN_SIZE = f"{qn('w:rPr')}/{qn('w:b')}", f"{_RUN}/{qn('w:rPr')}/{qn('w:sz')}"
_ATOM = re.compile(r"[^\S\u00a0]+|[^\s–—-]*[–—-]+|(?:[^\s–—-]|\u00a0)+")
"""White space, or what stands between two places at which a line may end."""


def write_page_numbers(document: Any) -> PageCount:
    """Writes the computed pages into the fields that show them, as their results.

    The fields stay, and show Word's own pages once they are renewed.

    Args:
        document: Of python-docx, with one section.
    """
    pages = count_pages(document)
    for instruction, result in _find_fields(document.element.body):
        if found := _PAGE_OF.match(instruction):
            result.text = str(pages.of_bookmark.get(found[1], "")) or None
    section = document.sections[0]
    for footer in (section.footer, section.first_page_footer, section.even_page_footer):
        if footer.is_linked_to_previous:
            continue
        for instruction, result in _find_fields(footer._element):
            if instruction.strip() == "NUMPAGES":
                result.text = str(pages.total)
    return pages


def _find_fields(root: Any) -> Iterator[tuple[str, Any]]:
    """Yields the instruction of each simple field, and the run of its result."""
    instruction, in_result = "", False
    for run in root.iter(qn("w:r")):
        mark = run.find(qn("w:fldChar"))
        kind = None if mark is None else mark.get(qn("w:fldCharType"))
        if (code := run.find(qn("w:instrText"))) is not None:
            instruction = code.text or ""
        elif kind is None and in_result:
            yield instruction, run
            in_result = False
        else:
            # The field of all contents has its entries' fields within: the innermost one counts.
            in_result = kind == "separate"


class PageCount(NamedTuple):
    """Pages of a document: their number, and the page of each bookmark, from 1."""

    total: int
    of_bookmark: Mapping[str, int]


def count_pages(document: Any) -> PageCount:
    """Lays a document out, and finds the page of each bookmark.

    Args:
        document: Of python-docx, with one section.

    Examples:
        >>> import docx
        >>> document = docx.Document()
        >>> document.add_paragraph("a").paragraph_format.page_break_before = True
        >>> document.add_paragraph("b").paragraph_format.page_break_before = True
        >>> count_pages(document).total
        2
    """
    section = document.sections[0]
    height = _points(section.page_height - section.top_margin - section.bottom_margin)
    width = _points(section.page_width - section.left_margin - section.right_margin)
    others = height - _measure_overhang(section, "", width)
    first = height - _measure_overhang(section, "first_page_", width)
    layout = _Layout((first if section.different_first_page_header_footer else others, others), width)
    layout.run(list(_read_blocks(document)))
    return PageCount(layout.page, layout.pages)


def _measure_overhang(section: Any, page: str, width: float) -> float:
    """Returns the height by which header and footer of a kind of page exceed the margins, in points."""
    overhang, styles = 0.0, _Styles()
    for kind, distance, margin in (
        ("header", section.header_distance, section.top_margin),
        ("footer", section.footer_distance, section.bottom_margin),
    ):
        part = getattr(section, f"{page}{kind}")
        if part.is_linked_to_previous:
            continue
        blocks = _read_elements(part._element, part, styles)
        needed = sum(sum(lines.heights) + lines.before + lines.after for lines in (b.measure(width) for b in blocks))
        overhang += max(0.0, needed + _points(distance) - _points(margin))
    return overhang


class _Lines(NamedTuple):
    """A paragraph, or a row of a table, as the layout takes it.

    Attributes:
        heights: Of each line, in points; a row has one.
        before: Space before it.
        after: Space after it.
        bookmarks: That begin in it.
        breaks: Whether it begins a page.
        keeps: Whether it stays with the next.
        whole: Whether it stays on one page.
        head: Height of the table's head that each page repeats; 0 outside tables.
    """

    heights: tuple[float, ...]
    before: float
    after: float
    bookmarks: tuple[str, ...]
    breaks: bool = False
    keeps: bool = False
    whole: bool = False
    head: float = 0.0


class _Layout:
    """Pages as they are filled.

    Attributes:
        page: Number of the page that is filled.
        pages: Of each bookmark.
    """

    def __init__(self, heights: tuple[float, float], width: float) -> None:
        self._heights, self.width = heights, width  # of the text on the first page, and on others
        self.page, self.pages = 1, dict[str, int]()
        self._used = self._space = 0.0

    @property
    def height(self) -> float:
        """Room for text on the page that is filled, in points."""
        return self._heights[self.page > 1]

    def run(self, blocks: list[Any]) -> None:
        """Lays out all blocks."""
        measured = [block.measure(self.width) for block in blocks]
        for number, lines in enumerate(measured):
            self._place(lines, self._kept_height(measured, number))

    def _kept_height(self, measured: list[_Lines], number: int) -> float:
        """Returns the height that must be free for what is kept with the next: the chain, and two lines of its end."""
        height, lines = 0.0, measured[number]
        while lines.keeps and number + 1 < len(measured) and not measured[number + 1].breaks:
            height += sum(lines.heights)
            number += 1
            following = measured[number]
            height += max(lines.after, following.before)
            lines = following
            if height > self.height:  # no page has so much room: then nothing is kept
                return 0.0
        if not height:
            return 0.0
        # Of three lines none may stand alone, so all three stay together.
        first = len(lines.heights) if lines.whole or len(lines.heights) <= _UNDIVIDED else 2
        return height + sum(lines.heights[:first])

    def _place(self, lines: _Lines, kept: float) -> None:
        if lines.breaks and (self._used or self.page > 1):
            self._begin_page()
        # The larger of two spaces counts; at the head of a page that filled up there is none.
        gap = max(self._space, lines.before) if self._used else lines.before if lines.breaks else 0.0
        total = sum(lines.heights)
        free = self.height - self._used - gap
        if self._used and (kept > free or (lines.whole and total > free) or not self._fitting(lines, free)):
            self._begin_page()
            self._used, gap = lines.head, 0.0
        self._used += gap
        self.pages |= dict.fromkeys(lines.bookmarks, self.page)
        rest = lines
        while rest.heights:
            count = self._fitting(rest, self.height - self._used) or len(rest.heights[:1])
            self._used += sum(rest.heights[:count])
            rest = rest._replace(heights=rest.heights[count:])
            if rest.heights:
                self._begin_page()
        self._space = lines.after

    def _fitting(self, lines: _Lines, free: float) -> int:
        """Counts the lines that stay on this page, none of them alone, and none alone on the next."""
        count, used = 0, 0.0
        for height in lines.heights:
            used += height
            if used > free:
                break
            count += 1
        rest = len(lines.heights) - count
        if rest == 1:
            count -= 1
        return count if count > 1 or count == len(lines.heights) else 0

    def _begin_page(self) -> None:
        self.page += 1
        self._used = self._space = 0.0


def _read_blocks(document: Any) -> Iterator[Any]:
    styles = _Styles()
    notes = find_notes(document)
    for note in notes if notes is not None else ():
        if (text := note.find(qn("w:p"))) is not None:
            styles.notes[note.get(qn("w:id"))] = _TextBlock(WordParagraph(text, document._body), styles)
    return _read_elements(document.element.body, document._body, styles)


def _read_elements(root: Any, parent: Any, styles: _Styles) -> Iterator[Any]:
    for element in root:
        if element.tag == qn("w:p"):
            yield _TextBlock(WordParagraph(element, parent), styles)
        elif element.tag == qn("w:tbl"):
            table = Table(element, parent)
            head = None
            for number, row in enumerate(table._tbl.tr_lst):
                block = _RowBlock(table, row, head, styles)
                yield block
                if number == 0 and row.find(f".//{qn('w:tblHeader')}") is not None:
                    head = block


class _Styles:
    """Properties of styles, theirs or inherited.

    Attributes:
        notes: The footnotes of the document, by id.
    """

    def __init__(self) -> None:
        self.notes: dict[str, _TextBlock] = {}
        self._known: dict[tuple[str, str], Any] = {}
        self._by_id: dict[str | None, Any] = {}

    def of(self, paragraph: Any) -> Any:
        """Returns a paragraph's style; python-docx looks through all of them each time."""
        name = paragraph._p.style
        if name not in self._by_id:
            self._by_id[name] = paragraph.style
        return self._by_id[name]

    def find(self, style: Any, kind: str, name: str) -> Any:
        """Returns a property of ``paragraph_format`` or ``font``, or None."""
        key = (style.style_id, name)
        if key not in self._known:
            value, at = None, style
            while at is not None and value is None:
                value, at = getattr(getattr(at, kind), name), at.base_style
            self._known[key] = value
        return self._known[key]

    def is_close(self, style: Any) -> bool:
        """Tells if paragraphs of a style have no space between them."""
        return style.element.find(f"{qn('w:pPr')}/{qn('w:contextualSpacing')}") is not None


class _TextBlock:
    """A paragraph that is to be laid out."""

    def __init__(self, paragraph: Any, styles: _Styles) -> None:
        self.paragraph, self.styles = paragraph, styles
        self.style, self.own_format = styles.of(paragraph), paragraph.paragraph_format

    def measure(self, width: float) -> _Lines:
        """Breaks the paragraph into lines of a width in points."""
        own = self._format
        left, right = _points(own("left_indent")), _points(own("right_indent"))
        first = _points(own("first_line_indent"))
        if self._is_listed:
            # The mark of an item stands in the hanging indent; a style leaves its indent to the numbering.
            left, first = left or _LIST_INDENT, 0.0
        lines = _count_lines(self._pieces, width - left - right, first)
        height = self._line_height(own("line_spacing"))
        notes = [self.styles.notes[mark] for mark in self._note_marks if mark in self.styles.notes]
        below = sum(sum(note.heights) + note.after for note in (each.measure(width) for each in notes))
        text = [max(height, self._picture_height), *(height,) * (lines - 1)]
        text[-1] += below
        close = self.styles.is_close(self.style)
        marks = self.paragraph._p.iter(qn("w:bookmarkStart"))
        return _Lines(
            heights=tuple(text),
            before=_points(own("space_before")),
            after=0.0 if close and self._is_followed_by_its_kind() else _points(own("space_after")),
            bookmarks=tuple(str(mark.get(qn("w:name"))) for mark in marks),
            breaks=bool(own("page_break_before")),
            keeps=bool(own("keep_with_next")),
            whole=bool(own("keep_together")),
        )

    def _line_height(self, spacing: Any) -> float:
        if spacing is not None and not isinstance(spacing, float):  # a length: of the whole line
            return _points(spacing)
        return self._size * _LINE_HEIGHT * float(spacing or 1.0)

    @property
    def _picture_height(self) -> float:
        """Height of the highest picture that stands in a line."""
        extents = (shape.find(qn("wp:extent")) for shape in self.paragraph._p.iter(qn("wp:inline")))
        return max((_points(int(extent.get("cy"))) for extent in extents if extent is not None), default=0.0)

    @property
    def _note_marks(self) -> list[str]:
        return [str(mark.get(qn("w:id"))) for mark in self.paragraph._p.iter(REFERENCE)]

    @property
    def _is_listed(self) -> bool:
        numbering = f"{qn('w:pPr')}/{qn('w:numPr')}"
        return any(element.find(numbering) is not None for element in (self.paragraph._p, self.style.element))

    def _format(self, name: str) -> Any:
        value = getattr(self.own_format, name)
        return self.styles.find(self.style, "paragraph_format", name) if value is None else value

    @cached_property
    def _size(self) -> float:
        sizes = [_points(size.val) for size in self.paragraph._p.iterfind(_RUN_SIZE)]
        return max(sizes) if sizes else _points(self.styles.find(self.style, "font", "size"), 12.0)

    @cached_property
    def _pieces(self) -> list[tuple[str, bool, float]]:
        """Text of each run, whether it is bold, and its size."""
        bold = bool(self.styles.find(self.style, "font", "bold"))
        pieces = []
        for run in self.paragraph._p.iter(_RUN):
            own = run.find(_RUN_BOLD)
            pieces.append((run.text, bold if own is None else own.val, self._size))
        return pieces

    def _is_followed_by_its_kind(self) -> bool:
        following = self.paragraph._p.getnext()
        return following is not None and following.tag == qn("w:p") and following.style == self.paragraph._p.style


class _RowBlock:
    """A row of a table that is to be laid out."""

    def __init__(self, table: Any, row: Any, head: _RowBlock | None, styles: _Styles) -> None:
        self.table, self.row, self.head, self.styles = table, row, head, styles

    def measure(self, width: float) -> _Lines:  # noqa: ARG002 - the cells say their own
        """Finds the height of the row, which no page break divides."""
        marks = self.row.iter(qn("w:bookmarkStart"))
        return _Lines(
            heights=(self.height,),
            before=0.0,
            after=0.0,
            bookmarks=tuple(str(mark.get(qn("w:name"))) for mark in marks),
            whole=True,
            head=0.0 if self.head is None else self.head.height,
        )

    @cached_property
    def height(self) -> float:
        """Height of the highest cell, in points."""
        heights = [0.0]
        for cell in self.row.tc_lst:
            width = _points(cell.width) - _CELL_MARGINS
            blocks = [_TextBlock(WordParagraph(part, self.table), self.styles).measure(width) for part in cell.p_lst]
            heights.append(sum(sum(lines.heights) + lines.before + lines.after for lines in blocks))
        return max(heights)


def _count_lines(pieces: list[tuple[str, bool, float]], width: float, first: float) -> int:
    """Counts the lines that runs take, filled from the left as Word does."""
    lines, used, pending = 1, max(first, -width), 0.0
    for text, bold, size in pieces:
        table = _BOLD if bold else _PLAIN
        for atom in _ATOM.findall(text):
            if "\n" in atom:
                lines, used, pending = lines + atom.count("\n"), 0.0, 0.0
            elif "\t" in atom:
                pending += _DEFAULT_TAB if used < 0 or pending else 0.0
                used = max(used, 0.0)
            elif atom.isspace():
                # Spaces at the end of a line hang over its edge.
                pending += len(atom) * table[" "] * size / 1000
            else:
                long = _measure_word(atom, bold=bold) * size / 1000
                if used + pending + long > width and used > 0:
                    lines, used = lines + 1, 0.0
                else:
                    used += pending
                pending = 0.0
                # A word that no line holds is broken wherever the line ends.
                lines += int((used + long) // max(width, 1.0)) if long > width else 0
                used = (used + long) % max(width, 1.0) if long > width else used + long
    return lines


@lru_cache(maxsize=4096)
def _measure_word(word: str, *, bold: bool) -> int:
    """Returns the width of a word, in thousandths of its size; a letter has many words again and again."""
    return sum(map((_BOLD if bold else _PLAIN).get, word, map(_width_of_other, word)))


def _width_of_other(sign: str) -> int:
    return _WIDE if ord(sign) >= _FIRST_WIDE else _OTHER


def _points(length: Any, default: float = 0.0) -> float:
    return default if length is None else float(length) / _EMU_OF_A_POINT
