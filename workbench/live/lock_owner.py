"""Names of lock owners: ``host:pid/user``.

A second writer that is refused learns from the name whom to ask.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path


def this_holder(user_id: str) -> str:
    """Builds the lock owner's name of this process."""
    return f"{socket.gethostname()}:{os.getpid()}/{user_id}"


def is_gone(holder: str) -> bool:
    """Tests for an ended lock owner of this host.

    Then nobody needs to wait for its lock to lapse.

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
    except OSError:  # no permission: it lives, under another user
        return False
    return _is_zombie(int(pid))


def _is_zombie(pid: int) -> bool:
    """Tests for an ended process that nobody has collected."""
    # In a container without an init process a zombie stays for ever, and a signal to it succeeds.
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:  # no Linux, or gone this moment: its lock lapses
        return False
    # The command's name stands in parentheses and may itself hold spaces and parentheses.
    return status.rpartition(")")[2].split()[:1] == ["Z"]
