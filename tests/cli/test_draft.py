"""``workbench demo``, ``draft`` and ``resume``: output, files and exit status."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys

import pytest
from command_line import CASES, run_process

from workbench.case.citation import Citation, find_citations
from workbench.case.loader import load_case

SECTIONS = ["intro", "background", "awards", "membership", "publications", "critical_role", "final_merits",
            "continuing_work", "benefit", "conclusion"]  # fmt: skip


def test_demo_citations_exist(tmp_path):
    done = run_process("demo", "--out", "out", "--json", cwd=tmp_path)
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


def test_draft_takes_sections_and_options(cli):
    status, out, _ = cli("draft", CASES / "minimal", "--sections", "awards, membership", "--sequential", "--unattended",
                         "--json")  # fmt: skip
    assert status == 0
    assert [section["section_id"] for section in json.loads(out)["sections"]] == ["awards", "membership"]


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
def test_unusable_settings_start_no_run(cli, monkeypatch, tmp_path, environment, says):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    status, out, err = cli("draft", CASES / "minimal", "--out", tmp_path / "out", "--json")
    assert status == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert says in err
    assert not list(tmp_path.glob("out/*"))


def test_case_errors_come_at_once(cli, tmp_path):

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


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["draft", str(CASES / "minimal"), "--budget-usd", "nan"], "--budget-usd"),
        (["draft", str(CASES / "minimal"), "--budget-usd", "inf"], "--budget-usd"),
        (["draft", str(CASES / "minimal"), "--sections", " , "], "an empty entry"),
        (["case", "schema", "--out", "/proc/nothing/x"], "/proc/nothing/x"),
    ],
)
def test_odd_options_are_bad_input(cli, arguments, says):
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
def test_odd_settings_are_bad_input(cli, monkeypatch, environment, says):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    status, out, err = cli("draft", CASES / "minimal", "--json")
    assert (status, out) == (2, "")
    assert says in err
    assert len(err.splitlines()) == 1


def test_nested_price_table_is_bad_input(cli, monkeypatch, tmp_path):
    table = tmp_path / "prices.json"
    table.write_text("[" * 100_000)
    monkeypatch.setenv("WORKBENCH_PRICES", str(table))
    status, _, err = cli("draft", CASES / "minimal")
    assert status == 2
    assert "nested too deep" in err


def test_refused_start_leaves_no_folder(cli, tmp_path):
    assert cli("draft", "nowhere", "--out", tmp_path / "new" / "out")[0] == 2
    assert not (tmp_path / "new").exists()
    assert cli("draft", CASES / "minimal", "--thread-id", "no-place", "--out", "/proc/nothing")[0] == 2
    assert cli("status", "no-place")[0] == 2


@pytest.mark.parametrize("redirection", ["| head -n 1 > first", "> /dev/full", ">&-"])
def test_closed_pipe_gives_no_traceback(tmp_path, redirection):
    command = shlex.join([sys.executable, "-c", "from workbench.cli import main; main()", "draft",
                          str(CASES / "minimal"), "--unattended", "--sections", "awards,membership"])  # fmt: skip
    done = subprocess.run(
        ["bash", "-c", f"{command} {redirection}"], cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 1


def test_sigterm_pauses_draft(tmp_path):
    """SIGTERM comes within an answer that never ends.

    Then another model takes the run up.
    """

    code = """
import asyncio, sys
from workbench.drafting.offline import assembler
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
    assert json.loads(run_process("status", "cli-term", "--json", cwd=tmp_path).stdout)["status"] == "paused"
    resumed = run_process("resume", "cli-term", "--json", cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    assert json.loads(resumed.stdout)["sections"][0]["attempts"] == 1
