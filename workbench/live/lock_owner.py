"""Who writes a thread: ``host:pid/user``, so that a refused second writer knows whom to ask."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def this_holder(user_id: str) -> str:
    """The name of this process as a holder, for a user."""
    return f"{socket.gethostname()}:{os.getpid()}/{user_id}"


def is_gone(holder: str) -> bool:
    """Whether that holder was a process of this host that has ended, so that nobody need wait for its lock to lapse.

    A mistake (two containers of one host name) does no harm: the fencing number stops the one overtaken.
    """
    host, _, rest = holder.partition(":")
    pid = rest.partition("/")[0]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return _is_zombie(int(pid))


def _is_zombie(pid: int) -> bool:
    """Whether it has ended and nobody has collected it: in a container without an init it stays so for ever."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:  # no Linux, or gone this moment: its lock lapses
        return False
    return status.rpartition(")")[2].split()[:1] == ["Z"]
