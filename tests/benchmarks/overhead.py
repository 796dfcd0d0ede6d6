"""Cost of workflow, persistence and events beside the bare LangGraph graph, in one run.

Peer: the same two-level graph (init, sections in parallel, finalize; each section drafts and checks) whose nodes return
at once, with InMemorySaver. Ours: the real graph, nodes, journal and embedded server with every write on disk; the
model has no latency, and writer, validator and memory return at once, since the peer has none. The time with the real
agents is printed too, without a goal.
"""

from __future__ import annotations

import asyncio
import operator
import time
from typing import Annotated, Any, TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send
from measure import TEXT, QuietWriter, build_executor, check_drafted, embedded_home, median, report, rounds, sections

from workbench.case.loader import load_case
from workbench.case.search import MemoryManager
from workbench.drafting.agents import ValidatorAgent, WriterAgent
from workbench.drafting.offline.assembler import OfflineAssembler
from workbench.drafting.sections import sections_for
from workbench.live.open_store import open_store

ROUNDS = 7
SIZES, QUICK_SIZES = (10, 20, 40), (4, 8, 16)
"""Sections; the second with ``--rounds 1``."""


class Petition(TypedDict, total=False):
    ids: list[str]
    done: Annotated[dict[str, str], operator.or_]


class Section(TypedDict, total=False):
    section_id: str
    content: str


def bare_graph() -> Any:
    """The peer: the same shape, nothing in it."""

    async def generate(_: Section) -> Section:
        return {"content": TEXT}

    async def validate(_: Section) -> Section:
        return {}

    inner = StateGraph(Section)
    for name, node in (("take_turn", validate), ("generate_section", generate), ("validate_section", validate)):
        inner.add_node(name, node)
    inner.add_edge(START, "take_turn")
    inner.add_edge("take_turn", "generate_section")
    inner.add_edge("generate_section", "validate_section")
    inner.add_edge("validate_section", END)
    section_graph = inner.compile()

    async def section(state: Section) -> Petition:
        ended = await section_graph.ainvoke(state)
        return {"done": {state["section_id"]: ended["content"]}}

    async def nothing(_: Petition) -> Petition:
        return {}

    outer = StateGraph(Petition)
    outer.add_node("init_generation", nothing)
    outer.add_node("section", section)
    outer.add_node("finalize_document", nothing)
    outer.add_edge(START, "init_generation")
    outer.add_conditional_edges(
        "init_generation", lambda state: [Send("section", {"section_id": s}) for s in state["ids"]], ["section"]
    )
    outer.add_edge("section", "finalize_document")
    outer.add_edge("finalize_document", END)
    return outer.compile(checkpointer=InMemorySaver())


class CountingStore:
    """The store, with the bytes of snapshots counted on their way."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.snapshot_bytes = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def write(
        self, thread_id: str, fence: int, events: Any, snapshot: Any = None, kept: Any = None, count: int = 0
    ) -> int:
        if snapshot is not None:
            self.snapshot_bytes += len(snapshot.to_json())
        written: int = await self._store.write(thread_id, fence, events, snapshot, kept, count)
        return written


async def measure() -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    figures: dict[str, float] = {}
    sizes = SIZES if rounds(ROUNDS) > 1 else QUICK_SIZES
    with embedded_home() as settings:
        store = await open_store(settings)
        client = store._client
        graph = bare_graph()
        ratios = []
        for size in sizes:
            specs, bare, ours, event_bytes, snapshot_bytes = sections(size), [], [], [], []
            for turn in range(rounds(ROUNDS)):
                began = time.perf_counter()
                await graph.ainvoke({"ids": list(specs), "done": {}}, {"configurable": {"thread_id": f"{size}-{turn}"}})
                bare.append(time.perf_counter() - began)

                counting = CountingStore(store)
                executor = await build_executor(counting, settings, specs, QuietWriter(TEXT))
                before = (await client.info("stats"))["total_net_input_bytes"]
                counting.snapshot_bytes = 0
                began = time.perf_counter()
                await executor.generate()
                ours.append(time.perf_counter() - began)
                check_drafted(executor)
                after = (await client.info("stats"))["total_net_input_bytes"]
                snapshot_bytes.append(float(counting.snapshot_bytes))
                event_bytes.append(float(after - before - counting.snapshot_bytes))
                await executor.settle(executor.executions.begin())
            figures[f"{size} sections: bare graph, ms a section"] = median(bare) / size * 1e3
            figures[f"{size} sections: workbench, ms a section"] = median(ours) / size * 1e3
            figures[f"{size} sections: ratio"] = median([o / b for o, b in zip(ours, bare, strict=True)])
            figures[f"{size} sections: bytes into Redis, events"] = median(event_bytes)
            figures[f"{size} sections: bytes into Redis, snapshots"] = median(snapshot_bytes)
            ratios.append(figures[f"{size} sections: ratio"])
        figures["9 sections of a case with the real agents, ms a section"] = await with_agents(store, settings)
        await store.aclose()
    events = [figures[f"{size} sections: bytes into Redis, events"] for size in sizes]
    goals = {
        "ratio to the bare graph, worst size": (max(ratios), 3.0),
        f"event bytes, {sizes[1]} sections to {sizes[0]}": (events[1] / events[0], 2.2),
        f"event bytes, {sizes[2]} sections to {sizes[1]}": (events[2] / events[1], 2.2),
    }
    return figures, goals


async def with_agents(store: Any, settings: Any) -> float:
    case = load_case("minimal", settings=settings)
    specs = {spec.section_id: spec for spec in sections_for(case)}
    times = []
    for _ in range(3 if rounds(ROUNDS) > 1 else 1):
        executor = await build_executor(
            store,
            settings,
            specs,
            WriterAgent(OfflineAssembler()),
            validator=ValidatorAgent(),
            memory=MemoryManager(case),
        )
        began = time.perf_counter()
        await executor.generate()
        times.append(time.perf_counter() - began)
        await executor.settle(executor.executions.begin())
    return median(times) / len(specs) * 1e3


if __name__ == "__main__":
    report("overhead", *asyncio.run(measure()))
