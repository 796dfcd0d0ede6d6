"""Pairs: a golden cell drafted by two prompt versions.

A pair has the scores of both and the candidate's new errors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from workbench.checks.finding import Finding
from workbench.text.redline import Span, redline
from workbench.tuning.experiment.cells import CellResult

COLUMNS = ("case", "section", "model", "filing", "candidate", "difference", "new_errors", "failure")
"""Columns of a table of pairs."""


@dataclass(frozen=True)
class NewError:
    """Error that the active version does not make.

    Attributes:
        case_id: The case.
        section_id: The section.
        check: Id of the check.
        message: Its message on the candidate's draft.
        quote: The words at issue, or None.
    """

    case_id: str
    section_id: str
    check: str
    message: str
    quote: str | None = None

    def __str__(self) -> str:
        quote = f" (“{self.quote}”)" if self.quote else ""
        return f"{self.case_id}, {self.section_id}: {self.check}: {self.message}{quote}"


@dataclass(frozen=True)
class Pair:
    """Golden cell, drafted by active version and candidate.

    Attributes:
        case_id: The case.
        section_id: The section.
        model: Name of the model.
        filing: Mean score of the active version's drafts, 0 to 1; None if one of them has no score.
        candidate: Mean score of the candidate's drafts.
        new_errors: Errors of the candidate that the active version does not make.
        failure: Reason why the two cannot be compared, or None.
        filing_text: A draft of the active version, to be shown.
        candidate_text: A draft of the candidate, to be shown.
        scores: By scorer, the mean of the active version and of the candidate.
    """

    case_id: str
    section_id: str
    model: str
    filing: float | None
    candidate: float | None
    new_errors: tuple[NewError, ...] = ()
    failure: str | None = None
    filing_text: str = ""
    candidate_text: str = ""
    scores: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def difference(self) -> float | None:
        """Score of the candidate minus the active version's, or None."""
        if self.failure is not None or self.filing is None or self.candidate is None:
            return None
        return self.candidate - self.filing

    @property
    def is_worse(self) -> bool:
        """True if the candidate scores lower, or errs anew."""
        return bool(self.new_errors) or (self.difference is not None and self.difference < 0)

    @property
    def place(self) -> str:
        """Case and section, for messages."""
        return f"{self.case_id}, {self.section_id}"

    def redline(self) -> tuple[Span, ...]:
        """Compares the active version's draft with the candidate's."""
        return redline(self.filing_text, self.candidate_text)


def find_new_errors(
    case_id: str, section_id: str, active: Sequence[Sequence[Finding]], candidate: Sequence[Sequence[Finding]]
) -> tuple[NewError, ...]:
    """Finds the candidate's new errors.

    Args:
        case_id: The case.
        section_id: The section.
        active: Findings of each draft of the active version.
        candidate: Findings of each draft of the candidate.

    Returns:
        For each check: if the candidate's worst draft has more errors than the active version's worst draft, the errors
        beyond that number. Texts differ from draft to draft, so errors are counted, not matched.
    """
    known: Counter[str] = Counter()
    for findings in active:
        known |= _count_errors(findings)  # union of counters: the larger number of each check
    found: dict[str, list[Finding]] = {}
    for findings in candidate:
        for check, number in _count_errors(findings).items():
            if number > max(known[check], len(found.get(check, ()))):
                found[check] = [f for f in findings if f.check == check and f.severity == "error"]
    return tuple(
        NewError(case_id, section_id, check, finding.message, finding.quote)
        for check, findings in found.items()
        for finding in findings[known[check] :]
    )


def _count_errors(findings: Iterable[Finding]) -> Counter[str]:
    return Counter(finding.check for finding in findings if finding.severity == "error")


def pairs_of(results: Iterable[CellResult], active: str, candidate: str) -> list[Pair]:
    """Pairs the results of two sets of prompts.

    They are paired by case, section and model; repeats are averaged.

    Args:
        results: In any order.
        active: Name of the variant with the active version.
        candidate: Name of the variant with the candidate.
    """
    by_place: dict[tuple[str, str, str], dict[str, list[CellResult]]] = {}
    # Results come in the order of ending; sorted, the same results give the same pairs.
    for result in sorted(results, key=lambda result: result.cell):
        cell = result.cell
        sides = by_place.setdefault((cell.case_id, cell.section_id, cell.model), {active: [], candidate: []})
        # Results of a third set of prompts are left out.
        if cell.prompt in sides:
            sides[cell.prompt].append(result)
    return [_build_pair(place, sides[active], sides[candidate]) for place, sides in by_place.items()]


def _build_pair(
    place: tuple[str, str, str],
    active: Sequence[CellResult],
    candidate: Sequence[CellResult],
) -> Pair:
    case_id, section_id, model = place
    found = find_new_errors(case_id, section_id, [r.findings for r in active], [r.findings for r in candidate])
    # One failed draft makes the pair incomparable: the mean of the others would favour the version that failed.
    failure = next(filter(None, map(_find_failure, (*active, *candidate))), None)
    if not active or not candidate:
        # The error of a draft says more than that the draft is missing.
        failure = failure or "not drafted by both versions"
    ours, theirs = _values_by_scorer(candidate), _values_by_scorer(active)
    if failure is None and not (ours and theirs):
        failure = "nothing was scored"
    active_shown, candidate_shown = _pick_drafts(active, candidate)
    return Pair(
        case_id=case_id,
        section_id=section_id,
        model=model,
        # Mean of means: each scorer has equal weight, however many drafts it scored.
        filing=fmean(map(fmean, theirs.values())) if failure is None else None,
        candidate=fmean(map(fmean, ours.values())) if failure is None else None,
        new_errors=found,
        failure=failure,
        filing_text=_text_of(active_shown),
        candidate_text=_text_of(candidate_shown),
        scores={name: (fmean(theirs[name]), fmean(ours[name])) for name in theirs if name in ours},
    )


def _find_failure(result: CellResult) -> str | None:
    """Reason why a result cannot be compared, or None."""
    if result.answer is None:
        return f"{result.cell.prompt}: {result.error}"
    return next((f"{score.scorer}: {score.error}" for score in result.scores if score.error is not None), None)


def _values_by_scorer(results: Sequence[CellResult]) -> dict[str, list[float]]:
    values: dict[str, list[float]] = {}
    for result in results:
        for score in result.scores:
            if score.value is not None:
                values.setdefault(score.scorer, []).append(score.value)
    return values


def _pick_drafts(
    active: Sequence[CellResult], candidate: Sequence[CellResult]
) -> tuple[CellResult | None, CellResult | None]:
    """Picks the candidate's worst draft and its counterpart.

    The counterpart is the active version's draft of the same repeat.
    """

    def badness(result: CellResult) -> tuple[int, float]:
        errors = sum(finding.severity == "error" for finding in result.findings)
        return errors, -fmean([score.value for score in result.scores if score.value is not None] or [0.0])

    worst = max((result for result in candidate if result.answer is not None), key=badness, default=None)
    beside = [result for result in active if result.answer is not None]
    same = [result for result in beside if worst is not None and result.cell.repeat == worst.cell.repeat]
    return next(iter(same or beside), None), worst


def _text_of(result: CellResult | None) -> str:
    return result.answer.content if result is not None and result.answer is not None else ""


def worst_first(pair: Pair) -> tuple[int, float, str, str, str]:
    """Sort key of pairs.

    Most new errors first, then the lowest difference.
    """
    difference = pair.difference
    return (
        -len(pair.new_errors),
        # Pairs that could not be compared come last.
        float("inf") if difference is None else difference,
        pair.case_id,
        pair.section_id,
        pair.model,
    )


def pair_to_row(pair: Pair) -> dict[str, Any]:
    """Builds a row of :data:`COLUMNS`."""
    return {
        "case": pair.case_id,
        "section": pair.section_id,
        "model": pair.model,
        "filing": pair.filing,
        "candidate": pair.candidate,
        "difference": pair.difference,
        "new_errors": len(pair.new_errors),
        "failure": pair.failure,
    }


def pair_to_dict(pair: Pair) -> dict[str, Any]:
    """Builds the JSON form of a pair, texts included."""
    return {
        # Fields by their names: records on disk have them, so they keep the word `filing`.
        **vars(pair),
        "new_errors": [vars(error) for error in pair.new_errors],
        "scores": {name: list(both) for name, both in pair.scores.items()},
    }


def pair_from_dict(row: Mapping[str, Any]) -> Pair:
    """Reads the JSON form of :func:`pair_to_dict`."""
    return Pair(
        **{
            **row,
            "new_errors": tuple(NewError(**error) for error in row["new_errors"]),
            "scores": {name: (both[0], both[1]) for name, both in row["scores"].items()},
        }
    )
