"""A viewer who does not keep up.

What waits for it is bounded, and nobody waits for it.
"""

from __future__ import annotations

import asyncio

from workbench.server.auth import Caller
from workbench.server.run_channel import MAX_WAITING_BYTES, Viewer

KIB = b"x" * 1024


class Wire:
    """The other side of a socket.

    It reads when it is told to.
    """

    def __init__(self):
        self.written = []
        self.is_open = True
        self._reads = asyncio.Event()
        self._reads.set()

    @property
    def is_ready(self):
        return self._reads.is_set()

    def write(self, frames):
        self.written.append(frames)

    async def wait_until_ready(self):
        await self._reads.wait()

    def stop_reading(self):
        self._reads.clear()

    def read_on(self):
        self._reads.set()


def viewer_of(wire, resyncs=None):
    return Viewer(wire, Caller("author", "00000000"), lambda: b"state", lambda: (resyncs or []).append(1))


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_fast_viewer_needs_no_task():
    wire = Wire()
    viewer = viewer_of(wire)
    before = asyncio.all_tasks()
    viewer.push(b"one")
    viewer.push(b"two")
    assert wire.written == [b"one", b"two"]
    assert asyncio.all_tasks() == before
    assert not viewer.is_behind


async def test_queued_frames_follow_in_order():
    wire = Wire()
    viewer = viewer_of(wire)
    wire.stop_reading()
    viewer.push(b"one")
    viewer.push(b"two")
    await settle()
    assert wire.written == []
    assert viewer.is_behind
    wire.read_on()
    viewer.push(b"three")  # before the first two are out: it must not overtake them
    await settle()
    assert wire.written == [b"one", b"two", b"three"]
    assert not viewer.is_behind
    viewer.push(b"four")
    assert wire.written[-1] == b"four"


async def test_long_queue_is_replaced_by_state():
    wire, resyncs = Wire(), []
    viewer = Viewer(wire, Caller("author", "00000000"), lambda: b"state", lambda: resyncs.append(1))
    wire.stop_reading()
    for _ in range(MAX_WAITING_BYTES // len(KIB) + 1):
        viewer.push(KIB)
    viewer.push(b"also in the state")
    assert resyncs == [1]
    assert viewer._queue is not None
    assert len(viewer._queue) == 0
    wire.read_on()
    await settle()
    assert wire.written == [b"state"]
    viewer.push(b"new")
    assert wire.written == [b"state", b"new"]


async def test_viewer_stalls_twice():
    wire, resyncs = Wire(), []
    viewer = Viewer(wire, Caller("author", "00000000"), lambda: b"state", lambda: resyncs.append(1))
    for _ in range(3):
        wire.stop_reading()
        for _ in range(MAX_WAITING_BYTES // len(KIB) + 1):
            viewer.push(KIB)
        wire.read_on()
        await settle()
    assert wire.written == [b"state"] * 3
    assert resyncs == [1] * 3


async def test_closed_viewer_leaves_no_task():
    wire = Wire()
    viewer = viewer_of(wire)
    before = asyncio.all_tasks()
    wire.stop_reading()
    viewer.push(b"one")
    wire.is_open = False
    wire.read_on()  # as uvicorn does where the connection is lost
    await settle()
    viewer.push(b"two")
    assert wire.written == []
    assert asyncio.all_tasks() == before

    wire = Wire()
    viewer = viewer_of(wire)
    wire.stop_reading()
    viewer.push(b"one")
    viewer.stop()
    await settle()
    assert asyncio.all_tasks() == before
    assert await asyncio.wait_for(_sent_to_one_gone(), 5) is False


async def _sent_to_one_gone():
    wire = Wire()
    wire.is_open = False
    return await viewer_of(wire).send_when_ready(b"page")
