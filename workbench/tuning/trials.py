"""Drafts of one section, tried with several prompts and models: run side by side, kept for comparison, as a table."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from workbench.checks.finding import Finding
from workbench.drafting.request import Assignment
from workbench.errors import WorkbenchError
from workbench.text.digest import text_digest
from workbench.text.html import escape_line
from workbench.tuning.cells import Answer, Cell, Contender, Drafted, Variant
from workbench.tuning.lanes import Lanes

if TYPE_CHECKING:
    import pandas as pd

AT_ONCE = 2
"""Drafts written at the same time: as many as the small local model has slots for."""

Status = Literal["waiting", "writing", "done", "failed", "stopped"]

COLUMNS = (
    "prompt", "prompt_version", "case", "section", "model", "repeat", "status", "error", "cached", "latency_s",
    "first_text_s", "input_tokens", "output_tokens", "cost_usd", "words", "errors", "warnings", "at", "sha256",
    "rating", "kept", "comment",
)  # fmt: skip
"""Of the table; those that an experiment has too are named as there."""


@dataclass(frozen=True)
class Trial:
    """One draft, on its way or written.

    Attributes:
        id: ``<prompt_version>|<model>|<repeat>|<how many passages>``: the same prompt asked again is the same trial.
        cell: Prompts, case, section, model and repeat, by name.
        prompt_version: Version of section prompt and system message together.
        status: ``waiting`` for its turn, ``writing``, ``done``, ``failed``, or ``stopped`` before its end.
        text: What has streamed so far, or the finished draft.
        answer: Once it is done.
        findings: What the checks say of it, errors first.
        error: Why it failed.
        rating: 1 to 5 stars of this user, or None.
        kept: Whether this user keeps it.
        comment: This user's words.
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
        """How many words it has so far."""
        return len(self.text.split())

    def count(self, severity: str) -> int:
        """How many findings of a severity it has."""
        return sum(finding.severity == severity for finding in self.findings)

    def row(self) -> dict[str, Any]:
        """Its row of the table; see :data:`COLUMNS`."""
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
            row |= {
                "cached": answer.cached,
                "latency_s": answer.latency_s,
                "first_text_s": answer.first_text_s,
                "input_tokens": answer.usage.input_tokens,
                "output_tokens": answer.usage.output_tokens,
                "cost_usd": answer.usage.cost_usd,
                "words": self.words,
                "errors": self.count("error"),
                "warnings": self.count("warning"),
                "at": answer.at,
                "sha256": text_digest(answer.content),
            }
        return row


class DraftCell(Protocol):
    """As :func:`workbench.tuning.runner.draft_cell`, the answers' cache already given."""

    async def __call__(
        self,
        variant: Variant,
        contender: Contender,
        assignment: Assignment,
        repeat: int,
        *,
        on_text: Callable[[str], None],
        on_restart: Callable[[], None],
    ) -> Answer:
        """Drafts, or finds what was drafted before. Raises what the model raises."""


Ready = Callable[[str], Awaitable[Contender]]
"""A model by name, started and checked."""


@dataclass(frozen=True)
class Job:
    """What is asked for one trial."""

    trial: Trial
    variant: Variant
    model: str
    assignment: Assignment


class Trials:
    """The drafts of one sitting, by id, in the order in which they were first asked for. Thread-safe.

    Args:
        draft: Who drafts.
        on_change: Told of each trial that is not as it was; on whichever thread changed it.
        on_text: Told of each piece as it streams, by trial id; None: the draft begins again.
        recall: What was said of the same draft before: ``rating``, ``kept``, ``comment``.
    """

    def __init__(
        self,
        draft: DraftCell,
        *,
        on_change: Callable[[Trial], None] = lambda _trial: None,
        recall: Callable[[Cell, str], Mapping[str, Any]] = lambda _cell, _content: {},
        on_text: Callable[[str, str | None], None] = lambda _id, _text: None,
    ) -> None:
        self._draft = draft
        self._recall = recall
        self.on_change = on_change
        self.on_text = on_text
        self._guard = threading.RLock()
        self._trials: dict[str, Trial] = {}

    def all(self) -> tuple[Trial, ...]:
        """As they stand now."""
        with self._guard:
            return tuple(self._trials.values())

    def get(self, trial_id: str) -> Trial | None:
        """The trial of that id, or None."""
        with self._guard:
            return self._trials.get(trial_id)

    def put(self, trial: Trial) -> None:
        """Sets a trial as it stands, and tells of it."""
        with self._guard:
            self._trials[trial.id] = trial
        self.on_change(trial)

    def change(self, trial_id: str, **fields: Any) -> None:
        """Sets fields of a trial, and tells of it; nothing where there is none of that id."""
        with self._guard:
            old = self._trials.get(trial_id)
            if old is None:
                return
            trial = self._trials[trial_id] = replace(old, **fields)
        self.on_change(trial)

    def clear(self) -> None:
        """Forgets all."""
        with self._guard:
            self._trials.clear()

    async def run(self, jobs: Sequence[Job], *, ready: Ready, at_once: int = AT_ONCE) -> None:
        """Drafts all, each shown as it streams; one that fails says why, and the others go on.

        Cancelling it stops what is being written, and keeps what has streamed, marked as stopped.

        Args:
            jobs: What is asked.
            ready: Gives a model by name, started and checked.
            at_once: How many are written at the same time.
        """
        for job in jobs:
            self.put(job.trial)
        turn = asyncio.Semaphore(at_once)
        lanes = Lanes(())
        try:
            for name in dict.fromkeys(job.model for job in jobs):
                mine = [job for job in jobs if job.model == name]
                try:
                    contender = await ready(name)
                except WorkbenchError as error:
                    for job in mine:
                        self.change(job.trial.id, status="failed", error=str(error))
                    continue
                async with asyncio.TaskGroup() as group:
                    for job in mine:
                        group.create_task(self._one(job, contender, turn, lanes))
        finally:
            await lanes.aclose()
            for job in jobs:
                now = self.get(job.trial.id)
                if now is not None and now.status in {"waiting", "writing"}:
                    self.change(now.id, status="stopped")

    async def _one(self, job: Job, contender: Contender, turn: asyncio.Semaphore, lanes: Lanes) -> None:
        async with turn:
            trial_id = job.trial.id
            self.change(trial_id, status="writing", text="")
            try:
                answer = await self._draft(
                    job.variant,
                    contender,
                    job.assignment,
                    job.trial.cell.repeat,
                    on_text=lambda text: self._append(trial_id, text),
                    on_restart=lambda: self._append(trial_id, None),
                )
                findings, _ = await lanes.score(Drafted(job.trial.cell, job.assignment, answer, ()))
            except WorkbenchError as error:
                self.change(trial_id, status="failed", error=str(error))
            except Exception as error:  # noqa: BLE001  # said in its own place; the other drafts go on
                self.change(trial_id, status="failed", error=f"{type(error).__name__}: {error}")
            else:
                said = await asyncio.to_thread(self._recall, job.trial.cell, answer.content)
                self.change(trial_id, status="done", text=answer.content, answer=answer, findings=findings, **said)

    def _append(self, trial_id: str, text: str | None) -> None:
        with self._guard:
            trial = self._trials.get(trial_id)
            if trial is None:
                return
            self._trials[trial_id] = replace(trial, text="" if text is None else trial.text + text)
        self.on_text(trial_id, text)


class TrialTable:
    """What a run came to, for a cell of a notebook: a table of figures, no word of the drafts.

    Args:
        trials: Them.
    """

    def __init__(self, trials: Iterable[Trial]) -> None:
        self.trials = tuple(trials)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a draft; columns: :data:`COLUMNS`."""
        import pandas as pd  # noqa: PLC0415  (half a second, wanted only here)

        return pd.DataFrame([trial.row() for trial in self.trials], columns=list(COLUMNS))

    def texts(self) -> dict[str, str]:
        """The drafts' Markdown by ``prompt, model, repeat``."""
        return {f"{each.cell.prompt}, {each.cell.model}, {each.cell.repeat}": each.text for each in self.trials}

    def __repr__(self) -> str:
        done = sum(trial.status == "done" for trial in self.trials)
        return f"TrialTable({len(self.trials)} drafts, {done} done)"

    def _repr_html_(self) -> str:
        heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
        rows = "".join(f"<tr>{''.join(map(_cell, _figures(trial)))}</tr>" for trial in self.trials)
        return (
            f'<div class="wb-trials"><style>{_STYLE}</style><table><caption>Drafts compared</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        )


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


def _figures(trial: Trial) -> tuple[tuple[str, bool], ...]:
    """What each column of the HTML table says, and whether it is a number."""
    answer = trial.answer
    outcome = trial.error or {"done": "cached" if answer and answer.cached else "new"}.get(trial.status, trial.status)
    if answer is not None and answer.cut_off:
        outcome += ", without its end"
    usage = answer.usage if answer else None
    numbers = (
        (str(trial.count("error")), str(trial.count("warning")), f"{trial.words:,}") if answer else ("–", "–", "–")
    )
    return (
        (trial.cell.prompt, False),
        (trial.cell.model, False),
        (str(trial.cell.repeat), True),
        (outcome, False),
        *((number, True) for number in numbers),
        (f"{usage.input_tokens:,} + {usage.output_tokens:,}" if usage else "–", True),
        (_money(usage.cost_usd) if usage else "–", True),
        (f"{answer.first_text_s:.2f} s" if answer else "–", True),
        (f"{answer.latency_s:.2f} s" if answer else "–", True),
        ("★" * trial.rating if trial.rating else "", False),
    )


def _money(usd: float | None) -> str:
    return "unknown" if usd is None else f"${usd:.4f}"


def _cell(figure: tuple[str, bool]) -> str:
    text, number = figure
    return f"<td{' class=wb-n' if number else ''}>{escape_line(text)}</td>"
