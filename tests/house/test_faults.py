"""The runner of the fault scripts; the scripts themselves take minutes and are run by its command."""

from __future__ import annotations

import pytest

from . import faults


def test_missing_scripts_are_one_line(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(faults, "FAULTS", tmp_path / "none")
    assert faults.main([]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_unknown_number_is_one_line(monkeypatch, tmp_path, capsys):
    (tmp_path / "01-first").mkdir()
    monkeypatch.setattr(faults, "FAULTS", tmp_path)
    assert faults.main(["77"]) == 2
    assert capsys.readouterr().err == "no fault 77; there are 01\n"


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("print('VERDICT passes')", True, "VERDICT passes"),
        ("print('VERDICT fails: x')", False, "VERDICT fails: x"),
        ("print('VERDICT passes'); 1 / 0", False, "crashed with status 1: ZeroDivisionError"),
        ("print('nothing')", False, "no verdict"),
        (
            "import os; print('VERDICT', 'passes' if not os.listdir(os.environ['WORKBENCH_HOME']) else 'fails')",
            True,
            "",
        ),
    ],
)
def test_script_is_judged_strictly(monkeypatch, tmp_path, text, status, words):
    folder = tmp_path / "01-first"
    folder.mkdir()
    (folder / "run.py").write_text(text)
    outcome = faults.run_fault(folder)
    assert (outcome.number, outcome.name, outcome.verdict.right) == ("01", "first", status)
    assert words in outcome.verdict.words


def test_judges_read_wrong_lines():
    """Output of the scripts on the version that they were written for."""
    assert not faults.judge_redaction("LEAK 'Andrew Law' 'x' -> 'x'\n" + "ok   'x'\n" * 6).right
    assert not faults.judge_tables(
        "audit --csv cells that begin a formula: ['=1'] BOM: True\n" * 2 + "Zoë’s choice"
    ).right
    assert not faults.judge_endings("eos rc=0 status=failed requests=6 section=[] error=None\n" * 5).right
    assert not faults.judge_thoughts("think rc=0 thought kept in the letter=True begins='<think>'\n" * 3).right
    assert not faults.judge_times("18 0.004 s\n20 0.016 s\n22 0.06 s\n24 0.25 s\n26 1.0 s\n").right
    assert not faults.judge_slow_heads(
        "before (b'HTTP/1.1 200 OK', 0.0)\nopen 9 ('timeout', 5.0)\n8s alive 9\nLOG 9"
    ).right
