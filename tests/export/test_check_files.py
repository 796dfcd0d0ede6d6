"""Files of a check report."""

from __future__ import annotations

import stat

import docx
import pypdfium2
import pytest

import workbench
from workbench.errors import InputError

LETTER = "# Awards\n\nShe won the prize [TODO].\n\n> A quotation.\n\n- one\n- two\n"


@pytest.fixture(scope="module")
def report():
    return workbench.check(LETTER)


def test_files_of_both_formats(report, tmp_path):
    files = workbench.export_report(report, out=tmp_path / "new")
    assert set(files) == {"html", "docx"}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files.values())
    assert "[TODO]" in files["html"].read_text(encoding="utf-8")
    comments = [comment.text for comment in docx.Document(str(files["docx"])).comments]
    assert any("placeholder" in text for text in comments)


def test_claim_table_is_written(report, tmp_path):
    path = workbench.export_report(report, ("claims",), tmp_path)["claims"]
    assert path.name == "draft-claims.csv"
    assert "She won the prize [TODO]." in path.read_text(encoding="utf-8-sig")


def test_word_copy_shows_no_marks(tmp_path):
    letter = "# Awards\n\nRE: Form\nShe *won* **[TODO]**.\n\n> A quotation.\n\n- one\n- two\n\n1. three\n"
    file = workbench.export_report(workbench.check(letter), ("docx",), tmp_path)["docx"]
    lines = [(line.style.name, line.text) for line in docx.Document(str(file)).paragraphs]
    assert lines == [
        ("Heading 1", "Awards"), ("Normal", "RE: Form\nShe won [TODO]."), ("Quote", "A quotation."),
        ("List Bullet", "one"), ("List Bullet", "two"), ("Normal", "1. three"),
    ]  # fmt: skip


def test_draft_of_word_keeps_text(tmp_path):
    draft = tmp_path / "letter.docx"
    document = docx.Document()
    document.add_heading("Awards", 1)
    document.add_paragraph("She won the prize [TODO].")
    document.save(str(draft))
    report = workbench.check(draft)
    written = docx.Document(str(workbench.export_report(report, ("docx",), tmp_path, draft=draft)["docx"]))
    assert [paragraph.text for paragraph in written.paragraphs] == [paragraph.text for paragraph in document.paragraphs]
    assert len(list(written.comments)) == len(report.findings) > 0


def test_letter_without_run_is_signed(report, tmp_path):
    """The same page as of a run, without what only a run has."""
    crowded = report.model_copy(update={"findings": report.findings * 60, "where": report.where * 60})
    for each in (report, crowded):
        path = workbench.export_report(each, ("pdf",), tmp_path)["pdf"]
        document = pypdfium2.PdfDocument(path)
        text = " ".join(document[0].get_textpage().get_text_bounded().split())
        assert len(document) == 1
        document.close()
        assert report.sha256 in text
        assert "none: only the checks ran that need none" in text
        assert f"{each.counts['error']} error" in text
        assert "no case was given" in text
        assert "Who decided what" not in text
        assert "Signature" in text


def test_unknown_format_is_one_line(report, tmp_path):
    with pytest.raises(InputError, match="'odt' is no format of a report"):
        workbench.export_report(report, ("odt",), tmp_path)


def test_out_that_is_file(report, tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(InputError, match="cannot be written"):
        workbench.export_report(report, ("html",), tmp_path / "out")
