"""The text of an exhibit, page by page.

PDF, DOCX, Markdown, plain text and pictures are read. Files come from clients and third parties, so nothing is trusted:
sizes are bounded, they are read in child processes, and whatever a parser raises on hostile bytes becomes one clear
problem. Text is cleaned once (NFC, no control characters) and compared as it is everywhere else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path, PurePosixPath, PureWindowsPath

from pydantic import ValidationError

from workbench.case.document_cache import DocumentCache, document_key
from workbench.case.model import Document
from workbench.case.ocr import recognize_pages
from workbench.case.pages import PICTURE_SUFFIXES, ReadLimits, UnreadableFileError
from workbench.case.readers import READERS, Reader
from workbench.case.reading_pool import CORES, ClusterReadingPool, ReadingPool
from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.text.cluster import ClusterExecutor

SUFFIXES = (".pdf", ".docx", ".md", ".txt", *PICTURE_SUFFIXES)
"""Types that messages recommend."""
READABLE_SUFFIXES = tuple(READERS)
MAX_FILE_BYTES = 200_000_000
MAX_PAGES = 5_000
MAX_TEXT_CHARACTERS = 20_000_000
MAX_UNZIPPED_BYTES = 300_000_000
"""Of a DOCX, pictures included: a zip bomb names its unpacked size, and zipfile reads no more than that."""

Progress = Callable[[int, int], None]
"""Called with the number of exhibits that are read, and of all."""


def read_limits() -> ReadLimits:
    """Returns the bounds of every exhibit."""
    return ReadLimits(pages=MAX_PAGES, characters=MAX_TEXT_CHARACTERS, unzipped=MAX_UNZIPPED_BYTES)


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


def read_documents(
    files: Sequence[tuple[Path, str]],
    *,
    settings: Settings | None = None,
    on_progress: Progress = lambda *_: None,
    cluster: ClusterExecutor | None = None,
) -> list[Document | InputError]:
    """Reads many exhibits, on every core.

    Args:
        files: Path and name of each, as for :func:`read_document`.
        settings: For the cache; None: every file is read.
        on_progress: Called in this thread.
        cluster: Reads what the cache does not have; None: this machine does.

    Returns:
        The document of each file, or its problem, in the same order.
    """
    cache = None if settings is None else DocumentCache(settings)
    # Threads wait for a cluster; each holds a file.
    count = CORES if cluster is None else cluster.ahead
    with (
        ReadingPool() if cluster is None else ClusterReadingPool(cluster) as pool,
        ThreadPoolExecutor(count, thread_name_prefix="workbench-reading") as threads,
    ):
        try:
            futures = [threads.submit(_read_file, path, name, None, pool, cache) for path, name in files]
            for done, _ in enumerate(as_completed(futures), start=1):
                on_progress(done, len(files))
                if cache is not None:
                    cache.write()
        except BaseException:
            # Ctrl-C must not wait for a file that takes a minute.
            threads.shutdown(wait=False, cancel_futures=True)
            pool.close()
            raise
    if cache is not None:
        cache.close()
    return [error if isinstance(error := future.exception(), InputError) else future.result() for future in futures]


def read_document(
    path: Path, *, name: str | None = None, content: bytes | None = None, settings: Settings | None = None
) -> Document:
    """Reads one exhibit.

    A PDF has its own pages. DOCX pages end at explicit page breaks and at section breaks that begin a page; Markdown
    and text pages end at a form feed.

    Args:
        path: The file.
        name: What messages call it; default the path.
        content: Of the file, where it is known already: an upload, or an encrypted copy. ``path`` is then only a name.
        settings: For the cache; None: the file is read whether its text is cached or not.

    Raises:
        InputError: One problem: missing, empty, too large, of an unknown type, encrypted or damaged, or one that takes
            too much memory or time.
    """
    cache = None if settings is None else DocumentCache(settings)
    with ReadingPool() as pool:
        document = _read_file(path, name or str(path), content, pool, cache)
    if cache is not None:
        cache.close()
    return document


def _read_file(
    path: Path, name: str, content: bytes | None, pool: ReadingPool, cache: DocumentCache | None
) -> Document:
    suffix = path.suffix.lower()
    reader = READERS.get(suffix)
    if reader is None:
        raise _unusable(
            name,
            f"a {suffix} file, which cannot be read" if suffix else "a file without a suffix, which cannot be read",
            f"convert it to one of {', '.join(SUFFIXES)}",
        )
    raw = read_content(path, name) if content is None else content
    if not raw:
        raise _unusable(name, "the file is empty", "replace it by the document")
    sha256 = hashlib.sha256(raw).hexdigest()
    limits = read_limits()
    if cache is None or reader.is_trusted:  # what is read in no time is not worth a file
        return _parse(raw, sha256, name, reader, limits, pool)
    key = document_key(sha256, reader.function, limits)
    document = cache.get(key)
    if document is None or document.sha256 != sha256:
        document = _parse(raw, sha256, name, reader, limits, pool)
        cache.add(key, document)
    return document


def _parse(raw: bytes, sha256: str, name: str, reader: Reader, limits: ReadLimits, pool: ReadingPool) -> Document:
    try:
        read = pool.read(reader, raw, limits)
        if (recognizer := reader.recognizer) is not None:
            read = recognize_pages(read, lambda pages: pool.read(recognizer, raw, limits._replace(recognize=pages)))
        return Document(
            sha256=sha256,
            pages=tuple(page.text for page in read.pages),
            page_kinds=tuple(page.kind for page in read.pages),
            not_read=read.not_read,
            encoding=read.encoding,
            has_text=any(page.kind in ("text", "ocr", "mixed") for page in read.pages),
            confidences=tuple(page.confidence for page in read.pages),
        )
    except UnreadableFileError as error:
        raise _unusable(name, error.what, error.remedy) from None
    except ValidationError:  # the child answered as no reader of ours does
        raise _unusable(name, "a file that misleads its reader", "print it to a new PDF in its own program") from None


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


def _unusable(name: str, what: str, remedy: str) -> InputError:
    return InputError(Problem(what=what, remedy=remedy, file=name))
