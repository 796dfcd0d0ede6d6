"""Shared by the tests of failovers: a run, viewers in another process, and a server that stops."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import orjson
from many_servers import Server
from run_process import RunProcess
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from workbench.config import Settings
from workbench.live.events import Event, parse_event
from workbench.live.open_store import open_store
from workbench.live.snapshot import Snapshot, fold
from workbench.live.store import Store
from workbench.record.history import make_empty_snapshot

CASES = Path(__file__).parent.parent / "cases"
LIMIT_S = 60.0
VIEWERS = 3
SERVE = (sys.executable, "-c", "from workbench.cli import main; main()", "serve", "--port", "0", "--json")
WORDS_PER_S = 200.0
"""Slow enough that the run is in its middle when the blow falls."""

BEFORE_THE_BLOW = 40
"""Events."""


class Viewer:
    """Follows a run from its first event."""

    def __init__(self, store: Store, thread_id: str) -> None:
        self.seen: list[Event] = []
        self.reached = asyncio.Event()
        self.ended = asyncio.Event()
        self.longest_gap_s = 0.0
        self._store, self._thread_id = store, thread_id

    async def follow(self) -> None:
        """Until the run has ended."""
        last = None
        async for batch in self._store.follow(self._thread_id):
            moment = time.monotonic()
            self.longest_gap_s = max(self.longest_gap_s, moment - (last or moment))
            last = moment
            self.seen += batch
            if len(self.seen) >= BEFORE_THE_BLOW:
                self.reached.set()
            if any(event.type == "status_change" and event.status == "completed" for event in batch):
                self.ended.set()
                return


def another_than(before: Server, who: Callable[[], Server]) -> Server:
    """The new primary, once the server that is asked has heard of it: the others tell it a second or two later."""
    deadline = time.monotonic() + LIMIT_S
    while (found := who()) is before:
        assert time.monotonic() < deadline, "nobody took over"
        time.sleep(0.1)
    return found


@contextlib.asynccontextmanager
async def viewers(url: str, thread_id: str, count: int = VIEWERS) -> AsyncIterator[list[Viewer]]:
    """Each with a store of its own, as processes have."""
    async with contextlib.AsyncExitStack() as closing:
        found = []
        for _ in range(count):
            store = await open_store(Settings(redis_url=url))
            closing.push_async_callback(store.aclose)
            found.append(Viewer(store, thread_id))
        tasks = [asyncio.create_task(viewer.follow()) for viewer in found]
        try:
            yield found
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class SocketViewer:
    """A page's socket at a real server, which follows the same run: opened in the middle, opened again where it closes.

    Attributes:
        state: What it shows.
        ids: Of the events that came, in their order.
    """

    def __init__(self) -> None:
        self.state: Snapshot | None = None
        self.ids: list[str] = []
        self.begun_at = ""
        self.began = asyncio.Event()
        self.ended = asyncio.Event()

    async def follow(self, address: str) -> None:
        """Until the run has ended."""
        while self.state is None or self.state.status != "completed":
            since = f"&since={self.state.last_event_id}" if self.state is not None else ""
            with contextlib.suppress(ConnectionClosed):
                async with connect(address + since, max_size=None) as socket:
                    async for frame in socket:
                        self._hear(orjson.loads(frame))
                        if self.state is not None and self.state.status == "completed":
                            self.ended.set()
                            return

    def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] == "initial_state":
            assert self.state is None, "what was missed came as events"
            self.state = Snapshot.from_json(orjson.dumps(message["state"]))
            self.begun_at = self.state.last_event_id
            self.began.set()
        elif message["type"] not in {"connected", "writer"}:
            event = parse_event(orjson.dumps(message))
            assert event is not None
            assert self.state is not None
            self.ids.append(event.id)
            self.state = fold(self.state, [event])


@contextlib.asynccontextmanager
async def serving(url: str, thread_id: str, home: Path) -> AsyncIterator[str]:
    """`workbench serve` in a process of its own; gives the address of the run's socket."""
    environment = {**os.environ, "REDIS_URL": url, "WORKBENCH_HOME": str(home), "REDIS_SOCKET_TIMEOUT": "2"}
    server = await asyncio.create_subprocess_exec(*SERVE, env=environment, stdout=asyncio.subprocess.PIPE)
    assert server.stdout is not None
    told = orjson.loads(await server.stdout.readline())
    try:
        yield f"{told['url'].replace('http', 'ws', 1)}/api/ws/document/{thread_id}?token={told['author_token']}"
    finally:
        server.terminate()
        await server.wait()


async def petition_through(url: str, thread_id: str, home: Path, blow: Callable[[], None]) -> float:
    """Runs a petition, lets the blow fall in its middle, and checks that nothing is missing and nothing is twice.

    Returns:
        The longest time for which a viewer saw nothing, seconds.
    """
    plain = Settings(home=home, redis_url=url, cases=CASES, redis_socket_timeout_s=2).model_dump(
        mode="json", exclude_none=True
    )
    options = {"unattended": True, "offline_words_per_s": WORDS_PER_S}
    how = {"case": "minimal", "thread_id": thread_id, "options": options, "settings": plain}
    page = SocketViewer()
    async with (
        asyncio.timeout(LIMIT_S),
        serving(url, thread_id, home) as address,
        viewers(url, thread_id) as watching,
        asyncio.TaskGroup() as following,
    ):
        with RunProcess(do="start", **how) as writer:
            await asyncio.gather(*(viewer.reached.wait() for viewer in watching))
            following.create_task(page.follow(address))
            await page.began.wait()
            await asyncio.to_thread(blow)
            halted = await asyncio.to_thread(writer.expect, "halted", "broke")
            assert halted.get("halted") == "completed", halted
            writer.leave()
        await page.ended.wait()
        await asyncio.gather(*(viewer.ended.wait() for viewer in watching))
        acknowledged = writer.wrote
        store = await open_store(Settings(redis_url=url))
        try:
            stream, stored = await store.events(thread_id), await store.read(thread_id)
        finally:
            await store.aclose()
        check_same(stream, stored, thread_id)
        assert stored is not None
        ids = [event.id for event in stream]
        gone = sorted(acknowledged - set(ids))
        assert not gone, f"acknowledged and gone: {gone} of {len(ids)} from {ids[0]} to {ids[-1]}"
        assert page.ids == ids[ids.index(page.begun_at) + 1 :][: len(page.ids)]
        assert page.state is not None
        assert page.state.sections == stored.sections
        for viewer in watching:
            assert [event.id for event in viewer.seen] == ids[: len(viewer.seen)]
            assert fold(make_empty_snapshot(thread_id), viewer.seen).status == "completed"
        return max(viewer.longest_gap_s for viewer in watching)


def check_same(stream: list[Event], stored: Snapshot | None, thread_id: str) -> None:
    """The fold of the events is the snapshot, byte for byte, and no id comes twice."""
    assert stored is not None
    assert len({event.id for event in stream}) == len(stream)
    assert fold(make_empty_snapshot(thread_id), stream).to_json() == stored.to_json()
