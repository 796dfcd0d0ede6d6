"""The benchmark scripts run and say what they measured. Whether a goal of speed or size holds is theirs to say."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from warm_scripts import warm_scripts

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
PARTS = {"all", "measure"}
"""Modules that the scripts share, and the script that runs them all."""
APART = {"chaos", "fanout", "mutations", "notebook_loop", "page"}
"""Those that count something which must be nought on any machine, or take a size."""


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    """Starts a process that has imported the package; scripts run as its forks, which saves most of their time."""
    with warm_scripts(tmp_path_factory.mktemp("scripts")) as scripts:
        yield scripts


@pytest.fixture
def answer_of(scripts, tmp_path):
    """Runs a benchmark with ``--json``; its exit status is 0 where the goals hold."""

    def run(name, *options):
        done = scripts.run(BENCHMARKS / f"{name}.py", "--json", *options, folder=tmp_path)
        assert done.stdout, done.stderr
        answer = json.loads(done.stdout)
        assert answer["name"] == name
        assert answer["figures"]
        assert answer["goals"]
        assert done.returncode == (0 if answer["ok"] else 1)
        return answer, done.stderr

    return run


@pytest.mark.parametrize(
    "name", sorted(path.stem for path in BENCHMARKS.glob("*.py") if path.stem not in {*PARTS, *APART})
)
def test_benchmark_prints_figures_and_goals(name, answer_of):
    _, complaints = answer_of(name, "--rounds", "1")
    assert complaints == ""


def test_chaos_loses_nothing(answer_of):
    """Unlike the others this one has no goal of speed: what it counts must be nought on any machine."""
    answer, _ = answer_of("chaos", "--rounds", "4")
    assert {name: goal["value"] for name, goal in answer["goals"].items() if goal["value"]} == {}
    assert answer["figures"]["rounds"] == 4


def test_fanout_sends_every_event_once(answer_of):
    answer, _ = answer_of("fanout", "--viewers", "1,100", "--events", "5", "--rounds", "1")
    assert answer["goals"]["missed or repeated events"]["value"] == 0
    assert answer["goals"]["memory a viewer, KiB"]["holds"]


def test_page_of_a_link_is_painted(answer_of):
    answer, _ = answer_of("page", "--rounds", "1")
    assert answer["goals"]["kernels left once the page lives on the socket"]["value"] == 0


def test_mutations_count_both_halves(answer_of):
    tuned, complaints = answer_of("mutations", "--petition", "architect", "--limit", "4")
    held_out, _ = answer_of("mutations", "--petition", "architect", "--limit", "4", "--held-out")
    assert complaints == ""
    assert tuned["figures"]["mutants"] == held_out["figures"]["mutants"] == 4
    assert tuned["figures"]["clean sentences"] > 100


def test_table_of_all_is_written(tmp_path):
    readme = tmp_path / "README.md"
    mark, end = "<!-- benchmarks: written by tests/benchmarks/all.py --write -->", "<!-- end of benchmarks -->"
    older = "| tracing | a ratio | 1.1 | 1.5 | holds | 2026-11-01 |"
    dropped = [f"| {name} | a ratio | 9 | 1 | MISSED | 2026-11-01 |" for name in ("encryption", "no-such-benchmark")]
    table = "\n".join(
        ["| benchmark | goal | value | at most | | measured |", "|---|---|---|---|---|---|", older, *dropped]
    )
    readme.write_text(f"before\n\n{mark}\nan older heading\n\n{table}\n{end}\n\nafter\n")
    done = subprocess.run(
        [sys.executable, BENCHMARKS / "all.py", "--only", "encryption", "--rounds", "1", "--write", "--readme", readme],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in {0, 1}, done.stderr
    text = readme.read_text()
    assert text.startswith(f"before\n\n{mark}\n\n")
    assert text.endswith(f"{end}\n\nafter\n")
    assert "an older heading" not in text
    assert older in text
    assert [line for line in dropped if line in text] == []
    assert "| encryption | " in text
    assert "FAILED" not in text


def test_readme_has_place_for_the_table():
    text = (BENCHMARKS.parents[1] / "README.md").read_text("utf-8")
    assert text.count("<!-- benchmarks: written by tests/benchmarks/all.py --write -->") == 1
    assert text.index("<!-- end of benchmarks -->") > text.index("<!-- benchmarks:")
