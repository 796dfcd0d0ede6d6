"""HTTP connections of the server: limits of their number, and of their time.

uvicorn has neither.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from workbench.errors import printable
from workbench.server.frames import KERNEL_BYTES
from workbench.server.rate_limit import counted_address

REQUEST_HEAD_S = 20.0
"""Seconds that the head of a request may take; uvicorn itself would wait for ever."""

PROGRESS_S = 30.0
"""Seconds between two looks at a connection that reads its answer, or sends its body."""

PROGRESS_BYTES = 16 * 1024
"""Bytes that a client must take or send in that time."""

MAX_CONNECTIONS_PER_ADDRESS = 256
"""Connections of one address that are no WebSockets; a browser opens 6."""

SPARE_FILES = 256
"""Open files beside the viewers' sockets: store connections, files, requests."""


class ConnectionGuard:
    """Limit of this process's HTTP connections, for each address and in all.

    Over the limit the oldest connection without a request makes room, so that a flood of connections that say nothing
    shuts nobody out, not even another client of the same address. WebSockets are counted by the rate limits.
    """

    def __init__(self) -> None:
        self._of_address: dict[str, dict[TimeoutHttpProtocol, None]] = {}

    def add(self, address: str, connection: TimeoutHttpProtocol) -> bool:
        """Counts a connection; False where none could make room for it."""
        connections = self._of_address.setdefault(address, {})
        connections[connection] = None
        admitted = True
        if len(connections) > MAX_CONNECTIONS_PER_ADDRESS:
            connection.logger.warning(
                "more than %d connections of one address (%s); those without a request are closed",
                MAX_CONNECTIONS_PER_ADDRESS,
                printable(address),
            )
            admitted = self._make_room(connections, connection)
        limit = _connection_limit()
        # The server's own set: it has the WebSockets too, which take a descriptor each.
        if admitted and limit is not None and len(connection.connections) > limit:
            connection.logger.warning("more than %d connections; those without a request are closed", limit)
            everybody = {each: None for others in self._of_address.values() for each in others}
            admitted = self._make_room(everybody, connection)
        return admitted

    def remove(self, address: str, connection: TimeoutHttpProtocol) -> None:
        """Counts a connection no longer."""
        connections = self._of_address.get(address, {})
        connections.pop(connection, None)
        if not connections:
            self._of_address.pop(address, None)

    def _make_room(self, connections: dict[TimeoutHttpProtocol, None], new: TimeoutHttpProtocol) -> bool:
        oldest = next((each for each in connections if each is not new and each.is_waiting), None)
        if oldest is not None:
            oldest.give_up()
        return oldest is not None


GUARD = ConnectionGuard()
"""One for all servers of the process, which share its descriptors."""


def _connection_limit() -> int | None:
    """Returns the largest number of connections that leaves descriptors for files and the store."""
    try:
        import resource  # noqa: PLC0415 - not on Windows, where there is no such limit
    except ImportError:
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else soft - min(SPARE_FILES, soft // 2)


class TimeoutHttpProtocol(H11Protocol):
    """HTTP protocol that waits for no client without end.

    The head of every request has a time-out. A body, and the reading of an answer, must go on.
    """

    _timer: asyncio.TimerHandle | None = None
    _progress: asyncio.TimerHandle | None = None
    _address = ""
    _received = _unsent = 0
    _is_sending = _is_upgraded = False

    @property
    def is_waiting(self) -> bool:
        """True while no request is being answered.

        A body that arrives after its answer changes nothing: whoever has no token could go on sending it for ever.
        """
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Counts the connection and starts the time-out."""
        super().connection_made(transport)
        self._address = counted_address(self.client[0] if self.client else "a local socket")
        if not GUARD.add(self._address, self):
            transport.abort()
            return
        self._timer = self.loop.call_later(REQUEST_HEAD_S, self._check_head)
        self._progress = self.loop.call_later(PROGRESS_S, self._check_progress)
        raw = transport.get_extra_info("socket")
        if raw is not None:
            # Otherwise the system takes megabytes, and a slow client would seem to take nothing for minutes.
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops the time-outs."""
        self._stop_all()
        GUARD.remove(self._address, self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Starts the time-out with a head's first byte, and stops it with its last."""
        self._received += len(data)
        super().data_received(data)
        if self._is_upgraded:
            return
        # uvicorn's own limit, for a connection that is silent between two requests, ends with the first byte.
        if not self.is_waiting:
            self._stop()
        elif self._timer is None and not self.transport.is_closing():
            self._timer = self.loop.call_later(REQUEST_HEAD_S, self._check_head)

    def on_response_complete(self) -> None:
        """Starts the time-out where the request has not ended with its answer."""
        super().on_response_complete()
        if self._sends_body() and not self.transport.is_closing():
            self._stop()
            self._timer = self.loop.call_later(REQUEST_HEAD_S, self._check_head)

    def resume_writing(self) -> None:
        """Notes that the client reads."""
        super().resume_writing()
        self._unsent = 0

    def give_up(self) -> None:
        """Closes the connection at once."""
        self._stop_all()
        # Now, not when the transport calls back: the next connection of the same moment must count right.
        GUARD.remove(self._address, self)
        self.transport.abort()

    def handle_websocket_upgrade(self, event: Any) -> None:
        """Stops the time-outs: the WebSocket protocol takes the connection over."""
        self._is_upgraded = True
        self._stop_all()
        GUARD.remove(self._address, self)
        super().handle_websocket_upgrade(event)

    def _unsupported_upgrade_warning(self) -> None:
        """Logs nothing.

        Answering an unknown upgrade over HTTP is what the standard wants.
        """

    def _check_head(self) -> None:
        self._timer = None
        if self.is_waiting:
            self.give_up()

    def _check_progress(self) -> None:
        """Ends a connection whose client neither reads nor sends."""
        unsent, before = self.transport.get_write_buffer_size(), self._unsent
        is_stuck = min(before, unsent) > 0 and before - unsent < PROGRESS_BYTES
        # While reading is paused the server is at fault.
        sends = self._sends_body() and not self.flow.read_paused
        is_slow = sends and self._is_sending and self._received < PROGRESS_BYTES
        if is_stuck or is_slow:
            self.give_up()
            return
        self._unsent, self._is_sending, self._received = unsent, sends, 0
        self._progress = self.loop.call_later(PROGRESS_S, self._check_progress)

    def _sends_body(self) -> bool:
        # By name: h11 is a dependency of uvicorn, not of the workbench.
        return str(self.conn.their_state) == "SEND_BODY"

    def _stop_all(self) -> None:
        self._stop()
        if self._progress is not None:
            self._progress.cancel()
            self._progress = None

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
