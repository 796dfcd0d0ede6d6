"""Draft of one cell.

Its assignment, its request, and the answer from the cache or from its model.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from workbench.case.model import Case
from workbench.case.search import MemoryManager
from workbench.config import Settings
from workbench.drafting.agents import WriterAgent
from workbench.drafting.answer_cache import AnswerCache, Record, answer_key, usage_record
from workbench.drafting.cleaning import clean_markdown
from workbench.drafting.model_options import describe_purpose
from workbench.drafting.offline.assembler import assemble
from workbench.drafting.request import Assignment, ModelRequest, ModelUsage
from workbench.drafting.sections import SECTIONS, resolve_case_sections, sections_for, waits_for
from workbench.text.clock import now
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
    (spec,) = resolve_case_sections(case, [section_id])
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
    writer = WriterAgent(entry.model, variant.prompts)
    request = request or writer.request(assignment)
    tell = on_text or (lambda _text: None)

    async def ask_model() -> Record:
        spent: list[ModelUsage] = []
        try:
            return await _stream_answer(writer, request, tell, on_restart, spent.append)
        except BaseException:
            for usage in spent:
                answers.charge(usage)  # the endpoint charges for an unusable answer, too
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
        purpose=describe_purpose("draft", model),
        # Part of the key: repeats are independent drafts of the same request.
        repeat=repeat,
    )


async def _stream_answer(
    writer: WriterAgent,
    request: ModelRequest,
    tell: Callable[[str], None],
    on_restart: Callable[[], None] | None,
    on_usage: Callable[[ModelUsage], None],
) -> Record:
    at, began = now(), time.perf_counter()
    first: list[float] = []

    def receive(text: str) -> None:
        if not first:
            first.append(time.perf_counter() - began)
        tell(text)

    draft = await writer.answer(request, receive, on_restart=on_restart, on_usage=on_usage)
    latency_s = time.perf_counter() - began
    return {
        "content": draft.content,
        "model": writer.model.label,
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
