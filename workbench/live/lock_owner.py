"""Names of lock owners, and how long they have been silent.

A name is ``host:pid/user``; a second writer that is refused learns from it whom to ask.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

RENEWALS = 5
"""Renewals of a lock within its time."""

_SILENT_AFTER = 2 / RENEWALS
"""Part of a lock's time after which its owner counts as silent: two renewals are missing."""

WRITER_LEFT = "the process that wrote this run has ended"
"""Error of a run that its writer left, in good order, in the middle of drafting."""

WriterState = Literal["alive", "silent", "lost"]
"""``silent``: has not renewed its lock lately; ``lost``: has ended, or has let its lock lapse."""


@dataclass(frozen=True)
class WriterSign:
    """Sign of life of a run's writer.

    Attributes:
        state: What is known of it.
        silent_s: Since its last sign, whole seconds; None where nobody knows.
    """

    state: WriterState
    silent_s: int | None = None


def read_sign(holder: str | None, left_s: float, ttl_s: float) -> WriterSign:
    """Reads a lock as a sign of life.

    Args:
        holder: Name in the lock; None: there is no lock.
        left_s: Time until the lock lapses.
        ttl_s: The lock's whole time, from its last renewal.
    """
    if holder is None:
        return WriterSign("lost")
    silent_s = max(0.0, ttl_s - left_s)
    if is_gone(holder):
        return WriterSign("lost", int(silent_s))
    return WriterSign("silent" if silent_s >= ttl_s * _SILENT_AFTER else "alive", int(silent_s))


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
