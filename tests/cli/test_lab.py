"""``workbench lab``, up to the process that it becomes."""

from __future__ import annotations

import os


def test_lab_hands_env_file_on(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / ".env"
    path.write_text("WORKBENCH_MODEL=m\n")
    path.chmod(0o600)
    started = []
    monkeypatch.setattr(os, "execve", lambda *arguments: started.append(arguments))
    _, _, err = cli("lab", "--no-browser")
    ((_, arguments, environment),) = started
    assert arguments[-1] == "--no-browser"
    assert environment["WORKBENCH_MODEL"] == "m"
    assert err == f"settings: {path} gives WORKBENCH_MODEL\n"
