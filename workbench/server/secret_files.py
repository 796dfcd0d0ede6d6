"""Secrets in files: created once, readable by their user only."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from workbench.errors import InputError, Problem, choose_remedy

MAX_BYTES = 4096
"""Bytes read of a file at most."""


def load_or_create_secret(path: Path, called: str) -> str:
    """Reads the secret in a file, or creates one.

    It has 43 letters of 256 random bits.

    Processes may call this at the same time; all get the same secret.

    Args:
        path: The file; its folder is created where it is missing.
        called: Name of the secret in messages: ``author token``.

    Raises:
        InputError: Other users may read the file, or it cannot be created.
    """
    try:
        if not path.exists():
            _make(path)
        return _read(path, called)
    except OSError as error:
        raise InputError(
            Problem(
                what=f"the {called} in {path} cannot be kept ({error.strerror or error})",
                remedy=choose_remedy(error, path.parent, "name a folder of yours"),
                field="WORKBENCH_HOME",
            )
        ) from None


def _make(path: Path) -> None:
    """Creates the file in one step, with mode and content.

    A faster process's file is kept.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            # On the disk before it gets its name: after a crash an empty file would stand for the secret.
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            # A hard link fails where the name exists; a rename would replace the other process's secret.
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _read(path: Path, called: str) -> str:
    status = path.stat()
    # On Windows the mode says nothing about other users.
    if os.name == "posix" and status.st_mode & 0o077:
        raise InputError(
            Problem(what=f"others may read the {called}", remedy=f"chmod 600 {path}, or remove it", file=str(path))
        )
    return path.read_bytes()[:MAX_BYTES].decode("ascii", errors="replace").strip()
