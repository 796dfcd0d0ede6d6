"""``workbench lab``, up to the process that it becomes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from workbench.config import shared_folder


@pytest.fixture
def started(tmp_path, monkeypatch):
    """Arguments of each start of JupyterLab."""
    monkeypatch.chdir(tmp_path)
    started = []
    monkeypatch.setattr(os, "execve", lambda *arguments: started.append(arguments))
    return started


def test_lab_hands_env_file_on(cli, tmp_path, started):
    path = tmp_path / ".env"
    path.write_text("WORKBENCH_MODEL=m\n")
    path.chmod(0o600)
    _, _, err = cli("lab", "--no-browser")
    ((_, arguments, environment),) = started
    assert arguments[-1] == "--no-browser"
    assert environment["WORKBENCH_MODEL"] == "m"
    assert err.startswith(f"settings: {path} gives WORKBENCH_MODEL\n")


def test_lab_opens_copies_on_start_page(cli, tmp_path, started):
    cli("lab")
    folder = tmp_path / "workbench-notebooks"
    ((_, arguments, _),) = started
    assert f"--ServerApp.root_dir={folder}" in arguments
    assert "--LabApp.default_url=/lab/tree/start.ipynb" in arguments
    assert {path.name for path in folder.glob("*.ipynb")} == {
        "start.ipynb",
        *(path.name for path in shared_folder("notebooks").glob("*.ipynb")),
    }


def test_lab_asks_nothing_of_the_internet(cli, started):
    cli("lab")
    ((_, arguments, _),) = started
    assert "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate" in arguments
    assert "--LabApp.news_url=None" in arguments


def test_lab_leaves_announcements_out(cli, started, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/firm/jupyter")
    _, _, err = cli("lab")
    ((_, _, environment),) = started
    own, firms = environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert firms == "/firm/jupyter"
    disabled = json.loads((Path(own) / "labconfig" / "page_config.json").read_text())["disabledExtensions"]
    assert disabled == {"@jupyterlab/apputils-extension:announcements": True}
    assert "press Ctrl-C twice" in err
