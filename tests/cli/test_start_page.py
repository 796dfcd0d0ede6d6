"""Start page of ``workbench lab``: links, runs, cases."""

from __future__ import annotations

import re

import nbformat
import pytest

import workbench
from workbench.cli.notebook_copies import copy_notebooks
from workbench.cli.start_page import _list_runs, open_start_page, write_start_page
from workbench.config import Settings, shared_folder
from workbench.live.run_summary import RunSummary
from workbench.workflow.loop import BackgroundLoop


@pytest.fixture
def settings(tmp_path, shared_home):
    yield Settings(home=shared_home, cases=shared_folder("cases"))
    BackgroundLoop.current().close()


def texts(page):
    notebook = nbformat.read(page, as_version=4)
    nbformat.validate(notebook)
    return [cell.source for cell in notebook.cells]


def test_page_links_to_every_notebook(settings, tmp_path):
    head, _, cases = texts(write_start_page(tmp_path, settings))
    linked = set(re.findall(r"\]\(([\w-]+\.ipynb)\)", head))
    assert linked == {path.name for path in shared_folder("notebooks").glob("*.ipynb")}
    assert "| wu |" in cases


def test_page_lists_runs_that_differ(settings, tmp_path):
    run = workbench.prepare("wu", settings=settings, user_id="ada_lovelace")
    branch = workbench.fork(run.thread_id, settings=settings, user_id="ada_lovelace")
    page = write_start_page(tmp_path, settings)
    listed = texts(page)[1]
    assert "ada\\_lovelace" in listed
    assert f"branch of {run.thread_id[:8]}" in listed
    for each in (run, branch):
        assert f"(runs/wu-{each.thread_id}.ipynb)" in listed
        about, code, _ = texts(tmp_path / "runs" / f"wu-{each.thread_id}.ipynb")
        assert each.thread_id in about
        assert f'workbench.attach("{each.thread_id}")' in code


def test_page_says_what_is_to_review(settings, tmp_path):
    run = workbench.prepare("wu", settings=settings)
    summary = RunSummary.of(run.snapshot).model_copy(update={"status": "completed"})
    done = summary.progress.model_copy(update={"completed": 7, "total": 10})
    for progress, state in ((done, "drafted, 3 to review"), (done.model_copy(update={"completed": 10}), "drafted")):
        [line] = _list_runs([summary.model_copy(update={"progress": progress})], frozenset(), tmp_path)[2:]
        assert f"| {state} | 0 of 10 |" in line


def test_run_notebook_keeps_its_edits(settings, tmp_path):
    run = workbench.prepare("wu", settings=settings)
    write_start_page(tmp_path, settings)
    mine = tmp_path / "runs" / f"wu-{run.thread_id}.ipynb"
    mine.write_text("mine")
    write_start_page(tmp_path, settings)
    assert mine.read_text() == "mine"


def test_page_says_that_store_is_away(tmp_path, shared_home):
    settings = Settings(home=shared_home, redis_url=f"unix://{tmp_path / 'nobody.sock'}")
    _, listed, cases = texts(write_start_page(tmp_path, settings))
    assert "cannot be listed" in listed
    assert cases.startswith("## Cases")


def test_page_is_written_without_runs(tmp_path):
    settings = Settings(home=tmp_path / "home", use_redis=False, cases=tmp_path / "none")
    _, listed, _ = texts(write_start_page(tmp_path, settings))
    assert "There is no run yet" in listed
    BackgroundLoop.current().close()


def test_tile_leaves_a_users_notebook_alone(settings, tmp_path):
    own = tmp_path / "start.ipynb"
    own.write_text("mine")
    assert open_start_page(tmp_path, settings) == "workbench-notebooks/start.ipynb"
    assert own.read_text() == "mine"
    assert (tmp_path / "workbench-notebooks" / "01_draft_petition.ipynb").is_file()


def test_tile_stays_in_lab_folder(settings, tmp_path):
    copy_notebooks(shared_folder("notebooks"), tmp_path)
    assert open_start_page(tmp_path, settings) == "start.ipynb"
    assert not (tmp_path / "workbench-notebooks").exists()
