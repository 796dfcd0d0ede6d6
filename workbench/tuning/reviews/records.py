"""Append-only JSON lines, encrypted if there is a key.

``<WORKBENCH_HOME>/tuning/<name>.jsonl``, readable by its user only. A line is on disk before :meth:`Records.add`
returns; a line that a crash cut off is skipped and logged.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from typing import Any

import orjson

from workbench.config import Settings
from workbench.text.encryption import Cipher
from workbench.text.private_home import make_private_home

if sys.platform != "win32":
    import fcntl

logger = logging.getLogger("workbench")


class Records:
    """Lines of one kind.

    Args:
        settings: For the home and the keys.
        name: Name of the file.

    Raises:
        InputError: ``WORKBENCH_ENCRYPTION_KEY`` is no key.

    Examples:
        >>> import pathlib, tempfile
        >>> from workbench.config import Settings
        >>> records = Records(Settings(home=pathlib.Path(tempfile.mkdtemp())), "notes")
        >>> records.add({"note": "shorter"})
        >>> list(records)
        [{'note': 'shorter'}]
    """

    def __init__(self, settings: Settings, name: str) -> None:
        self.path = settings.home / "tuning" / f"{name}.jsonl"
        self._place = ("tuning", name)
        self._cipher = Cipher.of(settings)

    def add(self, record: dict[str, Any]) -> None:
        """Appends one record; safe for several processes.

        Raises:
            OSError: It cannot be written.
        """
        line = self._cipher.encrypt(orjson.dumps(record), self._place) + b"\n"
        make_private_home(self.path.parent.parent)
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Read and append: the end of the last line must be looked at under the lock.
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as file:
            if sys.platform != "win32":
                fcntl.flock(file, fcntl.LOCK_EX)
            end = file.seek(0, os.SEEK_END)
            if end and os.pread(file.fileno(), 1, end - 1) != b"\n":
                line = b"\n" + line  # a crash cut off the line before: end it
            file.write(line)
            file.flush()
            # A rating is a person's work: it must survive a power failure, not only a crash.
            os.fsync(file.fileno())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yields the records in the order of their arrival.

        Raises:
            StoreError: The key of a line is missing, or the line was changed.
        """
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return
        for number, line in enumerate(lines, start=1):
            if not line:
                continue
            try:
                yield orjson.loads(self._cipher.decrypt(line, self._place, str(self.path)))
            except orjson.JSONDecodeError:
                logger.warning("%s, line %d was cut off by a crash and is passed over", self.path, number)
