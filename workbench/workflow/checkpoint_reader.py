"""What a thread's checkpoints hold, read by name: few round trips, and no text that was not asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from workbench.live import keys
from workbench.live.store import Kept, Store
from workbench.workflow.checkpoint_fields import (
    Entry,
    Place,
    field_name,
    strict_serializer,
    unpack,
    unpack_record,
    values_of,
)

PARTS = (keys.CHECKPOINTS, keys.CHECKPOINT_BLOBS, keys.CHECKPOINT_WRITES)
"""The index first: what it names is in the others by then, for they are written together."""

_READS_AT_ONCE = 8
_FIRST_CALLS = 2
_FIRST_STEPS = 8

Index = Mapping[Place, Entry]


class Held(NamedTuple):
    """A checkpoint as it is kept.

    Attributes:
        record: LangGraph's checkpoint without the values.
        values: By channel, packed.
        calls: What each ``aput_writes`` brought, packed, in order.
    """

    record: dict[str, Any]
    values: dict[str, bytes]
    calls: list[bytes]


class Line(NamedTuple):
    """Where a channel's value comes from.

    Attributes:
        places: From a checkpoint back to the nearest that has the channel's value, or to the first of all.
        value: That value, packed, or None.
    """

    places: list[Place]
    value: bytes | None


class CheckpointReader:
    """Reads the checkpoints of a store's threads.

    Args:
        store: Opened.
        saw_newest: Told of each newest checkpoint that was read: thread, namespace, id or ''.
        saw_calls: Told how many calls of ``aput_writes`` a checkpoint has: thread, checkpoint, count.
    """

    def __init__(
        self,
        store: Store,
        saw_newest: Callable[[str, str, str], None],
        saw_calls: Callable[[str, Place, int], None],
    ) -> None:
        self._store = store
        self._saw_newest = saw_newest
        self._saw_calls = saw_calls
        self._serde = strict_serializer()  # entries and records hold plain values, whatever the channels hold
        self._reading = asyncio.Semaphore(_READS_AT_ONCE)

    async def newest(self, thread_id: str, namespace: str) -> str:
        """Id of the newest checkpoint of a namespace, or ''."""
        name = field_name(namespace)
        found = await self._read(thread_id, keys.CHECKPOINTS, [name])
        newest = found.get(name, b"").decode()
        self._saw_newest(thread_id, namespace, newest)
        return newest

    async def index(self, thread_id: str) -> dict[Place, Entry]:
        """Every checkpoint of a thread."""
        fields = await self._store.kept(thread_id, keys.CHECKPOINTS)
        return {_place(name): self._entry(data) for name, data in fields.items() if not is_head(name)}

    async def one(self, thread_id: str, place: Place) -> tuple[Entry, Held] | None:
        """One checkpoint, in two round trips."""
        name = field_name(*place)
        entries, held = await asyncio.gather(
            self._read(thread_id, keys.CHECKPOINTS, [name]), self.held(thread_id, [place])
        )
        return (self._entry(entries[name]), held[place]) if name in entries and place in held else None

    async def held(self, thread_id: str, places: Collection[Place]) -> dict[Place, Held]:
        """These checkpoints, those that are there; a value that several have is read once."""
        records, calls = await asyncio.gather(self._records(thread_id, places), self.calls(thread_id, places))
        names = {place: values_of(place[0], record) for place, record in records.items()}
        found = await self._values(thread_id, (name for named in names.values() for name in named.values()))
        return {
            place: Held(
                record,
                {channel: found[name] for channel, name in names[place].items() if name in found},
                calls[place],
            )
            for place, record in records.items()
        }

    async def calls(self, thread_id: str, places: Iterable[Place]) -> dict[Place, list[bytes]]:
        """What ``aput_writes`` brought to these checkpoints; most have few calls, so a few are asked for first."""
        calls: dict[Place, list[bytes]] = {place: [] for place in places}
        open_ended, first, count = list(calls), 0, _FIRST_CALLS
        while open_ended:
            named = {place: [field_name(*place, n) for n in range(first, first + count)] for place in open_ended}
            found = await self._read(thread_id, keys.CHECKPOINT_WRITES, [n for names in named.values() for n in names])
            for place, names in named.items():
                calls[place] += [found[name] for name in names if name in found]
            first, count = first + count, count * 4
            open_ended = [place for place, names in named.items() if names[-1] in found]
        for place, brought in calls.items():
            self._saw_calls(thread_id, place, len(brought))
        return calls

    async def lines(
        self, thread_id: str, index: Index, first: Place | None, channels: Sequence[str]
    ) -> dict[str, Line]:
        """By channel, the way from a checkpoint back to the channel's value.

        The way is in the index, and mostly the versions along it too. A few steps at a time are asked for a value,
        until every channel has its own; no value is read twice, and few that lie behind the nearest.
        """
        way = list(ancestry(index, first))
        lines: dict[str, Line] = {}
        start, count = 0, _FIRST_STEPS
        while start < len(way) and len(lines) < len(channels):
            batch = way[start : start + count]
            sought = [channel for channel in channels if channel not in lines]
            named = await self._names(thread_id, index, batch, sought)
            found = await self._values(thread_id, (name for names in named for name in names.values()))
            for channel in sought:
                reached = next((n for n, names in enumerate(named) if names.get(channel) in found), None)
                if reached is not None:
                    lines[channel] = Line(way[: start + reached + 1], found[named[reached][channel]])
            start, count = start + count, count * 2
        return {channel: lines.get(channel, Line(way, None)) for channel in channels}

    async def needed(self, thread_id: str, index: Index, kept: Collection[Place]) -> set[Place]:
        """These checkpoints, and those on whose writes the values of their DeltaChannels are built."""
        needed = set(kept)
        for place in kept:
            channels = list(index[place].metadata.get("counters_since_delta_snapshot") or ())
            lines = await self.lines(thread_id, index, place, channels) if channels else {}
            needed.update(*(line.places for line in lines.values()))
        return needed

    async def without(self, thread_id: str, index: Index, doomed: Collection[Place]) -> Kept:
        """The changes after which these checkpoints are gone, with their writes and the values that no other has."""
        records = await self._records(thread_id, index)
        calls = await self.calls(thread_id, doomed)
        left = [place for place in index if place not in doomed]
        still = {name for place in left if place in records for name in values_of(place[0], records[place]).values()}
        had = {name for place in doomed if place in records for name in values_of(place[0], records[place]).values()}
        names = [field_name(*place) for place in doomed]
        newest = {namespace: checkpoint_id.encode() for namespace, checkpoint_id in sorted(left)}
        entries: dict[str, bytes | None] = dict.fromkeys(names)
        entries |= {field_name(namespace): newest.get(namespace) for namespace, _ in doomed}
        numbered = (field_name(*place, number) for place, brought in calls.items() for number in range(len(brought)))
        changes: dict[str, dict[str, bytes | None]] = {
            keys.CHECKPOINTS: entries,
            keys.CHECKPOINT_BLOBS: dict.fromkeys([*names, *(had - still)]),
            keys.CHECKPOINT_WRITES: dict.fromkeys(numbered),
        }
        return {part: fields for part, fields in changes.items() if fields}

    def _entry(self, data: bytes) -> Entry:
        return Entry(*unpack(self._serde, data))

    async def _records(self, thread_id: str, places: Iterable[Place]) -> dict[Place, dict[str, Any]]:
        names = {field_name(*place): place for place in places}
        found = await self._read(thread_id, keys.CHECKPOINT_BLOBS, list(names))
        return {names[name]: unpack_record(self._serde, data) for name, data in found.items()}

    async def _names(
        self, thread_id: str, index: Index, places: Sequence[Place], channels: Sequence[str]
    ) -> list[dict[str, str]]:
        """For each checkpoint, by channel, the field that would hold its value."""
        unsaid = [place for place in places if not index[place].deltas.keys() >= set(channels)]
        records = await self._records(thread_id, unsaid)
        versions = (records[place]["channel_versions"] if place in records else index[place].deltas for place in places)
        return [
            {
                channel: field_name(place[0], channel, version)
                for channel in channels
                if (version := known.get(channel)) is not None
            }
            for place, known in zip(places, versions, strict=True)
        ]

    async def _values(self, thread_id: str, names: Iterable[str]) -> dict[str, bytes]:
        return await self._read(thread_id, keys.CHECKPOINT_BLOBS, list(dict.fromkeys(names)))

    async def _read(self, thread_id: str, part: str, names: Sequence[str]) -> dict[str, bytes]:
        """Named fields; few reads at once: forty sections that begin together would use up the store's connections."""
        async with self._reading:
            return await self._store.kept(thread_id, part, names)


def is_head(name: str) -> bool:
    """Whether a field of the index names a namespace's newest checkpoint, and is not an entry."""
    return len(orjson.loads(name)) == 1


def ancestry(index: Index, place: Place | None) -> Iterator[Place]:
    """A checkpoint and its ancestors, nearest first, as far as the thread has them."""
    visited: set[Place] = set()
    while place is not None and place in index and place not in visited:  # put again under an heir: a ring
        visited.add(place)
        yield place
        parent = index[place].parent
        place = None if parent is None else (place[0], parent)


def _place(name: str) -> Place:
    namespace, checkpoint_id = orjson.loads(name)
    return namespace, checkpoint_id
