"""Paragraphs of a DOCX one by one, to compare them with what was written.

Nothing is interpreted: a paragraph is its text as Word shows it with all changes accepted, a row of a table is one
paragraph, a footnote is one, its mark is its number, and what is no text (a picture, an endnote) leaves a sign, so that
adding one is a change.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.case.docx_package import Package, find_child, get_attribute, tag_of
from workbench.case.pages import ReadFile, ReadLimits, ReadPage, UnreadableFileError, damage_error, text_limit_error

MANIFEST_SPACE = "urn:eb1a-workbench:manifest"
"""Namespace of the part that holds a run's manifest."""

_CONTENTS_STYLE = re.compile(r"toc ?[1-9]", re.IGNORECASE)
_CONTENTS_ENTRY = re.compile(r"(?:[IVXLC]+\. |[A-Z]{1,2}\. |\d{1,3}\. |\d{1,3}\.\d{1,3} )?(.*?)\t\s*\d*\s*", re.DOTALL)
_BARE_ENTRY = re.compile(r"(.*?)\t\s*\d*\s*", re.DOTALL)
_UNNUMBERED = '"numbering":"none"'
"""In the manifest of a letter whose headings have no numbers: what looks like one belongs to the title."""
_PAGES = {"default": 0, "first": 1, "even": 2}
"""Types of headers, in the order in which they are compared."""
_SIGNS = {
    "w:tab": "\t",
    "w:br": " ",
    "w:cr": " ",
    "w:noBreakHyphen": "-",
    "w:endnoteReference": "[note]",
    "w:sym": "[sign]",
}
_PICTURES = {"w:drawing", "w:pict", "w:object"}
_UNSEEN = {"w:pPr", "w:rPr", "w:del", "w:moveFrom", "w:instrText", "w:delText"}
PICTURE = "[picture]"
"""Sign in the place of a picture."""
_DEEPEST = 40
"""Levels of elements; a document of Word has fewer than twenty."""


def read_docx_paragraphs(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Reads the paragraphs and the manifest of a DOCX.

    Returns:
        One page, whose text is a JSON object: ``header``, ``paragraphs`` and ``notes`` are lists of texts,
        ``manifest`` is a text or null.

    Raises:
        UnreadableFileError: The file is damaged, encrypted, no Word document, or beyond the limits.
    """
    try:
        found = _read(raw, limits)
    except UnreadableFileError:
        raise
    except Exception:  # noqa: BLE001 - zipfile, lxml and zlib raise a dozen unrelated types on damaged bytes
        raise damage_error("DOCX") from None
    return ReadFile([ReadPage(json.dumps(found), "text")])


def _read(raw: bytes, limits: ReadLimits) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if sum(member.file_size for member in archive.infolist()) > limits.unzipped:
            raise UnreadableFileError("unpacks to an unreasonable size", "give the file as it was exported")
        package = Package(archive)
        main = package.find_linked("", "officeDocument")
        body = None if main is None else find_child(package.parse(main), "w:body")
        if main is None or body is None:
            raise UnreadableFileError("no Word document", "give the .docx file of a petition")
        links = list(package.links(main))
        headers = [package.parse(target) for target in _list_headers(body, links)]
        manifest = _find_manifest(package, [target for _, kind, target in links if kind == "customXml"])
        entry = _BARE_ENTRY if _UNNUMBERED in (manifest or "") else _CONTENTS_ENTRY
        contents = dict.fromkeys(_find_contents_styles(package, main), entry)
        marks = _number_notes(body)
        paragraphs = list(_walk(body, contents))
        notes = list(_read_notes(package, main, marks))
        if sum(map(len, (*paragraphs, *notes))) > limits.characters:
            raise text_limit_error(limits)
        return {
            "header": [text for root in headers if root is not None for text in _walk(root, contents, pictures=False)],
            "paragraphs": paragraphs,
            "notes": notes,
            "manifest": manifest,
        }


def _list_headers(body: Any, links: list[tuple[str, str, str]]) -> list[str]:
    """Lists the parts of headers: that of most pages, of the first, of even ones."""
    marks = [mark for mark in body.iter() if tag_of(mark) == "w:headerReference"]
    pages = {get_attribute(mark, "id"): get_attribute(mark, "type") or "" for mark in marks}
    found = [(pages.get(link, ""), target) for link, kind, target in links if kind == "header"]
    return [target for _, target in sorted(found, key=lambda each: _PAGES.get(each[0], 0))]


def _find_contents_styles(package: Package, main: str) -> frozenset[str]:
    """Finds the ids of the styles of contents: each program gives them its own, but the same names."""
    part = package.find_linked(main, "styles")
    found = set()
    for style in package.parse(part) if part is not None else ():
        name = find_child(style, "w:name")
        if name is not None and _CONTENTS_STYLE.fullmatch(get_attribute(name, "val") or ""):
            found.add(get_attribute(style, "styleId") or "")
    return frozenset(found)


def _number_notes(body: Any) -> list[str]:
    """Writes the numbers of the footnotes into their marks, as Word shows them, and returns their ids in order."""
    marks = [
        mark
        for mark in body.iter()
        if tag_of(mark) == "w:footnoteReference"
        and not any(tag_of(above) in ("w:del", "w:moveFrom") for above in mark.iterancestors())
    ]
    for number, mark in enumerate(marks, start=1):
        mark.text = str(number)
    return [get_attribute(mark, "id") or "" for mark in marks]


def _read_notes(package: Package, main: str, marks: list[str]) -> Iterator[str]:
    """Yields the text of each footnote, in the order of the marks."""
    part = package.find_linked(main, "footnotes")
    root = None if part is None else package.parse(part)
    notes = {get_attribute(note, "id"): note for note in (root if root is not None else ())}
    for mark in marks:
        note = notes.get(mark)
        yield "" if note is None else " ".join(_walk(note, {}))


def _find_manifest(package: Package, parts: list[str]) -> str | None:
    for part in parts:
        raw = package.read(part)
        if raw is not None and MANIFEST_SPACE.encode() in raw:
            root = package.parse(part)
            if root.tag == f"{{{MANIFEST_SPACE}}}manifest":
                return root.text or ""
    return None


def _walk(
    element: Any, contents: Mapping[str, re.Pattern[str]], depth: int = 0, *, pictures: bool = True
) -> Iterator[str]:
    """Yields the texts of paragraphs and rows, in order."""
    if depth > _DEEPEST:
        raise UnreadableFileError("nested too deeply", "give the file as it was exported")
    for child in element:
        match tag_of(child):
            case "w:p":
                yield _text_of_paragraph(child, contents, pictures=pictures)
            case "w:tr":
                yield " ".join(_walk(child, contents, depth + 1, pictures=pictures))
            case "w:del" | "w:moveFrom":
                pass
            case _:
                yield from _walk(child, contents, depth + 1, pictures=pictures)


def _text_of_paragraph(paragraph: Any, contents: Mapping[str, re.Pattern[str]], *, pictures: bool) -> str:
    text = "".join(_text_of(paragraph, 0, pictures=pictures))
    named = find_child(paragraph, "w:pPr", "w:pStyle")
    style = None if named is None else get_attribute(named, "val")
    # An entry of the contents is compared without its number and page, which Word may have renewed.
    if style is not None and style in contents and (entry := contents[style].fullmatch(text)):
        return entry[1]
    return text


def _text_of(element: Any, depth: int, *, pictures: bool) -> Iterator[str]:
    if depth > _DEEPEST:
        raise UnreadableFileError("nested too deeply", "give the file as it was exported")
    for child in element:
        tag = tag_of(child)
        if tag in _UNSEEN:
            continue
        if tag in {"w:t", "m:t", "w:footnoteReference"}:
            yield child.text or ""
        elif tag in _SIGNS:
            yield _SIGNS[tag]
        elif tag in _PICTURES:
            if pictures:
                yield PICTURE
        else:
            yield from _text_of(child, depth + 1, pictures=pictures)
