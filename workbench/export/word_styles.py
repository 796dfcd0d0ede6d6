"""Styles of a letter as a Word document."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Inches, Pt, RGBColor

from workbench.export import word
from workbench.export.letter_style import LetterStyle
from workbench.export.word_letterhead import take_styles

FACE = "Times New Roman"
"""The one text face that every Word has, and every office suite a twin of; a firm may have its own."""

QUIET = RGBColor(0x5D, 0x5D, 0x5D)
"""Colour of what is not the letter's text."""

TEXT_SIZE = 12
"""Of its letters, in points; a firm may have another."""

TEXT_WIDTH = Inches(6.3)
"""Of a line, between the margins; a firm's template may have others."""

TABLE_STYLE, TABLE_TEXT, TABLE_HEAD = "Letter Table", "Table Text", "Table Head"
"""Names of the style of a table, and of the paragraphs in its cells and in those of its first row."""

TABLE_SCALE = 0.9
"""Size of the letters of tables, as a share of that of the text."""

_LINE = 'w:val="single" w:sz="6" w:space="0" w:color="000000"'
_TABLE_LOOK = f"""<w:tblPr {nsdecls("w")}><w:tblBorders><w:top {_LINE}/><w:bottom {_LINE}/>
<w:insideH w:val="single" w:sz="4" w:space="0" w:color="A6A6A6"/></w:tblBorders></w:tblPr>"""
_FIRST_ROW_LOOK = f"""<w:tblStylePr {nsdecls("w")} w:type="firstRow"><w:tcPr><w:tcBorders>
<w:bottom {_LINE}/></w:tcBorders></w:tcPr></w:tblStylePr>"""


def set_styles(document: Any, style: LetterStyle) -> None:
    """Sets the styles of a letter.

    Styles of the firm's template stay as they are, but for the fonts and the size that the style itself names.

    Args:
        document: Of python-docx, with the styles of its template.
        style: Of the firm.
    """
    template = style.template if style.template is not None and style.template.styles else None
    kept = take_styles(document, template) if template is not None else frozenset()
    styles = document.styles
    face, base = style.text_font or FACE, style.text_size or TEXT_SIZE
    title = style.title_font or face
    styles["Normal"].paragraph_format.widow_control = True
    _set_built_in(styles, kept, (face, title, base))
    small = _add_style(styles, "Small")
    _face(small, face, 9.5, colour=QUIET)
    front = _add_style(styles, "Front Heading")
    _face(front, title, 14, bold=True)
    front.paragraph_format.keep_with_next = True
    for level in (1, 2):
        # Word's own names, which python-docx's template lacks: Word sets renewed contents in these styles.
        if f"toc {level}" not in kept:
            toc = _add_style(styles, f"toc {level}")
            # A second line begins where the title does, behind its number.
            toc.paragraph_format.left_indent, toc.paragraph_format.first_line_indent = Inches(0.3 * level), Inches(-0.3)
            toc.paragraph_format.space_after = Pt(3)
            # Contents that do not fit on the rest of the first page begin on the next, as long as a page holds them.
            toc.paragraph_format.keep_with_next = True
            toc.font.bold = level == 1
    _add_table_styles(styles, base)
    if template is not None:
        _name_fonts(styles, style)
    word.set_language(styles["Normal"], "en-US")


def _set_built_in(styles: Any, kept: Container[str], look: tuple[str, str, float]) -> None:
    """Sets Word's own styles, but for those that a template brought: face of text and headings, and size."""
    face, title, base = look
    if "normal" not in kept:
        _face(styles["Normal"], face, base)
        styles["Normal"].paragraph_format.space_after = Pt(10)
        styles["Normal"].paragraph_format.line_spacing = 1.12
    for name, size, before, italic in (
        ("Heading 1", base + 2, 24, False),
        ("Heading 2", base, 16, False),
        ("Heading 3", base, 12, True),
    ):
        if name.casefold() not in kept:
            _face(styles[name], title, size, bold=not italic, italic=italic)
            styles[name].paragraph_format.space_before = Pt(before)
            styles[name].paragraph_format.space_after = Pt(8)
        styles[name].paragraph_format.keep_with_next = True
    if "quote" not in kept:
        _face(styles["Quote"], face, base - 0.5)
        styles["Quote"].paragraph_format.left_indent = styles["Quote"].paragraph_format.right_indent = Inches(0.5)
    if "list bullet" not in kept:
        _face(styles["List Bullet"], face, base)
    for name in ("Header", "Footer"):
        if name.casefold() not in kept:
            _face(styles[name], face, 9, colour=QUIET)


def set_contents_width(document: Any, width: int) -> None:
    """Sets the stop at which the page numbers of the contents stand.

    Args:
        document: Of python-docx, after :func:`set_styles`.
        width: Of the text, in EMU.
    """
    for level in (1, 2):
        stops = document.styles[f"toc {level}"].paragraph_format.tab_stops
        stops.clear_all()
        stops.add_tab_stop(Emu(width), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _name_fonts(styles: Any, style: LetterStyle) -> None:
    """Sets the fonts and the size that a style names beside its template."""
    if style.font is not None:
        word.set_face(styles["Normal"], style.font)
    if style.size is not None:
        word.set_size(styles["Normal"].font, style.size)
    for name in ("Heading 1", "Heading 2", "Heading 3"):
        if style.heading_font is not None:
            word.set_face(styles[name], style.heading_font)


def _add_table_styles(styles: Any, base: float) -> None:
    table = _add_style(styles, TABLE_STYLE, WD_STYLE_TYPE.TABLE)
    table.element.extend(parse_xml(look) for look in (_TABLE_LOOK, _FIRST_ROW_LOOK))
    text = _add_style(styles, TABLE_TEXT)
    word.set_size(text.font, round(2 * TABLE_SCALE * base) / 2)
    text.paragraph_format.space_before = text.paragraph_format.space_after = Pt(2)
    text.paragraph_format.line_spacing = 1.0
    # By the style and not by the run: bold words that come back from Word are emphasis.
    head = _add_style(styles, TABLE_HEAD)
    head.base_style = text
    head.font.bold = head.font.cs_bold = True
    head.paragraph_format.keep_with_next = True


def _add_style(styles: Any, name: str, kind: WD_STYLE_TYPE = WD_STYLE_TYPE.PARAGRAPH) -> Any:
    """Adds a style of our own; one of this name that a template has gets another name."""
    # The elements and not python-docx's objects, which are slow: each letter looks through them four times.
    for known in styles.element.iterfind(f"{qn('w:style')}/{qn('w:name')}"):
        if known.get(qn("w:val"), "").casefold() == name.casefold():
            known.set(qn("w:val"), f"{known.get(qn('w:val'))} of the template")
    ids = {known.get(qn("w:styleId")) for known in styles.element.iterfind(qn("w:style"))}
    made = styles.add_style(name, kind)
    if made.style_id in ids:
        made.element.set(qn("w:styleId"), f"{made.style_id}OfLetter")
    made.base_style = styles["Normal" if kind is WD_STYLE_TYPE.PARAGRAPH else "Normal Table"]
    return made


def _face(
    style: Any, face: str, size: float, *, bold: bool = False, italic: bool = False, colour: RGBColor | None = None
) -> None:
    word.set_face(style, face)
    word.set_size(style.font, size)
    style.font.bold = style.font.cs_bold = bold
    style.font.italic = style.font.cs_italic = italic
    style.font.color.rgb = colour or RGBColor(0, 0, 0)
