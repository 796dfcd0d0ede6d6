"""A real HTTP server on loopback that answers Chat Completions from a script: the network's edge of these tests."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from local_server import LocalServer


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Reply(BaseHTTPRequestHandler):
    """One connection; the acts below are called with it."""

    protocol_version = "HTTP/1.1"
    server: Endpoint

    def do_GET(self) -> None:
        self._record({})
        self.server.listing(self)

    def do_POST(self) -> None:
        self._record(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        if self.path.partition("?")[0].endswith("/embeddings"):
            self.server.embeddings(self)
            return
        acts = self.server.acts
        (acts.pop(0) if acts else fails(500, message="the script is at its end"))(self)

    def answer(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def event(self, data: object) -> None:
        text = data if isinstance(data, str) else json.dumps(data)
        frame = f"data: {text}\n\n".encode()
        self.wfile.write(f"{len(frame):x}\r\n".encode() + frame + b"\r\n")
        self.wfile.flush()

    def end(self) -> None:
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        """The tests read ``asked`` instead."""

    def _record(self, body: dict[str, Any]) -> None:
        self.server.asked.append(Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))


Act = Callable[[Reply], None]


class Endpoint(LocalServer):
    """The server. ``acts`` answer the POSTs, one each; ``listing`` answers GET /models; ``asked`` is what came.

    ``embeddings`` answers each POST of embeddings.
    """

    def __init__(self) -> None:
        super().__init__(Reply)
        self.acts: list[Act] = []
        self.listing: Act = lists("small-model")
        self.embeddings: Act = fails(404)
        self.asked: list[Asked] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://{self.host}/v1"

    @property
    def posted(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.method == "POST"]

    def __exit__(self, *_: object) -> None:
        self.released.set()
        super().__exit__()


def piece(text: str | None = None, *, finish: str | None = None, **delta: object) -> dict[str, Any]:
    content = {} if text is None else {"content": text}
    choice = {"index": 0, "delta": {**content, **delta}, "finish_reason": finish}
    return {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def counts(prompt: int, completion: int) -> dict[str, Any]:
    usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return {**piece(), "choices": [], "usage": usage}


def streams(
    *texts: str, finish: str | None = "stop", usage: tuple[int, int] | None = (100, 20), done: bool = True
) -> Act:
    def act(reply: Reply) -> None:
        reply.begin()
        reply.event(piece("", role="assistant"))
        for text in texts:
            reply.event(piece(text))
        if finish:
            reply.event(piece(finish=finish))
        if usage:
            reply.event(counts(*usage))
        if done:
            reply.event("[DONE]")
        reply.end()

    return act


def drops(*texts: str) -> Act:
    """Hangs up in mid-stream."""

    def act(reply: Reply) -> None:
        reply.begin()
        for text in texts:
            reply.event(piece(text))
        reply.close_connection = True

    return act


def hangs(*texts: str) -> Act:
    """Says this much and then nothing until the end of the test."""

    def act(reply: Reply) -> None:
        if texts:
            reply.begin()
            for text in texts:
                reply.event(piece(text))
        reply.server.released.wait()
        reply.close_connection = True

    return act


def sends(*events: object) -> Act:
    """These events and a proper end."""

    def act(reply: Reply) -> None:
        reply.begin()
        for event in events:
            reply.event(event)
        reply.end()

    return act


def fails(status: int, *, message: str = "no", headers: dict[str, str] | None = None, **error: object) -> Act:
    body = json.dumps({"error": {"message": message, **error}}).encode()
    return lambda reply: reply.answer(status, body, **(headers or {}))


def says(body: str, kind: str = "application/json") -> Act:
    return lambda reply: reply.answer(200, body.encode(), kind)


def lists(*models: str | dict[str, Any]) -> Act:
    entries: Iterable[dict[str, Any]] = ({"id": m, "object": "model"} if isinstance(m, str) else m for m in models)
    return says(json.dumps({"object": "list", "data": list(entries)}))


def embeds(*themes: str) -> Act:
    """Embeds each text by the themes that it names: one dimension a theme, and one for texts of none."""

    def act(reply: Reply) -> None:
        texts = reply.server.asked[-1].body["input"]
        rows = [[float(any(word in text.lower() for word in theme.split())) for theme in themes] for text in texts]
        data = [
            {"object": "embedding", "index": index, "embedding": [*row, 0.0 if any(row) else 1.0]}
            for index, row in enumerate(rows)
        ]
        body = {"object": "list", "model": "m", "data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}}
        reply.answer(200, json.dumps(body).encode())

    return act


def completes() -> Act:
    message = {"role": "assistant", "content": "yes"}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return says(json.dumps({"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}))
