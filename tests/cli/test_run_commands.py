"""Commands on runs, each as a process of its own.

They are ``workbench pause``, ``cancel``, ``section`` and ``fork``.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import workbench
import workbench.cli
from workbench.config import Settings
from workbench.drafting.scripted_model import ScriptedModel
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

CASES = Path(__file__).parent.parent / "cases"
GOOD = "Dr. Example received the Invented Medal for Chemistry [@medal, p. 1].\n"


@pytest.fixture
def cli(terminal):
    """Each command as in a terminal."""
    return terminal


@pytest.fixture
def waiting(shared_home, cli):
    """A run that waits for the attorney, in no process."""
    run = workbench.start(
        "minimal",
        model=ScriptedModel({"awards": ["Dr. Example won [TODO] [@medal, p. 1].\n"]}),
        settings=Settings(home=shared_home, cases=CASES),
        options=RunOptions(sections=("awards",), max_revisions=0),
    )
    assert run.wait(60).status == "needs_review"
    BackgroundLoop.current().close()
    return run.thread_id


def test_section_is_edited_approved_locked(waiting, cli, tmp_path):
    text = tmp_path / "awards.md"
    text.write_text(GOOD)
    status, out, err = cli("section", waiting, "awards", "edit", "--file", text, "--user-id", "b.partner")
    assert (status, err) == (0, "")
    assert "awards: completed" in out
    status, out, _ = cli("section", waiting, "awards", "approve", "--user-id", "b.partner", "--json")
    answer = json.loads(out)
    assert (status, answer["status"], answer["approved_by"], answer["content"]) == (0, "approved", "b.partner", GOOD)
    assert cli("section", waiting, "awards", "lock")[1] == "awards: approved by b.partner, locked\n"
    status, out, err = cli("section", waiting, "awards", "regenerate")
    assert (status, out) == (2, "")
    assert err == "cannot regenerate section awards: it is locked; unlock it first\n"
    status, out, _ = cli("audit", waiting, "--json")
    acts = [(entry["action"], entry["user_id"], entry["via"]) for entry in json.loads(out)]
    assert acts[2:4] == [("edit", "b.partner", "cli"), ("approve", "b.partner", "cli")]


def test_rejected_section_is_drafted_again(waiting, cli):
    status, out, err = cli("section", waiting, "awards", "reject", "--note", "No placeholder.")
    assert (status, err) == (0, "")
    assert out.endswith("awards: completed\n"), "the offline assembler has drafted it, and this process stayed for it"
    assert json.loads(cli("status", waiting, "--json")[1])["status"] == "completed"


def test_resume_without_decision_waits_again(waiting, cli):
    status, out, _ = cli("resume", waiting, "--json")
    assert (status, json.loads(out)["status"]) == (0, "needs_review")


def test_fork_makes_branch(waiting, cli, tmp_path):
    text = tmp_path / "awards.md"
    text.write_text(GOOD)
    status, out, _ = cli("fork", waiting, "--thread-id", f"{waiting}-b", "--edit", f"awards={text}", "--json")
    assert (status, json.loads(out)["status"]) == (0, "pending")
    status, out, _ = cli("resume", f"{waiting}-b", "--json")
    assert (status, json.loads(out)["status"]) == (0, "completed")
    status, out, _ = cli("compare", waiting, f"{waiting}-b", "--json")
    assert status == 0
    assert "needs_review" in out
    assert json.loads(cli("status", waiting, "--json")[1])["status"] == "needs_review", "the old branch stays"


def test_cancel_ends_run_without_writer(waiting, cli):
    status, out, _ = cli("cancel", waiting)
    assert (status, "cancelled" in out) == (0, True)
    status, _, err = cli("section", waiting, "awards", "approve", "--note", "x")
    assert (status, err.count("\n")) == (2, 1)
    assert "it is cancelled; fork it" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("pause",), "cannot pause thread"),
        (("section", "awards", "reject"), "a rejection needs a note"),
        (("section", "awards", "edit"), "an edit needs the section's text"),
        (("section", "awards", "edit", "--file", "/nowhere.md"), "cannot be read"),
        (("section", "awards", "approve"), "1 open error; approve it with a note"),
        (("section", "awards", "approve", "--file", "/nowhere.md"), "approve takes no file"),
        (("section", "awardz", "approve"), "has no section 'awardz'; use one of awards"),
        (("section", "awards", "dance"), "dance"),
        (("fork", "--at", "1-1"), "1-1"),
        (("fork", "--edit", "awards"), "is not an edit"),
        (("fork", "--redraft", "awardz"), "no section 'awardz'"),
    ],
)
def test_impossible_command_is_one_line(waiting, cli, arguments, says):
    before = cli("status", waiting, "--json")[1]
    command, *rest = arguments
    status, out, err = cli(command, waiting, *rest)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert says in err
    assert json.loads(cli("status", waiting, "--json")[1])["sections"] == json.loads(before)["sections"]


def test_changed_case_needs_accept_changes(shared_home, cli, tmp_path):
    folder = shutil.copytree(CASES / "minimal", tmp_path / "case")
    run = workbench.prepare(folder, settings=Settings(home=shared_home), options=RunOptions(sections=("awards",)))
    BackgroundLoop.current().close()
    (folder / "exhibits" / "medal.md").write_text("Something else.\n\fAnd more.")
    text = (folder / "case.yaml").read_text()
    changed = text.replace("physical chemistry", "analytical chemistry")
    (folder / "case.yaml").write_text(f"{changed}\n# a note for nobody else\n")
    status, _, err = cli("resume", run.thread_id)
    assert (status, err.count("\n")) == (2, 1)
    assert "the file of exhibit medal has changed" in err
    assert "analytical chemistry" in err
    assert "--accept-changes" in err
    # A command goes through the store to whoever writes the run, and so does the refusal.
    status, _, err = cli("section", run.thread_id, "awards", "reject", "--note", "again", "--user-id", "ada")
    assert status == 2
    assert "case.yaml: field_of_endeavor" in err
    assert "analytical" not in err
    status, out, _ = cli("resume", run.thread_id, "--accept-changes", "--json")
    assert (status, json.loads(out)["status"]) == (0, "completed")
    snapshot = json.loads(cli("status", run.thread_id, "--json")[1])
    assert snapshot["letter"]["field_of_endeavor"].startswith("analytical")
    audit = cli("audit", run.thread_id)[1]
    assert "accept_changes" in audit
    # Field paths only: viewers read the log, and the file's lines and comments are not for them.
    logged = next(line["message"] for line in snapshot["logs"] if "accepted" in line["message"])
    assert "the file of exhibit medal has changed; case.yaml: field_of_endeavor" in logged
    assert "analytical" not in logged + audit
    assert "nobody else" not in logged + audit


def test_live_writer_executes_commands(shared_home, waiting, cli):
    """This test's own loop holds the run.

    The commands come through the store as from another terminal.
    """
    run = workbench.attach(waiting, settings=Settings(home=shared_home))
    run.lock("awards")
    assert run.writes
    other = workbench.attach(waiting, settings=Settings(home=shared_home))
    assert other.held_elsewhere
    assert not other.unlock("awards", user_id="c.paralegal", via="cli").locked
    other.edit("awards", GOOD)
    assert other.wait(30).status == "completed"
