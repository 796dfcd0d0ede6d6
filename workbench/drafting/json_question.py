"""Questions to a model whose answer is one JSON object.

An answer that is something else (a refusal, nothing, text, JSON of another form) is asked for once more, and then is a
failure that quotes it. With a cache no answer is paid for twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Callable
from dataclasses import asdict
from typing import Any

import orjson

from workbench.drafting.answer_cache import AnswerCache, Record, answer_key
from workbench.drafting.json_answer import parse_json_answer
from workbench.drafting.model_options import describe_purpose
from workbench.drafting.request import Model, ModelRequest, ModelUsage
from workbench.errors import ModelError, ModelUnavailableError

_ATTEMPTS = 2
_SHOWN = 80


class UnusableJsonError(Exception):
    """Answer that is not what was asked for; ``str()`` quotes it."""


class UsageSum:
    """Sum of the usage of several calls, failed ones included."""

    def __init__(self) -> None:
        self.usage = ModelUsage()

    def add(self, usage: ModelUsage) -> None:
        """Adds a call."""
        self.usage += usage


class JsonQuestions:
    """Asks one model.

    Its connections are closed whenever none of its calls is under way: so it can be used from any event loop, one at a
    time.

    Args:
        model: The model.
        purpose: What is asked for, in one word; part of the key of an answer, as the schema of the request is.
        answers: Cache of answers; None: no cache.
        address: Address of the model, part of the key: models of one name at two endpoints may differ. Default: its
            host.
    """

    def __init__(
        self, model: Model, purpose: str, *, answers: AnswerCache | None = None, address: str | None = None
    ) -> None:
        self.model = model
        self._purpose = purpose
        self._answers = answers
        self._address = address or model.host or ""
        self._under_way = 0

    async def ask(self, request: ModelRequest, read: Callable[[Any], Record], spent: UsageSum) -> Record:
        """Returns what an answer says, from the cache or from the model.

        Args:
            request: With a schema; endpoints may ignore it.
            read: Reads the parsed JSON into plain values, or raises :class:`UnusableJsonError`.
            spent: The usage is added to it.

        Raises:
            BudgetExceededError: The spending limit is reached; nothing was asked.
            ModelUnavailableError: The endpoint cannot be reached.
            ModelError: It gives nothing.
            UnusableJsonError: It gives something else, twice.
        """

        async def question() -> Record:
            # Each question is charged for itself; the caller's sum may span several.
            own = UsageSum()
            try:
                record = await self._ask_twice(request, read, own)
            except BaseException:
                if self._answers is not None:
                    self._answers.charge(own.usage)  # the endpoint charges for an unusable answer, too
                raise
            finally:
                spent.add(own.usage)
            return {**record, "usage": asdict(own.usage)}

        # A judge that is made in Python may have no cache: each call is then a new request.
        if self._answers is None:
            return await question()
        record, _kept = await self._answers.ask(self._key(request), question)
        return record

    async def _ask_twice(self, request: ModelRequest, read: Callable[[Any], Record], spent: UsageSum) -> Record:
        attempt = 1
        while True:
            try:
                return read(self._parse_answer(await self._stream_answer(request, spent)))
            except ModelUnavailableError:
                raise  # its client has retried already
            except (ModelError, UnusableJsonError):
                # Sampling differs from call to call: a second answer is often usable.
                if attempt == _ATTEMPTS:
                    raise
                attempt += 1

    def _parse_answer(self, answer: str) -> Any:
        found = parse_json_answer(answer)
        if found is None:
            raise UnusableJsonError(f"the {self._purpose}'s answer is no JSON: {shorten_answer(answer)}")
        return found

    async def _stream_answer(self, request: ModelRequest, spent: UsageSum) -> str:
        pieces: list[str] = []
        self._under_way += 1
        chunks = self.model.stream(request)
        try:
            async for chunk in chunks:
                # A broken answer begins again: what came of it is no part of the JSON.
                if chunk.restart:
                    pieces.clear()
                pieces.append(chunk.text)
                if chunk.usage is not None:
                    spent.add(chunk.usage)
        finally:
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()
            self._under_way -= 1
            if not self._under_way:
                await self.model.aclose()
        return "".join(pieces)

    def _key(self, request: ModelRequest) -> str:
        schema = hashlib.sha256(orjson.dumps(request.schema)).hexdigest()
        return answer_key(
            purpose=describe_purpose(f"{self._purpose} {schema}", self.model),
            model=getattr(self.model, "model", self.model.label),
            base_url=self._address,
            temperature=getattr(self.model, "temperature", None),
            limit=request.max_output_tokens,
            system=request.system,
            user=request.user,
            repeat=1,
        )


def object_schema(properties: Record) -> Record:
    """Returns the JSON schema of an object that has all these properties and no other."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def shorten_answer(value: Any) -> str:
    """Quotes an answer, or a part of it, in a message."""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    text = " ".join(text.split())
    return f"“{text}”" if len(text) <= _SHOWN else f"“{text[:_SHOWN]}…”"
