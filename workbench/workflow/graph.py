"""LangGraph graphs of the petition and of each section.

    init_generation -> section (one for each, in parallel) -> review -> (section | attorney | finalize_document)
    finalize_document: ends the run, or goes back to the review where a decision has come since
    attorney: waits, by LangGraph's interrupt, and goes on with init_generation
    section:  take_turn -> generate_section -> validate_section -> (take_turn | end)

Sections are one superstep of the petition's graph and wait for each other inside it (:mod:`.scheduler`): a graph whose
supersteps were the sections' own steps would let every section wait for the slowest of each round.

The petition's graph has LangGraph's in-memory checkpointer, which ``interrupt`` needs; a section's graph has none.
Neither outlives the process: what is finished stands in the events, and the next execution plans from the snapshot.
"""

from __future__ import annotations

import contextlib
from functools import cache
from typing import Any, Literal

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import GraphDrained, NodeTimeoutError
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command, RetryPolicy, Send, TimeoutPolicy
from langsmith import tracing_context

from workbench.workflow.context import GenerationContext
from workbench.workflow.nodes import (
    PetitionState,
    node_attorney,
    node_finalize_document,
    node_generate_section,
    node_init_generation,
    node_review,
    node_section_failed,
    node_take_turn,
    node_validate_section,
)
from workbench.workflow.planning import SectionGraphState, plan_section

Graph = CompiledStateGraph[Any, GenerationContext, Any, Any]

_RECURSION_LIMIT = 10_000
"""LangGraph's limit of supersteps; each time the attorney sends sections back takes a few."""

RETRY = RetryPolicy(max_attempts=2, initial_interval=0.2, retry_on=(OSError, NodeTimeoutError))
"""Policy for steps that fail for the machine's reasons, not the draft's; the model's client has retries of its own."""


class PetitionGraph:
    """The graphs of one run, which leave nothing of LangGraph to their caller.

    Nothing of LangGraph is imported before this module is: whoever only reads runs does not need it.

    Args:
        thread_id: The run.
    """

    def __init__(self, thread_id: str) -> None:
        self._graph = petition_graph()
        self._config: Any = {"configurable": {"thread_id": thread_id}, "recursion_limit": _RECURSION_LIMIT}

    async def run(self, context: GenerationContext) -> bool:
        """Goes on to the run's end, or to where it waits for the attorney.

        Returns False where it was paused before.

        Raises:
            FencedError: Another process has taken the thread over.
        """
        try:
            with tracing_context(enabled=False):  # LangSmith would send the graph's state to a third party
                standing = await self._graph.aget_state(self._config)
                begin: Any = Command(resume=True) if standing.interrupts else {"todo": [], "waiting": []}
                await self._graph.ainvoke(begin, self._config, context=context, control=context.control)
        except GraphDrained:
            return False
        return True

    async def redraft(self, section_id: str, context: GenerationContext) -> None:
        """Drafts and checks one section beside the others.

        Ends early where the run is pausing.

        Raises:
            FencedError: Another process has taken the thread over.
        """
        with contextlib.suppress(GraphDrained), tracing_context(enabled=False):
            await run_section(section_id, context)


@cache
def section_graph(step_idle_timeout_s: float) -> Graph:
    """Compiles the graph of one section: draft, check, revise."""
    graph = StateGraph(SectionGraphState, context_schema=GenerationContext)
    guarded: dict[str, Any] = {
        "retry_policy": RETRY,
        "error_handler": node_section_failed,
    }
    timeout = TimeoutPolicy(idle_timeout=step_idle_timeout_s)
    graph.add_node("take_turn", node_take_turn)
    graph.add_node("generate_section", node_generate_section, timeout=timeout, **guarded)
    graph.add_node("validate_section", node_validate_section, timeout=timeout, **guarded)
    graph.add_conditional_edges(START, _after, ["take_turn", "validate_section", END])
    graph.add_edge("take_turn", "generate_section")
    graph.add_conditional_edges("generate_section", _after, ["take_turn", "validate_section", END])
    graph.add_conditional_edges("validate_section", _after, ["take_turn", "validate_section", END])
    return graph.compile(name="section", checkpointer=False)


def petition_graph() -> Graph:
    """Compiles the petition's graph, with a checkpointer in memory."""
    # A saver of its own for each run: docs/decisions.md, "The graph's checkpoints stay in memory".
    graph: Graph = _petition_builder().compile(name="petition", checkpointer=InMemorySaver())
    return graph


@cache
def _petition_builder() -> StateGraph[Any, GenerationContext, Any, Any]:
    graph = StateGraph(PetitionState, context_schema=GenerationContext)
    graph.add_node("init_generation", node_init_generation)
    # Sent to once for each section, so that all sections are tasks of one superstep.
    graph.add_node("section", _node_section)
    graph.add_node("review", node_review)
    graph.add_node("attorney", node_attorney)
    graph.add_node("finalize_document", node_finalize_document)
    graph.add_edge(START, "init_generation")
    graph.add_conditional_edges("init_generation", _fan_out, ["section", "review"])
    graph.add_edge("section", "review")
    graph.add_conditional_edges("review", _after_review, ["section", "attorney", "finalize_document"])
    # Whatever the attorney did meanwhile stands in the snapshot, from which that node plans.
    graph.add_edge("attorney", "init_generation")
    graph.add_conditional_edges("finalize_document", _after_finalize, ["review", END])
    return graph


async def run_section(section_id: str, context: GenerationContext) -> str:
    """Drafts and checks one section; returns its final status.

    Begins where the snapshot says that the section stands.

    Raises:
        GraphDrained: The run is pausing.
        FencedError: Another process has taken the thread over.
    """
    work = plan_section(context.journal.snapshot.section(section_id))
    if work is None:
        return context.journal.snapshot.section(section_id).status
    # Compiled once for each time-out and shared by all runs: a compiled graph holds no state.
    graph = section_graph(context.options.step_idle_timeout_s)
    ended = await graph.ainvoke(
        work,
        # Three nodes a revision, and room for the nodes around them.
        {"recursion_limit": 10 + 3 * (context.options.max_revisions + 1)},
        context=context,
        control=context.control,
    )
    return str(ended.get("outcome", "pending"))


async def _node_section(state: SectionGraphState, runtime: Runtime[GenerationContext]) -> PetitionState:
    return {"outcomes": {state["section_id"]: await run_section(state["section_id"], runtime.context)}}


# Edges are coroutines: LangGraph would run a plain function in a thread for each step.


async def _fan_out(state: PetitionState) -> list[Send] | Literal["review"]:
    return [Send("section", {"section_id": section_id}) for section_id in state["todo"]] or "review"


async def _after_review(state: PetitionState) -> list[Send] | Literal["attorney", "finalize_document"]:
    if state["todo"]:
        return [Send("section", {"section_id": section_id}) for section_id in state["todo"]]
    return "attorney" if state["waiting"] else "finalize_document"


async def _after_finalize(state: PetitionState) -> str:
    return END if state["ended"] else "review"


async def _after(state: SectionGraphState) -> str:
    return {"validate": "validate_section", "done": END}.get(state.get("next", "draft"), "take_turn")
