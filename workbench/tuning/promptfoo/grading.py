"""Grader that promptfoo calls for each answer.

    assert:
      - type: python
        value: |
          from workbench.tuning.promptfoo.grading import grade
          return grade(output, context)
        config: {scorers: [checks, {words: {max: 900}}]}

The verdicts equal an experiment's because the code is the same: the answer is cleaned as a draft is, then the
checks and scorers run as in an experiment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workbench.case.loader import load_case
from workbench.case.search import MemoryManager
from workbench.config import Settings
from workbench.drafting.cleaning import clean_markdown
from workbench.drafting.request import ModelUsage
from workbench.drafting.sections import SECTIONS
from workbench.errors import InputError, Problem, WorkbenchError
from workbench.text.clock import now
from workbench.tuning.experiment.cells import Answer, Cell, CellDraft, Score
from workbench.tuning.experiment.drafting import assignment_for
from workbench.tuning.promotion.golden import approved_text
from workbench.tuning.scorers.pool import ScorerPool
from workbench.tuning.scorers.registry import find_foreign_code, resolve_all

KEY = "workbench"
"""Key of a test's metadata that names the cell of the matrix."""

BETWEEN = " ␟ "
"""Separator of prompt, case, section and model in the one string by which promptfoo's results name a cell."""

_BUILT_IN = "only the workbench's own scorers run in promptfoo: remove it"
_LENGTH = "length"
_MS_A_SECOND = 1000


def grade(output: object, context: Mapping[str, Any]) -> dict[str, Any]:
    """Scores one answer for promptfoo.

    Args:
        output: The model's answer.
        context: promptfoo's own: the test with its metadata, the assertion's ``config``, the provider's response.

    Returns:
        ``{pass score reason componentResults namedScores}``. An answer that cannot be scored has not passed, and the
        reason says why.
    """
    try:
        return asyncio.run(_grade_answer(output, context, Settings.from_env()))
    except WorkbenchError as error:
        # An exception would end promptfoo's worker with a traceback in place of a result.
        return {"pass": False, "score": 0, "reason": f"not scored: {error}"}


async def _grade_answer(output: object, context: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    place = _read_metadata(context)
    content = content_of(output, place["section"])
    if not content:
        return {"pass": False, "score": 0, "reason": "the model gave an empty answer"}
    # One assertion has all scorers, each a component of its result: promptfoo starts a Python process, which takes a
    # second, for each assertion and answer.
    scorers = context["config"]["scorers"]
    # promptfoo's file may come from anybody.
    if foreign := find_foreign_code(scorers):
        raise InputError(*(replace(problem, remedy=_BUILT_IN) for problem in foreign))
    lanes = ScorerPool(resolve_all(scorers, settings))
    try:
        _, scores = await lanes.score(_build_draft(content, place, context, settings))
    finally:
        await lanes.aclose()
    verdicts = [as_verdict(score) for score in scores]
    failed = [f"{score.scorer}: {score.reason}" for score, one in zip(scores, verdicts, strict=True) if not one["pass"]]
    return {
        "pass": not failed,
        "score": sum(one["score"] for one in verdicts) / max(len(verdicts), 1),
        "reason": "; ".join(failed) or "every scorer passed it",
        "componentResults": verdicts,
        "namedScores": {score.scorer: one["score"] for score, one in zip(scores, verdicts, strict=True)},
    }


def content_of(output: object, section_id: str) -> str:
    """Returns the clean draft of an answer, or ""."""
    title = SECTIONS[section_id].title if section_id in SECTIONS else ""
    return clean_markdown(output, title=title) if isinstance(output, str) else ""


def as_verdict(score: Score) -> dict[str, Any]:
    """Converts a score to promptfoo's result."""
    return {
        "assertion": {"type": "python", "metric": score.scorer},
        # A score without a verdict (no threshold) cannot fail a cell, as in an experiment.
        "pass": score.error is None and score.passed is not False,
        "score": score.value or 0,
        "reason": score.reason,
    }


def _read_metadata(context: Mapping[str, Any]) -> dict[str, str]:
    place = ((context.get("test") or {}).get("metadata") or {}).get(KEY)
    names = ("prompt", "prompt_version", "case", "case_id", "section", "model")
    if not isinstance(place, dict) or any(not isinstance(place.get(name), str) for name in names):
        what = f"the test's metadata has no {KEY} with {', '.join(names)}"
        raise InputError(Problem(what, "export the experiment again", field="metadata"))
    return place


def _build_draft(content: str, place: Mapping[str, str], context: Mapping[str, Any], settings: Settings) -> CellDraft:
    # `folder` is set if the experiment named the case by path, which is relative to the folder of the export.
    case = load_case(place.get("folder", place["case"]), settings=settings)
    section_id = place["section"]
    with MemoryManager(case) as memory:
        assignment = assignment_for(case, section_id, settings=settings, memory=memory)
    response = context.get("providerResponse") or {}
    tokens = response.get("tokenUsage") or {}
    latency_s = (response.get("latencyMs") or 0) / _MS_A_SECOND
    label = f"{place['model']} (asked by promptfoo)"
    cut_off = f"the answer of {label} was cut off at its limit" if response.get("finishReason") == _LENGTH else None
    answer = Answer(
        content=content,
        prompt_version=place["prompt_version"],
        model=label,
        usage=ModelUsage(tokens.get("prompt") or 0, tokens.get("completion") or 0, response.get("cost")),
        # promptfoo does not stream: the first text arrives with the last.
        latency_s=latency_s,
        first_text_s=latency_s,
        at=now(),
        cut_off=cut_off,
        cached=bool(response.get("cached")),
    )
    return CellDraft(
        cell=Cell(place["prompt"], case.case_id, section_id, place["model"], 1),
        assignment=assignment,
        answer=answer,
        findings=(),
        approved=approved_text(settings, case.case_id, section_id),
    )
