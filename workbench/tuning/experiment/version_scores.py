"""Mean scores of an experiment's versions, as its plots show them.

The tables are those of :class:`workbench.tuning.experiment.results.Results`.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from workbench.errors import InputError, Problem
from workbench.tuning.statistics import UNIT, Estimate, mean_interval

VERSION_KEYS = ["prompt", "model"]
GRADES = "0 worst, 1 best"
NO_SCORES = "There are no scores: no cell of the experiment was scored."


@dataclass(frozen=True)
class VersionScore:
    """One version: a prompt with a model."""

    prompt: str
    model: str
    mean: Estimate
    failed: int


def find_scorers(scores: pd.DataFrame, wanted: Sequence[str] | str | None) -> list[str]:
    """Finds the scorers to show, in the order of the table; None: all.

    Raises:
        InputError: There is no such scorer.
    """
    known = distinct_values(scores, "scorer")
    if wanted is None:
        return known
    wanted = [wanted] if isinstance(wanted, str) else list(wanted)
    problems = []
    for name in wanted:
        if name not in known:
            close = difflib.get_close_matches(str(name), known, n=1)
            remedy = (
                f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(known) or 'none: there is none'}"
            )
            problems.append(Problem(f"no scores by {name!r}", remedy, field="scorer"))
    if problems:
        raise InputError(*problems)
    return wanted


def distinct_values(table: pd.DataFrame, column: str) -> list[str]:
    """Lists the values of a column, each once, in order."""
    return [str(value) for value in table[column].dropna().unique()]


def list_version_scores(scores: pd.DataFrame, scorer: str) -> list[VersionScore]:
    """Computes the mean score of each version.

    The models of a prompt stand together.
    """
    own = scores[scores["scorer"] == scorer]
    rows = []
    # sort=False: versions stand in the order of the experiment, not of their names.
    for (prompt, model), group in own.groupby(VERSION_KEYS, sort=False):
        # Repeats of a unit are averaged first: they are not independent observations.
        units = group.groupby(list(UNIT), sort=False)["value"].mean().dropna()
        rows.append(VersionScore(str(prompt), str(model), mean_interval(units), int(group["value"].isna().sum())))
    prompts = distinct_values(own, "prompt")
    # Models of one prompt stand together; sorted() keeps the table's order among them.
    return sorted(rows, key=lambda row: prompts.index(row.prompt))


def format_estimate(mean: Estimate) -> str:
    """Words a mean with its interval, for the description of a plot."""
    return f"{mean.value:.2f} ({mean.low:.2f} to {mean.high:.2f}, n = {mean.n})" if mean.n else "no score"
