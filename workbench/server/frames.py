"""WebSocket frames shared by all viewers, and their uvicorn protocol.

uvicorn's ``send`` frames each message once per viewer, behind two layers of checks. A text frame from a server is not
masked, and here not compressed, so its bytes are the same for every viewer: they are made once and written to each
transport, with one system call per viewer.

uvicorn's class may change: :mod:`workbench.server.protocol_check` finds that out at start, and viewers are then served
by :class:`AsgiSocket` over plain ASGI ``send``, with one framing per viewer and message.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from asyncio import BaseTransport
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from websockets.protocol import State

if TYPE_CHECKING:
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
else:
    try:
        from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
    except ImportError:  # a uvicorn that has moved it: `protocol_check` finds out, and viewers get ASGI `send`
        WebSocketsSansIOProtocol = object

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

TOKEN_REFUSED = 4401
THREAD_UNKNOWN = 4404
RESTARTING = 1012
TRY_LATER = 1013
FAILED = 1011

MAX_MESSAGE_BYTES = 4096
"""Largest message of a viewer; a longer one closes the socket with 1009."""

PING_S = 20.0
"""Seconds between two pings of the server, and for the answer to one."""

KERNEL_BYTES = 128 * 1024
"""Unread bytes of one viewer in the operating system's buffer; Linux allows twice that."""

LAST_WORDS_S = 1.0
"""Seconds at shutdown in which a viewer may read what was written before."""

_ONE_BYTE, _TWO_BYTES = 126, 65_536
# FIN bit and opcode 1: a text in one frame (RFC 6455, 5.2).
_TEXT_FINAL = 0x81


def text_frame(text: bytes) -> bytes:
    """Frames a UTF-8 text, unmasked (RFC 6455, 5.2)."""
    length = len(text)
    if length < _ONE_BYTE:
        head = struct.pack("!BB", _TEXT_FINAL, length)
    elif length < _TWO_BYTES:
        head = struct.pack("!BBH", _TEXT_FINAL, 126, length)
    else:
        head = struct.pack("!BBQ", _TEXT_FINAL, 127, length)
    return head + text


def message_frame(message: Any) -> bytes:
    """Frames a value as JSON."""
    return text_frame(orjson.dumps(message))


def split_frames(frames: bytes) -> Iterator[str]:
    """Yields the texts of joined, unmasked text frames."""
    # ASGI takes texts and frames them itself: this undoes `text_frame`.
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
    """Wraps an application so that viewers get an `AsgiSocket`."""

    async def serve_with_asgi_send(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            scope.setdefault("extensions", {})[EXTENSION] = USE_ASGI_SEND
        await app(scope, receive, send)

    return serve_with_asgi_send


class FrameProtocol(WebSocketsSansIOProtocol):
    """uvicorn WebSocket protocol that takes whole frames.

    A caller of :meth:`write` checks :attr:`is_open` and :attr:`is_ready` first.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conn.debug = False  # its log would contain whole requests with their tokens

    def connection_made(self, transport: BaseTransport) -> None:
        """Bounds the operating system's buffer.

        It may be megabytes for a viewer that reads nothing.
        """
        super().connection_made(transport)
        raw = transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)

    def handle_connect(self, event: Any) -> None:
        """Puts the protocol into the application's scope."""
        super().handle_connect(event)
        scope: Any = getattr(self, "scope", None)
        if scope is not None:  # else the handshake was invalid
            scope["extensions"][EXTENSION] = self

    async def send(self, message: Any) -> None:
        """Sends a message; completes a handshake answered with a status.

        uvicorn would log an error for it.
        """
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True

    @property
    def is_open(self) -> bool:
        """True while anything may still be written."""
        return self.conn.state is State.OPEN and not (
            self.close_sent or self.disconnected or self.transport.is_closing()
        )

    @property
    def is_ready(self) -> bool:
        """False while unsent bytes fill the transport."""
        return self.writable.is_set()

    def write(self, frames: bytes) -> None:
        """Writes whole frames at once."""
        self.transport.write(frames)

    async def wait_until_ready(self) -> None:
        """Waits until the transport takes more, or is lost."""
        await self.writable.wait()

    async def flush(self) -> None:
        """Does nothing: what was written is with the transport already."""

    @property
    def buffered_bytes(self) -> int:
        """Bytes written that the kernel has not taken yet."""
        return self.transport.get_write_buffer_size()

    def end(self, code: int, reason: str = "") -> None:
        """Closes with a code.

        A viewer that has stopped reading is disconnected without one.
        """
        if not self.is_open:
            return
        if not self.is_ready:
            # A close frame would wait behind what the viewer does not read.
            self.transport.abort()
            return
        # What follows is uvicorn's own `send` of a close message, without its wait for the transport.
        self.stop_keepalive()
        # The application's `receive` returns now: it must not wait for a viewer that may be gone.
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:  # else the viewer's close frame would not be read
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)

    def handle_ping(self) -> None:
        """Answers a ping.

        A viewer that does not read gets none: pongs would pile up.
        """
        # Taken in any case: it would stay in the connection's buffer otherwise.
        answer = b"".join(self.conn.data_to_send())
        if self.is_ready:
            self.transport.write(answer)

    def keepalive_timeout(self) -> None:
        """Ends a viewer that answers no ping, whatever it has not read."""
        super().keepalive_timeout()
        # uvicorn closes only once everything has been sent.
        self.loop.call_later(LAST_WORDS_S, self.transport.abort)

    def shutdown(self) -> None:
        """Closes with 1012, so that the viewer connects again.

        It does not wait for a slow viewer.
        """
        if self.is_open:
            self.end(RESTARTING, "the server restarts; connect again")
        super().shutdown()
        # A viewer that does not read must not hold up the shutdown.
        if self.transport.get_write_buffer_size():
            self.loop.call_later(LAST_WORDS_S, self.transport.abort)


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
            # Counted in letters, here and where they are sent: near enough for a limit, and the sum returns to 0.
            self.buffered_bytes += len(text)
        if self.buffered_bytes > HIGH_WATER_BYTES:
            self._writable.clear()
        self._start_sending()

    async def wait_until_ready(self) -> None:
        """Waits until the socket takes more, or is lost."""
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
        """Waits until all is sent, at most `FLUSH_S`.

        Nothing more is sent then.

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


Socket = FrameProtocol | AsgiSocket
"""The socket of a viewer: frames written directly, or through ASGI."""


def get_socket(websocket: WebSocket) -> Socket:
    """Returns the socket under an accepted WebSocket.

    Raises:
        TypeError: Another server than :class:`workbench.server.uvicorn_server.WorkbenchServer` hosts the application.
    """
    extensions = websocket.scope.get("extensions", {})
    if extensions.get(EXTENSION) == USE_ASGI_SEND:
        extensions[EXTENSION] = AsgiSocket(websocket)
    wire = extensions.get(EXTENSION)
    if not isinstance(wire, FrameProtocol | AsgiSocket):
        raise TypeError(
            "viewers are served by workbench.server.uvicorn_server.WorkbenchServer, or `workbench serve`, only"
        )
    return wire
