"""Grader and results of promptfoo: verdicts equal to an experiment's."""

from __future__ import annotations

import json

import pytest

from workbench.case.loader import load_case
from workbench.config import Settings
from workbench.drafting.offline.assembler import assemble
from workbench.drafting.sections import SECTIONS
from workbench.errors import InputError
from workbench.tuning.experiment.experiment import Experiment
from workbench.tuning.promptfoo.grading import BETWEEN, grade
from workbench.tuning.promptfoo.results import read_results

MINIMAL = "tests/cases/minimal"


@pytest.fixture(scope="module")
def draft():
    """A clean draft: the offline assembler's."""
    return assemble(load_case(MINIMAL), SECTIONS["awards"])


def context(*scorers, finish="stop", **place):
    cell = {"prompt": "filing", "prompt_version": "awards@0", "case": MINIMAL, "case_id": "minimal",
            "section": "awards", "model": "small", **place}  # fmt: skip
    return {
        "test": {"metadata": {"workbench": cell}},
        "config": {"scorers": list(scorers)},
        "providerResponse": {"finishReason": finish, "latencyMs": 1500, "tokenUsage": {"prompt": 7, "completion": 3}},
    }


def metrics(verdict):
    return {one["assertion"]["metric"]: (one["pass"], one["score"]) for one in verdict["componentResults"]}


def test_grade_equals_experiment_verdict(draft, shared_home):
    entries = ["checks", {"words": {"max": 10, "min": 1}}, "elements", "naming"]
    results = Experiment(
        name="x", cases=[MINIMAL], sections=["awards"], scorers=entries, settings=Settings(home=shared_home)
    ).run(progress=False)
    ours = {row.scorer: (row.passed, row.value, row.reason) for row in results.scores.itertuples()}
    verdict = grade(draft, context(*entries))
    theirs = {
        one["assertion"]["metric"]: (one["pass"], pytest.approx(one["score"]), one["reason"])
        for one in verdict["componentResults"]
    }
    assert ours == theirs
    assert {passed for passed, *_ in ours.values()} == {True, False}
    assert verdict["pass"] is False
    assert verdict["reason"].startswith("words: ")
    assert verdict["namedScores"]["naming"] == 1


def test_grade_cleans_the_answer(draft):
    fenced = f"```markdown\n# {SECTIONS['awards'].title}\n\n{draft}\n<b></b>\n```"
    assert grade(fenced, context("checks")) == grade(draft, context("checks"))


def test_cut_off_answer_fails_checks(draft):
    assert metrics(grade(draft, context("checks"))) == {"checks": (True, 1.0)}
    passed, score = metrics(grade(draft, context("checks", finish="length")))["checks"]
    assert (passed, score < 1) == (False, True)


@pytest.mark.parametrize("output", ["", " \n", None, {"tool": 1}, "<script>x</script>"])
def test_empty_answer_has_not_passed(output):
    assert grade(output, context("checks")) == {"pass": False, "score": 0, "reason": "the model gave an empty answer"}


def test_unscored_answer_gives_a_reason(draft):
    verdict = grade(draft, context("similarity", "naming"))
    assert metrics(verdict) == {"similarity": (False, 0), "naming": (True, 1.0)}
    assert verdict["reason"].startswith("similarity: not scored: ")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"case": "nowhere"}, "nowhere"),
        ({"section": "nothing"}, "nothing"),
        ({"case": None}, "export the experiment again"),
    ],
)
def test_missing_cell_is_reported(draft, changed, said):
    verdict = grade(draft, context("checks", **changed))
    assert (verdict["pass"], verdict["score"]) == (False, 0)
    assert verdict["reason"].startswith("not scored: ")
    assert said in verdict["reason"]


def test_unknown_scorer_is_reported(draft):
    assert "did you mean 'checks'" in grade(draft, context("cheks"))["reason"]


def row(index, cell, **more):
    metadata = {"workbench": {"cell": BETWEEN.join(cell)}} if cell else {}
    return {"testIdx": index, "testCase": {"metadata": metadata}, "success": False, **more}


def test_results_number_repeats_and_name_failures(tmp_path):
    cell = ["filing", "minimal", "awards", "small"]
    component = {"pass": True, "score": 1, "reason": "good", "assertion": {"type": "python", "metric": "checks"}}
    graded = {"componentResults": [{"pass": True, "componentResults": [component]}, component]}
    rows = [
        row(1, cell, error="API error: 500", gradingResult=None),
        row(0, cell, success=True, gradingResult=graded, response={"output": "# Awards\n\nOne two.\n"}, latencyMs=250),
    ]
    file = tmp_path / "results.json"
    file.write_text(json.dumps({"results": {"results": rows}}))
    read = read_results(file)
    assert read.cells[["case", "repeat", "passed", "latency_s"]].values.tolist() == [
        ["minimal", 1, True, 0.25],
        ["minimal", 2, False, 0.0],
    ]
    assert read.cells["error"].dropna().to_dict() == {1: "API error: 500"}
    assert read.scores[["repeat", "scorer", "passed"]].values.tolist() == [[1, "checks", True]]
    assert read.drafts[(*cell, 1)].strip().endswith("One two.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no results of promptfoo"),
        ("[]", "no results of promptfoo"),
        ('{"results": {"results": []}}', "no results of promptfoo"),
        (json.dumps({"results": {"results": [row(0, None), row(1, ["a"])]}}), "no experiment that was exported"),
        (None, "cannot be read"),
    ],
)
def test_foreign_results_file_is_refused(tmp_path, text, said):
    file = tmp_path / "results.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(InputError, match=said):
        read_results(file)


def test_grading_runs_no_functions_of_files(draft):
    verdict = grade(draft, context("own_module:half"))
    assert "only the workbench's own scorers run in promptfoo" in verdict["reason"]
