"""The server beside a dashboard: on the workbench loop of this process, open to the dashboard's own pages."""

from __future__ import annotations

from collections.abc import Iterable
from socket import socket

from workbench.config import Settings
from workbench.errors import InputError
from workbench.server.access import own_origins
from workbench.server.app import create_app
from workbench.server.hosting import LOOPBACK, Hosted, listening_socket
from workbench.server.links import make_link
from workbench.workflow.bench import Bench

USUAL_PORT = 8765


def usual_socket() -> socket:
    """Bound on loopback at the usual port, or at a free one where that is taken."""
    try:
        return listening_socket(LOOPBACK, USUAL_PORT)
    except InputError:
        return listening_socket(LOOPBACK, 0)


def begin_server(settings: Settings, bound: socket, origins: Iterable[str]) -> Hosted:
    """A server that answers when this returns, and ends with the bench.

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
    bench.call(server.begin())
    bench.before_close(server.end)
    return server


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
