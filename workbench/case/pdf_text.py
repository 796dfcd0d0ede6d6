"""The text of a PDF, page by page, and what of it could not be read.

Besides the text that a page draws there are values typed into forms, annotations, pictures of text and fonts whose
characters stand for nothing. All are told apart here, page by page: one typed page says nothing about the next.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pypdfium2
from pypdfium2 import raw as pdfium_c

from workbench.case.garbled_text import find_garbled
from workbench.case.pages import (
    LAYER_LETTERS,
    PICTURE_SHARE,
    ReadFile,
    ReadLimits,
    ReadPage,
    UnreadableFileError,
    classify_page,
    count_letters,
    damage_error,
    has_letters,
    page_limit_error,
    text_limit_error,
)
from workbench.case.pdf_annotations import draw_annotations
from workbench.case.pdf_columns import read_columns
from workbench.case.pdf_letters import NO_CODE, PageLetters, read_character
from workbench.case.pdf_pictures import survey_page

if TYPE_CHECKING:
    from workbench.case.ocr import Pixels

_PDFIUM = threading.Lock()
"""pdfium is not thread-safe, not even across documents."""

_FEW_LETTERS = 400
"""With more of them a page is no stamped picture, unless the picture is a large one."""
_MANY_PATHS = 100
"""So many lines and curves, and no text but a footer: the letters are drawn as outlines."""
_RENDER_DPI = 180
_MARGIN = 0.1
_SIDE_MARGIN = 0.05
_STRIDE = 4  # letters of one word share a font, so every fourth tells
_NO_CHARACTER = "\ufffd"
_SUSPECT = re.compile("[\x01\x03-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]")
_LOST = re.compile(f"{_NO_CHARACTER}{{2,}}|(?<=\\S){_NO_CHARACTER}(?=\\S)")
_WORD = re.compile(r"[a-z]+")
_COMMON_WORD = re.compile(r"\b(?:the|of|and|to|in|a|is|that|for|it|was|on|as|with|by|at|from|this|be)\b")
_COMMON_SHARE = 0.1


class _FoundPage:
    """One page as it was found.

    Attributes:
        text: The text, with U+FFFD for characters that stand for nothing.
        picture: Share of the page that pictures cover.
        layer: Letters of the invisible text behind or below a picture.
        lost: Count of characters that stand for nothing.
        outlines: Whether the page draws many lines and curves.
        lines: Lines that are neither in a margin nor invisible; None where that need not be known.
        repeated: Lines that are on other pages as well, without digits.
    """

    # No dataclass: of all that the child process imports, only that would bring the module inspect.
    def __init__(self, text: str, picture: float, layer: str, *, lost: int, outlines: bool) -> None:
        self.text = text
        self.picture = picture
        self.layer = layer
        self.lost = lost
        self.outlines = outlines
        self.lines: list[str] | None = None
        self.repeated: set[str] = set()

    def finish(self) -> ReadPage:
        body = None
        if self.lines is not None:
            body = " ".join(line for line in self.lines if _without_digits(line) not in self.repeated)
        kind = classify_page(self.text, self.picture, body=body, layer=self.layer)
        if kind in ("text", "mixed"):
            garbled = find_garbled(self.text.replace(_NO_CHARACTER, " "))
            if garbled == "all" or not self._has_known_letters():
                kind = "unreadable"
            elif self.lost or garbled == "part":
                kind = "mixed"
            elif self.outlines and body is not None and not count_letters(body):
                kind = "unreadable"
        return ReadPage(self.text, kind)

    def _has_known_letters(self) -> bool:
        return count_letters(self.text) > self.lost if self.lost else has_letters(self.text)


def read_pdf(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Reads a PDF.

    Values of forms and the text of annotations stand at the end of their page. Pages that are to be recognised are
    read like the others first, for a form's values and a stamp are known exactly.

    Raises:
        UnreadableFileError: The file is damaged, encrypted or beyond the limits.
    """
    with open_pdf(raw) as document:
        return _read_document(document, limits)


@contextmanager
def open_pdf(raw: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Opens a PDF for one thread at a time.

    Raises:
        UnreadableFileError: It is encrypted, or pdfium refuses it.
    """
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(raw)
        except pypdfium2.PdfiumError as error:
            if error.err_code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
                raise UnreadableFileError("an encrypted PDF", "save a copy without a password") from None
            raise damage_error("PDF") from None
        try:
            yield document
        except pypdfium2.PdfiumError:
            raise damage_error("PDF") from None
        finally:
            # Within the lock, for closing calls pdfium as well.
            document.close()


def _read_document(document: pypdfium2.PdfDocument, limits: ReadLimits) -> ReadFile:
    if not len(document):
        raise damage_error("PDF")
    if len(document) > limits.pages:
        raise page_limit_error(limits)
    not_read = set()
    if document.count_attachments():
        not_read.add("attached files")
    if document.get_formtype() == pdfium_c.FORMTYPE_XFA_FULL:
        # The pages hold a request to wait for Acrobat, which draws the form itself.
        not_read.add("a form that only Acrobat shows; print it to PDF")
        return ReadFile([ReadPage("", "unreadable")] * len(document), tuple(not_read))
    if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
        with suppress(pypdfium2.PdfiumError):  # a form in disorder; the values are then read one by one
            document.init_forms()
    if document.get_formtype() == pdfium_c.FORMTYPE_XFA_FOREGROUND and not _has_fields(document):
        # What was typed stands only in the XML of a form whose fields pdfium cannot see.
        not_read.add("a form that only Acrobat shows; print it to PDF")
    pages: list[_FoundPage] = []
    total = 0
    for index in range(len(document)):
        pages.append(_read_page(document, index))
        total += len(pages[-1].text)
        if total > limits.characters:
            raise text_limit_error(limits)
    _mark_repeated_lines(pages)
    read = [page.finish() for page in pages]
    if limits.recognize is not None:
        from workbench.case.ocr import recognize_page  # noqa: PLC0415 - few files have pages to recognise

        read = [recognize_page(read[number - 1], _render_page(document, number - 1)) for number in limits.recognize]
    return ReadFile(read, tuple(sorted(not_read)))


def _has_fields(document: pypdfium2.PdfDocument) -> bool:
    for index in range(len(document)):
        page = document[index]
        try:
            for place in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
                annotation = pdfium_c.FPDFPage_GetAnnot(page, place)
                kind = pdfium_c.FPDFAnnot_GetSubtype(annotation)
                pdfium_c.FPDFPage_CloseAnnot(annotation)
                if kind == pdfium_c.FPDF_ANNOT_WIDGET:
                    return True
        finally:
            page.close()
    return False


def _render_page(document: pypdfium2.PdfDocument, index: int) -> Pixels:
    """Draws a page in grey, forms and annotations included."""
    from workbench.case.ocr import shrink_factor  # noqa: PLC0415

    page = document[index]
    try:
        scale = min(_RENDER_DPI / 72, 1 / shrink_factor(*page.get_size()))
        bitmap = page.render(scale=scale, grayscale=True)
        try:
            pixels: Pixels = bitmap.to_numpy().copy().reshape(bitmap.height, bitmap.width)
            return pixels
        finally:
            bitmap.close()
    finally:
        page.close()


def _read_page(document: pypdfium2.PdfDocument, index: int) -> _FoundPage:
    page = document[index]
    try:
        added, drawn = draw_annotations(page)
        if drawn:  # pdfium reads what it has drawn only from a page that is opened again
            page.close()
            page = document[index]
        textpage = page.get_textpage()
        try:
            text, lost = _read_text(PageLetters(textpage))
            if not lost:
                text = read_columns(page, textpage, text) or text
            survey = survey_page(page, textpage)
            found = _FoundPage(text, survey.picture, survey.layer, lost=lost, outlines=survey.paths >= _MANY_PATHS)
            if (survey.picture >= PICTURE_SHARE and count_letters(survey.layer) < LAYER_LETTERS) or (
                (survey.picture or found.outlines) and count_letters(text) < _FEW_LETTERS
            ):
                found.lines = _lines_within_margins(page, textpage)
        finally:
            # At once, not at the end: an exhibit may have thousands of pages, and each would keep its memory.
            textpage.close()
    finally:
        page.close()
    # What pdfium does not draw: notes, and values of fields without an appearance.
    # A number in a row of boxes is drawn digit by digit, and is no number any more.
    known = " ".join(found.text.split()) if added else ""
    for value in added:
        if not drawn or " ".join(value.split()) not in known:
            found.text += f"\n{value}"
            if found.lines is not None:
                found.lines.append(value)
    return found


def _read_text(letters: PageLetters) -> tuple[str, int]:
    """Reads a page's text, and counts the characters that are lost."""
    if NO_CODE in letters.mapping_errors(range(0, letters.count, _STRIDE)):
        text = _read_by_character(letters)
    else:
        text = letters.read_text()
    # One space before each line's end is pdfium's own, and quicker to remove; more of them are the file's.
    text = text.replace(" \r\n", "\r\n")
    if " \r\n" in text or " \n" in text:
        text = re.sub(r" +(\r?\n)", r"\1", text)
    if _SUSPECT.search(text) is None:
        return text, 0
    text = _SUSPECT.sub(_NO_CHARACTER, text)
    lost = sum(len(match[0]) for match in _LOST.finditer(text))
    # One alone between spaces is a bullet or a sign, not a letter of a word.
    text = re.sub(f"(?<!\\S){_NO_CHARACTER}(?!\\S)", "•", text)
    return re.sub(f"{_NO_CHARACTER}+", _NO_CHARACTER, text), lost


def _read_by_character(letters: PageLetters) -> str:
    """Reads the text of a page with characters that have no meaning.

    pdfium gives such a character's number in the font, which may look like text: "$%&" for "ABC".
    """
    codes = list(letters.codes(range(letters.count)))
    spoilt = [error == NO_CODE for error in letters.mapping_errors(range(letters.count))]
    literal = "".join(map(read_character, codes))
    # In some fonts, such as the bitmaps that TeX once made, the number is the letter's own.
    numbered = "".join(read_character(code) if bad else " " for code, bad in zip(codes, spoilt, strict=True))
    words = len(_WORD.findall(numbered.lower()))
    if words and len(_COMMON_WORD.findall(numbered.lower())) >= _COMMON_SHARE * words:
        return literal
    return "".join(
        _NO_CHARACTER if bad or not code else read_character(code) for code, bad in zip(codes, spoilt, strict=True)
    )


def _lines_within_margins(page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage) -> list[str]:
    left, bottom, right, top = page.get_bbox()
    width, height = right - left, top - bottom
    lines = []
    for index in range(textpage.count_rects()):
        box = textpage.get_rect(index)
        across, up = (box[0] + box[2]) / 2 - left, (box[1] + box[3]) / 2 - bottom
        if (
            _MARGIN * height < up < (1 - _MARGIN) * height
            and _SIDE_MARGIN * width < across < (1 - _SIDE_MARGIN) * width
        ):
            lines.append(textpage.get_text_bounded(*box))
    return lines


def _mark_repeated_lines(pages: list[_FoundPage]) -> None:
    """Marks lines that stand on half of the pages with pictures.

    Stamps and watermarks do, with another number on each page.
    """
    stamped = [page for page in pages if page.lines]
    counts = Counter(line for page in stamped for line in {_without_digits(line) for line in page.lines or ()})
    repeated = {line for line, count in counts.items() if count > 1 and 2 * count >= len(stamped)}
    for page in stamped:
        page.repeated = repeated


def _without_digits(line: str) -> str:
    return re.sub(r"[\d\s]+", " ", line).strip()
