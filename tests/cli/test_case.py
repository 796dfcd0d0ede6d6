"""``workbench case``: the JSON schema, and the check of a folder."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from command_line import CASES
from pdf_files import FULL_PAGE, text, write_pdf_file
from scanned_pages import require_ocr, scan_pages, type_page
from word_files import paragraph, write_word_file

PAGE_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def test_schema_is_json(cli):
    status, out, _ = cli("case", "schema")
    assert status == 0
    assert "exhibits" in json.loads(out)["properties"]


def test_check_names_unread_parts(cli, tmp_path):
    folder = shutil.copytree(CASES / "minimal", tmp_path / "minimal")
    comment = '<w:p><w:r><w:commentReference w:id="0"/></w:r></w:p>'
    (folder / "exhibits" / "medal.docx").write_bytes(
        write_word_file(paragraph("One") + PAGE_BREAK + paragraph("Two") + comment)
    )
    source = (folder / "case.yaml").read_text(encoding="utf-8").replace("exhibits/medal.md", "exhibits/medal.docx")
    (folder / "case.yaml").write_text(source, encoding="utf-8")
    status, out, _ = cli("case", "check", str(folder))
    assert status == 0
    assert "not read: medal (comments)" in out


def test_check_names_slips_of_the_file(cli, tmp_path):
    folder = shutil.copytree(CASES / "minimal", tmp_path / "minimal")
    source = (folder / "case.yaml").read_text(encoding="utf-8")
    slip = source.replace("text: Dr. Example received", "text: Dr. Exampel received", 1)
    assert slip != source
    (folder / "case.yaml").write_text(slip, encoding="utf-8")
    status, out, _ = cli("case", "check", str(folder), "--json")
    assert status == 1
    (message,) = json.loads(out)["naming"]
    assert message.startswith("'Exampel' looks like a misspelling of 'Example'.")
    assert f"error: {message}\n" in cli("case", "check", folder)[1]


def test_check_of_contradicted_fact_fails(cli, tmp_path):
    folder = shutil.copytree(CASES / "minimal", tmp_path / "minimal")
    file = folder / "case.yaml"
    file.write_text(file.read_text().replace("on 4 May 2021", "on 5 May 2021"))
    status, out, _ = cli("case", "check", folder)
    assert "error: claims[0].items[0].elements.received[0]: " in out
    assert status == 1


def test_check_names_unread_pages(cli, tmp_path):
    folder = shutil.copytree(CASES / "minimal", tmp_path / "minimal")
    (folder / "exhibits" / "medal.pdf").write_bytes(write_pdf_file([text(250, 400, "EXHIBIT 1"), FULL_PAGE]))
    source = (folder / "case.yaml").read_text(encoding="utf-8").replace("exhibits/medal.md", "exhibits/medal.pdf")
    (folder / "case.yaml").write_text(source, encoding="utf-8")
    status, out, _ = cli("case", "check", str(folder))
    assert status == 0
    assert "unread pages: medal p. 2 (scan)" in out


@pytest.mark.slow  # recognises a page, in 3 s
def test_check_names_recognized_pages(cli, tmp_path):
    require_ocr()
    folder = shutil.copytree(CASES / "minimal", tmp_path / "minimal")
    (folder / "exhibits" / "medal.pdf").write_bytes(scan_pages(type_page(), b""))
    source = (folder / "case.yaml").read_text(encoding="utf-8").replace("exhibits/medal.md", "exhibits/medal.pdf")
    (folder / "case.yaml").write_text(source, encoding="utf-8")
    status, out, _ = cli("case", "check", str(folder))
    assert status == 0
    assert re.search(r"^recognized: medal p\. 1 \(OCR, confidence 9\d %\)$", out, re.MULTILINE)
    assert "unread pages: medal p. 2 (scan)\n" in out
    assert "pip install" not in out


def test_check_tells_how_scans_are_read(cli, tmp_path, monkeypatch):
    for module in ("case.ocr", "cli.case"):
        monkeypatch.setattr(f"workbench.{module}.ocr_engine_name", lambda: "")
    folder = shutil.copytree(CASES / "minimal", tmp_path / "minimal")
    assert "pip install" not in cli("case", "check", folder)[1]
    (folder / "exhibits" / "medal.pdf").write_bytes(write_pdf_file([text(250, 400, "EXHIBIT 1"), FULL_PAGE]))
    source = (folder / "case.yaml").read_text(encoding="utf-8").replace("exhibits/medal.md", "exhibits/medal.pdf")
    (folder / "case.yaml").write_text(source, encoding="utf-8")
    assert "to have scanned pages read, run: pip install 'eb1a-workbench[ocr]'" in cli("case", "check", folder)[1]


def test_check_names_missing_sections(cli, tmp_path):
    folder = shutil.copytree(CASES / "minimal", tmp_path / "minimal")
    assert cli("case", "check", folder)[0] == 0
    file = folder / "case.yaml"
    text = file.read_text().replace(
        "membership, publications, final_merits, continuing_work, benefit,", "publications,"
    )
    file.write_text(text)
    status, out, _ = cli("case", "check", folder)
    assert status == 0
    assert "error: " not in out
    assert [line.partition(" (")[0][11:] for line in out.splitlines() if line.startswith("to settle: ")] == [
        "the petition would have no section on Membership in Associations Requiring Outstanding Achievements",
        "the petition would have no section on the final merits determination",
        "the petition would have no section on continuing work in the field",
        "the petition would have no section on the prospective benefit to the United States",
    ]
    assert len(json.loads(cli("case", "check", folder, "--json")[1])["gaps"]) == 4
