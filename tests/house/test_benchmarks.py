"""The benchmark scripts run and say what they measured. Whether a goal holds is theirs to say."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.mark.parametrize("name", sorted(path.stem for path in BENCHMARKS.glob("*.py") if path.stem != "measure"))
def test_a_benchmark_prints_its_figures_and_goals(name, tmp_path):
    done = subprocess.run(
        [sys.executable, BENCHMARKS / f"{name}.py", "--json"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    answer = json.loads(done.stdout)
    assert answer["name"] == name
    assert answer["figures"]
    assert answer["goals"]
    assert done.returncode == (0 if answer["ok"] else 1)
