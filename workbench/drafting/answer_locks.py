"""Locks on answer keys.

Two callers that want the same answer at the same time pay for one.

Within a process by a table; between processes by a lock on one byte of a file, the byte that the key names. The
operating system releases such locks when a process ends, however it ends: no stale lock remains.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import ClassVar

if sys.platform != "win32":
    import fcntl

_POLL_S = 0.1
_DIGITS = 15
"""Digits of a key that name its byte: 60 bits, within the range of a file offset."""


class AnswerLocks:
    """Locks on the answers of one file.

    One object for each file and process: closing any descriptor of a file drops all locks that the process has on it.
    """

    _all: ClassVar[dict[Path, AnswerLocks]] = {}
    _guard = threading.Lock()

    def __init__(self, path: Path) -> None:
        self._path = path
        self._users = 0
        self._table: dict[str, Future[None]] = {}
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self.pid = os.getpid()

    @classmethod
    def open(cls, path: Path) -> AnswerLocks:
        """Returns the locks of a lock file.

        Call :meth:`close` once for each call.
        """
        with cls._guard:
            claims = cls._all.get(path)
            # After a fork the child holds none of the parent's locks.
            if claims is None or claims.pid != os.getpid():
                claims = cls._all[path] = cls(path)
            claims._users += 1
            return claims

    def lock_here(self, key: str, mine: Future[None]) -> Future[None] | None:
        """Locks a key within this process.

        Returns the future of its holder if it is taken.
        """
        with self._guard:
            return None if self._table.setdefault(key, mine) is mine else self._table[key]

    async def lock_among_processes(self, key: str) -> bool:
        """Locks a key among the processes.

        It waits for the process that holds the key.

        Returns:
            True if no process held it. False if one did: its answer may be in the cache now.
        """
        waited = False
        while not self._lock(key):
            waited = True
            # Polled: a blocking file lock would hold up the event loop.
            await asyncio.sleep(_POLL_S)
        return not waited

    def release(self, key: str, mine: Future[None]) -> None:
        """Releases a key; wakes waiting callers of this process."""
        if sys.platform != "win32":
            # The file lock goes first: a caller woken in this process would otherwise find it taken.
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _byte(key))
        with self._guard:
            del self._table[key]
        mine.set_result(None)

    def close(self) -> None:
        """Closes the file with its last user."""
        with self._guard:
            self._users -= 1
            if self._users == 0:
                os.close(self._file)
                # After a fork another object may stand at this path.
                if self._all.get(self._path) is self:
                    del self._all[self._path]

    def _lock(self, key: str) -> bool:
        if sys.platform == "win32":  # no such locks: two processes may both pay there
            return True
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _byte(key))
        except BlockingIOError:
            return False
        return True


def _byte(key: str) -> int:
    return int(key[:_DIGITS], 16)
