"""The checkpoint saver: LangGraph's own conformance suite, and what that suite does not ask."""

from __future__ import annotations

import asyncio
import dataclasses
import enum
import secrets
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.base.id import uuid6
from langgraph.checkpoint.conformance.capabilities import BASE_CAPABILITIES, EXTENDED_CAPABILITIES
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.types import ERROR, INTERRUPT
from one_node_cluster import one_node_cluster

from tests.live.recording import initial_snapshot
from workbench.config import Settings
from workbench.errors import FencedError, InputError, LockHeldError, StoreError, StoreUnavailableError
from workbench.live import keys
from workbench.live.events import log
from workbench.live.journal import Journal
from workbench.live.memory import MemoryStore
from workbench.live.opening import open_store
from workbench.workflow.checkpoint_reader import PARTS
from workbench.workflow.checkpoints import StoreSaver

from .conformance import conformance_of, shortcomings

HASHES = (keys.CHECKPOINTS, keys.CHECKPOINT_BLOBS, keys.CHECKPOINT_WRITES)


@pytest.fixture(scope="module")
def cluster_url():
    with one_node_cluster() as url:
        yield url


@pytest.fixture
def thread_id():
    return f"t-{secrets.token_hex(6)}"


@pytest.fixture
async def store(settings):
    opened = await open_store(settings)
    yield opened
    await opened.aclose()


class CountingStore(MemoryStore):
    """Counts round trips, and can be told to fail or to be slow."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[tuple[str, Any]] = []
        self.writes: list[Any] = []
        self.away = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def kept(self, thread_id, part, names=None):
        self.reads.append((part, names))
        return await super().kept(thread_id, part, names)

    async def keep(self, thread_id, kept):
        await self.gate.wait()
        if self.away:
            raise StoreUnavailableError("away")
        self.writes.append(kept)
        await super().keep(thread_id, kept)


def at(thread_id: str, checkpoint_id: str | None = None, namespace: str = "") -> dict[str, Any]:
    configurable = {"thread_id": thread_id, "checkpoint_ns": namespace}
    return {"configurable": configurable | ({"checkpoint_id": checkpoint_id} if checkpoint_id else {})}


class Line:
    """A line of checkpoints on one thread, one after another."""

    def __init__(self, saver: Any, thread_id: str) -> None:
        self.saver, self.config, self.versions = saver, at(thread_id), {}

    async def put(self, values: dict[str, Any], *changed: str, **metadata: Any) -> dict[str, Any]:
        new = {name: self.saver.get_next_version(self.versions.get(name), None) for name in changed or values}
        self.versions |= new
        checkpoint = empty_checkpoint() | {"channel_values": values, "channel_versions": dict(self.versions)}
        metadata = {"source": "loop", "step": 0, "parents": {}} | metadata
        self.config = await self.saver.aput(self.config, checkpoint, metadata, new)
        return self.config


async def fields_of(store: Any, thread_id: str) -> dict[str, set[str]]:
    return {part: set(await store.kept(thread_id, part)) for part in HASHES}


@pytest.mark.parametrize("kind", ["memory", "redis", "cluster"])
async def test_it_conforms_in_full(kind, settings, request):
    if kind == "memory":
        settings = Settings(use_redis=False)
    elif kind == "cluster":
        settings = Settings(redis_url=request.getfixturevalue("cluster_url"))
    report = await conformance_of(kind, settings)
    report.print_report()
    for capability in BASE_CAPABILITIES | EXTENDED_CAPABILITIES:
        result = report.results[capability.value]
        assert result.detected, capability
        assert result.passed is True, result.failures
        assert result.tests_passed > 0
    assert shortcomings(report) == []


async def test_a_saver_that_forgets_does_not_conform():
    """The check of the report itself can fail."""

    class Forgetful(StoreSaver):
        async def aput_writes(self, *_, **__):
            return None

    report = await conformance_of("forgetful", Settings(use_redis=False), Forgetful)
    assert any("test_put_writes_basic" in line for line in shortcomings(report))


# As LangGraph's own saver -------------------------------------------------------------------------------------------

CHANNELS = ["text", "notes", ERROR, INTERRUPT]
VALUES = st.one_of(st.none(), st.text(max_size=5), st.integers(-9, 9), st.lists(st.booleans(), max_size=2), st.binary())
PUT = st.tuples(
    st.just("put"), st.integers(0, 5), st.sampled_from(["", "a|b", "a"]), st.dictionaries(st.text(max_size=2), VALUES)
)
WRITES = st.tuples(
    st.just("writes"),
    st.integers(0, 5),
    st.sampled_from(["t1", "t2"]),
    st.lists(st.tuples(st.sampled_from(CHANNELS), VALUES), max_size=3),
    st.sampled_from(["", "~b", "~a"]),
)


@hypothesis_settings(deadline=None)
@given(story=st.lists(st.one_of(PUT, WRITES), max_size=12))
async def test_it_reads_back_what_the_memory_saver_of_langgraph_does(story):
    ours, theirs, configs = StoreSaver(MemoryStore()), InMemorySaver(), []
    for what, back, *rest in story:
        base = configs[-1 - back % len(configs)] if configs else None
        if what == "put":
            namespace, values = rest
            base = base if base and base["configurable"]["checkpoint_ns"] == namespace else at("t", namespace=namespace)
            new = {name: ours.get_next_version(None, None) for name in values}
            checkpoint = empty_checkpoint() | {"channel_values": values, "channel_versions": new}
            checkpoint["id"] = str(uuid6())
            for saver in (ours, theirs):
                config = await saver.aput(base, checkpoint, {"source": "loop", "step": back}, new)
            configs.append(config)
        elif base:
            task, writes, path = rest
            for saver in (ours, theirs):
                await saver.aput_writes(base, writes, task, path)
    for config in [*configs, at("t"), at("t", namespace="a"), at("t", "no-such-id"), at("other")]:
        assert await ours.aget_tuple(config) == await theirs.aget_tuple(config)
        ask = {"config": config, "channels": CHANNELS}
        assert await ours.aget_delta_channel_history(**ask) == await theirs.aget_delta_channel_history(**ask)
    for namespace in ("", "a", "a|b"):
        listed = [one async for one in ours.alist(at("t", namespace=namespace))]
        assert listed == [one async for one in theirs.alist(at("t", namespace=namespace))]


# What is written ----------------------------------------------------------------------------------------------------


async def test_a_value_is_written_once_a_version(thread_id):
    store = CountingStore()
    line = Line(StoreSaver(store), thread_id)
    await line.put({"long": "x" * 10_000, "step": 1})
    for step in range(5):
        await line.put({"long": "x" * 10_000, "step": step}, "step")
    assert sum(data.count(b"x" * 10_000) for data in (await store.kept(thread_id, keys.CHECKPOINT_BLOBS)).values()) == 1
    found = await line.saver.aget_tuple(at(thread_id))
    assert found.checkpoint["channel_values"] == {"long": "x" * 10_000, "step": 4}


async def test_two_branches_call_their_values_by_different_names(thread_id):
    saver = StoreSaver(MemoryStore())
    assert saver.get_next_version(None, None) < saver.get_next_version("0000000001.ffffffff", None)
    assert saver.get_next_version(9, None).startswith("0000000010.")
    line = Line(saver, thread_id)
    fork, versions = await line.put({"text": "common"}), dict(line.versions)
    left = await line.put({"text": "left"})
    line.config, line.versions = fork, versions
    right = await line.put({"text": "right"})
    assert (await saver.aget_tuple(left)).checkpoint["channel_values"] == {"text": "left"}
    assert (await saver.aget_tuple(right)).checkpoint["channel_values"] == {"text": "right"}
    assert (await saver.aget_tuple(right)).parent_config == (await saver.aget_tuple(left)).parent_config == fork


async def test_what_comes_together_is_written_together(thread_id):
    store = CountingStore()
    line = Line(StoreSaver(store), thread_id)
    config = await line.put({"text": "a"})
    store.gate.clear()
    writing = [
        asyncio.ensure_future(line.saver.aput_writes(config, [("text", n)], f"task-{n:02d}", f"~{n:02d}"))
        for n in range(40)
    ]
    await asyncio.sleep(0)
    store.gate.set()
    await asyncio.gather(*writing)
    assert len(store.writes) <= 3
    assert [value for _, _, value in (await line.saver.aget_tuple(config)).pending_writes] == list(range(40))


async def test_the_newest_checkpoint_takes_a_few_reads_however_long_the_thread(thread_id):
    store = CountingStore()
    line = Line(StoreSaver(store), thread_id)
    for step in range(60):
        await line.put({"text": step})
    store.reads.clear()
    found = await StoreSaver(store).aget_tuple(at(thread_id))
    assert found.checkpoint["channel_values"] == {"text": 59}
    assert len(store.reads) == 5
    assert all(names is not None and len(names) <= 2 for _, names in store.reads)


async def test_a_second_saver_goes_on_where_the_first_one_was(store, thread_id):
    line = Line(StoreSaver(store), thread_id)
    config = await line.put({"text": "a"})
    await line.saver.aput_writes(config, [("text", "first")], "t1")
    second = StoreSaver(store)
    await second.aput_writes(config, [("text", "second")], "t2")
    await second.aput_writes(config, [("text", "third"), (INTERRUPT, "?")], "t3")
    assert [w[2] for w in (await second.aget_tuple(config)).pending_writes] == ["first", "second", "?", "third"]
    line.saver = second
    newer = await line.put({"text": "b"})
    assert (await StoreSaver(store).aget_tuple(at(thread_id))).config == newer


async def test_a_failed_write_is_told_to_all_and_forgotten(thread_id):
    store = CountingStore()
    line = Line(StoreSaver(store), thread_id)
    config = await line.put({"text": "a"})
    store.away = True
    tries = [line.saver.aput_writes(config, [("text", n)], f"t{n}") for n in range(3)]
    assert [type(e) for e in await asyncio.gather(*tries, return_exceptions=True)] == [StoreUnavailableError] * 3
    store.away = False
    await line.saver.aput_writes(config, [("text", "again")], "t1")
    assert (await line.saver.aget_tuple(config)).pending_writes == [("t1", "text", "again")]


async def test_a_cancelled_task_does_not_take_the_writes_of_others_with_it(thread_id):
    store = CountingStore()
    line = Line(StoreSaver(store), thread_id)
    config = await line.put({"text": "a"})
    store.gate.clear()
    sender, other, gone = [
        asyncio.ensure_future(line.saver.aput_writes(config, [("text", n)], f"t{n}")) for n in range(3)
    ]
    await asyncio.sleep(0)
    sender.cancel()
    gone.cancel()
    await asyncio.wait([sender, gone])
    store.gate.set()
    await other
    assert (await line.saver.aget_tuple(config)).pending_writes == [("t1", "text", 1)]


# Only plain values --------------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Letter:
    text: str


class Tone(enum.StrEnum):
    PLAIN = "plain"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Letter("a"), r"channel 'text'.*Letter.*plain JSON values.*with_allowlist"),
        ({"deep": [Letter("a")]}, "Letter"),
        (Tone.PLAIN, "Tone"),
        (object(), "plain JSON values"),
        (2**70, "plain JSON values"),
    ],
)
async def test_what_would_not_come_back_is_refused_at_once(value, words, thread_id):
    store = MemoryStore()
    with pytest.raises(StoreError, match=words):
        await Line(StoreSaver(store), thread_id).put({"text": value})
    with pytest.raises(StoreError, match="a write to channel 'text'"):
        await StoreSaver(store).aput_writes(at(thread_id, "1"), [("text", value)], "t")
    assert await store.threads(keys.CHECKPOINTS) == []


async def test_a_named_class_comes_back(thread_id):
    saver = StoreSaver(MemoryStore()).with_allowlist([(Letter.__module__, "Letter")])
    when = datetime(2026, 11, 24, tzinfo=UTC)
    config = await Line(saver, thread_id).put({"text": Letter("a"), "when": when, "raw": b"\x00", "none": None})
    values = (await saver.aget_tuple(config)).checkpoint["channel_values"]
    assert values == {"text": Letter("a"), "when": when, "raw": b"\x00", "none": None}


async def test_pickle_is_not_read(thread_id):
    store = MemoryStore()
    config = await Line(StoreSaver(store), thread_id).put({"text": "a"})
    fields = await store.kept(thread_id, keys.CHECKPOINT_BLOBS)
    name = next(name for name in fields if '"text"' in name)
    await store.keep(thread_id, {keys.CHECKPOINT_BLOBS: {name: b"pickle\ncos\nsystem\n(S'true'\ntR."}})
    with pytest.raises(StoreError, match="kind b'pickle'"):
        await StoreSaver(store).aget_tuple(config)


@pytest.mark.parametrize("bad", ["a/b", "", "-a", "a" * 65, "a}:events", "ä"])
async def test_a_thread_whose_id_the_store_does_not_take(bad):
    saver = StoreSaver(MemoryStore())
    calls = [saver.aget_tuple(at(bad)), saver.adelete_thread(bad), saver.acopy_thread("a", bad), saver.aprune([bad])]
    calls += [saver.aput(at(bad), empty_checkpoint(), {}, {}), saver.aput_writes(at(bad, "1"), [], "t")]
    for call in calls:
        with pytest.raises(InputError, match=r"thread_id: .* is no id of a thread"):
            await call


@pytest.mark.parametrize("name", ["get_tuple", "list", "put", "put_writes", "delete_thread", "prune", "copy_thread"])
def test_methods_that_would_block_name_the_one_to_call(name):
    with pytest.raises(NotImplementedError, match=f"call a{name}"):
        getattr(StoreSaver(MemoryStore()), name)("anything")


# Deleting -----------------------------------------------------------------------------------------------------------


async def test_pruning_deletes_what_only_the_old_checkpoints_had(store, thread_id):
    line = Line(StoreSaver(store), thread_id)
    first = await line.put({"kept": "k" * 99, "gone": "1"})
    await line.saver.aput_writes(first, [("gone", "w")], "t1")
    second = await line.put({"kept": "k" * 99, "gone": "2"}, "gone")
    await line.saver.aput_writes(second, [("gone", "v")], "t2")
    before = await fields_of(store, thread_id)
    await line.saver.aprune([thread_id])
    after = await fields_of(store, thread_id)
    assert [len(before[part]) for part in HASHES] == [3, 5, 2]
    assert [len(after[part]) for part in HASHES] == [2, 3, 1]
    left = await StoreSaver(store).aget_tuple(at(thread_id))
    assert (left.config, left.checkpoint["channel_values"]) == (second, {"kept": "k" * 99, "gone": "2"})
    assert left.pending_writes == [("t2", "gone", "v")]
    await line.saver.aprune([thread_id], strategy="delete")
    assert await fields_of(store, thread_id) == {key: set() for key in HASHES}
    with pytest.raises(ValueError, match="no strategy 'oldest'"):
        await line.saver.aprune([thread_id], strategy="oldest")


async def test_deleting_the_newest_run_brings_the_one_before_back(store, thread_id):
    line = Line(StoreSaver(store), thread_id)
    ours, theirs = secrets.token_hex(4), secrets.token_hex(4)
    first = await line.put({"text": "1"}, run_id=ours)
    second = await line.put({"text": "2"}, run_id=theirs)
    await line.saver.aput_writes(second, [("text", "w")], "t1")
    await line.saver.adelete_for_runs([theirs])
    found = await StoreSaver(store).aget_tuple(at(thread_id))
    assert (found.config, found.checkpoint["channel_values"]) == (first, {"text": "1"})
    assert [len(names) for names in (await fields_of(store, thread_id)).values()] == [2, 2, 0]
    line.config = first
    third = await line.put({"text": "3"}, run_id=ours)
    assert (await StoreSaver(store).aget_tuple(at(thread_id))).config == third
    await line.saver.adelete_for_runs([ours])
    assert await fields_of(store, thread_id) == {key: set() for key in HASHES}


async def test_a_copy_is_whole_and_its_own(store, thread_id):
    line = Line(StoreSaver(store), thread_id)
    await line.saver.aput_writes(await line.put({"text": "1"}), [("text", "w")], "t1")
    copy = f"{thread_id}-copy"
    await line.saver.acopy_thread(thread_id, copy)
    assert await fields_of(store, copy) == await fields_of(store, thread_id)
    await line.saver.adelete_thread(thread_id)
    found = await line.saver.aget_tuple(at(copy))
    assert (found.checkpoint["channel_values"], len(found.pending_writes)) == ({"text": "1"}, 1)


async def test_a_copy_onto_a_longer_thread_leaves_its_newest_checkpoint(store, thread_id):
    saver = StoreSaver(store)
    await Line(saver, thread_id).put({"text": "old"})
    newest = await Line(saver, f"{thread_id}-2").put({"text": "new"})
    await saver.acopy_thread(thread_id, f"{thread_id}-2")
    assert (await saver.aget_tuple(at(f"{thread_id}-2"))).config == newest
    assert len([one async for one in saver.alist(at(f"{thread_id}-2"))]) == 2


# Within a run -------------------------------------------------------------------------------------------------------


def through(journal):
    async def keep(thread_id, kept):
        assert thread_id == journal.thread_id
        for part, fields in kept.items():
            journal.keep(part, fields)
        await journal.flush()

    return keep


async def test_a_held_thread_is_written_by_its_holder_only(store, thread_id):
    initial = initial_snapshot().model_copy(update={"thread_id": thread_id})
    journal = await Journal.open(store, thread_id, "elsewhere:1/a", initial)
    within, alone = StoreSaver(store, keep=through(journal)), StoreSaver(store)
    journal.emit(log("beside the checkpoint", agent="workflow"))
    config = await Line(within, thread_id).put({"text": "a"})
    assert journal.kept.logs[-1].message == "beside the checkpoint"
    with pytest.raises(LockHeldError, match="elsewhere:1/a"):
        await Line(alone, thread_id).put({"text": "b"})
    with pytest.raises(LockHeldError):
        await alone.adelete_thread(thread_id)
    assert (await alone.aget_tuple(at(thread_id))).config == config
    await within.adelete_thread(thread_id)
    assert await fields_of(store, thread_id) == {key: set() for key in HASHES}
    await journal.close()


async def test_an_overtaken_run_changes_no_checkpoint(store, thread_id):
    initial = initial_snapshot().model_copy(update={"thread_id": thread_id})
    journal = await Journal.open(store, thread_id, "elsewhere:1/a", initial)
    line = Line(StoreSaver(store, keep=through(journal)), thread_id)
    config = await line.put({"text": "a"})
    await store.release(thread_id, journal.fence)  # as if its lock had lapsed
    successor = await Journal.open(store, thread_id, "elsewhere:2/b")
    before = {part: await store.kept(thread_id, part) for part in PARTS}
    with pytest.raises(FencedError):
        await line.saver.aput_writes(config, [("text", "late")], "t1")
    with pytest.raises(FencedError):
        await line.put({"text": "late"})
    with pytest.raises(FencedError):
        await line.saver.aprune([thread_id], strategy="delete")
    assert {part: await store.kept(thread_id, part) for part in PARTS} == before
    await journal.abandon()
    newer = await Line(StoreSaver(store, keep=through(successor)), thread_id).put({"text": "b"})
    assert (await StoreSaver(store).aget_tuple(at(thread_id))).config == newer
    await successor.close()
