"""Rows that wait on disk until somebody looks at the table: the memory of an experiment does not grow with its cells.

A file without a name in the home's own folder: nobody can open it, and it is gone with the process. What is written
there is sealed where there is a key.
"""

from __future__ import annotations

import tempfile
import weakref
from typing import Any

import pyarrow as pa

from workbench.config import Settings
from workbench.live.sealing import Seal

_BATCH = 256
"""Rows held in memory."""

_PLACE = ("tuning", "spool")


class Spool:
    """The rows of one table, in the order in which they were added. Not thread-safe.

    Args:
        settings: For the home and the keys.
        schema: Of the table.
    """

    def __init__(self, settings: Settings, schema: pa.Schema) -> None:
        folder = settings.home / "tuning"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._schema = schema
        self._seal = Seal.of(settings)
        self._rows: list[dict[str, Any]] = []
        self._lengths: list[int] = []
        self._file = tempfile.TemporaryFile(dir=folder, prefix=".spool-")  # noqa: SIM115 - as long as the results
        self._finalizer = weakref.finalize(self, self._file.close)

    def add(self, row: dict[str, Any]) -> None:
        """Adds a row.

        Raises:
            OSError: The disk is full.
        """
        self._rows.append(row)
        if len(self._rows) == _BATCH:
            self._put_away()

    def table(self) -> pa.Table:
        """All rows."""
        self._file.seek(0)
        parts = [self._read(length) for length in self._lengths]
        return pa.concat_tables([*parts, pa.Table.from_pylist(self._rows, schema=self._schema)])

    def close(self) -> None:
        """Lets go of the file."""
        self._finalizer()

    def _put_away(self) -> None:
        table = pa.Table.from_pylist(self._rows, schema=self._schema)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, self._schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_table(table)
        data = self._seal.seal(sink.getvalue().to_pybytes(), _PLACE)
        self._file.seek(0, 2)
        self._file.write(data)
        self._file.flush()
        self._lengths.append(len(data))
        self._rows.clear()

    def _read(self, length: int) -> pa.Table:
        data = self._seal.open(self._file.read(length), _PLACE, "the results of this experiment")
        return pa.ipc.open_stream(data).read_all()
