"""Styles of a letter as a Word document."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.shared import Inches, Pt, RGBColor

from workbench.export import word
from workbench.export.letter_style import LetterStyle

FACE = "Times New Roman"
"""The one text face that every Word has, and every office suite a twin of; a firm may have its own."""

QUIET = RGBColor(0x5D, 0x5D, 0x5D)
"""Colour of what is not the letter's text."""

TEXT_WIDTH = Inches(6.3)
"""Of a line, between the margins."""


def set_styles(document: Any, style: LetterStyle) -> None:
    """Sets the styles of a letter.

    Args:
        document: Of python-docx, with the styles of its template.
        style: Of the firm.
    """
    styles = document.styles
    face, base = style.font or FACE, style.size or 12
    _face(styles["Normal"], face, base)
    styles["Normal"].paragraph_format.space_after = Pt(10)
    styles["Normal"].paragraph_format.line_spacing = 1.12
    styles["Normal"].paragraph_format.widow_control = True
    for name, size, before, italic in (
        ("Heading 1", base + 2, 24, False),
        ("Heading 2", base, 16, False),
        ("Heading 3", base, 12, True),
    ):
        _face(styles[name], style.heading_font or face, size, bold=not italic, italic=italic)
        styles[name].paragraph_format.space_before = Pt(before)
        styles[name].paragraph_format.space_after = Pt(8)
        styles[name].paragraph_format.keep_with_next = True
    _face(styles["Quote"], face, base - 0.5)
    styles["Quote"].paragraph_format.left_indent = styles["Quote"].paragraph_format.right_indent = Inches(0.5)
    _face(styles["List Bullet"], face, base)
    for name in ("Header", "Footer"):
        _face(styles[name], face, 9, colour=QUIET)
    small = styles.add_style("Small", WD_STYLE_TYPE.PARAGRAPH)
    small.base_style = styles["Normal"]
    _face(small, face, 9.5, colour=QUIET)
    front = styles.add_style("Front Heading", WD_STYLE_TYPE.PARAGRAPH)
    front.base_style = styles["Normal"]
    _face(front, style.heading_font or face, 14, bold=True)
    front.paragraph_format.keep_with_next = True
    for level in (1, 2):
        # Word's own names, which python-docx's template lacks: Word sets renewed contents in these styles.
        toc = styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        toc.base_style = styles["Normal"]
        toc.paragraph_format.left_indent = Inches(0.3 * (level - 1))
        toc.paragraph_format.space_after = Pt(3)
        toc.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    word.set_language(styles["Normal"], "en-US")


def _face(
    style: Any, face: str, size: float, *, bold: bool = False, italic: bool = False, colour: RGBColor | None = None
) -> None:
    word.set_face(style, face)
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, italic
    style.font.color.rgb = colour or RGBColor(0, 0, 0)
