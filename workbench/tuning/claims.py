"""Who is asking what: so that two who want the same answer at the same time pay for one.

Within a process by a table; between processes by a lock on one byte of a file, the byte that the key names. The
operating system takes such locks back when a process ends, however it ends: nothing is left to be cleaned up.
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
"""Of the key: 60 bits, within the range of a file offset."""


class Claims:
    """The claims on the answers of one file: one object a process, since closing the file drops all its locks."""

    _all: ClassVar[dict[Path, Claims]] = {}
    _guard = threading.Lock()

    def __init__(self, path: Path) -> None:
        self._path = path
        self._users = 0
        self._table: dict[str, Future[None]] = {}
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self.pid = os.getpid()

    @classmethod
    def of(cls, path: Path) -> Claims:
        """Those of that lock file; :meth:`close` once for each call."""
        with cls._guard:
            claims = cls._all.get(path)
            if claims is None or claims.pid != os.getpid():
                claims = cls._all[path] = cls(path)
            claims._users += 1
            return claims

    def take(self, key: str, mine: Future[None]) -> Future[None] | None:
        """Claims a key within this process; answers who has it where it is taken."""
        with self._guard:
            return None if self._table.setdefault(key, mine) is mine else self._table[key]

    async def alone(self, key: str) -> bool:
        """Claims it among the processes, waiting for the one that has it.

        Returns:
            True where nobody had it; False where somebody had, and has asked meanwhile: look again.
        """
        waited = False
        while not self._lock(key):
            waited = True
            await asyncio.sleep(_POLL_S)
        return not waited

    def give_back(self, key: str, mine: Future[None]) -> None:
        """Ends the claim, and wakes who waits for it in this process."""
        if sys.platform != "win32":
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _byte(key))
        with self._guard:
            del self._table[key]
        mine.set_result(None)

    def close(self) -> None:
        """Lets go of the file, with the last who uses it."""
        with self._guard:
            self._users -= 1
            if self._users == 0:
                os.close(self._file)
                if self._all.get(self._path) is self:
                    del self._all[self._path]

    def _lock(self, key: str) -> bool:
        if sys.platform == "win32":
            return True
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _byte(key))
        except BlockingIOError:
            return False
        return True


def _byte(key: str) -> int:
    return int(key[:_DIGITS], 16)
