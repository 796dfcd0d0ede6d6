"""A crowd of viewers in a process of its own: as little Python a frame as there can be, so that the server is measured.

Run as a script it reads one JSON order a line on stdin and answers each with one line on stdout:

``{"do": "connect", "url", "count", "stalled"}``  opens the sockets; answers once each has what comes first
``{"do": "collect", "last"}``                     waits for the frame of that id at every viewer; answers the arrivals
``{"do": "read_on", "marker", "times"}``          has a stalled viewer read after all
``{"do": "close"}``                               closes the sockets
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from typing import Any, Self
from urllib.parse import urlsplit

FIRST_FRAMES = {"connected", "initial_state"}


class Watcher(asyncio.Protocol):
    """One viewer: notes when which chunk came, and looks into them later."""

    def __init__(self, head: bytes) -> None:
        self._head = head
        self.chunks: list[tuple[float, bytes]] = []
        self.upgraded = asyncio.get_running_loop().create_future()
        self._opening = b""
        self.transport: Any = None

    def connection_made(self, transport):
        self.transport = transport
        transport.write(self._head)

    def data_received(self, data):
        if self._opening is not None:
            self._opening += data
            head, end, rest = self._opening.partition(b"\r\n\r\n")
            if end:
                self._opening = None
                status = head.split(b"\r\n", 1)[0]
                if b" 101 " in status:
                    self.upgraded.set_result(None)
                    data = rest
                else:
                    self.upgraded.set_exception(ConnectionError(self._head.decode() + status.decode()))
                    return
        if self._opening is None and data:
            self.chunks.append((time.time(), data))

    def connection_lost(self, error):
        if not self.upgraded.done():
            self.upgraded.set_exception(ConnectionError("lost"))

    def frames(self) -> Iterator[tuple[float, bytes]]:
        """Each text frame with the moment at which its last byte was here."""
        buffer = b""
        for at, chunk in self.chunks:
            buffer += chunk
            while (taken := _frame(buffer)) is not None:
                opcode, payload, size = taken
                buffer = buffer[size:]
                if opcode == 1:
                    yield at, payload


def _frame(data: bytes) -> tuple[int, bytes, int] | None:
    if len(data) < 2:
        return None
    length, start = data[1], 2
    if length == 126:
        length, start = int.from_bytes(data[2:4]), 4
    elif length == 127:
        length, start = int.from_bytes(data[2:10]), 10
    if len(data) < start + length:
        return None
    return data[0] & 15, data[start : start + length], start + length


class Crowd:
    def __init__(self) -> None:
        self.watchers: list[Watcher] = []
        self.stalled: list[socket.socket] = []

    async def connect(self, url: str, count: int, stalled: int = 0) -> dict[str, Any]:
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        head = (
            f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()
        loop = asyncio.get_running_loop()
        for _ in range(stalled):
            raw = socket.socket()
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            raw.connect((parts.hostname, parts.port))
            raw.sendall(head)
            self.stalled.append(raw)
        for start in range(0, count, 50):
            new = [
                (await loop.create_connection(lambda: Watcher(head), parts.hostname, parts.port))[1]
                for _ in range(min(50, count - start))
            ]
            await asyncio.gather(*(watcher.upgraded for watcher in new))
            self.watchers += new
        while not all(self._has_begun(watcher) for watcher in self.watchers):  # noqa: ASYNC110 - nothing else runs
            await asyncio.sleep(0.02)
        return {"open": len(self.watchers)}

    @staticmethod
    def _has_begun(watcher: Watcher) -> bool:
        return sum(1 for _ in watcher.frames()) >= len(FIRST_FRAMES)

    async def collect(self, last: str, timeout_s: float = 30.0) -> dict[str, Any]:
        """Moments of arrival by event id, and what each viewer missed or got twice."""
        wanted = last.encode()
        deadline = time.time() + timeout_s
        while time.time() < deadline:
            recent = (b"".join(data for _, data in watcher.chunks[-3:]) for watcher in self.watchers)
            if all(wanted in data for data in recent):
                break
            await asyncio.sleep(0.05)
        seen = []
        for watcher in self.watchers:
            came = [(at, json.loads(payload)) for at, payload in watcher.frames()]
            seen.append([(message["id"], at) for at, message in came if "id" in message])
            watcher.chunks.clear()
        return {"seen": seen}

    async def read_on(self, marker: str, times: int, timeout_s: float = 20.0) -> dict[str, Any]:
        """Has the first stalled viewer read until it has come upon a word so often; answers how much that was."""
        raw, wanted, data = self.stalled[0], marker.encode(), b""
        raw.settimeout(timeout_s)
        while data.count(wanted) < times:
            data += await asyncio.to_thread(raw.recv, 65_536)
        return {"bytes": len(data)}

    async def close(self) -> dict[str, Any]:
        for watcher in self.watchers:
            watcher.transport.abort()
        for raw in self.stalled:
            raw.close()
        self.watchers, self.stalled = [], []
        await asyncio.sleep(0)
        return {}


async def obey() -> None:
    gc.disable()
    crowd = Crowd()
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        order = json.loads(line)
        answer = await getattr(crowd, order.pop("do"))(**order)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


class CrowdProcess:
    """The other end: for the one who gives the orders."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()

    def do(self, what: str, **how: Any) -> Any:
        self._process.stdin.write(json.dumps({"do": what, **how}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the crowd ended at {what}")
        return json.loads(line)


if __name__ == "__main__":
    asyncio.run(obey())
