"""Blocks of two Word documents of ours, paired: which paragraph, table and row became which.

By the parts that they are in, by what they show, then by likeness.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from docx.oxml.ns import qn

from workbench.export.docx import SIGNATURE
from workbench.export.word_alignment import align_lines
from workbench.text.redline import make_matcher

_SECTION = re.compile(r"section_(\d+)")
_PARTS = {SIGNATURE, "exhibit_index", "claim_table"}
"""Bookmarks at which a part of the document begins that is no section."""


class DocumentBlock(NamedTuple):
    """A paragraph, a table or a row of one."""

    element: Any
    kind: str
    text: str

    @property
    def key(self) -> tuple[str, str]:
        """Value that is equal for blocks that show the same."""
        return self.kind, self.text


class BlockPair(NamedTuple):
    """Blocks that belong together, one of them missing where the other is new or gone; of tables, also their rows."""

    old: Any
    new: Any
    rows: tuple[BlockPair, ...] = ()


DocumentPart = tuple[str, list[DocumentBlock]]
"""A part's name and its blocks."""


def split_parts(body: Any, sections: Mapping[str, str]) -> list[DocumentPart]:
    """Splits a document at the headings of its parts.

    Args:
        body: Of the document.
        sections: Number of each section to its name.
    """
    parts: list[DocumentPart] = [("", [])]
    for element in body:
        if element.tag not in (qn("w:p"), qn("w:tbl")):
            continue
        block = _read_block(element)
        for name in list_bookmarks(element) if element.tag == qn("w:p") else ():
            found = _SECTION.fullmatch(name)
            if found is not None or name in _PARTS:
                parts.append((f"section {sections[found[1]]}" if found else name, []))
        if block.kind == "FrontHeading":
            parts.append((block.text, []))
        parts[-1][1].append(block)
    return parts


def _read_block(element: Any) -> DocumentBlock:
    if element.tag == qn("w:p"):
        listed = "" if read_list_place(element) is None else " item"
        return DocumentBlock(element, f"{element.style}{listed}", "".join(run.text for run in element.iter(qn("w:r"))))
    cells = ["".join(run.text for run in cell.iter(qn("w:r"))) for cell in element.iter(qn("w:tc"))]
    shape = len(element.tblGrid) if element.tag == qn("w:tbl") else [len(c.p_lst) for c in element.tc_lst]
    return DocumentBlock(element, f"{element.tag} {shape}", "\n".join(cells))


def pair_parts(old: Sequence[DocumentPart], new: Sequence[DocumentPart]) -> Iterator[BlockPair]:
    """Yields the blocks of two documents, each with its partner, in order."""
    names = [name for name, _ in old], [name for name, _ in new]
    for tag, a, b, c, d in make_matcher(*names).get_opcodes():
        if tag == "equal":
            for (_, before), (_, after) in zip(old[a:b], new[c:d], strict=True):
                yield from _pair_blocks(before, after)
        else:
            yield from (BlockPair(block.element, None) for _, blocks in old[a:b] for block in blocks)
            yield from (BlockPair(None, block.element) for _, blocks in new[c:d] for block in blocks)


def _pair_blocks(old: Sequence[DocumentBlock], new: Sequence[DocumentBlock]) -> Iterator[BlockPair]:
    for one, two in align_lines(old, new):
        before, after = None if one is None else old[one], None if two is None else new[two]
        if before is None or after is None or before.kind != after.kind:
            yield from (BlockPair(block.element, None) for block in (before,) if block is not None)
            yield from (BlockPair(None, block.element) for block in (after,) if block is not None)
        elif after.element.tag == qn("w:tbl"):
            rows = ([_read_block(row) for row in block.element.tr_lst] for block in (before, after))
            yield BlockPair(before.element, after.element, tuple(_pair_blocks(*rows)))
        else:
            yield BlockPair(before.element, after.element)


def list_pairs(pairs: Iterable[BlockPair]) -> Iterator[BlockPair]:
    """Yields the pairs, and rows in the place of tables that have a partner."""
    for pair in pairs:
        yield from pair.rows or (pair,)


def list_bookmarks(element: Any) -> list[str]:
    """Lists the bookmarks that links lead to; those of citations are the import's alone."""
    names = (str(mark.get(qn("w:name"))) for mark in element.iter(qn("w:bookmarkStart")))
    return [name for name in names if not name.startswith("citation_")]


def read_list_place(paragraph: Any) -> tuple[int, int] | None:
    """Returns the list and level of an item, or None."""
    properties = paragraph.pPr
    numbering = None if properties is None else properties.numPr
    return None if numbering is None else (numbering.numId.val, numbering.ilvl.val)
