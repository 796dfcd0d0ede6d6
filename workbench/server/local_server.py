"""Server of this process, on the workbench loop.

It runs beside a notebook or a dashboard.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterable

from workbench.config import Settings
from workbench.errors import InputError
from workbench.server.app import create_app
from workbench.server.auth import own_origins
from workbench.server.discovery import Kind, announce_server
from workbench.server.uvicorn_server import LOOPBACK, WorkbenchServer, listening_socket
from workbench.workflow.loop import BackgroundLoop

USUAL_PORT = 8765
_PORTS_TRIED = 20


def open_default_socket() -> socket.socket:
    """Opens a loopback socket at port 8765.

    Where that port is taken, it is at a free one.
    """
    try:
        return listening_socket(LOOPBACK, USUAL_PORT)
    except InputError:
        # Taken by the server of another kernel, perhaps. Any port will do, because links contain it.
        return listening_socket(LOOPBACK, 0)


def find_free_port() -> int | None:
    """Returns a port for `workbench serve`; None where its usual one is free.

    A server of this process may have the usual one.
    """
    for port in range(USUAL_PORT, USUAL_PORT + _PORTS_TRIED):
        try:
            listening_socket(LOOPBACK, port).close()
        except InputError:
            continue
        return None if port == USUAL_PORT else port
    return 0


def start_server(settings: Settings, bound: socket.socket, kind: Kind, origins: Iterable[str] = ()) -> WorkbenchServer:
    """Starts a server on the workbench loop and announces it.

    It answers when this returns, and ends with the loop.

    Args:
        settings: Store and home.
        bound: From :func:`open_default_socket`; closed by the server.
        kind: Kind of its record.
        origins: Origins of further pages that may send requests.

    Raises:
        InputError: A token or key cannot be used or created, or ``WORKBENCH_HOME`` cannot be written.
    """
    loop = BackgroundLoop.current()
    announcement = contextlib.ExitStack()
    try:
        own = own_origins(LOOPBACK, bound.getsockname()[1], origins)
        server = WorkbenchServer(create_app(settings, origins=own), bound)
        # The socket listens already: whoever finds the record waits in its queue until the server answers.
        announcement.enter_context(announce_server(settings, server.url, kind))
    except InputError:
        bound.close()
        raise
    loop.call(server.begin())

    async def stop_server() -> None:
        # First the record: nobody may be led to a server that is ending.
        announcement.close()
        await server.end()

    loop.before_close(stop_server)
    return server


_guard = threading.Lock()
_local_servers: dict[tuple[int, Settings, frozenset[str]], WorkbenchServer] = {}
"""Servers of this process by loop, settings and origins; a second loop must not use the first one's."""


def ensure_local_server(settings: Settings, origins: Iterable[str] = ()) -> WorkbenchServer:
    """Returns this process's loopback server, started when first needed.

    It listens on port 8765, or on a free port where that is taken, and ends with the process. Not to be called on the
    workbench loop's thread.

    Args:
        settings: Store and home.
        origins: Origins of further pages that may send requests; other origins get another server.

    Raises:
        InputError: The author token cannot be used or created, or ``WORKBENCH_HOME`` cannot be written.
    """
    loop = BackgroundLoop.current()
    place = id(loop), settings, frozenset(origins)
    with _guard:
        server = _local_servers.get(place)
        if server is not None and not server.is_stopped:
            return server
        server = start_server(settings, open_default_socket(), "kernel", place[2])
        for key in [key for key, each in _local_servers.items() if each.is_stopped]:
            del _local_servers[key]
        _local_servers[place] = server
        return server
