"""The command line: what it prints, and its exit status. In process where that is the same, in a process of its own
where it is not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import workbench.cli
from workbench.case.citation import Citation, find_citations
from workbench.case.loader import load_case

CASES = Path(__file__).parent.parent / "cases"
SECTIONS = ["intro", "background", "awards", "membership", "publications", "critical_role", "final_merits",
            "continuing_work", "benefit", "conclusion"]  # fmt: skip


def process(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    code = "from workbench.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_demo_writes_a_whole_petition_whose_citations_all_exist(tmp_path):
    done = process("demo", "--out", "out", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["status"] == "completed"
    assert [(section["section_id"], section["status"]) for section in answer["sections"]] == [
        (section_id, "completed") for section_id in SECTIONS
    ]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "petition.docx", "petition.html", "petition.ipynb", "petition.pdf",
    ]  # fmt: skip

    notebook = json.loads((tmp_path / "out" / "petition.ipynb").read_text())
    text = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
    case = load_case("wu")
    citations = list(find_citations(text))
    assert len(citations) > 80
    for citation in citations:
        assert isinstance(citation, Citation)
        assert set(citation.pages) <= set(range(1, len(case.documents[citation.exhibit_id].pages) + 1))
        assert citation.pages


def test_the_run_can_be_looked_at_and_exported_from_another_process(tmp_path):
    drafted = process("draft", CASES / "minimal", "--unattended", "--thread-id", "cli-1", cwd=tmp_path)
    assert drafted.returncode == 0, drafted.stderr
    assert "completed: 9 of 9 sections" in drafted.stdout
    snapshot = json.loads(process("status", "cli-1", "--json", cwd=tmp_path).stdout)
    assert {"thread_id", "user_id", "case_id", "document_type", "status", "sections", "exhibits", "logs", "started_at",
            "_updated_at"} <= snapshot.keys()  # fmt: skip
    assert snapshot["schema"] == 1
    assert "cli-1" in {row["thread_id"] for row in json.loads(process("status", "--json", cwd=tmp_path).stdout)}
    exported = process("export", "cli-1", "--to", "html,ipynb", "--out", "files", "--json", cwd=tmp_path)
    assert set(json.loads(exported.stdout)["files"]) == {"html", "ipynb"}
    assert "DRAFT" in (tmp_path / "files" / "petition.html").read_text()


def test_final_is_refused_while_nothing_is_approved(cli, tmp_path):
    assert cli("draft", CASES / "minimal", "--unattended", "--thread-id", "cli-2", "--json")[0] == 0
    status, out, err = cli("export", "cli-2", "--final", "--out", tmp_path / "final")
    assert status == 1
    assert "approved" in err
    assert not (tmp_path / "final").exists()
    assert out == ""


def test_sections_and_options_are_honoured(cli):
    status, out, _ = cli("draft", CASES / "minimal", "--sections", "awards, membership", "--sequential", "--unattended",
                         "--json")  # fmt: skip
    assert status == 0
    assert [section["section_id"] for section in json.loads(out)["sections"]] == ["awards", "membership"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["draft", "nowhere"], ["nowhere"]),
        (["draft", str(CASES / "minimal"), "--sections", "awardz"], ["awardz", "awards"]),
        (["draft", str(CASES / "minimal"), "--thread-id", "a b"], ["thread_id"]),
        (["draft", str(CASES / "minimal"), "--budget-usd", "0"], ["--budget-usd"]),
        (["draft"], ["CASE_DIR"]),
        (["drfat"], ["drfat"]),
        (["status", "nobody"], ["nobody"]),
        (["export", "nobody"], ["nobody"]),
        (["resume", "nobody"], ["nobody"]),
        (["draft", str(CASES / "minimal"), "--out", "/proc/nothing"], ["/proc/nothing", "--out"]),
        (["case", "check", "nowhere"], ["nowhere"]),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_2(cli, arguments, says):
    status, out, err = cli(*arguments)
    assert status == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err
    for word in says:
        assert word in err


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "127.0.0.1:1"),
        ({"REDIS_URL": "http://127.0.0.1"}, "REDIS_URL"),
        ({"REDIS_SOCKET_TIMEOUT": "soon"}, "REDIS_SOCKET_TIMEOUT"),
        ({"WORKBENCH_HOME": "/proc/nothing"}, "WORKBENCH_HOME"),
        ({"WORKBENCH_MODEL": "m", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, "OPENAI_BASE_URL"),
        ({"WORKBENCH_MODEL": "m"}, "OPENAI_API_KEY"),
        ({"WORKBENCH_PRICES": "/nowhere.json"}, "/nowhere.json"),
    ],
)
def test_a_store_or_model_that_cannot_be_used_is_said_before_the_run(cli, monkeypatch, tmp_path, environment, says):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    status, out, err = cli("draft", CASES / "minimal", "--out", tmp_path / "out", "--json")
    assert status == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert says in err
    assert not list(tmp_path.glob("out/*"))


def test_all_errors_of_a_case_come_at_once(cli, tmp_path):
    import shutil

    folder = shutil.copytree(CASES / "minimal", tmp_path / "case")
    text = (folder / "case.yaml").read_text()
    (folder / "case.yaml").write_text(
        text.replace("filing_date: 2026-03-02", "filing_day: soon").replace("kind: award", "kind: prize")
    )
    status, _, err = cli("draft", folder)
    assert status == 2
    lines = err.strip().splitlines()
    assert len(lines) == 3
    assert all("case.yaml:" in line for line in lines)


def test_redis_commands_agree(cli, shared_home):
    status, out, _ = cli("redis", "start", "--json")
    info = json.loads(out)
    assert status == 0
    assert info["durable"] is True
    assert cli("redis", "url")[1].strip() == info["url"]
    assert json.loads(cli("redis", "info", "--json")[1])["version"] == info["version"]


def test_the_case_schema_is_json(cli):
    status, out, _ = cli("case", "schema")
    assert status == 0
    assert "exhibits" in json.loads(out)["properties"]


@pytest.mark.parametrize("command", ["demo", "draft", "resume", "status", "export", "redis", "case", "lab", "serve"])
def test_every_command_explains_itself(cli, command):
    status, out, _ = cli(command, "--help")
    assert status == 0
    assert len(out.splitlines()) > 4


EVIL = "\x1b[2J\x9b31m\x07\u202e\r\nforged: line"


def harmless(text: str) -> bool:
    return all(letter.isprintable() or letter == "\n" for letter in text) and "\nforged" not in text


@pytest.mark.parametrize(
    "arguments",
    [
        ["draft", EVIL],
        ["draft", str(CASES / "minimal"), "--sections", EVIL],
        ["draft", str(CASES / "minimal"), "--out", f"/proc/{EVIL}"],
        ["status", EVIL],
        ["status", "../../etc"],
        ["status", "\udcff"],
        [EVIL],
        ["draft", f"--{EVIL}"],
    ],
)
def test_what_is_quoted_commands_no_terminal(arguments):
    """Not through capsys: click itself strips some sequences where it writes to no terminal."""
    import io
    from contextlib import redirect_stderr

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    with redirect_stderr(Terminal()) as said:
        assert workbench.cli.run(arguments) == 2
    assert harmless(said.getvalue())
    assert len(said.getvalue().splitlines()) == 1


def test_the_words_of_a_run_command_no_terminal():
    import io
    from contextlib import redirect_stdout

    from workbench.cli.status import _show, _table
    from workbench.live import events
    from workbench.live.snapshot import Letter, SectionState, Snapshot

    snapshot = Snapshot(
        thread_id="t", user_id="u", case_id=EVIL, unresolved=(EVIL,), letter=Letter(case_title=EVIL), updated_at=EVIL,
        sections=(SectionState(section_id="awards", title=EVIL),), logs=(events.log(EVIL, agent=EVIL).log,),
    )  # fmt: skip
    with redirect_stdout(io.StringIO()) as shown:
        _show(snapshot, orphan=True)
        _table([snapshot], frozenset())
    assert "forged: line" in shown.getvalue()
    assert harmless(shown.getvalue())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["draft", str(CASES / "minimal"), "--budget-usd", "nan"], "--budget-usd"),
        (["draft", str(CASES / "minimal"), "--budget-usd", "inf"], "--budget-usd"),
        (["draft", str(CASES / "minimal"), "--sections", " , "], "no section is named"),
        (["case", "schema", "--out", "/proc/nothing/x"], "/proc/nothing/x"),
    ],
)
def test_odd_options_are_bad_input_too(cli, arguments, says):
    status, out, err = cli(*arguments)
    assert (status, out) == (2, "")
    assert says in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"WORKBENCH_STATE_TTL": "99999999999999999999"}, "WORKBENCH_STATE_TTL"),
        ({"REDIS_SOCKET_TIMEOUT": "inf"}, "REDIS_SOCKET_TIMEOUT"),
        ({"WORKBENCH_PRICES": "/dev/zero"}, "/dev/zero"),
        ({"WORKBENCH_MODEL": "m", "OPENAI_BASE_URL": "http://127.0.0.1:1/\nv1"}, "OPENAI_BASE_URL"),
    ],
)
def test_odd_settings_are_bad_input_too(cli, monkeypatch, environment, says):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    status, out, err = cli("draft", CASES / "minimal", "--json")
    assert (status, out) == (2, "")
    assert says in err
    assert len(err.splitlines()) == 1


def test_a_price_table_without_bottom_is_bad_input(cli, monkeypatch, tmp_path):
    table = tmp_path / "prices.json"
    table.write_text("[" * 100_000)
    monkeypatch.setenv("WORKBENCH_PRICES", str(table))
    status, _, err = cli("draft", CASES / "minimal")
    assert status == 2
    assert "nested too deep" in err


def test_a_refused_start_leaves_nothing_behind(cli, tmp_path):
    assert cli("draft", "nowhere", "--out", tmp_path / "new" / "out")[0] == 2
    assert not (tmp_path / "new").exists()
    assert cli("draft", CASES / "minimal", "--thread-id", "no-place", "--out", "/proc/nothing")[0] == 2
    assert cli("status", "no-place")[0] == 2


@pytest.mark.parametrize("redirection", ["| head -n 1 > first", "> /dev/full", ">&-"])
def test_a_reader_that_goes_away_brings_no_traceback(tmp_path, redirection):
    import os
    import shlex

    command = shlex.join([sys.executable, "-c", "from workbench.cli import main; main()", "draft",
                          str(CASES / "minimal"), "--unattended", "--sections", "awards,membership"])  # fmt: skip
    done = subprocess.run(
        ["bash", "-c", f"{command} {redirection}"], cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 1


def test_a_draft_told_to_end_is_left_paused_and_goes_on(tmp_path):
    """SIGTERM in the middle of an answer that never ends; then another model takes the run up."""
    import os
    import signal

    code = """
import asyncio, sys
from workbench.drafting import assembler
async def hang(self, request):
    print("drafting", flush=True)
    await asyncio.Event().wait()
    yield
assembler.OfflineAssembler.stream = hang
from workbench.cli import main; main(sys.argv[1:])
"""
    arguments = ["draft", str(CASES / "minimal"), "--thread-id", "cli-term", "--sections", "awards", "--json"]
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments], env=dict(os.environ), text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as draft:  # fmt: skip
        assert draft.stdout is not None
        assert draft.stdout.readline() == "drafting\n"
        draft.send_signal(signal.SIGTERM)
        _, err = draft.communicate(timeout=60)
    assert draft.returncode == 128 + signal.SIGTERM
    assert err == ""
    assert json.loads(process("status", "cli-term", "--json", cwd=tmp_path).stdout)["status"] == "paused"
    resumed = process("resume", "cli-term", "--json", cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    assert json.loads(resumed.stdout)["sections"][0]["attempts"] == 1


def test_json_on_a_terminal_commands_it_nothing_either():
    import orjson

    from workbench.errors import printable_json

    values = {"title": EVIL, "emoji": "\U0001f600", "tag": "\U000e0001", "lines": ["a\nb", "é"]}
    shown = printable_json(orjson.dumps(values, option=orjson.OPT_INDENT_2))
    assert harmless(shown)
    assert json.loads(shown) == values
    assert "😀" in shown
