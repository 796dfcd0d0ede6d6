"""Field names of the JavaScript types and pydantic models."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from workbench.checks.finding import Finding
from workbench.live import events, snapshot

TYPES = (Path(__file__).parents[1] / "js" / "types.d.ts").read_text("utf-8")


def fields_of(interface: str) -> set[str]:
    body = re.search(rf"^interface {interface} [^\n]*\{{\n(.*?)^}}", TYPES, re.DOTALL | re.MULTILINE)
    assert body, interface
    return set(re.findall(r"^  (\w+)\??:", body[1], re.MULTILINE))


def values_of(alias: str) -> set[str]:
    body = re.search(rf"^type {alias} =(.*?);", TYPES, re.DOTALL | re.MULTILINE)
    assert body, alias
    return set(re.findall(r'"(\w+)"', body[1]))


@pytest.mark.parametrize(
    ("interface", "model"),
    {
        "Snapshot": snapshot.Snapshot,
        "SectionState": snapshot.SectionState,
        "Exhibit": snapshot.ExhibitState,
        "Letter": snapshot.LetterHead,
        "LogLine": events.LogLine,
        "Progress": snapshot.Progress,
        "Usage": snapshot.Usage,
        "Fork": snapshot.Fork,
        "Finding": Finding,
    }.items(),
)
def test_fields_agree(interface: str, model: type[BaseModel]):
    assert fields_of(interface) == {info.alias or name for name, info in model.model_fields.items()}


@pytest.mark.parametrize("alias", ["RunStatus", "SectionStatus", "Level"])
def test_statuses_agree(alias: str):
    assert values_of(alias) == set(get_args(getattr(events, alias)))


def test_event_types_agree():
    declared = set(re.findall(r'^  type: "(\w+)";', TYPES, re.MULTILINE))
    assert declared == {kind.model_fields["type"].default for kind in get_args(events.Event)}
