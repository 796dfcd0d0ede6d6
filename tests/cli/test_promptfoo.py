"""``workbench promptfoo``: export, eval and results."""

from __future__ import annotations

import json
import os

import pytest
from real_promptfoo import promptfoo
from scripted_endpoint import Endpoint, completes

from workbench.tuning.promptfoo.grading import BETWEEN

SPEC = """\
name: tone
cases: [tests/cases/minimal]
sections: [awards]
models: [local, offline]
temperature: 0
scorers: [checks]
"""


@pytest.fixture
def spec(tmp_path):
    file = tmp_path / "tone.yaml"
    file.write_text(SPEC, encoding="utf-8")
    return file


def test_promptfoo_export_counts_its_tests(terminal, tmp_path, spec):
    out = tmp_path / "promptfooconfig.yaml"
    status, printed, errors = terminal("promptfoo", "export", spec, out)
    assert (status, printed) == (0, f"1 tests in {out}; run it: workbench promptfoo eval {out}\n")
    assert errors == "note: offline is left out: it is no model that promptfoo could ask\n"


def test_promptfoo_import_is_gone(cli, tmp_path):
    status, printed, errors = cli("promptfoo", "import", tmp_path / "x.yaml")
    assert (status, printed) == (2, "")
    assert "No such command 'import'" in errors


def test_imported_assertions_name_the_remedy(cli, tmp_path, spec):
    scorers = tmp_path / "scorers.py"  # as `workbench promptfoo import` wrote it
    scorers.write_text(
        "from workbench.tuning.matching import matches\n\n\n"
        "def contains_1(drafted):\n    return matches('contains', 'Medal', drafted.answer.content.strip())\n",
        encoding="utf-8",
    )
    spec.write_text(SPEC.replace("[checks]", f"[{scorers}:contains_1]"), encoding="utf-8")
    status, printed, errors = cli("experiment", spec, "--scorer", f"{scorers}:contains_1")
    assert (status, printed) == (2, "")
    (line,) = errors.splitlines()
    assert line.startswith(f"{spec}:6: scorers[0]: importing {scorers} raised ImportError: promptfoo's assertions are")
    assert "write the comparison in Python" in line


def test_bad_experiment_names_its_lines(cli, tmp_path, spec):
    spec.write_text(SPEC.replace("awards", "awrads").replace("checks", "cheks"), encoding="utf-8")
    status, printed, errors = cli("promptfoo", "export", spec, tmp_path / "x.yaml", "--json")
    assert (status, printed) == (2, "")
    assert [line.split(": ")[0] for line in errors.splitlines()] == [f"{spec}:3", f"{spec}:6"]


def test_eval_runs_real_promptfoo(terminal, tmp_path, spec, monkeypatch):
    monkeypatch.setenv("PATH", f"{promptfoo().parent}{os.pathsep}{os.environ['PATH']}")
    out = tmp_path / "promptfooconfig.yaml"
    with Endpoint() as endpoint:
        monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
        spec.write_text(SPEC.replace("[local, offline]", "[small-model]"), encoding="utf-8")
        assert terminal("promptfoo", "export", spec, out)[0] == 0
        endpoint.acts = [completes()]
        status, printed, _ = terminal("promptfoo", "eval", out, "--json")
    told = json.loads(printed)
    assert (status, told["cells"], told["passed"], told["failed"]) == (0, 1, 0, 0)
    (row,) = told["table"]
    assert (row["model"], row["scorer"], row["cells"], row["passed"]) == ("small-model", "checks", 1, 0)
    assert 0 < row["value"] < 1  # our own scorer has judged the one word
    assert (tmp_path / "results.json").is_file()


def test_missing_promptfoo_names_npm_command(terminal, tmp_path, spec, monkeypatch):
    out = tmp_path / "promptfooconfig.yaml"
    terminal("promptfoo", "export", spec, out)
    monkeypatch.setenv("PATH", str(tmp_path))
    status, printed, errors = terminal("promptfoo", "eval", out)
    assert (status, printed) == (2, "")
    assert len(errors.splitlines()) == 1
    assert "npm install --global promptfoo@0.121" in errors


def test_results_are_a_table(cli, tmp_path):
    cell = BETWEEN.join(["filing", "minimal", "awards", "local"])
    component = {"pass": True, "score": 0.5, "reason": "x", "assertion": {"type": "python", "metric": "checks"}}
    row = {"testIdx": 0, "success": True, "testCase": {"metadata": {"workbench": {"cell": cell}}},
           "gradingResult": {"componentResults": [component]}}  # fmt: skip
    file = tmp_path / "results.json"
    file.write_text(json.dumps({"results": {"results": [row]}}))
    status, printed, _ = cli("promptfoo", "results", file, "--json")
    assert status == 0
    assert json.loads(printed) == {
        "cells": 1, "passed": 1, "failed": 0,
        "table": [{"prompt": "filing", "model": "local", "scorer": "checks", "cells": 1, "passed": 1, "value": 0.5}],
    }  # fmt: skip
    status, printed, _ = cli("promptfoo", "results", file)
    assert status == 0
    assert "checks" in printed
