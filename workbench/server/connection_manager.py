"""Fan-out of run events to this process's WebSocket viewers.

A message of the store's channel names the run that was written. Its run channel reads the stream once, and the frame of
each event is made once and written to each socket. Everything here runs on the workbench loop, as the store does: no
thread or task switch lies between Redis and the last viewer's socket.
"""

from __future__ import annotations

import asyncio
import time
import weakref
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from typing import Any, ClassVar

from starlette.websockets import WebSocket

from workbench.config import Settings
from workbench.live.notifications import POLL_S
from workbench.live.store import Store
from workbench.server.auth import Caller
from workbench.server.frames import TOKEN_REFUSED, get_socket, message_frame
from workbench.server.metrics import Metrics
from workbench.server.run_channel import Row, RunChannel, Viewer
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.repository import RunRepository

READS_AT_ONCE = 8
"""Concurrent reads of all channels together: the connection pool also serves others."""

Watch = Callable[[Callable[[], Collection[str]], Callable[[frozenset[str]], object]], Coroutine[Any, Any, None]]


class ConnectionManager:
    """Viewers of this process, by run.

    There is one for each application, on the workbench loop.

    Args:
        settings: Store and home.
        metrics: Counters to update.
        watch: Reports links that were closed (:meth:`workbench.server.auth.Access.watch`).
    """

    # Weak references: the seed's `broadcast_*` helpers find managers here, and must not keep a closed one alive.
    _all: ClassVar[weakref.WeakSet[ConnectionManager]] = weakref.WeakSet()

    def __init__(
        self,
        settings: Settings,
        metrics: Metrics | None = None,
        watch: Watch | None = None,
    ) -> None:
        self._settings = settings
        self.metrics = metrics or Metrics()
        self._watch = watch
        self._channels: dict[str, RunChannel] = {}
        # Weak values: a lock lives as long as somebody waits for it.
        self._opening_locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._viewers: dict[WebSocket, tuple[RunChannel, Viewer]] = {}
        self._read_slots = asyncio.Semaphore(READS_AT_ONCE)
        self._ticking: asyncio.Task[None] | None = None
        self._all.add(self)
        self.metrics.register_viewers(self)

    @classmethod
    def instances(cls) -> list[ConnectionManager]:
        """Returns the managers of this process."""
        return list(cls._all)

    # ---- the seed's methods

    async def connect(self, websocket: WebSocket, thread_id: str) -> Viewer | None:
        """Accepts a viewer and sends it the run.

        With ``?since=<id>`` in its address the viewer gets the events after that one instead of the state. The caller
        is ``websocket.state.caller``. Every call, also one that fails, needs a :meth:`disconnect`.

        Returns:
            None where the viewer disconnected already.

        Raises:
            UnknownThreadError: There is no such run.
            StoreUnavailableError: The store cannot be reached.
        """
        caller: Caller = websocket.state.caller
        # Our route has accepted already, so that it can close with a code; callers of the seed's method have not.
        if websocket.application_state.name == "CONNECTING":
            await websocket.accept()
        wire = get_socket(websocket)
        channel = await self._join_channel(thread_id)
        # The state is made when it is sent: a viewer that was behind gets that of the moment in which it reads again.
        viewer = Viewer(
            wire, caller, lambda: channel.get_view(redact=caller.redact).state_frame(), self.metrics.count_resync
        )
        # Registered before the first await, so that `disconnect` finds it whatever fails.
        self._viewers[websocket] = channel, viewer
        self._start_ticking()
        self.metrics.count_connection()
        viewer.push(message_frame({"type": "connected", "thread_id": thread_id, "message": f"Following {thread_id}"}))
        joined = await channel.add_viewer(viewer, websocket.query_params.get("since"))
        return viewer if joined else None

    def disconnect(self, websocket: WebSocket, thread_id: str) -> None:  # noqa: ARG002 - the seed's signature
        """Removes a viewer.

        With the last one goes its run's channel.
        """
        channel, viewer = self._viewers.pop(websocket, (None, None))
        if channel is not None and viewer is not None:
            channel.remove_viewer(viewer)
            self._leave_channel(channel)

    async def broadcast(self, thread_id: str, message: Mapping[str, Any]) -> None:
        """Sends the viewers of a run a message.

        It is not an event and not stored.
        """

        async def send() -> None:
            channel = self._channels.get(thread_id)
            if channel is not None:
                channel.send_message(message)

        await _run_on_loop(send())

    async def broadcast_to_all(self, message: Mapping[str, Any]) -> None:
        """Sends a message to every viewer of this process.

        The message is one as in :meth:`broadcast`.
        """

        async def send() -> None:
            for channel in self._channels.values():
                channel.send_message(message)

        await _run_on_loop(send())

    def get_connection_count(self, thread_id: str | None = None) -> int:
        """Returns the number of viewers.

        They are those of one run, or of all.
        """
        if thread_id is None:
            return len(self._viewers)
        channel = self._channels.get(thread_id)
        return len(channel.viewers) if channel is not None else 0

    # ---- what operators see

    def status(self) -> dict[str, Any]:
        """Returns ``{runs lag_ms away}``: runs followed, reading lag, store unavailable."""
        channels = list(self._channels.values())
        lag = max((channel.lag_s() for channel in channels), default=0.0)
        away = any(channel.away for channel in channels)
        return {"runs": len(channels), "lag_ms": round(lag * 1000, 1), "away": away}

    def viewers(self) -> list[Viewer]:
        """Returns every viewer of this process."""
        return [viewer for _, viewer in self._viewers.values()]

    # ---- ending

    def close_links(self, link_ids: Collection[str]) -> None:
        """Closes every socket that was opened with these links."""
        for viewer in self.viewers():
            if viewer.caller.kind == "view" and viewer.caller.kid in link_ids:
                viewer.socket.end(TOKEN_REFUSED, "this link was revoked")

    # ---- inside

    async def _join_channel(self, thread_id: str) -> RunChannel:
        """Returns the run's channel and counts one user more."""
        # One lock per run: of a hundred viewers that come at once, one opens the channel.
        lock = self._opening_locks.setdefault(thread_id, asyncio.Lock())
        async with lock:
            channel = self._channels.get(thread_id)
            if channel is None:
                channel = await self._open_channel(thread_id)
                self._channels[thread_id] = channel
            channel.users += 1
            return channel

    async def _open_channel(self, thread_id: str) -> RunChannel:
        loop = BackgroundLoop.current()
        store: Store = await loop.store(self._settings)
        # An archived run has viewers too: its stream is gone, and they get this state.
        snapshot = await RunRepository(self._settings).snapshot(thread_id)
        channel = RunChannel(store, snapshot, read_slots=self._read_slots, on_read=self._count_read)
        channel.start()
        return channel

    def _leave_channel(self, channel: RunChannel) -> None:
        channel.users -= 1
        # Compared by identity: the run may have a newer channel by now.
        if channel.users <= 0 and self._channels.get(channel.thread_id) is channel:
            del self._channels[channel.thread_id]
            channel.stop()

    def _count_read(self, rows: Sequence[Row] | None, viewers: int) -> None:
        if rows is None:
            self.metrics.count_store_error()
        else:
            self.metrics.count_events([data for _, data in rows], viewers)

    def _start_ticking(self) -> None:
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.get_running_loop().create_task(self._tick(), name="fan-out")

    async def _tick(self) -> None:
        """Checks channels and links once a second, while anybody watches.

        A published message may be lost, and a link expires without one.
        """
        watching = self._watch(self._open_links, self.close_links) if self._watch is not None else None
        watch = asyncio.ensure_future(watching) if watching is not None else None
        try:
            # The task ends with the last viewer, so that an idle server does nothing.
            while self._viewers:
                await asyncio.sleep(POLL_S)
                for channel in self._channels.values():
                    channel.notify()
                    channel.look_for_writer()
                now = time.time()
                for viewer in self.viewers():
                    if viewer.caller.expires_at is not None and viewer.caller.expires_at <= now:
                        viewer.socket.end(TOKEN_REFUSED, "this link has expired")
        finally:
            if watch is not None:
                watch.cancel()

    def _open_links(self) -> set[str]:
        return {viewer.caller.kid for viewer in self.viewers() if viewer.caller.kind == "view"}


async def _run_on_loop(coroutine: Coroutine[Any, Any, None]) -> None:
    """Runs a coroutine on the workbench loop, awaited anywhere."""
    await asyncio.wrap_future(BackgroundLoop.current().submit(coroutine))
