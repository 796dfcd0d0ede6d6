"""``workbench verify``: exit status and lines."""

from __future__ import annotations

import json

from command_line import CASES


def export(cli, tmp_path, thread, *formats):
    assert cli("draft", CASES / "minimal", "--unattended", "--thread-id", thread, "--json")[0] == 0
    assert cli("export", thread, "--to", ",".join(formats), "--out", tmp_path / "files")[0] == 0
    return tmp_path / "files"


def test_verify_says_what_was_compared(cli, tmp_path):
    files = export(cli, tmp_path, "ver-1", "html", "docx")
    for options in ((), ("--manifest", files / "petition.docx"), ("--run", "ver-1")):
        status, out, err = cli("verify", files / "petition.html", *options)
        assert (status, err) == (0, ""), out
        assert "matches run ver-1" in out
        assert "paragraphs" in out


def test_verify_names_changed_paragraph(cli, tmp_path):
    page = export(cli, tmp_path, "ver-2", "html") / "petition.html"
    page.write_text(page.read_text().replace("Dear Officer", "Dear Sir"))
    status, out, _ = cli("verify", page)
    assert status == 1
    assert out.splitlines()[0] == "changed: opening, paragraph 1: “Dear Sir:”"
    status, out, _ = cli("verify", page, "--json")
    assert status == 1
    assert [change["kind"] for change in json.loads(out)["changes"]] == ["changed"]


def test_verify_refuses_other_files(cli, tmp_path):
    (tmp_path / "a.html").write_text("<p>no manifest</p>")
    for file in (tmp_path / "a.html", tmp_path / "missing.pdf", tmp_path):
        status, out, err = cli("verify", file)
        assert (status, out, err.count("\n")) == (2, "", 1), err
