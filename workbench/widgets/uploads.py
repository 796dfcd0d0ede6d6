"""Uploads from the browser, in parts, in memory only.

Jupyter's server closes a socket on a message over 10 MiB.
"""

from __future__ import annotations

import re
import threading
from pathlib import PurePosixPath

from workbench.errors import InputError, Problem

MAX_UPLOAD_BYTES = 100 * 1024 * 1024
"""Memory that unfinished uploads of one widget may take; the run has a limit of its own for exhibits."""


class Uploads:
    """Parts of files until each file is complete.

    Safe to call from any thread.
    """

    def __init__(self) -> None:
        self._parts: dict[str, dict[int, bytes]] = {}
        self._lock = threading.Lock()

    def receive(self, upload: str, part: int, parts: int, data: bytes, *, name: str) -> bytes | None:
        """Adds a part; returns the file when complete.

        Args:
            upload: Id of the file, made by the view.
            part: Number of the part, from 0.
            parts: Number of parts.
            data: Bytes of the part.
            name: Name of the file, for error messages.

        Raises:
            InputError: A part's number is out of range, or the parts are too large; the upload is dropped.
        """
        with self._lock:
            pieces_of_file = self._parts.setdefault(upload, {})
            pieces_of_file[part] = data
            # Over all unfinished uploads: a page may begin any number of them.
            size = sum(len(piece) for pieces in self._parts.values() for piece in pieces.values())
            if size > MAX_UPLOAD_BYTES or not 0 <= part < parts:
                del self._parts[upload]
                limit = f"{MAX_UPLOAD_BYTES // 2**20} MiB"
                raise InputError(Problem(f"uploads over {limit} are not taken", "add the file by its path", file=name))
            if len(pieces_of_file) < parts:
                return None
            del self._parts[upload]
            return b"".join(pieces_of_file[index] for index in range(parts))


def clean_name(name: str) -> str:
    """Cleans a browser's file name.

    Its last part stays, with letters, digits, dots, dashes, underscores and spaces only.
    """
    # Some browsers send a path of Windows.
    last = PurePosixPath(name.replace("\\", "/")).name
    # No dot at the beginning, for the name becomes a file. The end is kept, where the suffix tells its type.
    return re.sub(r"[^\w.\- ]", "_", last).lstrip(". ")[-120:] or "exhibit"
