"""Files that arrive from the browser in parts, because Jupyter's server closes a socket on a message over 10 MiB."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from workbench.errors import InputError, Problem

MAX_UPLOAD_BYTES = 100 * 1024 * 1024
"""Memory that unfinished uploads of one widget may take; what an exhibit may weigh is the run's own rule."""


class Uploads:
    """Parts of files, until each file is whole. Safe to call from any thread."""

    def __init__(self) -> None:
        self._parts: dict[str, dict[int, bytes]] = {}
        self._lock = threading.Lock()

    def receive(self, upload: str, part: int, parts: int, data: bytes, *, name: str) -> bytes | None:
        """Takes one part; answers the whole file with the last one, None before.

        Args:
            upload: The file's id, made by the view.
            part: 0-based.
            parts: How many there are.
            data: The bytes of this part.
            name: The file's name, for the message.

        Raises:
            InputError: The parts make no sense, or are too large together; the upload is forgotten.
        """
        with self._lock:
            kept = self._parts.setdefault(upload, {})
            kept[part] = data
            size = sum(len(piece) for pieces in self._parts.values() for piece in pieces.values())
            if size > MAX_UPLOAD_BYTES or not 0 <= part < parts:
                del self._parts[upload]
                limit = f"{MAX_UPLOAD_BYTES // 2**20} MiB"
                raise InputError(Problem(f"uploads over {limit} are not taken", "add the file by its path", file=name))
            if len(kept) < parts:
                return None
            del self._parts[upload]
            return b"".join(kept[index] for index in range(parts))


@contextmanager
def as_file(name: str, data: bytes) -> Iterator[Path]:
    """The upload as a private file that is gone afterwards; of its name only harmless signs are kept."""
    with TemporaryDirectory(prefix="workbench-upload-") as folder:
        path = Path(folder) / safe_name(name)
        path.write_bytes(data)
        yield path


def safe_name(name: str) -> str:
    """The last part of a browser's file name, with letters, digits, dots, dashes, underscores and spaces only."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return re.sub(r"[^\w.\- ]", "_", last).lstrip(". ")[-120:] or "exhibit"
