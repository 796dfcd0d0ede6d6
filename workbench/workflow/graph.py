"""The two graphs: the petition, and within it one for each section.

    init_generation -> section (one for each, in parallel) -> finalize_document
    section:  take_turn -> generate_section -> validate_section -> (take_turn | end)

Sections are one superstep of the petition's graph and wait for each other inside it (:mod:`.turns`): a graph whose
supersteps were the sections' own steps would let every section wait for the slowest of each round.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from langgraph.errors import NodeTimeoutError
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import RetryPolicy, Send, TimeoutPolicy

from workbench.workflow.context import GenerationContext
from workbench.workflow.nodes import (
    PetitionState,
    SectionState,
    node_finalize_document,
    node_generate_section,
    node_init_generation,
    node_section_failed,
    node_take_turn,
    node_validate_section,
)

Graph = CompiledStateGraph[Any, GenerationContext, Any, Any]

RETRY = RetryPolicy(max_attempts=2, initial_interval=0.2, retry_on=(OSError, NodeTimeoutError))
"""A step is tried twice where the machine, not the draft, was at fault; the model's client has retries of its own."""


@cache
def section_graph(step_idle_timeout_s: float) -> Graph:
    """The graph of one section: drafted, checked, sent back."""
    graph = StateGraph(SectionState, context_schema=GenerationContext)
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
    return graph.compile(name="section")


@cache
def petition_graph() -> Graph:
    """The graph of the whole petition."""
    graph = StateGraph(PetitionState, context_schema=GenerationContext)
    graph.add_node("init_generation", node_init_generation)
    graph.add_node("section", _node_section)
    graph.add_node("finalize_document", node_finalize_document)
    graph.add_edge(START, "init_generation")
    graph.add_conditional_edges("init_generation", _fan_out, ["section", "finalize_document"])
    graph.add_edge("section", "finalize_document")
    graph.add_edge("finalize_document", END)
    return graph.compile(name="petition")


async def _node_section(state: SectionState, runtime: Runtime[GenerationContext]) -> PetitionState:
    graph = section_graph(runtime.context.options.step_idle_timeout_s)
    ended = await graph.ainvoke(
        state,
        {"recursion_limit": 10 + 3 * (runtime.context.options.max_revisions + 1)},
        context=runtime.context,
    )
    return {"outcomes": {state["section_id"]: ended.get("outcome", "pending")}}


def _fan_out(state: PetitionState) -> list[Send] | Literal["finalize_document"]:
    return [Send("section", section) for section in state["todo"]] or "finalize_document"


def _after(state: SectionState) -> str:
    return {"validate": "validate_section", "done": END}.get(state.get("next", "draft"), "take_turn")
