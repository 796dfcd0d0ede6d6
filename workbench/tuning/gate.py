"""The gate: a version files only if it does not regress on the firm's golden cases.

    candidate + filing version x golden cells x repeats  --engine-->  scores and findings
    scores and findings  --judge_change-->  Verdict (kept, sealed)  --promote-->  the store's record

What is compared, how many pairs it takes and what the error rate is stands in :mod:`workbench.tuning.verdict`. The
score of a draft is the mean of :data:`SCORERS`: the share of checks without an error, and how much of the attorney's
approved text stands in it. Every verdict is kept with the drafts it rests on in ``<WORKBENCH_HOME>/tuning/gate.jsonl``;
the history of the version, a file in git, gets a line with figures and no client's word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from statistics import fmean
from typing import Any
from uuid import uuid4

from workbench.config import Settings
from workbench.drafting.prompts import SYSTEM
from workbench.drafting.versions import PromptVersion
from workbench.errors import InputError, Problem
from workbench.text.clock import now
from workbench.tuning.cells import Cell, CellResult, Contender, Variant
from workbench.tuning.contenders import OFFLINE
from workbench.tuning.golden import GoldenCase, golden_cases
from workbench.tuning.library import PromptStore
from workbench.tuning.matrix import Matrix
from workbench.tuning.paired import NewError, Pair, new_errors
from workbench.tuning.progress import Progress, shown
from workbench.tuning.records import Records
from workbench.tuning.runner import run_cells
from workbench.tuning.spec import ExperimentSpec, spec_of
from workbench.tuning.verdict import ALPHA, MARGIN, MIN_PAIRS, Claim, Decision, Verdict, judge_change
from workbench.workflow.bench import Bench

__all__ = [
    "ALPHA", "MARGIN", "MIN_PAIRS", "REPEATS", "SCORERS", "Claim", "Decision", "NewError", "Pair", "Trial", "Verdict",
    "check", "judge_change", "promote", "verdicts",
]  # fmt: skip

SCORERS = ("checks", "similarity")
"""What is compared, each worth the same."""

REPEATS = 3
"""Drafts of each golden cell by either version; averaged, they are one pair."""

_LOOK_S = 0.1
_KIND, _VERDICT, _OVERRIDE = "kind", "verdict", "override"


@dataclass(frozen=True)
class Trial:
    """How a candidate is tried; the defaults are the firm's rule, and every verdict says which they were.

    Attributes:
        models: Who writes; default: ``WORKBENCH_MODEL``.
        repeats: Drafts of each cell by either version.
        scorers: See :func:`workbench.tuning.scorers.resolve`; each worth the same.
        claim: What is to be shown.
        concurrency: Cells with the models at the same time.
        budget_usd: Spending limit, USD.
        budget_tokens: Spending limit, tokens.
        contenders: Models that are open already, in the place of ``models``.
        show: Whether to show how far it is, and who is asked where, on the terminal or in the notebook's cell.
        progress: Told after each draft how many are done, and of how many.
    """

    models: tuple[str, ...] = ()
    repeats: int = REPEATS
    scorers: tuple[Any, ...] = SCORERS
    claim: Claim = "better"
    concurrency: int = 4
    budget_usd: float | None = None
    budget_tokens: int | None = None
    contenders: tuple[Contender, ...] = ()
    show: bool = False
    progress: Callable[[int, int], None] = field(default=lambda _done, _total: None)

    def told(self, models: Iterable[str]) -> str:
        """In a line, for the record."""
        scorers = " + ".join(entry if isinstance(entry, str) else _named(entry) for entry in self.scorers)
        return f"{', '.join(models)}; {self.repeats} repeat{'s' * (self.repeats > 1)}; {scorers}"


def check(settings: Settings, ref: str, trial: Trial | None = None) -> Verdict:
    """Tries a version against the one that files today, on the golden cells of its section; files nothing.

    A new system message is tried on every golden cell. Drafts that were asked for before are not paid for again. Where
    there are too few golden cells to decide anything, no model is asked. Blocks; not for the workbench loop.

    Args:
        settings: For golden cases, prompts, models and the home.
        ref: The version, or the beginning of its name.
        trial: How.

    Raises:
        InputError: There is no such version, or it files already; the golden cases, the model or a scorer cannot be
            used.
    """
    trial = trial or Trial()
    store = PromptStore(settings)
    candidate, filing = _sides(store, ref)
    golden = _golden_cells(golden_cases(settings), candidate.section_id)
    models = _models(settings, trial) if golden else ()
    if len(golden) * max(len(models), 1) < MIN_PAIRS:
        verdict = _none_tried(settings, candidate, golden, trial)
    else:
        spec = _spec(trial, models, golden, filing, candidate)
        variants = {
            filing.ref: Variant(filing.ref, store.library()),
            candidate.ref: Variant(candidate.ref, store.library(candidate.ref)),
        }
        matrix = Matrix(spec, settings, variants=variants, contenders=trial.contenders)
        progress = Progress(len(golden) * len(models) * trial.repeats * len(variants))
        running = Bench.current().submit(_run(matrix, golden, trial, progress))
        results = _waited(running, progress, show=trial.show)
        pairs = pairs_of(results, filing.ref, candidate.ref)
        verdict = judge_change(pairs, claim=trial.claim, tries=_tries(settings, candidate, filing))
        verdict = replace(verdict, how=trial.told(models))
    return _kept(settings, replace(verdict, candidate=candidate.ref, filing=filing.ref))


def promote(
    settings: Settings, ref: str, user_id: str, override: str | None = None, *, trial: Trial | None = None
) -> Verdict:
    """Lets a version file, where the gate says so, or a named person in spite of it.

    Without ``override`` the version is tried (:func:`check`), and files if the verdict is "promote". With it, no model
    is asked: it files at once, and name and reason are recorded beside the last verdict on it, or that there was none.
    The way back is ``PromptStore(settings).rollback(section, user_id=..., reason=...)``.

    Args:
        settings: For golden cases, prompts, models and the home.
        ref: The version, or the beginning of its name.
        user_id: Who asks; asserted.
        override: Why it is to file whatever the gate says; None: it is not.
        trial: How it is tried.

    Returns:
        The verdict; ``promoted`` says whether the version files now.

    Raises:
        InputError: As :func:`check`; nobody is named; an override without a reason; another version has been promoted
            in the meantime.
    """
    store = PromptStore(settings)
    candidate, filing = _sides(store, ref)
    _check_said(user_id, override)
    if override is None:
        verdict = check(settings, candidate.ref, trial)
        if verdict.decision != "promote":
            return verdict
        store.promote(candidate.ref, user_id=user_id, evidence=verdict.summary, over=verdict.filing)
        return replace(verdict, promoted=True)
    past = [verdict for verdict in verdicts(settings, candidate.ref) if verdict.filing == filing.ref]
    verdict = past[-1] if past else _never_tried(candidate, filing)
    told = verdict.summary if past else "gate: not tried"
    reason = " ".join(override.split())
    store.promote(candidate.ref, user_id=user_id, evidence=f"{told}; overridden", reason=reason, over=filing.ref)
    record = {"candidate": candidate.ref, "filing": filing.ref, "verdict": verdict.id, "by": user_id, "reason": reason}
    Records(settings, "gate").add({_KIND: _OVERRIDE, **record, "at": now()})
    return replace(verdict, promoted=True, overridden=f"{user_id}: {reason}")


def verdicts(settings: Settings, ref: str | None = None) -> list[Verdict]:
    """Every verdict that is kept, oldest first, or those on one version.

    Raises:
        StoreError: The key of one is not there, or it was changed.
    """
    kept = (record for record in Records(settings, "gate") if record.get(_KIND) == _VERDICT)
    found = [Verdict.from_dict(record["verdict"]) for record in kept]
    return [verdict for verdict in found if ref is None or verdict.candidate == ref]


def pairs_of(
    results: Iterable[CellResult], filing: str, candidate: str, scorers: Sequence[str] | None = None
) -> list[Pair]:
    """The results of an experiment with two sets of prompts, paired by case, section and model; repeats averaged.

    Args:
        results: In any order.
        filing: Name of the one variant.
        candidate: Name of the other.
        scorers: Names of those that count; default: all that scored.
    """
    by_place: dict[tuple[str, str, str], dict[str, list[CellResult]]] = {}
    for result in sorted(results, key=lambda result: result.cell):
        cell = result.cell
        sides = by_place.setdefault((cell.case_id, cell.section_id, cell.model), {filing: [], candidate: []})
        if cell.prompt in sides:
            sides[cell.prompt].append(result)
    return [_pair(place, sides[filing], sides[candidate], scorers) for place, sides in by_place.items()]


# A trial -------------------------------------------------------------------------------------------------------------


def _sides(store: PromptStore, ref: str) -> tuple[PromptVersion, PromptVersion]:
    candidate = store.get(ref)
    filing = store.filing(candidate.section_id)
    if candidate.ref == filing.ref:
        raise InputError(Problem(f"{candidate.ref} is filing already", "name another version", field="prompt"))
    return candidate, filing


def _golden_cells(cases: Iterable[GoldenCase], section_id: str) -> dict[tuple[str, str], GoldenCase]:
    return {
        (golden.case.case_id, approved): golden
        for golden in cases
        for approved in golden.approved
        if section_id in (SYSTEM, approved)
    }


def _models(settings: Settings, trial: Trial) -> tuple[str, ...]:
    if trial.contenders:
        return tuple(contender.name for contender in trial.contenders)
    models = trial.models or ((settings.model,) if settings.model else ())
    if not models:
        raise InputError(
            Problem(
                "no model is named, and the offline assembler reads no prompt",
                "set WORKBENCH_MODEL, or name one (local: the small one on this machine)",
                field="model",
            )
        )
    if OFFLINE in models:
        what = "the offline assembler reads no prompt: every version would score the same"
        raise InputError(Problem(what, "name a language model, such as local", field="model"))
    return tuple(models)


def _spec(
    trial: Trial,
    models: tuple[str, ...],
    golden: Mapping[tuple[str, str], GoldenCase],
    filing: PromptVersion,
    candidate: PromptVersion,
) -> ExperimentSpec:
    return spec_of(
        {
            "name": f"gate {candidate.ref}",
            "prompts": (filing.ref, candidate.ref),
            "cases": tuple(dict.fromkeys(str(one.case.root) for one in golden.values())),
            "sections": tuple(dict.fromkeys(section_id for _, section_id in golden)),
            "models": models,
            "repeats": trial.repeats,
            "concurrency": trial.concurrency,
            "budget_usd": trial.budget_usd,
            "budget_tokens": trial.budget_tokens,
            "scorers": trial.scorers,
        }
    )


async def _run(
    matrix: Matrix, golden: Mapping[tuple[str, str], GoldenCase], trial: Trial, progress: Progress
) -> list[CellResult]:
    """Drafts and scores the golden cells of a matrix, on the workbench loop."""
    results: list[CellResult] = []

    def heard(result: CellResult) -> None:
        results.append(result)
        progress.done += result.answer is not None
        progress.failed += result.answer is None
        progress.cached += result.answer is not None and result.answer.cached
        progress.spent_usd, progress.spent_tokens = matrix.budget.spent_usd, matrix.budget.spent_tokens
        trial.progress(len(results), progress.total)

    async with matrix:
        await matrix.open(progress.notes.append)
        await run_cells(
            _of_golden(matrix.cells(), golden),
            draft=matrix.draft,
            scorers=matrix.scorers,
            concurrency=matrix.spec.concurrency,
            on_result=heard,
        )
    return results


def _waited(future: Future[list[CellResult]], progress: Progress, *, show: bool) -> list[CellResult]:
    try:
        with shown(progress) if show else nullcontext() as picture:
            while picture is not None:
                picture.update()
                if wait((future,), timeout=_LOOK_S).done:
                    picture.update()
                    break
            return future.result()
    except BaseException:
        future.cancel()  # whoever waited is gone: nothing more is asked; what was answered is kept
        raise


def _of_golden(cells: Iterable[Cell], golden: Mapping[tuple[str, str], GoldenCase]) -> Iterator[Cell]:
    return (cell for cell in cells if (cell.case_id, cell.section_id) in golden)


def _pair(
    place: tuple[str, str, str],
    filing: Sequence[CellResult],
    candidate: Sequence[CellResult],
    scorers: Sequence[str] | None,
) -> Pair:
    case_id, section_id, model = place
    found = new_errors(case_id, section_id, [r.findings for r in filing], [r.findings for r in candidate])
    failure = next(filter(None, map(_failure, (*filing, *candidate))), None)
    if not filing or not candidate:
        failure = failure or "not drafted by both versions"
    ours, theirs = _values(candidate, scorers), _values(filing, scorers)
    if failure is None and not (ours and theirs):
        failure = "nothing was scored"
    filing_shown, candidate_shown = _to_show(filing, candidate)
    return Pair(
        case_id=case_id,
        section_id=section_id,
        model=model,
        filing=fmean(map(fmean, theirs.values())) if failure is None else None,
        candidate=fmean(map(fmean, ours.values())) if failure is None else None,
        new_errors=found,
        failure=failure,
        filing_text=_text(filing_shown),
        candidate_text=_text(candidate_shown),
        scores={name: (fmean(theirs[name]), fmean(ours[name])) for name in theirs if name in ours},
    )


def _failure(result: CellResult) -> str | None:
    """Why a result is no evidence, or None."""
    if result.answer is None:
        return f"{result.cell.prompt}: {result.error}"
    return next((f"{score.scorer}: {score.error}" for score in result.scores if score.error is not None), None)


def _values(results: Sequence[CellResult], scorers: Sequence[str] | None) -> dict[str, list[float]]:
    values: dict[str, list[float]] = {}
    for result in results:
        for score in result.scores:
            if score.value is not None and (scorers is None or score.scorer in scorers):
                values.setdefault(score.scorer, []).append(score.value)
    return values


def _to_show(
    filing: Sequence[CellResult], candidate: Sequence[CellResult]
) -> tuple[CellResult | None, CellResult | None]:
    """The candidate's worst draft, and the draft of the filing version of the same repeat."""

    def badness(result: CellResult) -> tuple[int, float]:
        errors = sum(finding.severity == "error" for finding in result.findings)
        return errors, -fmean([score.value for score in result.scores if score.value is not None] or [0.0])

    worst = max((result for result in candidate if result.answer is not None), key=badness, default=None)
    beside = [result for result in filing if result.answer is not None]
    same = [result for result in beside if worst is not None and result.cell.repeat == worst.cell.repeat]
    return next(iter(same or beside), None), worst


def _text(result: CellResult | None) -> str:
    return result.answer.content if result is not None and result.answer is not None else ""


# The record ----------------------------------------------------------------------------------------------------------


def _kept(settings: Settings, verdict: Verdict) -> Verdict:
    verdict = replace(verdict, id=uuid4().hex[:12], at=now())
    Records(settings, "gate").add({_KIND: _VERDICT, "verdict": verdict.to_dict()})
    return verdict


def _tries(settings: Settings, candidate: PromptVersion, filing: PromptVersion) -> int:
    """How many candidates were tried against that version, this one included."""
    others = {verdict.candidate for verdict in verdicts(settings) if verdict.filing == filing.ref and verdict.n}
    return len(others | {candidate.ref})


def _none_tried(
    settings: Settings, candidate: PromptVersion, golden: Mapping[tuple[str, str], GoldenCase], trial: Trial
) -> Verdict:
    """Undecided, and nobody was asked: it would be undecided whatever came."""
    what = "approved sections" if candidate.section_id == SYSTEM else f"approved sections {candidate.section_id!r}"
    if settings.golden is None:
        said = "There are no golden cases: WORKBENCH_GOLDEN is not set."
    else:
        said = f"The golden cases have {len(golden)} {what}."
    reason = (
        f"{said} It takes {MIN_PAIRS} to decide, so no model was asked. Add golden cases, or override with a reason."
    )
    return replace(judge_change((), claim=trial.claim), reason=reason)


def _never_tried(candidate: PromptVersion, filing: PromptVersion) -> Verdict:
    verdict = judge_change(())
    return replace(verdict, candidate=candidate.ref, filing=filing.ref, reason="It was not tried on the golden cases.")


def _named(entry: Any) -> str:
    return "+".join(entry) if isinstance(entry, Mapping) else getattr(entry, "__qualname__", type(entry).__qualname__)


def _check_said(user_id: str, override: str | None) -> None:
    problems = []
    if not user_id.strip():
        problems.append(Problem("nobody is named", "say who promotes it", field="user_id"))
    if override is not None and not override.strip():
        problems.append(Problem("an override needs a reason", "say why it is to file", field="override"))
    if problems:
        raise InputError(*problems)
