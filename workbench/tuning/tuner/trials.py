"""Drafts of the tuner.

One section with several prompts and models, side by side, and as a table.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from workbench.checks.finding import Finding
from workbench.drafting.answer_cache import AnswerCache
from workbench.drafting.request import Assignment
from workbench.live.tasks import end
from workbench.text.html import escape_line
from workbench.tuning.experiment.cells import Answer, Cell, CellInputs, CellResult, ModelEntry, Variant, describe_answer
from workbench.tuning.experiment.runner import run_cells

if TYPE_CHECKING:
    import pandas as pd

AT_ONCE = 2
"""Number of drafts written at the same time: the small local model has as many slots."""

Status = Literal["waiting", "writing", "done", "failed", "stopped"]

COLUMNS = (
    "prompt", "prompt_version", "case", "section", "model", "repeat", "status", "error", "cached", "latency_s",
    "first_text_s", "input_tokens", "output_tokens", "cost_usd", "words", "errors", "warnings", "at", "sha256",
    "rating", "kept", "comment",
)  # fmt: skip
"""Columns of the table; those that an experiment has, too, have the same names."""


@dataclass(frozen=True)
class TunerDraft:
    """State of one draft: waiting, being written, or finished.

    Attributes:
        id: ``<prompt_version>|<model>|<repeat>|<how many passages>``: the same request is the same draft.
        cell: Prompts, case, section, model and repeat, by name.
        prompt_version: Version of section prompt and system message together.
        status: ``waiting`` for its turn, ``writing``, ``done``, ``failed``, or ``stopped`` before its end.
        text: The text that has streamed so far, or the finished draft.
        answer: The finished answer, or None.
        findings: Findings of the checks, errors first.
        error: Error message of a failed draft.
        rating: 1 to 5 stars of this user, or None.
        kept: True if this user keeps it.
        comment: This user's comment.
    """

    id: str
    cell: Cell
    prompt_version: str
    status: Status = "waiting"
    text: str = ""
    answer: Answer | None = None
    findings: tuple[Finding, ...] = ()
    error: str | None = None
    rating: int | None = None
    kept: bool = False
    comment: str = ""

    @property
    def words(self) -> int:
        """Number of words so far."""
        return len(self.text.split())

    def count(self, severity: str) -> int:
        """Counts the findings of a severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def row(self) -> dict[str, Any]:
        """Builds its row of the table; see :data:`COLUMNS`."""
        cell, answer = self.cell, self.answer
        row: dict[str, Any] = dict.fromkeys(COLUMNS)
        row |= {
            "prompt": cell.prompt,
            "prompt_version": self.prompt_version,
            "case": cell.case_id,
            "section": cell.section_id,
            "model": cell.model,
            "repeat": cell.repeat,
            "status": self.status,
            "error": self.error,
            "rating": self.rating,
            "kept": self.kept,
            "comment": self.comment,
        }
        if answer is not None:
            row |= describe_answer(answer, self.findings, words=self.words)
        return row


Ready = Callable[[str], Coroutine[Any, Any, ModelEntry]]
"""Function from a name to the model, started and checked."""


@dataclass(frozen=True)
class DraftJob:
    """Inputs of one draft."""

    draft: TunerDraft
    variant: Variant
    model: str
    assignment: Assignment


class TunerDrafts:
    """Drafts of one tuning session by id.

    They are in the order of their first request. Thread-safe.

    Args:
        on_answer: Called with each answer, on a thread of its own.
        on_change: Called with each draft that has changed, on the thread that changed it.
        on_text: Called with each piece as it streams, by id; None: the draft begins again.
        recall: Returns what was said of the same text before: ``rating``, ``kept``, ``comment``.
    """

    def __init__(
        self,
        *,
        on_answer: Callable[[DraftJob, Answer], object] = lambda _job, _answer: None,
        on_change: Callable[[TunerDraft], None] = lambda _trial: None,
        recall: Callable[[Cell, str], Mapping[str, Any]] = lambda _render_cell, _content: {},
        on_text: Callable[[str, str | None], None] = lambda _id, _text: None,
    ) -> None:
        self._on_answer = on_answer
        self._recall = recall
        self.on_change = on_change
        self.on_text = on_text
        self._guard = threading.RLock()
        self._drafts: dict[str, TunerDraft] = {}

    def all(self) -> tuple[TunerDraft, ...]:
        """Returns all drafts as they are now."""
        with self._guard:
            return tuple(self._drafts.values())

    def get(self, draft_id: str) -> TunerDraft | None:
        """Returns the draft of that id, or None."""
        with self._guard:
            return self._drafts.get(draft_id)

    def store(self, draft: TunerDraft) -> None:
        """Sets a draft, and reports the change."""
        with self._guard:
            self._drafts[draft.id] = draft
        # Outside of the lock: the listener may wait for a thread that reads the drafts.
        self.on_change(draft)

    def change(self, draft_id: str, **fields: Any) -> None:
        """Sets fields of a draft, and reports the change.

        Does nothing for an unknown id.
        """
        with self._guard:
            old = self._drafts.get(draft_id)
            if old is None:
                return
            draft = self._drafts[draft_id] = replace(old, **fields)
        self.on_change(draft)

    def clear(self) -> None:
        """Removes all drafts."""
        with self._guard:
            self._drafts.clear()

    async def run(
        self, jobs: Sequence[DraftJob], *, ready: Ready, answers: AnswerCache, at_once: int = AT_ONCE
    ) -> None:
        """Writes drafts.

        One that fails has its error, and the others go on.

        Cancelling it stops the drafts that are being written, and keeps their text so far, marked as stopped.

        Args:
            jobs: Inputs of the drafts.
            ready: Returns a model by name, started and checked.
            answers: Cache of answers.
            at_once: Number of drafts that are written at the same time.
        """
        for job in jobs:
            self.store(job.draft)
        by_cell = {job.draft.cell: job for job in jobs}
        # Model by model: the next one is started when its first draft has its turn.
        names = list(dict.fromkeys(job.model for job in jobs))
        model_by_model = sorted(by_cell, key=lambda cell: names.index(cell.model))
        models: dict[str, asyncio.Task[ModelEntry]] = {}
        finishing: list[asyncio.Task[None]] = []

        async def inputs(cell: Cell) -> CellInputs:
            job = by_cell[cell]
            if job.model not in models:  # started once, with the first of its cells
                models[job.model] = asyncio.create_task(ready(job.model))
            # Shielded: one cancelled draft must not cancel the start that the others wait for.
            entry = await asyncio.shield(models[job.model])
            self.change(job.draft.id, status="writing", text="")
            return CellInputs(job.variant, entry, job.assignment)

        def add_result(result: CellResult) -> None:
            # As a task: this is called on the loop, and earlier ratings are read from files.
            finishing.append(asyncio.create_task(self._finish(by_cell[result.cell], result)))

        def append_text(cell: Cell, text: str | None) -> None:
            self._append(by_cell[cell].draft.id, text)

        try:
            await run_cells(
                model_by_model,
                prepare=inputs,
                answers=answers,
                on_result=add_result,
                on_text=append_text,
                concurrency=at_once,
            )
        finally:
            # Also after a cancellation: a finished draft keeps its rating.
            await asyncio.gather(*finishing)
            await end(models.values())
            for job in jobs:
                now = self.get(job.draft.id)
                if now is not None and now.status in {"waiting", "writing"}:
                    self.change(now.id, status="stopped")

    async def _finish(self, job: DraftJob, result: CellResult) -> None:
        """Sets a draft from its result.

        It keeps the user's earlier rating of the same text.
        """
        answer = result.answer
        if answer is None:
            self.change(job.draft.id, status="failed", error=result.error)
            return
        await asyncio.to_thread(self._on_answer, job, answer)
        said = await asyncio.to_thread(self._recall, job.draft.cell, answer.content)
        self.change(job.draft.id, status="done", text=answer.content, answer=answer, findings=result.findings, **said)

    def _append(self, draft_id: str, text: str | None) -> None:
        with self._guard:
            draft = self._drafts.get(draft_id)
            if draft is None:
                return
            self._drafts[draft_id] = replace(draft, text="" if text is None else draft.text + text)
        self.on_text(draft_id, text)


class DraftTable:
    """Table of drafts for a notebook.

    Figures only, no word of the drafts.

    A saved notebook keeps it, and drafts hold clients' words.

    Args:
        drafts: The drafts.
    """

    def __init__(self, drafts: Iterable[TunerDraft]) -> None:
        self.drafts = tuple(drafts)

    @property
    def frame(self) -> pd.DataFrame:
        """Table with a row for each draft; columns: :data:`COLUMNS`."""
        import pandas as pd  # noqa: PLC0415  (half a second, wanted only here)

        return pd.DataFrame([draft.row() for draft in self.drafts], columns=list(COLUMNS))

    def texts(self) -> dict[str, str]:
        """Returns the drafts' Markdown by ``prompt, model, repeat``."""
        return {f"{each.cell.prompt}, {each.cell.model}, {each.cell.repeat}": each.text for each in self.drafts}

    def __repr__(self) -> str:
        done = sum(draft.status == "done" for draft in self.drafts)
        return f"DraftTable({len(self.drafts)} drafts, {done} done)"

    def _repr_html_(self) -> str:
        heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
        rows = "".join(f"<tr>{''.join(map(_render_cell, _row_cells(draft)))}</tr>" for draft in self.drafts)
        return (
            f'<div class="wb-trials"><style>{_STYLE}</style><table><caption>Drafts compared</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        )


# The class stands twice because JupyterLab's own rules for tables are as specific as one class.
_STYLE = """
.wb-trials table{border-collapse:collapse;font-size:13px}
.wb-trials caption{text-align:left;font-weight:600;padding:.25rem 0}
.wb-trials.wb-trials table :is(th,td){text-align:left;vertical-align:top;padding:.25rem 1rem .25rem 0;
border-bottom:1px solid rgba(128,128,128,.35)}
.wb-trials.wb-trials td.wb-n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
"""
_HEADS = (
    "Prompt", "Model", "No.", "Outcome", "Errors", "Warnings", "Words", "Tokens", "Cost", "First word", "Whole draft",
    "Rating",
)  # fmt: skip


def _row_cells(draft: TunerDraft) -> tuple[tuple[str, bool], ...]:
    """Builds the cells of a row.

    Each comes with True if it is a number.
    """
    answer = draft.answer
    outcome = draft.error or {"done": "cached" if answer and answer.cached else "new"}.get(draft.status, draft.status)
    if answer is not None and answer.cut_off:
        outcome += ", without its end"
    usage = answer.usage if answer else None
    numbers = (
        (str(draft.count("error")), str(draft.count("warning")), f"{draft.words:,}") if answer else ("–", "–", "–")
    )
    return (
        (draft.cell.prompt, False),
        (draft.cell.model, False),
        (str(draft.cell.repeat), True),
        (outcome, False),
        *((number, True) for number in numbers),
        (f"{usage.input_tokens:,} + {usage.output_tokens:,}" if usage else "–", True),
        (_format_money(usage.cost_usd) if usage else "–", True),
        (f"{answer.first_text_s:.2f} s" if answer else "–", True),
        (f"{answer.latency_s:.2f} s" if answer else "–", True),
        ("★" * draft.rating if draft.rating else "", False),
    )


def _format_money(usd: float | None) -> str:
    return "unknown" if usd is None else f"${usd:.4f}"


def _render_cell(figure: tuple[str, bool]) -> str:
    text, number = figure
    return f"<td{' class=wb-n' if number else ''}>{escape_line(text)}</td>"
