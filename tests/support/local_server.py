"""HTTP server on a free port of loopback, served by a thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

CLIENTS_LEAVE_S = 30


class LocalServer(ThreadingHTTPServer):
    """The server, which serves while it is entered."""

    daemon_threads = True

    def __init__(self, handler: Callable[..., BaseHTTPRequestHandler], *, clients_may_stay: bool = False) -> None:
        """Binds the server.

        Args:
            handler: Makes the handler of a connection.
            clients_may_stay: False where a connection that a client leaves open is a failure.
        """
        super().__init__(("127.0.0.1", 0), handler)
        self._clients_may_stay = clients_may_stay
        self._connections, self._changed = 0, threading.Condition()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._connections += 1
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._changed:
                self._connections -= 1
                self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of the tests."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()
        if not self._clients_may_stay:
            with self._changed:
                left = self._changed.wait_for(lambda: not self._connections, timeout=CLIENTS_LEAVE_S)
            assert left, f"{self._connections} connections are still open, {CLIENTS_LEAVE_S} s after the last answer"
