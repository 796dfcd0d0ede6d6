"""Fan-out: what happens to a run, passed on to everybody who looks at it through this process.

One reader for all: a published message says which run was written, its audience reads the stream by range, once, and
the frame of each event is made once and written to each socket. Everything here lives on the workbench loop, where the
store lives too: between the message from Redis and the last viewer's socket there is no hop.
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
from workbench.server.audience import Audience, Row
from workbench.server.metrics import Metrics
from workbench.server.viewer import Viewer
from workbench.server.wire import RESTARTING, TOKEN_REFUSED, message_frame, wire_of
from workbench.workflow.bench import Bench
from workbench.workflow.listing import read_run

READS_AT_ONCE = 8
"""Of the store, by all audiences together: the pool of connections is for others too."""

Watch = Callable[[Callable[[], Collection[str]], Callable[[frozenset[str]], object]], Coroutine[Any, Any, None]]


class ConnectionManager:
    """Every viewer of this process. One per application; lives on the workbench loop.

    Args:
        settings: Which store and home.
        metrics: What is counted.
        watch: Tells which of the links in use open nothing any more (:meth:`workbench.server.access.Access.watch`).
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
        """Those there are."""
        return list(cls._all)

    # ---- the seed's methods

    async def connect(self, websocket: WebSocket, thread_id: str) -> Viewer | None:
        """Accepts a viewer, if that has not been done, and shows it the run from now on.

        ``?since=<id>`` of its address: the events after that one instead of the state. Who it is stands in
        ``websocket.state.caller``; every call needs a :meth:`disconnect`, also one that fails.

        Returns:
            None where the viewer has gone already.

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
        """The viewer has gone; its run is not followed any longer than somebody looks at it."""
        audience, viewer = self._viewers.pop(websocket, (None, None))
        if audience is not None and viewer is not None:
            audience.part(viewer)
            self._let_go(audience)

    async def broadcast(self, thread_id: str, message: Mapping[str, Any]) -> None:
        """Shows a message to this process's viewers of a run; it is no event of it: it has no id and is not kept."""

        async def say() -> None:
            audience = self._audiences.get(thread_id)
            if audience is not None:
                audience.say(message)

        await _on_the_bench(say())

    async def broadcast_to_all(self, message: Mapping[str, Any]) -> None:
        """Shows a message to every viewer of this process; see :meth:`broadcast`."""

        async def say() -> None:
            for audience in self._audiences.values():
                audience.say(message)

        await _on_the_bench(say())

    def get_connection_count(self, thread_id: str | None = None) -> int:
        """How many viewers this process has, of one run or altogether."""
        if thread_id is None:
            return len(self._viewers)
        audience = self._audiences.get(thread_id)
        return len(audience.viewers) if audience is not None else 0

    # ---- what operators see

    def standing(self) -> dict[str, Any]:
        """``{runs lag_ms away}``: runs followed, how far reading is behind, whether the store was away at last."""
        audiences = list(self._audiences.values())
        lag = max((audience.behind_s() for audience in audiences), default=0.0)
        away = any(audience.away for audience in audiences)
        return {"runs": len(audiences), "lag_ms": round(lag * 1000, 1), "away": away}

    def viewers(self) -> list[Viewer]:
        """All of them."""
        return [viewer for _, viewer in self._viewers.values()]

    # ---- ending

    def close_links(self, link_ids: Collection[str]) -> None:
        """Closes every socket that was opened with one of those links."""
        for viewer in self.viewers():
            if viewer.caller.kind == "view" and viewer.caller.kid in link_ids:
                viewer.wire.end(TOKEN_REFUSED, "this link was revoked")

    def close_all(self) -> None:
        """Tells every viewer to connect again, elsewhere or later."""
        for viewer in self.viewers():
            viewer.wire.end(RESTARTING, "the server restarts; connect again")

    # ---- inside

    async def _audience(self, thread_id: str) -> Audience:
        """The run's audience, with one guest more."""
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
        """Once a second, while there are viewers: a message may have been lost, a link may have ended."""
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
    """Awaits something on the workbench loop, from any loop, that one included."""
    await asyncio.wrap_future(Bench.current().submit(coroutine))
