"""A viewer: one open socket, which gets what its room shows, and holds up nobody."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from workbench.server.access import Caller
from workbench.server.wire import Socket

MAX_WAITING_BYTES = 256 * 1024
"""What waits for a viewer who does not keep up, beside the 64 KiB of the transport. Beyond it the viewer gets the whole
state anew once it reads again."""


class Viewer:
    """One open socket.

    What comes is written at once while the transport takes it, without a task or a queue; only a viewer who has fallen
    behind has both, until it has caught up.

    Args:
        wire: Its socket, accepted.
        caller: Whose token it came with.
        state: The frame with the present state, for the case that too much was left out.
        on_resync: Called each time that happens.
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
        """Bytes in the queue; -1: too many came, and the state is due instead of them."""
        self._task: asyncio.Task[None] | None = None

    @property
    def behind(self) -> bool:
        """Whether anything waits for it."""
        return self._queue is not None

    def push(self, frames: bytes) -> None:
        """Writes whole frames, now or as soon as the viewer has read what came before; never waits."""
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
        """Writes whole frames once the viewer has read what came before; False where it has gone.

        For a viewer who gets nothing else meanwhile.
        """
        await self.wire.drained()
        if not self.wire.is_open:
            return False
        self.wire.write(frames)
        return True

    def leave(self) -> None:
        """Nothing more is written."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._queue = None

    async def _catch_up(self) -> None:
        while self._queue is not None:
            await self.wire.drained()
            if not self.wire.is_open or self._queue is None:
                self._queue = None
            elif self._waiting < 0:  # whatever came until now is in the state
                self._queue, self._waiting = deque(), 0
                self.wire.write(self._state())
            elif self._queue:
                frames = self._queue.popleft()
                self._waiting -= len(frames)
                self.wire.write(frames)
            else:
                self._queue = None
        self._task = None
