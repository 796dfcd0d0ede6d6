"""The home: created private, refused where others may enter it."""

from __future__ import annotations

import os

import pytest

from workbench.config import Settings
from workbench.errors import InputError
from workbench.live.encrypted_files import RunFiles
from workbench.text.private_home import make_private_home


def test_home_is_created_private(tmp_path):
    make_private_home(tmp_path / "home")
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    make_private_home(tmp_path / "home")


@pytest.mark.parametrize("mode", [0o775, 0o770, 0o722, 0o777])
def test_writable_home_is_refused(tmp_path, mode):
    home = tmp_path / "home"
    home.mkdir()
    (home / "tuning").mkdir()
    home.chmod(mode)
    with pytest.raises(
        InputError, match=f"WORKBENCH_HOME: {home} can be written to by other users; look .* 700 {home}"
    ):
        make_private_home(home)
    assert home.stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701])
def test_readable_home_is_closed(tmp_path, mode, caplog):
    home = tmp_path / "home"
    home.mkdir()
    (home / "tuning").mkdir()
    home.chmod(mode)
    make_private_home(home)
    assert home.stat().st_mode & 0o777 == 0o700
    assert "was open to other users and is closed" in caplog.text


def test_empty_home_is_closed(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o755)
    make_private_home(home)
    assert home.stat().st_mode & 0o777 == 0o700


def test_foreign_home_is_refused(tmp_path, monkeypatch):
    owner = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    with pytest.raises(InputError, match="belongs to another user; name a folder that you own"):
        make_private_home(tmp_path)


def test_run_files_need_private_home(tmp_path):
    (tmp_path / "there.txt").touch()
    tmp_path.chmod(0o777)
    with pytest.raises(InputError, match="can be written to by other users"):
        RunFiles(Settings(home=tmp_path), "runs", "t-1").write("case.yaml", b"text")
    assert [path.name for path in tmp_path.iterdir()] == ["there.txt"]
