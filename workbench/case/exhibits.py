"""The text of an exhibit, page by page.

PDF, DOCX, Markdown, plain text and pictures are read. Files come from clients and third parties, so nothing in them is
trusted: sizes are bounded, and whatever a parser raises on hostile bytes becomes one clear problem. Text is cleaned
here once (NFC, no control characters) and compared as it is everywhere else.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath

from workbench.case.docx_text import read_docx
from workbench.case.model import Document
from workbench.case.ocr import recognize_pages
from workbench.case.pages import (
    ReadFile,
    ReadLimits,
    ReadPage,
    UnreadableFileError,
    classify_page,
    page_limit_error,
    text_limit_error,
)
from workbench.case.pdf_text import read_pdf
from workbench.case.picture_file import PICTURE_SUFFIXES, READABLE_PICTURES, read_picture
from workbench.errors import InputError, Problem

SUFFIXES = (".pdf", ".docx", ".md", ".txt", *PICTURE_SUFFIXES)
"""Types that messages recommend."""
READABLE_SUFFIXES = (*dict.fromkeys((*SUFFIXES, *READABLE_PICTURES)), ".docm", ".dotx", ".dotm")
"""Templates and documents with macros as well: the macros are never run."""
MAX_FILE_BYTES = 200_000_000
MAX_PAGES = 5_000
MAX_TEXT_CHARACTERS = 20_000_000
MAX_UNZIPPED_BYTES = 300_000_000
"""Of a DOCX, pictures included: a zip bomb names its unpacked size, and zipfile reads no more than that."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\uffff]")


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
    and text pages end at a form feed.

    Args:
        path: The file.
        name: What messages call it; default the path.
        content: Of the file, where it is known already: a sealed copy is read by its owner.

    Raises:
        InputError: One problem: missing, empty, too large, of an unknown type, encrypted or damaged.
    """
    name = name or str(path)
    suffix = path.suffix.lower()
    if suffix not in READABLE_SUFFIXES:
        raise _unusable(
            name,
            f"a {suffix} file, which cannot be read" if suffix else "a file without a suffix, which cannot be read",
            f"convert it to one of {', '.join(SUFFIXES)}",
        )
    raw = read_content(path, name) if content is None else content
    limits = ReadLimits(pages=MAX_PAGES, characters=MAX_TEXT_CHARACTERS, unzipped=MAX_UNZIPPED_BYTES)
    reader = {
        ".pdf": read_pdf,
        ".md": read_text,
        ".txt": read_text,
        **dict.fromkeys(READABLE_PICTURES, read_picture),
    }.get(suffix, read_docx)
    try:
        read = reader(raw, limits)
        if reader in (read_pdf, read_picture):
            read = recognize_pages(read, lambda pages: reader(raw, limits._replace(recognize=pages)))
        if len(read.pages) > limits.pages:
            raise page_limit_error(limits)
    except UnreadableFileError as error:
        raise _unusable(name, error.what, error.remedy) from None
    return Document(
        sha256=hashlib.sha256(raw).hexdigest(),
        pages=tuple(_clean(page.text) for page in read.pages),
        page_kinds=tuple(page.kind for page in read.pages),
        not_read=read.not_read,
        has_text=any(page.kind in ("text", "ocr", "mixed") for page in read.pages),
        confidences=tuple(page.confidence for page in read.pages),
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


def read_text(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Reads a text or Markdown file; a page ends at a form feed.

    Raises:
        UnreadableFileError: The file is empty, not UTF-8, or beyond the limits.
    """
    try:
        # Editors on Windows put a byte order mark first.
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFileError("not UTF-8 text", "save the file with the encoding UTF-8") from None
    if len(text) > limits.characters:
        raise text_limit_error(limits)
    if not text.strip("\0\ufeff \t\r\n\f"):
        raise UnreadableFileError("the file is empty", "replace it by the document")
    pages = text.split("\f")
    while len(pages) > 1 and not pages[-1].strip():  # a form feed at the very end begins no page
        pages.pop()
    return ReadFile([ReadPage(page, classify_page(page, 0.0)) for page in pages])


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # pdfium's sign for a hyphen at the end of a line. Kept as the page shows it: only a reader knows "re-elected".
    text = text.replace("\ufffe", "-\n").replace("\x02", "-\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("", text)).strip("\n")


def _unusable(name: str, what: str, remedy: str) -> InputError:
    return InputError(Problem(what=what, remedy=remedy, file=name))
