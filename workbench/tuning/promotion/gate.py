"""Promotion gate of prompt versions.

A version becomes active only if it does not regress on the firm's golden cases.

    candidate + active version x golden cells x repeats  --run_cells-->  scores and findings
    scores and findings  --judge_change-->  Verdict (recorded, encrypted)  --promote-->  the prompt store's record

The rule (what is compared, number of pairs, error rate) stands in :mod:`workbench.tuning.promotion.verdict`. The
score of a draft is the mean of :data:`SCORERS`: the share of checks without an error, and how much of the attorney's
approved text stands in it. Every verdict is kept with the drafts it rests on in ``<WORKBENCH_HOME>/tuning/gate.jsonl``;
the history of the version, a file in git, gets a line with figures and no client's word.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from workbench.config import Settings
from workbench.drafting.prompts.prompt_text import SYSTEM
from workbench.drafting.prompts.versions import PromptVersion
from workbench.errors import InputError, Problem
from workbench.text.clock import now
from workbench.tuning.experiment.cells import Cell, CellResult, ModelEntry, Variant
from workbench.tuning.experiment.matrix import Matrix
from workbench.tuning.experiment.models import OFFLINE
from workbench.tuning.experiment.progress import ExperimentProgress, show_progress
from workbench.tuning.experiment.runner import INTERRUPTED, NOT_ASKED, run_cells, wait_for_cells
from workbench.tuning.experiment.spec import ExperimentSpec, spec_of
from workbench.tuning.promotion.golden import GoldenCase, golden_cases
from workbench.tuning.promotion.pairs import NewError, Pair, pairs_of
from workbench.tuning.promotion.verdict import ALPHA, MARGIN, MIN_PAIRS, Claim, Decision, Verdict, judge_change
from workbench.tuning.prompt_store import PromptStore
from workbench.tuning.reviews.records import Records
from workbench.workflow.loop import BackgroundLoop

__all__ = [
    "ALPHA",
    "MARGIN",
    "MIN_PAIRS",
    "REPEATS",
    "SCORERS",
    "Claim",
    "Decision",
    "GateOptions",
    "NewError",
    "Pair",
    "Verdict",
    "check",
    "judge_change",
    "promote",
    "verdicts",
]  # fmt: skip

SCORERS = ("checks", "similarity")
"""Scorers that are compared, with equal weight."""

REPEATS = 3
"""Number of drafts of each golden cell by either version; averaged, they are one pair."""

_KIND, _VERDICT, _OVERRIDE = "kind", "verdict", "override"


@dataclass(frozen=True)
class GateOptions:
    """Options of a check.

    The defaults are the firm's rule, and every verdict records them.

    Attributes:
        models: Names of models; default: ``WORKBENCH_MODEL``.
        repeats: Number of drafts of each cell by either version.
        scorers: See :func:`workbench.tuning.scorers.registry.resolve`; with equal weight.
        claim: What the check has to prove: ``better`` or ``no worse``.
        concurrency: Number of requests at the same time.
        budget_usd: Spending limit, USD.
        budget_tokens: Spending limit, tokens.
        open_models: Models that are open already, in the place of ``models``.
        show: Show the progress on the terminal or in the notebook's cell.
        progress: Called after each draft with the number of finished drafts and of all drafts.
        stop: Once set, from any thread, no further draft is asked for; those under way end and are cached.
    """

    models: tuple[str, ...] = ()
    repeats: int = REPEATS
    scorers: tuple[Any, ...] = SCORERS
    claim: Claim = "better"
    concurrency: int = 4
    budget_usd: float | None = None
    budget_tokens: int | None = None
    open_models: tuple[ModelEntry, ...] = ()
    show: bool = False
    progress: Callable[[int, int], None] = field(default=lambda _done, _total: None)
    stop: threading.Event = field(default_factory=threading.Event, compare=False)

    def describe(self, models: Iterable[str]) -> str:
        """Describes the options in a line, for the record."""
        scorers = " + ".join(entry if isinstance(entry, str) else _scorer_name(entry) for entry in self.scorers)
        return f"{', '.join(models)}; {self.repeats} repeat{'s' * (self.repeats > 1)}; {scorers}"


def check(settings: Settings, ref: str, options: GateOptions | None = None) -> Verdict:
    """Tests a version against the active one; promotes nothing.

    They are compared on the golden cells of its section. A new system message is tested on every golden cell. Cached
    drafts are not paid for again. With too few golden cells to decide anything, no model is asked. Blocks; not for the
    workbench loop.

    Ctrl-C, or ``options.stop``, ends it in order: drafts under way are waited for and kept, the verdict is "undecided"
    and is not recorded, and the next check goes on from there. A second Ctrl-C leaves at once.

    Args:
        settings: For golden cases, prompts, models and the home.
        ref: The version, or the beginning of its name.
        options: Default: the firm's rule.

    Raises:
        InputError: There is no such version, or it is active already; the golden cases, the model or a scorer cannot
            be used.
    """
    options = options or GateOptions()
    store = PromptStore(settings)
    candidate, active = _find_versions(store, ref)
    golden = _select_golden_cells(golden_cases(settings), candidate.section_id)
    # Without golden cells nothing is asked, so a missing model is no error.
    models = _model_names(settings, options) if golden else ()
    # Decided before the first request: whatever came, it would be undecided.
    if len(golden) * max(len(models), 1) < MIN_PAIRS:
        verdict = _too_few_cells(settings, candidate, golden, options)
    else:
        spec = _build_spec(options, models, golden, active, candidate)
        variants = {
            active.ref: Variant(active.ref, store.library()),
            candidate.ref: Variant(candidate.ref, store.library(candidate.ref)),
        }
        matrix = Matrix(spec, settings, variants=variants, open_models=options.open_models)
        # Not matrix.size: sections of a case without an approved text are left out.
        progress = ExperimentProgress(len(golden) * len(models) * options.repeats * len(variants))
        running = BackgroundLoop.current().submit(_run_golden_cells(matrix, golden, options, progress))
        with show_progress(progress) if options.show else nullcontext() as picture:
            results = wait_for_cells(running, options.stop, progress, picture)
        # Returned, not recorded: the next check decides on all cells.
        if any(map(_is_interrupted, results)):
            return replace(_interrupted_verdict(results, options), candidate=candidate.ref, filing=active.ref)
        pairs = pairs_of(results, active.ref, candidate.ref)
        # The more candidates were tried against one version, the likelier one wins by chance.
        verdict = judge_change(pairs, claim=options.claim, tries=_count_candidates(settings, candidate, active))
        verdict = replace(verdict, how=options.describe(models))
    return _record_verdict(settings, replace(verdict, candidate=candidate.ref, filing=active.ref))


def promote(
    settings: Settings, ref: str, user_id: str, override: str | None = None, *, options: GateOptions | None = None
) -> Verdict:
    """Makes a version active if the gate allows it.

    A named person may override the gate.

    Without ``override`` the version is tested (:func:`check`), and becomes active if the verdict is "promote". With it,
    no model is asked: the version becomes active at once, and name and reason are recorded beside the last verdict on
    it. The way back is ``PromptStore(settings).rollback(section, user_id=..., reason=...)``.

    Args:
        settings: For golden cases, prompts, models and the home.
        ref: The version, or the beginning of its name.
        user_id: The person who asks; asserted, not verified.
        override: Reason to promote it whatever the gate says.
        options: Options of the check.

    Returns:
        The verdict; ``promoted`` is true if the version is active now.

    Raises:
        InputError: As :func:`check`; no name; an override without a reason; another version has been promoted
            in the meantime.
    """
    store = PromptStore(settings)
    candidate, active = _find_versions(store, ref)
    _check_names(user_id, override)
    if override is None:
        verdict = check(settings, candidate.ref, options)
        if verdict.decision != "promote":
            return verdict
        # `over`: during the drafts another version may have become active.
        store.promote(candidate.ref, user_id=user_id, evidence=verdict.summary, over=verdict.filing)
        return replace(verdict, promoted=True)
    # Verdicts against an earlier active version say nothing about this one.
    past = [verdict for verdict in verdicts(settings, candidate.ref) if verdict.filing == active.ref]
    # The last verdict counts: records are read oldest first.
    verdict = past[-1] if past else _untested_verdict(candidate, active)
    told = verdict.summary if past else "gate: not tried"
    # One line: it goes into the history, a YAML file in git.
    reason = " ".join(override.split())
    store.promote(candidate.ref, user_id=user_id, evidence=f"{told}; overridden", reason=reason, over=active.ref)
    record = {"candidate": candidate.ref, "filing": active.ref, "verdict": verdict.id, "by": user_id, "reason": reason}
    # After the promotion: an override that failed must not be on record.
    Records(settings, "gate").add({_KIND: _OVERRIDE, **record, "at": now()})
    return replace(verdict, promoted=True, overridden=f"{user_id}: {reason}")


def verdicts(settings: Settings, ref: str | None = None) -> list[Verdict]:
    """Reads the recorded verdicts, oldest first.

    They are all of them, or those on one version.

    Raises:
        StoreError: A record is encrypted with a key that is not there, or was changed.
    """
    kept = (record for record in Records(settings, "gate") if record.get(_KIND) == _VERDICT)
    found = [Verdict.from_dict(record["verdict"]) for record in kept]
    return [verdict for verdict in found if ref is None or verdict.candidate == ref]


# Preparation -------------------------------------------------------------------------------------------------------


def _find_versions(store: PromptStore, ref: str) -> tuple[PromptVersion, PromptVersion]:
    candidate = store.get(ref)
    active = store.active(candidate.section_id)
    if candidate.ref == active.ref:
        raise InputError(Problem(f"{candidate.ref} is filing already", "name another version", field="prompt"))
    return candidate, active


def _select_golden_cells(cases: Iterable[GoldenCase], section_id: str) -> dict[tuple[str, str], GoldenCase]:
    return {
        (golden.case.case_id, approved): golden
        for golden in cases
        for approved in golden.approved
        if section_id in (SYSTEM, approved)
    }


def _model_names(settings: Settings, options: GateOptions) -> tuple[str, ...]:
    if options.open_models:
        return tuple(entry.name for entry in options.open_models)
    models = options.models or ((settings.model,) if settings.model else ())
    if not models:
        raise InputError(
            Problem(
                "no model is named, and the offline assembler reads no prompt",
                "set WORKBENCH_MODEL, or name one: --model local is the small one on this machine",
                field="model",
            )
        )
    # It would give equal scores after minutes of work, and a verdict that means nothing.
    if OFFLINE in models:
        what = "the offline assembler reads no prompt: every version would score the same"
        raise InputError(Problem(what, "name a language model, such as local", field="model"))
    return tuple(models)


def _build_spec(
    options: GateOptions,
    models: tuple[str, ...],
    golden: Mapping[tuple[str, str], GoldenCase],
    active: PromptVersion,
    candidate: PromptVersion,
) -> ExperimentSpec:
    return spec_of(
        {
            "name": f"gate {candidate.ref}",
            # By exact reference: the name of the active version may change hands during the drafts.
            "prompts": (active.ref, candidate.ref),
            "cases": tuple(dict.fromkeys(str(one.case.root) for one in golden.values())),
            "sections": tuple(dict.fromkeys(section_id for _, section_id in golden)),
            "models": models,
            "repeats": options.repeats,
            "concurrency": options.concurrency,
            "budget_usd": options.budget_usd,
            "budget_tokens": options.budget_tokens,
            "scorers": options.scorers,
        }
    )


async def _run_golden_cells(
    matrix: Matrix, golden: Mapping[tuple[str, str], GoldenCase], options: GateOptions, progress: ExperimentProgress
) -> list[CellResult]:
    """Drafts and scores golden cells, on the workbench loop."""
    results: list[CellResult] = []

    def add_result(result: CellResult) -> None:
        results.append(result)
        progress.done += result.answer is not None
        progress.failed += result.answer is None
        progress.cached += result.answer is not None and result.answer.cached
        progress.spent_usd, progress.spent_tokens = matrix.budget.spent_usd, matrix.budget.spent_tokens
        options.progress(len(results), progress.total)

    async with matrix:
        await matrix.open(progress.notes.append)
        await run_cells(
            _filter_golden(matrix.cells(), golden),
            prepare=matrix.inputs,
            answers=matrix.answers,
            scorers=matrix.scorers,
            concurrency=matrix.spec.concurrency,
            on_result=add_result,
            stop=options.stop,
        )
    return results


def _filter_golden(cells: Iterable[Cell], golden: Mapping[tuple[str, str], GoldenCase]) -> Iterator[Cell]:
    # The matrix crosses every case with every section; not each has an approved text.
    return (cell for cell in cells if (cell.case_id, cell.section_id) in golden)


# Records ----------------------------------------------------------------------------------------------------------


def _record_verdict(settings: Settings, verdict: Verdict) -> Verdict:
    verdict = replace(verdict, id=uuid4().hex[:12], at=now())
    Records(settings, "gate").add({_KIND: _VERDICT, "verdict": verdict.to_dict()})
    return verdict


def _count_candidates(settings: Settings, candidate: PromptVersion, active: PromptVersion) -> int:
    """Counts the candidates tested against that version.

    This one is included.
    """
    # Verdicts without pairs compared nothing, so they count as no try.
    others = {verdict.candidate for verdict in verdicts(settings) if verdict.filing == active.ref and verdict.n}
    return len(others | {candidate.ref})


def _too_few_cells(
    settings: Settings, candidate: PromptVersion, golden: Mapping[tuple[str, str], GoldenCase], options: GateOptions
) -> Verdict:
    """Verdict without a request.

    With so few golden cells it would be undecided whatever the drafts.
    """
    what = "approved sections" if candidate.section_id == SYSTEM else f"approved sections {candidate.section_id!r}"
    if settings.golden is None:
        said = "There are no golden cases: WORKBENCH_GOLDEN is not set."
    else:
        said = f"The golden cases have {len(golden)} {what}."
    reason = (
        f"{said} It takes {MIN_PAIRS} to decide, so no model was asked. Add golden cases, or override with a reason."
    )
    return replace(judge_change((), claim=options.claim), reason=reason)


def _is_interrupted(result: CellResult) -> bool:
    return (result.error or "").startswith(f"{NOT_ASKED}: {INTERRUPTED}")


def _interrupted_verdict(results: Sequence[CellResult], options: GateOptions) -> Verdict:
    """Verdict after an interruption, which is not recorded.

    A part of the golden cells decides nothing.
    """
    done = sum(result.answer is not None for result in results)
    reason = (
        f"The check was interrupted after {done} of {len(results)} drafts. Check it again: it goes on from there, and "
        "what is finished is not paid for twice."
    )
    return replace(judge_change((), claim=options.claim), reason=reason)


def _untested_verdict(candidate: PromptVersion, active: PromptVersion) -> Verdict:
    verdict = judge_change(())
    return replace(verdict, candidate=candidate.ref, filing=active.ref, reason="It was not tried on the golden cases.")


def _scorer_name(entry: Any) -> str:
    return "+".join(entry) if isinstance(entry, Mapping) else getattr(entry, "__qualname__", type(entry).__qualname__)


def _check_names(user_id: str, override: str | None) -> None:
    # Both problems are reported at once.
    problems = []
    if not user_id.strip():
        problems.append(Problem("nobody is named", "say who promotes it", field="user_id"))
    if override is not None and not override.strip():
        problems.append(Problem("an override needs a reason", "say why it is to file", field="override"))
    if problems:
        raise InputError(*problems)
