"""``workbench check``."""

from __future__ import annotations

import csv
import json
import os
import shutil

import pytest
from command_line import CASES
from scripted_endpoint import Endpoint, streams

from workbench.config import shared_folder

WU = shared_folder("cases") / "wu"


@pytest.fixture
def letter(tmp_path):
    path = tmp_path / "letter.md"
    path.write_text("# Awards\n\nShe won the prize [TODO].\n", encoding="utf-8")
    return path


def test_errors_give_status_1(letter, cli):
    status, said, _ = cli("check", str(letter))
    assert status == 1
    assert "error line 3, placeholder: " in said
    assert "no case was given" in said
    assert said.rstrip().endswith("letter.md, without a case: 1 error, 0 warnings, 0 for information")


def test_clean_letter_gives_status_0(tmp_path, cli):
    path = tmp_path / "clean.txt"
    path.write_text("The beneficiary asks for the classification.\n", encoding="utf-8")
    status, said, _ = cli("check", str(path))
    assert status == 0
    assert "0 errors" in said


def test_json_has_contract_fields(letter, cli):
    status, said, _ = cli("check", str(letter), "--case", str(WU), "--json")
    assert status == 1
    report = json.loads(said)
    assert set(report) == {"findings", "counts", "checked"}
    assert report["counts"]["error"] == sum(found["severity"] == "error" for found in report["findings"])
    assert {"places", "unchecked", "why"} == set(report["checked"]["placeholder"])


def test_reports_are_written(letter, tmp_path, cli):
    html, word, page = tmp_path / "report.html", tmp_path / "report.docx", tmp_path / "report.pdf"
    cli("check", str(letter), "--html", str(html), "--docx", str(word), "--pdf", str(page))
    assert "[TODO]" in html.read_text(encoding="utf-8")
    assert word.read_bytes().startswith(b"PK")
    assert page.read_bytes().startswith(b"%PDF")


def test_several_letters_are_one_line_each(letter, tmp_path, cli):
    clean = tmp_path / "clean.txt"
    clean.write_text("The beneficiary asks for the classification.\n", encoding="utf-8")
    (tmp_path / "notes.csv").write_text("no letter", encoding="utf-8")
    status, said, _ = cli("check", str(tmp_path))
    assert status == 1
    assert said.splitlines() == [
        f"{clean}, without a case: 0 errors, 0 warnings, 0 for information",
        f"{letter}, without a case: 1 error, 0 warnings, 0 for information",
    ]
    assert cli("check", str(letter), str(clean))[1].splitlines() == said.splitlines()[::-1]


def test_folder_names_letters_that_are_not_read(letter, tmp_path, cli):
    (tmp_path / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    os.mkfifo(tmp_path / "pipe.md")
    status, said, errors = cli("check", str(tmp_path))
    assert status == 2
    assert [line.partition(": ")[0] for line in errors.splitlines()] == [
        str(tmp_path / "old.doc"), str(tmp_path / "pipe.md"),
    ]  # fmt: skip
    assert said.startswith(str(letter))


def test_letters_of_folder_have_own_json(letter, tmp_path, cli):
    (tmp_path / "broken.docx").write_bytes(b"PK no document")
    status, said, errors = cli("check", str(tmp_path), "--json")
    broken, other = json.loads(said)["letters"]
    assert (status, broken["draft"]) == (2, str(tmp_path / "broken.docx"))
    assert broken["error"] == errors.rstrip("\n")
    assert other == {"draft": str(letter), **json.loads(cli("check", str(letter), "--json")[1])}


@pytest.mark.parametrize("words", [["--html", "report.html"], []])
def test_unusable_folder_is_one_line(tmp_path, cli, words):
    if words:
        (tmp_path / "a.md").write_text("A letter.\n", encoding="utf-8")
    status, _, said = cli("check", str(tmp_path), *words)
    assert status == 2
    assert said.count("\n") == 1


@pytest.mark.parametrize("name", ["missing.md", "missing.docx"])
def test_missing_draft_is_one_line(tmp_path, cli, name):
    status, _, said = cli("check", str(tmp_path / name))
    assert status == 2
    assert name in said
    assert said.count("\n") == 1


@pytest.fixture
def one_claim(tmp_path):
    path = tmp_path / "claim.md"
    path.write_text("# Awards\n\nShe chaired the jury of the Wolf Prize [@wolf-record, p. 1].\n", encoding="utf-8")
    return path


def test_opinions_are_asked_and_marked(one_claim, cli, monkeypatch):
    opinion = {"reason": "She received it.", "quote": "", "verdict": "not found"}
    with Endpoint() as endpoint:
        monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
        monkeypatch.setenv("WORKBENCH_MODEL", "small-model")
        endpoint.acts = [streams(json.dumps(opinion))]
        _, said, told = cli("check", one_claim, "--case", WU, "--model", "--json")
    (found,) = [each for each in json.loads(said)["findings"] if each["check"] == "support-opinion"]
    assert (found["severity"], found["place"]) == ("warning", "line 3")
    assert found["message"].startswith("Opinion of small-model at 127.0.0.1")
    assert "sentences and the pages that they cite are sent to small-model" in told
    assert "1 of 1 sentences answered" in told


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (["--model"], "--case"),
        (["--budget-usd", "1"], "--budget-usd"),
        (["--case", str(WU), "--model"], "WORKBENCH_MODEL"),
    ],
)
def test_model_without_its_needs_is_one_line(options, field, one_claim, cli, monkeypatch):
    monkeypatch.delenv("WORKBENCH_MODEL", raising=False)
    status, said, told = cli("check", one_claim, *options)
    assert (status, said, len(told.splitlines())) == (2, "", 1)
    assert field in told


@pytest.mark.parametrize("option", ["--html", "--docx", "--pdf"])
def test_report_never_replaces_letter(letter, cli, option):
    before = letter.read_bytes()
    status, said, err = cli("check", letter, option, letter.parent / "." / letter.name)
    assert (status, said) == (2, "")
    assert f"{option}: the letter itself, which would be lost; name another file" in err
    assert letter.read_bytes() == before


@pytest.mark.parametrize("file", ["case.yaml", "exhibits/medal.md"])
def test_report_never_replaces_case(letter, cli, tmp_path, file):
    case = shutil.copytree(CASES / "minimal", tmp_path / "minimal")
    before = (case / file).read_bytes()
    status, _, err = cli("check", letter, "--case", case, "--html", case / file)
    assert status == 2
    assert "a file of the case, which would be lost" in err
    assert (case / file).read_bytes() == before


def test_two_reports_have_two_files(letter, cli, tmp_path):
    status, _, err = cli("check", letter, "--html", tmp_path / "report", "--pdf", tmp_path / "report")
    assert status == 2
    assert "--pdf: what --html writes, which would be lost" in err
    assert not (tmp_path / "report").exists()


def test_claim_table_has_each_sentence(tmp_path, cli):
    path, table = tmp_path / "letter.md", tmp_path / "claims.csv"
    path.write_text("Dr. Wu won 9 prizes (Exhibit 7 at 1).\n\nShe works.\n", encoding="utf-8")
    _, said, _ = cli("check", str(path), "--case", str(WU), "--claims", str(table))
    first, second = csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines())
    assert (first["cited"], first["line"], first["sentence"]) == (
        "Exhibit 7 at 1",
        "1",
        "Dr. Wu won 9 prizes (Exhibit 7 at 1).",
    )
    assert "fact" in first["findings"]
    assert (second["sentence"], second["cited"]) == ("She works.", "")
    assert said.rstrip().endswith(f"next: workbench import-docx {path} --case {WU}")
