"""Request fields that an endpoint refuses."""

from __future__ import annotations

import asyncio
import threading

import pytest
from model_client import collect
from scripted_endpoint import completes, fails, streams

from workbench.drafting.model_options import ModelOptions
from workbench.errors import ModelError


@pytest.mark.parametrize(
    ("refusal", "options", "missing"),
    [
        (fails(400, message="System role not supported"), {}, "system"),
        (fails(400, message="Developer instruction is not enabled for models/gemma-3"), {}, "system"),
        (fails(400, param="temperature", message="Unsupported value"), {"temperature": 0.1}, "temperature"),
        (fails(422, message="reasoning_effort: extra fields"), {"reasoning_effort": "low"}, "reasoning_effort"),
        (fails(400, message="unknown argument reasoningEffort"), {"reasoning_effort": "low"}, "reasoning_effort"),
        (fails(400, message='"m" does not support thinking'), {"reasoning_effort": "low"}, "reasoning_effort"),
        (fails(500, message="Jinja Exception: System role not supported"), {}, "system"),
        (fails(400, message="'messages[0].role' does not support 'system' with this model"), {}, "system"),
        (fails(400, message="Expected last role User or Tool but got system"), {}, "system"),
        (fails(400, message="First message must be from user"), {}, "system"),
        (fails(400, message='messages: Unexpected role "system"'), {}, "system"),
    ],
)
async def test_refused_field_is_left_out(endpoint, make, clock, refusal, options, missing):
    notices = []
    endpoint.acts = [refusal, streams("x")]
    await collect(make(options=ModelOptions(**options), notice=lambda _, text: notices.append(text)))
    first, second = (asked.body for asked in endpoint.posted)
    if missing == "system":
        assert second["messages"] == [{"role": "user", "content": "You are counsel.\n\nArgue the medal."}]
    else:
        assert missing in first
        assert missing not in second
    assert len(notices) == 1
    assert clock.slept == []


@pytest.mark.parametrize("message", ["Extra inputs: include_usage", 'Unknown name "streamOptions"'])
async def test_stream_options_by_other_names(endpoint, make, message):
    endpoint.acts = [fails(400, message=message), streams("x")]
    await collect(make())
    assert "stream_options" not in endpoint.posted[1].body


@pytest.mark.parametrize(
    "refusal",
    [
        fails(400, param="stream", message="Your organization must be verified to stream this model."),
        fails(400, message="Unsupported value: 'stream' does not support true with this model."),
        fails(422, message="Streaming is not supported for this deployment"),
    ],
)
async def test_refused_stream_comes_whole(endpoint, make, refusal):
    endpoint.acts = [refusal, completes()]
    assert (await collect(make()))[0] == "yes"
    assert endpoint.posted[1].body["stream"] is False
    assert "stream_options" not in endpoint.posted[1].body


@pytest.mark.parametrize(
    "refusal",
    [
        fails(400, message="Please use 'max_tokens' instead."),
        fails(400, message='Unknown name "maxCompletionTokens"'),
        fails(422, message="max_tokens: Field required"),
        fails(500, message="unexpected keyword argument 'max_completion_tokens'"),
    ],
)
async def test_old_limit_name_is_found(endpoint, make, refusal):
    endpoint.acts = [refusal, streams("x")]
    await collect(make())
    assert endpoint.posted[1].body["max_tokens"] == 500


async def test_refused_extra_field_is_named(endpoint, make):
    endpoint.acts = [fails(400, message="Unrecognized request argument supplied: top_k")]
    with pytest.raises(ModelError, match=r"“Unrecognized.*top_k”; take top_k out of extra_body"):
        await collect(make(options=ModelOptions(extra_body={"top_k": 5, "seed": 1})))
    assert len(endpoint.posted) == 1


@pytest.mark.parametrize(
    ("message", "limit"),
    [
        ("max_tokens is too large: 500. This model supports at most 300 completion tokens", 300),
        ("max_completion_tokens: must be less than or equal to 256", 256),
        ("the value of max_tokens exceeds what is allowed", 250),
        ("Invalid max_tokens value, the valid range of max_tokens is [1, 300]", 300),
        ("max tokens must be less than or equal to 300, the maximum output length - received 500", 300),
        ("max_tokens must be between 1 and 300", 300),
        ("maxOutputTokens of 500, but the supported range is from 1 (inclusive) to 301 (exclusive)", 300),
        ("The maximum tokens you requested exceeds the model limit of 300.", 300),
    ],
)
async def test_limit_too_large_is_lowered(endpoint, make, message, limit):
    endpoint.acts = [fails(400, message=message), streams("x"), streams("x")]
    model = make()
    await collect(model)
    await collect(model)
    assert [asked.body["max_completion_tokens"] for asked in endpoint.posted] == [500, limit, limit]


async def test_dialect_of_old_server_is_learned(endpoint, make, clock):
    endpoint.acts = [
        fails(400, message="Unrecognized argument: max_completion_tokens"),
        fails(422, message="extra fields not permitted: stream_options"),
        streams("one"),
        streams("two"),
    ]
    model = make()
    assert [(await collect(model))[0], (await collect(model))[0]] == ["one", "two"]
    assert clock.slept == []
    for asked in endpoint.posted[2:]:
        assert asked.body["max_tokens"] == 500
        assert not {"max_completion_tokens", "stream_options"} & asked.body.keys()


async def test_unknown_limit_name_ends_the_section(endpoint, make):
    endpoint.acts = [fails(400, message="max_completion_tokens? max_tokens? no")] * 9
    with pytest.raises(ModelError, match="max_tokens"):
        await collect(make())
    assert len(endpoint.posted) == 2


async def test_parallel_sections_learn_dialect_together(endpoint, make):
    both_asked = threading.Barrier(2)

    def refuses_both(reply):
        both_asked.wait()
        fails(400, param="max_completion_tokens")(reply)

    endpoint.acts = [refuses_both, refuses_both, streams("a"), streams("a")]
    model = make()
    both = await asyncio.gather(collect(model), collect(model))
    assert [text for text, _ in both] == ["a", "a"]
