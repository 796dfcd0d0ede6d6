"""Metadata, headlines and bookmarks of a document, and its splitting into parts.

:func:`read_pdf_details`, :func:`read_docx_details` and :func:`split_pdf` run in a child process with limits
(:mod:`workbench.case.reading_process`), for the files are strangers'. Their answers are JSON within a page's text.
"""

from __future__ import annotations

import base64
import io
import json
import statistics
import zipfile
from contextlib import suppress
from typing import Any, NamedTuple

from workbench.case.pages import ReadFile, ReadLimits, ReadPage, UnreadableFileError, damage_error
from workbench.case.readers import Reader, clean_text

_HEAD_LETTERS = 4_000
"""Letters of a page whose sizes are looked at."""
_LARGER = 1.15
"""A headline is larger than the page's usual letters by this factor."""
_SAME_SIZE = 0.93
_SHORTEST, _LONGEST = 4, 250
"""Letters of a headline."""
_MAX_BOOKMARKS = 500
_MAX_METADATA = 500
_DOCX_HEADINGS = ("Title", "Heading1", "heading 1")

PDF_DETAILS = Reader("workbench.intake.document_details:read_pdf_details")
DOCX_DETAILS = Reader("workbench.intake.document_details:read_docx_details")
PDF_SPLITTER = Reader("workbench.intake.document_details:split_pdf")


class Bookmark(NamedTuple):
    """Bookmark of a PDF at its top level.

    Attributes:
        title: Its words.
        page: The page it leads to, from 1.
    """

    title: str
    page: int


class DocumentDetails(NamedTuple):
    """Details of one file.

    Attributes:
        title: Of the metadata; empty where there is none.
        headlines: Page, from 1, to the words in its largest letters, where some are larger than the others.
        bookmarks: Of a PDF, in order.
    """

    title: str = ""
    headlines: dict[int, str] = {}  # noqa: RUF012 - a NamedTuple's default, which nobody changes
    bookmarks: tuple[Bookmark, ...] = ()

    @classmethod
    def of_answer(cls, read: ReadFile) -> DocumentDetails:
        """Reads the answer of a child process.

        Raises:
            UnreadableFileError: It is none of ours.
        """
        try:
            found = json.loads(read.pages[0].text)
            return cls(
                str(found["title"]),
                {int(page): str(words) for page, words in found["headlines"].items()},
                tuple(Bookmark(str(title), int(page)) for title, page in found["bookmarks"]),
            )
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            raise damage_error("document") from None


def _answer(title: str, headlines: dict[int, str], bookmarks: list[tuple[str, int]]) -> ReadFile:
    # Without control characters, which the answer's reader would take out of the JSON.
    content = {
        "title": _one_line(title)[:_MAX_METADATA],
        "headlines": headlines,
        "bookmarks": bookmarks,
    }
    return ReadFile([ReadPage(json.dumps(content), "text")])


def _one_line(text: str) -> str:
    return " ".join(clean_text(text).split())


def read_pdf_details(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Reads the details of a PDF.

    Raises:
        UnreadableFileError: It is damaged or encrypted.
    """
    from workbench.case.pdf_text import open_pdf  # noqa: PLC0415 - a DOCX needs no pdfium

    with open_pdf(raw) as document:
        headlines = {}
        for number in range(1, min(len(document), limits.pages) + 1):
            page = document[number - 1]
            words = page.get_textpage()
            with suppress(Exception):  # a title is a help, and not worth a refusal
                if headline := _find_headline(words):
                    headlines[number] = headline
            words.close()
            page.close()
        bookmarks: list[tuple[str, int]] = []
        with suppress(Exception):
            for mark in document.get_toc(max_depth=1):
                destination = mark.get_dest()
                index = None if destination is None else destination.get_index()
                if index is not None and len(bookmarks) < _MAX_BOOKMARKS:
                    bookmarks.append((_one_line(mark.get_title())[:_MAX_METADATA], index + 1))
        return _answer(document.get_metadata_value("Title") or "", headlines, bookmarks)


def _find_headline(words: Any) -> str:
    """Returns the words in a page's largest letters; empty where all are alike."""
    count = min(words.count_chars(), _HEAD_LETTERS)
    text = words.get_text_range(0, count) if count else ""
    if len(text) != count:  # letters beyond Unicode's first plane: their places differ
        return ""

    def measure(place: int) -> float:
        # Loose boxes are as high as the font's line, whatever the letter.
        _, bottom, _, top = words.get_charbox(place, loose=True)
        return float(top - bottom)

    heights = [0.0 if letter.isspace() else measure(place) for place, letter in enumerate(text)]
    drawn = [height for height in heights if height > 0]
    if not drawn:
        return ""
    largest = max(drawn)
    if largest < statistics.median(drawn) * _LARGER:
        return ""
    kept, is_near = [], False
    for letter, height in zip(text, heights, strict=True):
        if height >= largest * _SAME_SIZE:
            kept.append(letter)
            is_near = True
        elif is_near:
            kept.append(" ")
            is_near = height == 0.0
    headline = _one_line("".join(kept))
    letters = sum(letter.isalnum() for letter in headline)
    return headline if _SHORTEST <= letters <= _LONGEST else ""


def read_docx_details(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Reads the details of a DOCX: its title, and its first heading as the headline of page 1.

    Raises:
        UnreadableFileError: It is damaged or beyond the limits.
    """
    from workbench.case.docx_package import Package, find_child, get_attribute, tag_of  # noqa: PLC0415 - brings lxml

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > limits.unzipped:
                raise UnreadableFileError("too large, unpacked", "split it")
            package = Package(archive)
            core = package.parse("docProps/core.xml")
            title = (
                next((one.text or "" for one in core if str(one.tag).endswith("}title")), "")
                if core is not None
                else ""
            )
            main = package.find_linked("", "officeDocument") or "word/document.xml"
            body = find_child(package.parse(main), "w:body")
            headline = ""
            for paragraph in body if body is not None else ():
                style = find_child(paragraph, "w:pPr", "w:pStyle")
                if style is not None and get_attribute(style, "val") in _DOCX_HEADINGS:
                    headline = _one_line("".join(one.text or "" for one in paragraph.iter() if tag_of(one) == "w:t"))
                    break
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError, SyntaxError, NotImplementedError):
        raise damage_error("DOCX") from None
    return _answer(title, {1: headline[:_LONGEST]} if headline else {}, [])


def split_pdf(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Splits a PDF at some pages.

    Args:
        raw: The file.
        limits: ``recognize`` names the pages: first and last of each part, in pairs.

    Returns:
        One page for each part, whose text is the part's file in base64.

    Raises:
        UnreadableFileError: It is damaged or encrypted.
    """
    import pikepdf  # noqa: PLC0415 - slow to import, and most files are not split

    edges = limits.recognize or ()
    parts = []
    try:
        with pikepdf.open(io.BytesIO(raw)) as pdf:
            for first, last in zip(edges[::2], edges[1::2], strict=True):
                with pikepdf.new() as part:
                    part.pages.extend(pdf.pages[first - 1 : last])
                    out = io.BytesIO()
                    # The same pages give the same bytes, so that a case can be taken in again and compared.
                    part.save(out, deterministic_id=True)
                    parts.append(ReadPage(base64.b64encode(out.getvalue()).decode(), "text"))
    except pikepdf.PasswordError:
        raise UnreadableFileError("an encrypted PDF", "save a copy without a password") from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError):
        raise damage_error("PDF") from None
    return ReadFile(parts)
