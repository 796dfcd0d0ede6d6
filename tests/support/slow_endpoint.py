"""Chat Completions with a fixed latency, in a process of its own: ``python slow_endpoint.py LATENCY_S TEXTS.json``.

Prints its port. Each POST waits, then streams the text of the section that its header names, with a number of its own,
in pieces. ``GET /asked`` says when the first request came, when the last answer ended, and what was asked how often.
Ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path

PIECE = 128
"""Letters a piece."""


class Slow:
    def __init__(self, latency_s: float, texts: dict[str, str]) -> None:
        self.latency_s, self.texts = latency_s, texts
        self.forget()

    def forget(self) -> None:
        self.first = self.last = 0.0
        self.came: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await self.head(reader):
                method, path, headers = head
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                if method == "POST":
                    await self.complete(writer, headers.get("x-workbench-section", ""), json.loads(body))
                else:
                    self.tell(writer, path)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    @staticmethod
    async def head(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str]] | None:
        try:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        except asyncio.IncompleteReadError:
            return None
        method, path, _ = lines[0].split(" ")
        headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        return method, path, {name.lower(): value for name, value in headers.items()}

    def tell(self, writer: asyncio.StreamWriter, path: str) -> None:
        answer: object = {"object": "list", "data": [{"id": "bench", "object": "model"}]}
        if path == "/asked":
            answer = {"first": self.first, "last": self.last, "came": self.came, "ended": self.ended}
        elif path == "/forget":
            self.forget()
        data = json.dumps(answer).encode()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(data))
        writer.write(data)

    async def complete(self, writer: asyncio.StreamWriter, section_id: str, body: dict) -> None:
        self.first = self.first or time.perf_counter()
        asked = json.dumps(body["messages"])
        self.came[asked] += 1
        text = f"{self.texts[section_id]}\n\nNo. {self.came.total()}.\n"
        await asyncio.sleep(self.latency_s)
        pieces = [text[at : at + PIECE] for at in range(0, len(text), PIECE)]
        chunks = [{"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]} for piece in pieces]
        chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        used = {"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 1500}
        chunks.append({"choices": [], "usage": used})
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        for chunk in chunks:
            whole = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "bench", **chunk}
            self.frame(writer, f"data: {json.dumps(whole)}\n\n".encode())
            await writer.drain()
        self.frame(writer, b"data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        self.ended[asked] += 1
        self.last = time.perf_counter()

    @staticmethod
    def frame(writer: asyncio.StreamWriter, data: bytes) -> None:
        writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


async def main(slow: Slow) -> None:
    server = await asyncio.start_server(slow.serve, "127.0.0.1", 0, limit=2**20)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(Slow(float(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))))
