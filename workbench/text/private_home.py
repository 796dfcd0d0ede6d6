"""Folder of a user's runs, secrets and archives, closed to others."""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

from workbench.errors import InputError, Problem, printable

logger = logging.getLogger("workbench")

_PRIVATE = 0o700
_OTHERS, _OTHERS_WRITE = 0o077, 0o022


def make_private_home(home: Path) -> None:
    """Creates the home where it is missing, and sees that it is private.

    One that others could only read is closed to them, and a warning says so.

    Raises:
        InputError: It belongs to somebody else, or others could write to it and something is in it.
        OSError: It cannot be created.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    # On Windows owner and mode say nothing about other users.
    if os.name != "posix":
        return
    status = home.stat()
    if status.st_uid != os.getuid():
        what, remedy = "belongs to another user", "name a folder that you own"
        raise InputError(Problem(what=f"{home} {what}", remedy=remedy, field="WORKBENCH_HOME"))
    if not status.st_mode & _OTHERS:
        return
    was_empty = not any(home.iterdir())
    home.chmod(_PRIVATE)
    if was_empty and not any(home.iterdir()):
        return  # as if it had been made here
    if status.st_mode & _OTHERS_WRITE:
        # What is there may be somebody else's: a link, a key, a run.
        home.chmod(stat.S_IMODE(status.st_mode))
        remedy = f"look at what is in it, then chmod 700 {home}, or name another folder"
        raise InputError(
            Problem(what=f"{home} can be written to by other users", remedy=remedy, field="WORKBENCH_HOME")
        )
    logger.warning("%s was open to other users and is closed to them now", printable(str(home)))
