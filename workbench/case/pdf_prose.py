"""A PDF as running text: paragraphs, headings and quotations instead of printed lines.

For drafts. Exhibits are read as their pages show them (:mod:`workbench.case.pdf_text`).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby

import pypdfium2
from pypdfium2 import raw as pdfium_c

from workbench.case.line_joining import PrintedLine, drop_page_furniture, join_lines
from workbench.case.pages import (
    ReadFile,
    ReadLimits,
    ReadPage,
    UnreadableFileError,
    count_letters,
    damage_error,
    page_limit_error,
    text_limit_error,
)
from workbench.case.pdf_letters import read_character
from workbench.case.pdf_text import open_pdf

_BOLD = 600
_LEAST_LETTERS = 20
"""Of a page that was read: fewer are a stamp or a number on a scan."""
_NAME_LENGTH = 128
_SAMPLES = 5


def read_pdf_prose(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Reads a PDF as one text, in Markdown, with a form feed where a page ends.

    Headers, footers and page numbers are no part of it.

    Returns:
        One page; ``not_read`` names the numbers of pages without text.

    Raises:
        UnreadableFileError: The file is damaged, encrypted, beyond the limits, or holds no text.
    """
    with open_pdf(raw) as document:
        pages = _read_pages(document, limits)
    empty = [
        number
        for number, page in enumerate(pages, start=1)
        if sum(count_letters(line.text) for line in page) < _LEAST_LETTERS
    ]
    if len(empty) == len(pages):
        raise UnreadableFileError(
            "a scan without text: not checked", "recognize its text first (OCR), or give the file it was made from"
        )
    kept, running_heads = drop_page_furniture(pages)
    blocks = join_lines(kept)
    texts: list[str] = []
    page = 1
    for block in blocks:
        text, behind = "", 0
        for offset, number in block.places:
            # A page without text leaves its mark as well, so that the marks can be counted.
            text += block.text[behind:offset] + "\f" * (number - page)
            page, behind = number, offset
        texts.append(text + block.text[behind:])
    return ReadFile([ReadPage("\n\n".join(texts), "text")], tuple(map(str, empty)), running_heads)


def _read_pages(document: pypdfium2.PdfDocument, limits: ReadLimits) -> list[list[PrintedLine]]:
    if not len(document):
        raise damage_error("PDF")
    if len(document) > limits.pages:
        raise page_limit_error(limits)
    pages = []
    total = 0
    for index in range(len(document)):
        page = document[index]
        try:
            textpage = page.get_textpage()
            try:
                pages.append(_merge_rows(list(_read_lines(textpage, index + 1))))
            finally:
                textpage.close()
        finally:
            page.close()
        total += sum(len(line.text) for line in pages[-1])
        if total > limits.characters:
            raise text_limit_error(limits)
    return pages


def _read_lines(textpage: pypdfium2.PdfTextPage, place: int) -> Iterator[PrintedLine]:
    """Yields the lines of a page in the file's order, which for letters is that of reading."""
    text = textpage.raw
    codes = [pdfium_c.FPDFText_GetUnicode(text, index) for index in range(textpage.count_chars())]
    numbered = enumerate(codes)
    for is_end, group in groupby(numbered, key=lambda entry: entry[1] in (0x0A, 0x0D)):
        if is_end:
            continue
        members = [(index, read_character(code)) for index, code in group if code]
        words = "".join(letter for _, letter in members).replace("\xa0", " ").strip()
        shown = [index for index, letter in members if not letter.isspace()]
        if not words or not shown:
            continue
        left, bottom, right, top = _box(text, shown[0], shown[-1])
        samples = shown[:: max(len(shown) // _SAMPLES, 1)]
        sizes = sorted(pdfium_c.FPDFText_GetFontSize(text, index) for index in samples)
        # A file may set type of size 1 and enlarge it: then the height of the letters is all that tells.
        size = sizes[len(sizes) // 2] if sizes[len(sizes) // 2] > 2 else max(top - bottom, 1.0)  # noqa: PLR2004
        bold = all(_is_bold(text, index) for index in samples)
        yield PrintedLine(" ".join(words.split()), left, right, -bottom, round(size, 1), bold, place)


def _box(text: pdfium_c.FPDF_TEXTPAGE, first: int, last: int) -> tuple[float, float, float, float]:
    """Returns left, bottom, right and top of a line, the bottom as that of its letters' base line."""
    sides = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = (ctypes.byref(side) for side in sides)
    pdfium_c.FPDFText_GetCharBox(text, last, left, right, bottom, top)
    end, height = sides[1].value, sides[3].value - sides[2].value
    pdfium_c.FPDFText_GetCharBox(text, first, left, right, bottom, top)
    begin = sides[0].value
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium_c.FPDFText_GetCharOrigin(text, first, ctypes.byref(x), ctypes.byref(y))
    return begin, y.value, max(end, begin), y.value + max(height, sides[3].value - sides[2].value)


def _is_bold(text: pdfium_c.FPDF_TEXTPAGE, index: int) -> bool:
    if pdfium_c.FPDFText_GetFontWeight(text, index) >= _BOLD:
        return True
    name = ctypes.create_string_buffer(_NAME_LENGTH)
    with suppress(ValueError):
        pdfium_c.FPDFText_GetFontInfo(text, index, name, _NAME_LENGTH, None)
    return b"bold" in name.value.lower()


def _merge_rows(lines: list[PrintedLine]) -> list[PrintedLine]:
    """Joins pieces of one row: a number and its heading, a label and its value."""
    rows: list[PrintedLine] = []
    for line in lines:
        before = rows[-1] if rows else None
        if (
            before is not None
            and abs(before.top - line.top) < min(before.size, line.size) / 3
            and line.left > before.left
        ):
            size = max(before, line, key=lambda one: len(one.text)).size
            rows[-1] = before._replace(
                text=f"{before.text} {line.text}",
                right=max(before.right, line.right),
                size=size,
                bold=before.bold and line.bold,
            )
        else:
            rows.append(line)
    return rows
