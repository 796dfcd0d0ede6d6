"""A golden cell drafted by two versions of a prompt: how both did, and what the newer one gets wrong. Data only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.checks.finding import Finding
from workbench.text.redline import Span, redline

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
