"""``workbench authority``: decisions that the firm has read."""

from __future__ import annotations

import json

import pytest

from workbench.case.firm_authorities import firm_file

CITE = "Aldous v. Brand, 12 F.4th 33 (9th Cir. 2021)"
CONFIRM = ("authority", "confirm", CITE, "--by", "A. Lawyer", "--source", "a reporter")


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))


def test_confirmed_authority_is_listed(cli, tmp_path):
    decision = tmp_path / "decision.txt"
    decision.write_text("The judgment is vacated.", encoding="utf-8")
    status, out, _ = cli(*CONFIRM, "--text", decision, "--json")
    written = json.loads(out)
    assert (status, written["file"]) == (0, str(firm_file()))
    assert written["authority"]["text"] == "decisions/12-f-4th-33.txt"
    first = cli("authority", "list")[1].splitlines()[0]
    assert first.endswith(f"confirmed by A. Lawyer, {written['authority']['as_of']}; text at hand")


def test_unreadable_text_confirms_nothing(cli, tmp_path):
    decision = tmp_path / "decision.pdf"
    decision.write_bytes(b"no PDF")
    status, _, err = cli(*CONFIRM, "--text", decision)
    assert (status, err.count("\n")) == (2, 1)
    assert "decision.pdf" in err
    assert not firm_file().exists()
