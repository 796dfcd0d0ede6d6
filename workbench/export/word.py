"""WordprocessingML that python-docx cannot write.

Fields, bookmarks, links within the document, borders. Source: ECMA-376, part 1, chapter 17. Element order matters: Word
calls a file out of order damaged.
"""
# ruff: noqa: SLF001 - python-docx hands out its XML elements only as _p, _tr and _tbl, and names this the way to extend it

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

# The format's own id for properties that a user defines; it is the same in every file.
_CUSTOM = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_SPACES = (
    'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"'
)
_STRONG = r"\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RIGHT_TO_LEFT = re.compile(rf"([{_STRONG}]+(?:[^\w\n]+[{_STRONG}]+)*)")
"""Words of Hebrew, Arabic and their kin, with what stands between them."""
_APART = frozenset("\t\n\r")
"""Characters that are elements of a run."""
# What the schema's sequence has behind the new element.
_AFTER_BORDERS = ("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")


def make_element(tag: str, **attributes: str) -> Any:
    """Makes an element.

    Args:
        tag: With its prefix: ``w:ind``.
        attributes: By their names in the namespace of ``w:``, without the prefix.
    """
    element: Any = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def add_properties(document: Any, values: Mapping[str, str]) -> None:
    """Adds custom properties to the file, text each.

    Word lists them under Properties; where there are no values there is no such part.

    Source: ECMA-376, part 1, section 22.3: ids begin at 2.
    """
    # Escaped by hand: python-docx has no class for this part.
    rows = "".join(
        f'<property fmtid="{_CUSTOM}" pid="{number}" name={quoteattr(name)}>'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(values.items(), start=2)
    )
    if not rows:
        return
    blob = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties {_SPACES}>{rows}</Properties>'
    package = document.part.package
    kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    package.relate_to(Part(PackURI("/docProps/custom.xml"), kind, blob.encode(), package), RT.CUSTOM_PROPERTIES)


def set_language(style: Any, language: str) -> None:
    """Sets the language in which a style is proofread."""
    # The schema puts w:lang behind everything else that python-docx sets, so it may go to the end.
    style.element.get_or_add_rPr().append(make_element("w:lang", val=language))


def set_face(style: Any, face: str) -> None:
    """Sets one face for every script.

    A theme's face would win over the named one, so it goes.
    """
    style.font.name = face
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[theme]
    # font.name names the face of Latin letters only: a Chinese name would be set in whatever Word likes.
    for script in ("w:eastAsia", "w:cs"):
        fonts.set(qn(script), face)


def add_bookmark(paragraph: Any, name: str, number: int) -> None:
    """Bookmarks a whole paragraph.

    ``name`` has at most 40 letters, digits and underscores, ``number`` is unique.
    """
    start = make_element("w:bookmarkStart", id=str(number), name=name)
    # The paragraph's properties must stay its first child.
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(make_element("w:bookmarkEnd", id=str(number)))


def wrap_in_bookmark(paragraph: Any, first: int, name: str, number: int) -> None:
    """Bookmarks the children of a paragraph from one on.

    ``first`` is the place of that child; ``name`` and ``number`` as in :func:`add_bookmark`.
    """
    paragraph._p.insert(first, make_element("w:bookmarkStart", id=str(number), name=name))
    paragraph._p.append(make_element("w:bookmarkEnd", id=str(number)))


def add_hyperlink(paragraph: Any, bookmark: str) -> Any:
    """Adds an empty link to a bookmark of this document.

    It stands at the paragraph's end.
    """
    link = make_element("w:hyperlink", anchor=bookmark, history="1")
    paragraph._p.append(link)
    return link


def link_run(paragraph: Any, run: Any, bookmark: str) -> None:
    """Moves a paragraph's last run into a link.

    The link leads to a bookmark of this document.
    """
    add_hyperlink(paragraph, bookmark).append(run._r)


def add_field(paragraph: Any, instruction: str, shown: str, *, into: Any = None) -> None:
    """Adds a field with its text until renewal.

    ``into`` is a link of the paragraph.
    """
    parent = paragraph._p if into is None else into
    for part in (_mark("begin"), _instruction(f" {instruction} "), _mark("separate")):
        parent.append(part)
    add_text(parent, shown)
    parent.append(_mark("end"))


def list_fields(root: Any) -> set[str]:
    """Lists the names of the fields below an element, such as ``PAGE``."""
    codes = [code.text for code in root.iter(qn("w:instrText"))]
    codes += [field.get(qn("w:instr")) for field in root.iter(qn("w:fldSimple"))]
    return {code.split()[0].upper() for code in codes if code and code.strip()}


def wrap_in_field(first: Any, last: Any, instruction: str) -> None:
    """Makes a range of paragraphs what a field shows.

    ``first`` has a style.
    """
    # Three marks rather than w:fldSimple, which cannot reach beyond one paragraph.
    for position, part in enumerate((_mark("begin"), _instruction(f" {instruction} "), _mark("separate")), start=1):
        first._p.insert(position, part)  # behind the paragraph's properties
    last._p.append(_mark("end"))


def add_text(parent: Any, text: str) -> None:
    """Adds plain text; tabs and spaces stay."""
    run: Any = OxmlElement("w:r")
    run.text = text
    parent.append(run)


def add_runs(paragraph: Any, text: str) -> list[Any]:
    """Adds text as runs: one, or more where words of it are written from right to left.

    Those are marked; otherwise Word puts the words of an Arabic name in the order of Latin ones. Tabs and line feeds
    become elements of their own.
    """
    runs = []
    # With one group in the pattern, split() puts what it matches at the odd places.
    for place, part in enumerate(_RIGHT_TO_LEFT.split(text)):
        if part or not text:
            run = _add_run(paragraph, part)
            if place % 2:
                run.font.rtl = True
            runs.append(run)
    return runs


def _add_run(paragraph: Any, text: str) -> Any:
    if not text or not _APART.isdisjoint(text):
        return paragraph.add_run(text)
    # python-docx looks at each character by itself: a third of the time of a letter.
    run = paragraph.add_run()
    run._r.add_t(text)
    return run


def set_weight(run: Any, *, bold: bool, italic: bool) -> None:
    """Sets a run bold or italic; otherwise it is left to the style, where False would undo the italics of a heading."""
    if bold:
        run.font.bold = run.font.cs_bold = True
    if italic:
        run.font.italic = run.font.cs_italic = True


def set_size(font: Any, size: float) -> None:
    """Sets the size of letters of every script, in points."""
    font.size = Pt(size)
    properties = font._element.rPr
    for other in properties.findall(qn("w:szCs")):
        properties.remove(other)
    # font.size is that of Latin and Chinese letters only.
    properties.find(qn("w:sz")).addnext(make_element("w:szCs", val=str(round(size * 2))))


def set_borders(table: Any, *sides: str) -> None:
    """Draws grey lines at sides of a table.

    The sides are ``top left bottom right insideH insideV``, in this order.
    """
    borders = OxmlElement("w:tblBorders")
    for side in sides:
        # In eighths of a point.
        size = "6" if side in {"top", "bottom"} else "4"
        borders.append(make_element(f"w:{side}", val="single", sz=size, color="808080"))
    _insert(table._tbl.tblPr, borders, before=_AFTER_BORDERS)


def draw_line_above(paragraph: Any) -> None:
    """Draws a line above a paragraph, on which its name is signed."""
    borders = OxmlElement("w:pBdr")
    borders.append(make_element("w:top", val="single", sz="6", space="4", color="000000"))
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def keep_row_together(row: Any) -> None:
    """Keeps page breaks from dividing a row."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def repeat_as_header(row: Any) -> None:
    """Repeats a row on each page of its table."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def show_first_row(table: Any) -> None:
    """Has a table's style set the first row apart, and no column or stripes."""
    properties = table._tbl.tblPr
    for look in properties.findall(qn("w:tblLook")):
        properties.remove(look)
    on_off = {"firstRow": "1", "lastRow": "0", "firstColumn": "0", "lastColumn": "0", "noHBand": "1", "noVBand": "1"}
    # The same once more as the sum of bits, for older readers.
    properties.append(make_element("w:tblLook", val="0620", **on_off))


def repack_package(package: bytes) -> bytes:
    """Gives every member of the package one fixed moment.

    Equal documents are thus equal files.
    """
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            # The first moment that a ZIP file can name. The members keep their order, content types first.
            member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, source.read(name))
    return held.getvalue()


def _mark(kind: str) -> Any:
    return _run_of(make_element("w:fldChar", fldCharType=kind))


def _instruction(text: str) -> Any:
    instruction: Any = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = text
    return _run_of(instruction)


def _run_of(child: Any) -> Any:
    run: Any = OxmlElement("w:r")
    run.append(child)
    return run


def _insert(parent: Any, child: Any, before: tuple[str, ...]) -> None:
    """Puts a child where the schema's sequence wants it."""
    names = {qn(name) for name in before}
    following = next((element for element in parent if element.tag in names), None)
    if following is None:
        parent.append(child)
    else:
        following.addprevious(child)
