"""Who may open the dashboard in Voila: whoever shows a view link or the author token, and nobody else.

Voila starts a kernel for each page, so its doors are as narrow as the server's: the page itself wants the token in its
address; what the page then asks of its own kernel (a browser sends no header with a socket) comes with a cookie that
names a session of this process, opens nothing but kernels here, and goes with the process.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from typing import Any

from jupyter_server.auth import IdentityProvider, User
from tornado.web import HTTPError, RequestHandler

from workbench.errors import StoreError
from workbench.server.access import Access, Caller

COOKIE = "workbench-dashboard"
MAX_SESSIONS = 10_000
"""Of one process; the oldest goes first."""


class LinkIdentity(IdentityProvider):
    """Identifies by :class:`workbench.server.access.Access`, which :meth:`admit_by` hands over."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._access: Access | None = None
        self._tokens: OrderedDict[str, str] = OrderedDict()

    def admit_by(self, access: Access) -> None:
        """Says whose tokens count."""
        self._access = access

    async def get_user(self, handler: RequestHandler) -> User | None:
        """The caller behind a request, or None.

        Raises:
            HTTPError: 503 where it cannot be known now.
        """
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
            raise HTTPError(503, reason="the store cannot be reached") from None
        return caller if caller is not None and caller.kind in {"author", "view"} else None

    def _token_of_session(self, handler: RequestHandler) -> str:
        return self._tokens.get(handler.get_cookie(COOKIE) or "", "")

    def _begin_session(self, handler: RequestHandler, shown: str) -> None:
        """The cookie goes to every port of its host, whoever listens there: so it is no token, nor made of one."""
        session = secrets.token_urlsafe(32)
        self._tokens[session] = shown
        while len(self._tokens) > MAX_SESSIONS:
            self._tokens.popitem(last=False)
        secure = handler.request.protocol == "https"
        handler.set_cookie(COOKIE, session, httponly=True, samesite="Strict", secure=secure, path="/")

    def is_token_authenticated(self, handler: RequestHandler) -> bool:  # noqa: ARG002 - Jupyter's signature
        """Never, in Jupyter's sense: a token in an address is no reason to skip the check of origins."""
        return False

    def get_handlers(self) -> list[tuple[str, object]]:
        """No page to log in: the link is the way."""
        return []
