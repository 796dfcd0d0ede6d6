"""Endings, reasoning and output limits of streamed answers."""

from __future__ import annotations

from typing import Any

import pytest
from model_client import collect
from scripted_endpoint import counts, piece, sends, streams

from workbench.drafting.model_options import ModelOptions
from workbench.drafting.request import Chunk
from workbench.errors import AnswerCutOffError, ModelError, ModelUnavailableError


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (streams(finish="length"), r"cut off at its limit \(max_output_tokens 10192\)"),
        (streams("Half", finish="content_filter"), "content filter"),
        (streams(), "empty answer"),
        (streams(" ", "\n"), "empty answer"),
        (sends(piece(refusal="I cannot"), piece(finish="stop"), counts(100, 20)), "refused to write .*: “I cannot”"),
        (sends(piece(tool_calls=[{"index": 0}]), piece(finish="tool_calls"), counts(100, 20)), "asked for a tool"),
    ],
)
async def test_unusable_answer_is_charged_and_fails(endpoint, make, act, words):
    endpoint.acts = [act, act]
    chunks: list[Chunk] = []
    with pytest.raises(ModelError, match=words) as caught:
        await collect(make(), into=chunks)
    assert not isinstance(caught.value, ModelUnavailableError)
    usages = [chunk.usage.output_tokens for chunk in chunks if chunk.usage is not None]
    assert usages == [20] * len(endpoint.posted)


async def test_cut_off_answer_differs_from_failure(endpoint, make):
    endpoint.acts = [streams("Half a sen", finish="length")] * 2
    chunks: list[Chunk] = []
    with pytest.raises(AnswerCutOffError, match=r"max_output_tokens 1000\); raise WORKBENCH_MAX_OUTPUT_TOKENS"):
        await collect(make(), into=chunks)
    assert [chunk.text for chunk in chunks if chunk.text] == ["Half a sen"] * 2
    assert [asked.body["max_completion_tokens"] for asked in endpoint.posted] == [500, 1000]


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(streams("Half a sen", finish="error"), id="ending error"),
        pytest.param(streams("Half a sen", finish="insufficient_system_resource"), id="unknown ending"),
        pytest.param(streams("Half a sen", finish="tool_calls"), id="a tool's call"),
        pytest.param(streams("Half a sen", finish=None), id="no ending, but done"),
        pytest.param(streams("Half a sen", finish=None, usage=None, done=False), id="no ending"),
        pytest.param(
            sends(piece("Half a sen"), {"error": {"message": "overloaded", "code": 503}}), id="error in stream"
        ),
        pytest.param(sends(piece("Half a sen"), "{not json"), id="no JSON"),
    ],
)
async def test_broken_ending_is_asked_again_once(endpoint, make, clock, act):
    endpoint.acts = [act, streams("Whole.")]
    assert (await collect(make()))[0] == "Whole."
    endpoint.acts, endpoint.asked = [act] * 3, []
    with pytest.raises(AnswerCutOffError, match="was cut off: "):
        await collect(make())
    assert len(endpoint.posted) == 2
    assert clock.slept == []


@pytest.mark.parametrize("finish", ["eos", "end_turn", "STOP", "stop_sequence"])
async def test_good_endings_are_whole(endpoint, make, finish):
    endpoint.acts = [streams("Whole.", finish=finish)]
    assert (await collect(make()))[0] == "Whole."


def counts_reasoning(prompt: int, completion: int, reasoning: int) -> dict[str, Any]:
    event = counts(prompt, completion)
    event["usage"]["completion_tokens_details"] = {"reasoning_tokens": reasoning}
    return event


async def test_reasoning_model_gets_a_larger_limit(endpoint, make):
    thinks = sends(piece(reasoning_content="hm"), piece(finish="length"), counts_reasoning(100, 500, 500))
    endpoint.acts = [thinks, streams("Whole."), streams("Whole.")]
    model = make()
    await collect(model)
    await collect(model)
    # Learned: the next section has the room at once.
    limits = [asked.body["max_completion_tokens"] for asked in endpoint.posted]
    assert limits == [500, 4 * 500 + 8192, 500 + 8192]


async def test_own_limit_is_never_exceeded(endpoint, make):
    thinks = sends(piece(reasoning_content="hm"), piece(finish="length"), counts_reasoning(100, 400, 400))
    endpoint.acts = [thinks, thinks]
    with pytest.raises(ModelError, match="400 of them for reasoning; raise WORKBENCH_MAX_OUTPUT_TOKENS"):
        await collect(make(options=ModelOptions(max_output_tokens=400)))
    assert [asked.body["max_completion_tokens"] for asked in endpoint.posted] == [400]


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([piece("<think>It looks weak.</think>"), piece("The medal.")], id="tags"),
        pytest.param([piece("It looks weak."), piece("</think>The medal.")], id="closing tag alone"),
        pytest.param([piece([{"type": "thinking", "thinking": "weak"}]),
                      piece([{"type": "text", "text": "The medal."}])], id="parts"),
        pytest.param([piece(reasoning_content="It looks weak."), piece("The medal.")], id="field of its own"),
        pytest.param([piece("<|channel|>analysis<|message|>weak<|end|><|start|>assistant"),
                      piece("<|channel|>final<|message|>The medal.<|return|>")], id="channels"),
    ],
)  # fmt: skip
async def test_reasoning_is_no_text(endpoint, make, events):
    endpoint.acts = [sends(*events, piece(finish="stop"), counts(100, 20))]
    text, _ = await collect(make())
    assert text == "The medal."


async def test_thought_without_answer_is_empty(endpoint, make):
    endpoint.acts = [streams("<think>It looks weak.")] * 2
    with pytest.raises(ModelError, match="empty answer"):
        await collect(make())
