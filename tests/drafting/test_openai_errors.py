"""Errors of endpoints, in words and waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from model_client import KEY, collect
from scripted_endpoint import fails, sends, streams

from workbench.errors import ModelError, ModelUnavailableError


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


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (fails(401, message=f"wrong key {KEY}"), "refuses the key"),
        (fails(403), "refuses the key"),
        (fails(429, code="insufficient_quota"), "no credit left"),
        (
            fails(307, headers={"location": "http://127.0.0.1:1/elsewhere"}),
            "redirects elsewhere: “http://127.0.0.1:1/elsewhere”",
        ),
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
        (fails(413, message="too large"), "longer than the context"),
        (fails(400, code="content_filter", message="policy"), "content filter of .* refuses the prompt: “policy”"),
        (fails(400, message="a\x1b[2Jb"), r"“a\\x1b\[2Jb”"),
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
    ("status", "body", "words"),
    [
        (407, "<title>Proxy Authentication Required</title>", "the proxy before .* wants a name and a password"),
        (403, "<!DOCTYPE html><title>Blocked</title>", "a proxy or firewall refuses requests .*“Blocked”"),
        (400, '[{"error":{"code":400,"message":"API key not valid. Take a new one."}}]', "refuses the key .*a new"),
        (402, "Payment Required: top up your balance", "no credit left .*top up"),
        (429, '{"error":{"message":"Your credit balance is too low"}}', "no credit left"),
        (404, '{"error":{"message":"Invalid API key"}}', "refuses the key .*Invalid API key"),
        (403, '{"error":{"message":"Insufficient Balance"}}', "no credit left .*Insufficient Balance"),
        (400, '{"error":{"code":"Arrearage","message":"please recharge"}}', "no credit left .*recharge"),
        (429, '{"error":{"message":"Monthly spending limit reached"}}', "no credit left .*Monthly"),
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
        ('{"fault":{"faultstring":"no room"}}', "“no room”"),
        ('{"base_resp":{"status_code":1004,"status_msg":"no room"}}', "“no room”"),
        ('{"error_code":17,"error_msg":"no room"}', "“no room”"),
        ('{"Message":"no room"}', "“no room”"),
        ("<Error><Code>X</Code><Message>no room</Message></Error>", "“no room”"),
        ("<html><body><h1>no room</h1></body></html>", "“no room”"),
        ('{"error":"{\\"message\\": \\"no room\\"}"}', "“no room”"),
        ("<html><head><title>Bad Gateway Setup</title></head><body>x</body></html>", "Bad Gateway Setup"),
    ],
)
async def test_reason_is_shown_in_any_shape(endpoint, make, body, words):
    endpoint.acts = [lambda reply: reply.answer(400, body.encode(), "application/json")]
    with pytest.raises(ModelError, match=words):
        await collect(make())


async def test_model_without_access_is_named(endpoint, make):
    endpoint.acts = [fails(403, code="model_not_found", message="Project does not have access to model small-model")]
    with pytest.raises(ModelError, match="has no model 'small-model': “Project does not"):
        await collect(make())


@pytest.mark.parametrize("echo", [KEY, KEY[:4] + "***" + KEY[-4:], "…" + KEY[-4:]])
async def test_echoed_key_is_masked(endpoint, make, echo):
    endpoint.acts = [fails(401, message=f"Incorrect API key provided: {echo}.")]
    with pytest.raises(ModelUnavailableError) as caught:
        await collect(make())
    assert "Incorrect API key provided: ***" in str(caught.value)
    assert KEY[-4:] not in str(caught.value)


@pytest.mark.parametrize(
    ("message", "size"),
    [
        ("This model's maximum context length is 8,192 tokens. However, you requested 9000 tokens.", 8192),
        ("prompt is too long: 210000 tokens > 200000 maximum", 200_000),
        ("The input token count (40000) exceeds the maximum number of tokens allowed (32768).", 32_768),
        ("Prompt contains 40000 tokens, too large for model with 32768 maximum context length", 32_768),
        ("the request exceeds the available context size: 4096", 4096),
    ],
)
async def test_context_is_learned_from_words(endpoint, make, message, size):
    endpoint.acts = [fails(400, message=message)]
    model = make()
    with pytest.raises(ModelError, match="longer than the context"):
        await collect(model)
    assert model.context_tokens == size
