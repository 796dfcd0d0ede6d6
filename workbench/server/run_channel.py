"""Channel of one run: its viewers and its reader.

The stream is read once for all viewers. Viewers who see the same (everything, or everything without names) share a
view, so that the frame of each event is made once.
"""

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
from workbench.live.lock_owner import WriterSign
from workbench.live.snapshot import Snapshot, fold
from workbench.live.store import Store
from workbench.server.auth import Caller
from workbench.server.frames import Socket, text_frame
from workbench.server.redaction import RedactedStream

logger = logging.getLogger("workbench")

Row = tuple[str, bytes]
"""Id and JSON of an event, as the writer stored it."""

BATCH = 200
"""Events read at once. Bounds the size of one write to a viewer."""

RECENT_BYTES = 512 * 1024
"""Bytes of recent frames kept for viewers that reconnect; older ones are read from the store."""

MAX_WAITING_BYTES = 256 * 1024
"""Bytes queued for a slow viewer, beside the 64 KiB of the transport. Beyond that the queue is dropped and the viewer
gets the whole state once it reads again."""

_FOLD_AT = 1_000
"""Events kept unfolded at most. The state is folded on demand, and no viewer may join for hours."""


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

    __slots__ = ("_on_resync", "_queue", "_state", "_task", "_waiting", "caller", "socket")

    def __init__(self, wire: Socket, caller: Caller, state: Callable[[], bytes], on_resync: Callable[[], None]) -> None:
        self.socket = wire
        self.caller = caller
        self._state = state
        self._on_resync = on_resync
        self._queue: deque[bytes] | None = None
        """Waiting frames; None while the viewer keeps up."""
        self._waiting = 0
        """Bytes in the queue; -1: it was dropped, and the state is due instead."""
        self._task: asyncio.Task[None] | None = None

    @property
    def is_behind(self) -> bool:
        """True while frames wait for the viewer."""
        return self._queue is not None

    def push(self, frames: bytes) -> None:
        """Writes whole frames, now or queued; never waits."""
        wire = self.socket
        if self._queue is None and wire.is_open:
            if wire.is_ready:
                wire.write(frames)
                return
            self._queue = deque()
            self._waiting = 0
            self._task = asyncio.get_running_loop().create_task(self._catch_up(), name="viewer behind")
        # Closed, or the state is due, which will contain these frames.
        if self._queue is None or self._waiting < 0:
            return
        self._queue.append(frames)
        self._waiting += len(frames)
        if self._waiting > MAX_WAITING_BYTES:
            self._queue.clear()
            self._waiting = -1
            self._on_resync()

    async def send_when_ready(self, frames: bytes) -> bool:
        """Waits until the viewer has read, then writes.

        False where it disconnected.

        For a viewer that gets nothing else meanwhile.
        """
        await self.socket.wait_until_ready()
        if not self.socket.is_open:
            return False
        self.socket.write(frames)
        return True

    def stop(self) -> None:
        """Drops the queue and writes nothing more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._queue = None

    async def _catch_up(self) -> None:
        while self._queue is not None:
            await self.socket.wait_until_ready()
            if not self.socket.is_open or self._queue is None:
                self._queue = None
            elif self._waiting < 0:  # the state contains every dropped frame
                self._queue, self._waiting = deque(), 0
                self.socket.write(self._state())
            elif self._queue:
                frames = self._queue.popleft()
                self._waiting -= len(frames)
                self.socket.write(frames)
            else:
                self._queue = None
        self._task = None


class Stream(Protocol):
    """Filter between a run's events and one kind of viewer."""

    def initial(self) -> bytes:
        """Returns the present state, a snapshot as JSON."""

    def frame(self, event: bytes) -> bytes | None:
        """Returns the event's JSON for that viewer.

        None: there is nothing to show (yet).
        """


class FullStream:
    """Stream that shows everything and folds the state on demand."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._events: list[bytes] = []
        self._json: bytes | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The present state."""
        events, self._events = self._events, []
        self._snapshot = fold(self._snapshot, filter(None, map(_parse_event_or_skip, events)))
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


def _parse_event_or_skip(data: bytes) -> Event | None:
    try:
        return parse_event(data)
    except ValueError as error:
        logger.warning("skipped an event that cannot be read: %s", printable(str(error)))
        return None


class ChannelView:
    """Viewers of one run who see the same of it."""

    def __init__(self, stream: Stream, position: str) -> None:
        self.stream = stream
        self.viewers: set[Viewer] = set()
        self._state: bytes | None = None
        self._recent: deque[tuple[str, bytes]] = deque()
        self._recent_bytes = 0
        # Id of the event behind which `_recent` is complete.
        self._recent_after = position

    def state_frame(self) -> bytes:
        """Returns the frame of the present state.

        It is made once between two events.
        """
        if self._state is None:
            self._state = text_frame(b'{"type":"initial_state","state":' + self.stream.initial() + b"}")
        return self._state

    def send_events(self, rows: Sequence[Row]) -> None:
        """Sends events to every viewer."""
        frames = []
        for event_id, data in rows:
            try:
                seen = self.stream.frame(data)
            except ValueError as error:  # a foreign entry in the stream must not end the channel
                logger.warning("skipped an event that cannot be read: %s", printable(str(error)))
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
        """Writes frames to every viewer."""
        # A copy: a viewer whose socket turns out closed may be removed meanwhile.
        for viewer in tuple(self.viewers):
            viewer.push(frames)

    def frames_since(self, event_id: str) -> bytes | None:
        """Returns the frames after an event.

        None where some are no longer kept.
        """
        if id_order(event_id) < id_order(self._recent_after):
            return None
        wanted = id_order(event_id)
        return b"".join(frame for recent_id, frame in self._recent if id_order(recent_id) > wanted)


class RunChannel:
    """Viewers of one run, and the reader of its stream.

    Args:
        store: Store of the run.
        snapshot: State with every event folded in. Reading starts behind its last event.
        read_slots: Bounds the number of channels that read at once.
        on_read: Called with each batch that was sent and the number of viewers, and with None for a failed reading.
    """

    def __init__(
        self,
        store: Store,
        snapshot: Snapshot,
        *,
        read_slots: asyncio.Semaphore,
        on_read: Callable[[Sequence[Row] | None, int], None],
    ) -> None:
        self.thread_id = snapshot.thread_id
        self.position = snapshot.last_event_id
        self.users = 0
        """Number of connected and connecting viewers; the channel is kept while there are any."""
        self.away = False
        """True after a reading of the store failed, until one succeeds."""
        self._store = store
        self._read_slots = read_slots
        self._on_read = on_read
        self._whole = FullStream(snapshot)
        self._views: dict[bool, ChannelView] = {False: ChannelView(self._whole, self.position)}
        # Moments for the lag: since when something is due, and since when the reading under way was.
        self._due_since: float | None = None
        self._read_since: float | None = None
        self._task: asyncio.Task[None] | None = None
        self._sign = WriterSign("alive")
        self._sign_task: asyncio.Task[None] | None = None
        self._subscription = contextlib.ExitStack()

    def start(self) -> None:
        """Follows the run until :meth:`stop`."""
        self._subscription.enter_context(self._store.on_write(self.thread_id, self.notify))
        self.notify()  # events may have been written since the snapshot was read

    def stop(self) -> None:
        """Stops following the run."""
        self._subscription.close()
        for task in (self._task, self._sign_task):
            if task is not None:
                task.cancel()

    def notify(self) -> None:
        """Reads the stream, now or after the current reading."""
        if self._due_since is None:
            self._due_since = time.monotonic()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(
                self._read_events(), name=f"run channel {self.thread_id}"
            )

    def look_for_writer(self) -> None:
        """Looks for the run's writer; viewers are told what has changed.

        Not for a run that nobody drafts.
        """
        if self._whole.snapshot.status != "generating":
            self._sign = WriterSign("alive")
        elif self._sign_task is None or self._sign_task.done():
            self._sign_task = asyncio.get_running_loop().create_task(self._read_sign(), name="writer's sign")

    async def _read_sign(self) -> None:
        with contextlib.suppress(StoreError):  # a store that is away shows in /ready; nothing is known of the writer
            async with self._read_slots:
                before, self._sign = self._sign, await self._store.writer(self.thread_id)
            if self._sign.state != before.state:
                for view in self._views.values():
                    view.push(self._sign_frame())

    def _sign_frame(self) -> bytes:
        message = {"type": "writer", "state": self._sign.state, "silent_s": self._sign.silent_s}
        return text_frame(orjson.dumps(message))

    def lag_s(self) -> float:
        """Returns for how many seconds unread events may have waited."""
        since = self._read_since if self._read_since is not None else self._due_since
        return 0.0 if since is None else time.monotonic() - since

    @property
    def viewers(self) -> list[Viewer]:
        """All viewers of the run."""
        return [viewer for view in self._views.values() for viewer in view.viewers]

    def get_view(self, *, redact: bool) -> ChannelView:
        """Returns the view with names, or the one without."""
        # Made on demand: redaction costs time with every event, and few runs have redacted viewers.
        if redact not in self._views:
            self._views[redact] = ChannelView(RedactedStream(self._whole.snapshot), self.position)
        return self._views[redact]

    async def add_viewer(self, viewer: Viewer, since: str | None) -> bool:
        """Sends a viewer what it lacks, then adds it.

        That is the state, or the events after a known one.

        Returns:
            False where the viewer disconnected meanwhile.
        """
        view = self.get_view(redact=viewer.caller.redact)
        # A redacted viewer gets the state: its frames depend on text held back before.
        if since is None or viewer.caller.redact or not await self._contains(since):
            viewer.push(view.state_frame())
        else:
            frames = view.frames_since(since)
            while frames is None:  # older than the kept frames: read page by page, as fast as the viewer takes them
                page = await self._store.frames(self.thread_id, since, BATCH)
                # The store may be ahead of this channel: what it has not read yet comes to the viewer with the others'.
                rows = [row for row in page if id_order(row[0]) <= id_order(self.position)]
                if not rows:  # the stream expired meanwhile
                    frames = view.state_frame()
                    break
                if not await viewer.send_when_ready(b"".join(text_frame(data) for _, data in rows)):
                    return False
                since = rows[-1][0]
                frames = view.frames_since(since)
            if frames:
                viewer.push(frames)
        if self._sign.state != "alive":
            viewer.push(self._sign_frame())
        # No await since the last push: no event falls between the two.
        view.viewers.add(viewer)
        return True

    def remove_viewer(self, viewer: Viewer) -> None:
        """Removes a viewer."""
        viewer.stop()
        for view in self._views.values():
            view.viewers.discard(viewer)

    def send_message(self, message: Mapping[str, Any]) -> None:
        """Sends a message that is not an event.

        It has no id and is not stored.

        Viewers without names do not get it: the message is not redacted.
        """
        self._views[False].push(text_frame(orjson.dumps(message)))

    async def _contains(self, since: str) -> bool:
        """Returns True where an event id lies within the stream."""
        try:
            wanted = id_order(since)
        except ValueError:
            return False
        if not since or wanted > id_order(self.position):
            self.notify()  # the viewer may come from a server that had read further
            task = self._task
            if task is not None:
                await asyncio.wait({task})
            if not since or wanted > id_order(self.position):
                return False
        if wanted == id_order(self.position):
            return True
        first = await self._store.frames(self.thread_id, "", 1)
        return bool(first) and wanted >= id_order(first[0][0])

    async def _read_events(self) -> None:
        try:
            while self._due_since is not None:
                async with self._read_slots:
                    if self._read_since is None:
                        self._read_since = self._due_since
                    self._due_since = None
                    rows = await self._store.frames(self.thread_id, self.position, BATCH)
                self.away = False
                if rows:
                    # No await from here to the last viewer: a viewer that joins sees each event either in its state
                    # or as a frame.
                    self.position = rows[-1][0]
                    for view in self._views.values():
                        view.send_events(rows)
                    self._on_read(rows, len(self.viewers))
                # A full batch: more may follow at once.
                if len(rows) == BATCH:
                    self._due_since = self._read_since
                else:
                    self._read_since = None
        except StoreError as error:
            # An unavailable store shows in /ready and in the metrics; any other error needs a line, once.
            if not self.away and not isinstance(error, StoreUnavailableError):
                logger.warning("cannot follow run %s: %s", self.thread_id, printable(str(error)))
            self.away = True
            self._on_read(None, 0)
        finally:
            # After a failure too: the connection manager's tick starts the next reading within a second.
            self._task = None
