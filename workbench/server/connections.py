"""Connections before there is a request on them: how long one may say nothing, how many there may be."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_HEAD_S = 20.0
"""How long a connection may take to its first request; uvicorn itself would wait for ever."""

_SPARE_FILES = 256
"""Beside the viewers' sockets: the store, files, requests."""

_QUIET_S = 60.0


class PatientProtocol(H11Protocol):
    """uvicorn's HTTP, but not for whoever opens a connection and says nothing."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """uvicorn's, and the clock runs."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(REQUEST_HEAD_S, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Uvicorn's."""
        self._stop()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: Any) -> None:
        """uvicorn's; from now on the connection is another protocol's."""
        self._stop()
        super().handle_websocket_upgrade(event)

    def _unsupported_upgrade_warning(self) -> None:
        """Not said: whoever asks for another protocol is answered over HTTP, as the standard has it."""

    def _give_up(self) -> None:
        self._timer = None
        if self.cycle is None:
            self.transport.abort()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class OnceAMinute(logging.Filter):
    """Lets each message through once a minute: what strangers send must not fill the log."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it is to be logged; errors with a traceback always are."""
        if record.exc_info or record.levelno < logging.WARNING:
            return True
        moment, message = time.monotonic(), str(record.msg)
        if moment - self._said.get(message, -_QUIET_S) < _QUIET_S:
            return False
        self._said[message] = moment
        return True


SAID_ONCE = OnceAMinute()
"""On uvicorn's logger: "Invalid HTTP request received." comes with every garbled line that anybody sends."""


def allow_open_files(sockets: int) -> None:
    """Raises this process's limit of open files as far as it may, so that so many sockets fit."""
    try:
        import resource  # noqa: PLC0415 - not on Windows, where there is no such limit
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = sockets + _SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        reachable = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, reachable), hard))
