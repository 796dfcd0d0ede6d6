
from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from workbench.server.access import Caller
from workbench.server.wire import Socket

MAX_WAITING_BYTES = 256 * 1024
"""Bytes queued for a slow viewer, beside the 64 KiB of the transport. Beyond that the queue is dropped and the viewer gets
the whole state once it reads again."""


class Viewer:
    """Connection of one viewer; never blocks the others.

    Frames are written at once while the transport takes them, without a task or a queue. Only a slow viewer has both,
    until it has caught up.

    Args:
        wire: Accepted socket.
        caller: Caller behind the viewer's token.
        state: Returns the frame of the present state, sent in place of a dropped queue.
        on_resync: Called each time a queue is dropped.
    """

    __slots__ = ("_on_resync", "_queue", "_state", "_task", "_waiting", "caller", "wire")

    def __init__(self, wire: Socket, caller: Caller, state: Callable[[], bytes], on_resync: Callable[[], None]) -> None:
        self.wire = wire
        self.caller = caller
        self._state = state
        self._on_resync = on_resync
        self._queue: deque[bytes] | None = None
        """Waiting frames; None while the viewer keeps up."""
        self._waiting = 0
        """Bytes in the queue; -1: it was dropped, and the state is due instead."""
        self._task: asyncio.Task[None] | None = None

    @property
    def behind(self) -> bool:
        """True while frames wait for the viewer."""
        return self._queue is not None

    def push(self, frames: bytes) -> None:
        """Writes whole frames, now or after the queued ones; never waits."""
        wire = self.wire
        if self._queue is None and wire.is_open:
            if wire.is_ready:
                wire.write(frames)
                return
            self._queue = deque()
            self._waiting = 0
            self._task = asyncio.get_running_loop().create_task(self._catch_up(), name="viewer behind")
        if self._queue is None or self._waiting < 0:
            return
        self._queue.append(frames)
        self._waiting += len(frames)
        if self._waiting > MAX_WAITING_BYTES:
            self._queue.clear()
            self._waiting = -1
            self._on_resync()

    async def sent(self, frames: bytes) -> bool:
        """Waits until the viewer has read, then writes; False where it disconnected.

        For a viewer that gets nothing else meanwhile.
        """
        await self.wire.drained()
        if not self.wire.is_open:
            return False
        self.wire.write(frames)
        return True

    def leave(self) -> None:
        """Drops the queue and writes nothing more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._queue = None

    async def _catch_up(self) -> None:
        while self._queue is not None:
            await self.wire.drained()
            if not self.wire.is_open or self._queue is None:
                self._queue = None
            elif self._waiting < 0:  # the state contains every dropped frame
                self._queue, self._waiting = deque(), 0
                self.wire.write(self._state())
            elif self._queue:
                frames = self._queue.popleft()
                self._waiting -= len(frames)
                self.wire.write(frames)
            else:
                self._queue = None
        self._task = None
