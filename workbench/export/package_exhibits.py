"""Exhibits of a package, each made ready as a PDF file: PDFs as they are, texts and pictures set as pages.

As many exhibits are in memory at a time as there are cores; their files wait in a private folder until they are bound.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import orjson
import pikepdf

from workbench.case.exhibit_picture import PicturePage, bind_pictures, parse_picture
from workbench.case.exhibits import read_limits
from workbench.case.pages import ReadFile, UnreadableFileError
from workbench.case.readers import READERS, Reader
from workbench.case.reading_pool import CORES, ReadingPool
from workbench.errors import ExportError, InputError, Problem
from workbench.export.pdf import typeset
from workbench.live.snapshot import ExhibitState
from workbench.text.count_noun import count_noun

ReadExhibit = Callable[[str], tuple[str, bytes]]
"""Reads an exhibit's file by id: its name without folders, and its bytes; raises InputError."""

PDF_INSPECTOR = Reader("workbench.case.exhibit_pdf:inspect_pdf")
PICTURE_CONVERTER = Reader("workbench.case.exhibit_picture:convert_pictures")

_AS_SHEETS = "its pictures are set here on sheets; those with shades are JPEG of high quality"
_BATCH = 6
"""Pages of a picture file that are converted at a time."""
_PATIENCE_S = 1.0
"""Before another child inspects: one is done with forty usual files while the letter is typeset on another core."""
_COVER_ALONE = ("",)


@dataclass(frozen=True)
class PreparedExhibit:
    """An exhibit as it goes into the volumes.

    Attributes:
        state: As listed in the run.
        labels: One of each page: ``3``, or ``3 (cont.)`` where page 3 of a text goes on; one empty label where the
            exhibit cannot be bound, of the sheet in its place.
        file: Name of its file, without folders; empty where there is none.
        path: Its pages as PDF; None where it cannot be bound.
        trouble: Why it cannot be bound, in one line; None where it can.
        notes: What the binding changes or leaves out, one line each.
        unbalanced: Pages, from 0, whose drawing state is not restored at their end.
        size: Bytes of ``path``.
    """

    state: ExhibitState
    labels: tuple[str, ...] = _COVER_ALONE
    file: str = ""
    path: Path | None = None
    trouble: str | None = None
    notes: tuple[str, ...] = ()
    unbalanced: frozenset[int] = frozenset()
    size: int = 0

    @property
    def number(self) -> int:
        """Number of the exhibit, from 1."""
        return self.state.number

    def find_page(self, page: int) -> int:
        """Returns the index of the first page with that number; of the first page of all where there is none."""
        label = str(page)
        return self.labels.index(label) if label in self.labels else 0

    def refuse(self, trouble: str) -> PreparedExhibit:
        """Returns the exhibit as one that cannot be bound."""
        return replace(self, labels=_COVER_ALONE, path=None, trouble=trouble, unbalanced=frozenset(), size=0)


@contextmanager
def prepare_exhibits(
    exhibits: tuple[ExhibitState, ...], read_exhibit: ReadExhibit, folder: Path, at: datetime
) -> Iterator[Iterator[PreparedExhibit]]:
    """Makes exhibits ready within a block, and gives it an iterator over them, in order.

    The work begins at once and goes on beside what the block does; as many are made ready at a time as there are cores.

    Args:
        exhibits: Of the run.
        read_exhibit: Reads a file; called in other threads.
        folder: Private folder for the files.
        at: Date inside the files.
    """
    with (
        ReadingPool(patience_s=_PATIENCE_S) as pool,
        ThreadPoolExecutor(CORES, thread_name_prefix="workbench-package") as threads,
    ):
        begun = [
            threads.submit(_prepare_exhibit, state, read_exhibit, folder / f"exhibit-{state.number}.pdf", pool, at)
            for state in exhibits
        ]
        try:
            yield (each.result() for each in begun)
        finally:
            # Where the block has failed: what has not begun is not needed, and children that read are ended.
            threads.shutdown(wait=False, cancel_futures=True)
            pool.close()


def _prepare_exhibit(
    state: ExhibitState, read_exhibit: ReadExhibit, path: Path, pool: ReadingPool, at: datetime
) -> PreparedExhibit:
    prepared = PreparedExhibit(state)
    if not state.sha256:
        return prepared.refuse("is not at hand; add its file to the case")
    try:
        name, raw = read_exhibit(state.exhibit_id)
        prepared = replace(prepared, file=name)
        _check_unchanged(state, raw)
        prepared = _set_pages(prepared, raw, path, pool, at)
    except InputError as error:
        problem = error.problems[0]
        return prepared.refuse(f"{problem.what}; {problem.remedy}")
    except UnreadableFileError as error:
        return prepared.refuse(f"{error.what}; {error.remedy}")
    except ExportError as error:
        return prepared.refuse(str(error))
    return replace(prepared, path=path, size=path.stat().st_size)


def _set_pages(prepared: PreparedExhibit, raw: bytes, path: Path, pool: ReadingPool, at: datetime) -> PreparedExhibit:
    reader = READERS.get(PurePosixPath(prepared.file).suffix.lower())
    if reader is None:
        raise InputError(Problem("a file of a type that cannot be bound", "convert it to PDF", file=prepared.file))
    if reader is READERS[".pdf"]:
        found = pool.read(PDF_INSPECTOR, raw, read_limits())
        _check_count(prepared, len(found.pages))
        path.write_bytes(raw)
        return replace(
            prepared,
            labels=_number_pages(len(found.pages)),
            notes=found.not_read,
            unbalanced=frozenset(index for index, page in enumerate(found.pages) if page.text),
        )
    if reader.drawer is not None:
        pages = _convert_pictures(raw, prepared.state.pages, pool)
        with path.open("wb") as file:
            bind_pictures(pages, file)
        return replace(prepared, labels=_number_pages(prepared.state.pages), notes=(_AS_SHEETS,))
    read = pool.read(reader, raw, read_limits())
    _check_count(prepared, len(read.pages))
    content = _typeset_text(prepared, read, at)
    path.write_bytes(content)
    notes = ["its text is set here from the file; the layout is not that of the file"]
    if read.not_read:
        notes.append(f"not in its text: {', '.join(read.not_read)}")
    return replace(prepared, labels=_read_labels(content), notes=tuple(notes))


def _check_unchanged(state: ExhibitState, raw: bytes) -> None:
    if hashlib.sha256(raw).hexdigest() != state.sha256:
        raise UnreadableFileError("has changed since the letter was checked against it", "check the letter again")


def _check_count(prepared: PreparedExhibit, count: int) -> None:
    # The letter's pages would lead to other pages than those that it was checked against.
    if count != prepared.state.pages:
        raise UnreadableFileError(
            f"has {count_noun(count, 'page')} to bind, and {prepared.state.pages} in the run",
            "open it in its own program and print it to a new PDF",
        )


def _number_pages(count: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, count + 1))


def _convert_pictures(raw: bytes, count: int, pool: ReadingPool) -> Iterator[PicturePage]:
    for first in range(1, count + 1, _BATCH):
        wanted = tuple(range(first, min(first + _BATCH, count + 1)))
        read = pool.read(PICTURE_CONVERTER, raw, read_limits()._replace(recognize=wanted))
        for page in read.pages:
            yield parse_picture(page.text)


def _typeset_text(prepared: PreparedExhibit, read: ReadFile, at: datetime) -> bytes:
    count = len(read.pages)
    data = {
        "title": prepared.state.title,
        "pages": [
            {
                "head": f"Text of {prepared.file}, page {number} of {count}",
                "paragraphs": [part.strip("\n") for part in page.text.split("\n\n") if part.strip()],
            }
            for number, page in enumerate(read.pages, start=1)
        ],
    }
    # No placeholder in evidence: an exhibit whose script has no font here is named instead.
    return typeset("exhibit_text", orjson.dumps(data).decode(), at, placeholders=False, standards=("a-2b",))


def _read_labels(content: bytes) -> tuple[str, ...]:
    """Reads from its bookmarks the page of the exhibit that each page of a typeset text belongs to."""
    with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_outline() as outline:
        pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        count = len(pdf.pages)
        begins = [pages[_page_of(item).objgen] for item in outline.root]
    labels: list[str] = []
    for number, (first, behind) in enumerate(zip(begins, [*begins[1:], count], strict=True), start=1):
        labels += [str(number), *[f"{number} (cont.)"] * (behind - first - 1)]
    return tuple(labels)


def _page_of(item: pikepdf.OutlineItem) -> pikepdf.Object:
    # Typst writes explicit destinations, arrays that begin with their page, by themselves or within an action.
    target: Any = item.destination if item.destination is not None else item.action
    page: pikepdf.Object = (target.D if isinstance(target, pikepdf.Dictionary) else target)[0]
    return page
