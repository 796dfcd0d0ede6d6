"""Limits of connections before their first request."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_HEAD_S = 20.0
"""Seconds that a connection may take to its first request; uvicorn itself would wait for ever."""

_SPARE_FILES = 256
"""Open files beside the viewers' sockets: store connections, files, requests."""

_QUIET_S = 60.0


class PatientProtocol(H11Protocol):
    """HTTP protocol of uvicorn with a time-out for the first request."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Starts the time-out."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(REQUEST_HEAD_S, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops the time-out."""
        self._stop()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: Any) -> None:
        """Stops the time-out: the WebSocket protocol takes the connection over."""
        self._stop()
        super().handle_websocket_upgrade(event)

    def _unsupported_upgrade_warning(self) -> None:
        """Logs nothing: answering an unknown upgrade over HTTP is what the standard wants."""

    def _give_up(self) -> None:
        self._timer = None
        if self.cycle is None:
            self.transport.abort()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class OnceAMinute(logging.Filter):
    """Log filter that passes each message once a minute.

    Clients must not be able to fill the log.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Returns True for the first record of a minute and for every traceback."""
        if record.exc_info or record.levelno < logging.WARNING:
            return True
        moment, message = time.monotonic(), str(record.msg)
        if moment - self._said.get(message, -_QUIET_S) < _QUIET_S:
            return False
        self._said[message] = moment
        return True


SAID_ONCE = OnceAMinute()
"""Filter of uvicorn's logger, which logs "Invalid HTTP request received." for every malformed line."""


def allow_open_files(sockets: int) -> None:
    """Raises the limit of open files so that a number of sockets fits."""
    try:
        import resource  # noqa: PLC0415 - not on Windows, where there is no such limit
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = sockets + _SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        reachable = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, reachable), hard))
