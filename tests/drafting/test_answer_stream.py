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
        pytest.param(sends(piece("Half a sen"), piece(finish={"type": "stop"})), id="an ending that is no word"),
        pytest.param(sends(piece("Half a sen"), {"fault": {"faultstring": "overloaded"}}), id="a gateway's error"),
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


@pytest.mark.parametrize(
    "event",
    [
        {"errors": [{"detail": "no room"}]},
        {"fault": {"faultstring": "no room"}},
        {"base_resp": {"status_code": 1004, "status_msg": "no room"}},
        {"error_code": 17, "error_msg": "no room"},
        {**piece(), "x_groq": {"error": "no room"}},
        {
            "choices": [
                {"index": 0, "delta": {}, "finish_reason": "error", "error": {"code": 502, "message": "no room"}}
            ]
        },
        "no room",
    ],
    ids=str,
)
async def test_error_in_stream_is_quoted(endpoint, make, event):
    endpoint.acts = [sends(piece("Half a sen"), event, counts(100, 20))] * 2
    with pytest.raises(AnswerCutOffError, match="“no room”"):
        await collect(make())


@pytest.mark.parametrize(
    "events",
    [
        [piece("Weak.", extra_content={"google": {"thought": True}}), piece("Whole.")],
        [piece("Weak.", channel="analysis"), piece("Whole.", channel="final")],
        [piece("Weak.", role="tool"), piece("Whole.")],
        [piece(content=[{"type": "text", "text": "Weak.", "thought": True}, {"text": "Whole."}])],
        [piece(content=[{"type": "text", "text": {"value": "Whole."}}])],
        [{"choices": [{"index": 0, "message": {"content": part}}]} for part in ("Who", "le.")],
        [{"choices": [{"index": 0, "message": {"content": part}}]} for part in ("Who", "Whole.")],
        [{"choices": [{"index": "0", "delta": {"content": "Whole."}}]}],
    ],
    ids=["thought", "channel", "tool", "part of thought", "value", "messages", "longer messages", "text as index"],
)
async def test_odd_deltas_give_the_text(endpoint, make, events):
    endpoint.acts = [sends(*events, piece(finish="stop"), counts(100, 20), "[DONE]")]
    text, _ = await collect(make())
    assert text == "Whole."
    assert len(endpoint.posted) == 1


async def test_refusal_as_a_part(endpoint, make):
    part = {"type": "refusal", "refusal": "I cannot"}
    endpoint.acts = [sends(piece(content=[part]), piece(finish="stop"), counts(100, 20))]
    with pytest.raises(ModelError, match=r"refused to write .*: “I cannot”"):
        await collect(make())


@pytest.mark.parametrize(
    ("usage", "billed"),
    [
        ({"input_tokens": 100, "output_tokens": 20}, (100, 20)),
        ({"prompt_tokens": "100", "completion_tokens": "20"}, (100, 20)),
        # xAI and Gemini: hidden reasoning stands in the sum only.
        ({"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 420}, (100, 320)),
        # Anthropic: cached tokens beside those of the prompt.
        ({"input_tokens": 10, "output_tokens": 20, "cache_read_input_tokens": 90}, (100, 20)),
        ({"prompt_tokens": 10, "completion_tokens": 20, "prompt_tokens_details": {"cached_tokens": 90}}, (100, 20)),
        ({"prompt_tokens": 10**400, "completion_tokens": 20}, (0, 0)),
        ({"prompt_tokens": 100, "completion_tokens": 20, "prompt_tokens_details": "none"}, (100, 20)),
    ],
)
async def test_usage_in_any_shape(endpoint, make, usage, billed):
    endpoint.acts = [sends(piece("x"), piece(finish="stop"), {**piece(), "choices": [], "usage": usage})]
    _, chunks = await collect(make())
    told = chunks[-1].usage
    assert (told.input_tokens, told.output_tokens) == billed
    assert told.cost_usd is None or told.cost_usd > 0


@pytest.mark.parametrize(
    "events",
    [
        [{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop", "usage": counts(100, 20)["usage"]}]}],
        [{**piece(finish="stop"), "x_groq": {"usage": counts(100, 20)["usage"]}}],
        [piece(finish="stop"), counts(100, 20), counts(0, 0)],
        [{**piece(), "usage": counts(100, 1)["usage"]}, {**piece(finish="stop"), "usage": counts(100, 20)["usage"]}],
    ],
    ids=["choice", "groq", "zeros at last", "every event"],
)
async def test_usage_in_any_place(endpoint, make, events):
    endpoint.acts = [sends(piece("x"), *events)]
    _, chunks = await collect(make())
    assert (chunks[-1].usage.input_tokens, chunks[-1].usage.output_tokens) == (100, 20)
