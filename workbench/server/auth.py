"""Authentication by author token and view links; origins of pages.

Every route is behind it (:mod:`workbench.server.middleware`). Rate limits are in :mod:`workbench.server.rate_limit`.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import ipaddress
import logging
import re
import socket
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from workbench.config import Settings
from workbench.errors import InputError, Problem, StoreError
from workbench.live.notifications import POLL_S, wait_for_news
from workbench.live.store import Store
from workbench.server.links import Link, LinkClaims, Opening, find_links, read_claims, signing_keys, store_opening
from workbench.server.secret_files import load_or_create_secret
from workbench.text.clock import now
from workbench.workflow.loop import BackgroundLoop

logger = logging.getLogger("workbench")

T = TypeVar("T")

TOKEN_FILE = "author-token"  # noqa: S105 - the file's name
SHORT_TOKEN_LETTERS = 16
"""A chosen token below this length can be guessed; a generated one has 43 letters."""

QUIET_S = 600
"""Seconds in which the same use of a link from the same address is recorded only once."""

MAX_NOTED = 10_000
"""Uses remembered in memory; the oldest are forgotten beyond that and may be recorded again."""

_TOKEN = re.compile(r"[\x21-\x7e]{1,512}")
_HOST = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Caller:
    """Identity and rights behind a token.

    Attributes:
        kind: ``author`` opens everything; ``view`` reads one run, or without a ``thread_id`` every run; ``jupyter``
            reads every run, because the Jupyter server in front has admitted its user; ``control`` pauses, resumes and
            cancels one run of this kernel.
        kid: Id of the token or link. It may be logged; the token may not.
        thread_id: The one run it is for; None: every run.
        redact: True: this caller sees no names.
        expires_at: When the token ends, seconds since 1970; None: never by itself.
    """

    kind: Literal["author", "view", "jupyter", "control"]
    kid: str
    thread_id: str | None = None
    redact: bool = False
    expires_at: float | None = None

    @property
    def via(self) -> str:
        """Name of this caller's actions in the audit record."""
        return f"rest:{self.kid}"

    def reads(self, thread_id: str) -> bool:
        """Returns True where this caller may read the run."""
        return self.kind in {"author", "jupyter"} or (self.kind == "view" and self.thread_id in {None, thread_id})

    @property
    def only_reads(self) -> bool:
        """True where this caller may change nothing."""
        return self.kind in {"view", "jupyter"}


JUPYTER_USER = Caller("jupyter", "jupyter")
"""Caller for requests that carry the Jupyter server's secret and no token: reads every run, changes none."""


def token_id(token: str) -> str:
    """Returns the loggable id of a token.

    It has eight hexadecimal digits of the token's hash.
    """
    # The prefix keeps this hash apart from other uses of SHA-256 on the same token.
    return hashlib.sha256(b"workbench token id\0" + token.encode()).hexdigest()[:8]


def is_same_token(shown: str, known: str) -> bool:
    """Compares two tokens in constant time.

    They may have any length and alphabet.
    """
    # Digests have equal length and are bytes: compare_digest would reject other lengths at once, and non-ASCII text.
    digests = (hashlib.sha256(token.encode(errors="replace")).digest() for token in (shown, known))
    return hmac.compare_digest(*digests)


def author_token(settings: Settings) -> str:
    """Returns the author token, creating it where needed.

    It comes from the environment, else from a file under ``WORKBENCH_HOME``, which the first call creates.

    Any number of processes may call this at once; all get the same token.

    Raises:
        InputError: The variable or the file holds no token, others may read the file, or it cannot be made.
    """
    if settings.author_token is not None:
        token = settings.author_token.get_secret_value()
        if not _TOKEN.fullmatch(token):
            raise InputError(
                Problem(
                    what="the token has characters that no HTTP header can carry, or too many",
                    remedy="use letters, digits and signs without spaces, at most 512",
                    field="WORKBENCH_AUTHOR_TOKEN",
                )
            )
        return token
    path = token_path(settings)
    token = load_or_create_secret(path, "author token")
    if not _TOKEN.fullmatch(token):
        raise InputError(Problem(what="holds no author token", remedy="remove it: a new one is made", file=str(path)))
    return token


def token_path(settings: Settings) -> Path:
    """Returns the path of the author token's file."""
    return settings.home / TOKEN_FILE


class Access:
    """Identification of callers by author token or view link.

    Its methods may be awaited on any event loop; the store is read on the workbench loop.

    Args:
        settings: Which author token, signing keys and store.
        store_of: Returns the store, on the workbench loop; default: the one of the settings.

    Raises:
        InputError: The author token or a signing key cannot be used or made.
    """

    def __init__(self, settings: Settings, store_of: Callable[[], Awaitable[Store]] | None = None) -> None:
        self._token = author_token(settings)
        self._author = Caller("author", token_id(self._token))
        self._keys = signing_keys(settings)
        self._store_of = store_of or (lambda: BackgroundLoop.current().store(settings))
        self._recorded: dict[tuple[str, ...], float] = {}

    async def identify(self, token: str) -> Caller | None:
        """Returns the caller of a token.

        None for an unknown, expired or revoked one.

        Raises:
            StoreUnavailableError: The token is signed, but the revocation cannot be read: the answer is 503, not 401.
        """
        # First, and without the store: the author gets in while Redis is away.
        if is_same_token(token, self._token):
            return self._author
        claims = read_claims(token, self._keys)
        # A bad signature is refused before the store is asked: a flood of forged tokens costs no round trip.
        if claims is None:
            return None
        link = await self._run_on_loop(self._find_open_link(claims))
        if link is None:
            return None
        return Caller("view", link.id, link.thread_id, redact=link.redact, expires_at=link.ends_at)

    async def record_opening(self, caller: Caller, address: str, user_agent: str, what: str) -> None:
        """Records that a view link was opened; ignores other callers.

        Args:
            caller: The identified caller.
            address: Of the client.
            user_agent: As the client sent it.
            what: ``page`` and ``socket`` are recorded each time; anything else once in :data:`QUIET_S` for a link and
                an address, because a poller asks every two seconds.
        """
        if caller.kind != "view" or (
            what not in {"page", "socket"} and not self._is_first_use(caller.kid, address, what)
        ):
            return
        opening = Opening(
            link_id=caller.kid, thread_id=caller.thread_id, at=now(), address=address, user_agent=user_agent, what=what
        )
        try:
            await self._run_on_loop(self._store_opening(opening))
        except StoreError as error:  # a viewer that was admitted stays admitted
            logger.warning("an opening of link %s was not recorded: %s", caller.kid, error)

    async def watch(
        self, open_ids: Callable[[], Collection[str]], on_closed: Callable[[frozenset[str]], object]
    ) -> None:
        """Reports closed links within a second, until cancelled.

        Runs on the workbench loop. Reports nothing while the store is unavailable.

        Args:
            open_ids: Returns the ids (:attr:`Caller.kid`) of the links that viewers use at the moment.
            on_closed: Called on the workbench loop with those that were revoked, removed or have expired; called again
                with one whose viewers stay.
        """
        # The server may start before Redis does.
        store = await self._wait_for_store()
        # Subscribed before the first reading: no revocation falls between the two.
        with store.watch_links() as news:
            while True:
                # Cleared before reading: a change during the reading sets it again.
                news.clear()
                with contextlib.suppress(StoreError):
                    ids = tuple(open_ids())
                    links = await find_links(store, ids) if ids else {}
                    if gone := frozenset(id_ for id_ in ids if id_ not in links or not links[id_].is_valid):
                        on_closed(gone)
                # Not for news alone: a published message may be lost, and an expiry publishes none.
                await wait_for_news(news, POLL_S)

    async def _wait_for_store(self) -> Store:
        while True:
            try:
                return await self._store_of()
            except StoreError:
                await asyncio.sleep(POLL_S)

    def _is_first_use(self, *what: str) -> bool:
        moment = time.monotonic()
        known = self._recorded.get(what)
        if known is not None and moment - known < QUIET_S:
            return False
        # Two steps: first the outdated entries go, then, under a flood of addresses, all of them.
        if len(self._recorded) >= MAX_NOTED:
            self._recorded = {key: at for key, at in self._recorded.items() if moment - at < QUIET_S}
        if len(self._recorded) >= MAX_NOTED:
            self._recorded.clear()
        self._recorded[what] = moment
        return True

    async def _find_open_link(self, claims: LinkClaims) -> Link | None:
        store = await self._store_of()
        link = (await find_links(store, (claims.link_id,))).get(claims.link_id)
        # The record decides, not the token.
        # See docs/decisions.md, "A view link needs a signature and a stored record".
        return link if link is not None and link.is_valid and link.thread_id == claims.thread_id else None

    async def _store_opening(self, opening: Opening) -> None:
        await store_opening(await self._store_of(), opening)

    @staticmethod
    async def _run_on_loop(coroutine: Coroutine[Any, Any, T]) -> T:
        # Voila awaits this on tornado's loop, where the store's connections cannot be used.
        return await asyncio.wrap_future(BackgroundLoop.current().submit(coroutine))


def normal_origin(origin: str) -> str:
    """Returns an origin as browsers write it.

    It is in lower case and without the default port.

    Raises:
        InputError: The text is not the origin of a web page.
    """
    try:
        parts = urlsplit(origin.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    # Browsers send neither path nor user with an origin, and a host in punycode: anything else would never match.
    extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password
    if parts.scheme not in _DEFAULT_PORTS or not host or extra or not host.isascii():
        raise InputError(
            Problem(
                what=f"{origin!r} is no origin",
                remedy="give scheme and host, with a port where there is one, as in https://hub.example.org",
                field="--origin",
            )
        )
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + ("" if port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{port}")


def own_origins(host: str, port: int, further: Iterable[str] = ()) -> frozenset[str]:
    """Returns the origins that belong to the server.

    They are those of its own pages and the further ones.

    Args:
        host: Address that the server listens on.
        port: Port that the server listens on.
        further: Values of ``--origin``.

    Raises:
        InputError: One of ``further`` is not an origin.
    """
    # A wildcard address is none that a browser could have as its origin.
    hosts = {"127.0.0.1", "localhost", "[::1]", f"[{host}]" if ":" in host else host} - {"0.0.0.0", "[::]"}  # noqa: S104
    own = {normal_origin(f"http://{name}:{port}") for name in hosts if name.isascii()}
    return frozenset(own | {normal_origin(origin) for origin in further})


def host_name(host: str) -> str | None:
    """Returns the name in a ``Host`` header; None for any other text.

    It is in lower case, without the port and the brackets of an IPv6 address.
    """
    matched = _HOST.fullmatch(host)
    return matched[1].strip("[]").lower() if matched else None


def is_own_host(host: str, names: Collection[str], arrived_at: str) -> bool:
    """Tests a ``Host`` header.

    A page of a foreign name that was made to resolve to this machine (DNS rebinding) sends that name. An address cannot
    be rebound: the browser would have asked it directly.

    Args:
        host: The header.
        names: Names and addresses of the server's own origins, beside ``localhost``.
        arrived_at: Address of this machine at which the request arrived.
    """
    name = host_name(host)
    if name is None:
        return False
    if name == "localhost" or name in names:
        return True
    address, here = _parse_address(name), _parse_address(arrived_at)
    is_local = here is None or here.is_loopback
    if address is None:
        # Other machines know this one by its name; a container's health check and Prometheus do.
        return not is_local and name == socket.gethostname().lower()
    return address.is_loopback or not (is_local or address.is_unspecified)


def _parse_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # A socket for both families shows IPv4 addresses as ::ffff:192.0.2.1.
    return (address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None) or address
