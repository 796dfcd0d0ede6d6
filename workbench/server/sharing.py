"""Sharing: a link by which a colleague watches a run, made, listed and taken back.

From any thread but the workbench loop's.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from importlib import import_module
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.live.memory import MemoryStore
from workbench.server.access import normal_origin
from workbench.server.links import Link, Opening, list_links, list_openings, make_link, revoke
from workbench.workflow.bench import Bench
from workbench.workflow.listing import read_run
from workbench.workflow.opening import login


class Shared(Protocol):
    """A run, as far as it is shared."""

    thread_id: str


@dataclass(frozen=True)
class SharedLink:
    """A link that was just made; nobody can show its token again.

    Attributes:
        id: By which it is listed and taken back.
        url: What the colleague opens.
        token: Stands in the address, and opens the routes of the server that read.
        expires_at: Moment from which it opens nothing.
    """

    id: str
    url: str = field(repr=False)
    token: str = field(repr=False)
    expires_at: str

    def to_dict(self) -> dict[str, str]:
        """``{id url token expires_at}``."""
        return asdict(self)


@dataclass(frozen=True)
class ListedLink:
    """A link, and who came in by it, the newest first."""

    link: Link
    openings: tuple[Opening, ...]

    def to_dict(self) -> dict[str, Any]:
        """The link's fields, and ``openings [{at address user_agent what}]``."""
        shown = ("at", "address", "user_agent", "what")
        return {
            **self.link.model_dump(),
            "openings": [{name: getattr(opening, name) for name in shown} for opening in self.openings],
        }


def share(
    run: Shared | str,
    *,
    hours: float = 24,
    redact: bool = False,
    user_id: str | None = None,
    settings: Settings | None = None,
    at: str | None = None,
) -> SharedLink:
    """A link by which anybody who holds it watches the run, and can do nothing else with it.

    Args:
        run: The run, or its id.
        hours: Until the link ends; fractions count.
        redact: Whether names are kept from its holder.
        user_id: Who makes it; default: the login name.
        settings: Default: the environment.
        at: The server's address where ``WORKBENCH_PUBLIC_URL`` names none; default: one that runs on this machine, and
            where none does, one that starts in this process and ends with it.

    Raises:
        UnknownThreadError: There is no such run.
        InputError: The hours, the address or the signing keys cannot be used.
        StoreUnavailableError: The store cannot be reached.
    """
    settings = settings or Settings.from_env()
    thread_id = run if isinstance(run, str) else run.thread_id
    bench = Bench.current()
    base = public_address(settings) or at

    async def make() -> tuple[Link, str]:
        await read_run(bench, thread_id, settings)
        store = await bench.store(settings)
        return await make_link(store, settings, thread_id, hours=hours, redact=redact, user_id=user_id or login())

    link, token = bench.call(make())
    return SharedLink(link.id, view_address(base or _served(settings), thread_id, token), token, link.expires_at)


def unshare(link_id: str, *, user_id: str | None = None, settings: Settings | None = None) -> Link:
    """Takes a link back: it opens nothing any more, and who looks through it is shut out within a second.

    Raises:
        UnknownLinkError: There is no such link; one that has expired is forgotten.
        StoreUnavailableError: The store cannot be reached; the link still opens.
    """
    settings = settings or Settings.from_env()
    bench = Bench.current()

    async def take_back() -> Link:
        return await revoke(await bench.store(settings), link_id, user_id or login())

    return bench.call(take_back())


def links_of(run: Shared | str, *, settings: Settings | None = None) -> list[ListedLink]:
    """The links of a run that have not expired, revoked ones too, the newest first, and who came in by them.

    Raises:
        UnknownThreadError: There is no such run.
        StoreUnavailableError: The store cannot be reached.
    """
    settings = settings or Settings.from_env()
    thread_id = run if isinstance(run, str) else run.thread_id
    bench = Bench.current()

    async def read() -> list[ListedLink]:
        await read_run(bench, thread_id, settings)
        store = await bench.store(settings)
        openings = await list_openings(store, thread_id)
        return [
            ListedLink(link, tuple(opening for opening in openings if opening.link_id == link.id))
            for link in await list_links(store, thread_id)
        ]

    return bench.call(read())


def public_address(settings: Settings) -> str | None:
    """``WORKBENCH_PUBLIC_URL``, where it is set.

    Raises:
        InputError: It is no address of a web server.
    """
    given = settings.public_url
    if given is None:
        return None
    try:
        parts = urlsplit(given)
        usable = parts.scheme in {"http", "https"} and parts.hostname and not (parts.query or parts.fragment)
        usable = usable and parts.username is None and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise InputError(
            Problem(
                what=f"{given!r} is no address",
                remedy="give scheme and host, with a path where there is one, as in https://firm.example/workbench",
                field="WORKBENCH_PUBLIC_URL",
            )
        )
    return given


def public_origins(settings: Settings) -> frozenset[str]:
    """Of the pages behind ``WORKBENCH_PUBLIC_URL``: they are the server's own, seen from outside.

    Raises:
        InputError: It is no address of a web server.
    """
    address = public_address(settings)
    if address is None:
        return frozenset()
    parts = urlsplit(address)
    return frozenset({normal_origin(f"{parts.scheme}://{parts.netloc}")})


def view_address(base: str, thread_id: str, token: str) -> str:
    """Where the page of a run is, with the token that opens it."""
    return f"{base.rstrip('/')}/view/{thread_id}?{urlencode({'token': token})}"


def running_address(settings: Settings) -> str | None:
    """The address of a server of this machine that has the same home, or None where none runs."""
    found = _running().running_servers(settings)
    return str(found[0].url) if found else None


def _served(settings: Settings) -> str:
    """A server alone, or this process becomes one: another kernel's would take the link with it when it ends.

    What this process keeps in memory no other can show.
    """
    bench = Bench.current()
    if bench.call(bench.store(settings)).url != MemoryStore.url:
        alone = [server for server in _running().running_servers(settings) if server.kind == "serve"]
        if alone:
            return str(alone[0].url)
    return str(_running().serving_here(settings).url)


def _running() -> Any:
    """By name: a server's application has the routes that share."""
    return import_module("workbench.server.running")


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
