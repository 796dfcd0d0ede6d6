"""Server in a kernel for commands while a cell blocks.

It pauses, resumes and cancels the kernel's runs.

A blocked kernel handles no widget message, but the workbench loop goes on. This server runs on that loop, on loopback
and a free port, and executes three commands on a run for the holder of a key. The widget sends key and address to its
page over its comm before anything blocks.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import threading
from dataclasses import dataclass, field
from typing import ClassVar

import orjson
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from workbench.case.citation import ID_PATTERN
from workbench.config import Settings
from workbench.errors import WorkbenchError
from workbench.live.snapshot import Snapshot
from workbench.server.auth import Caller, is_same_token, normal_origin, token_id
from workbench.server.error_responses import status_of
from workbench.server.middleware import AuthMiddleware, OwnAddresses, error_response
from workbench.server.service import Steer
from workbench.server.uvicorn_server import LOOPBACK, WorkbenchServer, listening_socket
from workbench.workflow.command_dispatch import send_command, send_command_to
from workbench.workflow.loop import BackgroundLoop

_PATH = re.compile(rf"/api/(?P<action>pause|resume|cancel)/(?P<thread_id>{ID_PATTERN})")


@dataclass(frozen=True)
class KernelControlKey:
    """Address and token with which a page controls one run.

    Used as ``POST {url}/api/pause/{thread_id}`` with ``Authorization: Bearer {token}``.

    Attributes:
        url: Address of the server, without a trailing slash.
        token: Valid for one run, until the process ends or closes it.
    """

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True)
class _Grant:
    caller: Caller
    token: str = field(repr=False)
    origins: frozenset[str]
    settings: Settings
    user_id: str | None


class KernelControlServer:
    """Server of a process for commands to its runs.

    :meth:`current` creates it, the first :meth:`open` starts it.

    Args:
        loop: Loop that it runs on and ends with.
        steer: Sends a command to a run; default: directly where this process writes the run, else through the store.
    """

    _current: ClassVar[KernelControlServer | None] = None
    _guard: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, loop: BackgroundLoop, steer: Steer | None = None) -> None:
        self._loop = loop
        self._steer = steer or self._run_command
        self._grants: dict[str, _Grant] = {}
        self._lock = threading.Lock()
        self._server: WorkbenchServer | None = None

    @classmethod
    def current(cls) -> KernelControlServer:
        """Returns the server of this process."""
        loop = BackgroundLoop.current()
        with cls._guard:
            # A loop that was closed took its server with it.
            if cls._current is None or cls._current._loop is not loop:  # noqa: SLF001 - its own
                cls._current = cls(loop)
            return cls._current

    def open(
        self, thread_id: str, origin: str, *, settings: Settings | None = None, user_id: str | None = None
    ) -> KernelControlKey:
        """Returns a run's key and admits pages of an origin.

        A second call returns the same key and admits the second origin too.

        Not to be called on the workbench loop's thread.

        Args:
            thread_id: The run.
            origin: ``location.origin`` of the page, received over a channel of that page's user alone.
            settings: For a run that another process writes; default: the environment.
            user_id: User whose actions these are.

        Raises:
            InputError: The origin is not that of a web page (an editor's frame, a file); such a page uses its comm.
        """
        origin = normal_origin(origin)
        with self._lock:
            # Under the lock: two views that open at once must not start two servers.
            server = self._server or self._start_server()
            before = self._grants.get(thread_id)
            # The same token for every page of the run: a second view must not invalidate the first one.
            token = before.token if before is not None else secrets.token_urlsafe(32)
            self._grants[thread_id] = _Grant(
                caller=Caller("control", token_id(token), thread_id),
                token=token,
                origins=(before.origins if before is not None else frozenset()) | {origin},
                settings=settings or Settings.from_env(),
                user_id=user_id,
            )
            return KernelControlKey(server.url, token)

    def close(self, thread_id: str) -> None:
        """Revokes the key of a run, if there is one."""
        with self._lock:
            self._grants.pop(thread_id, None)

    def _start_server(self) -> WorkbenchServer:
        app: ASGIApp = AuthMiddleware(self._respond, identify=self._identify, own=OwnAddresses(self._is_own))
        server = WorkbenchServer(app, listening_socket(LOOPBACK, 0))
        self._loop.call(server.begin())
        self._loop.before_close(server.end)
        self._server = server
        return server

    async def _identify(self, token: str) -> Caller | None:
        # A copy: `open` adds keys on other threads. Every key is compared, so that the time tells nothing of a match.
        grant = [each.caller for each in tuple(self._grants.values()) if is_same_token(token, each.token)]
        return grant[0] if grant else None

    def _is_own(self, origin: str) -> bool:
        return any(origin in each.origins for each in tuple(self._grants.values()))

    def _run_command(self, thread_id: str, action: str, *, settings: Settings, **what: str | None) -> Snapshot:
        # Asked directly: the widget knows no settings, and the environment's store may not know the run.
        run = self._loop.find_written_run(thread_id)
        if run is not None:
            return send_command_to(run, action, **what)
        return send_command(thread_id, action, settings=settings, **what)

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._execute_request(scope))(scope, receive, send)

    async def _execute_request(self, scope: Scope) -> Response:
        matched = _PATH.fullmatch(scope["path"])
        if matched is None:
            return error_response(404, "this server pauses, resumes or cancels a run")
        if scope["method"] != "POST":
            return error_response(405, "use POST", {"allow": "POST"})
        caller: Caller = scope["state"]["caller"]
        grant = self._grants.get(matched["thread_id"])
        # The key opens its own run only, and may have been closed since the middleware looked.
        if grant is None or grant.caller != caller:
            return error_response(403, "this key opens another run")
        try:
            # A command waits for the workbench loop, on which this very request is served.
            snapshot = await asyncio.to_thread(
                self._steer,
                matched["thread_id"],
                matched["action"],
                user_id=grant.user_id,
                via=caller.via,
                settings=grant.settings,
            )
        except WorkbenchError as error:
            return error_response(status_of(error), str(error))
        return Response(
            orjson.dumps({"thread_id": snapshot.thread_id, "status": snapshot.status}), media_type="application/json"
        )
