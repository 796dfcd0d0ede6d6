"""Parts of a DOCX file and the links between them.

Reads what Word and LibreOffice read: links that lead nowhere, names in other capitals or with backslashes, templates,
documents with macros (which are never run), and the Strict variant of the format with its own namespaces.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from docx.oxml import parse_xml

_TRANSITIONAL = "http://schemas.openxmlformats.org/"
_STRICT = "http://purl.oclc.org/ooxml/"  # the same elements, in namespaces of its own
_PREFIXES = {
    f"{_TRANSITIONAL}wordprocessingml/2006/main": "w",
    f"{_STRICT}wordprocessingml/main": "w",
    f"{_TRANSITIONAL}officeDocument/2006/math": "m",
    f"{_STRICT}officeDocument/math": "m",
    f"{_TRANSITIONAL}drawingml/2006/main": "a",
    f"{_STRICT}drawingml/main": "a",
    f"{_TRANSITIONAL}drawingml/2006/picture": "pic",
    f"{_STRICT}drawingml/picture": "pic",
    f"{_TRANSITIONAL}drawingml/2006/chart": "c",
    f"{_STRICT}drawingml/chart": "c",
    f"{_TRANSITIONAL}drawingml/2006/diagram": "dgm",
    f"{_STRICT}drawingml/diagram": "dgm",
    f"{_TRANSITIONAL}drawingml/2006/wordprocessingDrawing": "wp",
    f"{_STRICT}drawingml/wordprocessingDrawing": "wp",
    f"{_TRANSITIONAL}markup-compatibility/2006": "mc",
    "urn:schemas-microsoft-com:vml": "v",
}


class Package:
    """The parts of one DOCX, by name.

    Args:
        archive: The open ZIP file.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        # The standard compares part names without regard to case, and some programs write backslashes.
        self._names = {name.replace("\\", "/").lstrip("/").casefold(): name for name in archive.namelist()}

    def read(self, part: str) -> bytes | None:
        """Returns a part's bytes, or None where there is no such part."""
        name = self._names.get(part.casefold())
        return None if name is None else self._archive.read(name)

    def parse(self, part: str) -> Any:
        """Parses a part as XML, or returns None.

        Raises:
            ValueError: It declares entities, which the format forbids: their text would be lost unseen.
        """
        raw = self.read(part)
        if raw is None:
            return None
        root = parse_xml(raw)
        if root.getroottree().docinfo.doctype:
            raise ValueError(part)
        return root

    def links(self, part: str) -> Iterator[tuple[str, str, str]]:
        """Yields id, kind and target of the links of a part.

        The kind is the last word of the link's type, the target the name of a part; links out of the file are left
        out. The package itself is the part with the empty name.
        """
        folder, name = posixpath.split(part)
        root = self.parse(posixpath.join(folder, "_rels", f"{name}.rels"))
        for link in root if root is not None else ():
            if get_attribute(link, "TargetMode") == "External":
                continue
            target = unquote(get_attribute(link, "Target") or "").replace("\\", "/")
            kind = (get_attribute(link, "Type") or "").rpartition("/")[2]
            # A path from the package's root begins with a slash, which join() respects.
            whole = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            yield get_attribute(link, "Id") or "", kind, whole

    def find_linked(self, part: str, kind: str) -> str | None:
        """Returns the first part that a link of this kind names.

        Links that lead nowhere are passed over.
        """
        return next((target for _, type_, target in self.links(part) if type_ == kind and self.has(target)), None)

    def has(self, part: str) -> bool:
        """Tells if there is such a part."""
        return part.casefold() in self._names

    def content_type(self, part: str) -> str:
        """Returns a part's media type, or an empty text."""
        default = ""
        for entry in self.parse("[Content_Types].xml"):
            name, suffix = get_attribute(entry, "PartName"), get_attribute(entry, "Extension")
            if name is not None and name.lstrip("/").casefold() == part.casefold():
                return get_attribute(entry, "ContentType") or ""
            if suffix is not None and part.casefold().endswith(f".{suffix.casefold()}"):
                default = get_attribute(entry, "ContentType") or ""
        return default


def tag_of(element: Any) -> str:
    """Returns an element's name, such as ``w:p``, in either variant.

    Comments and elements of other vocabularies have the empty name.
    """
    return _short_name(element.tag) if isinstance(element.tag, str) else ""


@lru_cache(maxsize=1024)
def _short_name(tag: str) -> str:
    uri, _, local = tag.removeprefix("{").rpartition("}")
    prefix = _PREFIXES.get(uri)
    return f"{prefix}:{local}" if prefix else ""


def get_attribute(element: Any, name: str) -> str | None:
    """Returns an attribute by its name without namespace."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def find_children(element: Any, tag: str) -> Iterator[Any]:
    """Yields the rows of a table or the cells of a row, those within content controls too; none of a table within."""
    for child in element:
        if tag_of(child) == tag:
            yield child
        elif tag_of(child) not in ("w:tbl", "w:trPr") and isinstance(child.tag, str):
            yield from find_children(child, tag)


def find_child(element: Any, *path: str) -> Any:
    """Returns the first child of that name, or None.

    Several names lead through several generations.
    """
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if tag_of(child) == name), None)
    return element


def is_on(element: Any) -> bool:
    """Tells if a property stands there and is not switched off."""
    return element is not None and get_attribute(element, "val") not in ("0", "false", "off")
