"""Cache of the text of exhibits, under ``WORKBENCH_HOME/documents``.

The key of an entry is the digest of the file's bytes, of the readers and of the limits; so a file is read again where
any of them changes. Entries are readable by their user only, encrypted if there is a key. An entry that is damaged, was
written for another file or under another key is not believed: the file is read again. Where the home cannot be used
there is no cache, and nothing else is lost.
"""

from __future__ import annotations

import hashlib
import logging
import sys
import time
from collections import deque
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import orjson

from workbench.case.model import Document
from workbench.case.ocr_engine import ocr_engine_name
from workbench.case.pages import ReadLimits
from workbench.config import Settings
from workbench.errors import InputError, StoreError, printable
from workbench.text.atomic_write import USER_ONLY, write_whole
from workbench.text.encryption import Cipher
from workbench.text.private_home import make_private_home

logger = logging.getLogger("workbench")

DOCUMENTS = "documents"
MAX_CACHE_BYTES = 500_000_000
"""Of all entries: the text of some 100,000 pages. The ones that were not used for longest go first."""
_STALE_S = 3_600
"""Age of an unfinished file that a crash has left, seconds."""
_PACKAGES = ("lxml", "pypdfium2", "python-docx")
"""Packages that the text depends on."""


class DocumentCache:
    """Cache of this user's home.

    Safe to use from any thread and from several processes. :meth:`close` when done.

    Args:
        settings: For the home and the keys.
    """

    def __init__(self, settings: Settings) -> None:
        self._home = settings.home
        self._folder: Path | None = self._home / DOCUMENTS
        self._waiting: deque[tuple[str, Document]] = deque()
        self._has_grown = False
        try:
            self._cipher = Cipher.of(settings)
            # A home that others may write to is refused here: they could put a text of theirs in an exhibit's place.
            if self._home.exists():
                make_private_home(self._home)
        except (InputError, OSError) as error:
            self._give_up(error)

    def get(self, key: str) -> Document | None:
        """Returns the cached document, or None."""
        if self._folder is None:
            return None
        path = self._folder / key
        try:
            data = path.read_bytes()
            if not self._cipher.is_current(data):
                return None
            digest, _, content = self._cipher.decrypt(data, (DOCUMENTS, key), str(self._folder)).partition(b"\n")
            if digest.decode() != _checksum(key, content):
                return None
            document = Document.model_validate_json(content)
            path.touch()  # the order in which entries go
        except (OSError, StoreError, ValueError):  # ValidationError and UnicodeDecodeError are among the last
            return None
        return document

    def add(self, key: str, document: Document) -> None:
        """Stores a document, with the next :meth:`write`.

        So those who read files need not wait for the disk.
        """
        self._waiting.append((key, document))

    def write(self) -> None:
        """Writes what was added; nothing happens where that fails."""
        if self._folder is not None and self._waiting and not self._has_grown:
            try:
                # Not before there is a text: many cases have none that is worth a file.
                make_private_home(self._home)
                self._folder.mkdir(mode=0o700, exist_ok=True)
            except (InputError, OSError) as error:
                self._give_up(error)
        while self._waiting:
            key, document = self._waiting.popleft()
            content = document.model_dump_json().encode()
            if self._folder is None or len(content) > MAX_CACHE_BYTES // 4:
                continue
            data = _checksum(key, content).encode() + b"\n" + content
            encrypted = self._cipher.encrypt(data, (DOCUMENTS, key))
            try:
                # An entry that a power failure has cut off fails its checksum, and the file is read again.
                write_whole(self._folder / key, encrypted, mode=USER_ONLY, durable=False)
            except OSError as error:
                logger.debug("the text of an exhibit is not cached: %s", printable(str(error)))
            else:
                self._has_grown = True

    def close(self) -> None:
        """Writes what was added, and removes the oldest entries where there are too many."""
        self.write()
        if self._folder is not None and self._has_grown:
            with suppress(OSError):
                self._prune(self._folder)

    def remove_others(self) -> None:
        """Removes entries that are not under the first key.

        Raises:
            OSError: One cannot be removed.
        """
        for path in self._folder.iterdir() if self._folder is not None and self._folder.exists() else ():
            if not self._cipher.is_current(path.read_bytes()):
                path.unlink(missing_ok=True)

    def _give_up(self, error: Exception) -> None:
        logger.debug("the text of exhibits is not cached: %s", printable(str(error)))
        self._folder = None

    def _prune(self, folder: Path) -> None:
        entries = []
        for path in folder.iterdir():
            with suppress(FileNotFoundError):  # another process prunes, too
                entries.append((path.stat(), path))
        total = sum(status.st_size for status, _ in entries)
        for status, path in sorted(entries, key=lambda entry: entry[0].st_mtime_ns):
            # An unfinished file is another process's own as long as it is young.
            if path.name.startswith(".") and status.st_mtime > time.time() - _STALE_S:
                continue
            if path.name.startswith(".") or total > MAX_CACHE_BYTES:
                path.unlink(missing_ok=True)
                total -= status.st_size


def document_key(sha256: str, function: str, limits: ReadLimits) -> str:
    """Computes the key of a file's text: 64 hexadecimal digits.

    Args:
        sha256: Of the file's bytes.
        function: Name of its reader.
        limits: In force.
    """
    return hashlib.sha256(orjson.dumps([sha256, function, [*limits], *describe_readers()])).hexdigest()


def describe_readers() -> tuple[str, str]:
    """Returns the digest of the code that a file's text depends on, and the OCR engine's name."""
    return _reader_version(), ocr_engine_name()


def _checksum(key: str, content: bytes) -> str:
    # With the key: an entry that was copied to another name is no entry of that name.
    return hashlib.sha256(key.encode() + b"\0" + content).hexdigest()


# Once a process: the code that is running does not change with its files.
@cache
def _reader_version() -> str:
    """Computes the digest of the code that the text depends on."""
    digest = hashlib.sha256(sys.version.encode())
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):
            digest.update(f"\0{name} {version(name)}".encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(f"\0{file.name}\0".encode() + file.read_bytes())
    return digest.hexdigest()
