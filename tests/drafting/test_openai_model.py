"""OpenAI client against scripted endpoints."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import aclosing

import pytest
from model_client import KEY, PRICES, REQUEST, collect
from pydantic import SecretStr
from scripted_endpoint import completes, counts, drops, fails, hangs, lists, piece, says, sends, streams

from workbench.config import Settings
from workbench.drafting.configured_model import model_from_settings
from workbench.drafting.model_options import ModelOptions, Patience
from workbench.drafting.openai_model import OpenAIModel
from workbench.drafting.pricing import PriceTable
from workbench.drafting.request import Chunk, ModelUsage
from workbench.errors import ModelError, ModelRefusedError, ModelUnavailableError


async def test_stream_ends_with_priced_usage(endpoint, make):
    endpoint.acts = [streams("The ", "medal.")]
    text, chunks = await collect(make())
    assert text == "The medal."
    assert [chunk.text for chunk in chunks] == ["The ", "medal.", ""]
    assert chunks[-1].usage == ModelUsage(100, 20, (100 * 1 + 20 * 10) / 1_000_000)
    assert not any(chunk.restart for chunk in chunks)


async def test_request_as_the_endpoint_sees_it(endpoint, make):
    endpoint.acts = [streams("x"), streams("x")]
    await collect(make())
    options = ModelOptions(
        temperature=0.2, reasoning_effort="low", extra_body={"top_p": 0.9, "max_tokens": 1, "model": "x"}
    )
    await collect(make(options=options))
    plain, warm = endpoint.posted
    assert plain.path == "/v1/chat/completions"
    assert plain.headers["x-workbench-section"] == "awards"
    assert plain.headers["authorization"] == f"Bearer {KEY}"
    assert plain.body == {
        "model": "small-model",
        "messages": [
            {"role": "system", "content": "You are counsel."},
            {"role": "user", "content": "Argue the medal."},
        ],
        "max_completion_tokens": 500,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert (warm.body["temperature"], warm.body["reasoning_effort"], warm.body["top_p"]) == (0.2, "low", 0.9)


async def test_text_arrives_while_streaming(endpoint, make):
    endpoint.acts = [hangs("The ")]
    async with aclosing(make().stream(REQUEST)) as chunks:
        assert await anext(chunks) == Chunk("The ")
        assert not endpoint.released.is_set()


async def test_unknown_price_gives_no_cost(endpoint, make):
    endpoint.acts = [streams("x")]
    _, chunks = await collect(make(model="other"))
    assert chunks[-1].usage == ModelUsage(100, 20, None)


async def test_missing_token_count_is_reported(endpoint, make):
    said = []
    endpoint.acts = [streams("x", usage=None)]
    _, chunks = await collect(make(notice=lambda section, text: said.append((section, text))))
    assert chunks[-1].usage == ModelUsage(0, 0, None)
    assert said == [("awards", f"{endpoint.host} does not count tokens: the cost of this call is unknown")]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
async def test_retries_with_back_off(endpoint, make, clock, status):
    said = []
    endpoint.acts = [fails(status), fails(status), streams("done")]
    text, chunks = await collect(make(notice=lambda _, text: said.append(text)))
    assert text == "done"
    assert clock.slept == [1, 2]
    assert not any(chunk.restart for chunk in chunks)
    assert said[0] == f"{endpoint.host} answers HTTP {status}: “no”; attempt 2 of 5 in 1.0 s"


async def test_back_off_is_half_random(endpoint, make, clock):
    endpoint.acts = [fails(500), fails(500), streams("done")]
    await collect(make(dice=lambda: 0.0))
    assert clock.slept == [0.5, 1]


async def test_exhausted_attempts_pause(endpoint, make, clock):
    endpoint.acts = [fails(500)] * 9
    with pytest.raises(ModelUnavailableError, match=r"answers HTTP 500: “no”, after 5 attempts; "):
        await collect(make())
    assert len(endpoint.posted) == 5
    assert clock.slept == [1, 2, 4, 8]


async def test_total_time_bounds_the_retries(endpoint, make, clock):
    endpoint.acts = [fails(500)] * 9
    with pytest.raises(ModelUnavailableError, match="after 3 attempts"):
        await collect(make(patience=Patience(total_s=5)))
    assert clock.slept == [1, 2]


async def test_broken_connection_repeats_no_text(endpoint, make):
    endpoint.acts = [drops("The old ", "text"), drops("Another"), streams("The ", "new text.")]
    text, chunks = await collect(make())
    assert text == "The new text."
    assert [(chunk.text, chunk.restart) for chunk in chunks] == [
        ("The old ", False),
        ("text", False),
        ("Another", True),
        ("The ", True),
        ("new text.", False),
        ("", False),
    ]


async def test_restart_survives_an_empty_attempt(endpoint, make):
    endpoint.acts = [drops("old"), fails(503), streams("new")]
    text, _ = await collect(make())
    assert text == "new"


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(streams(finish=None, usage=None, done=False), id="ends before the first text"),
        pytest.param(sends(piece(""), "{not json"), id="no JSON"),
        pytest.param(sends("[1, 2]"), id="a list"),
        pytest.param(sends({"surprise": True}), id="no choices"),
        pytest.param(sends(piece(""), {"error": {"message": "overloaded", "code": 503}}), id="error in stream"),
        pytest.param(says("<html>Log in to the hotel</html>", "text/html"), id="HTML"),
    ],
)
async def test_invalid_answer_is_retried(endpoint, make, act):
    endpoint.acts = [act, streams("done")]
    text, _ = await collect(make())
    assert text == "done"
    endpoint.acts = [act] * 5
    with pytest.raises(ModelUnavailableError, match="after 5 attempts"):
        await collect(make())


@pytest.mark.parametrize("act", [hangs(), hangs("The ")], ids=["before the first text", "between chunks"])
async def test_silence_times_out(endpoint, make, act):
    endpoint.acts = [act, streams("done")]
    text, _ = await collect(make(patience=Patience(first_text_s=0.5, between_chunks_s=0.5)))
    assert text == "done"


async def test_first_text_has_longer_time_out(endpoint, make):
    def thinks(reply):
        reply.begin()
        reply.event(piece("", role="assistant"))
        endpoint.released.wait(0.1)
        reply.event(piece("The "))
        reply.end()

    endpoint.acts = [thinks]
    async with aclosing(make(patience=Patience(first_text_s=60, between_chunks_s=0.01)).stream(REQUEST)) as chunks:
        assert await anext(chunks) == Chunk("The ")
    assert len(endpoint.posted) == 1


async def test_lost_server_pauses(make, clock):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ModelUnavailableError, match=rf"the connection to 127.0.0.1:{port} failed"):
        await collect(make(base_url=f"http://127.0.0.1:{port}/v1"))
    assert len(clock.slept) == 4


async def test_check_accepts_unfinished_thinking(endpoint, make):
    endpoint.listing = lists("a base model")
    endpoint.acts = [
        fails(400, message="Could not finish the message because max_tokens or model output limit was reached.")
    ]
    await make().check()


async def test_azure_address_and_header(endpoint, make):
    endpoint.acts = [streams("x")]
    url = endpoint.url.removesuffix("/v1") + "/openai/deployments/d/chat/completions?api-version=2025-01-01"
    await collect(make(base_url=url))
    [asked] = endpoint.posted
    assert asked.path == "/openai/deployments/d/chat/completions?api-version=2025-01-01"
    assert asked.headers["api-key"] == KEY


async def test_refused_token_is_renewed_once(endpoint, make):
    tokens = iter(["old", "new", "newer"])

    async def take_token() -> str:
        return next(tokens)

    endpoint.acts = [fails(401), streams("x")]
    await collect(make(api_key=take_token))
    assert [asked.headers["authorization"] for asked in endpoint.posted] == ["Bearer old", "Bearer new"]


async def test_cached_tokens_cost_less(endpoint, make):
    event = counts(100, 20)
    event["usage"]["prompt_tokens_details"] = {"cached_tokens": 80}
    prices = {"small-model": {"input": 1, "output": 10, "cached_input": 0.5}}
    endpoint.acts = [sends(piece("x"), piece(finish="stop"), event)]
    _, chunks = await collect(make(prices=PriceTable.model_validate({"as_of": "2025-01-01", "models": prices})))
    assert chunks[-1].usage.cost_usd == pytest.approx((20 * 1 + 80 * 0.5 + 20 * 10) / 1_000_000)


async def test_abandoned_stream_closes_its_connection(endpoint, make):
    endpoint.acts = [hangs("The ")]
    begun = asyncio.Event()

    async def read():
        async for _ in make().stream(REQUEST):
            begun.set()

    task = asyncio.ensure_future(read())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_stated_context_bounds_the_prompt(endpoint, make):
    endpoint.acts = [fails(400, type="exceed_context_size_error", n_ctx=800), streams("x")]
    model = make()
    assert model.prompt_characters(500) is None
    with pytest.raises(ModelError, match="longer than the context"):
        await collect(model)
    assert model.context_tokens == 800
    await collect(model)
    assert endpoint.posted[-1].body["max_completion_tokens"] == 100
    assert model.prompt_characters(500) == (800 - 100 - 64) * 2.5


async def test_logs_hold_no_key_or_prompt(endpoint, make, caplog):
    caplog.set_level(logging.DEBUG)
    endpoint.acts = [fails(500), streams("x")]
    await collect(make())
    assert caplog.records
    assert KEY not in caplog.text
    assert "Argue the medal" not in caplog.text


@pytest.mark.parametrize(
    "entry",
    [
        {"id": "small-model", "meta": {"n_ctx": 8192, "n_ctx_train": 131072}},
        {"id": "small-model", "max_model_len": 8192},
        {"id": "small-model", "context_length": 8192},
    ],
)
async def test_check_finds_model_and_context(endpoint, make, entry):
    endpoint.listing = lists("other", entry)
    model = make()
    await model.check()
    assert model.context_tokens == 8192
    assert endpoint.posted == []
    assert endpoint.asked[0].headers["x-workbench-section"] == "check"


async def test_check_accepts_single_model_server(endpoint, make):
    endpoint.listing = lists({"id": "/models/some.gguf", "meta": {"n_ctx": 4096}})
    endpoint.acts = [completes()]
    model = make()
    await model.check()
    assert model.context_tokens == 4096


@pytest.mark.parametrize("listing", [fails(404), fails(403), fails(405), says("{}"), says("<p>", "text/html")])
async def test_check_works_without_a_list(endpoint, make, listing):
    endpoint.listing = listing
    endpoint.acts = [fails(400, param="max_completion_tokens"), completes()]
    model = make()
    await model.check()
    assert model.context_tokens is None
    assert endpoint.posted[-1].body["max_tokens"] == 1024


@pytest.mark.parametrize(
    ("acts", "field", "words"),
    [
        ([fails(401, message=KEY)], "OPENAI_API_KEY", "refuses the key (HTTP 401)"),
        ([lists("a", "b"), fails(404, message="no such model")], "WORKBENCH_MODEL", "name one that it offers: a, b"),
        ([lists("a", "b"), fails(403)], "OPENAI_API_KEY", "refuses the key"),
        ([fails(404), fails(404)], "OPENAI_BASE_URL", "most end in /v1"),
        ([says("<p>", "text/html"), says("<p>", "text/html")], "OPENAI_BASE_URL", "no chat completion"),
        ([says("{", "application/json"), says("{")], "OPENAI_BASE_URL", "not valid JSON"),
        ([fails(503), fails(503)], "OPENAI_BASE_URL", "answers HTTP 503"),
        ([lists(), fails(429, type="insufficient_quota")], "OPENAI_API_KEY", "no credit left"),
    ],
)
async def test_check_names_the_variable_to_change(endpoint, make, acts, field, words):
    endpoint.listing, *endpoint.acts = acts
    with pytest.raises(ModelRefusedError) as caught:
        await make().check()
    [problem] = caught.value.problems
    assert problem.field == field
    assert words in str(problem)
    assert KEY not in str(problem)
    assert "\n" not in str(problem)


async def test_check_of_dead_address_fails(make):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ModelRefusedError, match=rf"OPENAI_BASE_URL: the connection to 127.0.0.1:{port} failed"):
        await make(base_url=f"http://127.0.0.1:{port}/v1").check()


async def test_check_times_out(endpoint, make):
    endpoint.listing = hangs()
    with pytest.raises(ModelRefusedError, match=r"OPENAI_BASE_URL: .* did not answer in time"):
        await make(patience=Patience(check_s=0.2)).check()


async def test_closed_model_opens_again(endpoint, make):
    endpoint.acts = [streams("one"), streams("two")]
    model = make()
    await collect(model)
    await model.aclose()
    await model.aclose()
    assert (await collect(model))[0] == "two"


async def test_loopback_takes_no_proxy(endpoint, make, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    endpoint.acts = [streams("direct")]
    assert (await collect(make()))[0] == "direct"


def test_key_alone_is_no_consent():
    assert model_from_settings(Settings(openai_api_key=SecretStr(KEY), openai_base_url="http://x/v1"), PRICES) is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (None, "api.openai.com"),
        ("http://localhost:8080/v1", "localhost:8080"),
        ("https://user:pass@llm.example.com/v1", "llm.example.com"),
        ("http://[::1]:9/v1", "[::1]:9"),
    ],
)
def test_label_names_model_and_host(url, host):
    settings = Settings(model="gpt-x", openai_api_key=SecretStr(KEY), openai_base_url=url)
    model = model_from_settings(settings, PRICES)
    assert model is not None
    assert (model.label, model.host) == (f"gpt-x at {host}", host)


def test_openai_needs_a_key():
    with pytest.raises(ModelRefusedError, match=r"OPENAI_API_KEY: not set, .*; set your key, or OPENAI_BASE_URL"):
        model_from_settings(Settings(model="gpt-x"), PRICES)


async def test_own_server_needs_no_key(endpoint, make, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)  # the environment is read by Settings alone, not by the SDK
    endpoint.acts = [streams("x")]
    await collect(make(api_key=None))
    assert endpoint.posted[0].headers["authorization"] == "Bearer none"


@pytest.mark.parametrize("url", ["api.openai.com/v1", "ftp://x/v1", "http://", "http://x:port/v1", "http://[x/v1"])
def test_invalid_address_is_refused(url):
    with pytest.raises(ModelRefusedError, match="OPENAI_BASE_URL: not an address"):
        OpenAIModel("m", prices=PRICES, base_url=url)


@pytest.mark.parametrize("key", ["a b", "käse", "a\nb"])
def test_invalid_key_is_refused(key):
    with pytest.raises(ModelRefusedError, match="OPENAI_API_KEY: not a key") as caught:
        OpenAIModel("m", prices=PRICES, api_key=key)
    assert key not in str(caught.value)
