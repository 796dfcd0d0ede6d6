"""PDF exhibits before they are bound: what stands against it, and what must be set still.

:func:`inspect_pdf` runs in a child process with limits (:mod:`workbench.case.reading_process`). It does what
the binding will do, in memory, so that a file that takes all memory or ends its process does so there.
"""

from __future__ import annotations

import io
import re

import pikepdf
from pikepdf.sanitize import Sanitizer

from workbench.case.pages import ReadFile, ReadLimits, ReadPage, UnreadableFileError, damage_error, page_limit_error

REMEDY = "open it in its own program and print it to a new PDF"

# The letter first, which the engine looks for; the look behind it covers it and the one before.
_SAVES_OR_RESTORES = re.compile(rb"[qQ](?<![^\s\]>)].)(?![^\s\[<(/%])")
"""Operators that save and restore the drawing state. In a string they are counted too, which does no harm."""
_SANITIZER = Sanitizer().remove_javascript().remove_external_access().remove_multimedia()


def inspect_pdf(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Reads what the binding has to know of a PDF.

    Returns:
        A page for each of the file, whose text is ``unbalanced`` where its drawing state is not restored at its end,
        and empty elsewhere; in ``not_read`` what the binding changes or leaves out.

    Raises:
        UnreadableFileError: The file is encrypted, damaged or beyond the limits, or its pages are not in it.
    """
    try:
        with pikepdf.open(io.BytesIO(raw)) as pdf:
            if len(pdf.pages) > limits.pages:
                raise page_limit_error(limits)
            if not len(pdf.pages):
                raise UnreadableFileError("a PDF without pages", REMEDY)
            notes = set_still(pdf)
            pages = [ReadPage("" if _is_balanced(page) else "unbalanced", "text") for page in pdf.pages]
            with pikepdf.new() as bound:
                bound.add_pages_from(pdf, forms="strip", outlines="ignore")
            return ReadFile(pages, tuple(notes))
    except pikepdf.PasswordError:
        raise UnreadableFileError("an encrypted PDF", "save a copy without a password") from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise damage_error("PDF") from None


def set_still(pdf: pikepdf.Pdf) -> list[str]:
    """Makes of a PDF what a paper copy shows: form fields become text, scripts and actions are removed.

    Returns:
        What was changed or is left out, one line each.

    Raises:
        UnreadableFileError: What it shows is not in its pages.
    """
    notes: list[str] = []
    root = pdf.Root
    if bool(root.get("/NeedsRendering", False)):
        raise UnreadableFileError("an XFA form, whose pages only its own program draws", REMEDY)
    if "/Collection" in root:
        raise UnreadableFileError("a portfolio, whose documents are files within the file", "add each as an exhibit")
    if "/Names" in root and "/EmbeddedFiles" in root.Names:
        notes.append("files that are attached within it are left out")
    if pdf.is_encrypted:
        notes.append("its restrictions, which need no password to read it, are left out")
    if "/AcroForm" in root and len(root.AcroForm.get("/Fields", [])):
        signed = int(root.AcroForm.get("/SigFlags", 0)) & 1
        # Without this, a field that only its viewer draws would be empty on paper.
        pdf.generate_appearance_streams()
        pdf.flatten_annotations("all")
        notes.append("its form fields are set as text")
        if signed:
            notes.append("its digital signature is shown and can no longer be verified: keep the file")
    _SANITIZER.apply(pdf)
    return notes


def _is_balanced(page: pikepdf.Page) -> bool:
    contents = page.obj.get("/Contents")
    if contents is None:
        return True
    streams = [contents] if isinstance(contents, pikepdf.Stream) else list(contents)
    depth = 0
    for operator in _SAVES_OR_RESTORES.findall(b"\n".join(stream.read_bytes() for stream in streams)):
        depth += 1 if operator == b"q" else -1
        if depth < 0:
            return False
    return depth == 0
