"""The text of a PDF, page by page, and what could not be read."""

from __future__ import annotations

import re
import threading

import pypdfium2
from pypdfium2 import raw as pdfium_c

from workbench.case.pages import (
    ReadFile,
    ReadLimits,
    ReadPage,
    UnreadableFileError,
    classify_page,
    damage_error,
    page_limit_error,
    text_limit_error,
)

_PDFIUM = threading.Lock()
"""pdfium is not thread-safe, not even across documents."""


def read_pdf(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Reads a PDF.

    Raises:
        UnreadableFileError: The file is damaged, encrypted or beyond the limits.
    """
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(raw)
        except pypdfium2.PdfiumError as error:
            if error.err_code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
                raise UnreadableFileError("an encrypted PDF", "save a copy without a password") from None
            raise damage_error("PDF") from None
        try:
            return ReadFile(_read_pages(document, limits))
        except pypdfium2.PdfiumError:
            raise damage_error("PDF") from None
        finally:
            # Within the lock, for closing calls pdfium as well.
            document.close()


def _read_pages(document: pypdfium2.PdfDocument, limits: ReadLimits) -> list[ReadPage]:
    if not len(document):
        raise damage_error("PDF")
    if len(document) > limits.pages:
        raise page_limit_error(limits)
    pages: list[ReadPage] = []
    total = 0
    for index in range(len(document)):
        page = document[index]
        textpage = page.get_textpage()
        try:
            text = re.sub(r" +(\r?\n)", r"\1", textpage.get_text_bounded())
        finally:
            # At once, not at the end: an exhibit may have thousands of pages, and each would keep its memory.
            textpage.close()
            page.close()
        pages.append(ReadPage(text, classify_page(text, 0.0)))
        total += len(text)
        if total > limits.characters:
            raise text_limit_error(limits)
    return pages
