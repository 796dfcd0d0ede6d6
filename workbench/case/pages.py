"""Results of reading a file: its pages, as plain data."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

PageKind = Literal["text", "ocr", "scan", "mixed", "unreadable"]
"""``text``: all of it was read. ``ocr``: a picture or letters without meaning, whose shapes were recognised. ``scan``:
a picture, with a stamp or footer at most. ``mixed``: text, and pictures or characters that could not be read.
``unreadable``: no text at all, or characters that stand for nothing."""

PICTURE_SUFFIXES = (".jpg", ".png", ".tiff")
"""Types of pictures that messages recommend."""
READABLE_PICTURES = (*PICTURE_SUFFIXES, ".jpeg", ".jfif", ".tif", ".webp")

PICTURE_SHARE = 0.25
"""A picture that covers this much of a page may hold words."""
STAMP_LETTERS = 100
"""A stamp, a caption or a cover line has fewer letters; a typed page has more."""
LAYER_LETTERS = 20
"""Invisible text behind a picture is what OCR recognised in it; fewer letters than this are an accident."""

LOW_CONFIDENCE = 0.95
"""Of recognised text. A clean scan has 0.99; below this limit wrong and missing letters can be counted."""

_NO_LETTERS = re.compile(r"[\W_]+")
_LETTER = re.compile(r"[^\W_]")


class ReadPage(NamedTuple):
    """One page as a reader of files returns it.

    Attributes:
        text: Its text.
        kind: How much of the page that is.
        confidence: Of the text that was recognised and not typed, from 0 to 1; None where none was.
    """

    text: str
    kind: PageKind
    confidence: float | None = None


class ReadFile(NamedTuple):
    """A file as a reader returns it.

    Attributes:
        pages: In order.
        not_read: Parts of the file that are in no page's text, in words.
        running_heads: Of a draft, the texts at the head and foot of its pages that are left out of them, each once.
        encoding: Of a text, where it is not UTF-8.
    """

    pages: list[ReadPage]
    not_read: tuple[str, ...] = ()
    running_heads: tuple[str, ...] = ()
    encoding: str = ""


def count_letters(text: str) -> int:
    """Counts letters and digits."""
    return len(_NO_LETTERS.sub("", text))


def has_letters(text: str) -> bool:
    """Tests for a letter or digit, without a look at all of the text."""
    return _LETTER.search(text) is not None


def format_confidence(confidence: float) -> str:
    """Formats the confidence of recognised text: ``OCR, confidence 72 %, low``."""
    # Rounded down: 94.9 is low, and must not read as 95.
    return f"OCR, confidence {int(confidence * 100)} %{', low' if confidence < LOW_CONFIDENCE else ''}"


def classify_page(text: str, picture: float, *, body: str | None = None, layer: str = "") -> PageKind:
    """Tells how much of a page its text is.

    Args:
        text: The page's text.
        picture: Share of the page that pictures cover, from 0 to 1.
        body: The text without stamps, headers and footers, where that is known.
        layer: The invisible part of the text.
    """
    without_stamps = text if body is None else body
    if picture >= PICTURE_SHARE:
        if count_letters(layer) >= LAYER_LETTERS:
            return "text"
        return "mixed" if count_letters(without_stamps) >= STAMP_LETTERS else "scan"
    if picture and not has_letters(without_stamps):
        return "scan"
    return "text" if has_letters(text) else "unreadable"


class ReadLimits(NamedTuple):
    """Bounds of a file that is read.

    Attributes:
        pages: So many pages.
        characters: So much text in all.
        unzipped: So many bytes, unpacked.
        recognize: Only these pages, counted from 1, with text recognition; None: all pages, without it.
    """

    pages: int
    characters: int
    unzipped: int
    recognize: tuple[int, ...] | None = None


class UnreadableFileError(Exception):
    """A file that a reader refuses.

    Attributes:
        what: What is wrong.
        remedy: What to do.
    """

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy


def damage_error(kind: str) -> UnreadableFileError:
    """Makes the error of a file that is not what its name says."""
    return UnreadableFileError(f"a damaged {kind}, or none at all", f"open it, and save it again as {kind}")


def page_limit_error(limits: ReadLimits) -> UnreadableFileError:
    """Makes the error of a file with too many pages."""
    return UnreadableFileError(f"more than {limits.pages:,} pages", "split it into several exhibits")


def text_limit_error(limits: ReadLimits) -> UnreadableFileError:
    """Makes the error of a file with too much text."""
    return UnreadableFileError(f"more than {limits.characters // 1_000_000} million characters", "split it")
