"""Sharing of runs from notebooks and the command line.

It creates links, and a server for them where none runs. Not to be called on the workbench loop's thread.
"""

from __future__ import annotations

from workbench.config import Settings
from workbench.live.memory_store import MemoryStore
from workbench.server.discovery import running_servers
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
from workbench.workflow.loop import BackgroundLoop

__all__ = [
    "ListedLink",
    "SharedLink",
    "dashboard_token",
    "links_of",
    "public_address",
    "running_address",
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

    def find_base() -> str:
        return at or _find_or_start_server(settings)

    return create_shared_link(thread_id, find_base, hours=hours, redact=redact, user_id=user_id, settings=settings)


def running_address(settings: Settings) -> str | None:
    """Returns the address of a running server, or None.

    It serves this home on this machine.
    """
    found = running_servers(settings)
    return found[0].url if found else None


def _find_or_start_server(settings: Settings) -> str:
    """Returns a separate server's address, or starts one here.

    A server in another kernel is not used: it ends with that kernel. Runs in memory can be shown by this process only.
    """
    loop = BackgroundLoop.current()
    if loop.call(loop.store(settings)).url != MemoryStore.url:
        alone = [server for server in running_servers(settings) if server.kind == "serve"]
        if alone:
            return alone[0].url
    # FastAPI and the routes take half a second to import, which a link to a running server does not need.
    from workbench.server.local_server import ensure_local_server  # noqa: PLC0415

    return ensure_local_server(settings).url


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
