"""Client of any endpoint that speaks Chat Completions, streaming.

One policy of time-outs and retries; ``openai_errors`` has the words for what goes wrong:

    connection, time-out, 408, 429, 5xx                  retried with back-off, then ModelUnavailableError: a pause
    401, 403, no credit left, a long Retry-After         ModelUnavailableError at once
    a refused field, role or limit                       asked again without it
    400, 404, refused, filtered                          ModelError at once: the section fails, the run goes on
    cut off or empty at the output limit                 asked once more with a larger limit, then
                                                         AnswerCutOffError (its text may be kept) or ModelError
    an unknown or missing ending, an error in mid-text   asked once more, then AnswerCutOffError
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import openai
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam
from openai.types.completion_usage import CompletionUsage
from openai.types.shared_params import ResponseFormatJSONSchema

from workbench.config import is_this_machine
from workbench.drafting import openai_errors
from workbench.drafting.answer_stream import (
    AnswerReader,
    UnusableAnswerError,
    billed_tokens,
    find_fault,
    name_ending,
    reasoning_tokens,
)
from workbench.drafting.dialect import STREAM, SYSTEM_ROLE, Dialect
from workbench.drafting.endpoint import EndpointAddress, Key, KeySource
from workbench.drafting.model_options import ModelOptions, Patience
from workbench.drafting.openai_errors import BrokenAnswerError, Failure, is_request_fault
from workbench.drafting.pricing import PriceTable
from workbench.drafting.reasoning import Visible
from workbench.drafting.request import Chunk, ModelRequest, ModelUsage
from workbench.drafting.token_limits import TokenLimits
from workbench.drafting.unstreamed import raise_if_error, read_unstreamed, record_body

SECTION_HEADER = "X-Workbench-Section"
DEFAULT_BASE_URL = "https://api.openai.com/v1"

# Enough for a model that thinks a little before it says yes; few tokens are refused by some.
_CHECK_TOKENS = 1024
_UNFINISHED = re.compile(r"could not finish|output limit was reached", re.IGNORECASE)
_CHECK_SECTION = "check"
_EXTRA_BODY = "WORKBENCH_EXTRA_BODY"
_CHUNK = '"chat.completion.chunk"'
_KNOWN_MODELS_SHOWN = 5
# Where the size of the context stands in an entry of GET /models: llama.cpp under meta, vLLM, OpenRouter, Groq.
_CONTEXT_FIELDS = ("n_ctx", "max_model_len", "context_length", "context_window")
# What the SDK lets through where a call fails; it does not wrap the errors of JSON that is none.
_CALL_ERRORS = (openai.OpenAIError, BrokenAnswerError, TimeoutError, json.JSONDecodeError, UnicodeDecodeError)
_MID_STREAM_ERRORS = (openai.APIError, BrokenAnswerError, json.JSONDecodeError, UnicodeDecodeError)
_PARAMETER_ERRORS = (openai.BadRequestError, openai.UnprocessableEntityError)

Notice = Callable[[str, str], None]
"""Callback for lines of the run's log: the section's id, and a sentence."""


class OpenAIModel:
    """A model behind Chat Completions.

    The connections belong to the event loop of the first call until :meth:`aclose`; after that another loop may call.

    Attributes:
        model: The model's name, as the endpoint knows it.
        provider: Form of its requests, whoever serves them.
        host: The endpoint's host, with the port where one is given.
        label: ``<model> at <host>``.
        options: Limit, reasoning effort, temperature and further fields.
        file_of: Returns the ``.env`` file that gave a variable, for the words of :meth:`check`; or None.
        notice: Told of retries, of fields left out, and of missing token counts.
    """

    provider = "openai"

    def __init__(  # noqa: PLR0913 - the last three are for tests
        self,
        model: str,
        *,
        prices: PriceTable,
        base_url: str | None = None,
        api_key: str | KeySource | None = None,
        context_tokens: int | None = None,
        options: ModelOptions | None = None,
        patience: Patience | None = None,
        notice: Notice | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        dice: Callable[[], float] = random.random,
    ) -> None:
        """Prepares the client; nothing is sent yet.

        ``api_key`` may be a callable that returns a fresh token, such as one of Entra ID; it is called before each
        request.

        Raises:
            ModelRefusedError: The address or the key cannot be used.
        """
        self._address = EndpointAddress.of(base_url or DEFAULT_BASE_URL)
        self.model = model
        self.host = self._address.host
        self.label = f"{model} at {self.host}"
        self.options = options or ModelOptions()
        self.file_of: Callable[[str], str | None] = lambda _variable: None
        self.notice: Notice = notice or (lambda _section_id, _message: None)
        self._key = Key(api_key, needed=base_url is None)
        self._prices = prices
        self._patience = patience or Patience()
        self._clock, self._sleep, self._dice = clock, sleep, dice
        self._dialect = Dialect()
        self._limits = TokenLimits(
            most=self.options.max_output_tokens,
            # Learned from answers; a stated effort says it before the first. "none" and "minimal" leave no reasoning.
            reasons=self.options.reasoning_effort not in {None, "none", "minimal"},
            context=context_tokens,
        )
        self._client_or_none: openai.AsyncOpenAI | None = None

    @property
    def temperature(self) -> float | None:
        """Temperature that is sent, or None."""
        return self.options.temperature

    @property
    def context_tokens(self) -> int | None:
        """Size of the model's context for prompt and answer together, tokens, or None where unknown.

        :meth:`check` asks the endpoint for it.
        """
        return self._limits.context

    @context_tokens.setter
    def context_tokens(self, tokens: int | None) -> None:
        self._limits.context = tokens

    def prompt_characters(self, max_output_tokens: int) -> int | None:
        """Estimates the longest prompt, in characters.

        System and user message together; None if the context is unknown. The estimate errs on the safe side, for a
        writer that drops passages until its prompt fits.
        """
        return self._limits.prompt_characters(max_output_tokens)

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
            raise failure.before_run(self.file_of(failure.variable)) from None
        # A server of one model answers to any name.
        only = next(iter(offered.values())) if len(offered) == 1 else None
        self.context_tokens = self.context_tokens or offered.get(self.model, only)

    async def stream(self, request: ModelRequest) -> AsyncIterator[Chunk]:
        """Streams the answer.

        If a retry begins after text has been yielded, its first chunk says ``restart``. An answer that turns out
        unusable (cut off, refused, empty) still yields its usage before the error, because it has been billed. So one
        request may yield several usages, which add up.

        Raises:
            ModelUnavailableError: The endpoint is lost, overloaded or refuses the key.
            ModelError: This request cannot be answered.
            AnswerCutOffError: A ModelError: the answer reached its limit; the text so far may be kept.
        """
        deadline = self._clock() + self._patience.total_s
        attempt, stale, again, renewed = 1, False, False, False
        while True:
            dialect, fresh = self._dialect, not stale
            limits = self._limits
            limit = limits.larger_output_limit(request) if again else limits.output_limit(request.max_output_tokens)
            try:
                async with aclosing(self._attempt(request, dialect, limit, deadline)) as chunks:
                    async for chunk in chunks:
                        restart = chunk.restart or (bool(chunk.text) and not fresh)
                        # The viewers' text is discarded only when the new text arrives, not when the old one broke off.
                        fresh, stale = fresh or restart, stale or bool(chunk.text)
                        yield replace(chunk, restart=restart)
            except UnusableAnswerError as error:
                # Once only: every such answer is paid for.
                if again or not error.again or (error.larger and limits.larger_output_limit(request) <= limit):
                    raise error.final from None
                again = True
                self.notice(request.section_id, f"{error.final}; it is asked once more")
                continue
            except _CALL_ERRORS as error:
                if self._adapt_dialect(error, dialect, limit, request.section_id):
                    continue
                if isinstance(error, openai.AuthenticationError) and not renewed and self._key.renew():
                    renewed = True
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

    async def _attempt(
        self, request: ModelRequest, dialect: Dialect, limit: int, deadline: float
    ) -> AsyncGenerator[Chunk, None]:
        """Makes one call.

        Raises:
            UnusableAnswerError: It has no good ending, or is no draft.
            openai.APIError: As the SDK raises it.
        """
        patience = self._patience
        answer = AnswerReader()
        broken = ""
        async with asyncio.timeout(self._limit_s(patience.first_text_s, deadline)):
            stream = await self._open_stream(request, dialect, limit)
        body = record_body(stream.response)
        try:
            events = aiter(stream)
            while True:
                limit_s = patience.between_chunks_s if answer.written else patience.first_text_s
                async with asyncio.timeout(self._limit_s(limit_s, deadline)):
                    event = await anext(events, None)
                if event is None:
                    break
                if not isinstance(event, ChatCompletionChunk):
                    raise BrokenAnswerError("it is no chat completion")
                raise_if_error(event, stream.response.request)
                visible = self._read_event(answer, event)
                # While the model reasons, an empty chunk tells that it is not stalled.
                if visible.text or visible.restart or (answer.reasoned and not answer.written):
                    yield Chunk(text=visible.text, restart=visible.restart)
        except _MID_STREAM_ERRORS as error:
            # Before any text it is like a refused call, and is retried as one.
            if not answer.written or isinstance(error, openai.APIConnectionError | openai.APIStatusError):
                raise
            broken = self._explain(error).what
        finally:
            await stream.close()
        if answer.finish is None and not (answer.written or answer.usage):
            visible = self._read_event(answer, read_unstreamed(bytes(body), stream.response.request))
            yield Chunk(text=visible.text)
        if (visible := answer.end()).text or visible.restart:
            yield Chunk(text=visible.text, restart=visible.restart)
        self._limits.reasons |= answer.reasoned or reasoning_tokens(answer.usage) > 0
        yield Chunk(usage=self._usage(request, answer.usage), finish_reason=name_ending(answer.finish))
        if fault := find_fault(
            answer, label=self.label, host=self.host, limit=limit, broken=broken, judged=bool(request.schema)
        ):
            # A limit that is used up without a word of text went to reasoning, whatever the endpoint says.
            self._limits.reasons |= fault.larger and not answer.written
            raise fault

    @staticmethod
    def _read_event(answer: AnswerReader, event: ChatCompletionChunk) -> Visible:
        try:
            return answer.read(event)
        except (AttributeError, TypeError):  # the SDK builds chunks of whatever comes
            raise BrokenAnswerError("it is no chat completion") from None

    async def _open_stream(
        self, request: ModelRequest, dialect: Dialect, limit: int
    ) -> openai.AsyncStream[ChatCompletionChunk]:
        system: ChatCompletionMessageParam = {"role": "system", "content": request.system}
        user = request.user if dialect.system_role else f"{request.system}\n\n{request.user}"
        options = self.options
        optional: dict[str, Any] = {
            "stream_options": {"include_usage": True},
            "temperature": options.temperature,
            "reasoning_effort": options.reasoning_effort,
            "response_format": _format_of(request.schema) if request.schema else None,
        }
        sent = {name: value for name, value in optional.items() if value is not None and name not in dialect.left_out}
        if STREAM in dialect.left_out:
            # The SDK goes on to expect a stream; a whole completion in its place is read all the same.
            sent = {**sent, STREAM: False}
            sent.pop("stream_options", None)
        try:
            return await self._client().chat.completions.create(
                model=self.model,
                messages=[*([system] if dialect.system_role else []), {"role": "user", "content": user}],
                stream=True,
                extra_headers={SECTION_HEADER: request.section_id},
                # The user's fields first: they replace none of ours.
                extra_body={**options.extra_body, **sent, dialect.limit_field: limit},
            )
        except Exception as error:
            # The SDK lets this error of its HTTP library through, for the body of a refusal.
            if type(error).__name__ == "DecodingError":
                raise BrokenAnswerError("it cannot be unpacked") from None
            raise

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
            limit = min(_CHECK_TOKENS, dialect.longest or _CHECK_TOKENS)
            try:
                answer: object = await self._client().chat.completions.create(
                    model=self.model,
                    messages=[{"role": "user", "content": "Say yes."}],
                    extra_headers={SECTION_HEADER: _CHECK_SECTION},
                    extra_body={dialect.limit_field: limit},
                )
            except openai.APIStatusError as error:
                # A thinking model that did not finish within the limit is there all the same.
                if _UNFINISHED.search(f"{error.message} {openai_errors.reason_of(error)}"):
                    return
                if not self._adapt_dialect(error, dialect, limit, _CHECK_SECTION):
                    raise
            else:
                # A server that streams unasked is one that can draft.
                if not getattr(answer, "choices", None) and not (isinstance(answer, str) and _CHUNK in answer):
                    said = openai_errors.quote_body(answer, self._key.secret)
                    raise BrokenAnswerError(f"it is no chat completion{said}; most addresses end in /v1")
                return

    def _client(self) -> openai.AsyncOpenAI:
        if self._client_or_none is None:
            patience, address = self._patience, self._address
            timeout = openai.Timeout(patience.first_text_s, connect=patience.connect_s)
            self._client_or_none = openai.AsyncOpenAI(
                api_key=self._key.for_client(),
                base_url=address.base_url,
                default_query=address.query,
                # Azure's deployments read the key from a header of their own.
                default_headers={"api-key": self._key.text} if address.is_azure and self._key.text else None,
                timeout=timeout,
                max_retries=0,  # the policy is in stream(): the SDK's own cannot know of text already streamed
                http_client=openai.DefaultAsyncHttpxClient(
                    timeout=timeout,
                    follow_redirects=False,  # the host that the attorney was shown is the only one asked
                    trust_env=not is_this_machine(address.base_url),  # what stays on the machine takes no proxy
                    verify=address.make_verification(),
                ),
            )
        return self._client_or_none

    def _adapt_dialect(self, error: Exception, used: Dialect, limit: int, section_id: str) -> bool:
        """Adapts the dialect to a refusal.

        True if a retry makes sense.

        Another section may have changed it in the meantime.
        """
        if not isinstance(error, openai.APIStatusError):
            return False
        self.context_tokens = openai_errors.context_tokens(error) or self.context_tokens
        if not isinstance(error, _PARAMETER_ERRORS) and not is_request_fault(error):
            return False
        if self._dialect == used:
            self._dialect, changed = used.after(error, limit)
            self._limits.accepted = self._dialect.longest
            # What the user set is missed if it is left out; the rest changes nothing in the answer.
            if changed in {"temperature", "reasoning_effort", SYSTEM_ROLE}:
                self.notice(section_id, f"{self.host} refuses {changed}: it is asked without it")
        return self._dialect != used

    def _explain(self, error: Exception) -> Failure:
        failure = openai_errors.explain(error, model=self.model, host=self.host, secret=self._key.secret)
        if isinstance(error, _PARAMETER_ERRORS):
            # The user's own fields are not left out unasked: what they meant would be missed.
            own = [name for name in self.options.extra_body if openai_errors.is_about(error, name)]
            if own:
                return replace(failure, remedy=f"take {', '.join(own)} out of extra_body", variable=_EXTRA_BODY)
        return failure

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
        """Returns the output limit to send, in tokens; see :class:`workbench.drafting.token_limits.TokenLimits`."""
        return self._limits.output_limit(wanted)

    def _usage(self, request: ModelRequest, usage: CompletionUsage | None) -> ModelUsage:
        read, written, cached = billed_tokens(usage)
        # Some servers send zeros in place of nothing; no prompt is empty.
        if not read:
            self.notice(request.section_id, f"{self.host} does not count tokens: the cost of this call is unknown")
            return ModelUsage(cost_usd=None)
        cost = self._prices.cost(self.model, read, written, cached_tokens=cached, host=self.host)
        return ModelUsage(read, written, cost)


def _format_of(schema: Mapping[str, object]) -> ResponseFormatJSONSchema:
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": dict(schema), "strict": True}}


def _context_of(entry: Mapping[str, object]) -> int | None:
    """Reads the context size from an entry of GET /models."""
    meta = entry.get("meta")
    places = (meta if isinstance(meta, dict) else {}, entry)
    sizes = (place.get(field) for place in places for field in _CONTEXT_FIELDS)
    return next((size for size in sizes if isinstance(size, int) and size > 0), None)
