"""One cell asked of its model, or answered from what was asked before."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

from workbench.drafting.request import Assignment, Chunk, Model, ModelRequest, ModelUsage
from workbench.drafting.writer import WriterAgent
from workbench.text.clock import now
from workbench.tuning.answers import Answers, Record, answer_key, usage_record
from workbench.tuning.cells import Answer, Contender, Variant
from workbench.tuning.contenders import Endpoint


async def draft_cell(
    variant: Variant,
    contender: Contender,
    assignment: Assignment,
    repeat: int,
    answers: Answers,
    *,
    on_text: Callable[[str], None] | None = None,
    on_restart: Callable[[], None] | None = None,
    request: ModelRequest | None = None,
) -> Answer:
    """The draft of a cell. What an endpoint has answered before is not asked again; see :class:`Answers`.

    The assembler, and any model without a host, is asked each time: it costs nothing, and a newer release of this
    package may write differently.

    Args:
        variant: The prompts.
        contender: Who writes.
        assignment: What.
        repeat: Which time, from 1.
        answers: Where answers are kept; its budget is the limit.
        on_text: Told each piece as it streams; of a kept answer, the whole.
        on_restart: Told where a broken answer begins again.
        request: What the model is asked, where the caller has rendered it already.

    Raises:
        BudgetExceededError: The limit is reached, and this one would have to be asked.
        ModelUnavailableError: The endpoint is lost, overloaded, or refuses the key.
        ModelError: The model refuses, or gives nothing usable.
        StoreError: Answers cannot be read or kept.
    """
    model = _Watched(contender.model)
    writer = WriterAgent(model, variant.prompts)
    request = request or writer.request(assignment)
    tell = on_text or (lambda _text: None)

    async def question() -> Record:
        try:
            return await _asked(writer, model, request, tell, on_restart)
        except BaseException:
            if model.usage is not None:
                answers.spent(model.usage)  # an answer that is of no use is paid for all the same
            raise

    if contender.model.host is None:
        answers.may_ask()
        record = await question()
        answers.spent(ModelUsage(**record["usage"]))
        await answers.keep_text(record["content"])
        return _answer(record, variant, assignment, cached=False)
    record, cached = await answers.ask(key_of(contender, request, repeat), question)
    if cached:
        tell(record["content"])
    return _answer(record, variant, assignment, cached=cached)


def key_of(contender: Contender, request: ModelRequest, repeat: int) -> str:
    """Under which a cell's answer is kept."""
    model = contender.model
    return answer_key(
        model=getattr(model, "model", model.label),
        base_url=contender.base_url if isinstance(contender, Endpoint) else f"{model.label} {model.host}",
        temperature=getattr(model, "temperature", None),
        limit=request.max_output_tokens,
        system=request.system,
        user=request.user,
        repeat=repeat,
    )


async def _asked(
    writer: WriterAgent,
    model: _Watched,
    request: ModelRequest,
    tell: Callable[[str], None],
    on_restart: Callable[[], None] | None,
) -> Record:
    at, began = now(), time.perf_counter()
    first: list[float] = []

    def heard(text: str) -> None:
        if not first:
            first.append(time.perf_counter() - began)
        tell(text)

    draft = await writer.answer(request, heard, on_restart=on_restart)
    latency_s = time.perf_counter() - began
    return {
        "content": draft.content,
        "model": model.label,
        "usage": usage_record(draft.usage),
        "latency_s": latency_s,
        "first_text_s": first[0] if first else latency_s,
        "at": at,
        "cut_off": draft.cut_off,
    }


def _answer(record: dict[str, Any], variant: Variant, assignment: Assignment, *, cached: bool) -> Answer:
    """The kept answer; the version is the asker's own: two versions may render the same prompt."""
    values = {**record, "usage": ModelUsage(**record["usage"])}
    return Answer(**values, prompt_version=variant.prompts.version(assignment.section.section_id), cached=cached)


class _Watched:
    """A model whose usage is known even where its answer is of no use."""

    def __init__(self, inner: Model) -> None:
        self._inner = inner
        self.usage: ModelUsage | None = None
        self.label, self.host = inner.label, inner.host

    def prompt_characters(self, max_output_tokens: int) -> int | None:
        return self._inner.prompt_characters(max_output_tokens)

    async def check(self) -> None:
        await self._inner.check()

    async def stream(self, request: ModelRequest) -> AsyncIterator[Chunk]:
        chunks = self._inner.stream(request)
        try:
            async for chunk in chunks:
                self.usage = chunk.usage or self.usage
                yield chunk
        finally:
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()

    async def aclose(self) -> None:
        await self._inner.aclose()
