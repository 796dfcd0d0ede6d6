"""Shape of the graphs, and the file by which LangGraph's tools find them."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

from workbench.workflow.graph import petition_graph, section_graph

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "deploy"


def edges(graph):
    return {(edge.source, edge.target) for edge in graph.get_graph().edges}


def test_petition_waits_for_attorney():
    found = edges(petition_graph())
    assert {("__start__", "init_generation"), ("section", "review"), ("review", "attorney")} <= found
    assert ("attorney", "init_generation") in found
    assert {source for source, target in found if target == "__end__"} == {"finalize_document"}


def test_section_goes_back_to_writer():
    found = edges(section_graph(60.0))
    assert {("take_turn", "generate_section"), ("generate_section", "validate_section")} <= found
    assert ("validate_section", "take_turn") in found


def test_langgraph_file_names_the_graph():
    named = json.loads((FOLDER / "langgraph.json").read_text("utf-8"))
    path, _, function = named["graphs"]["petition"].partition(":")
    spec = importlib.util.spec_from_file_location("named_graph", (FOLDER / path).resolve())
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert "review" in getattr(module, function)().get_graph().nodes
