"""A draft's Markdown as blocks and sentences, each with its place in the text.

Only the dialect that drafts use: paragraphs, ``### `` headings, ``> `` quotes, ``- `` lists. Offsets always count in
the draft itself, so that a finding can quote it verbatim and name its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

BlockKind = Literal["heading", "quote", "item", "paragraph"]

_CITATION = re.compile(r"\[\s*@[^\[\]]*\]")
_MASK = "\x00"
_BOUNDARY = re.compile(rf"[.!?][\"”’')\]*_]*(?:\s*{_MASK}+)*(?=\s+[\"“‘(\[*_]*[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Drs?|Mr|Mrs|Ms|Mx|Prof|Profs|Hon|St|Sr|Jr|Rev|Gen|Gov|Sen|Rep|No|Nos|Vol|Vols|vol|ed|eds|al|etc|cf|Cf|vs|v|pp?"
    r"|Fig|Figs|Inc|Ltd|Co|Corp|Bros|Dept|Univ|Assn|Assoc|Comm[’']r|Dec|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov"
    r"|Phys|Lett|Proc|Natl|Acad|Sci|Supp|Cir|Ct|Ph\.D|e\.g|i\.e|Ex|Exs|approx|Secs?|Art|Reg|Stat|Ave|Blvd)"
    r"|(?<![a-z])[A-Z])\.$"
)
_LONGEST_ABBREVIATION = 12
_MARKER = re.compile(r"(?P<quote>>)|(?P<heading>#{1,6}\s)|(?P<item>(?:[-*+]|\d{1,3}[.)])\s)")


class Block(NamedTuple):
    """One paragraph, heading, block quote or list item.

    Attributes:
        kind: Which of the four.
        start: Offset of its first character (the marker's) in the draft.
        end: Offset just behind its last character.
    """

    kind: BlockKind
    start: int
    end: int


class Sentence(NamedTuple):
    """One sentence of a block.

    Attributes:
        text: Verbatim, line breaks and all.
        start: Offset in the draft.
        end: Offset just behind it.
        block: Index of its block.
    """

    text: str
    start: int
    end: int
    block: int


def find_blocks(content: str) -> Iterator[Block]:
    """The blocks of a draft, in order."""
    kind: BlockKind | None = None
    start = end = offset = 0
    for line in content.splitlines(keepends=True):
        stripped = line.strip()
        begins = offset + len(line) - len(line.lstrip())
        marker = _MARKER.match(line.lstrip())
        found: BlockKind = "paragraph"
        if marker:
            found = "quote" if marker["quote"] else "heading" if marker["heading"] else "item"
        continues = kind is not None and (found == "paragraph" or found == kind == "quote") and kind != "heading"
        if kind is not None and (not stripped or not continues):
            yield Block(kind, start, end)
            kind = None
        if stripped:
            if kind is None:
                kind, start = found, begins
            end = begins + len(stripped)
        offset += len(line)
    if kind is not None:
        yield Block(kind, start, end)


def find_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every sentence of a text without blocks; a citation behind the full stop belongs to it."""
    masked = _CITATION.sub(lambda match: _MASK * len(match[0]), text)
    start = 0
    for boundary in _BOUNDARY.finditer(masked):
        stop = boundary.start() + 1
        if masked[boundary.start()] == "." and _ABBREVIATION.search(masked, max(0, stop - _LONGEST_ABBREVIATION), stop):
            continue
        yield from _trimmed(text, start, boundary.end())
        start = boundary.end()
    yield from _trimmed(text, start, len(text))


def sentences_of(content: str, blocks: tuple[Block, ...]) -> Iterator[Sentence]:
    """Every sentence of every block; a heading is one sentence."""
    for index, block in enumerate(blocks):
        text = content[block.start : block.end]
        marker = _MARKER.match(text) if block.kind != "paragraph" else None
        skip = marker.end() if marker else 0
        spans = [(0, len(text) - skip)] if block.kind == "heading" else list(find_sentences(text[skip:]))
        for start, end in spans:
            first, last = block.start + skip + start, block.start + skip + end
            yield Sentence(content[first:last], first, last, index)


def plain_words(text: str) -> str:
    """Text on one line: markers of quoted lines, emphasis and runs of white space removed."""
    without_markers = re.sub(r"\n\s*>\s?", " ", text)
    return " ".join(without_markers.replace("*", "").split())


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
