"""How checkpoints lie in a thread's hashes: the fields' names, and the bytes in them.

Names are JSON arrays, so that no namespace or channel, whatever letters it holds, is taken for another:

    checkpoints         ["ns"]                      id of the newest checkpoint of that namespace
                        ["ns","id"]                 its entry: parent and metadata, two hundred bytes
    checkpoint_blobs    ["ns","id"]                 its record: all of it but the values of its channels
                        ["ns","channel","version"]  a channel's value, written once a version
    checkpoint_writes   ["ns","id",n]               what the n-th call of ``aput_writes`` brought, n from 0

The entries lie apart from the records, so that the thread's whole index is read at once, for listing, walking to
ancestors and pruning, without a record, let alone a text. The calls of ``aput_writes`` are numbered, so that a reader
finds them without an index that each parallel task would have to write anew.

Values are msgpack (JSON's values and a short list of harmless classes) with the name of their kind before them, never
pickle.
"""

from __future__ import annotations

import contextlib
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from langgraph.checkpoint.base import WRITES_IDX_MAP, Checkpoint, PendingWrite, writes_sort_key
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.serde.event_hooks import SerdeEvent, register_serde_event_listener
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from workbench.errors import StoreError

Place = tuple[str, str]
"""A checkpoint's namespace and id."""

_PLAIN = {str, int, float, bool}
_KINDS = {"null", "bytes", "bytearray", "msgpack"}


class Entry(NamedTuple):
    """A checkpoint as the thread's index has it.

    Attributes:
        parent: Id of the checkpoint it was made from, or None.
        metadata: As LangGraph gave it, with the run's id where there was one.
        deltas: The versions (None: it was not written yet) of the DeltaChannels whose value is not kept with this
            checkpoint, so that their way back to a value is found without a record.
    """

    parent: str | None
    metadata: dict[str, Any]
    deltas: dict[str, str | int | float | None]

    @classmethod
    def of(cls, parent: str | None, metadata: Mapping[str, Any], checkpoint: Checkpoint) -> Entry:
        """The entry of a checkpoint."""
        versions = checkpoint["channel_versions"]
        deltas = {channel: versions.get(channel) for channel in metadata.get("counters_since_delta_snapshot") or ()}
        return cls(parent, dict(metadata), deltas)


def field_name(*parts: str | float) -> str:
    """Name of a field."""
    return orjson.dumps(parts).decode()


def values_of(namespace: str, record: Mapping[str, Any]) -> dict[str, str]:
    """By channel, the name of the field that holds its value; channels without a value have no such field."""
    versions = record["channel_versions"].items()
    return {channel: field_name(namespace, channel, version) for channel, version in versions}


def strict_serializer() -> JsonPlusSerializer:
    """Msgpack without pickle, strict whatever ``LANGGRAPH_STRICT_MSGPACK`` says: unregistered classes are not built."""
    return JsonPlusSerializer(pickle_fallback=False, allowed_json_modules=None, allowed_msgpack_modules=None)


def pack(serde: SerializerProtocol, value: Any, what: str) -> bytes:
    """Bytes of a value that can be given back as it is.

    A strict reader gives back a class that it may not build as a plain dict, and says so in a log: the graph would
    learn of it in the next process only. So what it would not give back is refused here.

    Args:
        serde: Of the saver.
        value: Of a channel.
        what: For the message: ``channel 'text'``.

    Raises:
        StoreError: It holds what cannot be kept.
    """
    try:
        kind, data = serde.dumps_typed(value)
    except TypeError as error:
        raise StoreError(f"{what} cannot be kept: {error}; keep plain JSON values in the graph's state") from error
    if type(value) not in _PLAIN:
        with _not_built() as classes:
            serde.loads_typed((kind, data))
        if classes:
            raise StoreError(
                f"{what} cannot be kept: it holds a {classes[0]}, which would come back as something else; keep plain "
                "JSON values in the graph's state, or name the class in StoreSaver.with_allowlist"
            )
    return kind.encode() + b"\n" + data


def unpack(serde: SerializerProtocol, data: bytes) -> Any:
    """The value in a field.

    Raises:
        StoreError: It is of a kind that this saver does not write: pickle, for one.
    """
    kind, _, rest = data.partition(b"\n")
    if kind.decode(errors="replace") not in _KINDS:
        raise StoreError(f"a checkpoint holds a value of kind {kind[:20]!r}, which this saver neither writes nor reads")
    return serde.loads_typed((kind.decode(), rest))


def pack_record(serde: SerializerProtocol, checkpoint: Mapping[str, Any]) -> bytes:
    """A checkpoint but for its channels' values, compressed.

    What is left are the versions of every channel and those that every node has seen: the same names again and again,
    and more of them at each step. They would outgrow the text of a long run, and shrink to a fifth.
    """
    record = {name: value for name, value in checkpoint.items() if name != "channel_values"}
    return zlib.compress(pack(serde, record, "the checkpoint"), level=1)


def unpack_record(serde: SerializerProtocol, data: bytes) -> dict[str, Any]:
    """What :func:`pack_record` took."""
    record: dict[str, Any] = unpack(serde, zlib.decompress(data))
    return record


def pack_writes(serde: SerializerProtocol, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str) -> bytes:
    """One call of ``aput_writes``; each value packed by itself, so that a reader unpacks those it needs."""
    packed = [[channel, pack(serde, value, f"a write to channel {channel!r}")] for channel, value in writes]
    return serde.dumps_typed([task_id, task_path, packed])[1]


def unpack_writes(
    serde: SerializerProtocol, calls: Sequence[bytes], channels: frozenset[str] | None = None
) -> list[PendingWrite]:
    """The writes of one checkpoint, in the order in which LangGraph applies them.

    Of two writes of one task at one place the first stands, as a repeat brings nothing new; of errors, interrupts and
    answers to them the last.

    Args:
        serde: Of the saver.
        calls: From :func:`pack_writes`, in the order of the calls.
        channels: Only these, or all.
    """
    found: dict[tuple[str, int], tuple[str, str, bytes]] = {}
    for call in calls:
        task_id, path, writes = serde.loads_typed(("msgpack", call))
        for place, (channel, data) in enumerate(writes):
            index = WRITES_IDX_MAP.get(channel, place)
            if index < 0 or (task_id, index) not in found:
                found[task_id, index] = (path, channel, data)
    ordered = sorted(found.items(), key=lambda item: writes_sort_key(item[1][0], *item[0]))
    return [
        (task_id, channel, unpack(serde, data))
        for (task_id, _), (_, channel, data) in ordered
        if channels is None or channel in channels
    ]


@contextlib.contextmanager
def _not_built() -> Iterator[list[str]]:
    """Names of the classes that a strict reader on this thread refuses to build meanwhile."""
    here = threading.get_ident()
    refused: list[str] = []

    def note(event: SerdeEvent) -> None:
        if event["kind"] in {"msgpack_blocked", "msgpack_method_blocked"} and threading.get_ident() == here:
            refused.append(f"{event['module']}.{event['name']}")

    stop = register_serde_event_listener(note)
    try:
        yield refused
    finally:
        stop()
