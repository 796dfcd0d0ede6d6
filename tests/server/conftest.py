"""The real application on a real socket and store.

Its plain HTTP client hides nothing.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import workbench
from workbench.case.loader import load_case
from workbench.config import Settings
from workbench.drafting.offline.assembler import assemble
from workbench.drafting.request import Chunk, ModelRequest
from workbench.drafting.scripted_model import ScriptedModel
from workbench.server.app import create_app
from workbench.server.auth import author_token, own_origins
from workbench.server.uvicorn_server import WorkbenchServer, listening_socket
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.run import Run

CASES = Path(__file__).parent.parent / "cases"
OWN = "https://hub.example.org"
FOREIGN = "https://evil.example.net"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(url: str, method: str, path: str, *, body: bytes | None = None, **headers: str) -> Answer:
    """Sends one request on a connection of its own.

    ``_`` in a header's name is ``-``.
    """
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answered = connection.getresponse()
        return Answer(answered.status, {name.lower(): value for name, value in answered.getheaders()}, answered.read())
    finally:
        connection.close()


@dataclass(frozen=True)
class Served:
    """A server that answers, and its author."""

    url: str
    token: str
    settings: Settings

    def get(self, path: str, **headers: str) -> Answer:
        return ask(self.url, "GET", path, authorization=f"Bearer {self.token}", **headers)

    def post(self, path: str, words: Any = None, **headers: str) -> Answer:
        body = None if words is None else words if isinstance(words, bytes) else json.dumps(words).encode()
        headers.setdefault("content_type", "application/json")
        return ask(self.url, "POST", path, body=body, authorization=f"Bearer {self.token}", **headers)

    def upload(self, thread_id: str, name: str, data: bytes, title: str | None = None) -> Answer:
        line = "\r\n"
        body = b""
        if title is not None:
            body += f'--xyz{line}content-disposition: form-data; name="title"{line}{line}{title}{line}'.encode()
        head = f'--xyz{line}content-disposition: form-data; name="file"; filename="{name}"{line}{line}'
        body += head.encode() + data + f"{line}--xyz--{line}".encode()
        return self.post(f"/api/upload-exhibit/{thread_id}", body, content_type="multipart/form-data; boundary=xyz")


class HeldModel(ScriptedModel):
    """Offline assembler that waits until it is let go.

    It begins nothing before.
    """

    def __init__(self, *held: str) -> None:
        super().__init__()
        self.held = set(held)
        self.asked = threading.Event()
        self.gate = asyncio.Event()

    async def stream(self, request: ModelRequest) -> AsyncIterator[Chunk]:
        if not self.held or request.section_id in self.held:
            self.asked.set()
            await self.gate.wait()
        self._answers.setdefault(request.section_id, (assemble(request.assignment.case, request.assignment.section),))
        async for chunk in super().stream(request):
            yield chunk

    def let_go(self) -> None:
        BackgroundLoop.current().loop.call_soon_threadsafe(self.gate.set)


def served_on_loop(settings: Settings, **how: Any) -> tuple[Served, WorkbenchServer]:
    bound = listening_socket("127.0.0.1", 0)
    origins = own_origins("127.0.0.1", bound.getsockname()[1], [OWN])
    server = WorkbenchServer(create_app(settings, origins=origins, **how), bound)
    BackgroundLoop.current().call(server.begin())
    return Served(server.url, author_token(settings), settings), server


@pytest.fixture(scope="module")
def settings(shared_home) -> Settings:
    return Settings(home=shared_home, cases=CASES)


@pytest.fixture(scope="module")
def minimal(settings):
    return load_case("minimal", settings=settings)


@pytest.fixture
def loop():
    """Ends the workbench loop after the test.

    The end of a process does the same.
    """
    yield BackgroundLoop.current()
    BackgroundLoop.current().close()


@pytest.fixture
def served(settings, loop):
    """The application on the workbench loop, as in a kernel."""
    told, server = served_on_loop(settings)
    yield told
    loop.call(server.end())


@pytest.fixture(scope="module")
def shared_loop() -> Iterator[BackgroundLoop]:
    """The workbench loop for all tests of a file."""
    yield BackgroundLoop.current()
    BackgroundLoop.current().close()


@pytest.fixture(scope="module")
def shared_server(settings, shared_loop) -> Iterator[Served]:
    """The application for all tests of a file, which neither end it nor use up its limits."""
    told, server = served_on_loop(settings)
    yield told
    shared_loop.call(server.end())


@pytest.fixture(scope="module")
def ended_run(minimal, settings, shared_server) -> Run:
    """A run that has ended, which no test changes."""
    run = workbench.start(minimal, new=True, settings=settings, options=RunOptions(unattended=True))
    run.wait(60)
    return run
