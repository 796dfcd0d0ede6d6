"""A relay before a real model: records what is asked, says that the model reads less, lets it remember nothing."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from local_server import LocalServer

_PIECE = 4096


class _Handler(BaseHTTPRequestHandler):
    server: ModelRelay

    def do_GET(self) -> None:
        with closing(self._connection()) as connection:
            listing = json.loads(self._forward(connection, None).read())
        for entry in listing["data"]:
            entry["meta"] = {"n_ctx": self.server.context_tokens}
        self._begin(200, "application/json")
        self.wfile.write(json.dumps(listing).encode())

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(asked)
        # The model's server would go on from what it has read before, which rounds differently: at temperature 0 the
        # same question must have the same answer, whatever was asked before it.
        body = json.dumps({**asked, "cache_prompt": False}).encode()
        with closing(self._connection()) as connection:
            answer = self._forward(connection, body)
            self._begin(answer.status, answer.getheader("content-type", "application/json"))
            while piece := answer.read1(_PIECE):
                self.wfile.write(piece)

    def log_message(self, *_: object) -> None:
        """The tests read ``asked`` instead."""

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.server.address, timeout=300)

    def _forward(self, connection: http.client.HTTPConnection, body: bytes | None) -> http.client.HTTPResponse:
        connection.request(self.command, self.path, body, {"content-type": "application/json"})
        return connection.getresponse()

    def _begin(self, status: int, kind: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("connection", "close")  # the end of the answer is the end of the connection
        self.end_headers()


class ModelRelay(LocalServer):
    """The relay, on loopback. ``asked`` is the body of every question, in the order in which they came."""

    def __init__(self, url: str, *, context_tokens: int) -> None:
        super().__init__(_Handler)
        self.address = urlsplit(url).netloc
        self.context_tokens = context_tokens
        self.asked: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://{self.host}/v1"
