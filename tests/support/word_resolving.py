"""Tracked changes of a Word file accepted or refused as a whole, as Word does it."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.oxml.ns import qn

_TAGS = {False: {qn("w:ins"), qn("w:moveTo")}, True: {qn("w:del"), qn("w:moveFrom")}}


def resolve_changes(content: bytes, *, accept: bool, words: str = "") -> Any:
    """Returns the document with every change accepted, or refused; or only those of one paragraph that hold words."""
    document: Any = docx.Document(io.BytesIO(content))
    body = document.element.body
    gone, kept = _TAGS[accept], _TAGS[not accept]
    if words:
        held = [p for p in body.iter(qn("w:p")) if words in "".join(run.text for run in p.iter(qn("w:r")))]
        _resolve_paragraph(held[-1], gone, kept, accept=accept)
        return document
    for row in list(body.iter(qn("w:tr"))):
        if row.trPr is not None and gone & {mark.tag for mark in row.trPr}:
            row.getparent().remove(row)
    for table in list(body.iter(qn("w:tbl"))):
        if not table.tr_lst:
            table.getparent().remove(table)
    for paragraph in list(body.iter(qn("w:p"))):
        _resolve_paragraph(paragraph, gone, kept, accept=accept)
    return document


def _resolve_paragraph(paragraph: Any, gone: set[str], kept: set[str], *, accept: bool) -> None:
    end = paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
    ends = set() if end is None else {mark.tag for mark in end}
    for mark in () if end is None else [mark for mark in end if mark.tag in kept]:
        end.remove(mark)
    for change in list(paragraph.iter(qn("w:pPrChange"))):
        properties = change.getparent()
        properties.remove(change)
        if not accept:
            paragraph.replace(properties, change[0])
    for mark in [mark for mark in paragraph.iter(*gone, *kept) if mark.getparent().tag != qn("w:rPr")]:
        place, parent = mark.getparent().index(mark), mark.getparent()
        parent.remove(mark)
        for run in reversed(mark if mark.tag in kept else ()):
            for text in list(run.iter(qn("w:delText"))):
                text.tag = qn("w:t")
            parent.insert(place, run)
    if gone & ends:
        # Its end goes: what is left of it begins the next paragraph.
        following = paragraph.getnext()
        left = [child for child in paragraph if child.tag != qn("w:pPr")]
        if following is not None and following.tag == qn("w:p"):
            for child in reversed(left):
                following.insert(1 if following.pPr is not None else 0, child)
        paragraph.getparent().remove(paragraph)


def list_texts(document: Any) -> list[tuple[str, str, str]]:
    """Lists kind, list number and text of each paragraph, in tables too."""
    counts: dict[int, int] = {}
    found = []
    for paragraph in document.element.body.iter(qn("w:p")):
        numbering = None if paragraph.pPr is None else paragraph.pPr.numPr
        label = ""
        if numbering is not None:
            number = numbering.numId.val
            counts[number] = counts.get(number, _find_start(document, number)) + 1
            label = f"{numbering.ilvl.val}/{counts[number]}"
        text = "".join(run.text for run in paragraph.iter(qn("w:r")))
        inside = "cell" if paragraph.getparent().tag == qn("w:tc") else str(paragraph.style)
        found.append((inside, label, text))
    return found


def _find_start(document: Any, number: int) -> int:
    root = document.part.numbering_part.element
    [instance] = [each for each in root.findall(qn("w:num")) if each.get(qn("w:numId")) == str(number)]
    start = next(instance.iter(qn("w:startOverride")), None)
    return -1000 if start is None else int(start.get(qn("w:val"))) - 1
