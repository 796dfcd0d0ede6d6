"""User of the process behind a socket of this machine.

A path or a port says nothing about who answers there: whoever could create the socket receives everything that is
written to it.
"""

from __future__ import annotations

import os
import socket
import stat
import struct
import sys
from asyncio.trsock import TransportSocket
from pathlib import Path

from workbench.errors import StoreUnavailableError, printable

_SOL_LOCAL, _LOCAL_PEERCRED = 0, 1
"""Option of macOS and the BSDs, for which Python has no names; it fills a ``struct xucred``."""

_XUCRED_BYTES = 76
_LISTENS = "0A"


def peer_uid(connection: socket.socket | TransportSocket) -> int | None:
    """Returns the user id of a connection's other end.

    For the connecting side it is that of the process that listens. None where the system does not tell.
    """
    try:
        if hasattr(socket, "SO_PEERCRED"):
            size = struct.calcsize("3i")
            _, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
            return int(uid)
        if sys.platform == "darwin" or "bsd" in sys.platform:
            _, uid = struct.unpack_from("=II", connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED_BYTES))
            return int(uid)
    except (OSError, struct.error):
        return None
    return None


def refuse_stranger(connection: socket.socket | TransportSocket, path: Path, *, own_only: bool) -> None:
    """Refuses a server that another user put behind a socket.

    Args:
        connection: Connected to the socket.
        path: Of the socket.
        own_only: True: the server must be this user's. False: it may be a service's (``redis``), unless the socket
            lies where everybody could have put one.

    Raises:
        StoreUnavailableError: The server is another user's.
    """
    uid = peer_uid(connection)
    if uid is None:
        # The next best: on such a system somebody else's process could still sit behind a socket of ours.
        uid = path.lstat().st_uid
    if uid == os.getuid() or (not own_only and (uid == 0 or not _is_open_to_all(path))):
        return
    shown = printable(str(path))
    remedy = "remove it" if own_only else "put the socket into a folder that only its server can write to"
    raise StoreUnavailableError(f"the server behind {shown} belongs to another user (uid {uid}); {remedy}")


def is_strangers_port(port: int) -> bool:
    """Tests for another user's process that listens at a port of this machine.

    False too where the system does not tell.
    """
    uids = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:  # no Linux, or no IPv6
            continue
        # Number, local address, remote address, state, two queues, two times, user: proc_net_tcp in the kernel's docs.
        for _, local, _, state, _, _, _, uid, *_ in map(str.split, rows):
            if state == _LISTENS and int(local.rpartition(":")[2], 16) == port:
                uids.add(int(uid))
    return bool(uids) and os.getuid() not in uids


def _is_open_to_all(path: Path) -> bool:
    return any(folder.stat().st_mode & stat.S_IWOTH for folder in path.absolute().parents)
