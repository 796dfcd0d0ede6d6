"""Request of a section's step to the writer: its text as events, its usage, its span."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from langgraph.runtime import Runtime

from workbench.drafting.agents import Draft
from workbench.drafting.offline.assembler import OfflineAssembler
from workbench.drafting.request import ModelRequest, ModelUsage
from workbench.live import events
from workbench.live.snapshot import Snapshot
from workbench.workflow.context import GenerationContext
from workbench.workflow.tracing import RequestFigures, Trace, describe_answer, describe_request, name_model


async def ask_writer(request: ModelRequest, runtime: Runtime[GenerationContext], step: Trace) -> Draft:
    """Sends a request; the answer's text becomes events as it streams, and its usage is charged.

    Args:
        request: The request.
        runtime: Of the node.
        step: Span of the step.

    Raises:
        ModelUnavailableError: See :class:`~workbench.drafting.request.Model`.
        ModelError: The model cannot answer, or nothing usable is left of its answer.
    """
    context, section_id = runtime.context, request.section_id
    journal = context.journal
    figures = RequestFigures()

    def append(text: str) -> None:
        figures.mark_text()
        journal.emit(events.SectionDelta(section_id=section_id, text=text))

    def begin_again() -> None:
        journal.emit(events.SectionUpdate(section_id=section_id, content=""))

    def charge(usage: ModelUsage) -> None:
        context.budget.charge(usage)
        figures.calls.append(usage)

    with _open_request(context, request, step) as asked:
        try:
            draft = await context.writer.answer(
                request,
                append,
                on_restart=begin_again,
                on_usage=charge,
                on_finish=figures.endings.append,
                # LangGraph's idle time-out is counted from here; a model that reasons for long is no stalled one.
                on_progress=runtime.heartbeat,
            )
            if asked.content:
                asked.note(describe_answer(draft.content, figures))
        except BaseException:
            # Failed, empty and abandoned answers are billed, too; the usage goes with the next write.
            journal.emit(*_build_usage_events(section_id, journal.snapshot, figures.calls))
            raise
        finally:
            asked.note(figures.describe())
    return draft


def _open_request(context: GenerationContext, request: ModelRequest, step: Trace) -> AbstractContextManager[Trace]:
    model = context.writer.model
    # The assembler is no language model, and nothing is asked of anybody.
    if not step.host or isinstance(model, OfflineAssembler):
        return nullcontext(Trace())
    version = context.writer.prompts.version(request.section_id)
    attributes = describe_request(model, request, version, content=step.content)
    return step.open_span(f"chat {name_model(model)}", attributes, client=model.host is not None)


def _build_usage_events(section_id: str, snapshot: Snapshot, spent: list[ModelUsage]) -> list[events.Event]:
    """Builds the events that count calls without a draft."""
    if not spent:
        return []
    usage = sum(spent[1:], spent[0])
    tokens = snapshot.section(section_id).tokens_used + usage.input_tokens + usage.output_tokens
    return [
        events.SectionUpdate(section_id=section_id, tokens_used=tokens),
        events.WorkflowUpdate(update={"usage": add_usage(snapshot, usage)}),
    ]


def add_usage(snapshot: Snapshot, usage: ModelUsage) -> dict[str, Any]:
    """Adds the usage of a call to that of a run."""
    spent = snapshot.usage
    # One unknown price makes the sum unknown for good: a part of it would pass for the whole.
    total = ModelUsage(spent.input_tokens, spent.output_tokens, spent.cost_usd) + usage
    return {
        "input_tokens": total.input_tokens,
        "output_tokens": total.output_tokens,
        "cost_usd": None if total.cost_usd is None else round(total.cost_usd, 8),
    }
