"""Output: JSON that a terminal displays and does not obey, files that are their user's alone."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

import orjson
import pytest
from command_line import EVIL, is_harmless

from workbench.cli.output import name_command, write_page
from workbench.config import Settings
from workbench.errors import InputError, printable_json
from workbench.live.embedded import stop_server

CASES = Path(__file__).parent.parent / "cases"
EXPERIMENT = "name: x\ncases: [minimal]\nsections: [awards]\nscorers: [checks, words]\n"


def test_json_controls_no_terminal():
    values = {"title": EVIL, "emoji": "\U0001f600", "tag": "\U000e0001", "lines": ["a\nb", "é"]}
    shown = printable_json(orjson.dumps(values, option=orjson.OPT_INDENT_2))
    assert is_harmless(shown)
    assert json.loads(shown) == values
    assert "😀" in shown


def test_page_is_its_users_alone(tmp_path):
    page, link = tmp_path / "page.html", tmp_path / "link.html"
    page.write_text("old")
    page.chmod(0o644)
    link.symlink_to(page)
    write_page(link, "new")
    assert link.is_symlink()
    assert (page.read_text(), page.stat().st_mode & 0o777) == ("new", 0o600)
    write_page(Path("/dev/null"), "nothing is replaced")
    assert Path("/dev/null").is_char_device()
    with pytest.raises(InputError, match=rf"{tmp_path}: --html: cannot be written \(.*\); name a file"):
        write_page(tmp_path, "a folder")


@pytest.fixture
def work(monkeypatch):
    """A folder and a home of its own, in which the umask hides nothing."""
    folder = Path(tempfile.mkdtemp(prefix="wb-"))
    for name in ("home", "golden"):
        monkeypatch.setenv(f"WORKBENCH_{name.upper()}", str(folder / name))
    monkeypatch.setenv("WORKBENCH_CASES", str(CASES))
    monkeypatch.chdir(folder)
    before = os.umask(0)
    yield folder
    os.umask(before)
    stop_server(Settings(home=folder / "home"))
    shutil.rmtree(folder)


def test_every_file_is_its_users_alone(cli, work, tmp_path):
    """Of a run, its exports and records, and what was made of it."""
    (tmp_path / "x.yaml").write_text(EXPERIMENT)
    (tmp_path / "x.md").write_text(cli("prompts", "show", "awards", "--text")[1] + "\nMore.\n")
    for words in (
        ("draft", CASES / "minimal", "--thread-id", "one", "--unattended", "--out", "new/out"),
        ("section", "one", "awards", "approve", "--user-id", "ada"),
        ("export", "one", "--out", "out"),
        ("compare", "one", "one", "--html", "compare.html"),
        ("share", "one"),
        ("experiment", tmp_path / "x.yaml", "--out", "results"),
        ("golden", "add", "one"),
        ("feedback", "--out", "feedback.jsonl"),
        ("feedback", "--out", "feedback.csv"),
        ("dataset", "export", "dataset.jsonl"),
        ("prompts", "save", "awards", tmp_path / "x.md", "--note", "more", "--author", "ada"),
        ("prompts", "diff", "awards@shipped", "awards", "--html", "diff.html"),
        ("user", "ada"),
    ):
        assert cli(*words)[0] == 0, words
    found = list(work.rglob("*"))
    names = {path.name for path in found}
    assert {
        "petition.pdf",
        "compare.html",
        "cells.csv",
        "scores.png",
        "feedback.csv",
        "diff.html",
        "case.yaml",
    } <= names
    assert [path for path in found if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize(
    ("called", "on_path", "expected"),
    [
        (".venv/bin/workbench", False, ".venv/bin/workbench resume workbench-1"),
        (".venv/bin/workbench", True, "workbench resume workbench-1"),
        ("-c", False, "workbench resume workbench-1"),
    ],
)
def test_next_command_can_be_typed(monkeypatch, tmp_path, called, on_path, expected):
    program = tmp_path / ".venv" / "bin" / "workbench"
    program.parent.mkdir(parents=True)
    program.touch(mode=0o700)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(program.parent) if on_path else str(tmp_path))
    monkeypatch.setattr("sys.argv", [called])
    assert name_command("workbench resume workbench-1") == expected
    assert name_command("pip install x") == expected.replace("workbench resume workbench-1", "pip install x")
