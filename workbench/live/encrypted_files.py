"""Files of a run under ``WORKBENCH_HOME``, encrypted with a key.

They are readable by their user only and replaced as a whole.

Every byte of a run that is kept in a file goes through here.
"""

from __future__ import annotations

import re
import socket
from pathlib import Path

from workbench.case.citation import ID_PATTERN
from workbench.config import Settings
from workbench.live.lock_owner import is_gone
from workbench.text.atomic_write import USER_ONLY, sync_folder, write_whole
from workbench.text.encryption import Cipher
from workbench.text.private_home import make_private_home

ARCHIVE, RUNS = "archive", "runs"


class RunFiles:
    """Folder ``<WORKBENCH_HOME>/<kind>/<thread>`` of one run.

    Args:
        settings: For the home and the keys.
        kind: :data:`ARCHIVE` or :data:`RUNS`.
        thread_id: The run.

    Raises:
        InputError: ``WORKBENCH_ENCRYPTION_KEY`` is no key.
    """

    def __init__(self, settings: Settings, kind: str, thread_id: str) -> None:
        self.path = settings.home / kind / thread_id
        self._home = settings.home
        self._place = (thread_id, kind)
        self._cipher = Cipher.of(settings)

    def write(self, name: str, data: bytes) -> None:
        """Replaces a file once its new content is on disk.

        Args:
            name: From the folder; its parents, all of mode 700, are made.
            data: In clear.

        Raises:
            OSError: It cannot be written; the old one stands.
        """
        path = self.path / name
        self._make(path.parent)
        write_whole(path, self._cipher.encrypt(data, (*self._place, name)), mode=USER_ONLY)

    def read(self, name: str) -> bytes:
        """Reads and decrypts a file.

        Raises:
            OSError: It is not there, or cannot be read.
            StoreError: Its key is not there, or it was changed or moved.
        """
        return self._cipher.decrypt((self.path / name).read_bytes(), (*self._place, name), str(self.path))

    def sync(self) -> None:
        """Syncs the folder, so that new names survive crashes."""
        sync_folder(self.path)

    def rekey(self) -> int:
        """Re-encrypts the files that are not under the first key.

        Temporary files that a crash has left are removed.

        Returns:
            The number of files that were re-encrypted.

        Raises:
            OSError: One cannot be read or written.
            StoreError: The key of one is not there, or it was changed or moved.
        """
        done = 0
        for path in sorted(path for path in self.path.rglob("*") if path.is_file()):
            # write_whole names its temporary file by the pid of the writer: it is removed only if that process ended.
            if path.name.startswith("."):
                if is_gone(f"{socket.gethostname()}:{path.suffix.removeprefix('.')}"):
                    path.unlink(missing_ok=True)
                continue
            before = path.stat()
            data = path.read_bytes()
            if self._cipher.is_current(data):
                continue
            place = (*self._place, path.relative_to(self.path).as_posix())
            encrypted = self._cipher.encrypt(self._cipher.decrypt(data, place, str(self.path)), place)
            now = path.stat()
            # A running process may have replaced the file meanwhile; its version is newer, so it is left alone.
            if (now.st_ino, now.st_mtime_ns) == (before.st_ino, before.st_mtime_ns):
                write_whole(path, encrypted, mode=USER_ONLY)
                done += 1
        return done

    def _make(self, folder: Path) -> None:
        """Creates a folder below the home, with private parents."""
        # One by one: parents=True would create the upper ones with the default mode, readable by all.
        make_private_home(self._home)
        for place in (*reversed(folder.relative_to(self._home).parents[:-1]), folder.relative_to(self._home)):
            (self._home / place).mkdir(mode=0o700, exist_ok=True)


def threads_with_files(settings: Settings, kind: str) -> list[str]:
    """Lists the runs with a folder of a kind, sorted."""
    folder = settings.home / kind
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(path.name for path in found if path.is_dir() and re.fullmatch(ID_PATTERN, path.name))
