"""Cells of an experiment, their inputs, answers, scores and results.

Data only.

prompts x cases x sections x models x repeats  ->  Cell  ->  Answer  ->  Score, one a scorer  ->  CellResult
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from workbench.checks.finding import Finding
from workbench.drafting.model_options import ModelOptions
from workbench.drafting.prompts.templates import PromptLibrary
from workbench.drafting.request import Assignment, Model, ModelRequest, ModelUsage
from workbench.text.digest import text_digest


@dataclass(frozen=True)
class Variant:
    """Set of prompts under a name.

    Attributes:
        name: ``filing``, ``shipped``, ``awards@0123456789ab``, or a name that the caller gave.
        prompts: One prompt for each section, and the system message.
    """

    name: str
    prompts: PromptLibrary


@dataclass(frozen=True)
class ModelEntry:
    """Model under a name: an entry of a :class:`~workbench.tuning.experiment.models.ModelRegistry`.

    Attributes:
        name: ``offline``, ``local``, or the endpoint's own name for it.
        model: The model.
    """

    name: str
    model: Model


# Ordered, so that results can be sorted in whatever order they came.
@dataclass(frozen=True, order=True)
class Cell:
    """Place of the matrix: prompts, case, section, model and repeat.

    Attributes:
        prompt: Name of the :class:`Variant`.
        case_id: The case.
        section_id: The section.
        model: Name of the :class:`ModelEntry`.
        repeat: From 1.
    """

    prompt: str
    case_id: str
    section_id: str
    model: str
    repeat: int

    def __str__(self) -> str:
        return f"{self.prompt} / {self.case_id} / {self.section_id} / {self.model} / {self.repeat}"


@dataclass(frozen=True)
class CellInputs:
    """Inputs of one cell's draft.

    Attributes:
        variant: The prompts.
        entry: The model.
        assignment: Case, section and passages.
        approved: The attorney's approved text of that section of that case, or None.
        request: The rendered prompt, if the caller has it already.
    """

    variant: Variant
    entry: ModelEntry
    assignment: Assignment
    approved: str | None = None
    request: ModelRequest | None = None


@dataclass(frozen=True)
class Answer:
    """Answer of a model for a cell.

    Attributes:
        content: Clean Markdown, citations inside.
        prompt_version: See :meth:`~workbench.drafting.prompts.templates.PromptLibrary.version`.
        model: Label of the model that wrote it.
        usage: Tokens and cost of the call.
        latency_s: From the request to the last piece, seconds; of the original call where it is cached.
        first_text_s: From the request to the first piece, seconds.
        at: Time of the request, ISO 8601.
        cut_off: Reason why the draft has no end, or None.
        cached: True if the answer was kept from before, and not asked for again.
    """

    content: str
    prompt_version: str
    model: str
    usage: ModelUsage
    latency_s: float
    first_text_s: float
    at: str
    cut_off: str | None = None
    cached: bool = False


def describe_answer(answer: Answer, findings: Iterable[Finding], *, words: int) -> dict[str, Any]:
    """Builds the columns of an answer.

    Every table of drafts has them, in this order.
    """
    severities = Counter(finding.severity for finding in findings)
    return {
        "cached": answer.cached,
        "latency_s": answer.latency_s,
        "first_text_s": answer.first_text_s,
        "input_tokens": answer.usage.input_tokens,
        "output_tokens": answer.usage.output_tokens,
        "cost_usd": answer.usage.cost_usd,
        "words": words,
        "errors": severities["error"],
        "warnings": severities["warning"],
        "at": answer.at,
        # Ratings are bound to the text by this digest; tables hold no draft.
        "sha256": text_digest(answer.content),
    }


OPTION_COLUMNS = ("max_output_tokens", "reasoning_effort", "temperature", "extra_body")


def describe_options(options: ModelOptions) -> dict[str, Any]:
    """Builds the columns of a model's options; None where one is not set."""
    extra = json.dumps(dict(options.extra_body), sort_keys=True) if options.extra_body else None
    values = (options.max_output_tokens, options.reasoning_effort, options.temperature, extra)
    return dict(zip(OPTION_COLUMNS, values, strict=True))


@dataclass(frozen=True)
class CellDraft:
    """Draft of a cell, as scorers receive it.

    Attributes:
        cell: Its place in the matrix.
        assignment: Case, section and passages.
        answer: The model's answer.
        findings: Findings of the ValidatorAgent, errors first.
        approved: The attorney's approved text of that section of that case, or None.
    """

    cell: Cell
    assignment: Assignment
    answer: Answer
    findings: tuple[Finding, ...]
    approved: str | None = None


@dataclass(frozen=True)
class Score:
    """Score of one draft by one scorer.

    Attributes:
        scorer: Its name.
        value: From 0, worst, to 1, best; None after an error: a failure is never a score.
        reason: Reason in one sentence.
        passed: True at or above the threshold; None without a threshold or a value.
        error: Error message, if there is no value.
        usage: Usage of a judge's own calls.
    """

    scorer: str
    value: float | None
    reason: str
    passed: bool | None = None
    error: str | None = None
    usage: ModelUsage = field(default_factory=ModelUsage)

    def __post_init__(self) -> None:
        # Scorers of the user build scores: an impossible one is refused here, before it is in the tables.
        if (self.value is None) != (self.error is not None):
            raise ValueError("a score has either a value or an error")
        if self.value is not None and not 0.0 <= self.value <= 1.0:
            raise ValueError(f"{self.scorer}: a score lies between 0 and 1, not at {self.value}")
        if not self.reason.strip():
            raise ValueError(f"{self.scorer}: a score has a reason")
        if self.value is None and self.passed is not None:
            raise ValueError("what has no value has not passed, nor failed")

    @classmethod
    def failure(cls, scorer: str, error: str, *, usage: ModelUsage | None = None) -> Score:
        """Makes the score of a scorer that failed."""
        return cls(scorer, None, f"not scored: {error}", error=error, usage=usage or ModelUsage())


class Scorer(Protocol):
    """Interface of everything that scores drafts.

    Attributes:
        name: Unique within an experiment.
    """

    @property
    def name(self) -> str:
        """Name in the results."""

    async def score(self, draft: CellDraft) -> Score:
        """Scores a draft.

        It may raise: the caller turns every error into a :meth:`Score.failure`.
        """


@dataclass(frozen=True)
class CellResult:
    """Result of a cell.

    Answer, findings and scores, or an error.

    Attributes:
        cell: Its place in the matrix.
        answer: The model's answer; None if it gave nothing usable.
        error: Error message, if there is no answer: refused, empty, lost, or not asked.
        findings: Findings of the ValidatorAgent.
        scores: One for each scorer; empty without an answer.
    """

    cell: Cell
    answer: Answer | None
    error: str | None = None
    findings: tuple[Finding, ...] = ()
    scores: tuple[Score, ...] = ()

    @property
    def passed(self) -> bool:
        """True if an answer is there and every threshold met.

        A scorer that failed counts as not passed.
        """
        # A score without a threshold has passed None: that neither passes nor fails a cell.
        return self.answer is not None and all(
            score.error is None and score.passed is not False for score in self.scores
        )
