"""Start page of ``workbench lab``: a notebook of Markdown cells, which JupyterLab shows without running anything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from workbench.case.document_types import DOCUMENT_TYPES
from workbench.case.loader import CASE_FILE
from workbench.cli.notebook_copies import NOTEBOOKS, RECORD, copy_notebooks
from workbench.config import Settings, shared_folder
from workbench.errors import StoreError, make_write_error, printable
from workbench.live.run_summary import RunSummary
from workbench.text.atomic_write import USER_ONLY, make_private_folder, write_whole
from workbench.workflow.repository import list_runs

START_PAGE = "start.ipynb"
RUNS = "runs"
"""Folder, beside the notebooks, of one short notebook for each run that can be continued."""
MOST_RUNS, MOST_CASES = 30, 100
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_MARKED = re.compile(r"([\\`*_{}\[\]<>|#&])")
_HEAD = """# EB-1A Workbench

Click where you want to begin. No text of a case leaves this machine unless a language model is set.

| | |
|---|---|
| **[Try the sample](01_draft_petition.ipynb)** | drafts the petition of a sample case, and writes its files |
| **[New client](00_new_client.ipynb)** | makes a case from a folder of loose documents, and asks for what is missing |
| **[Continue](#Continue)** | opens one of your runs, below |
| **[Check a letter](04_check_a_draft.ipynb)** | compares any letter with its exhibits, whoever wrote it |
| **[Tune prompts](02_tune_prompts.ipynb)** | changes a prompt, compares the drafts, and keeps the better version |
| **[Review and branch](03_review_and_branch.ipynb)** | approves, edits, rejects, goes back and branches off |
| **[File a petition](05_file_a_petition.ipynb)** | makes the files to be filed, and binds and proves them |
| **[Watch](dashboard.ipynb)** | shows all runs read-only, as others see them |

A notebook runs from top to bottom: **Run ▸ Run All Cells**. This page is written anew by each `workbench lab`, and by
its tile in the launcher.
"""


def write_start_page(folder: Path, settings: Settings) -> Path:
    """Writes the start page, and a short notebook for each run that it lists.

    Args:
        folder: Of the notebooks' copies.
        settings: For the store and the cases.

    Returns:
        The page.
    """
    try:
        found = list_runs(limit=MOST_RUNS, settings=settings)
        lines = _list_runs(found.runs, found.orphans, folder)
    except StoreError as error:  # the page is of use without the store, and says what is wrong with it
        lines = [f"The runs cannot be listed: {_escape(str(error))}"]
    cells = [_HEAD, "\n".join(["## Continue", "", *lines]), "\n".join(["## Cases", "", *_list_cases(settings)])]
    page = folder / START_PAGE
    _write_notebook(page, [_make_markdown(f"start-{number}", text) for number, text in enumerate(cells, start=1)])
    return page


def open_start_page(root: Path, settings: Settings) -> str:
    """Writes the notebooks' copies and the start page into a folder that JupyterLab serves.

    Args:
        root: The folder. The page is in a folder of its own, unless this is the one of `workbench lab`.
        settings: For the store and the cases.

    Returns:
        Path of the page in the folder.

    Raises:
        InputError: The folder cannot be written.
    """
    # By the record: a notebook of that name may be the user's own.
    folder = root if (root / RECORD).exists() else root / NOTEBOOKS
    try:
        copy_notebooks(shared_folder("notebooks"), folder)
        return write_start_page(folder, settings).relative_to(root).as_posix()
    except OSError as error:
        raise make_write_error(error, folder, "start JupyterLab in another folder") from None


def _list_runs(runs: Sequence[RunSummary], orphans: frozenset[str], folder: Path) -> list[str]:
    if not runs:
        return ["There is no run yet: try the sample, or take in a client."]
    make_private_folder(folder / RUNS)
    lines = ["| case | state | approved | last change (UTC) | by | |", "|---|---|---|---|---|---|"]
    for run in runs:
        # The name of the case comes first: a tab of JupyterLab shows the first letters of a name.
        file = f"{RUNS}/{run.case_id}-{run.thread_id}.ipynb"
        _write_run(folder / file, run)
        # Two runs of one case differ by branch, moment and person.
        branch = f", branch of {run.forked_from.thread_id[:8]}" if run.forked_from is not None else ""
        kind = "" if run.document_type == "petition" else f", {DOCUMENT_TYPES[run.document_type].name}"
        lines.append(
            f"| [{_escape(run.beneficiary or run.case_id)}]({file}), {_escape(run.case_id)}{kind}{branch} | "
            f"{_describe_state(run, orphan=run.thread_id in orphans)} | {run.approved} of {run.sections} | "
            f"{run.updated_at[:16].replace('T', ' ')} | {_escape(run.user_id)} | {run.thread_id[:8]} |"
        )
    return lines


def _describe_state(run: RunSummary, *, orphan: bool) -> str:
    """Describes how far a run is; of one whose sections are all written, how many ask for a person."""
    state, done, total = run.state(orphan=orphan).replace("_", " "), run.progress.completed, run.progress.total
    if state == "approved":
        return state
    if state == "drafted":
        return f"drafted, {total - done} to review" if done < total else state
    return f"{state}, {done} of {total} sections"


def _write_run(path: Path, run: RunSummary) -> None:
    if path.exists():  # the user may have added cells
        return
    about = f"# {_escape(run.beneficiary or run.case_id)}\n\nRun {run.thread_id}. Run the cell below to see it."
    code = f'import workbench\n\nrun = workbench.attach("{run.thread_id}")\nworkbench.Monitor(run)'
    after = (
        "To make the files: `workbench.export_petition(run.snapshot, out='out', audit=run.audit())`, or open "
        "[05_file_a_petition.ipynb](../05_file_a_petition.ipynb) with this run's id. "
        "[Back to the start page](../start.ipynb)."
    )
    cell = {**_make_markdown("run", code), "cell_type": "code", "execution_count": None, "outputs": []}
    _write_notebook(path, [_make_markdown("about", about), cell, _make_markdown("next", after)])


def _list_cases(settings: Settings) -> list[str]:
    folders = {path.parent for root in (settings.cases, Path()) for path in root.glob(f"*/{CASE_FILE}")}
    cases = sorted(folders, key=lambda path: path.name)[:MOST_CASES]
    if not cases:
        return ["There is no case yet."]
    lines = ["| case | folder |", "|---|---|"]
    lines += [f"| {_escape(path.name)} | {_escape(str(path.resolve()))} |" for path in cases]
    draft = "[01_draft_petition.ipynb](01_draft_petition.ipynb)"
    return [*lines, "", f"To draft one, write its folder as `CASE` in {draft}."]


def _make_markdown(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text}


def _write_notebook(path: Path, cells: Sequence[dict[str, Any]]) -> None:
    metadata = {"kernelspec": _KERNEL, "language_info": {"name": "python"}}
    # As nbformat would write it; importing that takes half a second, and `workbench lab` has a second one to start.
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    write_whole(path, orjson.dumps(notebook, option=orjson.OPT_INDENT_2), mode=USER_ONLY)


def _escape(text: str) -> str:
    """Escapes what Markdown would read as markup: names come from case files."""
    return _MARKED.sub(r"\\\1", printable(text))
