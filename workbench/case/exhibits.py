"""The text of an exhibit, page by page.

PDF, DOCX, Markdown and plain text are read. Files come from clients and third parties, so nothing in them is trusted:
sizes are bounded, and whatever a parser raises on hostile bytes becomes one clear problem. Text is cleaned here once
(NFC, no control characters) and compared as it is everywhere else.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import re
import threading
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import docx
import pypdfium2
from docx.oxml.ns import qn
from pypdfium2 import raw as pdfium_c

from workbench.case.model import Document
from workbench.errors import InputError, Problem

SUFFIXES = (".pdf", ".docx", ".md", ".txt")
MAX_FILE_BYTES = 200_000_000
MAX_PAGES = 5_000
MAX_TEXT_CHARACTERS = 20_000_000
MAX_UNZIPPED_BYTES = 300_000_000
"""Of a DOCX, pictures included: a zip bomb names its unpacked size, and zipfile reads no more than that."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\uffff]")
# Word wraps an encrypted DOCX in the container of the old .doc.
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_PDFIUM = threading.Lock()
"""pdfium is not thread-safe, not even across documents."""


def exhibit_path(root: Path, file: str) -> Path:
    """Returns the path of an exhibit inside the case's folder.

    Args:
        root: The case folder.
        file: As written in ``case.yaml``: relative, with ``/``.

    Raises:
        InputError: The path is absolute, climbs out with ``..``, or a symbolic link on it leaves the folder.
    """
    if "\0" in file:
        raise _unusable(file, "the name holds a NUL character", "retype the name")
    windows = PureWindowsPath(file)
    if PurePosixPath(file).is_absolute() or windows.drive or windows.root:
        raise _unusable(file, "an absolute path", "copy the file into the case folder and give its path from there")
    if ".." in windows.parts:
        raise _unusable(file, "outside the case folder", "copy the file into the case folder")
    path = root / file
    try:
        inside = path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a name too long, or links that go round in a circle
        raise _unusable(file, "cannot be reached", "check the name, and replace symbolic links by the file") from None
    if not inside:
        raise _unusable(file, "a symbolic link that leaves the case folder", "replace the link by a copy of the file")
    return path


def read_document(path: Path, *, name: str | None = None, content: bytes | None = None) -> Document:
    """Reads one exhibit.

    A PDF has its own pages. DOCX pages end at explicit page breaks and at section breaks that begin a page; Markdown
    and text pages end at a form feed. Headers, footers and footnotes of a DOCX are not read.

    Args:
        path: The file.
        name: What messages call it; default the path.
        content: Of the file, where it is known already: a sealed copy is read by its owner.

    Raises:
        InputError: One problem: missing, empty, too large, of an unknown type, encrypted or damaged.
    """
    name = name or str(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise _unusable(
            name,
            f"a {suffix} file, which cannot be read" if suffix else "a file without a suffix, which cannot be read",
            f"convert it to one of {', '.join(SUFFIXES)}",
        )
    raw = read_content(path, name) if content is None else content
    if suffix == ".pdf":
        pages = _pdf_pages(raw, name)
    elif suffix == ".docx":
        pages = _docx_pages(raw, name)
    else:
        pages = _text_pages(raw, name)
    if len(pages) > MAX_PAGES:
        raise _too_many_pages(name)
    cleaned = tuple(_clean(page) for page in pages)
    return Document(
        sha256=hashlib.sha256(raw).hexdigest(), pages=cleaned, has_text=any(page.strip() for page in cleaned)
    )


def read_content(path: Path, name: str) -> bytes:
    """Reads the bytes of an exhibit's file.

    Raises InputError as :func:`read_document`.
    """
    try:
        if not path.exists():
            raise _unusable(name, "there is no such file", "check the name, capital letters included, or add the file")
        if not path.is_file():  # a pipe or a device would be read for ever
            raise _unusable(name, "not a file", "give the path of the document itself")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _unusable(
                name, f"larger than {MAX_FILE_BYTES // 1_000_000} MB", "split it, or save it with smaller pictures"
            )
        raw = path.read_bytes()
    except OSError as error:
        raise _unusable(name, f"cannot be read: {error.strerror}", "check the file's permissions") from None
    if not raw:
        raise _unusable(name, "the file is empty", "replace it by the document")
    return raw


def _pdf_pages(raw: bytes, name: str) -> list[str]:
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(raw)
        except pypdfium2.PdfiumError as error:
            if error.err_code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
                raise _unusable(name, "an encrypted PDF", "save a copy without a password") from None
            raise _damage_error(name, "PDF") from None
        try:
            return _pdf_texts(document, name)
        except pypdfium2.PdfiumError:
            raise _damage_error(name, "PDF") from None
        finally:
            # Within the lock, for closing calls pdfium as well.
            document.close()


def _pdf_texts(document: pypdfium2.PdfDocument, name: str) -> list[str]:
    if not len(document):
        raise _damage_error(name, "PDF")
    if len(document) > MAX_PAGES:
        raise _too_many_pages(name)
    texts: list[str] = []
    total = 0
    for index in range(len(document)):
        page = document[index]
        textpage = page.get_textpage()
        try:
            texts.append(re.sub(r" +(\r?\n)", r"\1", textpage.get_text_bounded()))
        finally:
            # At once, not at the end: an exhibit may have thousands of pages, and each would keep its memory.
            textpage.close()
            page.close()
        total += len(texts[-1])
        if total > MAX_TEXT_CHARACTERS:
            raise _too_much_text(name)
    return texts


def _docx_pages(raw: bytes, name: str) -> list[str]:
    if raw.startswith(_OLE_MAGIC):
        raise _unusable(
            name, "an encrypted document, or one in the old .doc format", "save it as .docx without a password"
        )
    try:
        text = _docx_text(raw, name)
    except InputError:
        raise
    except Exception:  # noqa: BLE001 - zipfile, lxml and python-docx raise a dozen unrelated types on damaged bytes
        raise _damage_error(name, "DOCX") from None
    return _split_pages(text)


def _docx_text(raw: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        unzipped = sum(member.file_size for member in archive.infolist())
    if unzipped > MAX_UNZIPPED_BYTES:
        raise _unusable(name, "unpacks to an unreasonable size", "save it again, with smaller pictures")
    body = docx.Document(io.BytesIO(raw)).element.body
    pieces: list[str] = []
    total = 0
    for piece in _docx_pieces(body, _sections_beginning_a_page(body)):
        pieces.append(piece)
        total += len(piece)
        if total > MAX_TEXT_CHARACTERS:
            raise _too_much_text(name)
    return "".join(pieces)


def _sections_beginning_a_page(body: Any) -> set[Any]:
    """Finds section marks behind which a new page begins.

    The *next* section's type says how that one starts.
    """
    # Others are former properties, kept for a tracked change.
    marks = [mark for mark in body.iter(qn("w:sectPr")) if mark.getparent().tag in (qn("w:pPr"), body.tag)]
    begins = set()
    for mark, following in itertools.pairwise(marks):
        kind = following.find(qn("w:type"))
        # A section without a type begins on a new page.
        if kind is None or kind.get(qn("w:val")) != "continuous":
            begins.add(mark)
    return begins


_TEXTS = {qn("w:t"), "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"}
_LITERALS = {qn("w:tab"): "\t", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_SKIPPED = {
    qn("w:pPr"),
    qn("w:rPr"),
    qn("w:tblPr"),
    qn("w:sdtPr"),
    qn("w:del"),  # a tracked deletion is not part of the document
    qn("w:moveFrom"),
    # The older copy of a text box, for readers that do not know the newer one: its words would come twice.
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}


def _docx_pieces(element: Any, page_ends: set[Any]) -> Iterator[str]:
    """Yields the text below an element, in reading order.

    A form feed stands where a page ends.

    Walks the XML and not python-docx's paragraphs, which leave out content controls, text boxes and insertions.
    """
    for child in element:
        tag = child.tag
        if tag in _SKIPPED or not isinstance(tag, str):
            continue
        if tag == qn("w:p"):
            yield from _docx_paragraph(child, page_ends)
        elif tag == qn("w:tr"):
            # The row's own cells, content controls around them included, but not those of a table within a cell.
            cells = (cell for cell in child.iter(qn("w:tc")) if next(cell.iterancestors(tag)) is child)
            texts = ("".join(_docx_pieces(cell, page_ends)).strip(" \n") for cell in cells)
            yield "\t".join(re.sub(r"[ \n]*\n[ \n]*", " ", text) for text in texts) + "\n"
        elif tag in _TEXTS:
            yield child.text or ""
        elif tag == qn("w:br"):
            yield "\f" if child.get(qn("w:type")) == "page" else "\n"
        elif tag in _LITERALS:
            yield _LITERALS[tag]
        else:
            yield from _docx_pieces(child, page_ends)


def _docx_paragraph(paragraph: Any, page_ends: set[Any]) -> Iterator[str]:
    properties = paragraph.find(qn("w:pPr"))
    if properties is not None:
        begins = properties.find(qn("w:pageBreakBefore"))
        # A property that stands there without a value is on.
        if begins is not None and begins.get(qn("w:val")) not in ("0", "false", "off"):
            yield "\f"
    yield from _docx_pieces(paragraph, page_ends)
    yield "\n\n"
    if properties is not None and properties.find(qn("w:sectPr")) in page_ends:
        yield "\f"


def _text_pages(raw: bytes, name: str) -> list[str]:
    try:
        # Editors on Windows put a byte order mark first.
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unusable(name, "not UTF-8 text", "save the file with the encoding UTF-8") from None
    if len(text) > MAX_TEXT_CHARACTERS:
        raise _too_much_text(name)
    if not text.strip("\0\ufeff \t\r\n\f"):
        raise _unusable(name, "the file is empty", "replace it by the document")
    return _split_pages(text)


def _split_pages(text: str) -> list[str]:
    pages = text.split("\f")
    while len(pages) > 1 and not pages[-1].strip():  # a form feed at the very end begins no page
        pages.pop()
    return pages


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # pdfium's sign for a hyphen at the end of a line. Kept as the page shows it: only a reader knows "re-elected".
    text = text.replace("\ufffe", "-\n").replace("\x02", "-\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("", text)).strip("\n")


def _unusable(name: str, what: str, remedy: str) -> InputError:
    return InputError(Problem(what=what, remedy=remedy, file=name))


def _damage_error(name: str, kind: str) -> InputError:
    return _unusable(name, f"a damaged {kind}, or none at all", f"open it, and save it again as {kind}")


def _too_many_pages(name: str) -> InputError:
    return _unusable(name, f"more than {MAX_PAGES:,} pages", "split it into several exhibits")


def _too_much_text(name: str) -> InputError:
    return _unusable(name, f"more than {MAX_TEXT_CHARACTERS // 1_000_000} million characters", "split it")
