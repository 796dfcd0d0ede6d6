"""Manifest of a run inside a Word document, as a part of custom XML.

Word and LibreOffice keep such a part when they save the document. It holds the manifest's JSON as the text of one
element.

Source: ECMA-376, part 1, section 22.5.
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

import orjson
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from workbench.case.docx_paragraphs import MANIFEST_SPACE
from workbench.export.manifest import Manifest

_STORE_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
# Any id does that no other part of custom XML has: our own, the same in every file.
_STORE_ID = "{6B1F3C52-8E0D-4E53-9C55-0E1B7A1F0D14}"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def add_manifest(document: Any, manifest: Manifest) -> None:
    """Adds a manifest to a document of python-docx."""
    package = document.part.package
    text = escape(orjson.dumps(manifest.to_dict()).decode())
    content = f'{_HEAD}<manifest xmlns="{MANIFEST_SPACE}">{text}</manifest>'
    properties = (
        f'{_HEAD}<ds:datastoreItem xmlns:ds="{_STORE_SPACE}" ds:itemID="{_STORE_ID}"><ds:schemaRefs>'
        f'<ds:schemaRef ds:uri="{MANIFEST_SPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    )
    part = Part(PackURI("/customXml/item1.xml"), "application/xml", content.encode(), package)
    kind = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
    part.relate_to(Part(PackURI("/customXml/itemProps1.xml"), kind, properties.encode(), package), RT.CUSTOM_XML_PROPS)
    document.part.relate_to(part, RT.CUSTOM_XML)
