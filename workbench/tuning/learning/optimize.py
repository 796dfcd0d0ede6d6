"""Optimizer: proposes prompt versions from the attorney's decisions.

    lessons (real runs) --draft, score--> findings --reflecting model--> a new template --draft, score--> ...

The results are candidates, never more. The evidence of each (scores, drafts, the questions to the reflecting model)
is stored encrypted in ``<WORKBENCH_HOME>/tuning/evidence``. The promotion gate decides whether one becomes active,
on cases that nothing was learnt from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.metadata import version as release_of
from statistics import fmean
from typing import Any

import orjson

from workbench.config import Settings
from workbench.drafting.answer_cache import AnswerCache
from workbench.drafting.pricing import Budget, PriceTable
from workbench.drafting.prompts.prompt_text import known_section
from workbench.errors import InputError, Problem
from workbench.live.encrypted_files import RunFiles
from workbench.text.clock import now
from workbench.tuning.experiment.models import LOCAL, OFFLINE, ModelRegistry
from workbench.tuning.learning.lessons import Lesson, lessons_for
from workbench.tuning.learning.search import SCORERS, Plan, Search
from workbench.tuning.prompt_store import PromptStore
from workbench.workflow.loop import BackgroundLoop

__all__ = [
    "DEFAULT_TOKENS",
    "KEPT",
    "MIN_LESSONS",
    "OptimizerResult",
    "Plan",
    "SavedCandidate",
    "optimize",
    "read_evidence",
]

MIN_LESSONS = 3
"""Approved sections that a proposal needs: two show accidents, not a rule."""

DEFAULT_TOKENS = 300_000
"""Spending limit if none is given: an optimizer has no natural end."""

KEPT = 3
"""Number of candidates that are saved at most, the best first."""


@dataclass(frozen=True)
class SavedCandidate:
    """One saved candidate.

    Attributes:
        ref: The version.
        score: Its mean score on the measuring lessons.
        evidence: File of its evidence, in ``<WORKBENCH_HOME>/tuning/evidence``.
    """

    ref: str
    score: float
    evidence: str


@dataclass(frozen=True)
class OptimizerResult:
    """Result of one optimization.

    Attributes:
        section_id: The section.
        filing: The active version, which was to be improved.
        score: Its mean score on the same lessons.
        found: The candidates, the best first; empty if nothing was better.
        lessons: Number of approved sections, those held back for measuring included.
        measured_on: Number of lessons that were measured on.
        held_back: Whether those were not learnt from.
        asked: Number of requested proposals.
        dropped: Number of dropped proposals, by reason.
        left_out: Reasons for leaving out runs.
        spent_usd: USD, as far as known.
        spent_tokens: Tokens, drafts and reflections together.
        ended: The reason that it ended.
    """

    section_id: str
    filing: str
    score: float | None
    found: tuple[SavedCandidate, ...]
    lessons: int
    measured_on: int
    held_back: bool
    asked: int
    dropped: Mapping[str, int]
    left_out: tuple[str, ...]
    spent_usd: float
    spent_tokens: int
    ended: str

    def __str__(self) -> str:
        was = "was not measured" if self.score is None else f"scores {self.score:.3f}"
        lines = [f"{self.filing} {was} on {self.measured_on} approved sections; {self.ended}"]
        lines += [
            f"{one.ref} scores {one.score:.3f}: a candidate; try it: workbench gate {one.ref}" for one in self.found
        ]
        if not self.found:
            lines.append(f"nothing better was found (proposals: {self.asked}); the filing version stays")
        if self.found and not self.held_back:
            # With few lessons nothing can be held back; the gate measures on cases of its own.
            lines.append("measured on what was learnt from, so it flatters: the gate tells")
        lines += [f"{number} x dropped: {why}" for why, number in self.dropped.items()]
        lines += [f"left out: {line}" for line in self.left_out]
        lines.append(f"{self.spent_tokens:,} tokens, {self.spent_usd:.4f} USD")
        return "\n".join(lines)


def optimize(settings: Settings, section_id: str, plan: Plan | None = None) -> OptimizerResult:
    """Searches for a better prompt and saves candidates.

    Blocks; must not run on the workbench loop.

    Args:
        settings: For runs, cases, prompts, the model and the home.
        section_id: A section, or ``system``.
        plan: Limits and models of the search.

    Raises:
        InputError: An unknown section; fewer than :data:`MIN_LESSONS` approved sections; a model that cannot be
            used; the ``optimize`` extra is not installed.
    """
    plan = plan or Plan()
    known_section(section_id)
    # Before anything is read or spent: a missing package is the commonest failure.
    gepa = _import_gepa()
    name = _model_name(settings, plan)
    unlimited = plan.budget_usd is None and plan.budget_tokens is None
    # gepa stops when it has no better idea, which it may never admit.
    budget = Budget(plan.budget_usd, DEFAULT_TOKENS if unlimited else plan.budget_tokens)
    # A local model has no price; any other needs one before a USD budget can hold.
    if plan.open_model is None and name != LOCAL:
        budget.check_start(name, PriceTable.load(settings.prices))
    lessons, left_out = lessons_for(settings, section_id)
    if len(lessons) < MIN_LESSONS:
        raise InputError(_too_few_lessons(section_id, len(lessons), left_out))
    loop = BackgroundLoop.current()
    # One model drafts and reflects: its weaknesses are then what the prompt is adapted to.
    opened = ModelRegistry((name,), settings, given=(plan.open_model,) if plan.open_model else ())
    answers = AnswerCache(settings, budget=budget)
    try:
        entry = loop.call(opened.open(plan.say))[name]
        search = Search(settings, section_id, plan, lessons, entry, answers)
        search.run(gepa)
        return _save_candidates(settings, search, budget, tuple(left_out))
    finally:
        loop.call(opened.aclose())
        answers.close()


def _save_candidates(settings: Settings, search: Search, budget: Budget, left_out: tuple[str, ...]) -> OptimizerResult:
    """Saves the better prompts and builds the result."""
    # Keyed by text: gepa may propose the same prompt twice.
    means = {text: fmean(scores.values()) for text, scores in search.measures.items()}
    before = means.pop(search.active.text, None)
    # Better than the active version, not merely different; ties stay where they are.
    better = sorted((text for text in means if before is not None and means[text] > before), key=means.__getitem__)
    found = tuple(_save_candidate(settings, search, text, means[text], before) for text in reversed(better[-KEPT:]))
    return OptimizerResult(
        section_id=search.section_id,
        filing=search.active.ref,
        score=before,
        found=found,
        lessons=len(search.lessons),
        measured_on=len(search.measured),
        held_back=search.measured is not search.learnt,
        asked=search.asked,
        dropped=search.dropped,
        left_out=left_out,
        spent_usd=budget.spent_usd,
        spent_tokens=budget.spent_tokens,
        ended=search.ended,
    )


def _save_candidate(
    settings: Settings, search: Search, text: str, score: float, before: float | None
) -> SavedCandidate:
    note = f"proposed by gepa: {before:.3f} to {score:.3f} on {len(search.measured)} approved sections"
    author = f"workbench optimize ({search.entry.model.label})"
    kept = search.store.save(search.section_id, text, note=note, author=author, parent=search.active.ref)
    name = f"{kept.ref}.json"
    evidence = {
        "ref": kept.ref, "filing": search.active.ref, "at": now(), "model": search.entry.model.label,
        # Stored so that a run can be repeated: seed, release and scorers decide the search.
        "gepa": release_of("gepa"), "seed": search.plan.seed, "scorers": list(SCORERS), "score": score,
        "score_of_filing": before, "held_back": search.measured is not search.learnt,
        "measured": [_lesson_evidence(search, lesson, text) for lesson in search.measured],
        "reflection": search.reasons.get(text),
    }  # fmt: skip
    RunFiles(settings, "tuning", "evidence").write(name, orjson.dumps(evidence, option=orjson.OPT_INDENT_2))
    return SavedCandidate(kept.ref, score, name)


def _lesson_evidence(search: Search, lesson: Lesson, text: str) -> dict[str, Any]:
    sides = {}
    for side, prompt in (("filing", search.active.text), ("candidate", text)):
        result = search.results.get((prompt, lesson.place))
        sides[side] = {
            "score": search.measures[prompt].get(lesson.place),
            "draft": result.answer.content if result and result.answer else None,
            "error": result.error if result else None,
            "scores": [asdict(score) for score in result.scores] if result else [],
        }
    return {"case": lesson.place[0], "section": lesson.place[1], "run": lesson.thread_id, **sides}


def read_evidence(settings: Settings, ref: str) -> dict[str, Any]:
    """Returns the evidence of a proposed version.

    It holds the scores, the drafts and the questions to the reflecting model.

    Args:
        settings: For the prompts and the home.
        ref: The version.

    Raises:
        InputError: The version has no evidence.
        StoreError: The evidence is encrypted with a missing key.
    """
    version = PromptStore(settings).get(ref)
    try:
        return dict(orjson.loads(RunFiles(settings, "tuning", "evidence").read(f"{version.ref}.json")))
    except FileNotFoundError:
        remedy = "it was not proposed by workbench optimize on this machine"
        raise InputError(Problem(f"{version.ref} has no evidence", remedy, field="prompt")) from None


def _model_name(settings: Settings, plan: Plan) -> str:
    name = plan.open_model.name if plan.open_model is not None else plan.model or settings.model
    if name is None or name == OFFLINE:
        what = "no model is named" if name is None else "the offline assembler reads no prompt"
        raise InputError(Problem(what, "set WORKBENCH_MODEL, or name one, such as local", field="model"))
    return name


def _too_few_lessons(section_id: str, number: int, left_out: Sequence[str]) -> Problem:
    reasons = f" (left out: {'; '.join(left_out)})" if left_out else ""
    return Problem(
        f"{section_id!r} has {number} approved sections to learn from, and needs {MIN_LESSONS}{reasons}",
        "approve that section in more runs",
        field="section",
    )


def _import_gepa() -> Any:
    try:
        return import_module("gepa")
    except ModuleNotFoundError:
        raise InputError(
            Problem("the optimizer is not installed", "run: pip install 'eb1a-workbench[optimize]'", field="optimize")
        ) from None
