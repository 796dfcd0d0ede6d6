"""Context of the graph's nodes, and options of runs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import Field

from workbench.case.model import Case, Strict
from workbench.case.search import MemoryManager
from workbench.checks.earlier_text import EarlierText
from workbench.checks.finding import Finding
from workbench.config import shorten_repr
from workbench.drafting.agents import ValidatorAgent, WriterAgent
from workbench.drafting.pricing import Budget
from workbench.drafting.sections import SectionSpec, waits_for
from workbench.live import events
from workbench.live.journal import Journal
from workbench.model_settings import ExtraBody, ModelSettings, OutputLimit, ReasoningEffort, Temperature
from workbench.workflow.planning import collect_finished_texts
from workbench.workflow.run_letter import make_letter
from workbench.workflow.scheduler import SectionScheduler
from workbench.workflow.section_commands import FINISHED
from workbench.workflow.style_memory import StyleMemory
from workbench.workflow.tracing import Trace

if TYPE_CHECKING:
    from langgraph.runtime import RunControl


class RunOptions(Strict):
    """Options of a run: sections, limits, budget.

    Examples:
        >>> import workbench
        >>> workbench.RunOptions(sections=("awards",), max_revisions=1).max_revisions
        1

    Attributes:
        sections: Section ids in the document's order; None: what the case calls for.
        sequential: One section after another, instead of in parallel.
        concurrency: How many sections may be with the model at the same time.
        max_revisions: How often a draft with error findings is sent back to the writer.
        unattended: End without the attorney: nothing is approved, what is unresolved is listed.
        budget_usd: Spending limit in USD; the run pauses there.
        budget_tokens: Limit of input and output tokens; the run pauses there.
        max_output_tokens: Most that is sent as the model's output limit; None: ``WORKBENCH_MAX_OUTPUT_TOKENS``.
        reasoning_effort: Sent to a model that reasons; None: ``WORKBENCH_REASONING_EFFORT``.
        temperature: Sent to the model; None: ``WORKBENCH_TEMPERATURE``.
        extra_body: Further fields of each request; None: ``WORKBENCH_EXTRA_BODY``.
        passages: How many passages of the exhibits the writer is given for a section.
        offline_words_per_s: Speed of the offline assembler, words a second and section, for demonstrations; None: at
            once. No language model is slowed.
        step_idle_timeout_s: A step without progress for so long has failed.
    """

    sections: tuple[str, ...] | None = None
    sequential: bool = False
    concurrency: int = Field(default=4, ge=1)
    max_revisions: int = Field(default=2, ge=0)
    unattended: bool = False
    budget_usd: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    budget_tokens: int | None = Field(default=None, gt=0)
    max_output_tokens: OutputLimit | None = None
    reasoning_effort: ReasoningEffort | None = None
    temperature: Temperature | None = None
    extra_body: ExtraBody | None = None
    passages: int = Field(default=12, ge=0)
    offline_words_per_s: float | None = Field(default=None, gt=0)
    step_idle_timeout_s: float = Field(default=300.0, gt=0)

    @property
    def model_settings(self) -> ModelSettings:
        """Options of the model that this run has of its own."""
        return ModelSettings.of(self)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        return [(name, value) for name, value in super().__repr_args__() if name in self.model_fields_set]

    def __repr__(self) -> str:
        return shorten_repr(super().__repr__(), "RunOptions", sorted(self.model_fields_set))


def make_control() -> RunControl:
    """Returns a control of an execution that has not been asked to end."""
    # Late: LangGraph takes a second of processor time to import, and who only reads runs never needs it.
    from langgraph.runtime import RunControl  # noqa: PLC0415

    return RunControl()


@dataclass
class GenerationContext:
    """Run-scoped context of LangGraph.

    It is no part of the graph's state and is never written anywhere.

    Attributes:
        case: The case; replaced when an exhibit is added.
        specs: The sections of this run by id, in the document's order.
        after: What each section waits for, within this run.
        writer: Drafts.
        validator: Checks.
        memory: Passages of the exhibits.
        style: Examples of style from earlier runs; None: the setting is off, or the writer reads no prompt.
        journal: The one writer of events.
        budget: The spending limit.
        options: How the run is to be made.
        scheduler: Order of the sections, and their places at the model.
        control: Asks the graph to end after the current step.
        case_changes: Changes of the case since the run was drafted that nobody has accepted: then nothing is drafted
            or checked.
        extra: Sections that the attorney sent back while the others were being drafted, by id.
        trace: Span of the execution; where the run is not traced, nothing.
    """

    case: Case
    specs: dict[str, SectionSpec]
    after: dict[str, tuple[str, ...]]
    writer: WriterAgent
    validator: ValidatorAgent
    memory: MemoryManager
    journal: Journal
    budget: Budget
    options: RunOptions
    scheduler: SectionScheduler
    style: StyleMemory | None = None
    control: RunControl = field(default_factory=make_control)
    case_changes: tuple[str, ...] = ()
    extra: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    trace: Trace = field(default_factory=Trace)

    async def review(
        self, section_id: str, content: str, revised_from: Sequence[EarlierText] = ()
    ) -> tuple[Finding, ...]:
        """Runs the checks on a section's text, beside the loop.

        Viewers are served and the lock is renewed meanwhile, however long the text is.

        Args:
            section_id: The section.
            content: Its text.
            revised_from: Its texts before its revisions, of which no fact may be lost.
        """
        while True:
            case, others = self.case, self._finished_texts(section_id)
            findings = await asyncio.to_thread(
                self.validator.review, section_id, content, case, earlier=others, revised_from=revised_from
            )
            # An edit of another section, or a new exhibit, may have come while the checks ran.
            if case is self.case and others == self._finished_texts(section_id):
                return findings

    async def review_letter(self, changed: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        """Runs the checks on the letter as a whole, beside the loop.

        Args:
            changed: Texts that take the place of what stands in sections, by id.

        Returns:
            The findings, as events carry them.
        """
        snapshot = self.journal.snapshot
        changes = changed or {}
        sections = tuple(
            section.model_copy(update={"content": changes[section.section_id]})
            if section.section_id in changes
            else section
            for section in snapshot.sections
            if section.status in FINISHED or section.section_id in changes
        )
        letter = make_letter(snapshot.model_copy(update={"sections": sections}), self.case)
        findings = await asyncio.to_thread(self.validator.review_letter, letter)
        return [finding.model_dump(exclude_none=True) for finding in findings]

    def _finished_texts(self, without: str) -> dict[str, str]:
        texts = collect_finished_texts(self.journal.snapshot)
        return {section_id: text for section_id, text in texts.items() if section_id != without}

    async def wait_for_extra_sections(self) -> None:
        """Waits while sections sent back meanwhile are being drafted.

        Raises:
            FencedError: Another process has taken the thread over.
        """
        # One that ends may have let the attorney send back another, or the same one again.
        while waiting := [task for task in self.extra.values() if not task.done()]:
            await asyncio.gather(*waiting)
        await asyncio.gather(*self.extra.values())  # raises what one of them raised while nobody waited

    async def stop_extra_sections(self) -> None:
        """Cancels the sections sent back meanwhile, and waits for them."""
        for task in self.extra.values():
            task.cancel()
        await asyncio.gather(*self.extra.values(), return_exceptions=True)

    async def pause(self, reason: str | None = None) -> None:
        """Ends the graph after the current steps.

        A reason, which a user's pause has not, becomes the run's ``error``.
        """
        # Only the first reason: several sections may lose the model within one second.
        if reason is not None and not self.scheduler.halted:
            self.journal.emit(
                events.WorkflowUpdate(update={"error": reason}), events.log(reason, agent="run", level="warning")
            )
        # Drain first: a section that wakes from the scheduler must find the graph ending.
        self.control.request_drain(reason or "pause")
        await self.scheduler.halt()


def resolve_dependencies(specs: dict[str, SectionSpec], *, sequential: bool) -> dict[str, tuple[str, ...]]:
    """Resolves the sections that each section waits for.

    Args:
        specs: The sections by id, in the document's order.
        sequential: Each also waits for the one before it, in an order that respects the dependencies.

    Returns:
        Section id to the ids it waits for, of this run only.
    """
    after = {section_id: waits_for(spec, specs.values()) for section_id, spec in specs.items()}
    if not sequential:
        return after
    # A topological order, by repeated search: there are at most a few dozen sections.
    order: list[str] = []
    while len(order) < len(after):
        order.append(next(s for s in after if s not in order and all(need in order for need in after[s])))
    return {s: (*after[s], *order[max(0, i - 1) : i]) for i, s in enumerate(order)}
