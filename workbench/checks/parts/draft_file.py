"""Drafts as files: Markdown, text, DOCX, PDF or a notebook, read into one Markdown text."""

from __future__ import annotations

import hashlib
import html
import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

from workbench.case.exhibits import MAX_FILE_BYTES, MAX_PAGES, MAX_UNZIPPED_BYTES, read_content
from workbench.case.line_joining import PrintedLine, drop_page_furniture, join_lines
from workbench.case.pages import ReadFile, ReadLimits, UnreadableFileError
from workbench.case.readers import Reader, clean_text, read_text
from workbench.case.reading_pool import ReadingPool
from workbench.errors import InputError, Problem
from workbench.text.notebook_marks import find_role, is_filed, read_mark

MAX_DRAFT_CHARACTERS = 2_000_000
"""Of a draft: some 700 pages."""
DRAFT_SUFFIXES = (".md", ".txt", ".docx", ".ipynb", ".pdf")
LETTER_SUFFIXES = (
    *(*DRAFT_SUFFIXES, ".markdown", ".text", ".docm", ".dotx", ".dotm"),
    *(".doc", ".rtf", ".odt", ".pages"),
)
"""Of files that may hold a letter: :func:`read_draft` says of those that it cannot read what to do."""

PlaceUnit = Literal["line", "page", "paragraph", "cell"]

_PDF = Reader("workbench.case.pdf_prose:read_pdf_prose")
_DOCX = Reader("workbench.case.docx_prose:read_docx_prose")
_PROSE_READERS = {".pdf": _PDF, **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), _DOCX)}
_LIMITS = ReadLimits(pages=MAX_PAGES, characters=MAX_DRAFT_CHARACTERS, unzipped=MAX_UNZIPPED_BYTES)

_UNSEEN = re.compile("[\u200b\u200e\u200f\u2060\ufeff]")
_NOTEBOOK = re.compile(rb'\s*\{\s*"(?:cells|metadata|nbformat|worksheets)"\s*:')
_BREAK = re.compile(r"\s*\f\s*")
_LONG_PARAGRAPH = 14
"""Lines between two blank ones, on average: the file has none between its paragraphs."""
_TYPED_LINE = 55
"""Characters of a line that was broken because it was full."""
_NOTEBOOK_TAG = re.compile(r"</?(?:span|div|br|p|a|b|i|em|strong|sup|sub)\b[^<>]{0,200}>", re.IGNORECASE)
# A marker at the beginning of a line and a sign of emphasis keep their stroke, for it says that they are none.
_ESCAPED = re.compile(r"(?<!^)\\([!-),-/:-@\[\]^{}~])", re.MULTILINE)


class DraftMark(NamedTuple):
    """Beginning of a part of a draft that its file names.

    Attributes:
        offset: In the text.
        role: ``head``, ``section``, ``signature``, ``exhibits``, as our notebooks mark their cells.
        section_id: Of a section, else None.
    """

    offset: int
    role: str
    section_id: str | None


@dataclass(frozen=True)
class DraftFile:
    """A draft as it was read.

    Attributes:
        name: Name of the file.
        text: Its text, as Markdown. That of ``.md`` and most ``.txt`` files is the file's own, line by line.
        sha256: Of the file's bytes, hexadecimal.
        unit: What ``places`` counts.
        places: Offset in the text and number, from 1, of what begins there; empty where lines are counted.
        marks: Parts that the file names itself.
        not_read: Parts of the file that are not in the text, in words.
        running_heads: What stands at the head and foot of its pages, which is not in the text either, each line once.
        encoding: Of a text file, where it is not UTF-8.
    """

    name: str
    text: str
    sha256: str
    unit: PlaceUnit = "line"
    places: tuple[tuple[int, int], ...] = ()
    marks: tuple[DraftMark, ...] = ()
    not_read: tuple[str, ...] = ()
    running_heads: tuple[str, ...] = ()
    encoding: str = ""

    def __repr__(self) -> str:
        return f"<DraftFile {self.name}: {len(self.text)} characters>"

    def find_place(self, offset: int) -> str:
        """Names the place of an offset for a reader of the file: ``page 3``, ``paragraph 12``, ``line 40``."""
        if not self.places:
            return f"{self.unit} {self.text.count(chr(10), 0, offset) + 1}"
        index = bisect_right(self.places, (offset, 10**9)) - 1
        return f"{self.unit} {self.places[max(index, 0)][1]}"


def read_draft(path: Path, *, content: bytes | None = None) -> DraftFile:
    """Reads a draft of any type.

    PDF and DOCX files are read in a child process, for they are not trusted.

    Args:
        path: The file.
        content: Its bytes, where they are known already; ``path`` is then only a name.

    Raises:
        InputError: One problem: missing, empty, of an unknown type, encrypted, damaged, a scan, or too long.
    """
    name = str(path)
    suffix = path.suffix.lower()
    if suffix not in {*DRAFT_SUFFIXES, *_PROSE_READERS, ".markdown", ".text"}:
        what = f"a {suffix} file" if suffix else "a file without a suffix"
        raise _refuse(name, f"{what}, which is no draft", f"convert it to one of {', '.join(DRAFT_SUFFIXES)}")
    raw = read_content(path, name) if content is None else content
    if len(raw) > MAX_FILE_BYTES:
        raise _refuse(name, "too large for a draft", "save it with smaller pictures, or as text")
    if not raw:
        raise _refuse(name, "the file is empty", "give the draft itself")
    digest = hashlib.sha256(raw).hexdigest()
    try:
        if suffix == ".ipynb":
            return _read_notebook(path.name, raw, digest)
        if suffix in _PROSE_READERS:
            with ReadingPool() as pool:
                read = pool.read(_PROSE_READERS[suffix], raw, _LIMITS)
            draft = _of_pdf(path.name, read, digest) if suffix == ".pdf" else _of_docx(path.name, read, digest)
        else:
            draft = _of_text(path.name, raw, digest)
    except UnreadableFileError as error:
        raise _refuse(name, error.what, error.remedy) from None
    if not draft.text.strip():
        raise _refuse(name, "the file holds no text", "give the draft itself")
    return draft


def clean_draft(text: str) -> str:
    """Returns a text that was given without a file, as one that was read from a file.

    Raises:
        InputError: It is empty or too long.
    """
    if not text.strip():
        raise _refuse("draft", "the text is empty", "give the draft itself, or its path")
    if len(text) > MAX_DRAFT_CHARACTERS:
        raise _refuse("draft", "too long for a draft", "split it")
    return clean_text(text)


def _refuse(name: str, what: str, remedy: str) -> InputError:
    return InputError(Problem(what=what, remedy=remedy, file=name))


def _of_text(name: str, raw: bytes, digest: str) -> DraftFile:
    if len(raw) > 4 * MAX_DRAFT_CHARACTERS:
        raise UnreadableFileError("too long for a draft", "split it")
    if _NOTEBOOK.match(raw) is not None:
        raise UnreadableFileError("a notebook by its content, whose name says text", "give it the suffix .ipynb")
    read = read_text(raw, _LIMITS)
    text = clean_text("\f".join(page.text for page in read.pages))
    if name.lower().endswith((".txt", ".text")) and _is_printed(text):
        # As printed: page after page, without a blank line between paragraphs.
        number = 0
        pages: list[list[PrintedLine]] = []
        for page in text.split("\f"):
            pages.append([])
            for line in page.split("\n"):
                number += 1
                if words := _UNSEEN.sub("", line).strip():
                    left = len(line) - len(line.lstrip())
                    pages[-1].append(PrintedLine(words, left, left + len(words), number, 1.0, place=number))
            number -= 1  # a form feed stands at the beginning of a line
        joined = _of_blocks(name, digest, "line", [(block.text, block.places) for block in _join(pages)])
        return replace(joined, encoding=read.encoding)
    # A form feed is no line end: the lines of the file stay as they are numbered.
    return DraftFile(name, text.replace("\f", " "), digest, encoding=read.encoding)


def _join(pages: list[list[PrintedLine]]) -> Iterator[Any]:
    yield from join_lines(drop_page_furniture(pages)[0] if len(pages) > 1 else pages)


def _is_printed(text: str) -> bool:
    """Tells if a text has full lines and hardly a blank one between paragraphs."""
    lines = [line.rstrip() for line in text.split("\n")]
    full = sum(len(line) >= _TYPED_LINE for line in lines)
    blank = sum(not line for line in lines)
    longest = max(map(len, lines))
    return "\f" in text or (
        full > _LONG_PARAGRAPH and (len(lines) - blank) > _LONG_PARAGRAPH * (blank + 1) and longest < 2 * _TYPED_LINE
    )


def _of_blocks(
    name: str, digest: str, unit: PlaceUnit, blocks: list[tuple[str, tuple[tuple[int, int], ...]]]
) -> DraftFile:
    places: list[tuple[int, int]] = []
    texts: list[str] = []
    offset = 0
    for text, inner in blocks:
        places += [(offset + at, number) for at, number in inner]
        texts.append(text)
        offset += len(text) + 2
    return DraftFile(name, "\n\n".join(texts) + "\n", digest, unit, tuple(places))


def _of_pdf(name: str, read: ReadFile, digest: str) -> DraftFile:
    blocks: list[tuple[str, tuple[tuple[int, int], ...]]] = []
    page = 1
    for block in "".join(page.text for page in read.pages).split("\n\n"):
        text, places = "", []
        for index, part in enumerate(block.split("\f")):
            page += index > 0
            if part or index == 0:
                places.append((len(text), page))
            text += part
        blocks.append((text, tuple(places)))
    draft = _of_blocks(name, digest, "page", blocks)
    scans = tuple(f"page {number}, which has no text" for number in read.not_read)
    return DraftFile(name, draft.text, digest, "page", draft.places, not_read=scans, running_heads=read.running_heads)


def _of_docx(name: str, read: ReadFile, digest: str) -> DraftFile:
    text = _BREAK.sub("\n\n", "\f".join(page.text for page in read.pages))
    paragraphs = [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text)]
    blocks = [part for part in paragraphs if part.strip()]
    draft = _of_blocks(
        name, digest, "paragraph", [(part, ((0, number),)) for number, part in enumerate(blocks, start=1)]
    )
    return DraftFile(
        name,
        draft.text,
        digest,
        "paragraph",
        draft.places,
        not_read=read.not_read,
        running_heads=read.running_heads,
    )


def _read_notebook(name: str, raw: bytes, digest: str) -> DraftFile:
    try:
        notebook = json.loads(raw.decode("utf-8-sig"))
        cells = list(_find_cells(notebook))
    except (ValueError, RecursionError, TypeError, AttributeError, KeyError):
        raise UnreadableFileError(
            "a damaged notebook, or none at all", "open it in Jupyter, and save it again"
        ) from None
    tagged = [cell for cell in cells if cell.is_filed]
    # A notebook of others has no tags: then its Markdown is the draft.
    chosen = [cell for cell in tagged or cells if cell.role not in {"note", "open"}]
    blocks: list[tuple[str, tuple[tuple[int, int], ...]]] = []
    marks: list[DraftMark] = []
    offset = 0
    for cell in chosen:
        text = _plain_cell(cell.source).strip("\n")
        if text.strip():
            blocks.append((text, ((0, cell.number),)))
            marks.append(DraftMark(offset, cell.role, cell.section_id))
            offset += len(text) + 2
    if not blocks:
        raise UnreadableFileError("no Markdown cell with text", "give the notebook that holds the draft")
    if offset > MAX_DRAFT_CHARACTERS:
        raise UnreadableFileError("too long for a draft", "split it")
    draft = _of_blocks(name, digest, "cell", blocks)
    named = tuple(marks) if any(mark.role for mark in marks) else ()
    return DraftFile(name, draft.text, digest, "cell", draft.places, named)


class _NotebookCell(NamedTuple):
    number: int
    source: str
    is_filed: bool
    role: str
    section_id: str | None


def _find_cells(notebook: Any) -> Iterator[_NotebookCell]:
    """Yields the Markdown cells of a notebook, of the formats 4 and 3."""
    # nbformat is not used: it takes a second to import, and validates code cells that nobody reads here.
    cells = notebook["cells"] if "cells" in notebook else notebook["worksheets"][0]["cells"]
    for number, cell in enumerate(cells, start=1):
        if cell["cell_type"] not in {"markdown", "heading"}:
            continue
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        metadata = cell.get("metadata") or {}
        section_id = read_mark(metadata).get("section_id")
        yield _NotebookCell(
            number,
            clean_text(source),
            is_filed(metadata),
            find_role(metadata),
            section_id if isinstance(section_id, str) else None,
        )


def _plain_cell(source: str) -> str:
    """Returns a cell without what keeps Jupyter from taking text for mathematics or HTML."""
    return html.unescape(_ESCAPED.sub(r"\1", _NOTEBOOK_TAG.sub("", source)))
