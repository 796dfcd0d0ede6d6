"""Files that appear whole and durable, or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

USER_ONLY = 0o600


@contextmanager
def replace_whole(path: Path, *, mode: int | None = None, prefix: str = "", durable: bool = True) -> Iterator[BinaryIO]:
    """Opens a draft that replaces a file at the end.

    It stands beside the file and takes its place when the block ends.

    The draft is on disk before it takes the name, and the name is on disk when the block ends. Where the block
    raises, the old file stands and the draft is removed; one that a crash has left is called
    ``.<name>.<thread>.<pid>``.

    Args:
        path: Of the file; its folder exists.
        mode: Permission bits of the new file, less those of the umask; None: exactly those of the file it replaces,
            else :data:`USER_ONLY`.
        prefix: Put before the draft's name, for a folder whose readers know drafts by it; a dot by default.
        durable: Wait for the disk; without it, a power failure may leave the name with part of the content.

    Raises:
        OSError: The file cannot be written, or the path is a device, a pipe or a folder; what stood there stands.
    """
    # Renaming would put a file in the place of a device, which nobody could use any more.
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    # The name ends in the process id, which other rooms read: see docs/decisions.md, "One atomic write".
    draft = path.with_name(f"{prefix or '.'}{path.name}.{threading.get_native_id()}.{os.getpid()}")
    kept = stat.S_IMODE(path.stat().st_mode) if mode is None and path.exists() else None
    wanted = USER_ONLY if mode is None else mode
    # A crash may have left one under this very name, for process ids come again.
    draft.unlink(missing_ok=True)
    # Exclusive: a link that somebody put there under this name is not followed.
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, wanted)
    try:
        with os.fdopen(descriptor, "wb") as file:
            # Before the first byte, and past the umask: somebody chose these bits for this very file.
            if kept is not None and hasattr(os, "fchmod"):
                os.fchmod(descriptor, kept)
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    if durable:
        sync_folder(path.parent)


def write_whole(path: Path, content: bytes, *, mode: int | None = None, prefix: str = "", durable: bool = True) -> None:
    """Put content in the place of a file; see :func:`replace_whole`."""
    with replace_whole(path, mode=mode, prefix=prefix, durable=durable) as file:
        file.write(content)


def make_private_folder(folder: Path) -> None:
    """Creates a folder, and those above it, closed to others.

    One that exists stays as it is.

    Raises:
        OSError: It cannot be created, or is a file.
    """
    # Each by itself: `parents=True` makes the upper ones with the umask's mode.
    for place in reversed([folder, *(above for above in folder.parents if not above.exists())]):
        place.mkdir(mode=0o700, exist_ok=True)


def sync_folder(folder: Path) -> None:
    """Returns when the names in a folder are on disk.

    Windows has no such call.
    """
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
