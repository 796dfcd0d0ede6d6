"""A golden cell drafted by two versions of a prompt: how both did, and what the newer one gets wrong. Data only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from workbench.checks.finding import Finding
from workbench.live.redline import Span, redline
from workbench.tuning.cells import CellResult

COLUMNS = ("case", "section", "model", "filing", "candidate", "difference", "new_errors", "failure")
"""Of a table of pairs."""


@dataclass(frozen=True)
class NewError:
    """An error that the filing version does not make.

    Attributes:
        case_id: The case.
        section_id: The section.
        check: Id of the check.
        message: What it says of the candidate's draft.
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
    """One golden cell, drafted by both.

    Attributes:
        case_id: The case.
        section_id: The section.
        model: Who wrote, as the experiment calls it.
        filing: Mean score of the filing version's drafts, 0 to 1; None where one of them has none.
        candidate: The same of the candidate's.
        new_errors: What the candidate gets wrong here and the filing version does not.
        failure: Why there is no comparison; None where there is.
        filing_text: A draft of the filing version, to look at.
        candidate_text: One of the candidate.
        scores: By scorer, the mean of the filing version and of the candidate.
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
        """Candidate minus filing; None where they cannot be compared."""
        if self.failure is not None or self.filing is None or self.candidate is None:
            return None
        return self.candidate - self.filing

    @property
    def is_worse(self) -> bool:
        """Whether the candidate scores lower here, or makes a new error."""
        return bool(self.new_errors) or (self.difference is not None and self.difference < 0)

    @property
    def place(self) -> str:
        """Case and section, for people."""
        return f"{self.case_id}, {self.section_id}"

    def redline(self) -> tuple[Span, ...]:
        """From the filing version's draft to the candidate's."""
        return redline(self.filing_text, self.candidate_text)


def new_errors(
    case_id: str, section_id: str, filing: Sequence[Sequence[Finding]], candidate: Sequence[Sequence[Finding]]
) -> tuple[NewError, ...]:
    """What of the candidate's findings is a new error.

    Args:
        case_id: The case.
        section_id: The section.
        filing: The findings of each draft of the filing version.
        candidate: Of each draft of the candidate.

    Returns:
        Of each check of which the candidate's worst draft has more errors than the worst of the filing version: the
        errors of that draft beyond that number. Texts differ from draft to draft, so errors are counted, not matched.
    """
    known: Counter[str] = Counter()
    for findings in filing:
        known |= _errors(findings)
    found: dict[str, list[Finding]] = {}
    for findings in candidate:
        for check, number in _errors(findings).items():
            if number > max(known[check], len(found.get(check, ()))):
                found[check] = [f for f in findings if f.check == check and f.severity == "error"]
    return tuple(
        NewError(case_id, section_id, check, finding.message, finding.quote)
        for check, findings in found.items()
        for finding in findings[known[check] :]
    )


def _errors(findings: Iterable[Finding]) -> Counter[str]:
    return Counter(finding.check for finding in findings if finding.severity == "error")


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


def worst_first(pair: Pair) -> tuple[int, float, str, str, str]:
    """The key that sorts pairs: most new errors, then the lowest difference, first."""
    difference = pair.difference
    return (
        -len(pair.new_errors),
        float("inf") if difference is None else difference,
        pair.case_id,
        pair.section_id,
        pair.model,
    )


def flat(pair: Pair) -> dict[str, Any]:
    """A row of :data:`COLUMNS`."""
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


def plain(pair: Pair) -> dict[str, Any]:
    """JSON values, texts included."""
    return {
        **vars(pair),
        "new_errors": [vars(error) for error in pair.new_errors],
        "scores": {name: list(both) for name, both in pair.scores.items()},
    }


def read_pair(row: Mapping[str, Any]) -> Pair:
    """Reads :func:`plain`."""
    return Pair(
        **{
            **row,
            "new_errors": tuple(NewError(**error) for error in row["new_errors"]),
            "scores": {name: (both[0], both[1]) for name, both in row["scores"].items()},
        }
    )
