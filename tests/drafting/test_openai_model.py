"""OpenAI client against scripted endpoints."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from pydantic import SecretStr
from scripted_endpoint import Endpoint, completes, counts, drops, fails, hangs, lists, piece, says, sends, streams

from workbench.config import Settings
from workbench.drafting.model_options import ModelOptions, Patience
from workbench.drafting.openai_model import OpenAIModel, model_from_settings
from workbench.drafting.pricing import PriceTable
from workbench.drafting.request import Chunk, ModelRequest, ModelUsage
from workbench.errors import AnswerCutOffError, ModelError, ModelRefusedError, ModelUnavailableError

KEY = "sk-very-secret"
PRICES = PriceTable.model_validate({"as_of": "2025-01-01", "models": {"small-model": {"input": 1, "output": 10}}})
# assignment is None: only the offline assembler may read it.
REQUEST = ModelRequest("awards", "You are counsel.", "Argue the medal.", assignment=None, max_output_tokens=500)


class Clock:
    """Time that passes only while someone sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def make(endpoint: Endpoint, clock: Clock) -> AsyncIterator[Any]:
    made: list[OpenAIModel] = []

    def make(**changes: Any) -> OpenAIModel:
        values: dict[str, Any] = {
            "model": "small-model",
            "prices": PRICES,
            "base_url": endpoint.url,
            "api_key": KEY,
            "clock": clock,
            "sleep": clock.sleep,
            "dice": lambda: 1.0,
        }
        model = OpenAIModel(**{**values, **changes})
        made.append(model)
        return model

    yield make
    for model in made:
        await model.aclose()


async def collect(model: OpenAIModel, into: list[Chunk] | None = None) -> tuple[str, list[Chunk]]:
    """Collects text and chunks as a reader has them.

    The reader honours ``restart``; chunks also go ``into``, where an error follows.
    """
    text, chunks = "", [] if into is None else into
    async for chunk in model.stream(REQUEST):
        text = chunk.text if chunk.restart else text + chunk.text
        chunks.append(chunk)
    return text, chunks


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


@pytest.mark.parametrize(("value", "waited"), [("7", 7), ("0.25", 1), ("-3", 1), ("nan", 1), ("soon", 1)])
async def test_retry_after_is_honoured(endpoint, make, clock, value, waited):
    endpoint.acts = [fails(429, headers={"retry-after": value}), streams("done")]
    await collect(make())
    assert clock.slept == [waited]


async def test_retry_after_may_be_a_date(endpoint, make, clock):
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    endpoint.acts = [fails(503, headers={"retry-after": at}), streams("done")]
    await collect(make())
    assert 30 < clock.slept[0] <= 40


async def test_long_retry_after_pauses_at_once(endpoint, make, clock):
    endpoint.acts = [fails(429, headers={"retry-after": "3600"})]
    with pytest.raises(ModelUnavailableError, match="asks to wait 3600 s"):
        await collect(make())
    assert clock.slept == []


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
    text, _ = await collect(make(patience=Patience(first_text_s=0.2, between_chunks_s=0.2)))
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


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (fails(401, message=f"wrong key {KEY}"), "refuses the key"),
        (fails(403), "refuses the key"),
        (fails(429, code="insufficient_quota"), "no credit left"),
        (fails(307, headers={"location": "http://127.0.0.1:1/elsewhere"}), "redirects elsewhere"),
    ],
)
async def test_endpoint_failures_pause_at_once(endpoint, make, clock, act, words):
    endpoint.acts = [act]
    with pytest.raises(ModelUnavailableError, match=words) as caught:
        await collect(make())
    assert clock.slept == []
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (fails(400, message=f"bad {KEY} template"), r"refuses the request: HTTP 400: “bad \*\*\* template”"),
        (fails(404, message="The model small-model does not exist"), "has no model 'small-model'"),
        (fails(404, message="File Not Found"), "no Chat Completions at this address"),
        (fails(400, code="context_length_exceeded"), "longer than the context"),
        (sends({"error": {"message": "no such thing", "type": "invalid_request_error"}}), "no such thing"),
    ],
)
async def test_request_failures_fail_the_section(endpoint, make, clock, act, words):
    endpoint.acts = [act]
    with pytest.raises(ModelError, match=words) as caught:
        await collect(make())
    assert not isinstance(caught.value, ModelUnavailableError)
    assert clock.slept == []


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (streams(finish="length"), r"cut off at its limit \(max_output_tokens 10192\)"),
        (streams("Half", finish="content_filter"), "content filter"),
        (streams(), "empty answer"),
        (streams(" ", "\n"), "empty answer"),
        (sends(piece(refusal="I cannot"), piece(finish="stop"), counts(100, 20)), "refused to write"),
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


@pytest.mark.parametrize(
    ("refusal", "options", "missing"),
    [
        (fails(400, message="System role not supported"), {}, "system"),
        (fails(400, message="Developer instruction is not enabled for models/gemma-3"), {}, "system"),
        (fails(400, param="temperature", message="Unsupported value"), {"temperature": 0.1}, "temperature"),
        (fails(422, message="reasoning_effort: extra fields"), {"reasoning_effort": "low"}, "reasoning_effort"),
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


@pytest.mark.parametrize(
    ("message", "limit"),
    [
        ("max_tokens is too large: 500. This model supports at most 300 completion tokens", 300),
        ("max_completion_tokens: must be less than or equal to 256", 256),
        ("the value of max_tokens exceeds what is allowed", 250),
    ],
)
async def test_limit_too_large_is_lowered(endpoint, make, message, limit):
    endpoint.acts = [fails(400, message=message), streams("x"), streams("x")]
    model = make()
    await collect(model)
    await collect(model)
    assert [asked.body["max_completion_tokens"] for asked in endpoint.posted] == [500, limit, limit]


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (400, '[{"error":{"code":400,"message":"API key not valid. Take a new one."}}]', "refuses the key .*a new"),
        (402, "Payment Required: top up your balance", "no credit left .*top up"),
        (429, '{"error":{"message":"Your credit balance is too low"}}', "no credit left"),
        (403, '{"detail":"this region is not served"}', "refuses the key .*this region is not served"),
    ],
)  # fmt: skip
async def test_refused_accounts_pause(endpoint, make, status, body, words):
    endpoint.acts = [lambda reply: reply.answer(status, body.encode(), "text/plain")]
    with pytest.raises(ModelUnavailableError, match=words):
        await collect(make())
    assert len(endpoint.posted) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            '{"detail":[{"loc":["body","messages"],"msg":"field required","type":"missing"}]}',
            "messages: field required",
        ),
        ('{"object":"error","message":"bad template","code":400}', "bad template"),
        ('[{"error":{"message":"no such thing"}}]', "no such thing"),
        ("plain words", "plain words"),
        ("<html><head><title>Bad Gateway Setup</title></head><body>x</body></html>", "Bad Gateway Setup"),
    ],
)
async def test_reason_is_shown_in_any_shape(endpoint, make, body, words):
    endpoint.acts = [lambda reply: reply.answer(400, body.encode(), "application/json")]
    with pytest.raises(ModelError, match=words):
        await collect(make())


@pytest.mark.parametrize("echo", [KEY, KEY[:4] + "***" + KEY[-4:], "…" + KEY[-4:]])
async def test_echoed_key_is_masked(endpoint, make, echo):
    endpoint.acts = [fails(401, message=f"Incorrect API key provided: {echo}.")]
    with pytest.raises(ModelUnavailableError) as caught:
        await collect(make())
    assert "Incorrect API key provided: ***" in str(caught.value)
    assert KEY[-4:] not in str(caught.value)


@pytest.mark.parametrize(
    ("headers", "message", "waited"),
    [
        ({"retry-after-ms": "2500"}, "slow down", 2.5),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m12.5s"}, "slow down", None),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "20s"}, "slow down", 20),
        ({"x-ratelimit-remaining-requests": "7", "x-ratelimit-reset-requests": "20s"}, "slow down", 1),
        ({}, "Rate limit reached. Please try again in 12.4s.", 12.4),
        ({}, "You exceeded your current quota. Please retry in 30 seconds", 30),
    ],
)
async def test_stated_wait_is_honoured(endpoint, make, clock, headers, message, waited):
    endpoint.acts = [fails(429, message=message, headers=headers), streams("x")]
    if waited is None:  # longer than anybody waits for
        with pytest.raises(ModelUnavailableError, match="asks to wait 72 s"):
            await collect(make())
        return
    await collect(make())
    assert clock.slept == [waited]


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
