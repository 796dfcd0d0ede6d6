"""Sharing of runs from notebooks and the command line.

It creates links, and a server for them where none runs. Not to be called on the workbench loop's thread.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from workbench.config import Settings
from workbench.live.memory_store import MemoryStore
from workbench.server.discovery import RunningServer, running_servers
from workbench.server.link_address import LinkServer
from workbench.server.links import make_link
from workbench.server.shared_links import (
    ListedLink,
    ShareableRun,
    SharedLink,
    create_shared_link,
    links_of,
    public_address,
    unshare,
)
from workbench.text.catalogue import gettext as _
from workbench.workflow.loop import BackgroundLoop

__all__ = [
    "ListedLink",
    "SharedLink",
    "dashboard_token",
    "find_running_server",
    "link_base",
    "links_of",
    "public_address",
    "share",
    "unshare",
]


def share(
    run: ShareableRun | str,
    *,
    hours: float = 24,
    redact: bool = False,
    user_id: str | None = None,
    settings: Settings | None = None,
    at: str | None = None,
) -> SharedLink:
    """Creates a link that lets its holder read a run.

    It opens nothing else.

    Args:
        run: The run, or its id.
        hours: Time until the link expires; fractions count.
        redact: True: the link shows no names.
        user_id: User who creates it; default: the name that was kept (``workbench user``).
        settings: Default: the environment.
        at: Address of the server, unless ``WORKBENCH_PUBLIC_URL`` is set; default: a server that runs on this machine,
            else one that is started in this process and ends with it.

    Raises:
        UnknownThreadError: There is no such run.
        InputError: The hours, the address or the signing keys cannot be used.
        StoreUnavailableError: The store cannot be reached.
    """
    settings = settings or Settings.from_env()
    thread_id = run if isinstance(run, str) else run.thread_id

    def find_server() -> LinkServer:
        return LinkServer(at, "serve") if at else _find_or_start_server(settings)

    return create_shared_link(thread_id, find_server, hours=hours, redact=redact, user_id=user_id, settings=settings)


def find_running_server(settings: Settings) -> RunningServer | None:
    """Returns a running server of this machine that opens links made with these settings, or None.

    One in a process of its own comes first.
    """
    return next((server for server in running_servers(settings) if server.opens_links_of(settings)), None)


def link_base(server: RunningServer) -> str:
    """Returns the address with which links to a server begin: one that others reach, where there is one."""
    return server.shared_url or server.url


def _find_or_start_server(settings: Settings) -> LinkServer:
    """Returns a separate server, or starts one here.

    A server in another kernel is not used: it ends with that kernel. Runs in memory can be shown by this process only.
    """
    loop = BackgroundLoop.current()
    is_in_memory = loop.call(loop.store(settings)).url == MemoryStore.url
    running = None if is_in_memory else find_running_server(settings)
    if running is not None and running.kind == "serve":
        return LinkServer(link_base(running), "serve")
    # FastAPI and the routes take half a second to import, which a link to a running server does not need.
    from workbench.server.local_server import ensure_local_server  # noqa: PLC0415

    url = ensure_local_server(settings).url
    return LinkServer(url, "kernel", None if is_in_memory else _advise_server(settings))


def _advise_server(settings: Settings) -> tuple[str, str]:
    """Says how a server of this store is started that outlives this process: words and the command."""
    from workbench.server.local_server import find_free_port  # noqa: PLC0415 - as above

    script = Path(sys.executable).with_name("workbench")
    words = [shlex.quote(str(script)) if script.exists() else "workbench", "serve"]
    if (port := find_free_port()) is not None:
        words += ["--port", str(port)]
    if settings.home != Settings().home:
        words.insert(0, f"WORKBENCH_HOME={shlex.quote(str(settings.home))}")
    # Their values are secrets, which no widget shows.
    needed = {"REDIS_URL": settings.redis_url, "WORKBENCH_SECRET": settings.secret}
    names = ", ".join(name for name, value in needed.items() if value is not None)
    advice = (
        _(
            "To have links that go on opening, run this in a terminal where {names} must be set as here, then make the "
            "link again:",
            names=names,
        )
        if names
        else _("To have links that go on opening, run this in a terminal, then make the link again:")
    )
    return advice, " ".join(words)


def dashboard_token(settings: Settings, thread_id: str | None, *, hours: float, user_id: str) -> str:
    """Creates a dashboard's view link; returns its token.

    Args:
        settings: Store and signing keys.
        thread_id: The run; None: every run.
        hours: Time until it expires.
        user_id: User who creates it; asserted.

    Raises:
        InputError: The hours or a key cannot be used.
        StoreUnavailableError: The store cannot be reached.
    """
    loop = BackgroundLoop.current()
    store = loop.call(loop.store(settings))
    return loop.call(make_link(store, settings, thread_id, hours=hours, user_id=user_id))[1]
