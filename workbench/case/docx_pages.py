"""Pages of a DOCX, from the pieces that a walk of it yields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from workbench.case.pages import ReadLimits, ReadPage, classify_page, text_limit_error


class DocxPicture(NamedTuple):
    """A picture; ``area`` is in square twips."""

    area: float


class DocxNote(NamedTuple):
    """A note, which stands at the end of its page or, ``at_end``, of the text."""

    at_end: bool
    text: str


class UnreadPart(NamedTuple):
    """A part of the file that is not read."""

    part: str


Piece = str | DocxPicture | DocxNote | UnreadPart
"""Piece of a document as a walk yields it; a form feed in a text ends a page."""


def gather_pages(pieces: Iterable[Piece], page_area: float, limits: ReadLimits) -> list[ReadPage]:
    """Puts the pieces of a document together to pages.

    Args:
        pieces: In the order of the document.
        page_area: Of one page, in square twips.
        limits: On all characters.

    Raises:
        UnreadableFileError: There are more characters.
    """
    pages = [_Page()]
    endnotes: list[str] = []
    total = 0
    for piece in pieces:
        if isinstance(piece, DocxPicture):
            pages[-1].pictures += piece.area
        elif isinstance(piece, UnreadPart):
            pages[-1].lacks_something = True
        elif isinstance(piece, DocxNote):
            total += len(piece.text)
            (endnotes if piece.at_end else pages[-1].notes).append(piece.text)
        else:
            total += len(piece)
            first, *others = piece.split("\f")
            pages[-1].texts.append(first)
            for text in others:
                pages.append(_Page())
                pages[-1].texts.append(text)
        if total > limits.characters:
            raise text_limit_error(limits)
    while len(pages) > 1 and pages[-1].is_blank:  # a break at the very end begins no page
        pages.pop()
    pages[-1].notes += endnotes
    return [page.finish(page_area) for page in pages]


class _Page:
    """One page while it is gathered."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.notes: list[str] = []
        self.pictures = 0.0
        self.lacks_something = False

    @property
    def is_blank(self) -> bool:
        return not (self.notes or self.pictures or self.lacks_something or "".join(self.texts).strip())

    def finish(self, page_area: float) -> ReadPage:
        text = "".join(self.texts)
        if self.notes:
            text = "\n\n".join([text.rstrip("\n"), *self.notes])
        kind = classify_page(text, min(1.0, self.pictures / page_area))
        if self.lacks_something and kind == "text":
            kind = "mixed"
        return ReadPage(text, kind)
