"""A small real server that speaks the wire of the mirror, and does on command what servers do on their bad days."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import orjson
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from workbench.live.events import Event, id_order
from workbench.live.snapshot import Snapshot, fold
from workbench.live.tasks import end

TOKEN = "a-view-token"


class MirrorServer:
    """One run, on a loop and a thread of its own; a context manager.

    Attributes:
        sockets: Whether handshakes are accepted.
        final: A close code that every socket gets right after its handshake; None: none.
        status: With which status the preview answers instead of the state; None: with the state.
        asked: The path and query of every handshake and request, in order.
        pings: How many viewers have sent.
        silent: Whether accepted sockets hear nothing at all.
    """

    def __init__(self, first: Snapshot, *, pages: Callable[[str, Headers], Response | None] = lambda *_: None) -> None:
        self.first = first
        self.events: list[Event] = []
        self.sockets = True
        self.final: int | None = None
        self.status: int | None = None
        self.asked: list[str] = []
        self.pings = 0
        self.silent = False
        self._pages = pages
        self._open: set[ServerConnection] = set()
        self._accepted: list[ServerConnection] = []
        self._loop = asyncio.new_event_loop()
        self._speaking = asyncio.Lock()
        self._server: Server | None = None
        self.port = 0

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._loop.run_forever, name="mirror server")
        self._thread.start()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._run(self._ended())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """On the port that it had before, if it had one."""
        self._run(self._started())

    def stop(self, code: int = 1012) -> None:
        """Ends; every viewer hears the code."""
        if self._server is not None:
            self._run(self._stopped(code))

    def write(self, events: Sequence[Event]) -> None:
        """Keeps events and sends them to every viewer."""
        self._run(self._said([orjson.dumps(event.to_dict()).decode() for event in events], events))

    def say(self, *messages: dict[str, Any]) -> None:
        """Sends something to every viewer, and keeps it nowhere."""
        self._run(self._said([orjson.dumps(message).decode() for message in messages]))

    def close_all(self, code: int) -> None:
        self._run(self._closed(code))

    @property
    def viewers(self) -> int:
        return len(self._open)

    @property
    def snapshot(self) -> Snapshot:
        return fold(self.first, self.events)

    def asked_for(self, part: str) -> list[str]:
        return [path for path in self.asked if part in path]

    # ---- on the loop

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _started(self) -> None:
        self._server = await serve(
            self._follow, "127.0.0.1", self.port, process_request=self._answer, compression=None, close_timeout=1
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def _stopped(self, code: int) -> None:
        assert self._server is not None
        await self._closed(code)
        self._server.close()
        await self._server.wait_closed()
        self._server = None

    async def _ended(self) -> None:
        """Also the handshakes that nobody finished, which the server itself leaves pending."""
        await end(asyncio.all_tasks() - {asyncio.current_task()})
        # A page that does not read what was sent last would keep its connection open beyond the loop.
        for connection in self._accepted:
            connection.transport.abort()
        await asyncio.sleep(0)

    async def _said(self, messages: list[str], kept: Sequence[Event] = ()) -> None:
        async with self._speaking:
            self.events.extend(kept)  # not before: a viewer that is being greeted would get them twice
            for viewer in list(self._open):
                for message in messages:
                    await viewer.send(message)

    async def _closed(self, code: int) -> None:
        await asyncio.gather(*(viewer.close(code) for viewer in list(self._open)))

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        self.asked.append(request.path)
        self._accepted.append(connection)
        path = urlsplit(request.path).path
        if path.startswith("/api/ws/"):
            return None if self.sockets else connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "no sockets today\n")
        page = self._pages(path, request.headers)
        return page if page is not None else self._preview(request)

    def _preview(self, request: Request) -> Response:
        shared = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "etag"}
        if "Access-Control-Request-Method" in request.headers:
            allowed = {"Access-Control-Allow-Headers": "authorization, if-none-match"}
            return Response(204, "No Content", Headers(shared | allowed))
        etag = f'"{self.snapshot.last_event_id or "0-0"}"'
        status = self.status or (304 if request.headers.get("If-None-Match") == etag else 200)
        body = {200: self.snapshot.to_json(), 304: b""}.get(status, b'{"detail":"refused"}')
        kind = {"Content-Type": "application/json", "Content-Length": str(len(body)), "ETag": etag}
        return Response(status, HTTPStatus(status).phrase, Headers(shared | kind), body)

    async def _follow(self, viewer: ServerConnection) -> None:
        query = parse_qs(urlsplit(viewer.request.path if viewer.request else "").query)
        if self.final is not None:
            await viewer.close(self.final)
            return
        if self.silent:
            await viewer.wait_closed()
            return
        since = query.get("since", [""])[0]
        hello = {"type": "connected", "thread_id": self.first.thread_id, "message": "following"}
        try:
            async with self._speaking:  # nothing is said between the greeting and what follows it
                await viewer.send(orjson.dumps(hello).decode())
                for message in self._first_messages(since):
                    await viewer.send(message)
                self._open.add(viewer)
            async for message in viewer:
                self.pings += 1
                if message == "ping":
                    await viewer.send('{"type":"pong"}')
        except ConnectionClosed:
            pass
        finally:
            self._open.discard(viewer)

    def _first_messages(self, since: str) -> list[str]:
        if not since:
            return [orjson.dumps({"type": "initial_state", "state": self.snapshot.to_dict()}).decode()]
        return [event.to_json().decode() for event in self.events if id_order(event.id) > id_order(since)]
