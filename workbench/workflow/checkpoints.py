"""LangGraph's checkpoints in the workbench's store: plain Redis >= 6.2, Valkey, a cluster, or memory.

    aput, aput_writes -> queued by thread -> one write for all that came meanwhile -> the store, or the run's journal

Every field of a thread lies in three of its hashes (:mod:`.checkpoint_fields`), so in its cluster slot, beside its
events, and expires with them. A channel's value is written once a version: what does not change is not written again.

One writer a thread, as everywhere here: a saver that stands alone is refused where the thread has a live holder, and
within a run everything goes through the run's journal.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, NoReturn, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    DeltaChannelHistory,
    get_checkpoint_id,
    get_checkpoint_metadata,
)

from workbench.case.citation import ID_PATTERN
from workbench.errors import InputError, Problem, StoreError
from workbench.live import keys
from workbench.live.store import Kept, Store
from workbench.workflow.checkpoint_fields import (
    Entry,
    Place,
    field_name,
    pack,
    pack_record,
    pack_writes,
    strict_serializer,
    unpack,
    unpack_writes,
)
from workbench.workflow.checkpoint_queue import Put, Queues, Written
from workbench.workflow.checkpoint_reader import PARTS, CheckpointReader, Held, ancestry, is_head

Keep = Callable[[str, Kept], Awaitable[None]]
"""Writes changes of a thread's hashes, and returns when they are kept."""

_PAGE = 8


def _async_only(name: str) -> Callable[..., NoReturn]:
    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise NotImplementedError(
            f"StoreSaver lives on the workbench's event loop: call {name}, and run graphs with ainvoke or astream"
        )

    return refuse


class _OnTheLoop(BaseCheckpointSaver[str]):
    """LangGraph's methods that block; apart, for one of them is called ``list``."""

    get_tuple = _async_only("aget_tuple")
    list = _async_only("alist")
    put = _async_only("aput")
    put_writes = _async_only("aput_writes")
    delete_thread = _async_only("adelete_thread")
    delete_for_runs = _async_only("adelete_for_runs")
    copy_thread = _async_only("acopy_thread")
    prune = _async_only("aprune")
    get_delta_channel_history = _async_only("aget_delta_channel_history")


class StoreSaver(_OnTheLoop):
    """A checkpoint saver over a :class:`workbench.live.store.Store`; used on the store's event loop.

    Of LangGraph's methods those beginning with ``a`` are there; the others say so.

    Args:
        store: Opened.
        keep: How changes are written; within a run through its journal, fenced and together with the step's events
            (:meth:`workbench.live.journal.Journal.keep` and ``flush``). None: by :meth:`Store.keep`, which refuses a
            thread that somebody holds.

    Every method raises InputError for a thread's id that the store does not take (``[A-Za-z0-9][A-Za-z0-9_-]{0,63}``),
    LockHeldError or FencedError where somebody else writes the thread, and StoreUnavailableError where the store is
    away. A saver and its clones (``with_allowlist``) share one queue a thread.
    """

    def __init__(self, store: Store, *, keep: Keep | None = None) -> None:
        super().__init__(serde=strict_serializer())
        self._store = store
        self._alone = keep is None
        self._queues = Queues(store, keep or store.keep)
        self._reader = CheckpointReader(store, self._queues.saw_newest, self._queues.saw_calls)

    # Writing ----------------------------------------------------------------------------------------------------------

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Keeps a checkpoint and the channel values that are new with it, all or nothing.

        Args:
            config: Thread, namespace and, as ``checkpoint_id``, the parent.
            checkpoint: Whole; only the values of ``new_versions`` are written.
            metadata: Its step, source, run.
            new_versions: Channels that changed, with their versions.

        Returns:
            The config that names it.

        Raises:
            StoreError: A value cannot be kept; or as the class says.
        """
        thread_id, namespace = _thread_of(config), _namespace_of(config)
        values = checkpoint["channel_values"]
        parent = config["configurable"].get("checkpoint_id")
        entry = Entry.of(parent, get_checkpoint_metadata(config, metadata), checkpoint)
        place = (namespace, checkpoint["id"])
        blobs = {
            field_name(namespace, channel, version): pack(self.serde, values[channel], f"channel {channel!r}")
            for channel, version in new_versions.items()
            if channel in values
        }
        blobs[field_name(*place)] = pack_record(self.serde, checkpoint)
        await self._queues.add(thread_id, Put(place, pack(self.serde, list(entry), "the checkpoint's metadata"), blobs))
        return _config(thread_id, *place)

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Keeps what a task wrote, before its superstep has ended.

        Args:
            config: Names the checkpoint that the superstep began with.
            writes: Channel and value.
            task_id: Of the task.
            task_path: Where it stands among its superstep's tasks.

        Raises:
            StoreError: A value cannot be kept; or as the class says.
        """
        place = (_namespace_of(config), config["configurable"]["checkpoint_id"])
        await self._queues.add(_thread_of(config), Written(place, pack_writes(self.serde, writes, task_id, task_path)))

    def get_next_version(self, current: str | None, channel: None) -> str:  # noqa: ARG002 - LangGraph's
        """A version above the current one, and of this branch alone.

        Two forks of one checkpoint change the same channel; with plain numbers both would call their values the same.

        Args:
            current: Of the channel, or None.
            channel: Not used.
        """
        number = 0 if current is None else int(str(current).partition(".")[0])
        return f"{number + 1:010d}.{secrets.token_hex(4)}"

    # Reading ----------------------------------------------------------------------------------------------------------

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """One checkpoint with its values and pending writes: the named one, or the newest of the namespace."""
        thread_id, namespace = _thread_of(config), _namespace_of(config)
        newest = await self._reader.newest(thread_id, namespace)
        place = (namespace, get_checkpoint_id(config) or newest)
        found = await self._reader.one(thread_id, place) if newest else None
        return self._tuple(thread_id, place, *found) if found else None

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - LangGraph's name
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Checkpoints, newest first.

        Args:
            config: Thread and, where given, namespace and checkpoint; None: every thread.
            filter: What their metadata must hold.
            before: Names a checkpoint; only older ones.
            limit: At most so many.
        """
        threads = [_thread_of(config)] if config else await self._store.threads(keys.CHECKPOINTS)
        conditions = config["configurable"] if config else {}
        end = get_checkpoint_id(before) if before else None
        for thread_id in threads:
            index = await self._reader.index(thread_id)
            found = [
                place
                for place, entry in sorted(index.items(), key=lambda item: item[0][::-1], reverse=True)
                if conditions.get("checkpoint_ns") in {None, place[0]}
                and conditions.get("checkpoint_id") in {None, "", place[1]}
                and (not end or place[1] < end)
                and all(entry.metadata.get(name) == value for name, value in (filter or {}).items())
            ][:limit]
            limit = None if limit is None else limit - len(found)
            for start in range(0, len(found), _PAGE):
                page = found[start : start + _PAGE]
                held = await self._reader.held(thread_id, page)
                for place in page:
                    if place in held:
                        yield self._tuple(thread_id, place, index[place], held[place])

    async def aget_delta_channel_history(
        self, *, config: RunnableConfig, channels: Sequence[str]
    ) -> Mapping[str, DeltaChannelHistory]:
        """By channel, the writes since the nearest ancestor that has its value, oldest first, and that value.

        The whole line of ancestors is known from the thread's index, which is one read; then some at a time are read
        until every channel has its value.

        Args:
            config: Names the checkpoint; its own writes are not among them.
            channels: Names.
        """
        thread_id, namespace = _thread_of(config), _namespace_of(config)
        index = await self._reader.index(thread_id)
        target = get_checkpoint_id(config) or await self._reader.newest(thread_id, namespace)
        parents = list(ancestry(index, (namespace, target)))[1:2]
        lines = await self._reader.lines(thread_id, index, next(iter(parents), None), channels)
        calls = await self._reader.calls(thread_id, {place for line in lines.values() for place in line.places})
        histories: dict[str, DeltaChannelHistory] = {}
        for channel, line in lines.items():
            only = frozenset([channel])
            back = reversed(line.places)
            histories[channel] = {
                "writes": [w for place in back for w in unpack_writes(self.serde, calls[place], only)]
            }
            if line.value is not None:
                histories[channel]["seed"] = unpack(self.serde, line.value)
        return histories

    # Copying and deleting ---------------------------------------------------------------------------------------------

    async def acopy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Copies every checkpoint, value and write to a thread, beside what it has."""
        source, target = _checked(source_thread_id), _checked(target_thread_id)
        kept = {part: dict(await self._store.kept(source, part)) for part in PARTS}  # the index first
        async with self._queues.alone(target) as write:
            theirs = await self._store.kept(target, keys.CHECKPOINTS)
            heads = kept[keys.CHECKPOINTS]
            heads |= {name: max(id_, theirs[name]) for name, id_ in heads.items() if name in theirs and is_head(name)}
            await write({part: fields for part, fields in kept.items() if fields})

    async def adelete_thread(self, thread_id: str) -> None:
        """Deletes every checkpoint, value and write of a thread, not its events."""
        thread_id = _checked(thread_id)
        async with self._queues.alone(thread_id) as write:
            if self._alone:
                await write(dict.fromkeys(PARTS))
                return
            fields = {part: dict.fromkeys(await self._store.kept(thread_id, part)) for part in PARTS}
            await write({part: names for part, names in fields.items() if names})

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Deletes the checkpoints that these runs made, of all threads, with their values and writes.

        Raises:
            StoreError: A checkpoint of another run has a DeltaChannel whose value is the sum of writes of these runs;
                of that thread nothing is deleted.
        """
        runs = set(run_ids)
        for thread_id in await self._store.threads(keys.CHECKPOINTS) if runs else ():
            async with self._queues.alone(thread_id) as write:
                index = await self._reader.index(thread_id)
                doomed = {place for place, entry in index.items() if entry.metadata.get("run_id") in runs}
                if not doomed:
                    continue
                heirs = [place for place in index.keys() - doomed if not doomed.isdisjoint(ancestry(index, place))]
                needed = await self._reader.needed(thread_id, index, heirs) & doomed
                if needed:
                    raise StoreError(
                        f"thread {thread_id}: checkpoint {min(needed)[1]} holds writes that later checkpoints of other "
                        "runs are built on (a DeltaChannel); delete the whole thread, or those runs too"
                    )
                await write(await self._reader.without(thread_id, index, doomed))

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Makes threads shorter.

        Args:
            thread_ids: Which.
            strategy: ``keep_latest``: the newest checkpoint of each namespace stays, and its older ones only as far as
                a DeltaChannel's value is built on their writes. ``delete``: nothing stays.

        Raises:
            ValueError: There is no such strategy.
        """
        if strategy not in {"keep_latest", "delete"}:
            raise ValueError(f"no strategy {strategy!r}: keep_latest or delete")
        for thread_id in map(_checked, thread_ids):
            if strategy == "delete":
                await self.adelete_thread(thread_id)
                continue
            async with self._queues.alone(thread_id) as write:
                index = await self._reader.index(thread_id)
                latest = {namespace: (namespace, id_) for namespace, id_ in sorted(index)}
                doomed = index.keys() - await self._reader.needed(thread_id, index, latest.values())
                if doomed:
                    await write(await self._reader.without(thread_id, index, doomed))

    def _tuple(self, thread_id: str, place: Place, entry: Entry, held: Held) -> CheckpointTuple:
        values = {channel: unpack(self.serde, data) for channel, data in held.values.items()}
        return CheckpointTuple(
            config=_config(thread_id, *place),
            checkpoint=cast("Checkpoint", {**held.record, "channel_values": values}),
            metadata=cast("CheckpointMetadata", entry.metadata),
            parent_config=_config(thread_id, place[0], entry.parent) if entry.parent else None,
            pending_writes=unpack_writes(self.serde, held.calls),
        )


def _checked(thread_id: Any) -> str:
    if re.fullmatch(ID_PATTERN, str(thread_id)) is None:
        remedy = "use letters, digits, - and _, at most 64, beginning with a letter or digit"
        raise InputError(
            Problem(what=f"{str(thread_id)[:80]!r} is no id of a thread", remedy=remedy, field="thread_id")
        )
    return str(thread_id)


def _thread_of(config: RunnableConfig) -> str:
    return _checked(config["configurable"]["thread_id"])


def _namespace_of(config: RunnableConfig) -> str:
    return str(config["configurable"].get("checkpoint_ns") or "")


def _config(thread_id: str, namespace: str, checkpoint_id: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread_id, "checkpoint_ns": namespace, "checkpoint_id": checkpoint_id}}
