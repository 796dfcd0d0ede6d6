"""Answers with HTTP 200 that are no stream of chunks, and streams that are odd."""

from __future__ import annotations

import gzip
import json

import pytest
from model_client import KEY, collect
from scripted_endpoint import counts, piece, says, sends, streams

from workbench.errors import ModelError, ModelRefusedError, ModelUnavailableError

TEXT = "The medal was awarded in 2019."
USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}


def choice_of(**fields):
    return {"id": "x", "created": 1, "model": "m", "choices": [{"index": 0, "finish_reason": "stop", **fields}]}


def raw(*frames: str, kind: str = "text/event-stream"):
    """Sends these bytes as they are."""

    def act(reply):
        reply.answer(200, "".join(frames).encode(), kind)

    return act


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (says("<html><title>Sign in to Contoso</title></html>", "text/html"), "a web page.*“Sign in to Contoso”"),
        (says('{"error": {"message": "the quota of today is used up"}}'), "“the quota of today is used up”"),
        (says('{"detail": "model is loading"}'), "“model is loading”"),
        (says("CUDA out of memory", "text/plain"), "“CUDA out of memory”"),
        (says(""), "it is empty"),
        (sends("[DONE]"), "it ended in mid-stream"),
        (sends({"detail": "model is loading"}), "“model is loading”"),
        (sends({"error": "CUDA out of memory"}), "“CUDA out of memory”"),
        (sends({"choices": [1], "usage": 7}), "it is no chat completion"),
    ],
)
async def test_body_without_chunks_is_quoted(endpoint, make, act, words):
    endpoint.acts = [act] * 5
    with pytest.raises(ModelUnavailableError, match=f"{words}.*after 5 attempts"):
        await collect(make())


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (says(json.dumps({"error": {"message": f"Invalid API key {KEY}", "code": 401}})), "refuses the key .HTTP 401."),
        (sends({"error": {"message": "invalid api key"}}), "refuses the key: “invalid api key”"),
        (sends({"error": {"message": "insufficient credits", "code": 402}}), "no credit left .HTTP 402."),
    ],
)
async def test_account_fault_in_answer_pauses(endpoint, make, act, words):
    endpoint.acts = [act]
    with pytest.raises(ModelUnavailableError, match=words) as caught:
        await collect(make())
    assert KEY not in str(caught.value)


async def test_error_object_of_vllm_fails_section(endpoint, make):
    said = "This model's maximum context length is 2048 tokens"
    endpoint.acts = [sends({"object": "error", "message": said, "type": "BadRequestError", "code": 400})]
    with pytest.raises(ModelError, match=r"longer than the context.*2048") as caught:
        await collect(make())
    assert not isinstance(caught.value, ModelUnavailableError)


@pytest.mark.parametrize(
    "act",
    [
        says(json.dumps({**choice_of(message={"role": "assistant", "content": TEXT}), "usage": USAGE})),
        sends({**choice_of(message={"role": "assistant", "content": TEXT}), "usage": USAGE}, "[DONE]"),
        sends({**choice_of(text=TEXT), "usage": USAGE}, "[DONE]"),
        sends(piece(TEXT), {**choice_of(message={"content": TEXT}), "usage": USAGE}, "[DONE]"),
        sends(piece(TEXT), {**piece("other"), "choices": [{"index": 1, "delta": {"content": "other"}}]},
              piece(finish="stop"), counts(100, 20), "[DONE]"),
        sends({**piece(), "choices": None}, {**piece(), "choices": [{"index": 0}]}, piece(TEXT), piece(finish="stop"),
              piece(finish="stop"), counts(100, 20), counts(100, 20), "[DONE]"),
        sends(piece(TEXT), piece(finish="stop"), {**counts(0, 0), "usage": {"prompt_tokens": "100",
              "completion_tokens": 20.0}}, "[DONE]"),
        raw(": waiting\r\n\r\n", f"data:{json.dumps(piece(TEXT))}\r\n\r\n", "event: ping\r\ndata: {}\r\n\r\n",
            f"data: {json.dumps({**piece(finish='stop'), 'usage': USAGE})}\r\n\r\ndata: [DONE]\r\n\r\n",
            kind="application/json"),
        raw("data: " + json.dumps({**choice_of(delta={"content": TEXT}), "usage": USAGE}, indent=1)
            .replace("\n", "\ndata: ") + "\n\n"),
    ],
    ids=["whole", "message", "text", "both", "two choices", "empty choices", "odd usage", "comments", "several lines"],
)  # fmt: skip
async def test_odd_answers_are_read(endpoint, make, act):
    endpoint.acts = [act]
    text, chunks = await collect(make())
    assert text == TEXT
    usage = [chunk.usage for chunk in chunks if chunk.usage]
    assert [(each.input_tokens, each.output_tokens) for each in usage] == [(100, 20)]


@pytest.mark.parametrize("usage", ["many", {"prompt_tokens": -1, "completion_tokens": None}, [1]])
async def test_impossible_usage_is_unknown(endpoint, make, usage):
    endpoint.acts = [sends(piece(TEXT), piece(finish="stop"), {**counts(0, 0), "usage": usage}, "[DONE]")]
    text, chunks = await collect(make())
    assert text == TEXT
    assert chunks[-1].usage.cost_usd is None


async def test_check_reads_other_bodies(endpoint, make):
    endpoint.listing = says("<html>Log in</html>", "text/html")
    endpoint.acts = [streams("yes")]
    await make().check()
    endpoint.acts = [says("<title>Sign in to Contoso</title>", "text/html"), says('{"detail": "model is loading"}')]
    for words in ("no chat completion: “Sign in to Contoso”", "no chat completion: “model is loading”"):
        with pytest.raises(ModelRefusedError, match=words):
            await make().check()


async def test_packed_error_is_read(endpoint, make):
    body = gzip.compress(b'{"error": {"message": "the deployment is paused"}}')
    endpoint.acts = [lambda reply: reply.answer(400, body, content_encoding="gzip")]
    with pytest.raises(ModelError, match="the deployment is paused"):
        await collect(make())
    # One that cannot be unpacked is a broken answer, not a crash.
    endpoint.acts = [lambda reply: reply.answer(400, b"no gzip", content_encoding="gzip"), streams(TEXT)]
    assert (await collect(make()))[0] == TEXT
