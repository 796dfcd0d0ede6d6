"""An audience: everybody in this process who looks at one run, and how far it was read for them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import orjson

from workbench.errors import StoreError, StoreUnavailableError, printable
from workbench.live.events import Event, id_order, parse_event
from workbench.live.snapshot import Snapshot, fold
from workbench.live.store import Store
from workbench.server.redaction import RedactedStream
from workbench.server.viewer import Viewer
from workbench.server.wire import text_frame

logger = logging.getLogger("workbench")

Row = tuple[str, bytes]
"""An event's id and its JSON, as the writer made it."""

BATCH = 200
"""Events read at once; bounds what one write to a viewer can hold."""

RECENT_BYTES = 512 * 1024
"""Of frames kept for those who connect again; further back the store is read."""

_FOLD_AT = 1_000
"""Events that may wait to be folded into the state: nobody may ask for it for hours."""


class Stream(Protocol):
    """What one kind of viewer sees of a run."""

    def initial(self) -> bytes:
        """The present state: a snapshot as JSON."""

    def frame(self, event: bytes) -> bytes | None:
        """The event as that viewer gets it, JSON; None where nothing of it is to be seen (yet)."""


class WholeStream:
    """Everything, as it was written. Folds when somebody asks for the state, not at each event."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._events: list[bytes] = []
        self._json: bytes | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The present state."""
        events, self._events = self._events, []
        self._snapshot = fold(self._snapshot, filter(None, map(_event_of, events)))
        return self._snapshot

    def initial(self) -> bytes:
        """See :class:`Stream`."""
        if self._json is None or self._events:
            self._json = self.snapshot.to_json()
        return self._json

    def frame(self, event: bytes) -> bytes:
        """See :class:`Stream`."""
        self._json = None
        self._events.append(event)
        if len(self._events) >= _FOLD_AT:
            _ = self.snapshot
        return event


def _event_of(data: bytes) -> Event | None:
    try:
        return parse_event(data)
    except ValueError as error:
        logger.warning("an event was passed over that cannot be read: %s", printable(str(error)))
        return None


class Room:
    """Those viewers of a run who see the same of it."""

    def __init__(self, stream: Stream, position: str) -> None:
        self.stream = stream
        self.viewers: set[Viewer] = set()
        self._state: bytes | None = None
        self._recent: deque[tuple[str, bytes]] = deque()
        self._recent_bytes = 0
        self._recent_after = position

    def state(self) -> bytes:
        """The frame with the present state; made once for all who come before the next event."""
        if self._state is None:
            self._state = text_frame(b'{"type":"initial_state","state":' + self.stream.initial() + b"}")
        return self._state

    def show(self, rows: Sequence[Row]) -> None:
        """Passes events on to everybody."""
        frames = []
        for event_id, data in rows:
            try:
                seen = self.stream.frame(data)
            except ValueError as error:  # what a stranger wrote there must not end the run for its viewers
                logger.warning("an event was passed over that cannot be read: %s", printable(str(error)))
                seen = None
            if seen is not None:
                frames.append(text_frame(seen))
                self._recent.append((event_id, frames[-1]))
                self._recent_bytes += len(frames[-1])
        self._state = None
        if frames:
            self.push(frames[0] if len(frames) == 1 else b"".join(frames))
        while self._recent_bytes > RECENT_BYTES:
            self._recent_after, dropped = self._recent.popleft()
            self._recent_bytes -= len(dropped)

    def push(self, frames: bytes) -> None:
        """Writes frames to everybody."""
        for viewer in tuple(self.viewers):
            viewer.push(frames)

    def since(self, event_id: str) -> bytes | None:
        """The frames after an event; None where not all of them are kept here."""
        if id_order(event_id) < id_order(self._recent_after):
            return None
        wanted = id_order(event_id)
        return b"".join(frame for recent_id, frame in self._recent if id_order(recent_id) > wanted)


class Audience:
    """Everybody who looks at one run.

    Args:
        store: Where it is read.
        snapshot: With every event folded in; how far it reaches is where reading begins.
        turns: Bounds how many audiences read at once.
        told: Called with each batch that was handed to the sockets, and with None for each reading that failed; and
            with the number of viewers.
    """

    def __init__(
        self,
        store: Store,
        snapshot: Snapshot,
        *,
        turns: asyncio.Semaphore,
        told: Callable[[Sequence[Row] | None, int], None],
    ) -> None:
        self.thread_id = snapshot.thread_id
        self.position = snapshot.last_event_id
        self.guests = 0
        """Viewers and those who are about to be: it is kept for them."""
        self.away = False
        """Whether the store could not be read at the last attempt."""
        self._store = store
        self._turns = turns
        self._told = told
        self._whole = WholeStream(snapshot)
        self._rooms: dict[bool, Room] = {False: Room(self._whole, self.position)}
        self._due_since: float | None = None
        self._read_since: float | None = None
        self._task: asyncio.Task[None] | None = None
        self._telling = contextlib.ExitStack()

    def begin(self) -> None:
        """Follows the run until :meth:`end`."""
        self._telling.enter_context(self._store.on_write(self.thread_id, self.look))
        self.look()  # what was written since the snapshot was read

    def end(self) -> None:
        """Follows it no longer."""
        self._telling.close()
        if self._task is not None:
            self._task.cancel()

    def look(self) -> None:
        """There may be something to read."""
        if self._due_since is None:
            self._due_since = time.monotonic()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._read(), name=f"audience {self.thread_id}")

    def behind_s(self) -> float:
        """For how long something may have waited to be read, seconds."""
        since = self._read_since if self._read_since is not None else self._due_since
        return 0.0 if since is None else time.monotonic() - since

    @property
    def viewers(self) -> list[Viewer]:
        """All of them."""
        return [viewer for room in self._rooms.values() for viewer in room.viewers]

    def room(self, *, redact: bool) -> Room:
        """Where those are who see the whole, or those from whom names are kept."""
        if redact not in self._rooms:
            self._rooms[redact] = Room(RedactedStream(self._whole.snapshot), self.position)
        return self._rooms[redact]

    async def join(self, viewer: Viewer, since: str | None) -> bool:
        """Shows the viewer the state, or what came after an event it knows, and from now on all that comes.

        Returns:
            False where the viewer has gone meanwhile.
        """
        room = self.room(redact=viewer.caller.redact)
        if since is None or viewer.caller.redact or not await self._reaches(since):
            viewer.push(room.state())
        else:
            frames = room.since(since)
            while frames is None:  # too far back: page by page, at the viewer's own pace
                page = await self._store.frames(self.thread_id, since, BATCH)
                # The store may be ahead of this channel: what it has not read yet comes to the viewer with the others'.
                rows = [row for row in page if id_order(row[0]) <= id_order(self.position)]
                if not rows:  # expired while it was read
                    frames = room.state()
                    break
                if not await viewer.sent(b"".join(text_frame(data) for _, data in rows)):
                    return False
                since = rows[-1][0]
                frames = room.since(since)
            if frames:
                viewer.push(frames)
        room.viewers.add(viewer)
        return True

    def part(self, viewer: Viewer) -> None:
        """The viewer has gone."""
        viewer.leave()
        for room in self._rooms.values():
            room.viewers.discard(viewer)

    def say(self, message: Mapping[str, Any]) -> None:
        """Shows a message that is no event of the run: it has no id and is not kept. Not to those who get no names."""
        self._rooms[False].push(text_frame(orjson.dumps(message)))

    async def _reaches(self, since: str) -> bool:
        """Whether an id lies within the stream."""
        try:
            wanted = id_order(since)
        except ValueError:
            return False
        if not since or wanted > id_order(self.position):
            self.look()  # another server may have been quicker
            task = self._task
            if task is not None:
                await asyncio.wait({task})
            if not since or wanted > id_order(self.position):
                return False
        if wanted == id_order(self.position):
            return True
        first = await self._store.frames(self.thread_id, "", 1)
        return bool(first) and wanted >= id_order(first[0][0])

    async def _read(self) -> None:
        try:
            while self._due_since is not None:
                async with self._turns:
                    if self._read_since is None:
                        self._read_since = self._due_since
                    self._due_since = None
                    rows = await self._store.frames(self.thread_id, self.position, BATCH)
                self.away = False
                if rows:
                    self.position = rows[-1][0]
                    for room in self._rooms.values():
                        room.show(rows)
                    self._told(rows, len(self.viewers))
                if len(rows) == BATCH:
                    self._due_since = self._read_since
                else:
                    self._read_since = None
        except StoreError as error:
            if not self.away and not isinstance(error, StoreUnavailableError):
                logger.warning("run %s cannot be followed: %s", self.thread_id, printable(str(error)))
            self.away = True
            self._told(None, 0)
        finally:
            self._task = None
