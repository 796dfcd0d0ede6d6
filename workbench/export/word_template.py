"""Corrections of python-docx's own template.

Its second list of styles contradicts the first once a style is changed, its picture shows another document, and it has
no style for the marks of comments. Validators object to each.
"""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Pt

_UNWANTED = ("stylesWithEffects", "thumbnail", "customXml")
"""Ends of relationship types: the styles of Word 2010's beta, the template's picture, its empty list of sources."""


def clean_template(document: Any) -> None:
    """Removes parts and settings of python-docx's template that describe another document."""
    for rels in (document.part.rels, document.part.package.rels):
        for key in [key for key, rel in rels.items() if rel.reltype.rpartition("/")[2] in _UNWANTED]:
            del rels[key]
    # Word wants a number beside "best fit".
    zoom = document.settings.element.find(qn("w:zoom"))
    if zoom is not None:
        zoom.set(qn("w:percent"), "100")


def add_comment_styles(document: Any) -> None:
    """Adds the styles that comments refer to, where the document lacks them."""
    styles = document.styles
    known = {style.style_id for style in styles}
    if "CommentReference" not in known:
        mark = styles.add_style("annotation reference", WD_STYLE_TYPE.CHARACTER)
        mark.element.set(qn("w:styleId"), "CommentReference")
        mark.font.size = Pt(8)
    if "CommentText" not in known:
        text = styles.add_style("annotation text", WD_STYLE_TYPE.PARAGRAPH)
        text.element.set(qn("w:styleId"), "CommentText")
        text.base_style = styles["Normal"]
        text.font.size = Pt(10)
