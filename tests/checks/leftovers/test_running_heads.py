"""Blanks and template fields in the headers and footers of a letter."""

from __future__ import annotations

import docx
import pytest
from pdf_files import body, text, write_pdf_file

import workbench


def check_head(folder, head, foot=""):
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = head
    document.sections[0].footer.paragraphs[0].text = foot
    document.add_paragraph("She won the Wolf Prize in 1978.")
    document.save(folder / "letter.docx")
    report = workbench.check(folder / "letter.docx")
    return [found.message for found in report.findings if found.check == "running-head"], report


def test_blank_in_header_is_error(tmp_path):
    messages, report = check_head(tmp_path, "Petition of [CLIENT NAME]\tI-140", "Page 3")
    assert messages == [
        "Left at the head or foot of the pages: a blank to be filled in, in “Petition of [CLIENT NAME] I-140”."
    ]
    assert (report.checked["running-head"].places, report.counts["error"]) == (2, 1)


@pytest.mark.parametrize("head", ["DRAFT — not for filing", "Form I-140 petition for Dr. Wu", "See you in court!"])
def test_usual_header_has_no_finding(tmp_path, head):
    assert check_head(tmp_path, head)[0] == []


def test_lines_repeated_in_pdf_are_heads(tmp_path):
    pages = [text(72, 760, "Matter of {{client_name}}") + body() + text(300, 30, str(number)) for number in (1, 2, 3)]
    (tmp_path / "letter.pdf").write_bytes(write_pdf_file(pages))
    report = workbench.check(tmp_path / "letter.pdf")
    [found] = [each for each in report.findings if each.check == "running-head"]
    assert "a template's placeholder, in “Matter of {{client_name}}”" in found.message
