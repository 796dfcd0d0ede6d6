"""``workbench experiment``: output, files and exit status."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from scripted_endpoint import Endpoint, fails, streams

from workbench import Experiment, cli
from workbench.errors import InputError
from workbench.tuning.experiment import results

CASES = Path(__file__).parent.parent / "cases"


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WORKBENCH_CASES", str(CASES))


@pytest.fixture
def written(tmp_path):
    def write(text):
        file = tmp_path / "experiment.yaml"
        file.write_text(f"name: x\ncases: [minimal]\nsections: [awards]\n{text}")
        return str(file)

    return write


def test_experiment_writes_tables(written, tmp_path, capsys):
    out = tmp_path / "out"
    assert cli.run(["experiment", written("repeats: 2\nscorers: [checks, words]\n"), "--out", str(out), "--json"]) == 0
    said = capsys.readouterr()
    answer = orjson.loads(said.out)
    assert said.err == ""
    assert (answer["cells"], answer["failed"], answer["cached"]) == (2, 0, 0)
    assert answer["usage"] == {"tokens": 0, "cost_usd": 0.0}
    [row] = answer["table"]
    assert row["prompt"], row["model"] == ("filing", "offline")
    tables = {"cells.parquet", "cells.csv", "scores.parquet", "scores.csv", "spec.yaml"}
    pictures = {"scores.png", "cost.png", "agreement.png"}
    assert set(answer["files"]) == tables | pictures
    assert all(Path(path).is_file() for path in answer["files"].values())
    assert all((out / name).read_bytes().startswith(b"\x89PNG") for name in pictures)


def test_experiment_without_optional_packages(written, tmp_path, capsys, monkeypatch):
    real = results.find_spec
    absent = {"matplotlib", "pyarrow"}
    monkeypatch.setattr(results, "find_spec", lambda name: None if name in absent else real(name))
    assert cli.run(["experiment", written(""), "--out", str(tmp_path / "out"), "--json"]) == 0
    said = capsys.readouterr()
    assert set(orjson.loads(said.out)["files"]) == {"cells.csv", "scores.csv", "spec.yaml"}
    assert said.err == (
        "note: no figures, because matplotlib is not installed; run: pip install 'eb1a-workbench[plots]'\n"
    )


def test_plot_names_its_extra(written, monkeypatch):
    executed = Experiment(written("")).run(progress=False)
    monkeypatch.setattr(results, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"pip install 'eb1a-workbench\[plots\]'"):
        executed.plot_scores()


def test_experiment_shows_progress(written, capsys):
    assert cli.run(["experiment", written("repeats: 20\n")]) == 0
    said = capsys.readouterr()
    assert "offline" in said.out
    assert "nothing leaves this machine" in said.err
    assert "20 of 20 cells" in said.err


def test_all_cells_failed_exits_1(written, capsys, monkeypatch, tmp_path):
    with Endpoint() as endpoint:
        endpoint.acts = [fails(400, message="[31m no"), fails(400), streams("Better.")]
        monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
        file = written("models: [small-model]\nrepeats: 2\nconcurrency: 1\n")
        assert cli.run(["experiment", file, "--out", str(tmp_path / "out")]) == 1
        said = capsys.readouterr()
        assert "HTTP 400" in said.out
        assert "\x1b" not in said.out
        assert f"requests go to {endpoint.host}" in said.err or "small-model at" in said.err
        endpoint.acts = [streams("Better."), fails(400)]
        assert cli.run(["experiment", file, "--json"]) == 0
        answer = orjson.loads(capsys.readouterr().out)
        assert (answer["cells"], answer["failed"], answer["usage"]["tokens"]) == (2, 1, 120)
        assert answer["errors"][0]["cells"] == 1


def test_bad_input_is_one_line(written, capsys):
    assert cli.run(["experiment", written("repeats: 0\nscorers: [cheks]\n")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert [line.partition("experiment.yaml")[2][:2] for line in said.err.splitlines()] == [":4", ":5"]
    assert cli.run(["experiment", "nowhere.yaml"]) == 2
