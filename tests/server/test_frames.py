"""A viewer's socket over ASGI `send`.

It sends the same texts in the same order, bounded, and closes with a code.
"""

from __future__ import annotations

import asyncio

import pytest
from starlette.websockets import WebSocketDisconnect, WebSocketState

from workbench.server import frames
from workbench.server.frames import HIGH_WATER_BYTES, AsgiSocket, split_frames, text_frame


class SlowWebSocket:
    """Starlette's WebSocket of a viewer that does not read.

    Its `send` waits.
    """

    def __init__(self):
        self.client_state = WebSocketState.CONNECTED
        self.sent = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.is_gone = False

    async def send(self, message):
        await self.reads.wait()
        if self.is_gone:
            raise WebSocketDisconnect(1006)
        self.sent.append(message["text"])

    async def close(self, code, reason):
        self.sent.append((code, reason))


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536])
def test_joined_frames_are_split(length):
    texts = ["a" * length, "é" * (length // 2), "end"]
    assert list(split_frames(b"".join(text_frame(text.encode()) for text in texts))) == texts


async def test_socket_sends_in_order_then_closes():
    websocket = SlowWebSocket()
    socket = AsgiSocket(websocket)
    socket.write(text_frame(b"one") + text_frame(b"two"))
    socket.end(4401, "revoked")
    assert not socket.is_open
    socket.end(1011, "later")
    await socket.flush()
    assert websocket.sent == ["one", "two", (4401, "revoked")]


async def test_slow_socket_is_not_ready():
    websocket = SlowWebSocket()
    socket = AsgiSocket(websocket)
    websocket.reads.clear()
    socket.write(text_frame(b"x" * (HIGH_WATER_BYTES + 1)))
    assert not socket.is_ready
    assert socket.buffered_bytes > HIGH_WATER_BYTES
    websocket.reads.set()
    await socket.wait_until_ready()
    assert socket.is_ready
    assert socket.buffered_bytes == 0


async def test_slow_socket_closes_without_the_rest():
    websocket = SlowWebSocket()
    socket = AsgiSocket(websocket)
    websocket.reads.clear()
    for text in (b"x" * (HIGH_WATER_BYTES + 1), b"never sent"):
        socket.write(text_frame(text))
        await asyncio.sleep(0)
    socket.end(1012)
    websocket.reads.set()
    await socket.flush()
    assert websocket.sent[1:] == [(1012, "")]


async def test_lost_socket_wakes_waiting_viewer():
    websocket = SlowWebSocket()
    socket = AsgiSocket(websocket)
    websocket.reads.clear()
    socket.write(text_frame(b"x" * (HIGH_WATER_BYTES + 1)))
    websocket.is_gone = True
    websocket.reads.set()
    await socket.wait_until_ready()
    assert not socket.is_open


async def test_flush_ends_with_its_time(monkeypatch):
    monkeypatch.setattr(frames, "FLUSH_S", 0.01)
    websocket = SlowWebSocket()
    socket = AsgiSocket(websocket)
    websocket.reads.clear()
    socket.write(text_frame(b"unread"))
    before = asyncio.all_tasks()
    await socket.flush()
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == len(before) - 1
