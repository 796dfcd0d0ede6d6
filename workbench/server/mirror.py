"""The server beside a dashboard: on the workbench loop of this process, open to the dashboard's own pages."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable
from socket import socket

from workbench.config import Settings
from workbench.errors import InputError
from workbench.server.access import own_origins
from workbench.server.app import create_app
from workbench.server.hosting import LOOPBACK, Hosted, listening_socket
from workbench.server.links import make_link
from workbench.server.running import USUAL_PORT, announced
from workbench.workflow.bench import Bench


def usual_socket() -> socket:
    """Bound on loopback at the usual port, or at a free one where that is taken."""
    try:
        return listening_socket(LOOPBACK, USUAL_PORT)
    except InputError:
        return listening_socket(LOOPBACK, 0)


def begin_server(settings: Settings, bound: socket, origins: Iterable[str]) -> Hosted:
    """A server that answers when this returns, that links can be built on, and that ends with the bench.

    Args:
        settings: Which runs.
        bound: From :func:`usual_socket`; the server's from now on.
        origins: Of the pages that may ask, beside its own.

    Raises:
        InputError: A token or key cannot be used or made.
    """
    bench = Bench.current()
    app = create_app(settings, origins=own_origins(LOOPBACK, bound.getsockname()[1], origins))
    server = Hosted(app, bound)
    told = contextlib.ExitStack()
    told.enter_context(announced(settings, server.url, "kernel"))
    bench.call(server.begin())

    async def leave() -> None:
        told.close()
        await server.end()

    bench.before_close(leave)
    return server


_guard = threading.Lock()
_here: dict[tuple[int, Settings, frozenset[str]], Hosted] = {}


def server_for(settings: Settings, origins: Iterable[str]) -> Hosted:
    """The server of this process for pages of these origins, on the usual port or a free one; begun by the first call.

    Args:
        settings: Which runs.
        origins: As :func:`begin_server`.

    Raises:
        InputError: As :func:`begin_server`.
    """
    key = (id(Bench.current()), settings, frozenset(origins))
    with _guard:
        if key not in _here or _here[key].ended:
            _here[key] = begin_server(settings, usual_socket(), origins)
        return _here[key]


def dashboard_token(settings: Settings, thread_id: str | None, *, hours: float, user_id: str) -> str:
    """The token of a new view link: for one run, or, which nothing but a dashboard makes, for every run.

    Args:
        settings: Whose store and keys.
        thread_id: The run; None: every run.
        hours: Until it ends.
        user_id: Who makes it; asserted.

    Raises:
        InputError: The hours or a key cannot be used.
        StoreUnavailableError: The store cannot be reached.
    """
    bench = Bench.current()
    store = bench.call(bench.store(settings))
    return bench.call(make_link(store, settings, thread_id, hours=hours, user_id=user_id))[1]
