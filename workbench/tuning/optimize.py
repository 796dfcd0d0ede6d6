"""Better prompts out of the attorney's own decisions, as candidates, each with its evidence.

    lessons (real runs) --draft, score--> what was wrong --reflecting model--> a new template --draft, score--> ...

What comes out are candidates, never more; the evidence of each (scores, drafts, what was said to the reflecting model)
lies sealed in ``<WORKBENCH_HOME>/tuning/evidence``. Whether one files is for the gate to say, on cases that nothing was
learnt from.
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
from workbench.drafting.prices import Budget, PriceTable
from workbench.drafting.prompts import known_section
from workbench.errors import InputError, Problem
from workbench.live.files import RunFiles
from workbench.text.clock import now
from workbench.tuning.answers import Answers
from workbench.tuning.contenders import LOCAL, OFFLINE, Contenders
from workbench.tuning.lessons import Lesson, lessons_for
from workbench.tuning.library import PromptStore
from workbench.tuning.search import SCORERS, Plan, Search
from workbench.workflow.bench import Bench

__all__ = ["DEFAULT_TOKENS", "KEPT", "MIN_LESSONS", "Found", "Optimized", "Plan", "optimize", "read_evidence"]

MIN_LESSONS = 3
"""Approved sections below which nothing is proposed: of two one learns their accidents."""

DEFAULT_TOKENS = 300_000
"""The spending limit where none is given: an optimizer has no natural end."""

KEPT = 3
"""How many candidates are saved at most, the best first."""


@dataclass(frozen=True)
class Found:
    """One candidate that was saved.

    Attributes:
        ref: The version.
        score: Its mean score on the lessons it was measured on.
        evidence: Where its evidence lies, from ``<WORKBENCH_HOME>/tuning/evidence``.
    """

    ref: str
    score: float
    evidence: str


@dataclass(frozen=True)
class Optimized:
    """What came of it.

    Attributes:
        section_id: The section.
        filing: The version that was to be improved.
        score: Its mean score on the same lessons.
        found: The candidates, the best first; empty where nothing was better.
        lessons: Approved sections that were learnt from, those held back to measure included.
        measured_on: How many were measured on.
        held_back: Whether those were not learnt from.
        asked: Proposals asked for.
        dropped: Why proposals were of no use, and how many.
        left_out: Runs that taught nothing, and why.
        spent_usd: USD, as far as known.
        spent_tokens: Tokens, drafts and reflections together.
        ended: Why it ended.
    """

    section_id: str
    filing: str
    score: float | None
    found: tuple[Found, ...]
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
            lines.append("measured on what was learnt from, so it flatters: the gate tells")
        lines += [f"{number} x dropped: {why}" for why, number in self.dropped.items()]
        lines += [f"left out: {line}" for line in self.left_out]
        lines.append(f"{self.spent_tokens:,} tokens, {self.spent_usd:.4f} USD")
        return "\n".join(lines)


def optimize(settings: Settings, section_id: str, plan: Plan | None = None) -> Optimized:
    """Looks for a better prompt of a section and saves what it finds, as candidates.

    Blocks; not for the workbench loop.

    Args:
        settings: For runs, cases, prompts, the model and the home.
        section_id: A section, or ``system``.
        plan: How.

    Raises:
        InputError: An unknown section; fewer than :data:`MIN_LESSONS` approved sections; a model that cannot be used;
            the ``optimize`` extra is not installed.
    """
    plan = plan or Plan()
    known_section(section_id)
    gepa = _gepa()
    name = _model(settings, plan)
    unlimited = plan.budget_usd is None and plan.budget_tokens is None
    budget = Budget(plan.budget_usd, DEFAULT_TOKENS if unlimited else plan.budget_tokens)
    if plan.contender is None and name != LOCAL:
        budget.check_start(name, PriceTable.load(settings.prices))
    lessons, left_out = lessons_for(settings, section_id)
    if len(lessons) < MIN_LESSONS:
        raise InputError(_too_few(section_id, len(lessons), left_out))
    bench = Bench.current()
    opened = Contenders((name,), settings, given=(plan.contender,) if plan.contender else ())
    answers = Answers(settings, budget=budget)
    try:
        contender = bench.call(opened.open(plan.say))[name]
        search = Search(settings, section_id, plan, lessons, contender, answers)
        search.run(gepa)
        return _result(settings, search, budget, tuple(left_out))
    finally:
        bench.call(opened.aclose())
        answers.close()


def _result(settings: Settings, search: Search, budget: Budget, left_out: tuple[str, ...]) -> Optimized:
    """Saves what was better, and says what came of it all."""
    means = {text: fmean(scores.values()) for text, scores in search.measures.items()}
    before = means.pop(search.filing.text, None)
    better = sorted((text for text in means if before is not None and means[text] > before), key=means.__getitem__)
    found = tuple(_saved(settings, search, text, means[text], before) for text in reversed(better[-KEPT:]))
    return Optimized(
        section_id=search.section_id,
        filing=search.filing.ref,
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


def _saved(settings: Settings, search: Search, text: str, score: float, before: float | None) -> Found:
    note = f"proposed by gepa: {before:.3f} to {score:.3f} on {len(search.measured)} approved sections"
    author = f"workbench optimize ({search.contender.model.label})"
    kept = search.store.save(search.section_id, text, note=note, author=author, parent=search.filing.ref)
    name = f"{kept.ref}.json"
    evidence = {
        "ref": kept.ref, "filing": search.filing.ref, "at": now(), "model": search.contender.model.label,
        "gepa": release_of("gepa"), "seed": search.plan.seed, "scorers": list(SCORERS), "score": score,
        "score_of_filing": before, "held_back": search.measured is not search.learnt,
        "measured": [_measured(search, lesson, text) for lesson in search.measured],
        "reflection": search.reasons.get(text),
    }  # fmt: skip
    RunFiles(settings, "tuning", "evidence").write(name, orjson.dumps(evidence, option=orjson.OPT_INDENT_2))
    return Found(kept.ref, score, name)


def _measured(search: Search, lesson: Lesson, text: str) -> dict[str, Any]:
    sides = {}
    for side, prompt in (("filing", search.filing.text), ("candidate", text)):
        result = search.results.get((prompt, lesson.place))
        sides[side] = {
            "score": search.measures[prompt].get(lesson.place),
            "draft": result.answer.content if result and result.answer else None,
            "error": result.error if result else None,
            "scores": [asdict(score) for score in result.scores] if result else [],
        }
    return {"case": lesson.place[0], "section": lesson.place[1], "run": lesson.thread_id, **sides}


def read_evidence(settings: Settings, ref: str) -> dict[str, Any]:
    """What a proposed version rests on: scores, drafts, and what was said to the reflecting model.

    Raises:
        InputError: There is none.
        StoreError: It is sealed with a key that is not there.
    """
    version = PromptStore(settings).get(ref)
    try:
        return dict(orjson.loads(RunFiles(settings, "tuning", "evidence").read(f"{version.ref}.json")))
    except FileNotFoundError:
        remedy = "it was not proposed by workbench optimize on this machine"
        raise InputError(Problem(f"{version.ref} has no evidence", remedy, field="prompt")) from None


def _model(settings: Settings, plan: Plan) -> str:
    name = plan.contender.name if plan.contender is not None else plan.model or settings.model
    if name is None or name == OFFLINE:
        what = "no model is named" if name is None else "the offline assembler reads no prompt"
        raise InputError(Problem(what, "set WORKBENCH_MODEL, or name one, such as local", field="model"))
    return name


def _too_few(section_id: str, number: int, left_out: Sequence[str]) -> Problem:
    told = f" (left out: {'; '.join(left_out)})" if left_out else ""
    return Problem(
        f"{number} approved sections teach {section_id!r}, and it takes {MIN_LESSONS}{told}",
        "approve that section in more runs",
        field="section",
    )


def _gepa() -> Any:
    try:
        return import_module("gepa")
    except ModuleNotFoundError:
        raise InputError(
            Problem("the optimizer is not installed", "run: pip install 'eb1a-workbench[optimize]'", field="optimize")
        ) from None
