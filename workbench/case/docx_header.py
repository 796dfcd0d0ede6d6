"""Removal of what a header or footer of a foreign Word file must not bring into a letter.

A header is shown on every page, and Word follows what stands in it: links to pictures of other machines, fields that
fetch files, objects that run programs. Only text, drawings, pictures of the file itself and fields of pages stay.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from workbench.case.docx_package import get_attribute, tag_of
from workbench.case.pages import UnreadableFileError

RELATIONSHIPS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
"""Namespace of attributes that name other parts."""

MAX_ELEMENTS = 20_000
"""Of a header; a letterhead with a drawing has some hundred."""

_ALLOWED_FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "STYLEREF"})
_OF_TEMPLATE = frozenset({"DATE", "TIME", "SAVEDATE", "PRINTDATE", "CREATEDATE", "FILENAME"})
"""Fields that show a moment or a name of the template's own, which no letter may carry."""
_UNWRAPPED = {"w:hyperlink", "w:ins", "w:moveTo", "w:smartTag", "w:customXml", "w:sdt", "w:sdtContent"}
_DROPPED = {
    *("w:altChunk", "w:subDoc", "w:object", "w:control", "w:movie", "w:numPr"),
    *("w:sdtPr", "w:sdtEndPr", "w:smartTagPr", "w:customXmlPr", "w:proofErr", "w:permStart", "w:permEnd"),
    *("w:del", "w:moveFrom", "w:rPrChange", "w:pPrChange", "w:tblPrChange", "w:trPrChange", "w:tcPrChange"),
    *("w:moveFromRangeStart", "w:moveFromRangeEnd", "w:moveToRangeStart", "w:moveToRangeEnd", "w:sectPr"),
    *("w:bookmarkStart", "w:bookmarkEnd", "w:commentRangeStart", "w:commentRangeEnd", "w:commentReference"),
    *("w:footnoteReference", "w:endnoteReference"),
}
_GRAPHICS = {"w:drawing", "w:pict"}
_ADDRESSES = ("src", "href", "althref", "relid")
"""Attributes by which a shape names a file; what a letter may show is named by a relationship."""


def clean_header(root: Any, pictures: Container[str]) -> None:
    """Removes everything from a header or footer but text, drawings, own pictures and fields of pages.

    Args:
        root: The ``w:hdr`` or ``w:ftr``.
        pictures: Names of the links to the pictures that it may show.

    Raises:
        UnreadableFileError: It is none, or too large.
    """
    if tag_of(root) not in ("w:hdr", "w:ftr"):
        raise UnreadableFileError("a header that is none", "save it again in Word")
    elements = list(root.iter())
    if len(elements) > MAX_ELEMENTS:
        raise UnreadableFileError("a header of unreasonable size", "remove what is not needed from its headers")
    for element in elements:
        if not isinstance(element.tag, str) or tag_of(element) in _DROPPED:
            drop_element(element)
    for element in list(root.iter()):
        if tag_of(element) in _UNWRAPPED:
            _unwrap_element(element)
    for element in list(root.iter()):
        _clean_links(element, pictures)
    _clean_fields(root)


def shows_something(root: Any) -> bool:
    """Tells if a header or footer has words or a picture."""
    return any(
        tag_of(element) in _GRAPHICS or (tag_of(element) == "w:t" and (element.text or "").strip())
        for element in root.iter()
    )


def drop_element(element: Any) -> None:
    """Removes an element from its parent, where it has one."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap_element(element: Any) -> None:
    for child in list(element):
        element.addprevious(child)
    drop_element(element)


def _clean_links(element: Any, pictures: Container[str]) -> None:
    for name, value in list(element.attrib.items()):
        if name.startswith(RELATIONSHIPS):
            own = (tag_of(element), name.rpartition("}")[2]) in {("a:blip", "embed"), ("v:imagedata", "id")}
            if own and value in pictures:
                continue
            if own or not element.tag.rpartition("}")[2].startswith(("hlink", "blip", "svgBlip")):
                # A picture that is not there, a chart, a diagram: without it nothing of the graphic is left.
                drop_element(_find_above(element, _GRAPHICS))
                return
            if element.tag.endswith("}blip"):
                del element.attrib[name]  # r:link, the picture's place on another machine
            else:
                drop_element(_find_above(element, {"a:ext"}))
                return
        elif name.rpartition("}")[2].casefold() in _ADDRESSES:
            del element.attrib[name]


def _find_above(element: Any, tags: set[str]) -> Any:
    """Finds the nearest element around another that has one of these names, or returns the other."""
    above = element.getparent()
    while above is not None and tag_of(above) not in tags:
        above = above.getparent()
    return element if above is None else above


class _Field:
    """A field that is read: its marks, its code, and whether its result has begun."""

    def __init__(self) -> None:
        self.parts: list[Any] = []
        self.result: list[Any] = []
        self.code = ""
        self.in_code = True

    @property
    def name(self) -> str:
        return _name_field(self.code)


def _name_field(code: str) -> str:
    return (code.split() or [""])[0].upper()


def _clean_fields(root: Any) -> None:
    """Removes the marks and codes of fields that do more than count pages.

    What they show stays as text, unless it is a date or a name of the template.
    """
    for simple in [each for each in root.iter() if tag_of(each) == "w:fldSimple"]:
        name = _name_field(get_attribute(simple, "instr") or "")
        if name in _OF_TEMPLATE:
            drop_element(simple)
        elif name not in _ALLOWED_FIELDS:
            _unwrap_element(simple)
    opened: list[_Field] = []
    for part in list(_list_run_parts(root)):
        kind = get_attribute(part, "fldCharType") if tag_of(part) == "w:fldChar" else None
        if kind == "begin":
            opened.append(_Field())
        _read_field_part(part, kind, opened)
        if kind == "end" and opened:
            _drop_field(opened.pop())
    for field in opened:
        field.code = ""  # it has no end
        _drop_field(field)


def _read_field_part(part: Any, kind: str | None, opened: list[_Field]) -> None:
    if not opened and (kind is not None or tag_of(part) == "w:instrText"):
        drop_element(part)
    # Whatever stands in the code of a field is no text; of an outer one neither.
    for field in opened:
        if field.in_code or (kind == "end" and field is opened[-1]):
            field.parts.append(part)
        else:
            field.result.append(part)
    if opened and opened[-1].in_code and tag_of(part) == "w:instrText":
        opened[-1].code += part.text or ""
    elif opened and kind == "separate":
        opened[-1].in_code = False


def _drop_field(field: _Field) -> None:
    if field.name not in _ALLOWED_FIELDS:
        for part in (*field.parts, *(field.result if field.name in _OF_TEMPLATE else ())):
            drop_element(part)


def _list_run_parts(root: Any) -> Iterator[Any]:
    for run in root.iter():
        if tag_of(run) == "w:r":
            yield from (part for part in run if tag_of(part) != "w:rPr")
