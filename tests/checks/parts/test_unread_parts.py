"""Parts of the letter's file that no text holds."""

from __future__ import annotations

from pdf_files import FULL_PAGE, text, write_pdf_file
from word_files import paragraph, write_word_file

import workbench


def check(path, content):
    path.write_bytes(content)
    report = workbench.check(path)
    return [finding for finding in report.findings if finding.check == "unread-part"], report


def test_page_without_text_is_counted(tmp_path):
    pages = [text(72, 700, "The first page of the letter says this in full sentences."), FULL_PAGE]
    (finding,), report = check(tmp_path / "letter.pdf", write_pdf_file(pages))
    assert finding.severity == "warning"
    assert "page 2, which has no text" in finding.message
    assert report.checked["unread-part"].why == {"page 2, which has no text": 1}


def test_file_read_in_full_passes(tmp_path):
    found, report = check(tmp_path / "letter.docx", write_word_file(paragraph("She won.") + paragraph("She works.")))
    assert found == []
    assert (report.checked["unread-part"].places, report.checked["unread-part"].unchecked) == (2, 0)


def test_encoding_is_for_information(tmp_path):
    (finding,), report = check(tmp_path / "letter.txt", "She won the “prize”.".encode("cp1252"))
    assert (finding.severity, report.text) == ("info", "She won the “prize”.")
    assert finding.message == "The file is no UTF-8 text, and was read as Windows-1252."


def test_text_alone_is_read():
    count = workbench.check("She won.").checked["unread-part"]
    assert (count.places, count.unchecked) == (1, 0)
