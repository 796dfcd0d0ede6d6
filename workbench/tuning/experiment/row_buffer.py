"""Rows on disk until somebody looks at the table.

So an experiment's memory does not grow with its cells.

A file without a name in the home's own folder: nobody can open it, and it is gone with the process. What is written
there is encrypted where there is a key.
"""

from __future__ import annotations

import tempfile
import weakref
import zlib
from collections.abc import Iterator
from typing import Any

import orjson

from workbench.config import Settings
from workbench.text.encryption import Cipher
from workbench.text.private_home import make_private_home

_BATCH = 256
"""Rows held in memory."""

_PLACE = ("tuning", "spool")


class RowBuffer:
    """Rows of one table, in the order added.

    Not thread-safe.

    Args:
        settings: For the home and the keys.
    """

    def __init__(self, settings: Settings) -> None:
        folder = settings.home / "tuning"
        make_private_home(settings.home)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._cipher = Cipher.of(settings)
        self._rows: list[dict[str, Any]] = []
        self._lengths: list[int] = []
        self._file = tempfile.TemporaryFile(dir=folder, prefix=".spool-")  # noqa: SIM115 - as long as the results
        self._finalizer = weakref.finalize(self, self._file.close)

    def add(self, row: dict[str, Any]) -> None:
        """Adds a row of plain JSON values.

        Raises:
            OSError: The disk is full.
        """
        self._rows.append(row)
        if len(self._rows) == _BATCH:
            self._put_away()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self._file.seek(0)
        # All are read before the first is given: two readers share one file.
        parts = [self._file.read(length) for length in self._lengths]
        for part in parts:
            yield from orjson.loads(
                zlib.decompress(self._cipher.decrypt(part, _PLACE, "the results of this experiment"))
            )
        yield from tuple(self._rows)

    def close(self) -> None:
        """Closes the file."""
        self._finalizer()

    def _put_away(self) -> None:
        data = self._cipher.encrypt(zlib.compress(orjson.dumps(self._rows), level=1), _PLACE)
        self._file.seek(0, 2)
        self._file.write(data)
        self._file.flush()
        self._lengths.append(len(data))
        self._rows.clear()
