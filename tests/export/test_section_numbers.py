"""Numbers of sections and headings, the same in every format."""

import re

import docx
import pypdfium2
import pytest

import workbench
from tests.export.conftest import exhibits, section, snapshot
from tests.export.test_word_import import HeldRun
from workbench.export.letter_style import LetterStyle
from workbench.export.section_numbers import HeadingNumbers

CONTENT = (
    "### A. B. Smith\n\nOne [@wolf-prize].\n\n#### Lower\n\nTwo.\n\n#### Lower still\n\n3.\n\n### 3.5 million\n\nFour."
)
SECTIONS = (
    section("awards", title="First part", content=CONTENT),
    section("membership", title="Second part", content="### Only\n\nFive [@wolf-prize]."),
)
HEADS = {
    "roman": ["I. First part", "A. A. B. Smith", "1. Lower", "2. Lower still", "B. 3.5 million", "II. Second part"],
    "decimal": ["1. First part", "1.1 A. B. Smith", "1.1.1 Lower", "1.1.2 Lower still", "1.2 3.5 million"],
    "none": ["First part", "A. B. Smith", "Lower", "Lower still", "3.5 million", "Second part", "Only"],
}


@pytest.mark.parametrize("numbering", ["roman", "decimal", "none"])
def test_formats_number_alike(numbering, tmp_path):
    run = HeldRun(snapshot(sections=SECTIONS, exhibits=exhibits()[:3]))
    files = workbench.export_petition(run.snapshot, out=tmp_path, style=LetterStyle(numbering=numbering))
    document = docx.Document(files["docx"])
    styles = ("Heading 1", "Heading 2", "Heading 3")
    heads = [line.text for line in document.paragraphs if line.style.name in styles]
    assert heads[: len(HEADS[numbering])] == HEADS[numbering]
    entries = [line.text.partition("\t")[0] for line in document.paragraphs if line.style.name.startswith("toc")]
    assert entries[:2] == HEADS[numbering][:2]
    page = re.sub(r"<[^>]*>", "", files["html"].read_text(encoding="utf-8").partition("</head>")[2])
    with pypdfium2.PdfDocument(files["pdf"]) as pdf:
        text = "".join(sheet.get_textpage().get_text_range() for sheet in pdf)
        outline = [item.get_title() for item in pdf.get_toc()]
    for head in HEADS[numbering]:
        # In the contents, and above the text.
        assert "".join(page.split()).count("".join(head.split())) >= (1 if "Lower" in head else 2), head
        assert "".join(head.split()) in "".join(text.split()), head
    assert outline[0] == HEADS[numbering][0]
    row = document.tables[-1].rows[3].cells[4].text
    assert row == {"roman": "I, II", "decimal": "1, 2", "none": "First part, Second part"}[numbering]
    # The numbers are no part of the run's text, in whatever form.
    edited = workbench.read_edited_docx(run, files["docx"])
    assert (edited.edits(), edited.notes, edited.section_ids) == ({}, (), ("awards", "membership"))
    for kind in ("html", "pdf", "docx"):
        assert not workbench.verify_file(files[kind]).changes, kind


def test_changed_heading_keeps_its_words(tmp_path):
    run = HeldRun(snapshot(sections=SECTIONS, exhibits=exhibits()[:3]))
    files = workbench.export_petition(run.snapshot, to=["docx"], out=tmp_path, style=LetterStyle(numbering="none"))
    document = docx.Document(files["docx"])
    next(line for line in document.paragraphs if line.text == "A. B. Smith").add_run(" again")
    document.save(files["docx"])
    edits = workbench.read_edited_docx(run, files["docx"]).edits()
    assert edits["awards"].strip() == CONTENT.replace("Smith", "Smith again")


def test_headings_without_section_have_letters():
    numbers = HeadingNumbers("decimal")
    assert [numbers.label(level) for level in (1, 2, 2, 1)] == ["A. ", "1. ", "2. ", "B. "]
