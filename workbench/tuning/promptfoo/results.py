"""Tables of promptfoo's results, with an experiment's columns.

Source: the JSON that promptfoo 0.121 writes with ``--output results.json``: ``results.results[]``, a row an answer,
with ``gradingResult.componentResults[]``, one an assertion. The repeats of a test are consecutive rows of its cell.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import InputError, Problem
from workbench.tuning.promptfoo.grading import BETWEEN, KEY, content_of
from workbench.tuning.scorers.measures import count_words

_PLACE = ("prompt", "case", "section", "model")
_SCORES = [*_PLACE, "repeat", "scorer", "value", "passed", "reason"]
_MS_A_SECOND = 1000


@dataclass(frozen=True)
class PromptfooResults:
    """Answers and verdicts of one evaluation.

    Attributes:
        cells: A row a cell: prompt, case, section, model, repeat, passed, error, words, latency_s, input_tokens,
            output_tokens, cost_usd.
        scores: A row a cell and assertion: the same place, scorer, value, passed, reason.
        drafts: The clean text of each cell, by its place.
    """

    cells: pd.DataFrame
    scores: pd.DataFrame
    drafts: dict[tuple[str | int, ...], str]


def read_results(path: Path) -> PromptfooResults:
    """Reads the results of an exported experiment.

    Args:
        path: The JSON file that promptfoo wrote.

    Raises:
        InputError: The file is no result of promptfoo, or has rows of no exported experiment; all of them at once.
    """
    rows = _rows(path)
    cells: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    drafts: dict[tuple[str | int, ...], str] = {}
    problems: list[Problem] = []
    seen: Counter[tuple[str, ...]] = Counter()
    # Rows come in the order in which answers arrived; repeats are numbered in the order of the tests.
    for index, row in sorted(enumerate(rows), key=lambda pair: (pair[1].get("testIdx") or 0, pair[0])):
        names = _cell_of(row)
        if names is None:
            what = "a row of no experiment that was exported from here"
            remedy = "run a file of workbench promptfoo export"
            problems.append(Problem(what, remedy, file=str(path), field=f"results.results[{index}]"))
            continue
        key = tuple(names[name] for name in _PLACE)
        # promptfoo does not number repeats.
        seen[key] += 1
        where = {name: names[name] for name in _PLACE} | {"repeat": seen[key]}
        graded = row.get("gradingResult") or {}
        response = row.get("response") or {}
        tokens = row.get("tokenUsage") or {}
        content = content_of(response.get("output"), names["section"])
        drafts[(*key, seen[key])] = content
        cells.append(
            {
                **where,
                "passed": bool(row.get("success")),
                # promptfoo writes a failed assertion into `error` too; only an ungraded row has no draft to judge.
                "error": None if graded else row.get("error"),
                "words": count_words(content),
                "latency_s": (row.get("latencyMs") or 0) / _MS_A_SECOND,
                "input_tokens": tokens.get("prompt") or 0,
                "output_tokens": tokens.get("completion") or 0,
                "cost_usd": row.get("cost"),
            }
        )
        scores += [{**where, **_score(one)} for one in graded.get("componentResults") or () if not _is_sum(one)]
    if problems:
        raise InputError(*problems)
    return PromptfooResults(pd.DataFrame(cells), pd.DataFrame(scores, columns=_SCORES), drafts)


def _cell_of(row: dict[str, Any]) -> dict[str, str] | None:
    """Reads a row's prompt, case, section and model."""
    metadata = (row.get("testCase") or {}).get("metadata")
    ours = metadata.get(KEY) if isinstance(metadata, dict) else None
    # Written by the export; a row without it is of a configuration that was not exported from here.
    cell = ours.get("cell") if isinstance(ours, dict) else None
    names = cell.split(BETWEEN) if isinstance(cell, str) else []
    if len(names) != len(_PLACE):
        return None
    return dict(zip(_PLACE, names, strict=True))


def _is_sum(component: dict[str, Any]) -> bool:
    """Tells the sum of an assertion set from its parts."""
    return bool(component.get("componentResults"))


def _score(component: dict[str, Any]) -> dict[str, Any]:
    assertion = component.get("assertion") or {}
    return {
        "scorer": assertion.get("metric") or assertion.get("type"),
        "value": component.get("score"),
        "passed": bool(component.get("pass")),
        "reason": component.get("reason"),
    }


def _rows(path: Path) -> list[dict[str, Any]]:
    remedy = "name the file that promptfoo eval --output results.json has written"
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["results"]["results"]
    except OSError as error:
        raise InputError(Problem(f"cannot be read ({error.strerror})", remedy, file=str(path))) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(Problem("no results of promptfoo", remedy, file=str(path))) from None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise InputError(Problem("no results of promptfoo", remedy, file=str(path)))
    return rows
