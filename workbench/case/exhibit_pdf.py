"""PDF exhibits before they are bound: what stands against it, and what must be set still.

:func:`inspect_pdf` runs in a child process with limits (:mod:`workbench.case.reading_process`). It does what
the binding will do, in memory, so that a file that takes all memory or ends its process does so there.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

import pikepdf
from pikepdf.sanitize import Sanitizer

from workbench.case.pages import ReadFile, ReadLimits, ReadPage, UnreadableFileError, damage_error, page_limit_error

REMEDY = "open it in its own program and print it to a new PDF"

_SPACE = b" \t\n\r\f\v"
_BEFORE = frozenset([b"", *(bytes([each]) for each in _SPACE + b"]>)")])
_BEHIND = frozenset([b"", *(bytes([each]) for each in _SPACE + b"[<(/%")])
"""Bytes beside an operator; none at the ends of the content."""
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
                add_pages(bound, pdf, range(len(pdf.pages)))
            return ReadFile(pages, tuple(notes))
    except pikepdf.PasswordError:
        raise UnreadableFileError("an encrypted PDF", "save a copy without a password") from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise damage_error("PDF") from None


def add_pages(pdf: pikepdf.Pdf, source: pikepdf.Pdf, pages: Iterable[int]) -> None:
    """Adds pages of another file, counted from 0, without its form fields and bookmarks."""
    pages = list(pages)
    # Links by name and layers have entries outside of their pages; looking for them takes as long as the copying.
    if "/OCProperties" in source.Root or any("/Annots" in source.pages[index].obj for index in pages):
        pdf.add_pages_from(source, pages, forms="strip", outlines="ignore")
        return
    for index in pages:
        pdf.pages.append(source.pages[index])


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
    content = b"\n".join(stream.read_bytes() for stream in streams)
    steps = [(place, 1) for place in _find_operators(content, b"q")]
    steps += [(place, -1) for place in _find_operators(content, b"Q")]
    depth = 0
    for _, step in sorted(steps):
        depth += step
        if depth < 0:
            return False
    return depth == 0


def _find_operators(content: bytes, letter: bytes) -> Iterator[int]:
    """Yields the places of an operator of one letter.

    In a string it is found too, which does no harm.
    """
    # A regular expression takes ten times as long.
    place = content.find(letter)
    while place >= 0:
        if content[place - 1 : place] in _BEFORE and content[place + 1 : place + 2] in _BEHIND:
            yield place
        place = content.find(letter, place + 1)
