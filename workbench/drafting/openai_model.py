"""Client of any endpoint that speaks Chat Completions, streaming.

One policy of time-outs and retries; ``failures`` has the words for what goes wrong:

    connection, time-out, 408, 429, 5xx, broken stream   retried with back-off, then ModelUnavailableError: a pause
    401, 403, no credit left, a long Retry-After         ModelUnavailableError at once
    400, 404, refused, filtered, empty                   ModelError at once: the section fails, the run goes on
    cut off at max_output_tokens                         AnswerCutOffError, a ModelError: the text so far may be
    kept
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace

import openai
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam
from openai.types.completion_usage import CompletionUsage
from openai.types.shared_params import ResponseFormatJSONSchema

from workbench.config import Settings
from workbench.drafting import openai_errors
from workbench.drafting.endpoint import host_of, is_this_machine, usable_key
from workbench.drafting.openai_errors import BrokenAnswerError, Failure
from workbench.drafting.pricing import PriceTable
from workbench.drafting.request import Chunk, ModelRequest, ModelUsage
from workbench.errors import AnswerCutOffError, ModelError

SECTION_HEADER = "X-Workbench-Section"
DEFAULT_BASE_URL = "https://api.openai.com/v1"

# Enough for a model that thinks a little before it says yes; one token is refused by some.
_CHECK_TOKENS = 16
_CHECK_SECTION = "check"
_KNOWN_MODELS_SHOWN = 5
# English prose has about four characters a token, names, dates and citations fewer: the small model's tokenizer gave
# 2.8 on sentences full of them (a test repeats it). This errs towards a prompt that fits.
_CHARACTERS_A_TOKEN = 2.5
# What the chat template adds around the messages, tokens.
_TEMPLATE_TOKENS = 64
# Where the size of the context stands in an entry of GET /models: llama.cpp under meta, vLLM, OpenRouter, Groq.
_CONTEXT_FIELDS = ("n_ctx", "max_model_len", "context_length", "context_window")
# What the SDK lets through where a call fails; it does not wrap the errors of JSON that is none.
_CALL_ERRORS = (openai.OpenAIError, BrokenAnswerError, TimeoutError, json.JSONDecodeError, UnicodeDecodeError)
_PARAMETER_ERRORS = (openai.BadRequestError, openai.UnprocessableEntityError)

Notice = Callable[[str, str], None]
"""Callback for lines of the run's log: the section's id, and a sentence."""


@dataclass(frozen=True)
class Patience:
    """Time-outs and retries of an endpoint.

    Attributes:
        check_s: For the check before a run, seconds.
        connect_s: For the connection, seconds.
        first_text_s: For the first text: a reasoning model thinks, a small server queues, seconds.
        between_chunks_s: Between two chunks after that, seconds.
        total_s: For one request with all its retries, seconds.
        attempts: Calls made for one request at most.
        back_off_s: Before the second attempt; doubles each time, and half of it is random.
        longest_wait_s: Upper bound of the back-off. A server that asks for more (Retry-After) is not asked again.
    """

    check_s: float = 60
    connect_s: float = 10
    first_text_s: float = 300
    between_chunks_s: float = 60
    total_s: float = 600
    attempts: int = 5
    back_off_s: float = 1
    longest_wait_s: float = 60


@dataclass(frozen=True)
class _Dialect:
    """Request fields that an endpoint accepts.

    Attributes:
        new_limit: ``max_completion_tokens`` (reasoning models refuse the old name) or ``max_tokens`` (small
            servers).
        asks_usage: Whether ``stream_options`` is sent.
        keeps_schema: Whether ``response_format`` is sent if the request has a schema.
    """

    new_limit: bool = True
    asks_usage: bool = True
    keeps_schema: bool = True

    def after(self, error: openai.APIStatusError) -> _Dialect:
        """Returns the dialect to try after a refusal, if any."""
        if self.new_limit and openai_errors.is_about(error, "max_completion_tokens"):
            return replace(self, new_limit=False)
        if self.asks_usage and openai_errors.is_about(error, "stream_options"):
            return replace(self, asks_usage=False)
        if self.keeps_schema and (
            openai_errors.is_about(error, "response_format") or openai_errors.is_about(error, "schema")
        ):
            return replace(self, keeps_schema=False)
        return self


class OpenAIModel:
    """A model behind Chat Completions.

    The connections belong to the event loop of the first call until :meth:`aclose`; after that another loop may call.

    Attributes:
        model: The model's name, as the endpoint knows it.
        host: The endpoint's host, with the port where one is given.
        label: ``<model> at <host>``.
        context_tokens: Size of the model's context for prompt and answer together, tokens, or None where unknown;
            :meth:`check` asks the endpoint for it.
        temperature: Sent only if set: some models refuse it.
        notice: Told of retries and of missing token counts.
    """

    def __init__(  # noqa: PLR0913 - the last three are for tests
        self,
        model: str,
        *,
        prices: PriceTable,
        base_url: str | None = None,
        api_key: str | None = None,
        context_tokens: int | None = None,
        temperature: float | None = None,
        patience: Patience | None = None,
        notice: Notice | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        dice: Callable[[], float] = random.random,
    ) -> None:
        """Prepares the client; nothing is sent yet.

        Raises:
            ModelRefusedError: The address or the key cannot be used.
        """
        self._base_url = base_url or DEFAULT_BASE_URL
        self.model = model
        self.host = host_of(self._base_url)
        self.label = f"{model} at {self.host}"
        self.context_tokens = context_tokens
        self.temperature = temperature
        self.notice: Notice = notice or (lambda _section_id, _message: None)
        self._key = usable_key(api_key, needed=base_url is None)
        self._prices = prices
        self._patience = patience or Patience()
        self._clock, self._sleep, self._dice = clock, sleep, dice
        self._dialect = _Dialect()
        self._client_or_none: openai.AsyncOpenAI | None = None

    def prompt_characters(self, max_output_tokens: int) -> int | None:
        """Estimates the longest prompt, in characters.

        System and user message together; None if the context is unknown. The estimate errs on the safe side, for a
        writer that drops passages until its prompt fits.
        """
        if self.context_tokens is None:
            return None
        tokens = self.context_tokens - self.output_limit(max_output_tokens) - _TEMPLATE_TOKENS
        return int(max(0, tokens) * _CHARACTERS_A_TOKEN)

    async def check(self) -> None:
        """Checks endpoint, key and model name.

        The endpoint is asked for its models.

        The tokens are asked for only if the list does not settle it. Not retried: someone waits at a prompt, and a
        refusal says what to change.

        Raises:
            ModelRefusedError: The endpoint cannot be reached, or refuses the key or the model.
        """
        offered: dict[str, int | None] = {}
        try:
            async with asyncio.timeout(self._patience.check_s):
                offered = await self._list_models()
                if self.model not in offered:
                    await self._complete_a_little()
        except _CALL_ERRORS as error:
            failure = self._explain(error)
            if isinstance(error, openai.NotFoundError) and failure.variable == "WORKBENCH_MODEL" and offered:
                names = ", ".join(sorted(offered)[:_KNOWN_MODELS_SHOWN])
                failure = replace(failure, remedy=f"name one that it offers: {names}")
            raise failure.before_run() from None
        # A server of one model answers to any name.
        only = next(iter(offered.values())) if len(offered) == 1 else None
        self.context_tokens = self.context_tokens or offered.get(self.model, only)

    async def stream(self, request: ModelRequest) -> AsyncIterator[Chunk]:
        """Streams the answer.

        If a retry begins after text has been yielded, its first chunk says ``restart``. An answer that turns out
        unusable (cut off, refused, empty) still yields its usage before the error, because it has been billed.

        Raises:
            ModelUnavailableError: The endpoint is lost, overloaded or refuses the key.
            ModelError: This request cannot be answered.
            AnswerCutOffError: A ModelError: the answer reached its limit; the text so far may be kept.
        """
        deadline = self._clock() + self._patience.total_s
        attempt, stale = 1, False
        while True:
            dialect, fresh = self._dialect, not stale
            try:
                async with aclosing(self._attempt(request, dialect, deadline)) as chunks:
                    async for chunk in chunks:
                        restart = bool(chunk.text) and not fresh
                        # The viewers' text is discarded only when the new text arrives, not when the old one broke off.
                        fresh, stale = fresh or restart, stale or bool(chunk.text)
                        yield replace(chunk, restart=restart)
            except _CALL_ERRORS as error:
                if self._adapt_dialect(error, dialect):
                    continue
                failure = self._explain(error)
            else:
                return
            wait_s = self._wait_s(failure, attempt, deadline)
            attempt += 1
            self.notice(
                request.section_id,
                f"{failure.what}; attempt {attempt} of {self._patience.attempts} in {wait_s:.1f} s",
            )
            await self._sleep(wait_s)

    async def aclose(self) -> None:
        """Closes connections; a later call opens new ones."""
        client, self._client_or_none = self._client_or_none, None
        if client is not None:
            await client.close()

    async def _attempt(self, request: ModelRequest, dialect: _Dialect, deadline: float) -> AsyncGenerator[Chunk, None]:
        """Makes one call.

        Raises:
            ModelError: The answer is complete and unusable.
            openai.APIError: As the SDK raises it.
        """
        patience = self._patience
        written = refused = False
        finish: str | None = None
        usage: CompletionUsage | None = None
        async with asyncio.timeout(self._limit_s(patience.first_text_s, deadline)):
            stream = await self._open_stream(request, dialect)
        try:
            events = aiter(stream)
            while True:
                limit_s = patience.between_chunks_s if written else patience.first_text_s
                async with asyncio.timeout(self._limit_s(limit_s, deadline)):
                    event = await anext(events, None)
                if event is None:
                    break
                if not isinstance(event, ChatCompletionChunk):
                    raise BrokenAnswerError("it is no chat completion")
                # The usage comes in a last chunk without choices.
                usage = event.usage or usage
                for choice in event.choices or ():
                    finish = choice.finish_reason or finish
                    # A refusal streams in its own field; its text never enters the draft.
                    refused = refused or bool(choice.delta and choice.delta.refusal)
                    if choice.delta and choice.delta.content:
                        written = written or not choice.delta.content.isspace()
                        yield Chunk(text=choice.delta.content)
        finally:
            await stream.close()
        if finish is None:
            raise BrokenAnswerError("it ended in mid-stream")
        yield Chunk(usage=self._usage(request, usage))
        if finish == "length" and not refused:
            limit = self.output_limit(request.max_output_tokens)
            raise AnswerCutOffError(
                f"the answer of {self.label} was cut off at its limit (max_output_tokens {limit}); "
                "allow more, or take a model that keeps to the length asked for"
            )
        if problem := self._find_fault(request, finish, written=written, refused=refused):
            raise ModelError(problem)

    async def _open_stream(self, request: ModelRequest, dialect: _Dialect) -> openai.AsyncStream[ChatCompletionChunk]:
        messages: list[ChatCompletionMessageParam] = [
            {"role": "system", "content": request.system},
            {"role": "user", "content": request.user},
        ]
        limit = self.output_limit(request.max_output_tokens)
        return await self._client().chat.completions.create(
            model=self.model,
            messages=messages,
            stream=True,
            stream_options={"include_usage": True} if dialect.asks_usage else openai.omit,
            max_completion_tokens=limit if dialect.new_limit else openai.omit,
            max_tokens=openai.omit if dialect.new_limit else limit,
            temperature=openai.omit if self.temperature is None else self.temperature,
            response_format=_format_of(request.schema) if request.schema and dialect.keeps_schema else openai.omit,
            extra_headers={SECTION_HEADER: request.section_id},
        )

    async def _list_models(self) -> dict[str, int | None]:
        """Lists the endpoint's models with the sizes of their contexts.

        Empty if the endpoint has no list.

        Raises:
            openai.APIError: The endpoint cannot be reached or refuses the key.
        """
        try:
            # Raw, since the SDK stumbles over a page of HTML with status 200.
            listing = await self._client().models.with_raw_response.list(extra_headers={SECTION_HEADER: _CHECK_SECTION})
            page = json.loads(listing.http_response.content)
        except openai.AuthenticationError:
            raise
        except (openai.APIStatusError, ValueError):
            return {}  # no list, or a key that may only draft: ask for a few tokens
        models = page.get("data") if isinstance(page, dict) else None
        entries = [entry for entry in models if isinstance(entry, dict)] if isinstance(models, list) else []
        return {entry["id"]: _context_of(entry) for entry in entries if isinstance(entry.get("id"), str)}

    async def _complete_a_little(self) -> None:
        while True:
            dialect = self._dialect
            try:
                answer: object = await self._client().chat.completions.create(
                    model=self.model,
                    messages=[{"role": "user", "content": "Say yes."}],
                    max_completion_tokens=_CHECK_TOKENS if dialect.new_limit else openai.omit,
                    max_tokens=openai.omit if dialect.new_limit else _CHECK_TOKENS,
                    extra_headers={SECTION_HEADER: _CHECK_SECTION},
                )
            except _PARAMETER_ERRORS as error:
                if not self._adapt_dialect(error, dialect):
                    raise
            else:
                if not getattr(answer, "choices", None):
                    raise BrokenAnswerError("it is no chat completion; most addresses end in /v1")
                return

    def _client(self) -> openai.AsyncOpenAI:
        if self._client_or_none is None:
            patience = self._patience
            timeout = openai.Timeout(patience.first_text_s, connect=patience.connect_s)
            self._client_or_none = openai.AsyncOpenAI(
                api_key=self._key,
                base_url=self._base_url,
                timeout=timeout,
                max_retries=0,  # the policy is in stream(): the SDK's own cannot know of text already streamed
                http_client=openai.DefaultAsyncHttpxClient(
                    timeout=timeout,
                    follow_redirects=False,  # the host that the attorney was shown is the only one asked
                    trust_env=not is_this_machine(self._base_url),  # what stays on the machine takes no proxy
                ),
            )
        return self._client_or_none

    def _adapt_dialect(self, error: Exception, used: _Dialect) -> bool:
        """Adapts the dialect to a refusal.

        True if a retry makes sense.

        Another section may have changed it in the meantime.
        """
        if not isinstance(error, openai.APIStatusError):
            return False
        self.context_tokens = openai_errors.context_tokens(error) or self.context_tokens
        if not isinstance(error, _PARAMETER_ERRORS):
            return False
        if self._dialect == used:
            self._dialect = used.after(error)
        return self._dialect != used

    def _explain(self, error: Exception) -> Failure:
        return openai_errors.explain(error, model=self.model, host=self.host, secret=self._key)

    def _wait_s(self, failure: Failure, attempt: int, deadline: float) -> float:
        """Returns the wait before the next attempt, in seconds.

        Raises:
            ModelError: The failure, if there is no next attempt.
        """
        patience = self._patience
        if not failure.retries:
            raise failure.in_run()
        back_off_s = min(patience.longest_wait_s, patience.back_off_s * 2.0 ** (attempt - 1)) * (1 + self._dice()) / 2
        wait_s = max(back_off_s, failure.retry_after_s or 0)
        if wait_s > patience.longest_wait_s:
            raise replace(failure, remedy=f"it asks to wait {wait_s:.0f} s, go on after that").in_run()
        if attempt >= patience.attempts or self._clock() + wait_s >= deadline:
            times = "attempt" if attempt == 1 else "attempts"
            raise replace(failure, what=f"{failure.what}, after {attempt} {times}").in_run()
        return wait_s

    def _limit_s(self, limit_s: float, deadline: float) -> float:
        return min(limit_s, deadline - self._clock())

    def output_limit(self, wanted: int) -> int:
        """Returns the output limit to send, in tokens.

        At most an eighth of the context: facts and passages need the rest.
        """
        return wanted if self.context_tokens is None else min(wanted, self.context_tokens // 8)

    def _usage(self, request: ModelRequest, usage: CompletionUsage | None) -> ModelUsage:
        # Some servers send zeros in place of nothing.
        if usage is None or not (usage.prompt_tokens or usage.completion_tokens):
            self.notice(request.section_id, f"{self.host} does not count tokens: the cost of this call is unknown")
            return ModelUsage(cost_usd=None)
        read, written = usage.prompt_tokens or 0, usage.completion_tokens or 0
        return ModelUsage(read, written, self._prices.cost(self.model, read, written))

    def _find_fault(self, request: ModelRequest, finish: str, *, written: bool, refused: bool) -> str | None:
        """Returns the fault of a complete answer, or None."""
        if refused and request.schema is not None:
            return f"{self.label} refused to answer; reword what it is asked, or take another model"
        if refused:
            return f"{self.label} refused to write this section; reword its prompt, or write it by hand"
        if finish == "content_filter":
            return f"the content filter of {self.host} stopped the answer; reword the prompt, or take another model"
        return None if written else f"{self.label} gave an empty answer; try again, or take another model"


def model_from_settings(settings: Settings, prices: PriceTable) -> OpenAIModel | None:
    """Returns the model that the environment names, or None.

    For None the caller takes the offline assembler. A key alone is no consent to send anything: only
    ``WORKBENCH_MODEL`` is.

    Raises:
        ModelRefusedError: The address or the key cannot be used.
    """
    if settings.model is None:
        return None
    key = settings.openai_api_key
    return OpenAIModel(
        settings.model,
        prices=prices,
        base_url=settings.openai_base_url,
        api_key=key.get_secret_value() if key else None,
    )


def _format_of(schema: Mapping[str, object]) -> ResponseFormatJSONSchema:
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": dict(schema), "strict": True}}


def _context_of(entry: Mapping[str, object]) -> int | None:
    """Reads the context size from an entry of GET /models."""
    meta = entry.get("meta")
    places = (meta if isinstance(meta, dict) else {}, entry)
    sizes = (place.get(field) for place in places for field in _CONTEXT_FIELDS)
    return next((size for size in sizes if isinstance(size, int) and size > 0), None)
