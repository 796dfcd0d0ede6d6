"""``workbench import-docx``: a file exported, edited, listed and imported."""

from __future__ import annotations

import json
import re

from command_line import CASES
from word_editing import EditedWord


def test_edited_file_comes_back(terminal, tmp_path):
    assert terminal("draft", CASES / "minimal", "--unattended", "--thread-id", "word-1", "--json")[0] == 0
    assert terminal("export", "word-1", "--to", "docx", "--out", tmp_path)[0] == 0
    path = tmp_path / "petition.docx"
    status, out, err = terminal("import-docx", path, "--run", "word-1", "--list")
    assert (status, out, err) == (0, "the file changes nothing\n", "")
    sections = json.loads(terminal("status", "word-1", "--json")[1])["sections"]
    content, whole = sections[0]["content"], " ".join(part["content"] for part in sections)
    words = re.findall(r"(?<=[a-z] )[a-z]{5,}(?= [a-z])", content)
    first, *_, second = (found for found in words if whole.count(found) == 1)
    word = EditedWord(path.read_bytes())
    word.replace(first, "partner words")
    word.replace_tracked(second, "tracked words")
    word.save(path)
    status, out, _ = terminal("import-docx", path, "--run", "word-1", "--list")
    assert status == 0
    assert "1 sentence changed" in out
    assert "1. " in out
    assert "{+tracked words+}" in out
    status, out, _ = terminal("import-docx", path, "--run", "word-1", "--user", "paula")
    assert status == 0
    assert "not accepted: tracked changes 1" in out
    status, out, _ = terminal(
        "import-docx", path, "--run", "word-1", "--accept-changes", "1", "--user", "paula", "--json"
    )
    assert status == 0
    assert json.loads(out)["not_accepted"] == []
    after = json.loads(terminal("status", "word-1", "--json")[1])["sections"][0]
    assert (
        after["content"].strip()
        == content.replace(first, "partner words", 1).replace(second, "tracked words", 1).strip()
    )
    assert after["edited_by"] == "paula"


def test_bad_numbers_are_one_line(terminal, tmp_path):
    assert terminal("draft", CASES / "minimal", "--unattended", "--thread-id", "word-2", "--json")[0] == 0
    assert terminal("export", "word-2", "--to", "docx", "--out", tmp_path)[0] == 0
    path = tmp_path / "petition.docx"
    for numbers, message in (("1,x", "'x' is no number"), ("7", "no tracked change 7")):
        status, _, err = terminal("import-docx", path, "--run", "word-2", "--accept-changes", numbers)
        assert status == 2
        assert message in err
        assert err.count("\n") == 1


def test_other_run_and_no_docx(terminal, tmp_path):
    for name in ("word-3", "word-4"):
        assert terminal("draft", CASES / "minimal", "--unattended", "--thread-id", name, "--json")[0] == 0
    assert terminal("export", "word-3", "--to", "docx", "--out", tmp_path)[0] == 0
    status, _, err = terminal("import-docx", tmp_path / "petition.docx", "--run", "word-4")
    assert status == 2
    assert err.endswith("comes from the run word-3, not from word-4; import it with --run word-3\n")
    (tmp_path / "no.docx").write_bytes(b"words")
    status, _, err = terminal("import-docx", tmp_path / "no.docx", "--run", "word-4")
    assert (status, err.count("\n")) == (2, 1)


LETTER = "# Awards\n\nDr. Example received the Invented Medal (Exhibit 1 at 1).\n\n# Letters\n\nSee Exhibit 40.\n"


def test_letter_becomes_new_run(terminal, tmp_path):
    path = tmp_path / "firm.md"
    path.write_text(LETTER)
    given = ("import-docx", path, "--case", CASES / "minimal")
    status, out, err = terminal(*given, "--list")
    assert status == 0
    assert out.startswith("awards: ")
    assert "note: 'Exhibit 40' names no exhibit of this case: it stays as text\n" in err
    assert "note: the letter has no text of intro, " in err
    assert terminal("status", "firm-1")[0] == 2
    status, out, _ = terminal(*given, "--thread-id", "firm-1", "--user", "paula", "--json")
    assert status == 0
    assert json.loads(out)["letter"]["citations"] == 1
    section = json.loads(terminal("status", "firm-1", "--json")[1])["sections"][0]
    assert (section["section_id"], section["edited_by"], section["approved_by"]) == ("awards", "paula", None)
    assert terminal("section", "firm-1", "awards", "lock")[0] == 0
    assert terminal("export", "firm-1", "--to", "docx,pdf,ipynb", "--out", tmp_path / "out")[0] == 0
    assert terminal("verify", tmp_path / "out" / "petition.pdf")[0] == 0
    assert terminal("package", "firm-1", "--out", tmp_path / "package")[0] == 0


def test_run_or_case_but_one(terminal, tmp_path):
    path = tmp_path / "firm.md"
    path.write_text(LETTER)
    case = CASES / "minimal"
    for given, message in (
        ((), "neither a run nor a case; give one of --run and --case\n"),
        (("--run", "x", "--case", case), "both a run and a case; give one of --run and --case\n"),
        (("--case", case, "--accept"), "--accept goes with --run only; leave it out, or give --run\n"),
        (("--run", "x", "--draft-missing"), "--draft-missing goes with --case only; leave it out, or give --case\n"),
    ):
        assert terminal("import-docx", path, *given) == (2, "", message)
