"""An experiment in a notebook's cell.

It blocks there, shows its progress, and ends as a table and a picture.
"""

from __future__ import annotations

from pathlib import Path

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

CASES = Path(__file__).parent.parent / "cases"


def shown(cell):
    return "".join("".join(output.get("data", {}).get("text/html", "")) for output in cell.outputs)


def test_it_runs_in_a_cell(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WORKBENCH_CASES", str(CASES))
    notebook = new_notebook(
        cells=[
            new_code_cell("from workbench.tuning.experiment.experiment import Experiment"),
            new_code_cell("results = Experiment(name='x', cases=['minimal'], sections=['awards'], repeats=3).run()"),
            new_code_cell("results"),
            new_code_cell("results.plot_scores()"),
        ]
    )
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    _, ran, table, picture = notebook.cells
    assert '<progress max="3" value="3"' in shown(ran)
    assert "nothing leaves this machine" in shown(ran)
    assert "<caption>x</caption>" in shown(table)
    assert any("image/" in kind for output in picture.outputs for kind in output.get("data", {}))
