"""Draft of one cell.

Its assignment, its request, and the answer from the cache or from its model.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

from workbench.case.model import Case
from workbench.case.search import MemoryManager
from workbench.config import Settings
from workbench.drafting.agents import WriterAgent
from workbench.drafting.cleaning import clean_markdown
from workbench.drafting.model_options import ModelOptions
from workbench.drafting.offline.assembler import assemble
from workbench.drafting.request import Assignment, Chunk, Model, ModelRequest, ModelUsage
from workbench.drafting.sections import SECTIONS, resolve_sections, sections_for, waits_for
from workbench.text.clock import now
from workbench.tuning.experiment.answer_cache import AnswerCache, Record, answer_key, usage_record
from workbench.tuning.experiment.cells import Answer, ModelEntry, Variant
from workbench.tuning.experiment.models import EndpointEntry
from workbench.tuning.promotion.golden import approved_text
from workbench.workflow.context import RunOptions


def assignment_for(
    case: Case, section_id: str, *, settings: Settings, memory: MemoryManager, instruction: str = ""
) -> Assignment:
    """Builds the assignment of one section.

    It has the passages that a run would give.

    A section that sums up others (introduction, conclusion) gets the attorney's approved texts of a golden case, or
    else the offline assembler's drafts. So each cell stands by itself, and every version of a prompt sees the same.

    Args:
        case: The case.
        section_id: The section to draft.
        settings: For the golden cases.
        memory: Search index of this case.
        instruction: The attorney's instruction.

    Raises:
        InputError: There is no such section.
    """
    (spec,) = resolve_sections([section_id])
    among = sections_for(case)
    earlier = {}
    for need in waits_for(spec, among):
        text = approved_text(settings, case.case_id, need)
        earlier[need] = text or clean_markdown(assemble(case, SECTIONS[need]), title=SECTIONS[need].title)
    return Assignment(
        case=case,
        section=spec,
        passages=memory.for_section(
            spec.title,
            [element.title for element in spec.elements],
            case.facts_of(spec.section_id),
            limit=RunOptions.model_fields["passages"].default,
        ),
        earlier=earlier,
        instruction=instruction,
    )


async def draft_cell(  # noqa: PLR0913  (keyword arguments, each with a default)
    variant: Variant,
    entry: ModelEntry,
    assignment: Assignment,
    repeat: int,
    answers: AnswerCache,
    *,
    on_text: Callable[[str], None] | None = None,
    on_restart: Callable[[], None] | None = None,
    request: ModelRequest | None = None,
    on_answer: Callable[[], None] = lambda: None,
) -> Answer:
    """Drafts one cell, or returns its endpoint's cached answer.

    The offline assembler, and any other model without a host, is asked each time: it costs nothing, and a newer
    release of this package may write differently.

    Args:
        variant: The prompts.
        entry: The model.
        assignment: Case, section and passages.
        repeat: Number of the repeat, from 1.
        answers: Cache of answers, with the spending limit.
        on_text: Called with each piece as it streams; with a cached answer as a whole.
        on_restart: Called when a broken answer begins again.
        request: The rendered prompt, if the caller has it already.
        on_answer: Called when an endpoint has answered, before the answer is on disk.

    Raises:
        BudgetExceededError: The limit is reached, and the answer is not cached.
        ModelUnavailableError: The endpoint is lost, overloaded, or refuses the key.
        ModelError: The model refuses, or gives nothing usable.
        StoreError: Answers cannot be read or written.
    """
    model = _MeteredModel(entry.model)
    writer = WriterAgent(model, variant.prompts)
    request = request or writer.request(assignment)
    tell = on_text or (lambda _text: None)

    async def ask_model() -> Record:
        try:
            return await _stream_answer(writer, model, request, tell, on_restart)
        except BaseException:
            if model.usage is not None:
                answers.charge(model.usage)  # the endpoint charges for an unusable answer, too
            raise

    if entry.model.host is None:
        answers.may_ask()
        record = await ask_model()
        answers.charge(ModelUsage(**record["usage"]))
        await answers.keep_text(record["content"])
        return _read_answer(record, variant, assignment, cached=False)
    record, cached = await answers.ask(key_of(entry, request, repeat), ask_model, on_answer=on_answer)
    if cached:
        tell(record["content"])
    return _read_answer(record, variant, assignment, cached=cached)


def key_of(entry: ModelEntry, request: ModelRequest, repeat: int) -> str:
    """Computes the key of a request's cached answer."""
    model = entry.model
    return answer_key(
        model=getattr(model, "model", model.label),
        base_url=entry.base_url if isinstance(entry, EndpointEntry) else f"{model.label} {model.host}",
        temperature=getattr(model, "temperature", None),
        limit=request.max_output_tokens,
        system=request.system,
        user=request.user,
        purpose=_purpose_of(getattr(model, "options", None)),
        # Part of the key: repeats are independent drafts of the same request.
        repeat=repeat,
    )


def _purpose_of(options: ModelOptions | None) -> str:
    """Returns the purpose in the key; options that shape the answer belong to it."""
    effort, extra = (options.reasoning_effort, options.extra_body) if options else (None, {})
    return f"draft {json.dumps([effort, dict(extra)], sort_keys=True)}" if effort or extra else "draft"


async def _stream_answer(
    writer: WriterAgent,
    model: _MeteredModel,
    request: ModelRequest,
    tell: Callable[[str], None],
    on_restart: Callable[[], None] | None,
) -> Record:
    at, began = now(), time.perf_counter()
    first: list[float] = []

    def receive(text: str) -> None:
        if not first:
            first.append(time.perf_counter() - began)
        tell(text)

    draft = await writer.answer(request, receive, on_restart=on_restart)
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


def _read_answer(record: dict[str, Any], variant: Variant, assignment: Assignment, *, cached: bool) -> Answer:
    """Builds the answer from its cached record."""
    # The version is the caller's, not the record's: two versions may render the same prompt and share an answer.
    values = {**record, "usage": ModelUsage(**record["usage"])}
    return Answer(**values, prompt_version=variant.prompts.version(assignment.section.section_id), cached=cached)


class _MeteredModel:
    """Model wrapper that keeps a failed answer's usage."""

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
                if chunk.usage is not None:
                    self.usage = chunk.usage if self.usage is None else self.usage + chunk.usage
                yield chunk
        finally:
            # Closed at once: left to the garbage collector, its connection would stay open.
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()

    async def aclose(self) -> None:
        await self._inner.aclose()
