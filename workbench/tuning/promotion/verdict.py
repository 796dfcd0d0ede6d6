"""Verdict on a change of a prompt.

Promote, refuse or undecided, from paired scores. Pure.

What is compared
    A *pair* is one golden cell (a case, a section, a model), drafted by the active version and by the
    candidate. Repeats are averaged within their pair: they reduce its noise, and are no further evidence, for another
    draft of the same case says nothing about the next client's. The score of a draft lies between 0 and 1: see
    :data:`workbench.tuning.promotion.gate.SCORERS`.

Conditions of a promotion (all of them)
    1. At least :data:`MIN_PAIRS` pairs; below that every answer is "undecided".
    2. No new error finding: in no pair does the candidate's worst draft have more errors of some check than the worst
       draft of the active version has.
    3. No pair without a score on either side: what could not be compared has not passed.
    4. The claim is shown at the level :data:`ALPHA`, by a two-sided sign-flip test on the differences
       (:func:`workbench.tuning.statistics.paired_test`): that the candidate is *better* (mean difference above 0),
       or, for a change of wording or law, *no worse* (above minus :data:`MARGIN`).

So of prompts of equal worth at most one in twenty gets another verdict than "undecided", and at most one in
forty is promoted as better; of prompts that are worse by the margin, at most one in forty passes as no worse. That
holds for one candidate: of twenty candidates tested on the same cases one may pass by luck. :attr:`Verdict.tries`
counts them, and the reason says so.

A candidate is *refused* for new errors, or if the same test shows it to be worse. Everything else is undecided, and is
not promoted either: the burden of proof is on the change.

Source: averaging within clusters: E. Miller, Adding Error Bars to Evals (2024), arXiv:2411.00640, section 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Literal

from workbench.text.count_noun import count_noun
from workbench.tuning.promotion.pairs import (
    COLUMNS,
    NewError,
    Pair,
    pair_from_dict,
    pair_to_dict,
    pair_to_row,
    worst_first,
)
from workbench.tuning.promotion.verdict_html import render_verdict
from workbench.tuning.statistics import paired_test

Decision = Literal["promote", "refuse", "undecided"]
Claim = Literal["better", "no worse"]

ALPHA = 0.05
"""Level of the two-sided test: share of equal candidates that get a verdict; half of them are promoted."""

MIN_PAIRS = 8
"""Number of pairs that a decision needs. At eight, a candidate that is better by 1.25 standard deviations of the
differences passes in four of five tests; at twelve in nineteen of twenty (normal spread; a test repeats it)."""

MARGIN = 0.02
"""Loss of the mean score that the claim "no worse" allows: with eleven checks and a similarity, about one more
check failed in every second pair, or four in a hundred words farther from the approved text."""

_SHOWN = 3


@dataclass(frozen=True)
class Verdict:
    """Verdict of the gate on a candidate.

    In a notebook it shows the redlines of pairs that got worse.

    Attributes:
        decision: ``promote``, ``refuse`` or ``undecided``; only with the first the candidate becomes active.
        reason: Reason in sentences for the attorney.
        n: Number of pairs that could be compared.
        difference: Mean of candidate minus active version; None without a pair.
        interval: Its interval at 1 - alpha (95 %), of the same sign flips; None below :data:`MIN_PAIRS`.
        p_value: p value of the claim, two-sided; None below :data:`MIN_PAIRS`.
        new_errors: New errors of all pairs.
        table: The pairs, the worst first.
        claim: The claim to be shown.
        alpha: Level of the test.
        min_pairs: Number of pairs that a decision needs.
        margin: Margin of the claim "no worse".
        candidate: Ref of the candidate.
        filing: Ref of the version it was compared with.
        tries: Number of different candidates compared with that version so far, this one included.
        how: Models, repeats and scorers: ``model-x; 3 repeats; checks + similarity``.
        id: Id of its record; empty if it is not recorded.
        at: Time, ISO 8601.
        promoted: True if the candidate became active, because of the verdict or in spite of it.
        overridden: Name and reason of an override, or None.
    """

    decision: Decision
    reason: str
    n: int
    difference: float | None
    interval: tuple[float, float] | None
    p_value: float | None
    new_errors: tuple[NewError, ...]
    table: tuple[Pair, ...]
    claim: Claim = "better"
    alpha: float = ALPHA
    min_pairs: int = MIN_PAIRS
    margin: float = MARGIN
    candidate: str = ""
    # The word of the records on disk.
    # See docs/decisions.md, "The version in force is called active in code, filing in files and commands".
    filing: str = ""
    tries: int = 1
    how: str = ""
    id: str = ""
    at: str = ""
    promoted: bool = False
    overridden: str | None = None

    @property
    def worse(self) -> tuple[Pair, ...]:
        """Pairs that got worse, the worst first."""
        return tuple(pair for pair in self.table if pair.is_worse)

    @property
    def summary(self) -> str:
        """One line for the history of a version.

        A file in git, so it holds no word of a client.
        """
        figures = [f"{self.n} pairs"]
        if self.difference is not None:
            figures.append(f"difference {self.difference:+.3f}")
        if self.interval is not None:
            figures.append(f"({self.interval[0]:+.3f} to {self.interval[1]:+.3f})")
        if self.p_value is not None:
            figures.append(f"p {self.p_value:.4f}")
        figures.append(f"{len(self.new_errors)} new errors")
        claim = "no worse than" if self.claim == "no worse" else "better than"
        return f"gate {self.id or '-'}: {self.decision} ({claim} {self.filing}): {', '.join(figures)}"

    def to_frame(self) -> Any:
        """Builds a DataFrame with a row for each pair.

        The worst comes first; there are no texts in it.
        """
        import pandas as pd  # noqa: PLC0415 - half a second to import, for this table only

        return pd.DataFrame([pair_to_row(pair) for pair in self.table], columns=list(COLUMNS))

    def to_dict(self) -> dict[str, Any]:
        """Builds the JSON form.

        It includes drafts, which hold clients' words.
        """
        own = {name: value for name, value in vars(self).items() if name not in {"table", "new_errors", "interval"}}
        return own | {
            "interval": list(self.interval) if self.interval else None,
            "new_errors": [vars(error) for error in self.new_errors],
            "table": [pair_to_dict(pair) for pair in self.table],
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Verdict:
        """Reads the JSON form of :meth:`to_dict`."""
        return cls(
            **{name: kept[name] for name in _OF_VERDICT},
            interval=tuple(kept["interval"]) if kept["interval"] else None,
            new_errors=tuple(NewError(**error) for error in kept["new_errors"]),
            table=tuple(pair_from_dict(row) for row in kept["table"]),
        )

    def _repr_html_(self) -> str:
        return render_verdict(self)


def judge_change(
    pairs: Iterable[Pair],
    *,
    claim: Claim = "better",
    alpha: float = ALPHA,
    min_pairs: int = MIN_PAIRS,
    margin: float = MARGIN,
    tries: int = 1,
) -> Verdict:
    """Decides on a candidate by the rule of this module.

    The rule stands at its head. The function is pure and repeatable.

    Args:
        pairs: One for each golden cell; repeats are averaged already.
        claim: The claim to be shown.
        alpha: Level of the two-sided test, between 0 and 1.
        min_pairs: Number of pairs that a decision needs, at least 2.
        margin: Margin of the claim "no worse", on the scale of the scores, above 0.
        tries: Number of candidates tested on the same pairs, this one included.
    """
    table = tuple(sorted(pairs, key=worst_first))
    compared = [pair for pair in table if pair.difference is not None]
    # "or 0.0" is for the type checker: a pair with a difference has both scores.
    active, candidate = [pair.filing or 0.0 for pair in compared], [pair.candidate or 0.0 for pair in compared]
    new_errors = tuple(error for pair in table for error in pair.new_errors)
    worse = paired_test(active, candidate, alternative="less", confidence=1 - alpha)
    # Twice the one-sided value, because both directions are tested on the same pairs.
    p_worse = min(1.0, 2 * worse.p_value)
    n, decided, p_value = worse.n, worse.n >= min_pairs, None
    if not decided:
        decision, reason = _explain_too_few(table, n, min_pairs)
    elif new_errors:
        decision, reason = _refuse_for_errors(new_errors)
    elif p_worse <= alpha:
        decision, reason = _refuse_as_worse(compared, p_worse)
    else:
        # "No worse" is "better" against scores that are lowered by the margin.
        floor = margin if claim == "no worse" else 0.0
        shown = paired_test([score - floor for score in active], candidate, alternative="greater")
        p_value = min(1.0, 2 * shown.p_value)
        decision, reason = _weigh_claim(table, p_value, claim=claim, alpha=alpha, margin=margin)
    if decision == "promote" and tries > 1:
        reason += (
            f" It is candidate number {tries} that was tried on these cases against the same version: "
            f"by luck alone one of {tries} passes in {1 - (1 - alpha / 2) ** tries:.0%} of cases."
        )
    return Verdict(
        decision=decision,
        reason=reason,
        n=n,
        difference=worse.difference.value if n else None,
        interval=(worse.difference.low, worse.difference.high) if decided else None,
        p_value=p_value,
        new_errors=new_errors,
        table=table,
        claim=claim,
        alpha=alpha,
        min_pairs=min_pairs,
        margin=margin,
        tries=tries,
    )


# What is said -------------------------------------------------------------------------------------------------------


def _explain_too_few(table: Sequence[Pair], n: int, min_pairs: int) -> tuple[Decision, str]:
    failed = [pair for pair in table if pair.difference is None]
    said = f"{count_noun(n, 'golden cell')} could be compared, and it takes {min_pairs} to decide."
    if failed:
        said += f" {len(failed)} could not: {_list_first(f'{p.place} ({p.failure})' for p in failed)}."
    errors = [error for pair in table for error in pair.new_errors]
    if errors:
        said += f" Beside that it makes {count_noun(len(errors), 'new error')}: {_list_first(map(str, errors))}."
    return "undecided", f"{said} Add golden cases with this section approved, or override with a reason."


def _refuse_for_errors(errors: Sequence[NewError]) -> tuple[Decision, str]:
    return "refuse", (
        f"It makes {count_noun(len(errors), 'error')} that the filing version does not make: "
        f"{_list_first(map(str, errors))}."
    )


def _refuse_as_worse(compared: Sequence[Pair], p_worse: float) -> tuple[Decision, str]:
    differences, lower = _differences(compared), _lower(compared)
    return "refuse", (
        f"It is worse in {len(lower)} of {len(differences)} golden cells, by {-fmean(differences):.3f} on average "
        f"(p {p_worse:.4f}); most of all in {_list_first(_describe_change(pair) for pair in lower)}."
    )


def _weigh_claim(
    table: Sequence[Pair], p_value: float, *, claim: Claim, alpha: float, margin: float
) -> tuple[Decision, str]:
    differences, lower = _differences(table), _lower(table)
    n, failed = len(differences), [pair for pair in table if pair.difference is None]
    shown = f"{fmean(differences):+.3f} on average over {n} golden cells, p {p_value:.4f}"
    # Before the claim: whatever could not be compared has not passed.
    if failed:
        return "undecided", (
            f"{count_noun(len(failed), 'golden cell')} could not be compared: "
            f"{_list_first(f'{pair.place} ({pair.failure})' for pair in failed)}. Mend that and check again "
            f"({shown} without them)."
        )
    if p_value <= alpha:
        how = "better" if claim == "better" else f"worse by less than {margin} if at all"
        return "promote", f"It is {how}: {shown}; no new error."
    if not any(differences):
        return "undecided", (
            f"Both score the same in all {n} golden cells: nothing shows that it is better, and nothing that it is "
            "worse. Where it is meant to be no better (a change of wording, or of law), check it as “no worse”."
        )
    said = f"It is not shown to be {claim if claim == 'better' else f'no worse by {margin}'} ({shown})."
    if lower:
        changes = _list_first(_describe_change(pair) for pair in lower)
        said += f" It scores lower in {len(lower)} of {n}; most of all in {changes}."
    return "undecided", said


def _differences(pairs: Iterable[Pair]) -> list[float]:
    return [pair.difference for pair in pairs if pair.difference is not None]


def _lower(pairs: Iterable[Pair]) -> list[Pair]:
    return [pair for pair in pairs if pair.difference is not None and pair.difference < 0]


def _describe_change(pair: Pair) -> str:
    return f"{pair.place} ({pair.filing:.3f} to {pair.candidate:.3f})"


def _list_first(parts: Iterable[str]) -> str:
    every = list(parts)
    more = len(every) - _SHOWN
    return "; ".join(every[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")


# Plain values -------------------------------------------------------------------------------------------------------

_OF_VERDICT = (
    "decision", "reason", "n", "difference", "p_value", "claim", "alpha", "min_pairs", "margin", "candidate", "filing",
    "tries", "how", "id", "at", "promoted", "overridden",
)  # fmt: skip
