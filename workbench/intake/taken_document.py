"""Documents as they are taken in: read, split, and compared with one another."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath

from workbench.case.exhibits import read_content, read_documents, read_limits
from workbench.case.model import Document
from workbench.case.pages import UnreadableFileError
from workbench.case.reading_pool import CORES, ReadingPool
from workbench.case.reading_progress import show_progress
from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.intake.bundle import BundlePart, find_parts, read_ranges
from workbench.intake.document_details import DOCX_DETAILS, PDF_DETAILS, PDF_SPLITTER, DocumentDetails
from workbench.intake.document_folder import FoundDocument, LeftOut
from workbench.text.cluster import ClusterExecutor
from workbench.text.tokens import find_words

_DETAIL_READERS = {".pdf": PDF_DETAILS, **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), DOCX_DETAILS)}
_LEAST_WORDS = 20
"""Documents with fewer words may be alike by chance."""
_PREFERRED = (".pdf", ".tiff", ".tif", ".jpg", ".jpeg", ".png")
"""Of two documents with one text, the one that may show a signature is kept."""


@dataclass(frozen=True)
class TakenDocument:
    """One document, of a file of its own or of a bundle.

    Attributes:
        file: Where it comes from.
        document: Its text. Without pages where the file cannot be read.
        details: Of the file.
        part: Of a bundle; None: the whole file.
        unreadable: Why it cannot be read, with the remedy; empty where it can.
        twins: Names of the documents with the same text that were left out.
    """

    file: FoundDocument
    document: Document
    details: DocumentDetails
    part: BundlePart | None = None
    unreadable: str = ""
    twins: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """``bundle.pdf, pages 4-9``."""
        return self.file.name if self.part is None else f"{self.file.name}, {self.part.pages}"

    @property
    def stem(self) -> str:
        """Name of the file without folders and suffix."""
        return PurePosixPath(self.file.name).stem

    @property
    def suffix(self) -> str:
        """Type of the file, in small letters."""
        return PurePosixPath(self.file.name).suffix.lower()

    @property
    def first_page(self) -> int:
        """Number, in the file, of its first page."""
        return 1 if self.part is None else self.part.first

    @property
    def text_key(self) -> str:
        """Digest of its words; empty where it has too few to compare."""
        words = find_words("\n".join(self.document.pages))
        return hashlib.sha256(" ".join(words).encode()).hexdigest() if len(words) >= _LEAST_WORDS else ""


def take_documents(
    files: Sequence[FoundDocument],
    *,
    splits: Mapping[str, str],
    settings: Settings,
    cluster: ClusterExecutor | None = None,
) -> tuple[list[TakenDocument], list[LeftOut]]:
    """Reads documents, splits bundles, and leaves out duplicates.

    Args:
        files: In the order of their numbers.
        splits: File name to page ranges that the user gives: ``{"bundle.pdf": "1-3,4-9"}``.
        settings: For the cache of texts.
        cluster: Reads the documents; None: this machine does.

    Returns:
        The documents, and what is left out: second copies, and pages that the user's ranges do not name.

    Raises:
        InputError: A range is wrong, or names a file that is not there.
    """
    unknown = sorted(set(splits) - {file.name for file in files})
    if unknown:
        raise InputError(
            Problem("no such document", "give its name below the folder", file=unknown[0], field="--split")
        )
    with show_progress() as on_progress:
        places = [(file.path, file.name) for file in files]
        read = read_documents(places, settings=settings, on_progress=on_progress, cluster=cluster)
    left_out: list[LeftOut] = []
    whole: list[TakenDocument] = []
    first_names: dict[str, str] = {}
    for file, document in zip(files, read, strict=True):
        if isinstance(document, InputError):
            problem = document.problems[0]
            empty = Document(sha256="", pages=(), has_text=False)
            reason = f"{problem.what}; {problem.remedy}"
            whole.append(TakenDocument(file, empty, DocumentDetails(), unreadable=reason))
        # By bytes first, for that costs nothing; by words below, once bundles are split.
        elif document.sha256 in first_names:
            left_out.append(LeftOut(file.name, f"the same bytes as {first_names[document.sha256]}"))
        else:
            first_names[document.sha256] = file.name
            whole.append(TakenDocument(file, document, DocumentDetails()))
    # Titles and bookmarks need the file once more, in a child process; the threads only wait for it.
    with ReadingPool() as pool, ThreadPoolExecutor(CORES, thread_name_prefix="workbench-intake") as threads:
        whole = list(threads.map(lambda one: _with_details(one, pool), whole))
    # Split before twins are sought: a letter may come alone and in a bundle.
    parted: list[TakenDocument] = []
    for one in whole:
        parted += _split_document(one, splits.get(one.file.name), left_out)
    return _drop_twins(parted, left_out), left_out


def _with_details(one: TakenDocument, pool: ReadingPool) -> TakenDocument:
    reader = _DETAIL_READERS.get(one.suffix)
    if reader is None or one.unreadable:
        return one
    try:
        read = pool.read(reader, read_content(one.file.path, one.file.name), read_limits())
        details = DocumentDetails.of_answer(read)
    except (UnreadableFileError, InputError):  # its text was read; a title is only a help
        return one
    return TakenDocument(one.file, one.document, details)


def _split_document(one: TakenDocument, ranges: str | None, left_out: list[LeftOut]) -> Iterator[TakenDocument]:
    document = one.document
    if ranges is not None:
        if one.suffix != ".pdf" or one.unreadable:
            what = one.unreadable or "only a PDF can be split by pages"
            raise InputError(Problem(what, "leave it out of --split", file=one.file.name, field="--split"))
        parts = read_ranges(ranges, name=one.file.name, count=len(document.pages))
    else:
        parts = find_parts(document.pages, one.details.bookmarks) if one.suffix == ".pdf" else []
    if not parts:
        yield one
        return
    named = {page for part in parts for page in range(part.first, part.last + 1)}
    missed = [page for page in range(1, len(document.pages) + 1) if page not in named]
    if missed:
        pages = ", ".join(map(str, missed[:20]))
        left_out.append(LeftOut(f"{one.file.name}, pages {pages}", "a divider sheet, or not in the ranges given"))
    for part in parts:
        chosen = slice(part.first - 1, part.last)
        kinds = document.page_kinds[chosen]
        piece = document.model_copy(
            update={
                "pages": document.pages[chosen],
                "page_kinds": kinds,
                "confidences": document.confidences[chosen],
                "has_text": any(kind in ("text", "ocr", "mixed") for kind in kinds),
            }
        )
        yield TakenDocument(one.file, piece, one.details, part)


def _drop_twins(taken: list[TakenDocument], left_out: list[LeftOut]) -> list[TakenDocument]:
    """Leaves out documents whose words another one has as well."""
    groups: dict[str, list[TakenDocument]] = {}
    for one in taken:
        if key := one.text_key:
            groups.setdefault(key, []).append(one)
    kept: dict[int, TakenDocument] = {}
    dropped: set[int] = set()
    for group in groups.values():
        if len(group) > 1:
            # min() takes the first of equals, which is the first by name.
            best = min(group, key=lambda one: one.suffix not in _PREFERRED)
            others = [one for one in group if one is not best]
            kept[id(best)] = TakenDocument(
                best.file, best.document, best.details, best.part, twins=tuple(one.name for one in others)
            )
            dropped |= {id(one) for one in others}
            left_out += [LeftOut(one.name, f"the same text as {best.name}") for one in others]
    return [kept.get(id(one), one) for one in taken if id(one) not in dropped]


def read_part(one: TakenDocument, pool: ReadingPool) -> bytes:
    """Returns the bytes of a document: those of its file, or a PDF of its pages.

    Raises:
        InputError: The file has changed since it was read, or cannot be split.
    """
    raw = read_content(one.file.path, one.file.name)
    if hashlib.sha256(raw).hexdigest() != one.document.sha256:
        raise InputError(Problem("changed while it was taken in", "try again", file=one.file.name))
    if one.part is None:
        return raw
    # The part comes back as text, in base64, which is a third longer than its bytes.
    limits = read_limits()._replace(recognize=(one.part.first, one.part.last), characters=2 * len(raw) + 1_000_000)
    try:
        (page,) = pool.read(PDF_SPLITTER, raw, limits).pages
        return base64.b64decode(page.text, validate=True)
    except (UnreadableFileError, ValueError) as error:
        what = error.what if isinstance(error, UnreadableFileError) else "a file that misleads its reader"
        raise InputError(Problem(f"cannot be split: {what}", "split it by hand", file=one.name)) from None
