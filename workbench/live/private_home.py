"""Folder of a user's runs, secrets and archives, closed to others."""

from __future__ import annotations

import os
from pathlib import Path

from workbench.errors import InputError, Problem


def make_private_home(home: Path) -> None:
    """Creates the home where it is missing, and checks that it is private.

    Raises:
        InputError: It belongs to somebody else, or others may enter it and something is in it already.
        OSError: It cannot be created.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    # On Windows owner and mode say nothing about other users.
    if os.name != "posix":
        return
    status = home.stat()
    if status.st_uid != os.getuid():
        what, remedy = "belongs to another user", "name a folder that you own"
    elif status.st_mode & 0o077:
        if not any(home.iterdir()):
            # Closed as if it had been made here, unless somebody has put something there in the meantime.
            home.chmod(0o700)
            if not any(home.iterdir()):
                return
        what, remedy = "is open to other users", f"chmod 700 {home}, or name another folder"
    else:
        return
    raise InputError(Problem(what=f"{home} {what}", remedy=remedy, field="WORKBENCH_HOME"))
