"""View links of runs at a known address.

They are created, listed and revoked here.

Not to be called on the workbench loop's thread. :mod:`workbench.server.sharing` also finds or starts the server that a
link leads to; it stands above the application, whose routes use this module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.live.user_name import read_user_name
from workbench.server.auth import normal_origin
from workbench.server.link_address import (
    LinkServer,
    ServedBy,
    describe_duration,
    describe_reach,
    draw_qr_picture,
    opens_elsewhere,
)
from workbench.server.links import Link, Opening, list_links, list_openings, make_link, revoke
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.repository import RunRepository


class ShareableRun(Protocol):
    """Run that can be shared."""

    thread_id: str


@dataclass(frozen=True)
class SharedLink:
    """New link with its token, which is not shown again.

    Its words say who can open it, and until when it is served.

    Attributes:
        id: Id with which it is listed and revoked.
        url: Address for the colleague.
        token: Part of the address; also valid for the server's reading routes.
        expires_at: Moment at which it expires.
        served_by: What serves it.
        remedy: How a server is started that outlives this process: words and the command; None where none is needed.
    """

    id: str
    url: str = field(repr=False)
    token: str = field(repr=False)
    expires_at: str
    served_by: ServedBy = "serve"
    remedy: tuple[str, str] | None = None

    def to_dict(self) -> dict[str, str]:
        """Returns ``{id url token expires_at}``."""
        return {name: getattr(self, name) for name in ("id", "url", "token", "expires_at")}

    @property
    def reach(self) -> str:
        """Sentence that says who can open it."""
        return describe_reach(self.url)

    @property
    def duration(self) -> str:
        """Sentence that says whether it opens when this process has ended."""
        return describe_duration(self.served_by)

    @property
    def qr_picture(self) -> str | None:
        """QR code as the data URI of an SVG picture.

        None for an address that no phone can open.
        """
        return draw_qr_picture(self.url) if opens_elsewhere(self.url) else None


@dataclass(frozen=True)
class ListedLink:
    """Link with its uses, the newest first."""

    link: Link
    openings: tuple[Opening, ...]

    def to_dict(self) -> dict[str, Any]:
        """Returns the link's fields and ``openings [{at address user_agent what}]``."""
        shown = ("at", "address", "user_agent", "what")
        return {
            **self.link.model_dump(),
            "openings": [{name: getattr(opening, name) for name in shown} for opening in self.openings],
        }


def create_shared_link(
    thread_id: str,
    find_server: Callable[[], LinkServer],
    *,
    hours: float,
    redact: bool,
    user_id: str | None,
    settings: Settings,
) -> SharedLink:
    """Creates a view link at a server's address.

    Args:
        thread_id: The run.
        find_server: Returns the server; called once the link exists, and only where
            ``WORKBENCH_PUBLIC_URL`` is not set.
        hours: Time until the link expires; fractions count.
        redact: True: the link shows no names.
        user_id: User who creates it; default: the name that was kept (``workbench user``).
        settings: Store and signing keys.

    Raises:
        UnknownThreadError: There is no such run.
        InputError: The hours, the address or the signing keys cannot be used.
        StoreUnavailableError: The store cannot be reached.
    """
    loop = BackgroundLoop.current()
    public = public_address(settings)

    async def create() -> tuple[Link, str]:
        # Raises for an unknown run, before a link to it exists.
        await RunRepository(settings).snapshot(thread_id)
        store = await loop.store(settings)
        return await make_link(
            store, settings, thread_id, hours=hours, redact=redact, user_id=user_id or read_user_name(settings)
        )

    link, token = loop.call(create())
    server = LinkServer(public, "public") if public else find_server()
    address = view_address(server.url, thread_id, token)
    return SharedLink(link.id, address, token, link.expires_at, server.served_by, server.remedy)


def unshare(link_id: str, *, user_id: str | None = None, settings: Settings | None = None) -> Link:
    """Revokes a link; its viewers are disconnected within a second.

    Raises:
        UnknownLinkError: There is no such link, or it has expired.
        StoreUnavailableError: The store cannot be reached; the link is still valid.
    """
    settings = settings or Settings.from_env()
    loop = BackgroundLoop.current()

    async def revoke_link() -> Link:
        return await revoke(await loop.store(settings), link_id, user_id or read_user_name(settings))

    return loop.call(revoke_link())


def links_of(run: ShareableRun | str, *, settings: Settings | None = None) -> list[ListedLink]:
    """Returns a run's unexpired links with their uses.

    The newest comes first.

    Revoked links are included.

    Raises:
        UnknownThreadError: There is no such run.
        StoreUnavailableError: The store cannot be reached.
    """
    settings = settings or Settings.from_env()
    thread_id = run if isinstance(run, str) else run.thread_id
    loop = BackgroundLoop.current()

    async def read() -> list[ListedLink]:
        # Raises for an unknown run, which would otherwise seem to have no links.
        await RunRepository(settings).snapshot(thread_id)
        store = await loop.store(settings)
        openings = await list_openings(store, thread_id)
        return [
            ListedLink(link, tuple(opening for opening in openings if opening.link_id == link.id))
            for link in await list_links(store, thread_id)
        ]

    return loop.call(read())


def public_address(settings: Settings) -> str | None:
    """Returns ``WORKBENCH_PUBLIC_URL``, or None.

    Raises:
        InputError: It is not the address of a web server.
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
    """Returns the origin of ``WORKBENCH_PUBLIC_URL``.

    Its pages are the server's own.

    Raises:
        InputError: It is not the address of a web server.
    """
    address = public_address(settings)
    if address is None:
        return frozenset()
    parts = urlsplit(address)
    return frozenset({normal_origin(f"{parts.scheme}://{parts.netloc}")})


def view_address(base: str, thread_id: str, token: str) -> str:
    """Returns the address of a run's page, with a token."""
    return f"{base.rstrip('/')}/view/{thread_id}?{urlencode({'token': token})}"
