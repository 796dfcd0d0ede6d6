"""Real graphs on the checkpoint saver: stopped, resumed by another saver object, forked, and how much they write."""

from __future__ import annotations

import operator
import secrets
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.channels import DeltaChannel
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import GraphDrained
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import RunControl, Runtime
from langgraph.types import Command, Send, interrupt

from workbench.errors import StoreError
from workbench.live import keys
from workbench.live.opening import open_store
from workbench.workflow.checkpoint_reader import PARTS
from workbench.workflow.checkpoints import StoreSaver

TEXT = "The beneficiary's work is of major significance in the field. " * 100  # 6 KB
DURABILITIES = ["sync", "async", "exit"]


class Section(TypedDict, total=False):
    name: str
    text: str


class Letter(TypedDict, total=False):
    names: list[str]
    texts: Annotated[dict[str, str], operator.or_]
    title: str


class Graphs:
    """A letter whose sections are subgraphs that run in parallel; counts how often each was drafted."""

    def __init__(self, asks: str = "awards") -> None:
        self.asks = asks
        self.drafted: list[str] = []
        self.control: RunControl | None = None

    def compile(self, saver: Any) -> Any:
        section = StateGraph(Section)
        section.add_node("draft", self.draft)
        section.add_node("review", self.review)
        section.add_edge(START, "draft")
        section.add_edge("draft", "review")
        section.add_edge("review", END)
        inner = section.compile()

        async def whole(state: Section) -> Letter:
            done = await inner.ainvoke(state)
            return {"texts": {done["name"]: done["text"]}}

        letter = StateGraph(Letter)
        letter.add_node("plan", self.plan)
        letter.add_node("section", whole)
        letter.add_node("finish", self.finish)
        letter.add_edge(START, "plan")
        letter.add_conditional_edges("plan", lambda s: [Send("section", {"name": n}) for n in s["names"]], ["section"])
        letter.add_edge("section", "finish")
        letter.add_edge("finish", END)
        return letter.compile(checkpointer=saver)

    async def plan(self, _: Letter, runtime: Runtime) -> Letter:
        if self.control is not None:
            self.control.request_drain("paused")
        return {"title": "a letter"}

    async def draft(self, state: Section) -> Section:
        self.drafted.append(state["name"])
        return {"text": f"{state['name']}: drafted"}

    async def review(self, state: Section) -> Section:
        if state["name"] == self.asks:
            return {"text": f"{state['text']}, {interrupt({'review': state['name']})}"}
        return {}

    async def finish(self, state: Letter) -> Letter:
        return {"title": f"{state['title']} of {len(state['texts'])} sections"}


NAMES = ["intro", "awards", "judging"]


@pytest.fixture
async def store(settings):
    opened = await open_store(settings)
    yield opened
    await opened.aclose()


@pytest.fixture
def config():
    return {"configurable": {"thread_id": f"t-{secrets.token_hex(6)}"}}


async def plain(history):
    return [(one.values, one.next, one.metadata["step"], [t.name for t in one.tasks]) async for one in history]


@pytest.mark.parametrize("durability", DURABILITIES)
async def test_an_interrupted_graph_is_resumed_by_another_saver(durability, store, config, settings):
    graphs = Graphs()
    asked = await graphs.compile(StoreSaver(store)).ainvoke({"names": NAMES}, config, durability=durability)
    assert [question.value for question in asked["__interrupt__"]] == [{"review": "awards"}]
    assert sorted(graphs.drafted) == sorted(NAMES)

    again = await open_store(settings)
    graph = graphs.compile(StoreSaver(again))
    waiting = await graph.aget_state(config, subgraphs=True)
    assert [task.interrupts[0].value for task in waiting.tasks if task.interrupts] == [{"review": "awards"}]
    done = await graph.ainvoke(Command(resume="approved"), config, durability=durability)
    assert done["title"] == "a letter of 3 sections"
    assert done["texts"]["awards"] == "awards: drafted, approved"
    assert sorted(graphs.drafted) == sorted(NAMES)  # nothing was drafted again
    assert (await graph.aget_state(config)).next == ()
    await again.aclose()


async def test_more_sections_at_once_than_the_store_has_connections(store, config, settings):
    names = [f"s{n}" for n in range(settings.redis_max_connections + 10)]
    done = await Graphs(asks="nothing").compile(StoreSaver(store)).ainvoke({"names": names}, config)
    assert sorted(done["texts"]) == sorted(names)
    children = {one.config["configurable"]["checkpoint_ns"] async for one in StoreSaver(store).alist(config)}
    assert len(children) == len(names) + 1


async def test_a_drained_graph_goes_on_where_it_was(store, config):
    graphs = Graphs(asks="nothing")
    graphs.control = RunControl()
    with pytest.raises(GraphDrained, match="paused"):
        await graphs.compile(StoreSaver(store)).ainvoke({"names": NAMES}, config, control=graphs.control)
    assert graphs.drafted == []
    graph = graphs.compile(StoreSaver(store))
    assert (await graph.aget_state(config)).next == ("section",) * 3
    done = await graph.ainvoke(None, config)
    assert done["title"] == "a letter of 3 sections"
    assert sorted(graphs.drafted) == sorted(NAMES)


async def test_a_failed_section_is_drafted_again_and_the_others_are_not(store, config):
    graphs = Graphs(asks="nothing")
    review, broken = graphs.review, ["awards"]

    async def fails_once(state: Section) -> Section:
        if state["name"] in broken:
            broken.clear()
            raise ConnectionError("gone")
        return await review(state)

    graphs.review = fails_once
    with pytest.raises(ConnectionError):
        await graphs.compile(StoreSaver(store)).ainvoke({"names": NAMES}, config, durability="sync")
    finished = set(graphs.drafted) - {"awards"}
    done = await graphs.compile(StoreSaver(store)).ainvoke(None, config, durability="sync")
    assert sorted(done["texts"]) == sorted(NAMES)
    assert all(graphs.drafted.count(name) == 1 for name in finished)


async def test_a_fork_leaves_the_old_branch(store, config):
    graphs = Graphs(asks="nothing")
    graph = graphs.compile(StoreSaver(store))
    first = await graph.ainvoke({"names": NAMES}, config)
    before = await plain(graph.aget_state_history(config))
    planned = [one async for one in graph.aget_state_history(config) if one.next == ("section",) * 3]
    forked = await graph.aupdate_state(planned[0].config, {"title": "another letter"}, as_node="plan")
    other = graphs.compile(StoreSaver(store))
    second = await other.ainvoke(None, forked)
    assert (first["title"], second["title"]) == ("a letter of 3 sections", "another letter of 3 sections")
    history = [one async for one in other.aget_state_history(config)]
    assert [one.values["title"] for one in history if one.next == () and one.metadata["step"] > 1] == [
        "another letter of 3 sections",
        "a letter of 3 sections",
    ]
    assert len(history) == len(before) + 3
    copied = {"configurable": {"thread_id": f"{config['configurable']['thread_id']}-copy"}}
    await StoreSaver(store).acopy_thread(*(c["configurable"]["thread_id"] for c in (config, copied)))
    assert await plain(other.aget_state_history(copied)) == await plain(other.aget_state_history(config))


def gathered(state: dict[str, str], writes: list[dict[str, str]]) -> dict[str, str]:
    return operator.or_(state or {}, {name: text for write in writes for name, text in write.items()})


def letters_of(count: int, kind: str, snapshot_frequency: int = 1_000) -> tuple[Any, dict[str, Any]]:
    """A graph that drafts so many sections one after another: each in a channel of its own, or all in one."""
    names = [f"s{n:02d}" for n in range(count)]
    delta = Annotated[dict, DeltaChannel(gathered, snapshot_frequency=snapshot_frequency)]
    whole = {"texts": {"whole": Annotated[dict, operator.or_], "delta": delta}.get(kind, str)}
    state: Any = TypedDict("state", whole if kind != "own" else dict.fromkeys(names, str), total=False)
    graph = StateGraph(state)

    def node(name: str) -> Any:
        text = f"{name} {secrets.token_hex(4)} {TEXT}"

        async def draft(_: Any) -> dict[str, Any]:
            return {name: text} if kind == "own" else {"texts": {name: text}}

        return draft

    for before, name in zip([START, *names], names, strict=False):
        graph.add_node(f"draft_{name}", node(name))
        graph.add_edge(before if before == START else f"draft_{before}", f"draft_{name}")
    return graph, {names[0]: ""} if kind == "own" else {"texts": {}}


async def bytes_of(store: Any, thread_id: str) -> int:
    hashes = [await store.kept(thread_id, part) for part in PARTS]
    return sum(len(name) + len(value) for fields in hashes for name, value in fields.items())


@pytest.mark.parametrize("kind", ["own", "delta"])
async def test_checkpoints_grow_with_the_text_and_not_with_its_square(kind, store):
    sizes = []
    for count in (10, 20, 40):
        thread_id = f"t-{secrets.token_hex(6)}"
        graph, first = letters_of(count, kind)
        config = {"configurable": {"thread_id": thread_id}, "recursion_limit": 100}
        await graph.compile(checkpointer=StoreSaver(store)).ainvoke(first, config)
        sizes.append(await bytes_of(store, thread_id))
    assert sizes[0] < 10 * 3 * len(TEXT)
    assert sizes[1] / sizes[0] < 2.2
    assert sizes[2] / sizes[1] < 2.2


@pytest.mark.parametrize("frequency", [1, 3, 1_000])
@pytest.mark.parametrize("durability", DURABILITIES)
async def test_a_delta_channel_is_put_together_again(frequency, durability, store, config):
    graph, first = letters_of(9, "delta", frequency)
    ours, theirs = StoreSaver(store), InMemorySaver()
    for saver in (ours, theirs):
        await graph.compile(checkpointer=saver).ainvoke(first, config, durability=durability)
    reread = graph.compile(checkpointer=StoreSaver(store))
    reference = graph.compile(checkpointer=theirs)
    assert await plain(reread.aget_state_history(config)) == await plain(reference.aget_state_history(config))
    assert len((await reread.aget_state(config)).values["texts"]) == 9


@pytest.mark.parametrize("frequency", [3, 1_000])
async def test_pruning_leaves_what_a_delta_channel_is_built_on(frequency, store, config):
    graph, first = letters_of(9, "delta", frequency)
    saver, thread_id = StoreSaver(store), config["configurable"]["thread_id"]
    compiled = graph.compile(checkpointer=saver)
    await compiled.ainvoke(first, config)
    before = (await compiled.aget_state(config)).values
    count = len([one async for one in saver.alist(config)])
    await saver.aprune([thread_id])
    left = len([one async for one in saver.alist(config)])
    assert (await graph.compile(checkpointer=StoreSaver(store)).aget_state(config)).values == before
    assert (1 < left < 6) if frequency == 3 else left == count


async def test_a_run_that_later_ones_are_built_on_is_not_deleted(store, config):
    graph, first = letters_of(4, "delta")
    compiled = graph.compile(checkpointer=StoreSaver(store))
    runs = [f"{config['configurable']['thread_id']}-{n}" for n in range(2)]
    for run in runs:
        await compiled.ainvoke(first, config | {"metadata": {"run_id": run}})
    before = (await compiled.aget_state(config)).values
    with pytest.raises(StoreError, match="DeltaChannel"):
        await StoreSaver(store).adelete_for_runs(runs[:1])
    assert (await compiled.aget_state(config)).values == before
    await StoreSaver(store).adelete_for_runs(runs)
    assert await store.kept(config["configurable"]["thread_id"], keys.CHECKPOINT_BLOBS) == {}
