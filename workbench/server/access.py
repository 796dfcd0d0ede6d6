"""Who may come in: the author by a token, others by a link, and the pages of which origins."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import logging
import re
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from workbench.config import Settings
from workbench.errors import InputError, Problem, StoreError
from workbench.live.store import Store
from workbench.live.wakeups import POLL_S, wait_for_news
from workbench.server.links import Claims, Link, Opening, claims_of, find_links, note_opening, signing_keys
from workbench.server.secret_file import kept_secret
from workbench.text.clock import now
from workbench.workflow.bench import Bench

logger = logging.getLogger("workbench")

T = TypeVar("T")

TOKEN_FILE = "author-token"  # noqa: S105 - the file's name
SHORT_TOKEN_LETTERS = 16
"""A chosen token below this length can be guessed; what is made here has 43 letters."""

QUIET_S = 600
"""After a link was used at an address, the same use is not noted again for so long, seconds."""

MAX_NOTED = 10_000
"""Of such uses; beyond that the oldest are forgotten, and noted once more."""

_TOKEN = re.compile(r"[\x21-\x7e]{1,512}")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Caller:
    """Whoever shows a token.

    Attributes:
        kind: ``author`` opens everything; ``view`` reads one run, or without a ``thread_id`` every run; ``door``
            pauses, resumes and cancels one run.
        kid: The token's or the link's id, which may be written down; the token may not.
        thread_id: The one run it is for; None: every run.
        redact: Whether names are kept from this caller.
        expires_at: When the token ends, seconds since 1970; None: never by itself.
    """

    kind: Literal["author", "view", "door"]
    kid: str
    thread_id: str | None = None
    redact: bool = False
    expires_at: float | None = None

    @property
    def via(self) -> str:
        """How the audit calls an act of this caller."""
        return f"rest:{self.kid}"

    def reads(self, thread_id: str) -> bool:
        """Whether that run is open to it: to the author, and to whoever holds a link for it or for every run."""
        return self.kind == "author" or (self.kind == "view" and self.thread_id in {None, thread_id})


def token_id(token: str) -> str:
    """The id under which a token's acts are recorded: eight hexadecimal digits of its hash, nothing of the token."""
    return hashlib.sha256(b"workbench token id\0" + token.encode()).hexdigest()[:8]


def same_token(shown: str, known: str) -> bool:
    """Compares in constant time, whatever was shown: also of another length, also not ASCII."""
    digests = (hashlib.sha256(token.encode(errors="replace")).digest() for token in (shown, known))
    return hmac.compare_digest(*digests)


def author_token(settings: Settings) -> str:
    """``WORKBENCH_AUTHOR_TOKEN``, else the token in a file under ``WORKBENCH_HOME``, made at the first call.

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
    token = kept_secret(path, "author token")
    if not _TOKEN.fullmatch(token):
        raise InputError(Problem(what="holds no author token", remedy="remove it: a new one is made", file=str(path)))
    return token


def token_path(settings: Settings) -> Path:
    """Where the author token lies, unless the environment names one."""
    return settings.home / TOKEN_FILE


class Access:
    """Knows the author by the token, and whoever holds a view link by the link.

    May be used on any loop; the store is asked on the workbench loop.

    Args:
        settings: Which author token, signing keys and store.
        store_of: How the store is had, on the workbench loop; default: the bench's own.

    Raises:
        InputError: The author token or a signing key cannot be used or made.
    """

    def __init__(self, settings: Settings, store_of: Callable[[], Awaitable[Store]] | None = None) -> None:
        self._token = author_token(settings)
        self._author = Caller("author", token_id(self._token))
        self._keys = signing_keys(settings)
        self._store_of = store_of or (lambda: Bench.current().store(settings))
        self._noted: dict[tuple[str, ...], float] = {}

    async def identify(self, token: str) -> Caller | None:
        """Whose token that is, or None where it opens nothing (any more).

        Raises:
            StoreUnavailableError: It is signed, and whether it was revoked cannot be known now: 503, not 401.
        """
        if same_token(token, self._token):
            return self._author
        claims = claims_of(token, self._keys)
        if claims is None:
            return None
        link = await self._on_bench(self._standing(claims))
        if link is None:
            return None
        return Caller("view", link.id, link.thread_id, redact=link.redact, expires_at=link.ends_at)

    async def opened(self, caller: Caller, address: str, user_agent: str, what: str) -> None:
        """Notes that a link was opened, for the author to see; of others nothing is noted.

        Args:
            caller: Who was let in.
            address: Of the client.
            user_agent: As it says of itself.
            what: ``page`` and ``socket``: once for each; anything else (a poller asks every two seconds) once in
                :data:`QUIET_S` for a link and an address.
        """
        if caller.kind != "view" or (what not in {"page", "socket"} and not self._is_news(caller.kid, address, what)):
            return
        opening = Opening(
            link_id=caller.kid, thread_id=caller.thread_id, at=now(), address=address, user_agent=user_agent, what=what
        )
        try:
            await self._on_bench(self._note(opening))
        except StoreError as error:  # whoever was let in stays
            logger.warning("an opening of link %s was not noted: %s", caller.kid, error)

    async def watch(self, open_ids: Callable[[], Collection[str]], told: Callable[[frozenset[str]], object]) -> None:
        """Tells which links open nothing any more, within a second, until cancelled. On the workbench loop.

        While the store is away nothing is told.

        Args:
            open_ids: The links (:attr:`Caller.kid`) that somebody looks through at the moment.
            told: Called on the workbench loop with those of them that were revoked or removed, or have expired; called
                again with one that stays open.
        """
        store = await self._store_when_it_is_there()
        with store.links_changed() as news:
            while True:
                news.clear()
                with contextlib.suppress(StoreError):
                    ids = tuple(open_ids())
                    links = await find_links(store, ids) if ids else {}
                    if gone := frozenset(id_ for id_ in ids if id_ not in links or not links[id_].opens):
                        told(gone)
                await wait_for_news(news, POLL_S)

    async def _store_when_it_is_there(self) -> Store:
        while True:
            try:
                return await self._store_of()
            except StoreError:
                await asyncio.sleep(POLL_S)

    def _is_news(self, *what: str) -> bool:
        moment = time.monotonic()
        known = self._noted.get(what)
        if known is not None and moment - known < QUIET_S:
            return False
        if len(self._noted) >= MAX_NOTED:
            self._noted = {key: at for key, at in self._noted.items() if moment - at < QUIET_S}
        if len(self._noted) >= MAX_NOTED:
            self._noted.clear()
        self._noted[what] = moment
        return True

    async def _standing(self, claims: Claims) -> Link | None:
        store = await self._store_of()
        link = (await find_links(store, (claims.link_id,))).get(claims.link_id)
        return link if link is not None and link.opens and link.thread_id == claims.thread_id else None

    async def _note(self, opening: Opening) -> None:
        await note_opening(await self._store_of(), opening)

    @staticmethod
    async def _on_bench(coroutine: Coroutine[Any, Any, T]) -> T:
        return await asyncio.wrap_future(Bench.current().submit(coroutine))


def normal_origin(origin: str) -> str:
    """An origin as browsers write it: lower case, without the scheme's own port.

    Raises:
        InputError: It is no origin of a web page.
    """
    try:
        parts = urlsplit(origin.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
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
    """The origins of the server's own pages, and those it was told of.

    Args:
        host: It listens on.
        port: It listens on.
        further: As ``--origin`` gives them.

    Raises:
        InputError: One of ``further`` is no origin.
    """
    hosts = {"127.0.0.1", "localhost", "[::1]", f"[{host}]" if ":" in host else host} - {"0.0.0.0", "[::]"}  # noqa: S104
    own = {normal_origin(f"http://{name}:{port}") for name in hosts if name.isascii()}
    return frozenset(own | {normal_origin(origin) for origin in further})
