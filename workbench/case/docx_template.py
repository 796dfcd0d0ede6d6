"""A firm's Word template, reduced to what a letter takes of it.

That is its styles and theme, the headers and footers of its first section with their pictures, and the margins. Nothing
else of the file is kept: no text of its body, macros, objects, links, comments, or fields that fetch something.

Source: ECMA-376, part 1, chapter 17.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml

from workbench.case.docx_header import RELATIONSHIPS, clean_header, drop_element, shows_something
from workbench.case.docx_package import Package, find_child, get_attribute, is_on, tag_of
from workbench.case.docx_styles import Styles, value_of
from workbench.case.letterhead_picture import encode_picture
from workbench.case.pages import ReadFile, ReadLimits, ReadPage, UnreadableFileError, damage_error

PICTURE_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "emf": "image/x-emf",
}
"""Kinds of pictures in a header that a letter takes, by the ends of their names."""

MAX_MEMBERS = 500
MAX_PART_CHARACTERS = 1_500_000
"""Of the styles, or of a header; Word's own styles have thirty thousand."""
MAX_PICTURE_BYTES = 1_500_000
"""Of all pictures in headers and footers."""

_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_TRANSITIONAL = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LETTER = (12240, 15840)
"""Of US Letter, in twentieths of a point."""
_LEAST_TEXT = 5760
"""Width and height of the text, in twentieths of a point: four inches."""
_POINTS_OF_AN_EMU = 1 / 12700
_KINDS = {"w:headerReference": "header", "w:footerReference": "footer"}
_DEFAULT_MARGINS = {"top": 1440, "right": 1440, "bottom": 1440, "left": 1440, "header": 720, "footer": 720}


def read_docx_template(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Reads a template; the one page's text is a JSON object.

    Its keys are those of :class:`workbench.export.letterhead.LetterTemplate`, besides ``picture``: the first
    picture of a header as PNG, with its size, or null.

    Raises:
        UnreadableFileError: The file is damaged, encrypted, no Word document, or beyond the limits.
    """
    if raw.startswith(_OLE_MAGIC):
        raise UnreadableFileError(
            "an encrypted document, or one in the old .doc format", "save it as .docx without a password"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            _check_members(archive, limits)
            found = _Template(Package(archive)).reduce()
    except UnreadableFileError:
        raise
    except Exception:  # noqa: BLE001 - zipfile, lxml and zlib raise a dozen unrelated types on damaged bytes
        raise damage_error("DOCX") from None
    return ReadFile([ReadPage(json.dumps(found), "text")])


def _check_members(archive: zipfile.ZipFile, limits: ReadLimits) -> None:
    members = archive.infolist()
    if sum(member.file_size for member in members) > limits.unzipped or len(members) > MAX_MEMBERS:
        raise UnreadableFileError("unpacks to an unreasonable size", "save it again, with smaller pictures")


class _Template:
    """One template as it is reduced."""

    def __init__(self, package: Package) -> None:
        self._package = package
        main = package.find_linked("", "officeDocument")
        root = None if main is None else package.parse(main)
        body = None if root is None else find_child(root, "w:body")
        if main is None or root is None or body is None:
            raise UnreadableFileError("no Word document", "save it in Word as .docx")
        if not root.tag.startswith(_TRANSITIONAL):
            raise UnreadableFileError("in the form Strict Open XML", "save it in Word as Word Document (.docx)")
        self._main = main
        sections = [mark for mark in body.iter() if tag_of(mark) == "w:sectPr"]
        self._section = next((mark for mark in sections if tag_of(mark.getparent()) in ("w:pPr", "w:body")), None)
        self._picture_bytes = 0

    def reduce(self) -> dict[str, Any]:
        """Returns what a letter takes, as plain data."""
        styles = self._parse_linked("styles")
        if styles is None or tag_of(styles) != "w:styles":
            raise UnreadableFileError("no styles in it", "save it in Word as .docx")
        theme = self._parse_linked("theme")
        settings = self._parse_linked("settings")
        faces = _read_faces(styles, theme)
        for mark in [each for each in styles.iter() if tag_of(each) == "w:numPr"]:
            # Lists of the template are not taken, and the numbers of headings are the letter's own.
            drop_element(mark)
        parts = list(self._reduce_parts())
        return {
            **faces,
            "margins": self._read_margins(),
            "first_page": is_on(find_child(self._section, "w:titlePg")) if self._section is not None else False,
            "even_pages": is_on(find_child(settings, "w:evenAndOddHeaders")) if settings is not None else False,
            "styles": _write(styles),
            "theme": "" if theme is None else _write(theme),
            "parts": parts,
            "letterhead": self._shows_letterhead(parts),
            "picture": _find_letterhead(parts),
        }

    def _shows_letterhead(self, parts: list[dict[str, Any]]) -> bool:
        own = self._section is not None and is_on(find_child(self._section, "w:titlePg"))
        heads = (
            part["xml"]
            for part in parts
            if part["kind"] == "header" and part["page"] == ("first" if own else "default")
        )
        return any(shows_something(parse_xml(xml.encode())) for xml in heads)

    def _parse_linked(self, kind: str) -> Any:
        part = self._package.find_linked(self._main, kind)
        return None if part is None else self._package.parse(part)

    def _read_margins(self) -> list[int]:
        given = None if self._section is None else find_child(self._section, "w:pgMar")
        margins = dict(_DEFAULT_MARGINS)
        for name in margins if given is not None else ():
            value = get_attribute(given, name)
            if value is not None:
                margins[name] = abs(round(float(value)))
        width = _LETTER[0] - margins["left"] - margins["right"]
        height = _LETTER[1] - margins["top"] - margins["bottom"]
        if min(width, height) < _LEAST_TEXT or max(margins["header"], margins["footer"]) > _LETTER[1] // 3:
            raise UnreadableFileError(
                "leaves less than four inches of a US Letter sheet for the text", "set smaller page margins in it"
            )
        return list(margins.values())

    def _reduce_parts(self) -> Iterator[dict[str, Any]]:
        targets = {link_id: (kind, target) for link_id, kind, target in self._package.links(self._main)}
        for reference in self._section if self._section is not None else ():
            kind, link = _KINDS.get(tag_of(reference)), get_attribute(reference, "id") or ""
            page = get_attribute(reference, "type") or "default"
            if kind is None or page not in ("default", "first", "even") or targets.get(link, ("",))[0] != kind:
                continue
            target = targets[link][1]
            root = self._package.parse(target)
            if root is None:
                continue
            pictures = dict(self._read_pictures(target))
            clean_header(root, pictures)
            yield {"kind": kind, "page": page, "xml": _write(root), "pictures": pictures}

    def _read_pictures(self, part: str) -> Iterator[tuple[str, tuple[str, str]]]:
        """Yields the link of each picture, the end of its name and its bytes as Base64."""
        for link_id, kind, target in self._package.links(part):
            suffix = PurePosixPath(target).suffix.lower().lstrip(".")
            raw = self._package.read(target) if kind == "image" and suffix in PICTURE_TYPES else None
            if raw is None:
                continue
            self._picture_bytes += len(raw)
            if self._picture_bytes > MAX_PICTURE_BYTES:
                what = f"its headers hold more than {MAX_PICTURE_BYTES:,} bytes of pictures"
                raise UnreadableFileError(what, "compress its pictures in Word")
            yield link_id, (suffix, base64.b64encode(raw).decode())


def _write(root: Any) -> str:
    text: str = serialize_part_xml(root).decode()
    if len(text) > MAX_PART_CHARACTERS:
        raise UnreadableFileError("a part of it has an unreasonable size", "save it again, with less in its headers")
    return text


def _find_letterhead(parts: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Finds the first picture of a header that a page or PDF can show.

    The header of the first page goes before others.
    """
    headers = [part for part in parts if part["kind"] == "header" and part["page"] != "even"]
    for part in sorted(headers, key=lambda part: bool(part["page"] != "first")):
        for blip in parse_xml(part["xml"].encode()).iter():
            link = blip.get(f"{RELATIONSHIPS}embed") if tag_of(blip) == "a:blip" else None
            if link not in part["pictures"]:
                continue
            try:
                image = encode_picture(base64.b64decode(part["pictures"][link][1]), _read_extent(blip))
            except UnreadableFileError:
                continue  # a kind that Word alone draws
            return {"png": base64.b64encode(image.png).decode(), "width": image.width, "height": image.height}
    return None


def _read_extent(blip: Any) -> tuple[float, float] | None:
    above = blip
    while above is not None and tag_of(above) not in ("wp:inline", "wp:anchor"):
        above = above.getparent()
    extent = find_child(above, "wp:extent")
    sides = (
        [float(get_attribute(extent, name) or 0) * _POINTS_OF_AN_EMU for name in ("cx", "cy")]
        if extent is not None
        else []
    )
    return (sides[0], sides[1]) if sides and min(sides) > 1 else None


def _read_faces(styles: Any, theme: Any) -> dict[str, Any]:
    """Reads the faces of text and headings, and the size of text, as far as the styles name them."""
    read = Styles(styles)
    heading = next(
        (
            get_attribute(style, "styleId")
            for style in styles
            if (value_of(find_child(style, "w:name")) or "").casefold() == "heading 1"
        ),
        None,
    )
    defaults = find_child(styles, "w:docDefaults", "w:rPrDefault", "w:rPr")
    size = read.property(read.default_paragraph, "w:rPr", "w:sz")
    half = value_of(size if size is not None else find_child(defaults, "w:sz"))
    common = find_child(defaults, "w:rFonts")
    text = _read_face(read.property(read.default_paragraph, "w:rPr", "w:rFonts"), theme) or _read_face(common, theme)
    return {
        "font": text,
        "heading_font": _read_face(read.property(heading, "w:rPr", "w:rFonts"), theme) if heading else None,
        "size": float(half) / 2 if half is not None and half.isdigit() else None,
    }


def _read_face(fonts: Any, theme: Any) -> str | None:
    if fonts is None:
        return None
    named = get_attribute(fonts, "asciiTheme") or ""
    if named and theme is not None:
        scheme = "a:majorFont" if named.startswith("major") else "a:minorFont"
        latin = find_child(theme, "a:themeElements", "a:fontScheme", scheme, "a:latin")
        return (get_attribute(latin, "typeface") if latin is not None else None) or get_attribute(fonts, "ascii")
    return get_attribute(fonts, "ascii")
