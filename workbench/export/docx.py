"""The petition as a Word document, for editing in Word.

It has real headings, lists, fields, bookmarks and links. The contents show page numbers that were computed here; they
are fields, which Word renews when asked to.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import docx
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Inches, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from workbench.case.docx_header import shows_something
from workbench.export import word
from workbench.export.claim_appendix import ClaimAppendix, cells_of
from workbench.export.letter_style import LetterStyle
from workbench.export.markdown import Heading, Paragraph, TextRun, plain_text
from workbench.export.petition import IndexRow, Petition
from workbench.export.section_numbers import HeadingNumbers
from workbench.export.word_comments import WordComment, add_comments
from workbench.export.word_footnotes import list_marks
from workbench.export.word_letterhead import add_picture, find_header, list_pages, take_page
from workbench.export.word_manifest import add_manifest
from workbench.export.word_pages import write_page_numbers
from workbench.export.word_styles import FACE, QUIET, TEXT_SIZE, TEXT_WIDTH, set_contents_width, set_styles
from workbench.export.word_template import add_comment_styles, clean_template
from workbench.export.word_text import ALARM, WordText, name_bookmark
from workbench.export.word_watermark import add_watermark

RUN, STATE, SECTION, STYLE = "workbench run", "workbench state", "workbench section ", "workbench style"
"""Names of custom properties: the run, its state, with a section's number behind it the section's id, and the firm's
style as JSON."""

REDLINE = "workbench redline"
"""Name of the custom property of a redline: the moment that it compares with, as ``THREAD@ID``."""

SIGNATURE = "signature"
"""Bookmark of the letter's closing lines."""

_CONTENTS_HEADING = "contents"
_WATERMARK = "DRAFT"
_SIGNATURE_WIDTH = Inches(3.4)
_SHORT_CONTENTS = 16
"""Entries beside which there is room on the first page, as in ``templates/petition.typ``."""
# Headings of two levels, as links, also by the paragraphs' outline level; no page numbers in the web view.
CONTENTS = 'TOC \\o "1-2" \\h \\z \\u'


def render_docx(petition: Petition, comments: Sequence[WordComment] = ()) -> bytes:
    """Writes a petition as the bytes of a DOCX file.

    The same petition and comments give the same bytes.

    Args:
        petition: The petition.
        comments: Placed at their words.
    """
    return save_document(make_document(petition, comments))


def make_document(
    petition: Petition,
    comments: Sequence[WordComment] = (),
    properties: Mapping[str, str] = MappingProxyType({}),
    *,
    pages: bool = True,
) -> Any:
    """Makes a petition's document, of python-docx.

    Args:
        petition: The petition.
        comments: Placed at their words.
        properties: Further custom properties of the file.
        pages: Lay it out for the page numbers of the contents; a third of the time.
    """
    writer = _LetterWriter(petition)
    writer.write(properties)
    # Before the comments, which change no line.
    if pages and write_page_numbers(writer.document).of_bookmark.get(_CONTENTS_HEADING, 1) > 1:
        writer.move_contents()
    if comments:
        add_comment_styles(writer.document)
        # At the letter's own words: the list of what is open quotes some of them.
        add_comments(_LetterParagraphs(writer.document, *writer.letter), comments, list_marks(writer.document))
    return writer.document


def save_document(document: Any) -> bytes:
    """Returns a document as the bytes of a file, equal for equal documents."""
    held = io.BytesIO()
    document.save(held)
    return word.repack_package(held.getvalue())


class _LetterParagraphs:
    """The paragraphs of the letter alone, as :func:`add_comments` takes a document."""

    tables = ()

    def __init__(self, document: Any, first: int, last: int) -> None:
        # Those of tables in their place, which python-docx lists apart.
        blocks = list(document.element.body)[first:last]
        self.paragraphs = [WordParagraph(each, document) for block in blocks for each in block.iter(qn("w:p"))]
        self.add_comment = document.add_comment
        self.add_paragraph = document.add_paragraph


class _LetterWriter:
    """One document as it is written."""

    def __init__(self, petition: Petition) -> None:
        self.petition = petition
        self.document: Any = docx.Document()
        clean_template(self.document)
        set_styles(self.document, petition.style)
        style = petition.style
        self._text = WordText(self.document, style.numbering, style.text_size or TEXT_SIZE, int(TEXT_WIDTH))
        self.letter = (0, 0)  # places of its first paragraph or table in the body, and behind its last
        self._contents_heading: Any = None

    def write(self, properties: Mapping[str, str]) -> None:
        self._properties(properties)
        self._page()
        set_contents_width(self.document, self._text.width)
        self._first_page()
        self._contents()
        self._open()
        self._letter()
        if self.petition.exhibits is not None:
            self._exhibits(self.petition.exhibits)
        if self.petition.claims is not None:
            self._claims(self.petition.claims)
        if not self.petition.draft:
            self._text.add_paragraph([TextRun(f"{self.petition.provenance} {self.petition.colophon}")], style="Small")

    # ---- the whole document

    def _properties(self, properties: Mapping[str, str]) -> None:
        core = self.document.core_properties
        core.title, core.author, core.last_modified_by = self.petition.title, self.petition.author, self.petition.author
        # Not the clock's time: the same petition gives the same bytes.
        core.created = core.modified = self.petition.at
        core.comments, core.language, core.revision = self.petition.provenance, "en-US", 1
        prompts = {
            f"prompt of section {part.numeral or part.number}": part.prompt
            for part in self.petition.sections
            if part.prompt
        }
        word.add_properties(self.document, prompts | list_origin(self.petition) | dict(properties))
        if self.petition.manifest is not None:
            add_manifest(self.document, self.petition.manifest)

    def _page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Inches(8.5), Inches(11)
        section.left_margin = section.right_margin = Inches(1.1)
        section.top_margin = section.bottom_margin = Inches(1)
        section.different_first_page_header_footer = True
        template = self.petition.style.template
        if template is not None and not template.styles:  # its name alone is known
            template = None
        if template is not None:
            take_page(self.document, template)
        self._text.width = section.page_width - section.left_margin - section.right_margin
        for number, page in enumerate(list_pages(template), start=1):
            header, footer = (find_header(section, page, kind) for kind in ("header", "footer"))
            header.is_linked_to_previous = footer.is_linked_to_previous = False
            is_firms = shows_something(header._element)  # noqa: SLF001 - as in word.py
            self._head_page(header, number, is_firms=is_firms, is_first=page == "first")
            # A firm's footer that counts pages needs no other count.
            if "PAGE" not in word.list_fields(footer._element):  # noqa: SLF001
                self._foot_page(footer, is_firms=shows_something(footer._element))  # noqa: SLF001

    def _head_page(self, header: Any, number: int, *, is_firms: bool, is_first: bool) -> None:
        """Writes the running head and the mark of a draft; on the first page and beside a firm's own header the mark.

        Args:
            header: Of one kind of pages.
            number: Of the header, from 1.
            is_firms: It shows something already.
            is_first: It is that of the first page.
        """
        if is_firms and not self.petition.draft:
            return
        line = header.add_paragraph() if is_firms else header.paragraphs[0]
        line.style = self.document.styles["Header"]
        stops = line.paragraph_format.tab_stops
        stops.clear_all()
        # The style's own stop in the middle would come first; in the style it stays, for a firm's own header.
        for stop in line.style.paragraph_format.tab_stops:
            if stop.position != self._text.width:
                stops.add_tab_stop(stop.position, WD_TAB_ALIGNMENT.CLEAR)
        stops.add_tab_stop(self._text.width, WD_TAB_ALIGNMENT.RIGHT)
        if not is_firms and not is_first:
            word.add_runs(line, self.petition.running_head)
        if self.petition.draft:
            line.add_run("\t")
            mark = line.add_run(self.petition.draft)
            mark.bold, mark.font.color.rgb = True, ALARM
            add_watermark(line, _WATERMARK, FACE, number)

    def _foot_page(self, footer: Any, *, is_firms: bool) -> None:
        line = footer.add_paragraph() if is_firms else footer.paragraphs[0]
        line.style = self.document.styles["Footer"]
        # WD_ALIGN_PARAGRAPH.CENTER, which python-docx takes as a number, too.
        line.alignment = 1
        line.add_run("Page ")
        # Word renews the fields of headers and footers by itself.
        word.add_field(line, "PAGE", "1")
        line.add_run(" of ")
        word.add_field(line, "NUMPAGES", "1")

    # ---- from the first page to the last

    def _first_page(self) -> None:
        self._letterhead(self.petition.style)
        for runs in self.petition.head.lines:
            self._text.add_paragraph(runs)
        if self.petition.head.rows:
            table = self._text.add_table((Inches(1.4), self._text.width - Inches(1.4)), len(self.petition.head.rows))
            for row, cells in zip(self.petition.head.rows, table.rows, strict=True):
                self._text.fill(cells.cells[0].paragraphs[0], [TextRun(row.label)], size=10, colour=QUIET)
                self._text.fill(cells.cells[1].paragraphs[0], row.value)
            word.set_borders(table, "top", "bottom")
        if self.petition.sample:
            self._text.add_paragraph([TextRun(self.petition.sample, bold=True)]).paragraph_format.space_before = Pt(12)
        if self.petition.draft:
            self._text.add_paragraph([TextRun(f"{self.petition.provenance} {self.petition.colophon}")], style="Small")

    def _letterhead(self, style: LetterStyle) -> None:
        if style.has_own_header:
            return
        written = []
        if style.letterhead_picture is not None and style.letterhead_picture.png:
            written.append(self._text.add_paragraph(()))
            add_picture(written[0], style.letterhead_picture, style.alternative_text)
        written += [
            self._text.add_paragraph([TextRun(line, bold=number == 0)]) for number, line in enumerate(style.letterhead)
        ]
        for line in written:
            line.alignment = 1  # centred, as the foot of a page
            line.paragraph_format.space_after = Pt(0 if line is not written[-1] else 22)

    def _contents(self) -> None:
        heading = self._contents_heading = self._text.add_paragraph([TextRun("Contents")], style="Front Heading")
        self._text.add_bookmark(heading, _CONTENTS_HEADING)
        entries = [entry for section in self.petition.sections for entry in self._entries(section.number)]
        if self.petition.exhibits is not None:
            entries.append((1, "Exhibit Index", "exhibit_index"))
        if self.petition.claims is not None:
            entries.append((1, self.petition.claims.title, "claim_table"))
        # A field needs a paragraph to stand in, and a petition without sections has none for it.
        if not entries:
            return
        if len(entries) > _SHORT_CONTENTS:
            self.move_contents()
        lines = []
        for level, title, bookmark in entries:
            line = self._text.add_empty(f"toc {level}")
            link = word.add_hyperlink(line, bookmark)
            word.add_text(link, f"{title}\t")
            # write_page_numbers fills it in, once all of the document is there.
            word.add_field(line, f"PAGEREF {bookmark} \\h", "", into=link)
            lines.append(line)
        word.wrap_in_field(lines[0], lines[-1], CONTENTS)

    def move_contents(self) -> None:
        """Begins a page with the contents: LibreOffice does not keep their heading with a field, as Word does."""
        self._text.begin_page(self._contents_heading)

    def _entries(self, number: int) -> list[tuple[int, str, str]]:
        section = self.petition.sections[number - 1]
        entries = [(1, f"{section.label}{plain_text(section.title)}", f"section_{number}")]
        heads = (block for block in section.blocks if isinstance(block, Heading))
        numbers = HeadingNumbers(self.petition.style.numbering, number)
        for position, head in enumerate(heads, start=1):
            label = numbers.label(head.level)
            if head.level == 1:
                title = f"{label}{plain_text(head.runs)}"
                entries.append((2, title, f"section_{number}_{position}"))
        return entries

    def _open(self) -> None:
        if not self.petition.open:
            return
        self._text.begin_page(self._text.add_paragraph([TextRun("Open Before Filing")], style="Front Heading"))
        self._text.add_paragraph(
            [TextRun(self.petition.open_note)],
            style="Small",
        )
        for group in self.petition.open:
            self._text.add_paragraph([TextRun(group.title, bold=True)]).paragraph_format.keep_with_next = True
            for item in group.items:
                self._text.add_paragraph(
                    [TextRun(f"{item.severity.capitalize()}: ", bold=True), TextRun(item.text)], style="List Bullet"
                )

    def _letter(self) -> None:
        body = self.document.element.body
        begun = len(body) - 1  # the properties of the page stand last
        self._text.write_blocks(self.petition.head.opening)
        for section in self.petition.sections:
            # No link in a heading: Word copies it into the contents, where the whole entry is a link already.
            heading = self._text.add_paragraph([TextRun(section.label), *section.title], style="Heading 1", links=False)
            self._text.add_bookmark(heading, f"section_{section.number}")
            self._text.write_blocks(section.blocks, section=section.number)
        self.letter = (begun, len(body) - 1)
        # The opening and the sections may each be missing: the first paragraph is known only once it is written.
        written = [WordParagraph(each, self.document) for block in body[begun:-1] for each in block.iter(qn("w:p"))]
        if written:
            self._text.begin_page(written[0])
            # A page with the signature alone could be put under any text.
            written[-1].paragraph_format.keep_with_next = bool(self.petition.signature)
        for position, block in enumerate(self.petition.signature):
            if isinstance(block, Paragraph):
                line = self._text.add_paragraph(block.runs)
                if position == 0:
                    self._text.add_bookmark(line, SIGNATURE)
                line.paragraph_format.keep_together = True
                line.paragraph_format.keep_with_next = position + 1 < len(self.petition.signature)
                # Room for the signature by hand between the closing words and the name.
                line.paragraph_format.space_before = Pt(14 if position == 0 else 40 if position == 1 else 0)
                if position == 1:
                    line.paragraph_format.right_indent = self._text.width - _SIGNATURE_WIDTH
                    word.draw_line_above(line)

    def _exhibits(self, rows: tuple[IndexRow, ...]) -> None:
        heading = self._text.add_paragraph([TextRun("Exhibit Index")], style="Heading 1")
        self._text.begin_page(heading)
        self._text.add_bookmark(heading, "exhibit_index")
        widths = (Inches(0.45), Inches(3.05), Inches(1.3), Inches(0.55), Inches(0.95))
        table = self._text.add_table(widths, len(rows) + 1)
        head = table.rows[0]
        word.repeat_as_header(head)
        for cell, name in zip(head.cells, ("No.", "Exhibit", "Date", "Pages", "Cited in"), strict=True):
            self._text.fill(cell.paragraphs[0], [TextRun(name, bold=True)], size=9, colour=QUIET)
        # An uncited exhibit is the attorney's to settle; the filed index does not point the officer to it.
        uncited = TextRun("not cited", bold=True, unresolved=True) if self.petition.draft else TextRun("–")
        for row, line in zip(rows, table.rows[1:], strict=True):
            number, title, date, pages, cited = (cell.paragraphs[0] for cell in line.cells)
            self._text.fill(number, [TextRun(row.label, bold=True)], size=10)
            self._text.add_bookmark(number, name_bookmark(row.anchor))
            self._text.fill(title, [TextRun(row.title)], size=10)
            kind = self._text.fill(line.cells[1].add_paragraph(), [TextRun(row.kind)], size=9, colour=QUIET)
            title.paragraph_format.space_after, kind.paragraph_format.space_after = Pt(0), Pt(3)
            title.paragraph_format.line_spacing = kind.paragraph_format.line_spacing = 1.0
            self._text.fill(date, [TextRun(row.date)], size=10)
            self._text.fill(pages, [TextRun(str(row.pages))], size=10)
            named = ((n, self.petition.name_section(n)) for n in row.cited_in)
            links = [part for n, name in named for part in (TextRun(", "), TextRun(name, target=f"section-{n}"))][1:]
            self._text.fill(cited, links or [uncited], size=10)
        word.set_borders(table, "top", "bottom", "insideH")
        self._text.end_table()

    def _claims(self, appendix: ClaimAppendix) -> None:
        heading = self._text.add_paragraph([TextRun(appendix.title)], style="Heading 1")
        self._text.begin_page(heading)
        self._text.add_bookmark(heading, "claim_table")
        self._text.add_paragraph([TextRun(appendix.note)], style="Small")
        # In a draft the statement and its passage share the page with three narrow columns.
        narrow = (Inches(1.9), Inches(0.85), Inches(0.85), Inches(1.75), Inches(0.95))
        widths = narrow if len(appendix.columns) > 2 else (Inches(4.8), Inches(1.5))  # noqa: PLR2004 - as the columns of a final
        table = self._text.add_table(widths, 1 + sum(1 + len(group.rows) for group in appendix.groups))
        word.repeat_as_header(table.rows[0])
        for cell, name in zip(table.rows[0].cells, appendix.columns, strict=True):
            self._text.fill(cell.paragraphs[0], [TextRun(name, bold=True)], size=9, colour=QUIET)
        lines = iter(table.rows[1:])
        for group in appendix.groups:
            cells = next(lines).cells
            title = cells[0].merge(cells[-1]).paragraphs[0]
            title.paragraph_format.keep_with_next = True
            self._text.fill(title, [TextRun(group.title, bold=True)], size=9)
            for row in group.rows:
                for cell, text in zip(next(lines).cells, cells_of(row, appendix.columns), strict=True):
                    self._text.fill(cell.paragraphs[0], [TextRun(text)], size=8.5)
        word.set_borders(table, "top", "bottom", "insideH")
        self._text.end_table()


def list_origin(petition: Petition) -> dict[str, str]:
    """Returns the properties by which :mod:`workbench.export.word_import` knows a file again."""
    style = petition.style.without_files().model_dump_json(exclude_defaults=True)
    names = {RUN: petition.thread_id, STATE: petition.event_id, STYLE: "" if style == "{}" else style}
    sections = {f"{SECTION}{part.number}": part.section_id or "" for part in petition.sections}
    return {name: value for name, value in (names | sections).items() if value}
