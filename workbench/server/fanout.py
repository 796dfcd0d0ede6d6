"""Fan-out of run events to the WebSocket viewers of this process.

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
from workbench.live.store import Store
from workbench.live.wakeups import POLL_S
from workbench.server.access import Caller
from workbench.server.audience import Audience, Row, Viewer
from workbench.server.metrics import Metrics
from workbench.server.wire import TOKEN_REFUSED, message_frame, wire_of
from workbench.workflow.bench import Bench
from workbench.workflow.listing import read_run

READS_AT_ONCE = 8
"""Concurrent reads of all channels together: the connection pool also serves others."""

Watch = Callable[[Callable[[], Collection[str]], Callable[[frozenset[str]], object]], Coroutine[Any, Any, None]]


class ConnectionManager:
    """Viewers of this process, by run. One per application, on the workbench loop.

    Args:
        settings: Store and home.
        metrics: Counters to update.
        watch: Reports links that were closed (:meth:`workbench.server.access.Access.watch`).
    """

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
        self._audiences: dict[str, Audience] = {}
        self._opening: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._viewers: dict[WebSocket, tuple[Audience, Viewer]] = {}
        self._turns = asyncio.Semaphore(READS_AT_ONCE)
        self._ticking: asyncio.Task[None] | None = None
        self._all.add(self)
        self.metrics.watch(self)

    @classmethod
    def of_this_process(cls) -> list[ConnectionManager]:
        """Returns the managers of this process."""
        return list(cls._all)

    # ---- the seed's methods

    async def connect(self, websocket: WebSocket, thread_id: str) -> Viewer | None:
        """Accepts a viewer and sends it the run from now on.

        With ``?since=<id>`` in its address the viewer gets the events after that one instead of the state. The caller
        is ``websocket.state.caller``. Every call, also one that fails, needs a :meth:`disconnect`.

        Returns:
            None where the viewer disconnected already.

        Raises:
            UnknownThreadError: There is no such run.
            StoreUnavailableError: The store cannot be reached.
        """
        caller: Caller = websocket.state.caller
        if websocket.application_state.name == "CONNECTING":
            await websocket.accept()
        wire = wire_of(websocket)
        audience = await self._audience(thread_id)
        viewer = Viewer(wire, caller, lambda: audience.room(redact=caller.redact).state(), self.metrics.resynced)
        self._viewers[websocket] = audience, viewer
        self._begin_ticking()
        self.metrics.opened()
        viewer.push(message_frame({"type": "connected", "thread_id": thread_id, "message": f"Following {thread_id}"}))
        joined = await audience.join(viewer, websocket.query_params.get("since"))
        return viewer if joined else None

    def disconnect(self, websocket: WebSocket, thread_id: str) -> None:  # noqa: ARG002 - the seed's signature
        """Removes a viewer, and its run's channel with the last one."""
        audience, viewer = self._viewers.pop(websocket, (None, None))
        if audience is not None and viewer is not None:
            audience.part(viewer)
            self._let_go(audience)

    async def broadcast(self, thread_id: str, message: Mapping[str, Any]) -> None:
        """Sends the viewers of a run a message that is not an event and not stored."""

        async def say() -> None:
            audience = self._audiences.get(thread_id)
            if audience is not None:
                audience.say(message)

        await _on_the_bench(say())

    async def broadcast_to_all(self, message: Mapping[str, Any]) -> None:
        """Sends every viewer of this process a message, as :meth:`broadcast` does."""

        async def say() -> None:
            for audience in self._audiences.values():
                audience.say(message)

        await _on_the_bench(say())

    def get_connection_count(self, thread_id: str | None = None) -> int:
        """Returns the number of viewers, of one run or of all."""
        if thread_id is None:
            return len(self._viewers)
        audience = self._audiences.get(thread_id)
        return len(audience.viewers) if audience is not None else 0

    # ---- what operators see

    def standing(self) -> dict[str, Any]:
        """Returns ``{runs lag_ms away}``: runs followed, reading lag, store unavailable."""
        audiences = list(self._audiences.values())
        lag = max((audience.behind_s() for audience in audiences), default=0.0)
        away = any(audience.away for audience in audiences)
        return {"runs": len(audiences), "lag_ms": round(lag * 1000, 1), "away": away}

    def viewers(self) -> list[Viewer]:
        """Returns every viewer of this process."""
        return [viewer for _, viewer in self._viewers.values()]

    # ---- ending

    def close_links(self, link_ids: Collection[str]) -> None:
        """Closes every socket that was opened with one of the links."""
        for viewer in self.viewers():
            if viewer.caller.kind == "view" and viewer.caller.kid in link_ids:
                viewer.wire.end(TOKEN_REFUSED, "this link was revoked")

    # ---- inside

    async def _audience(self, thread_id: str) -> Audience:
        """Returns the run's channel and counts one user more."""
        lock = self._opening.setdefault(thread_id, asyncio.Lock())
        async with lock:
            audience = self._audiences.get(thread_id)
            if audience is None:
                audience = await self._open(thread_id)
                self._audiences[thread_id] = audience
            audience.guests += 1
            return audience

    async def _open(self, thread_id: str) -> Audience:
        bench = Bench.current()
        store: Store = await bench.store(self._settings)
        snapshot = await read_run(bench, thread_id, self._settings)
        audience = Audience(store, snapshot, turns=self._turns, told=self._told)
        audience.begin()
        return audience

    def _let_go(self, audience: Audience) -> None:
        audience.guests -= 1
        if audience.guests <= 0 and self._audiences.get(audience.thread_id) is audience:
            del self._audiences[audience.thread_id]
            audience.end()

    def _told(self, rows: Sequence[Row] | None, viewers: int) -> None:
        if rows is None:
            self.metrics.store_failed()
        else:
            self.metrics.handed([data for _, data in rows], viewers)

    def _begin_ticking(self) -> None:
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.get_running_loop().create_task(self._tick(), name="fan-out")

    async def _tick(self) -> None:
        """Checks channels and links once a second, while there are viewers.

        A published message may be lost, and a link expires without one.
        """
        watching = self._watch(self._links, self.close_links) if self._watch is not None else None
        watch = asyncio.ensure_future(watching) if watching is not None else None
        try:
            while self._viewers:
                await asyncio.sleep(POLL_S)
                for audience in self._audiences.values():
                    audience.look()
                now = time.time()
                for viewer in self.viewers():
                    if viewer.caller.expires_at is not None and viewer.caller.expires_at <= now:
                        viewer.wire.end(TOKEN_REFUSED, "this link has expired")
        finally:
            if watch is not None:
                watch.cancel()

    def _links(self) -> set[str]:
        return {viewer.caller.kid for viewer in self.viewers() if viewer.caller.kind == "view"}


async def _on_the_bench(coroutine: Coroutine[Any, Any, None]) -> None:
    """Runs a coroutine on the workbench loop and awaits it on any loop."""
    await asyncio.wrap_future(Bench.current().submit(coroutine))
