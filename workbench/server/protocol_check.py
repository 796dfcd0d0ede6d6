"""Check that uvicorn's WebSocket protocol class is what `FrameProtocol` expects.

`FrameProtocol` reads and writes private state of that class (`conn`, `writable`, `queue`, `close_timer`), which a
release of uvicorn may rename without notice. A list of attribute names would not notice one that means something else,
so the check holds a short conversation in memory: handshake, frame, ping, message, back-pressure, close.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from workbench.server.frames import EXTENSION, FrameProtocol, text_frame

CHECK_S = 5.0
"""Seconds that the conversation may take; it needs a few milliseconds."""

_HANDSHAKE = (
    b"GET /check HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_NO_MASK = bytes(4)
"""A client must mask what it sends; the mask 0 leaves the text as it is."""
_PING, _PONG = b"\x89\x85" + _NO_MASK + b"check", b"\x8a\x05check"
_MESSAGE = b"\x81\x84" + _NO_MASK + b"ping"
_CODE = 1012


class ProtocolMismatchError(Exception):
    """Difference between uvicorn's class and what `FrameProtocol` expects."""


async def find_protocol_fault(protocol_class: type[FrameProtocol]) -> str | None:
    """Returns the fault of a protocol class, or None.

    None: it takes frames as expected.
    """
    try:
        async with asyncio.timeout(CHECK_S):
            await _Conversation(protocol_class).hold()
    except Exception as error:  # noqa: BLE001 - a changed class may fail in any way, and none may stop the server
        return f"{type(error).__name__}: {error}"
    return None


class _Conversation:
    """One viewer's connection with a protocol object, in memory."""

    def __init__(self, protocol_class: type[FrameProtocol]) -> None:
        # Without pings of its own, because the check compares every byte that is written.
        config = uvicorn.Config(
            self._serve, log_config=None, lifespan="off", http="h11", ws=protocol_class, interface="asgi3",
            proxy_headers=False, ws_per_message_deflate=False, ws_ping_interval=None,
        )  # fmt: skip
        config.load()
        self._state = ServerState()
        self._transport = _MemoryTransport()
        self._scope: Scope = {}
        self._received: asyncio.Queue[Any] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        self._protocol = protocol_class(config=config, server_state=self._state, app_state={}, _loop=loop)

    async def hold(self) -> None:
        """Runs the conversation.

        Raises:
            ProtocolMismatchError: An answer is not the expected one.
            Exception: Whatever the changed class raises.
        """
        try:
            self._protocol.connection_made(self._transport)
            await self._check_handshake()
            await self._check_frames()
            await self._check_close()
        finally:
            with contextlib.suppress(Exception):
                self._protocol.connection_lost(None)
            # A changed class may leave the application waiting for a message.
            for task in tuple(self._state.tasks):
                task.cancel()

    async def _check_handshake(self) -> None:
        self._protocol.data_received(_HANDSHAKE)
        _expect(await self._received.get() == "accepted", "the handshake failed")
        _expect(self._transport.take_written().startswith(b"HTTP/1.1 101"), "the handshake is answered otherwise")
        _expect(self._scope["extensions"].get(EXTENSION) is self._protocol, "the application cannot find the protocol")
        _expect(self._protocol.is_open and self._protocol.is_ready, "an accepted connection does not count as open")

    async def _check_frames(self) -> None:
        protocol, frame = self._protocol, text_frame(b"check")
        protocol.write(frame)
        _expect(self._transport.take_written() == frame, "a frame is not written as it is")
        protocol.data_received(_PING)
        _expect(self._transport.take_written() == _PONG, "a ping is not answered")
        protocol.data_received(_MESSAGE)
        message = await self._received.get()
        _expect(message.get("text") == "ping", "a message does not reach the application")
        protocol.pause_writing()
        _expect(not protocol.is_ready, "a full transport does not count as full")
        protocol.resume_writing()
        _expect(protocol.is_ready, "a drained transport still counts as full")

    async def _check_close(self) -> None:
        reason = b"check"
        self._protocol.end(_CODE, reason.decode())
        expected = struct.pack("!BBH", 0x88, 2 + len(reason), _CODE) + reason
        _expect(self._transport.take_written() == expected, "the close frame is another one")
        _expect(not self._protocol.is_open, "a closed connection counts as open")
        message = await self._received.get()
        _expect(message.get("code") == _CODE, "the application does not learn that the connection was closed")

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        try:
            await receive()
            await send({"type": "websocket.accept"})
            self._received.put_nowait("accepted")
            message: Any = {"type": ""}
            while message["type"] != "websocket.disconnect":
                message = await receive()
                self._received.put_nowait(message)
        except Exception as error:  # noqa: BLE001 - reported by the check, not by uvicorn's log
            self._received.put_nowait({"error": error})


class _MemoryTransport(asyncio.Transport):
    """Transport that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()
        self._is_closing = False

    def take_written(self) -> bytes:
        """Returns what was written since the last call."""
        written = bytes(self._written)
        self._written.clear()
        return written

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keeps the data."""
        self._written += data

    def is_closing(self) -> bool:
        """True after `close` or `abort`."""
        return self._is_closing

    def close(self) -> None:
        """Ends the connection."""
        self._is_closing = True

    def abort(self) -> None:
        """Ends the connection."""
        self._is_closing = True

    def get_write_buffer_size(self) -> int:
        """Returns 0: what is written is taken at once."""
        return 0

    def pause_reading(self) -> None:
        """Does nothing: the check sends one message at a time."""

    def resume_reading(self) -> None:
        """Does nothing: the check sends one message at a time."""


def _expect(is_met: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence where it is called
    if not is_met:
        raise ProtocolMismatchError(what)
