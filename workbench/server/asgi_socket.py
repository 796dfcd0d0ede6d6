"""Viewer's socket over plain ASGI `send`, for a uvicorn that takes no ready frames.

`workbench.server.protocol_check` decides at the server's start which of the two is used. This one costs a task and one
framing per viewer and message; what a viewer receives is the same.
"""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from collections.abc import Iterator
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

EXTENSION = "workbench.wire"
"""Key of the viewer's socket among the extensions of an ASGI scope."""

USE_ASGI_SEND = "asgi"
"""Value of the extension where the protocol class cannot take frames."""

HIGH_WATER_BYTES = 64 * 1024
"""Unsent bytes above which a viewer counts as slow: asyncio's own limit for a transport."""

LOW_WATER_BYTES = HIGH_WATER_BYTES // 4

FLUSH_S = 1.0
"""Seconds that a viewer has to take what was written before its close frame."""

_TWO_BYTE_LENGTH, _EIGHT_BYTE_LENGTH = 126, 127


def split_frames(frames: bytes) -> Iterator[str]:
    """Yields the texts of joined, unmasked text frames."""
    at = 0
    while at < len(frames):
        length, start = frames[at + 1], at + 2
        if length == _TWO_BYTE_LENGTH:
            (length,), start = struct.unpack_from("!H", frames, start), start + 2
        elif length == _EIGHT_BYTE_LENGTH:
            (length,), start = struct.unpack_from("!Q", frames, start), start + 8
        at = start + length
        yield frames[start:at].decode()


def offer_asgi_sockets(app: ASGIApp) -> ASGIApp:
    """Wraps an application so that its viewers are served by `AsgiSocket`."""

    async def serve_with_asgi_send(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            scope.setdefault("extensions", {})[EXTENSION] = USE_ASGI_SEND
        await app(scope, receive, send)

    return serve_with_asgi_send


class AsgiSocket:
    """Accepted WebSocket with the interface of `FrameProtocol`.

    Two things are out of reach of ASGI: the kernel's send buffer is not bounded, and a viewer that has stopped reading
    cannot be cut off, only sent nothing more; uvicorn's ping time-out ends it.

    Args:
        websocket: Accepted; nobody else may send on it.
    """

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._outgoing: deque[str] = deque()
        self._close: tuple[int, str] | None = None
        self._broken = False
        self._writable = asyncio.Event()
        self._writable.set()
        self._task: asyncio.Task[None] | None = None
        self.buffered_bytes = 0
        """Bytes that were written and that uvicorn has not taken yet."""

    @property
    def is_open(self) -> bool:
        """True while anything may still be written."""
        return not self._broken and self._close is None and self._websocket.client_state is WebSocketState.CONNECTED

    @property
    def is_ready(self) -> bool:
        """False while what was written before has not been taken."""
        return self._writable.is_set()

    def write(self, frames: bytes) -> None:
        """Queues whole frames for sending."""
        for text in split_frames(frames):
            self._outgoing.append(text)
            self.buffered_bytes += len(text)
        if self.buffered_bytes > HIGH_WATER_BYTES:
            self._writable.clear()
        self._start_sending()

    async def drained(self) -> None:
        """Returns once more can be written, or the viewer is gone."""
        await self._writable.wait()

    def end(self, code: int, reason: str = "") -> None:
        """Closes with a code, after what was written before."""
        if not self.is_open:
            return
        if not self.is_ready:  # the viewer has stopped reading: it gets the close frame as early as possible
            self._outgoing.clear()
        self._close = code, reason
        self._start_sending()

    async def flush(self) -> None:
        """Waits until all is sent, at most `FLUSH_S`; then sends nothing more.

        To be awaited before the application returns: uvicorn closes the connection there.
        """
        task = self._task
        if task is not None:
            await asyncio.wait({task}, timeout=FLUSH_S)
            task.cancel()

    def _start_sending(self) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._send_queued(), name="viewer over ASGI")

    async def _send_queued(self) -> None:
        message: dict[str, Any]
        try:
            while self._outgoing:
                text = self._outgoing.popleft()
                message = {"type": "websocket.send", "text": text}
                await self._websocket.send(message)
                self.buffered_bytes -= len(text)
                if self.buffered_bytes <= LOW_WATER_BYTES:
                    self._writable.set()
            if self._close is not None:
                code, reason = self._close
                await self._websocket.close(code, reason)
        except (WebSocketDisconnect, RuntimeError):  # Starlette's words for: gone, and closed meanwhile
            self._broken = True
            self._outgoing.clear()
        finally:
            self._writable.set()  # whoever waits looks at `is_open` next
            self._task = None
