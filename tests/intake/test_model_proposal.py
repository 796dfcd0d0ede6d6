"""Sentences that a model chooses by their numbers."""

from __future__ import annotations

import json

import pytest

from workbench.drafting.scripted_model import ScriptedModel
from workbench.errors import InputError, ModelError


async def test_model_chooses_by_number(editor):
    model = ScriptedModel(default='<think>2</think>{"sentences": [2, 2]}')
    proposals = await editor.ask_model(["awards"], model=model)
    texts = {one.text for one in proposals}
    assert texts == {"The award is an internationally recognized prize for excellence."}
    assert proposals[0].chosen_by == model.label
    editor.accept(proposals[0].id)
    assert editor.case.claims[0].criterion == "awards"


@pytest.mark.parametrize(
    "answer",
    [
        "I choose the first.",
        "[1]",
        json.dumps({"sentences": [0, -1, 99, True, "1", 1.5]}),
        json.dumps({"sentences": "1"}),
        json.dumps({"text": "She won a Nobel Prize."}),
    ],
)
async def test_other_answers_choose_nothing(answer, editor):
    assert await editor.ask_model(["awards"], model=ScriptedModel(default=answer)) == []


async def test_failing_model_is_told(editor):
    with pytest.raises(ModelError):
        await editor.ask_model(["awards"], model=ScriptedModel(default=ModelError("refused")))


async def test_no_model_is_asked_unless_set(editor):
    with pytest.raises(InputError, match="no model is set"):
        await editor.ask_model()
