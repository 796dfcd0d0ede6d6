"""Form fields and annotations of a PDF page, made part of its text."""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2
from pypdfium2 import raw as pdfium_c

_HIDDEN = pdfium_c.FPDF_ANNOT_FLAG_HIDDEN | pdfium_c.FPDF_ANNOT_FLAG_NOVIEW
# Links are drawn by the page itself, and a pop-up repeats its note.
_WITHOUT_TEXT = {pdfium_c.FPDF_ANNOT_LINK, pdfium_c.FPDF_ANNOT_POPUP}
_TYPED_ON_THE_PAGE = {pdfium_c.FPDF_ANNOT_FREETEXT, pdfium_c.FPDF_ANNOT_STAMP, pdfium_c.FPDF_ANNOT_WATERMARK}
_CHOICES = {pdfium_c.FPDF_FORMFIELD_COMBOBOX, pdfium_c.FPDF_FORMFIELD_LISTBOX}
_TICKED_FIELDS = {pdfium_c.FPDF_FORMFIELD_CHECKBOX, pdfium_c.FPDF_FORMFIELD_RADIOBUTTON}
_PASSWORD_FIELD = 1 << 13
_LABEL_WIDTH = 200  # points to the right of a box that is ticked
_MAX_LABEL = 80
_MAX_OPTIONS = 1_000


def draw_annotations(page: pypdfium2.PdfPage) -> tuple[list[str], bool]:
    """Draws form fields and annotations onto a page.

    Hidden ones are removed: a reader of the page does not see them.

    Returns:
        What was typed into them, and whether the page has changed and must be opened again.
    """
    values: list[str] = []
    textpage = None
    # From the last, for removing one renumbers those behind it.
    for index in reversed(range(pdfium_c.FPDFPage_GetAnnotCount(page))):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            kind = pdfium_c.FPDFAnnot_GetSubtype(annotation)
            hidden = bool(pdfium_c.FPDFAnnot_GetFlags(annotation) & _HIDDEN)
            if not hidden and kind not in _WITHOUT_TEXT:
                # Opened once and only where it is needed: most pages have links at most.
                textpage = textpage or page.get_textpage()
                values.append(_read_value(page, textpage, annotation, kind))
        finally:
            pdfium_c.FPDFPage_CloseAnnot(annotation)
        if hidden:
            pdfium_c.FPDFPage_RemoveAnnot(page, index)
    if textpage is None:
        return [], False
    textpage.close()
    drawn = pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY) == pdfium_c.FLATTEN_SUCCESS
    return [value for value in reversed(values) if value], drawn


def _read_value(page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, annotation: Any, kind: int) -> str:
    if kind != pdfium_c.FPDF_ANNOT_WIDGET:
        text = read_string(pdfium_c.FPDFAnnot_GetStringValue, annotation, b"Contents").strip()
        return text if not text or kind in _TYPED_ON_THE_PAGE else f"[Note: {text}]"
    form = page.formenv
    field = pdfium_c.FPDFAnnot_GetFormFieldType(form, annotation) if form else -1
    if field in _TICKED_FIELDS and pdfium_c.FPDFAnnot_IsChecked(form, annotation):
        name = read_string(pdfium_c.FPDFAnnot_GetFormFieldAlternateName, form, annotation).strip()
        return f"[x] {_label_beside(textpage, annotation) or name}".strip()
    if field in _CHOICES:
        return _read_choice(form, annotation, field)
    return _read_typed(form, annotation, field)


def _read_typed(form: Any, annotation: Any, field: int) -> str:
    """Returns what was typed into a field."""
    if read_string(pdfium_c.FPDFAnnot_GetStringValue, annotation, b"FT") == "Btn":
        return ""
    own = read_string(pdfium_c.FPDFAnnot_GetStringValue, annotation, b"V").strip()
    if field != pdfium_c.FPDF_FORMFIELD_TEXTFIELD:
        return own if field < 0 else ""
    if pdfium_c.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD_FIELD:
        return ""
    # Of fields with one name, as merging of files leaves them, pdfium knows the first one's value only.
    return own or read_string(pdfium_c.FPDFAnnot_GetFormFieldValue, form, annotation).strip()


def _read_choice(form: Any, annotation: Any, field: int) -> str:
    """Returns what is chosen, as the page shows it and not as it is stored."""
    chosen = ", ".join(
        read_string(pdfium_c.FPDFAnnot_GetOptionLabel, form, annotation, index)
        for index in range(min(pdfium_c.FPDFAnnot_GetOptionCount(form, annotation), _MAX_OPTIONS))
        if pdfium_c.FPDFAnnot_IsOptionSelected(form, annotation, index)
    )
    # A list shows every option, and the chosen one by its colour only.
    if chosen and field == pdfium_c.FPDF_FORMFIELD_LISTBOX:
        return f"[x] {chosen}"
    return chosen or read_string(pdfium_c.FPDFAnnot_GetFormFieldValue, form, annotation).strip()


def _label_beside(textpage: pypdfium2.PdfTextPage, annotation: Any) -> str:
    """Returns the words to the right of a box that is ticked."""
    box = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFAnnot_GetRect(annotation, box):
        return ""
    text = textpage.get_text_bounded(box.right, box.bottom, box.right + _LABEL_WIDTH, box.top)
    return " ".join(text.split())[:_MAX_LABEL]


def read_string(function: Any, *arguments: Any) -> str:
    """Returns the text of a function of pdfium that fills a buffer with UTF-16.

    Args:
        function: Takes the arguments, the buffer and its size; returns the size that is needed, bytes.
        arguments: Its first ones.
    """
    size = function(*arguments, None, 0)
    buffer = ctypes.create_string_buffer(max(size, 2))
    function(*arguments, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[:size].decode("utf-16-le", "replace").rstrip("\0")
