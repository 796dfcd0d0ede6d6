"""``workbench export``: files of a run that another process drafted."""

from __future__ import annotations

import json

from command_line import CASES, run_process


def test_export_in_another_process(tmp_path):
    drafted = run_process("draft", CASES / "minimal", "--unattended", "--thread-id", "cli-1", cwd=tmp_path)
    assert drafted.returncode == 0, drafted.stderr
    assert "completed: 9 of 9 sections" in drafted.stdout
    snapshot = json.loads(run_process("status", "cli-1", "--json", cwd=tmp_path).stdout)
    assert {"thread_id", "user_id", "case_id", "document_type", "status", "sections", "exhibits", "logs", "started_at",
            "_updated_at"} <= snapshot.keys()  # fmt: skip
    assert snapshot["schema"] == 1
    assert "cli-1" in {row["thread_id"] for row in json.loads(run_process("status", "--json", cwd=tmp_path).stdout)}
    exported = run_process("export", "cli-1", "--to", "html,ipynb", "--out", "files", "--json", cwd=tmp_path)
    assert set(json.loads(exported.stdout)["files"]) == {"html", "ipynb"}
    assert "DRAFT" in (tmp_path / "files" / "petition.html").read_text()


def test_final_needs_approval(cli, tmp_path):
    assert cli("draft", CASES / "minimal", "--unattended", "--thread-id", "cli-2", "--json")[0] == 0
    status, out, err = cli("export", "cli-2", "--final", "--out", tmp_path / "final")
    assert status == 1
    assert "approved" in err
    assert not (tmp_path / "final").exists()
    assert out == ""


def test_empty_entries_are_bad_input(cli, tmp_path):
    status, out, err = cli("export", "cli-2", "--to", "html,,", "--out", tmp_path / "files")
    assert (status, out) == (2, "")
    assert err == "--to: an empty entry in 'html,,'; write names separated by single commas\n"
    for option in ("--thread-id", "--sections", "--user-id"):
        status, _, err = cli("draft", CASES / "minimal", option, "")
        assert (status, err.count("\n")) == (2, 1), err


def test_redline_needs_known_moment(cli, tmp_path):
    assert cli("draft", CASES / "minimal", "--unattended", "--thread-id", "cli-3", "--json")[0] == 0
    first = json.loads(cli("history", "cli-3", "--json")[1])[0]["id"]
    given = ("export", "cli-3", "--to", "docx", "--out", tmp_path / "out", "--redline")
    status, out, _ = cli(*given, f"cli-3@{first}")
    assert (status, out.strip()) == (0, str(tmp_path / "out" / "petition-redline.docx"))
    assert cli("import-docx", out.strip(), "--run", "cli-3", "--list")[1] == "the file changes nothing\n"
    for reference in ("cli-3@1-1", "cli-3@nothing", "nobody@1-1"):
        status, out, err = cli(*given, reference)
        assert (status, out, err.count("\n")) == (2, "", 1), err
    assert "workbench history cli-3 lists the moments by id" in cli(*given, "cli-3@1-1")[2]
