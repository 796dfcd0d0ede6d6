"""Drawing of exhibit pages, in the child process that reads files.

See :mod:`workbench.case.reading_process`.
"""

from __future__ import annotations

import base64
import ctypes
import math
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2
from pypdfium2 import raw as pdfium_c

from workbench.case.page_picture import MAX_PICTURE_BYTES, PNG_SIGN, PagePicture, WordPlace
from workbench.case.pages import ReadLimits, UnreadableFileError
from workbench.case.pdf_text import open_pdf
from workbench.case.picture_file import read_pixels
from workbench.text.tokens import find_tokens

if TYPE_CHECKING:
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]
    """Rows of points of one grey value, or of red, green and blue."""

_MAX_SIDE = 1_800
_MAX_PIXELS = 2_300_000
"""A letter page at 155 dots an inch."""
_MAX_SCALE = 6.0
"""Points of the picture for each of the page, where the page is a stamp."""
_MAX_CHARACTERS = 50_000
_SHRINK = 0.7
_GREY = 6
"""Difference of colours that an eye does not see."""
_UNITS = 10_000
"""Of the whole page, in which pdfium gives places."""


def draw_pdf_page(raw: bytes, number: int, limits: ReadLimits) -> PagePicture:
    """Draws a page of a PDF, forms and annotations included.

    Args:
        raw: The file.
        number: Of the page, from 1.
        limits: With ``recognize``, the places of words in a scan are found by text recognition.

    Raises:
        UnreadableFileError: The file is damaged or encrypted, or has no such page.
    """
    with open_pdf(raw) as document:
        if not 1 <= number <= len(document):
            raise _missing_page_error(number)
        if document.get_formtype() not in (pdfium_c.FORMTYPE_NONE, pdfium_c.FORMTYPE_XFA_FULL):
            document.init_forms()
        page = document[number - 1]
        try:
            pixels = _draw(page)
            words = _find_words(page)
        finally:
            page.close()
    return _make_picture(pixels, words, limits)


def draw_picture(raw: bytes, number: int, limits: ReadLimits) -> PagePicture:
    """Draws a page of a JPEG, PNG, TIFF or WebP file, the right way up.

    Raises:
        UnreadableFileError: The file is damaged or too large, or has no such page; or Pillow is not installed.
    """
    pixels = read_pixels(raw, number, _MAX_SIDE)
    if pixels is None:
        raise _missing_page_error(number)
    return _make_picture(pixels, [], limits)


def encode_png(pixels: Pixels) -> bytes:
    """Encodes points as PNG.

    Args:
        pixels: Of shape (height, width) for grey values, or (height, width, 3).
    """
    height, width = pixels.shape[:2]
    # Each row as its difference from the one above (filter 2): a page is mostly rows that repeat.
    rows = np.diff(pixels.reshape(height, -1), axis=0, prepend=np.zeros((1, pixels[0].size), np.uint8))
    filtered = np.empty((height, rows.shape[1] + 1), np.uint8)
    filtered[:, 0], filtered[:, 1:] = 2, rows
    head = struct.pack("!IIBBBBB", width, height, 8, 0 if pixels.ndim == 2 else 2, 0, 0, 0)  # noqa: PLR2004 - axes
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(filtered.tobytes(), 6)), (b"IEND", b""))
    return PNG_SIGN + b"".join(
        struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data)) for name, data in parts
    )


def _make_picture(pixels: Pixels, words: list[WordPlace], limits: ReadLimits) -> PagePicture:
    if limits.recognize is not None and not words:
        from workbench.case.ocr import locate_words  # noqa: PLC0415 - two seconds, and only for a scan

        words = [WordPlace(*word) for word in locate_words(_to_grey(pixels))]
    if pixels.ndim == 3 and int(np.ptp(pixels[::7, ::7].astype(np.int16), axis=2).max()) <= _GREY:  # noqa: PLR2004
        pixels = _to_grey(pixels)
    png = encode_png(pixels)
    while len(png) > MAX_PICTURE_BYTES:
        pixels = _shrink(pixels)
        png = encode_png(pixels)
    return PagePicture(base64.b64encode(png).decode(), pixels.shape[1], pixels.shape[0], words)


def _to_grey(pixels: Pixels) -> Pixels:
    if pixels.ndim == 2:  # noqa: PLR2004 - axes
        return pixels
    return np.ascontiguousarray(pixels.mean(axis=2).astype(np.uint8))


def _shrink(pixels: Pixels) -> Pixels:
    """Leaves out rows and columns, which needs no Pillow."""
    rows = np.arange(0, pixels.shape[0], 1 / _SHRINK).astype(int)
    columns = np.arange(0, pixels.shape[1], 1 / _SHRINK).astype(int)
    return np.ascontiguousarray(pixels[rows][:, columns])


def _draw(page: pypdfium2.PdfPage) -> Pixels:
    width, height = (max(side, 1.0) for side in page.get_size())
    scale = min(_MAX_SIDE / max(width, height), math.sqrt(_MAX_PIXELS / (width * height)), _MAX_SCALE)
    bitmap = page.render(scale=scale, rev_byteorder=True)
    try:
        pixels: Pixels = bitmap.to_numpy().copy().reshape(bitmap.height, bitmap.width, -1)[:, :, :3]
        return np.ascontiguousarray(pixels)
    finally:
        bitmap.close()


def _find_words(page: pypdfium2.PdfPage) -> list[WordPlace]:
    textpage = page.get_textpage()
    try:
        count = min(textpage.count_chars(), _MAX_CHARACTERS)
        return _place_words(page, textpage, count) if count > 0 else []
    finally:
        textpage.close()


def _place_words(page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, count: int) -> list[WordPlace]:
    codes = [pdfium_c.FPDFText_GetUnicode(textpage, index) for index in range(count)]
    # One character for each of pdfium's, so that its index is the offset in the text; 2 and FFFE divide a word at the
    # end of a line, and so do the characters that pdfium adds there.
    text = "".join("-" if code in (2, 0xFFFE) else chr(code) if 0 < code < 0x110000 else " " for code in codes)  # noqa: PLR2004
    boxes = _CharacterBoxes(page, textpage)
    found: list[WordPlace] = []
    for token in find_tokens(text):
        word = token.word
        line: tuple[float, float, float, float] | None = None
        for index in range(token.start, token.end):
            if text[index].isspace() or (box := boxes.find(index)) is None:
                continue
            # Neither beside nor below what it follows, as on a page that lies on its side: on the next line.
            if line is not None and not (_overlap(box[1::2], line[1::2]) or _overlap(box[::2], line[::2])):
                found.append(WordPlace(word, *line))
                word, line = "", None
            line = box if line is None else (*map(min, line[:2], box[:2]), *map(max, line[2:], box[2:]))  # type: ignore[assignment]
        if line is not None:
            found.append(WordPlace(word, *line))
    return found


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])


class _CharacterBoxes:
    """Boxes of characters as the page is shown: turned and cropped."""

    def __init__(self, page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage) -> None:
        self._page = page
        self._textpage = textpage

    def find(self, index: int) -> tuple[float, float, float, float] | None:
        """Returns left, top, right and bottom in shares of the page.

        None outside of it, or where there is none.
        """
        try:
            # Loose: as high as the line, whatever the letter, so that a highlight covers the words evenly.
            left, bottom, right, top = self._textpage.get_charbox(index, loose=True)
        except pypdfium2.PdfiumError:
            return None
        places = []
        for x, y in ((left, top), (right, bottom)):
            across, down = ctypes.c_int(), ctypes.c_int()
            size = (0, 0, _UNITS, _UNITS, 0)
            if not pdfium_c.FPDF_PageToDevice(self._page, *size, x, y, across, down):
                return None
            places.append((across.value / _UNITS, down.value / _UNITS))
        (x1, y1), (x2, y2) = places
        box = (max(min(x1, x2), 0.0), max(min(y1, y2), 0.0), min(max(x1, x2), 1.0), min(max(y1, y2), 1.0))
        return box if box[0] < box[2] and box[1] < box[3] else None


def _missing_page_error(number: int) -> UnreadableFileError:
    return UnreadableFileError(f"has no page {number}", "see the exhibit index")
