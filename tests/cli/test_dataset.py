"""``workbench dataset``: export, import and convert."""

from __future__ import annotations

import json
import shutil

import pytest


@pytest.fixture
def golden(tmp_path, monkeypatch):
    folder = tmp_path / "golden"
    shutil.copytree("tests/cases/minimal", folder / "minimal")
    (folder / "minimal" / "approved").mkdir()
    (folder / "minimal" / "approved" / "awards.md").write_text("Approved [@medal, p. 1].\n", encoding="utf-8")
    monkeypatch.setenv("WORKBENCH_GOLDEN", str(folder))
    return folder


def test_golden_sections_are_exported_and_imported(terminal, tmp_path, golden):
    out = tmp_path / "set.jsonl"
    status, printed, errors = terminal("dataset", "export", out, "--json")
    assert (status, errors) == (0, "")
    assert json.loads(printed) == {"path": str(out), "examples": 1, "form": "langsmith", "notes": []}
    chat = tmp_path / "chat.jsonl"
    status, printed, _ = terminal("dataset", "convert", out, chat, "--form", "openai-chat")
    assert (status, printed) == (0, f"1 examples in {chat} (openai-chat)\n")
    assert json.loads(chat.read_text())["messages"][-1]["content"] == "Approved [@medal, p. 1].\n"
    (golden / "minimal" / "approved" / "awards.md").unlink()
    status, printed, errors = terminal("dataset", "import", out)
    assert (status, errors) == (0, "")
    assert printed.splitlines()[-1] == "1 of 1 examples are new approved sections"
    assert (golden / "minimal" / "approved" / "awards.md").read_text() == "Approved [@medal, p. 1].\n"
    status, printed, errors = terminal("dataset", "import", chat)
    assert status == 0
    assert errors == "note: example 1 is left out: it names no case\n"


def test_missing_golden_folder_names_variable(cli, tmp_path):
    file = tmp_path / "x.jsonl"
    file.write_text('{"inputs": {"q": "x"}}\n')
    for arguments in (("export", file), ("import", file)):
        status, printed, errors = cli("dataset", *arguments)
        assert (status, printed) == (2, "")
        assert "WORKBENCH_GOLDEN" in errors
        assert len(errors.splitlines()) == 1


def test_bad_lines_are_one_line_each(cli, tmp_path):
    file = tmp_path / "x.jsonl"
    file.write_text('{\n{"a": 1}\n')
    status, printed, errors = cli("dataset", "convert", file, tmp_path / "y.jsonl", "--form", "langsmith")
    assert (status, printed) == (2, "")
    assert [line.partition(": ")[0] for line in errors.splitlines()] == [f"{file}:1", f"{file}:2"]
    assert not (tmp_path / "y.jsonl").exists()


@pytest.mark.parametrize("command", ["export", "convert", "import"])
def test_removed_dataset_forms_are_refused(cli, tmp_path, command):
    file = tmp_path / "x.jsonl"
    file.write_text('{"item": {"input": [], "ideal": "x"}}\n' * 3)
    out = [tmp_path / "y.jsonl"] * (command == "convert")
    status, printed, errors = cli("dataset", command, file, *out, "--form", "openai-evals")
    assert (status, printed) == (2, "")
    assert "'openai-evals' is not one of 'langsmith', 'openai-chat'" in errors
    if command != "export":
        more = [*out, "--form", "langsmith"] if out else ["--golden", tmp_path]
        status, printed, errors = cli("dataset", command, file, *more)
        assert (status, printed) == (2, "")
        assert errors == f"{file}:1: the form openai-evals is no longer supported; use one of langsmith, openai-chat\n"
