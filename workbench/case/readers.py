"""Readers of exhibit files, one row a type, and what each may use."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import PurePosixPath
from typing import NamedTuple

from workbench.case.pages import (
    READABLE_PICTURES,
    ReadFile,
    ReadLimits,
    ReadPage,
    UnreadableFileError,
    classify_page,
    page_limit_error,
    text_limit_error,
)

MAX_MEMORY = 1_000_000_000
"""Of the process that reads a file, in bytes; the file itself included."""
OCR_MEMORY = 2_000_000_000
OCR_SECONDS = 240.0
"""For four pages: the engine's own weights take half a gigabyte."""
MAX_SECONDS = 60.0
"""Of computing for one file: a PDF of 5,000 full pages takes a third of it."""

MAX_MARKS = 30
"""Accents on one letter: so many as Unicode's Stream-Safe Text Format admits, more than any script has."""

_MOST_NULLS = 0.1
"""Share of null characters in a text; of UTF-16 it is about half."""

_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a DOCX or another ZIP file"),
    (b"\xd0\xcf\x11\xe0", "an old .doc or an encrypted document"),
    (b"{\\rtf", "an RTF document"),
)
"""First bytes of documents that are no text, though some are read as one."""
_MARKED = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MOST_ACCENTED = 0.1
"""Share of accented letters; of French it is a thirtieth, of Vietnamese a quarter."""
_FOREIGN_WORD = re.compile(r"\S*[^\x00-\x7f]\S*")
_TYPED_SIGNS = "“”‘’‚„«»–—…•·†‡§¶©®™°±×½¼¾²³¹€£¥¢ªº\xa0\xad¿¡"
_TYPED = re.compile(
    # Capitals at the beginning of a word or throughout; no letter behind two accented ones but in a capital's place.
    rf"(?:[ -~{_TYPED_SIGNS}]|(?<![^\W\d_])[À-ÖØ-Þ](?![A-Z]?[ß-öø-ÿ]{{3}})|(?<=[A-ZÀ-Þ])[À-ÖØ-Þ](?![a-z])"
    r"|[ß-öø-ÿŒœŠšŽžŸ](?![ß-öø-ÿ]{2}))+"
)
_MARKS = re.compile(rf"[^\w\s!-~]{{{MAX_MARKS + 1},}}")
"""All runs of too many accents, and some of other signs."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\uffff]")


class Reader(NamedTuple):
    """Reader of one type of file.

    Attributes:
        function: ``module:name`` of a ``read(raw: bytes, limits: ReadLimits) -> ReadFile``, which is imported where a
            file is read.
        is_trusted: Whether it may run in this process: only where its time and memory are linear on any input.
        memory: Bytes that its process may use.
        seconds: Time that it may compute.
    """

    function: str
    is_trusted: bool = False
    memory: int = MAX_MEMORY
    seconds: float = MAX_SECONDS

    @property
    def recognizer(self) -> Reader | None:
        """Reader of a few pages with text recognition, or None where there are no pictures of pages."""
        if self.function not in _RECOGNIZING:
            return None
        return self._replace(memory=OCR_MEMORY, seconds=OCR_SECONDS)

    @property
    def drawer(self) -> str | None:
        """Function that draws a page, as ``module:name``, or None where pages are text alone.

        ``draw(raw: bytes, number: int, limits: ReadLimits) -> PagePicture``, with pages counted from 1.
        """
        return _DRAWERS.get(self.function)


_PDF = Reader("workbench.case.pdf_text:read_pdf")
_PICTURE = Reader("workbench.case.picture_file:read_picture")
_RECOGNIZING = {_PDF.function, _PICTURE.function}
_DRAWERS = {
    _PDF.function: "workbench.case.page_drawing:draw_pdf_page",
    _PICTURE.function: "workbench.case.page_drawing:draw_picture",
}
_DOCX = Reader("workbench.case.docx_text:read_docx")
_TEXT = Reader("workbench.case.readers:read_text", is_trusted=True)

READERS = {
    ".pdf": _PDF,
    ".docx": _DOCX,
    # Templates and documents with macros as well: the macros are never run.
    ".docm": _DOCX,
    ".dotx": _DOCX,
    ".dotm": _DOCX,
    ".md": _TEXT,
    ".txt": _TEXT,
    **dict.fromkeys(READABLE_PICTURES, _PICTURE),
}


def has_pictures(file: str) -> bool:
    """Tells if the pages of a file can be drawn, by its name."""
    reader = READERS.get(PurePosixPath(file).suffix.lower())
    return reader is not None and reader.drawer is not None


def read_pages(function: str, raw: bytes, limits: ReadLimits) -> ReadFile:
    """Reads a file with a reader, and cleans its text.

    Raises:
        UnreadableFileError: The file is damaged or beyond the limits.
    """
    module, _, name = function.partition(":")
    reader: Callable[[bytes, ReadLimits], ReadFile] = getattr(import_module(module), name)
    read = reader(raw, limits)
    if len(read.pages) > limits.pages:
        raise page_limit_error(limits)
    return read._replace(pages=[page._replace(text=clean_text(page.text).strip("\n")) for page in read.pages])


def read_text(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Reads a text or Markdown file; a page ends at a form feed.

    Raises:
        UnreadableFileError: The file is empty, of an encoding that cannot be told, or beyond the limits.
    """
    if kind := next((kind for mark, kind in _SIGNATURES if raw.startswith(mark)), None):
        raise UnreadableFileError(f"{kind} by its content, whose name says text", "give it the suffix of its type")
    text, encoding = _decode(raw)
    if len(text) > limits.characters:
        raise text_limit_error(limits)
    if not text.strip("\0\ufeff \t\r\n\f"):
        raise UnreadableFileError("the file is empty", "replace it by the document")
    # UTF-16 without a byte order mark, of which every English letter is valid UTF-8; its quotation marks are not.
    if text.count("\0") > _MOST_NULLS * len(text):
        raise UnreadableFileError("not UTF-8 text", "save the file with the encoding UTF-8")
    # One page more than is allowed at most: a file of nothing but form feeds makes no list of millions.
    pages = text.split("\f", limits.pages)
    while len(pages) > 1 and not pages[-1].strip():  # a form feed at the very end begins no page
        pages.pop()
    return ReadFile([ReadPage(page, classify_page(page, 0.0)) for page in pages], encoding=encoding)


def _decode(raw: bytes) -> tuple[str, str]:
    """Returns a text, and its encoding where that is not UTF-8.

    Raises:
        UnreadableFileError: The encoding cannot be told.
    """
    # UTF-16 and UTF-32 are told by their byte order mark alone; that of UTF-32 begins with that of UTF-16.
    marked = next((name for mark, name in _MARKED if raw.startswith(mark)), "utf-8-sig")
    try:
        # Editors on Windows put a byte order mark first of UTF-8, too.
        return raw.decode(marked), marked.upper() if marked != "utf-8-sig" else ""
    except UnicodeDecodeError:
        pass
    with suppress(UnicodeDecodeError):
        text = raw.decode("cp1252")
        if marked == "utf-8-sig" and _is_western(text):
            return text, "Windows-1252"
    what = "not UTF-8 text, and its encoding cannot be told"
    raise UnreadableFileError(what, "save the file with the encoding UTF-8")


def _is_western(text: str) -> bool:
    """Tells if bytes that are no UTF-8 make a plain Western text as Windows-1252.

    Every byte is a letter of some encoding: in another one, capitals and signs stand within words, or most letters of a
    word are accented. A detector by statistics, such as that of charset-normalizer, names a wrong one for a letter in
    English with three curly quotation marks.
    """
    letters = sum(map(str.isalpha, text))
    accented = sum(not letter.isascii() for letter in text if letter.isalpha())
    return (
        _CONTROL.search(text) is None
        and accented <= _MOST_ACCENTED * letters
        and all(_TYPED.fullmatch(word) for word in _FOREIGN_WORD.findall(text))
    )


def clean_text(text: str) -> str:
    """Returns a text in NFC, without control characters and with one kind of line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # pdfium's sign for a hyphen at the end of a line. Kept as the page shows it: only a reader knows "re-elected".
    text = text.replace("\ufffe", "-\n").replace("\x02", "-\n")
    # The time that normalization takes, here and in every later comparison, has the square of the accents on a letter.
    text = _CONTROL.sub("", text)
    # Marks are not ASCII. Counting is quick, and few pages have so many other signs.
    if len(text) - len(text.encode("ascii", "ignore")) > MAX_MARKS:
        text = _MARKS.sub(_drop_marks, text)
    return unicodedata.normalize("NFC", text)


def _drop_marks(run: re.Match[str]) -> str:
    """Leaves out accents after so many on one letter."""
    kept, count = [], 0
    for sign in run[0]:
        count = count + 1 if unicodedata.combining(sign) else 0
        if count <= MAX_MARKS:
            kept.append(sign)
    return "".join(kept)
