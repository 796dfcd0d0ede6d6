"""DOCX files written part by part, as Word and other programs write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
MAIN = f"{_WORD}.document.main+xml"


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    return (
        f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def numbered(text: str, number: int, level: int = 0) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def write_word_file(
    body: str,
    *,
    parts: Mapping[str, str | bytes] = {},
    links: Mapping[str, tuple[str, str]] = {},
    types: Mapping[str, str] = {},
    kind: str = MAIN,
    strict: bool = False,
) -> bytes:
    """Returns a whole file.

    Args:
        body: Inside ``w:body``.
        parts: Further parts of the folder ``word``; XML inside its root element where the name ends with ``.xml``.
        links: Of the main part: id to the link's kind and its target.
        types: Media type by suffix, of parts that are no XML.
        kind: Media type of the main part.
        strict: Whether to write the Strict variant.
    """
    main = "http://purl.oclc.org/ooxml" if strict else "http://schemas.openxmlformats.org"
    year = "" if strict else "/2006"
    kinds = f"{main}/officeDocument{year}/relationships"
    spaces = " ".join(
        f'xmlns:{prefix}="{uri}"'
        for prefix, uri in {
            "w": f"{main}/wordprocessingml{year}/main",
            "r": kinds,
            "wp": f"{main}/drawingml{year}/wordprocessingDrawing",
            "pic": f"{main}/drawingml{year}/picture",
            "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
            "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
            "v": "urn:schemas-microsoft-com:vml",
        }.items()
    )
    defaults = {"xml": "application/xml", "rels": "application/vnd.openxmlformats-package.relationships+xml", **types}
    listed = "".join(f'<Default Extension="{key}" ContentType="{value}"/>' for key, value in defaults.items())
    own = "".join(
        f'<Relationship Id="{key}" Type="{kinds}/{type_}" Target="{target}"/>' for key, (type_, target) in links.items()
    )
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}">{listed}'
        f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_LINKS}">'
        f'<Relationship Id="r" Type="{kinds}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_LINKS}">{own}</Relationships>',
        "word/document.xml": f"<w:document {spaces}><w:body>{body}<w:sectPr/></w:body></w:document>",
    }
    for name, content in parts.items():
        xml = isinstance(content, str) and name.endswith(".xml")
        files[f"word/{name}"] = f"<w:root {spaces}>{content}</w:root>" if xml else content
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
