"""``workbench prompts``: commands and their output."""

from __future__ import annotations

import dataclasses
import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from workbench.config import Settings
from workbench.drafting.prompts.templates import SHIPPED_FOLDER
from workbench.tuning.promotion.verdict import judge_change
from workbench.tuning.prompt_store import PromptStore
from workbench.workflow.repository import read_state

TEXT = (SHIPPED_FOLDER / "awards.md").read_text(encoding="utf-8").split("---\n", 2)[2]


@pytest.fixture(autouse=True)
def firm(tmp_path, monkeypatch):
    folder = tmp_path / "firm"
    folder.mkdir()
    monkeypatch.setenv("WORKBENCH_PROMPTS", str(folder))
    return folder


@pytest.fixture
def store(firm):
    return PromptStore()


@pytest.fixture
def ask(cli):
    """Runs a command with --json; returns status and object."""

    def run(*arguments):
        status, out, err = cli("prompts", *arguments, "--json")
        assert not err
        return status, json.loads(out)

    return run


@pytest.fixture
def saved(ask, tmp_path):
    def save(words, *more):
        file = tmp_path / "awards.md"
        file.write_text(f"{TEXT}\n{words}\n", encoding="utf-8")
        return ask("save", "awards", file, "--note", words, "--author", "b.partner", *more)[1]["version"]

    return save


@pytest.fixture
def passed(monkeypatch):
    """Golden cases that pass whatever is tried.

    What they say otherwise is tested beside the gate.
    """

    def check(settings, ref, trial):
        filing = PromptStore(settings).active(ref.partition("@")[0])
        return dataclasses.replace(judge_change(()), decision="promote", candidate=ref, filing=filing.ref)

    monkeypatch.setattr("workbench.tuning.promotion.gate.check", check)


def test_version_is_promoted_and_rolled_back(cli, ask, passed, tmp_path):
    file = tmp_path / "mine.md"
    file.write_text(cli("prompts", "show", "awards", "--text")[1] + "\nUse short sentences.\n", encoding="utf-8")
    status, row = ask("save", "awards", file, "--note", "shorter", "--parent", "awards", "--author", "b.partner")
    assert status == 0
    assert (row["standing"], row["note"], row["author"]) == ("candidate", "shorter", "b.partner")
    assert row["parent"].startswith("awards@")
    status, promoted = ask("promote", row["version"], "--user-id", "a.partner")
    assert status == 0
    assert promoted["promoted"]
    assert promoted["standing"] == "filing"
    assert promoted["verdict"]["decision"] == "promote"
    status, back = ask("rollback", "awards", "--reason", "too short", "--user-id", "a.partner")
    assert back["version"] == row["parent"]
    history = ask("history", "awards")[1]
    assert [(entry["did"], entry["by"]) for entry in history] == [("promote", "a.partner"), ("rollback", "a.partner")]
    assert history[0]["evidence"]
    listed = {entry["version"]: entry["standing"] for entry in ask("list", "awards")[1]}
    assert listed == {row["version"]: "retired", row["parent"]: "filing"}


def test_refused_promotion_may_be_overridden(cli, ask, saved):
    version = saved("Be brief.")
    status, out, _ = cli("prompts", "promote", version)
    assert status == 1
    assert out.startswith("undecided: There are no golden cases")
    assert out.endswith(f"{version} is not promoted\n")
    status, answer = ask("promote", version, "--override", "the partner's decision", "--user-id", "a.partner")
    assert status == 0
    assert (answer["promoted"], answer["standing"]) == (True, "filing")
    assert ask("history", "awards")[1][0]["reason"] == "the partner's decision"


def test_list_marks_active_versions(cli, saved):
    version = saved("Be brief.")
    _, out, _ = cli("prompts", "list")
    rows = {line.split()[0]: line for line in out.splitlines()[1:] if "@" in line.split()[0]}
    assert "candidate" in rows[version]
    assert sum("filing (shipped)" in line for line in rows.values()) == len(rows) - 1
    assert rows.keys() >= {row for row in rows if row.startswith("system@")}


def test_diff_shows_changes(cli, ask, saved, tmp_path):
    first, second = saved("Be brief."), saved("Be very brief.")
    page = tmp_path / "redline.html"
    status, out, _ = cli("prompts", "diff", first, second, "--html", page)
    assert status == 0
    assert "… " in out
    assert "Be {+very+} brief." in out
    assert first in out
    assert "<ins> very</ins>" in page.read_text()
    spans = ask("diff", first, second)[1]["spans"]
    assert "".join(span["text"] for span in spans if span["op"] != "delete").endswith("Be very brief.\n")


def test_show_prints_file_and_text(cli, ask, saved, firm):
    version = saved("Be brief.")
    source = (firm / "awards" / f"{version.partition('@')[2]}.md").read_text(encoding="utf-8")
    assert cli("prompts", "show", version)[1] == source
    assert cli("prompts", "show", version, "--text")[1] == source.split("---\n", 2)[2]
    assert ask("show", version)[1]["text"] == source.split("---\n", 2)[2]


def test_retire_keeps_file(cli, ask, saved, firm):
    version = saved("Be brief.")
    status, out, _ = cli("prompts", "retire", version, "--reason", "cites a repealed rule", "--user-id", "a")
    assert (status, out.split(":")[0]) == (0, f"{version} is retired")
    assert ask("list", "awards")[1][1]["file"] == str(firm / "awards" / f"{version.partition('@')[2]}.md")
    _, out, _ = cli("prompts", "history", "awards")
    assert "cites a repealed rule" in " ".join(out.split())


def test_broken_prompt_is_not_saved(cli, firm, tmp_path, monkeypatch):
    file = tmp_path / "broken.md"
    file.write_text(TEXT.replace("{{words}}", "{{wordz}}"), encoding="utf-8")
    status, out, err = cli("prompts", "save", "awards", file, "--note", "n")
    line = TEXT[: TEXT.index("{{words}}")].count("\n") + 1
    last = TEXT.rstrip().count("\n") + 1
    assert (status, out) == (2, "")
    assert err.splitlines() == [
        f"{file}:{line}: unknown placeholder {{{{wordz}}}}; did you mean {{{{words}}}}?",
        f"{file}:{last}: placeholder {{{{words}}}} is missing; add it where it belongs",
    ]
    assert not list(firm.rglob("*.md"))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"\xff")))
    assert cli("prompts", "save", "awards", "-", "--note", "n")[2] == (
        "standard input: not UTF-8 text; give the text as UTF-8\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "award"], "no section is called 'award'; did you mean awards?"),
        (["show", "awards@zz"], "prompt: there is no version awards@zz; see workbench prompts list awards"),
        (["save", "awards", "nowhere.md", "--note", "n"], "nowhere.md"),
        (["rollback", "awards", "--reason", "x"], "section: no version of awards was filing before"),
        (["retire", "awards", "--reason", "x"], "is filing: promote another one, or roll back"),
        (["promote", "awards@zz"], "there is no version awards@zz"),
        (["rollback", "awards"], "Missing option '--reason'"),
    ],
)
def test_bad_input_is_one_line(cli, arguments, said):
    status, out, err = cli("prompts", *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_prompt_texts_control_no_terminal(cli, store):
    path = store.root / "awards"
    path.mkdir()
    version = store.save("awards", TEXT + "\nBe brief.\n", note="n", author="a")
    file = path / f"{version.digest}.md"
    file.chmod(0o644)
    file.write_text(file.read_text().replace("note: n", "note: \x1b[2Jgone\u202e"))
    for command in ("list", "show"):
        status, out, err = cli("prompts", command, *(["awards"] if command == "list" else [version.ref]))
        assert (status, out) == (2, "")
        assert err.splitlines() == [
            f"{file}:3: control character '\\x1b'; remove it",
            f"{file}:3: control character '\\u202e'; remove it",
        ]


def test_help_keeps_its_lines(cli):
    _, out, _ = cli("prompts", "--help")
    assert "\n  workbench prompts promote awards@0123\n" in out
    assert "\\b" not in out
    for command in ("diff", "history", "list", "promote", "retire", "rollback", "save", "show"):
        assert f"\n  {command} " in out
        status, said, _ = cli("prompts", command, "--help")
        assert status == 0
        assert "--json" in said


def test_fork_takes_prompt_version(cli, terminal, saved, shared_home, monkeypatch):
    monkeypatch.setenv("WORKBENCH_CASES", str(Path(__file__).parent.parent / "cases"))
    out = terminal("draft", "minimal", "--sections", "awards,background", "--unattended", "--json")[1]
    thread = json.loads(out)["thread_id"]
    status, _, err = terminal("fork", thread, "--prompts", "awards@000000000000")
    assert (status, err) == (2, "prompt: there is no version awards@000000000000; see workbench prompts list awards\n")
    version = saved("Be brief.")
    branch = json.loads(terminal("fork", thread, "--prompts", version, "--json")[1])["thread_id"]
    assert terminal("resume", branch, "--json")[0] == 0
    drafted = {section.section_id: section.prompt_version for section in read_state(branch).sections}
    assert drafted["awards"].startswith(f"{version}+")
    assert drafted["background"] == read_state(thread).section("background").prompt_version


def test_list_imports_no_pandas():
    code = (
        "import sys; from workbench.cli import run; assert run(['prompts', 'list', '--json']) == 0; "
        "print([name for name in ('langgraph', 'openai', 'fastapi', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_default_folder_is_in_home(cli, monkeypatch, shared_home, tmp_path):
    monkeypatch.delenv("WORKBENCH_PROMPTS")
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    file = tmp_path / "awards.md"
    file.write_text(TEXT + "\nBe brief.\n", encoding="utf-8")
    assert cli("prompts", "save", "awards", file, "--note", "n", "--author", "a")[0] == 0
    (kept,) = (tmp_path / "home" / "prompts" / "awards").iterdir()
    assert PromptStore(Settings(home=tmp_path / "home")).get(f"awards@{kept.stem}").note == "n"
    assert [oct(path.stat().st_mode & 0o077) for path in (kept, kept.parent, kept.parent.parent)] == ["0o0"] * 3
