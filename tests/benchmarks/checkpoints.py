"""What a checkpoint costs on the workbench's store, beside LangGraph's own savers, in one run.

One graph, sections of 6 KB drafted one after another by nodes that return at once, each text in a channel of its own; a
second one whose steps change a counter and leave the text alone. Ours: the embedded server, every write on disk before
it is acknowledged. Peers: AsyncSqliteSaver with a file on the same disk, as it comes (WAL, ``synchronous=FULL``: each
commit on disk too), the same with ``synchronous=NORMAL`` (on disk now and then; no goal), and InMemorySaver.
``durability="sync"``: no step begins before the last one is kept.

Bytes: names and values of ours, beside what InMemorySaver and SQLite keep of the same text where the state is one
dictionary that each step rewrites. Reload: 80 sections, by a new saver, ``aget_tuple`` and the graph's ``aget_state``.
"""

from __future__ import annotations

import asyncio
import contextlib
import operator
import time
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated, Any, TypedDict

import aiosqlite
from langgraph.channels import DeltaChannel
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from measure import TEXT, embedded_home, median, report, rounds

from workbench.live.opening import open_store
from workbench.live.store import Store
from workbench.workflow.checkpoint_reader import PARTS
from workbench.workflow.checkpoints import StoreSaver

ROUNDS = 11
RELOADS = 15
SECTIONS = 40

Builder = StateGraph[Any, Any, Any, Any]


def joined(state: dict[str, str], writes: list[dict[str, str]]) -> dict[str, str]:
    """The DeltaChannel's reducer."""
    for write in writes:
        state = (state or {}) | write
    return state


def in_a_line(fields: dict[str, Any], steps: dict[str, Callable[[Any], dict[str, Any]]]) -> Builder:
    """A graph of these steps, one after another."""
    graph = StateGraph(TypedDict("State", fields, total=False))  # type: ignore[operator]
    names = list(steps)
    for before, name in zip([START, *names], names, strict=False):
        graph.add_node(name, steps[name])
        graph.add_edge(before, name)
    graph.add_edge(names[-1], END)
    return graph


def drafting(count: int, kind: str) -> Builder:
    """Sections drafted in a line; their texts each in an own channel, in one dictionary, or in a DeltaChannel."""
    channels = {"dictionary": Annotated[dict, operator.or_], "delta": Annotated[dict, DeltaChannel(joined)]}
    names = [f"s{n:02d}" for n in range(count)]
    own = kind == "own"
    texts = {name: f"{name} {uuid.uuid4()} {TEXT}" for name in names}
    fields = dict.fromkeys(names, str) if own else {"texts": channels[kind]}
    steps = {
        f"draft_{name}": lambda _, name=name: {name: texts[name]} if own else {"texts": {name: texts[name]}}
        for name in names
    }
    return in_a_line({"case_id": str, **fields}, steps)


def counting(count: int) -> Builder:
    """Steps that change a number beside a text of 6 KB that stays as it is."""
    steps = {f"step_{n:02d}": lambda _, n=n: {"number": n} for n in range(count)}
    return in_a_line({"case_id": str, "number": int, "text": str}, steps)


async def run(graph: Builder, saver: Any, thread_id: str, durability: str = "sync") -> float:
    """Seconds."""
    compiled = graph.compile(checkpointer=saver)
    config = {"configurable": {"thread_id": thread_id}, "recursion_limit": 500}
    began = time.perf_counter()
    await compiled.ainvoke({"case_id": "benchmark", "text": TEXT}, config, durability=durability)
    return time.perf_counter() - began


@contextlib.asynccontextmanager
async def sqlite(path: Path, *pragmas: str) -> AsyncIterator[AsyncSqliteSaver]:
    """The official saver on a file."""
    async with aiosqlite.connect(path) as connection:
        for pragma in pragmas:
            await connection.execute(pragma)
        saver = AsyncSqliteSaver(connection)
        await saver.setup()
        yield saver


async def bytes_of_ours(store: Store, thread_id: str) -> int:
    hashes = [await store.kept(thread_id, part) for part in PARTS]
    return sum(len(name) + len(value) for fields in hashes for name, value in fields.items())


def bytes_of_memory(saver: InMemorySaver, thread_id: str) -> int:
    rows = [row for spaces in saver.storage[thread_id].values() for row in spaces.values()]
    kept = sum(len(checkpoint[1]) + len(metadata[1]) for checkpoint, metadata, _ in rows)
    kept += sum(len(value[1]) for key, value in saver.blobs.items() if key[0] == thread_id)
    writes = (calls for key, calls in saver.writes.items() if key[0] == thread_id)
    return kept + sum(len(value[1]) for calls in writes for _, _, value, _ in calls.values())


async def bytes_of_sqlite(saver: AsyncSqliteSaver, thread_id: str) -> int:
    total = 0
    for query in (
        "SELECT SUM(LENGTH(checkpoint) + LENGTH(metadata)) FROM checkpoints WHERE thread_id = ?",
        "SELECT SUM(LENGTH(value)) FROM writes WHERE thread_id = ?",
    ):
        async with saver.conn.execute(query, (thread_id,)) as cursor:
            total += (await cursor.fetchone())[0]  # type: ignore[index]
    return total


async def steps(savers: dict[str, Any], figures: dict[str, float]) -> dict[str, float]:
    """Times a step of each saver on each graph, round by round; ratios of ours to each peer.

    What waits for the disk waits for everybody else's writes too. The goal is the median round's; the fastest round's
    ratio is printed beside it, for a machine that others use.
    """
    ratios: dict[str, float] = {}
    graphs = {"text each step": drafting(SECTIONS, "own"), "a number each step": counting(SECTIONS)}
    for title, graph in graphs.items():
        for durability in ("sync", "async"):
            times: dict[str, list[float]] = {name: [] for name in savers}
            for _ in range(rounds(ROUNDS)):
                for name, saver in savers.items():
                    times[name].append(await run(graph, saver, str(uuid.uuid4()), durability))
            for name in savers:
                figures[f"{title}, {durability}: {name}, ms a step"] = median(times[name]) / SECTIONS * 1e3
            for name in savers.keys() - {"ours"}:
                pairs = zip(times["ours"], times[name], strict=True)
                ratios[f"{title}, {durability}: ours to {name}"] = median([o / t for o, t in pairs])
                fastest = min(times["ours"]) / min(times[name])
                figures[f"{title}, {durability}: ours to {name}, fastest round"] = fastest
    return ratios


async def sizes(store: Store, savers: dict[str, Any], figures: dict[str, float]) -> float:
    """Bytes of 40 sections; ours beside InMemorySaver's with the whole state in each checkpoint."""
    kept: dict[str, int] = {}
    for kind in ("own", "delta", "dictionary"):
        thread_id = str(uuid.uuid4())
        graph = drafting(SECTIONS, kind)
        await run(graph, savers["ours"], thread_id)
        kept[f"ours, {kind}"] = await bytes_of_ours(store, thread_id)
        await run(graph, savers["memory"], thread_id)
        kept[f"memory, {kind}"] = bytes_of_memory(savers["memory"], thread_id)
        await run(graph, savers["SQLite"], thread_id)
        kept[f"SQLite, {kind}"] = await bytes_of_sqlite(savers["SQLite"], thread_id)
    figures |= {f"bytes of {SECTIONS} sections: {what}": float(count) for what, count in kept.items()}
    figures["bytes of the text alone"] = float(SECTIONS * len(TEXT))
    return kept["ours, own"] / min(kept["memory, dictionary"], kept["SQLite, dictionary"])


async def reload(store: Store, figures: dict[str, float]) -> float:
    """The slowest median, ms."""
    slowest = 0.0
    for kind in ("own", "delta"):
        graph, thread_id, peer = drafting(80, kind), str(uuid.uuid4()), InMemorySaver()
        await run(graph, StoreSaver(store), thread_id)
        await run(graph, peer, thread_id)
        config = {"configurable": {"thread_id": thread_id}}
        for what in ("aget_tuple", "aget_state"):
            for name in ("memory", "ours"):
                times = []
                for _ in range(RELOADS):
                    saver = peer if name == "memory" else StoreSaver(store)
                    asked = saver if what == "aget_tuple" else graph.compile(checkpointer=saver)
                    began = time.perf_counter()
                    await getattr(asked, what)(config)
                    times.append((time.perf_counter() - began) * 1e3)
                figures[f"reload of 80 sections, {kind}, {name}: {what}, ms"] = median(times)
            slowest = max(slowest, median(times))
    return slowest


async def measure() -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    figures: dict[str, float] = {}
    with embedded_home() as settings:
        store = await open_store(settings)
        assert store.durable
        home = settings.home
        async with (
            sqlite(home / "default.sqlite") as default,
            sqlite(home / "normal.sqlite", "PRAGMA synchronous=NORMAL") as normal,
        ):
            async with default.conn.execute("PRAGMA synchronous") as cursor:
                figures["SQLite's synchronous as it comes (1 normal, 2 full)"] = float((await cursor.fetchone())[0])  # type: ignore[index]
            savers = {"ours": StoreSaver(store), "SQLite": default, "SQLite normal": normal, "memory": InMemorySaver()}
            ratios = await steps(savers, figures)
            share = await sizes(store, savers, figures)
        slowest = await reload(store, figures)
        await store.aclose()
    figures |= dict(sorted(ratios.items()))
    sqlite_ratios = [ratio for name, ratio in ratios.items() if name.endswith("to SQLite")]
    goals = {
        "time a step, ours to SQLite, the worst of four": (max(sqlite_ratios), 1.0),
        "bytes, ours to whole-state checkpoints": (share, 0.1),
        "reload of 80 sections, the slowest, ms": (slowest, 10.0),
    }
    return figures, goals


if __name__ == "__main__":
    report("checkpoints", *asyncio.run(measure()))
