"""A firm's template and letterhead picture in a Word document of python-docx.

The document stays python-docx's own: only the styles, the theme, and the content of headers and footers are the
template's. See docs/decisions.md, "Of a firm's template the allowed parts are taken".
"""
# ruff: noqa: SLF001 - python-docx hands out its parts and XML elements by such names, and names this the way to extend it

from __future__ import annotations

import base64
import copy
import io
from collections.abc import Iterator
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt, Twips

from workbench.case.docx_header import clean_header
from workbench.case.docx_template import PICTURE_TYPES
from workbench.case.pages import UnreadableFileError
from workbench.errors import ExportError
from workbench.export.letterhead import LetterPicture, LetterTemplate, TemplatePart

_NEEDED = (
    *("Default Paragraph Font", "Normal Table", "Normal", "heading 1", "heading 2", "heading 3", "Quote"),
    *("List Bullet", "header", "footer"),
)
"""Names of the styles, as files write them, that a letter needs and the template may lack."""


def take_styles(document: Any, template: LetterTemplate) -> frozenset[str]:
    """Gives a document the styles and the theme of a template, and adds the styles that a letter needs.

    Args:
        document: Of python-docx, with the styles of its own template.
        template: With its content.

    Returns:
        The names of the template's styles that a letter uses, in small letters; others were added.

    Raises:
        ExportError: The content is damaged.
    """
    part = document.part.part_related_by(RT.STYLES)
    own, root = part._element, _parse(template, template.styles)
    if root.tag != qn("w:styles"):
        raise _refuse(template)
    known = {name.casefold(): style for name, style in _list_styles(root)}
    for name, style in _list_styles(root):
        # python-docx seeks built-in styles by the names that Word gives them, in its own capitals.
        for needed in _NEEDED:
            if name != needed and name.casefold() == needed.casefold():
                style.find(qn("w:name")).set(qn("w:val"), needed)
    default = next((style for _, style in _list_styles(root) if _is_default(style)), None)
    ids = {style.get(qn("w:styleId")) for _, style in _list_styles(root)}
    for name, style in _list_styles(own):
        if name in _NEEDED and name.casefold() not in known:
            root.append(_adapt_style(style, ids, default))
    part._element = root
    _number_bullets(root, own)
    _raise_defaults(root)
    if template.theme:
        _take_theme(document, template)
    return frozenset(name.casefold() for name in known)


def take_page(document: Any, template: LetterTemplate) -> None:
    """Gives the document's one section the margins, headers and footers of a template.

    Raises:
        ExportError: The content is damaged.
    """
    section = document.sections[0]
    names = ("top_margin", "right_margin", "bottom_margin", "left_margin", "header_distance", "footer_distance")
    for name, twips in zip(names, template.margins, strict=True):
        setattr(section, name, Twips(twips))
    section.different_first_page_header_footer = "first" in list_pages(template)
    document.settings.odd_and_even_pages_header_footer = template.even_pages
    count = 0
    for page, part in _list_parts(template):
        target = find_header(section, page, part.kind)
        target.is_linked_to_previous = False
        root = _parse(template, part.xml)
        try:
            # Again: a notebook's manifest can be edited.
            clean_header(root, part.pictures)
        except UnreadableFileError:
            raise _refuse(template) from None
        if not any(child.tag == qn("w:p") for child in root):
            root.append(root.makeelement(qn("w:p")))
        target.part._element = root
        count = _add_pictures(target.part, part, count)


def _list_parts(template: LetterTemplate) -> Iterator[tuple[str, TemplatePart]]:
    """Yields headers and footers with the kind of pages that each is for."""
    for part in template.parts:
        yield part.page, part
        # Where the first page gets a header of ours, it keeps the firm's foot.
        if part.page == "default" and not template.first_page and "first" in list_pages(template):
            yield "first", part


def find_header(section: Any, page: str, kind: str) -> Any:
    """Returns a header or footer of a section: ``page`` is ``default``, ``first`` or ``even``."""
    return getattr(section, kind if page == "default" else f"{page}_page_{kind}")


def list_pages(template: LetterTemplate | None) -> tuple[str, ...]:
    """Lists the kinds of pages that have headers of their own.

    The first page has one, for the running head begins on the second; but not where the firm's one header is for all.
    """
    if template is None:
        return ("default", "first")
    first = template.first_page or not template.letterhead
    return ("default", *("first",) * first, *("even",) * template.even_pages)


def add_picture(paragraph: Any, picture: LetterPicture, text: str) -> None:
    """Adds a letterhead picture to a paragraph, in its line.

    Args:
        paragraph: Of python-docx.
        picture: With its content.
        text: For those who cannot see it.
    """
    shape = paragraph.add_run().add_picture(io.BytesIO(picture.content), Pt(picture.width), Pt(picture.height))
    for properties in shape._inline.iter(qn("wp:docPr"), qn("pic:cNvPr")):
        properties.set("name", "Letterhead")
        properties.set("descr", text)


def _parse(template: LetterTemplate, xml: str) -> Any:
    try:
        return parse_xml(xml.encode())
    except (ValueError, SyntaxError):  # lxml's errors are among the second
        raise _refuse(template) from None


def _refuse(template: LetterTemplate) -> ExportError:
    return ExportError(f"the template {template.name!r} in the notebook is damaged; write the notebook again")


def _list_styles(root: Any) -> Iterator[tuple[str, Any]]:
    for style in root.findall(qn("w:style")):
        name = style.find(qn("w:name"))
        if name is not None and style.get(qn("w:styleId")):
            yield str(name.get(qn("w:val"))), style


def _is_default(style: Any) -> bool:
    return style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true", "on")


def _adapt_style(style: Any, ids: set[str | None], default: Any) -> Any:
    """Copies a style of python-docx's template into another document's."""
    made = copy.deepcopy(style)
    if made.get(qn("w:styleId")) in ids:
        made.set(qn("w:styleId"), f"{made.get(qn('w:styleId'))}OfLetter")
    ids.add(made.get(qn("w:styleId")))
    for tag in ("w:link", "w:next"):
        for child in made.findall(qn(tag)):
            made.remove(child)
    based = made.find(qn("w:basedOn"))
    if based is not None:
        if default is not None and made.get(qn("w:type")) == "paragraph":
            based.set(qn("w:val"), default.get(qn("w:styleId")))
        elif based.get(qn("w:val")) not in ids:
            made.remove(based)
    if default is not None and made.get(qn("w:default")):
        del made.attrib[qn("w:default")]
    return made


def _number_bullets(root: Any, own: Any) -> None:
    """Gives the style of bullets our own list: the template's are not taken."""
    lists = dict(_list_styles(own))
    mark = lists["List Bullet"].find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    style = next(style for name, style in _list_styles(root) if name == "List Bullet")
    if mark is not None and style.get(qn("w:type")) == "paragraph":
        properties = style.get_or_add_pPr()
        if properties.numPr is None:
            properties._insert_numPr(copy.deepcopy(mark))


def _raise_defaults(root: Any) -> None:
    """Writes the document's common size and spacing into the style of text, where that has none.

    Nothing looks different; but what computes the pages of the contents reads styles, and no common properties.
    """
    defaults = root.find(qn("w:docDefaults"))
    style = next((style for _, style in _list_styles(root) if _is_default(style)), None)
    if defaults is None or style is None:
        return
    size = defaults.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:sz')}")
    if size is not None and style.get_or_add_rPr().sz_val is None:
        style.rPr.sz_val = Pt(int(size.get(qn("w:val"))) / 2)
    spacing = defaults.find(f"{qn('w:pPrDefault')}/{qn('w:pPr')}/{qn('w:spacing')}")
    if spacing is not None:
        own = style.get_or_add_pPr().get_or_add_spacing()
        for name, value in spacing.attrib.items():
            own.set(name, own.get(name, value))


def _take_theme(document: Any, template: LetterTemplate) -> None:
    _parse(template, template.theme)
    blob, package = template.theme.encode(), document.part.package
    try:
        document.part.part_related_by(RT.THEME)._blob = blob
    except KeyError:
        kind = "application/vnd.openxmlformats-officedocument.theme+xml"
        document.part.relate_to(Part(PackURI("/word/theme/theme1.xml"), kind, blob, package), RT.THEME)


def _add_pictures(part: Any, source: TemplatePart, count: int) -> int:
    used = {value for element in part._element.iter() for value in element.attrib.values()}
    for link, (suffix, content) in source.pictures.items():
        if link in used:
            count += 1
            name = PackURI(f"/word/media/letterhead{count}.{suffix}")
            image = Part(name, PICTURE_TYPES[suffix], base64.b64decode(content), part.package)
            part.load_rel(RT.IMAGE, image, link)
    return count
