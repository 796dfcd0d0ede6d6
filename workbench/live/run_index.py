"""Index of runs: summaries in a file of the home, so that a long list need not read every run.

The truth is in the runs. Each row names the stamp of the state that it was made from; whoever lists runs compares it
with the run's present stamp (:mod:`workbench.live.run_list`) and reads anew what differs. So the index may be missing,
damaged, or behind after a crash, and the list is right all the same. Each machine has its own, in SQLite, encrypted if
there is a key.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

from workbench.config import Settings
from workbench.errors import InputError, StoreError, printable
from workbench.live.run_summary import RunSummary
from workbench.text.encryption import Cipher
from workbench.text.private_home import make_private_home

logger = logging.getLogger("workbench")

T = TypeVar("T")

FILE = "run-index.sqlite3"

_TABLE = """
CREATE TABLE runs (
    place TEXT, thread_id TEXT, stamp TEXT, updated_at TEXT, summary BLOB, PRIMARY KEY (place, thread_id)
) WITHOUT ROWID
"""


class StampedRow(NamedTuple):
    """Row of the index without its summary.

    Attributes:
        stamp: Of the state that the summary was made from.
        updated_at: Moment of the run's last event, by which lists are ordered.
    """

    stamp: str
    updated_at: str


class RunIndex:
    """Index of one place: a store's address, or the archive.

    Safe to use from any thread and from several processes. Where the file cannot be used, nothing is found and nothing
    is kept; a damaged one is removed.

    Args:
        settings: For the home and the keys.
        place: Names the rows.
    """

    def __init__(self, settings: Settings, place: str) -> None:
        self._home = settings.home
        self._place = place
        self._cipher = Cipher.of(settings)
        # Rows of a version that summarises other fields, or under another key, are not kept.
        self._version = zlib.crc32(repr([sorted(RunSummary.model_fields), self._cipher.kid]).encode()) & 0x7FFFFFFF

    def rows(self) -> dict[str, StampedRow]:
        """Reads every row, by thread."""
        query = "SELECT thread_id, stamp, updated_at FROM runs WHERE place = ?"
        found = self._use(lambda file: file.execute(query, (self._place,)).fetchall())
        return {str(thread_id): StampedRow(str(stamp), str(updated_at)) for thread_id, stamp, updated_at in found or ()}

    def summaries(self, rows: Mapping[str, StampedRow]) -> dict[str, RunSummary]:
        """Reads the summaries of at most 500 rows.

        Those that do not belong to their row are left out.
        """
        marks = ",".join("?" * len(rows))
        query = f"SELECT thread_id, summary FROM runs WHERE place = ? AND thread_id IN ({marks})"  # noqa: S608 - question marks
        found = self._use(lambda file: file.execute(query, (self._place, *rows)).fetchall())
        opened = (self._decrypt(thread_id, rows[thread_id], encrypted) for thread_id, encrypted in found or ())
        return {summary.thread_id: summary for summary in opened if summary is not None}

    def write(self, stamped: Iterable[tuple[str, RunSummary]]) -> None:
        """Writes rows: stamps and summaries."""
        rows = [
            (self._place, summary.thread_id, stamp, summary.updated_at, self._encrypt(stamp, summary))
            for stamp, summary in stamped
        ]
        self._use(lambda file: file.executemany("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?)", rows))

    def drop(self, thread_ids: Iterable[str]) -> None:
        """Removes rows."""
        gone = [(self._place, thread_id) for thread_id in thread_ids]
        self._use(lambda file: file.executemany("DELETE FROM runs WHERE place = ? AND thread_id = ?", gone))

    def _use(self, act: Callable[[sqlite3.Connection], T]) -> T | None:
        """Acts on the file in one transaction; None where it cannot be used."""
        path = self._home / FILE
        try:
            make_private_home(self._home)
            # Not left to SQLite, which would make it readable by others; its journal gets the same mode.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            with contextlib.closing(sqlite3.connect(path)) as file, file:
                _prepare(file, self._version)
                return act(file)
        except sqlite3.OperationalError as error:  # locked for long, a full disk: it may be whole
            logger.debug("the index of runs is not used: %s", printable(str(error)))
        except sqlite3.DatabaseError as error:
            logger.debug("the index of runs is made anew: %s", printable(str(error)))
            remove_index(self._home)
        except (InputError, OSError) as error:
            logger.debug("there is no index of runs: %s", printable(str(error)))
        return None

    def _encrypt(self, stamp: str, summary: RunSummary) -> bytes:
        content = summary.to_json()
        checked = zlib.crc32(content).to_bytes(4) + content
        return self._cipher.encrypt(checked, (summary.thread_id, FILE, stamp))

    def _decrypt(self, thread_id: str, row: StampedRow, encrypted: bytes) -> RunSummary | None:
        with contextlib.suppress(StoreError, ValueError, TypeError):
            if not self._cipher.is_current(encrypted):
                return None
            checked = self._cipher.decrypt(encrypted, (thread_id, FILE, row.stamp), FILE)
            if zlib.crc32(checked[4:]).to_bytes(4) == checked[:4]:
                summary = RunSummary.from_json(checked[4:], thread_id)
                return summary if summary.updated_at == row.updated_at else None
        return None


def remove_index(home: Path) -> None:
    """Removes the index; the next list makes it anew."""
    for name in (FILE, f"{FILE}-journal"):
        with contextlib.suppress(OSError):
            (home / name).unlink()


def _prepare(file: sqlite3.Connection, wanted: int) -> None:
    """Makes the table, where it is not there or of another version."""
    file.execute("PRAGMA secure_delete = ON")  # rows in clear are not left behind when a key is set
    (version,) = file.execute("PRAGMA user_version").fetchone()
    if version != wanted:
        file.execute("BEGIN IMMEDIATE")  # another process may be doing the same
        file.execute("DROP TABLE IF EXISTS runs")
        file.execute(_TABLE)
        file.execute(f"PRAGMA user_version = {wanted}")
