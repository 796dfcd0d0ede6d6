"""Authentication middleware: checks host, origin, token and size of every request.

It is plain ASGI, so that the application and the kernel's control server share it, and it stands before the routes, so
that a new route needs a token without naming it.

A handshake is refused with a status (403, 429, 503) where its page need not know why. For a wrong token the socket is
accepted and closed with 4401, because a page cannot see the status of a refused handshake.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Any, NamedTuple
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.errors import StoreUnavailableError
from workbench.server.auth import JUPYTER_USER, Caller, host_name, is_own_host, is_same_token
from workbench.server.error_pages import error_page
from workbench.server.frames import TOKEN_REFUSED
from workbench.server.jupyter_proxy import HEADER
from workbench.server.rate_limit import Limits, TooManyError

logger = logging.getLogger("workbench")

SAFE_HEADERS = {
    "referrer-policy": "no-referrer",  # an address may carry a token
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Headers of every answer; a page sets a content security policy of its own."""

MAX_BODY_BYTES = 4 * 1024 * 1024
"""Largest body of a request; a section's text is far smaller."""

PREFLIGHT_S = 600

_READING = frozenset({"GET", "HEAD", "OPTIONS"})

_FOREIGN_HOST = "this server is not asked by that name; set WORKBENCH_PUBLIC_URL, or start it with --origin"


class OwnAddresses(NamedTuple):
    """Origins and names under which a server is asked.

    Attributes:
        is_origin: Returns True for an origin whose pages may send requests.
        hosts: Names of the server, beside those of :func:`workbench.server.auth.is_own_host`.
        jupyter_token: Secret of a Jupyter server in front, in the header
            :data:`workbench.server.jupyter_proxy.HEADER`: it has admitted its user, who without another token reads
            every run. None: there is no such server.
    """

    is_origin: Callable[[str], bool]
    hosts: frozenset[str] = frozenset()
    jupyter_token: str | None = None


class AuthMiddleware:
    """ASGI middleware that admits known callers from known origins.

    Args:
        app: Application; finds the :class:`Caller` in ``request.state.caller``.
        identify: Returns the caller of a token, or None.
        own: Origins and names of the server.
        open_paths: Paths that need no token.
        probe_paths: Paths that are answered under any name, for load balancers.
        body_limit: Returns the largest body of a path, bytes.
        limits: Rate limits; None: no WebSockets and no limits.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        identify: Callable[[str], Awaitable[Caller | None]],
        own: OwnAddresses,
        open_paths: Collection[str] = (),
        probe_paths: Collection[str] = (),
        body_limit: Callable[[str], int] = lambda _path: MAX_BODY_BYTES,
        limits: Limits | None = None,
    ) -> None:
        self._app = app
        self._identify = identify
        self._own = own
        self._open_paths = frozenset(open_paths)
        self._probe_paths = frozenset(probe_paths)
        self._body_limit = body_limit
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._handle_http(scope, receive, send)
        elif self._limits is None:  # the application has no WebSocket routes
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._handle_websocket(scope, receive, send, self._limits)

    async def _handle_http(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = Headers(scope=scope).get("origin")
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add_headers(MutableHeaders(scope=message), origin)
            await send(message)

        # Before the token: a foreign page must not find out whether a token is valid.
        refusal = self._refuse_stranger(scope, origin)
        if refusal is not None:
            origin = None  # the page may not read the refusal either
            await refusal(scope, receive, send_with_headers)
            return
        try:
            answer = await self._check_request(scope, origin)
            if answer is not None:
                await answer(scope, receive, send_with_headers)
            else:
                await self._app(scope, _limit_body(receive, self._body_limit(scope["path"])), send_with_headers)
        except TooManyError as error:
            self._note_refusal(scope, error.reason)
            await too_many_response(error, scope)(scope, receive, send_with_headers)
        except Exception:
            # Not the query, which may contain a token.
            logger.exception("%s %s failed", scope["method"], scope["path"])
            # An answer that has begun cannot get another status.
            if not started:
                await error_response(500, "the server failed; its log says more")(scope, receive, send_with_headers)

    def _refuse_stranger(self, scope: Scope, origin: str | None) -> Response | None:
        """Returns the answer for a foreign host or origin, or None."""
        named = Headers(scope=scope).getlist("host")
        server = scope.get("server")
        is_forwarded = self._is_from_jupyter(scope)
        # Jupyter has checked the name already, and may have any.
        is_own = len(named) == 1 and (
            is_forwarded or is_own_host(named[0], self._own.hosts, str(server[0]) if server else "")
        )
        if not is_own and scope["path"] not in self._probe_paths:
            self._note_refusal(scope, "host")
            return error_response(403, _FOREIGN_HOST)
        if origin is None or self._own.is_origin(origin):
            return None
        # The server's own page at an address of this machine. Named hosts have their scheme and port in the list.
        if is_own and origin == f"http://{named[0].lower()}" and host_name(named[0]) not in self._own.hosts:
            return None
        # Jupyter's own rule, which it applies to WebSockets alone: a page of the host that is asked.
        if is_forwarded and is_own and urlsplit(origin).netloc.lower() == named[0].lower():
            return None
        self._note_refusal(scope, "origin")
        return error_response(403, "this origin may not ask")

    async def _check_request(self, scope: Scope, origin: str | None) -> Response | None:
        headers = Headers(scope=scope)
        # A browser sends no token with a preflight request.
        if scope["method"] == "OPTIONS" and origin is not None and "access-control-request-method" in headers:
            return _preflight_response(headers)
        if "content-length" in headers and "transfer-encoding" in headers:
            # The proxy in front may count by the other one, and would take the rest for a request of its next client.
            return error_response(400, "a request has one length", {"connection": "close"})
        if scope["path"] in self._open_paths:
            return None
        shown = extract_token(scope)
        try:
            caller = await self._find_caller(scope, shown)
        except StoreUnavailableError:  # the link may be valid: the client should try again, not discard it
            return negotiate_error(scope, 503, "the store cannot be reached", {"retry-after": "1"})
        if caller is None:
            if shown and self._limits is not None:
                # Before the answer is made: over the limit it is 429, which says nothing about the token.
                self._limits.count_wrong_token(self._limits.address(scope))
                self._note_refusal(scope, "token")
            what = "this token opens nothing here" if shown else "a token is needed"
            return negotiate_error(scope, 401, what, {"www-authenticate": "Bearer"})
        self._attach_caller(scope, caller)
        if self._limits is not None:
            self._limits.count_read(caller, scope["path"])
        return self._check_body(scope, caller)

    def _check_body(self, scope: Scope, caller: Caller) -> Response | None:
        """Refuses a body before a byte of it is read."""
        if caller.only_reads and scope["method"] not in _READING:
            # A route would refuse it only after it has read the body, and an upload has 100 MiB.
            return error_response(403, "only the author may do that")
        limit = self._body_limit(scope["path"])
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdecimal() or int(length) > limit:
            return error_response(413, f"larger than {limit} bytes")
        return None

    async def _handle_websocket(self, scope: Scope, receive: Receive, send: Send, limits: Limits) -> None:
        """Handles one WebSocket from handshake to close."""
        origin = Headers(scope=scope).get("origin")
        refusal = self._refuse_stranger(scope, origin)
        if refusal is not None:
            await deny_handshake(refusal, receive, send)
            return
        address = limits.address(scope)
        shown = extract_token(scope)
        _remove_token(scope)
        try:
            # Before the token is looked up: a flood of handshakes must cost no round trip to the store.
            limits.count_handshake(address)
            caller = await self._find_caller(scope, shown)
            if caller is None:
                limits.note_refusal("token", address)
                limits.count_wrong_token(address)
                await _close_unauthorized(
                    receive, send, "this token opens nothing here" if shown else "a token is needed"
                )
                return
            self._attach_caller(scope, caller)
            # The application returns when the viewer has left, so the place is taken for exactly that long.
            with limits.reserve_socket(address, caller):
                await self._app(scope, receive, send)
        except TooManyError as error:
            limits.note_refusal(error.reason, address)
            await deny_handshake(too_many_response(error, scope), receive, send)
        except StoreUnavailableError:
            await deny_handshake(
                error_response(503, "the store cannot be reached", {"retry-after": "1"}), receive, send
            )

    async def _find_caller(self, scope: Scope, shown: str | None) -> Caller | None:
        # A link opens what it says for the user of the Jupyter server too, such as a run without names.
        if shown:
            return await self._identify(shown)
        return JUPYTER_USER if self._is_from_jupyter(scope) else None

    def _is_from_jupyter(self, scope: Scope) -> bool:
        if self._own.jupyter_token is None:
            return False
        return is_same_token(Headers(scope=scope).get(HEADER, ""), self._own.jupyter_token)

    def _attach_caller(self, scope: Scope, caller: Caller) -> None:
        state = scope.setdefault("state", {})
        state["caller"] = caller
        state["address"] = self._limits.address(scope) if self._limits is not None else None

    def _note_refusal(self, scope: Scope, reason: str) -> None:
        if self._limits is not None:
            self._limits.note_refusal(reason, self._limits.address(scope))


async def deny_handshake(answer: Response, receive: Receive, send: Send) -> None:
    """Answers a WebSocket handshake with an HTTP status."""
    await receive()
    headers = [(name.encode("ascii"), value.encode("ascii")) for name, value in SAFE_HEADERS.items()]
    start = {"status": answer.status_code, "headers": [*answer.raw_headers, *headers]}
    await send({"type": "websocket.http.response.start", **start})
    await send({"type": "websocket.http.response.body", "body": bytes(answer.body)})


async def _close_unauthorized(receive: Receive, send: Send, reason: str) -> None:
    """Accepts a WebSocket and closes it with 4401.

    A page sees no other refusal.
    """
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": TOKEN_REFUSED, "reason": reason})


def _remove_token(scope: Scope) -> None:
    """Removes the token from the address, which uvicorn may log."""
    pairs = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    scope["query_string"] = urlencode([pair for pair in pairs if pair[0] != "token"]).encode("ascii")


def extract_token(scope: Scope) -> str | None:
    """Returns the token of ``Authorization: Bearer`` or ``?token=``, or None."""
    scheme, _, value = Headers(scope=scope).get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        return value.strip()
    values = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token")
    return values[0] if values else None


def error_response(status: int, detail: Any, headers: dict[str, str] | None = None) -> Response:
    """Returns an error as ``{"detail": …}``."""
    return Response(orjson.dumps({"detail": detail}), status, headers, "application/json")


def negotiate_error(scope: Scope, status: int, detail: Any, headers: dict[str, str] | None = None) -> Response:
    """Returns an error as JSON, or HTML for browsers."""
    return error_page(scope, status, headers) or error_response(status, detail, headers)


def too_many_response(error: TooManyError, scope: Scope) -> Response:
    """Returns 429 with the seconds until a retry makes sense."""
    return negotiate_error(scope, 429, f"too many {error.reason}; try again later", {"retry-after": str(error.retry_s)})


def _preflight_response(headers: Headers) -> Response:
    allowed = {
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "authorization, content-type, if-none-match",
        "access-control-max-age": str(PREFLIGHT_S),
    }
    # Chrome asks this before a public page may reach a server on loopback.
    if headers.get("access-control-request-private-network") == "true":
        allowed["access-control-allow-private-network"] = "true"
    return Response(status_code=204, headers=allowed)


def _add_headers(headers: MutableHeaders, origin: str | None) -> None:
    for name, value in SAFE_HEADERS.items():
        # A page's own policy stays.
        headers.setdefault(name, value)
    # A cache must not give one origin the answer for another.
    headers.add_vary_header("Origin")
    if origin is not None:
        headers["access-control-allow-origin"] = origin
        headers["access-control-expose-headers"] = "etag, location, content-disposition, x-workbench-writer"


def _limit_body(receive: Receive, limit: int) -> Receive:
    """Wraps ``receive`` so that a larger body fails.

    The declared length may be missing or wrong.
    """
    taken = 0

    async def receive_limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise HTTPException(413, f"larger than {limit} bytes")
        return message

    return receive_limited
