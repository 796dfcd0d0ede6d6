"""What waits to be written to a thread's checkpoints: one write at a time, and in it all that came meanwhile.

Forty sections that end together bring forty calls; written one by one they would wait for forty fsyncs. Whoever comes
first writes for all. Numbers of calls and the newest checkpoint are settled there, when nobody else writes.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from workbench.live import keys
from workbench.live.store import Kept, Store
from workbench.workflow.checkpoint_fields import Place, field_name

_THREADS = 64
_COUNTS = 256

_TURNS = 2
"""Of the event loop, between the first change that comes and the write that takes it along."""

Fields = dict[str, dict[str, bytes | None]]


@dataclass(eq=False)
class Change:
    """Something to be written.

    Attributes:
        place: The checkpoint.
        done: Whether it was tried.
        error: Why it was not written, or None.
    """

    place: Place
    done: bool = field(default=False, init=False)
    error: Exception | None = field(default=None, init=False)


@dataclass(eq=False)
class Put(Change):
    """A checkpoint: its entry, packed, and its fields among the blobs."""

    entry: bytes
    blobs: dict[str, bytes]


@dataclass(eq=False)
class Written(Change):
    """One call of ``aput_writes``, packed."""

    call: bytes


@dataclass
class _Queue:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: list[Change] = field(default_factory=list)
    newest: dict[str, str] = field(default_factory=dict)
    counts: OrderedDict[Place, int] = field(default_factory=OrderedDict)

    def forget(self) -> None:
        """What is known of the store; it may have changed, or not: the answer was lost."""
        self.newest.clear()
        self.counts.clear()


class Queues:
    """One queue a thread; those of threads that were not used for long are dropped.

    Args:
        store: To read from.
        write: How changes are written.
    """

    def __init__(self, store: Store, write: Callable[[str, Kept], Awaitable[None]]) -> None:
        self._store = store
        self._write = write
        self._queues: OrderedDict[str, _Queue] = OrderedDict()

    async def add(self, thread_id: str, change: Change) -> None:
        """Returns when the change is kept, together with all that waited with it.

        A task that is cancelled takes its own change back, unless it is on its way already.
        """
        queue = self._queue(thread_id)
        queue.waiting.append(change)
        try:
            async with queue.lock:
                if not change.done:
                    await self._send(thread_id, queue)
        finally:
            if change in queue.waiting:
                queue.waiting.remove(change)
        if change.error is not None:
            raise change.error

    @asynccontextmanager
    async def alone(self, thread_id: str) -> AsyncIterator[Callable[[Kept], Awaitable[None]]]:
        """While nothing else is written to the thread: the function that writes to it."""
        queue = self._queue(thread_id)
        async with queue.lock:

            async def write(kept: Kept) -> None:
                queue.forget()
                await self._write(thread_id, kept)

            yield write

    def saw_newest(self, thread_id: str, namespace: str, checkpoint_id: str) -> None:
        """A reader saw the newest checkpoint of a namespace ('': it has none), perhaps a moment ago."""
        newest = self._queue(thread_id).newest
        newest[namespace] = max(newest.get(namespace, ""), checkpoint_id)

    def saw_calls(self, thread_id: str, place: Place, count: int) -> None:
        """A reader saw so many calls of ``aput_writes`` for a checkpoint, perhaps a moment ago."""
        _count(self._queue(thread_id), place, count)

    def _queue(self, thread_id: str) -> _Queue:
        queue = self._queues.setdefault(thread_id, _Queue())
        self._queues.move_to_end(thread_id)
        if len(self._queues) > _THREADS:
            oldest, idle = next(iter(self._queues.items()))
            if not idle.lock.locked() and not idle.waiting:
                del self._queues[oldest]
        return queue

    async def _send(self, thread_id: str, queue: _Queue) -> None:
        for _ in range(
            _TURNS
        ):  # the end of a task and its superstep's checkpoint are a moment apart: one fsync, not two
            await asyncio.sleep(0)
        batch, queue.waiting = queue.waiting, []
        try:
            await self._write(thread_id, await self._fields(thread_id, queue, batch))
        except BaseException as error:
            queue.forget()
            if not isinstance(error, Exception):  # the sender was cancelled: the next one sends for the others
                queue.waiting = batch + queue.waiting
                raise
            for change in batch:
                change.error = error
        for change in batch:
            change.done = True

    async def _fields(self, thread_id: str, queue: _Queue, batch: list[Change]) -> Fields:
        entries: dict[str, bytes | None] = {}
        blobs: dict[str, bytes | None] = {}
        calls: dict[str, bytes | None] = {}
        for change in batch:
            namespace, checkpoint_id = change.place
            if isinstance(change, Put):
                newest = await self._newest(thread_id, queue, namespace)
                if checkpoint_id > newest:
                    queue.newest[namespace] = checkpoint_id
                    entries[field_name(namespace)] = checkpoint_id.encode()
                    _count(queue, change.place, 0)  # a new checkpoint has no writes yet
                entries[field_name(*change.place)] = change.entry
                blobs.update(change.blobs)
            elif isinstance(change, Written):
                number = await self._next_number(thread_id, queue, change.place)
                calls[field_name(*change.place, number)] = change.call
                _count(queue, change.place, number + 1)
        changed = {keys.CHECKPOINTS: entries, keys.CHECKPOINT_BLOBS: blobs, keys.CHECKPOINT_WRITES: calls}
        return {part: fields for part, fields in changed.items() if fields}

    async def _newest(self, thread_id: str, queue: _Queue, namespace: str) -> str:
        if namespace not in queue.newest:
            name = field_name(namespace)
            found = await self._store.kept(thread_id, keys.CHECKPOINTS, [name])
            queue.newest[namespace] = found.get(name, b"").decode()
        return queue.newest[namespace]

    async def _next_number(self, thread_id: str, queue: _Queue, place: Place) -> int:
        number = queue.counts.get(place)
        if number is None:
            number = 0
            while await self._store.kept(thread_id, keys.CHECKPOINT_WRITES, [field_name(*place, number)]):
                number += 1
        return number


def _count(queue: _Queue, place: Place, count: int) -> None:
    queue.counts[place] = max(queue.counts.get(place, 0), count)
    queue.counts.move_to_end(place)
    if len(queue.counts) > _COUNTS:
        queue.counts.popitem(last=False)
