"""Paragraphs of a petition as every format shows them, for comparison.

A paragraph is what a reader sees as one: of the letter's head, a heading, a list item, a row of a table. White space
makes no difference, nor do the marks of lists, which the programs that show a file set themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workbench.export.claim_appendix import ClaimAppendix, cells_of
from workbench.export.manifest import CLAIMS, NOTES, ManifestParagraph
from workbench.export.markdown import Block, Heading, Items, LetterRow, LetterTable, Paragraph, Quote, plain_text
from workbench.export.petition import IndexRow, Petition, Section
from workbench.export.section_numbers import HeadingNumbers
from workbench.text.digest import text_digest

_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d_])[-\u00ad](?=[^\W\d_])")
PAGE_HEADER, FIRST_HEADER = "page header", "first page's header"
"""Parts of the letter: what stands above its pages, and above the first one."""
START = 60
"""Characters of a paragraph that the manifest holds, so that a message can name it."""


class LetterParagraph(NamedTuple):
    """One paragraph.

    Attributes:
        part: Of the petition.
        text: Its text.
        section_id: Its section in the run, if it has one.
        repeats: Whether it is the heads of a table's columns.
    """

    part: str
    text: str
    section_id: str | None = None
    repeats: bool = False


def flatten_text(text: str) -> str:
    r"""Returns a text as it is compared: NFC, one space for any white space.

    >>> flatten_text(" Exhibit\u00a04\n at 1 ")
    'Exhibit 4 at 1'
    """
    return " ".join(unicodedata.normalize("NFC", text).split())


def solid_text(text: str) -> str:
    r"""Returns a text without white space and without hyphens between letters: a PDF tells only where letters stand.

    At a line's end a word's own hyphen and one that the typesetter added look the same; pdfium gives U+0002 for either.
    Hyphens of numbers stay.

    >>> solid_text("Beta\x02\nRay, Exhibit 4 at 1-2"), solid_text("Beta-Ray, Exhibit 4 at 1\x022")
    ('BetaRay,Exhibit4at1-2', 'BetaRay,Exhibit4at1-2')
    """
    solid = "".join(unicodedata.normalize("NFC", text).split())
    return _BETWEEN_LETTERS.sub("", solid.replace("\x02", "-"))


def describe_paragraphs(paragraphs: Iterable[LetterParagraph]) -> tuple[ManifestParagraph, ...]:
    """Describes paragraphs as the manifest holds them: place, beginning and hashes."""
    described: list[ManifestParagraph] = []
    counts: dict[str, int] = {}
    for part, text, section_id, repeats in paragraphs:
        counts[part] = counts.get(part, 0) + 1
        solid = solid_text(text)
        described.append(
            ManifestParagraph(
                part=part,
                number=counts[part],
                start=text[:START],
                length=len(solid),
                sha256=text_digest(text),
                solid_sha256=text_digest(solid),
                section_id=section_id,
                repeats=repeats,
            )
        )
    return tuple(described)


def list_paragraphs(petition: Petition) -> list[LetterParagraph]:
    """Lists the paragraphs of a petition in the order of its files; empty ones are left out."""
    sections = {name_part(section): section.section_id for section in petition.sections}
    heads = {(part, flatten_text(text)) for part, text in _list_heads(petition)}
    texts = [(part, flatten_text(text)) for part, text in _list_parts(petition)]
    listed = [LetterParagraph(part, text, sections.get(part), (part, text) in heads) for part, text in texts]
    # At the end, for each format has another place for them.
    listed += [
        LetterParagraph(NOTES, flatten_text(plain_text(note.runs)), section_id)
        for note, section_id in petition.list_notes()
    ]
    return [paragraph for paragraph in listed if paragraph.text]


def name_part(section: Section) -> str:
    """Names a section as a part of the letter: ``section III``."""
    return f"section {section.numeral or section.number}"


def _list_heads(petition: Petition) -> Iterator[tuple[str, str]]:
    """Yields the heads of the columns of each table, with the part that it is in."""
    parts = [("opening", petition.head.opening), *((name_part(each), each.blocks) for each in petition.sections)]
    yield from (
        (part, _join_row(each.heads)) for part, blocks in parts for each in blocks if isinstance(each, LetterTable)
    )


def _list_parts(petition: Petition) -> Iterator[tuple[str, str]]:
    numbering = petition.style.numbering
    yield PAGE_HEADER, f"{petition.running_head} {petition.draft or ''}"
    yield FIRST_HEADER, petition.draft or ""
    for line in petition.style.letterhead:
        yield "head", line
    for runs in petition.head.lines:
        yield "head", plain_text(runs)
    for row in petition.head.rows:
        yield "head", f"{row.label} {plain_text(row.value)}"
    yield "notice", petition.sample or ""
    origin = f"{petition.provenance} {petition.colophon}"
    if petition.draft:
        yield "notice", origin
    yield from (("contents", entry) for entry in _list_contents(petition))
    if petition.claims is not None:
        yield CLAIMS, petition.claims.title
    yield from (("open list", text) for text in _list_open(petition))
    yield from (("opening", text) for text in _list_blocks(petition.head.opening, HeadingNumbers(numbering)))
    for section in petition.sections:
        part = name_part(section)
        yield part, f"{section.label}{plain_text(section.title)}"
        yield from ((part, text) for text in _list_blocks(section.blocks, HeadingNumbers(numbering, section.number)))
    yield from (("signature", text) for text in _list_blocks(petition.signature, HeadingNumbers(numbering)))
    if petition.exhibits is not None:
        yield from (("exhibit index", text) for text in _list_exhibits(petition, petition.exhibits))
    if petition.claims is not None:
        yield from ((CLAIMS, text) for text in _list_claims(petition.claims))
    if not petition.draft:
        yield "notice", origin


def _list_contents(petition: Petition) -> Iterator[str]:
    """Yields the entries without their numbers, which not every format writes as text."""
    yield "Contents"
    for section in petition.sections:
        yield plain_text(section.title)
        for block in section.blocks:
            if isinstance(block, Heading) and block.level == 1:
                yield plain_text(block.runs)
    if petition.exhibits is not None:
        yield "Exhibit Index"


def _list_open(petition: Petition) -> Iterator[str]:
    if petition.open:
        yield "Open Before Filing"
        yield petition.open_note
    for group in petition.open:
        yield group.title
        yield from (f"{item.severity.capitalize()}: {item.text}" for item in group.items)


def _list_blocks(blocks: Iterable[Block], numbers: HeadingNumbers) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(runs=runs):
                yield plain_text(runs)
            case Heading(level=level, runs=runs):
                yield f"{numbers.label(level)}{plain_text(runs)}"
            case Quote(blocks=inner):
                yield from _list_blocks(inner, numbers.restart())
            case Items(items=items):
                for item in items:
                    yield from _list_item(item, numbers)
            case LetterTable():
                yield from map(_join_row, block.all_rows)


def _join_row(row: LetterRow) -> str:
    return " ".join(map(plain_text, row.cells))


def _list_item(item: tuple[Block, ...], numbers: HeadingNumbers) -> Iterator[str]:
    # A heading within an item has no number in any format but the page; its words are compared.
    for block in item:
        yield from _list_blocks([Paragraph(block.runs)] if isinstance(block, Heading) else [block], numbers.restart())


def _list_exhibits(petition: Petition, rows: Iterable[IndexRow]) -> Iterator[str]:
    yield "Exhibit Index"
    yield "No. Exhibit Date Pages Cited in"
    uncited = "not cited" if petition.draft else "–"
    for row in rows:
        cited = ", ".join(petition.name_section(number) for number in row.cited_in) or uncited
        yield f"{row.label} {row.title} {row.kind} {row.date} {row.pages} {cited}"


def _list_claims(appendix: ClaimAppendix) -> Iterator[str]:
    yield appendix.title
    yield appendix.note
    yield " ".join(appendix.columns)
    for group in appendix.groups:
        yield group.title
        yield from (" ".join(cells_of(row, appendix.columns)) for row in group.rows)
