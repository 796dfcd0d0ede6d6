"""What an experiment is made of: the cells of its matrix, the answers, the scores. Data only.

prompts x cases x sections x models x repeats  ->  Cell  ->  Answer  ->  Score, one a scorer  ->  CellResult
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from workbench.checks.finding import Finding
from workbench.drafting.prompts import PromptLibrary
from workbench.drafting.request import Assignment, Model, ModelRequest, ModelUsage


@dataclass(frozen=True)
class Variant:
    """A set of prompts under the name by which an experiment knows it.

    Attributes:
        name: As written in the experiment: ``filing``, ``shipped``, ``awards@0123456789ab``, or the author's own word.
        prompts: One for every section, and the system message.
    """

    name: str
    prompts: PromptLibrary


@dataclass(frozen=True)
class ModelEntry:
    """A model under the name by which an experiment knows it.

    Attributes:
        name: ``offline``, ``local``, or what the endpoint calls it.
        model: Who writes.
    """

    name: str
    model: Model


@dataclass(frozen=True, order=True)
class Cell:
    """One place of the matrix: what is asked of whom, and for which time.

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
    """Everything that is needed to draft one cell.

    Attributes:
        variant: The prompts.
        entry: The model.
        assignment: Case, section and passages.
        approved: The attorney's approved text of that section of that case, or None where there is none.
        request: The rendered prompt, where the caller has it already.
    """

    variant: Variant
    entry: ModelEntry
    assignment: Assignment
    approved: str | None = None
    request: ModelRequest | None = None


@dataclass(frozen=True)
class Answer:
    """What a model wrote for a cell.

    Attributes:
        content: Clean Markdown, citations inside.
        prompt_version: See :meth:`~workbench.drafting.prompts.PromptLibrary.version`.
        model: Label of what wrote it.
        usage: Tokens and cost of the call.
        latency_s: From the request to the last piece, seconds; of the original call where it is cached.
        first_text_s: From the request to the first piece, seconds.
        at: Moment of the request, ISO 8601.
        cut_off: Why the draft has no end, or None.
        cached: Whether it was asked for before, and not again now.
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


@dataclass(frozen=True)
class CellDraft:
    """What a scorer is given.

    Attributes:
        cell: Where in the matrix.
        assignment: What was to be drafted: case, section, passages.
        answer: What came of it.
        findings: What the ValidatorAgent says of it, errors first.
        approved: The attorney's approved text of that section of that case, or None where there is none.
    """

    cell: Cell
    assignment: Assignment
    answer: Answer
    findings: tuple[Finding, ...]
    approved: str | None = None


@dataclass(frozen=True)
class Score:
    """What one scorer says of one draft.

    Attributes:
        scorer: Its name.
        value: From 0, worst, to 1, best; None where it could not be told: a failure is never a score.
        reason: Why, in one sentence.
        passed: Whether it is good enough; None where the scorer sets no threshold, or there is no value.
        error: What went wrong, where there is no value.
        usage: What a judge's own calls used.
    """

    scorer: str
    value: float | None
    reason: str
    passed: bool | None = None
    error: str | None = None
    usage: ModelUsage = field(default_factory=ModelUsage)

    def __post_init__(self) -> None:
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
        """Of a scorer that could not tell."""
        return cls(scorer, None, f"not scored: {error}", error=error, usage=usage or ModelUsage())


class Scorer(Protocol):
    """Anything that scores drafts.

    Attributes:
        name: Unique within an experiment.
    """

    @property
    def name(self) -> str:
        """Its name."""

    async def score(self, draft: CellDraft) -> Score:
        """The value and the reason. May raise: who calls makes a :meth:`Score.failure` of it."""


@dataclass(frozen=True)
class CellResult:
    """All that became of a cell.

    Attributes:
        cell: Where in the matrix.
        answer: What the model wrote; None where it wrote nothing usable.
        error: What went wrong, where there is no answer: refused, empty, lost, not paid for.
        findings: What the ValidatorAgent says of the answer.
        scores: One a scorer; empty without an answer.
    """

    cell: Cell
    answer: Answer | None
    error: str | None = None
    findings: tuple[Finding, ...] = ()
    scores: tuple[Score, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether there is an answer, no scorer failed, and none of those with a threshold says no."""
        return self.answer is not None and all(
            score.error is None and score.passed is not False for score in self.scores
        )
