"""Authentication in Voila by view link or author token.

Voila starts a kernel for each page, so it needs the same protection as the server. The page needs the token in its
address. Later requests of the page to its kernel carry a cookie instead, because a browser sends no header with a
WebSocket; the cookie names a session of this process and is worthless after its end.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from typing import Any

from jupyter_server.auth import IdentityProvider, User
from tornado.web import HTTPError, RequestHandler

from workbench.errors import StoreError
from workbench.server.auth import Access, Caller

COOKIE = "workbench-dashboard"
MAX_SESSIONS = 10_000
"""Sessions of one process; the oldest are dropped first."""


class LinkIdentity(IdentityProvider):
    """Jupyter identity provider that asks :class:`workbench.server.auth.Access`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._access: Access | None = None
        self._tokens: OrderedDict[str, str] = OrderedDict()

    def admit_by(self, access: Access) -> None:
        """Sets the authentication to use."""
        self._access = access

    async def get_user(self, handler: RequestHandler) -> User | None:
        """Returns the user of a request, or None.

        Raises:
            HTTPError: 503 while the store is unavailable.
        """
        # The address first: a new link must not be answered with the rights of the old session.
        shown = handler.get_query_argument("token", "") or self._token_of_session(handler)
        caller = await self._caller(shown) if shown else None
        if caller is None:
            return None
        if self._token_of_session(handler) != shown:
            self._begin_session(handler, shown)
        return User(username=f"{caller.kind}-{caller.kid}", name="viewer")

    async def _caller(self, shown: str) -> Caller | None:
        if self._access is None:
            return None
        try:
            caller = await self._access.identify(shown)
        except StoreError:
            # Not 401: a good link must not look invalid while the store is away.
            raise HTTPError(503, reason="the store cannot be reached") from None
        return caller if caller is not None and caller.kind in {"author", "view"} else None

    def _token_of_session(self, handler: RequestHandler) -> str:
        return self._tokens.get(handler.get_cookie(COOKIE) or "", "")

    def _begin_session(self, handler: RequestHandler, shown: str) -> None:
        """Sets a session cookie.

        Browsers send a cookie to every port of its host, so it must not contain the token.
        """
        session = secrets.token_urlsafe(32)
        self._tokens[session] = shown
        while len(self._tokens) > MAX_SESSIONS:
            self._tokens.popitem(last=False)
        secure = handler.request.protocol == "https"
        handler.set_cookie(COOKIE, session, httponly=True, samesite="Strict", secure=secure, path="/")

    def is_token_authenticated(self, handler: RequestHandler) -> bool:  # noqa: ARG002 - Jupyter's signature
        """Returns False.

        Otherwise Jupyter would skip its origin check for a token in the address.
        """
        return False

    def get_handlers(self) -> list[tuple[str, object]]:
        """Returns no handlers: there is no login page."""
        return []
