"""Page numbers that are computed before Word opens the file."""

import docx
import pytest
from docx.shared import Inches, Pt

from workbench.export import word
from workbench.export.word_pages import count_pages, write_page_numbers

WORDS = "The beneficiary received the prize for her work on beta decay. "


@pytest.fixture
def document():
    made = docx.Document()
    section = made.sections[0]
    section.page_width, section.page_height = Inches(8.5), Inches(11)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Inches(1)
    style = made.styles["Normal"]
    style.font.size, style.paragraph_format.space_after = Pt(12), Pt(0)
    style.paragraph_format.line_spacing = 1.0
    style.paragraph_format.widow_control = True
    return made


def test_lines_fill_pages(document):
    # 648 points of 13.8 a line: 46 lines.
    for _ in range(46):
        document.add_paragraph("one line")
    assert count_pages(document).total == 1
    document.add_paragraph("one line more")
    assert count_pages(document).total == 2


def test_bookmark_has_page_of_its_paragraph(document):
    for number in range(100):
        word.add_bookmark(document.add_paragraph("one line"), f"line_{number}", number)
    pages = count_pages(document).of_bookmark
    assert (pages["line_45"], pages["line_46"], pages["line_92"]) == (1, 2, 3)


def test_heading_stays_with_next(document):
    for _ in range(45):
        document.add_paragraph("one line")
    heading = document.add_paragraph("heading")
    heading.paragraph_format.keep_with_next = True
    word.add_bookmark(heading, "kept", 1)
    document.add_paragraph(WORDS * 4)
    assert count_pages(document).of_bookmark["kept"] == 2


def test_row_is_not_divided(document):
    for _ in range(44):
        document.add_paragraph("one line")
    table = document.add_table(1, 1)
    cell = table.rows[0].cells[0]
    cell.text = "a\nb\nc\nd"
    word.add_bookmark(cell.paragraphs[0], "row", 1)
    assert count_pages(document).of_bookmark["row"] == 2


def test_field_keeps_its_instruction(document):
    line = document.add_paragraph("Part\t")
    word.add_field(line, "PAGEREF part \\h", "")
    target = document.add_paragraph("Part")
    target.paragraph_format.page_break_before = True
    word.add_bookmark(target, "part", 1)
    write_page_numbers(document)
    assert line.text == "Part\t2"
    assert "PAGEREF part" in line._p.xml


@pytest.mark.parametrize("text", ["", "x" * 5000, "\u4e2d" * 3000, "a\n" * 50, "\t" * 200, "- " * 2000])
def test_any_text_has_pages(document, text):
    document.add_paragraph(text)
    assert 1 <= count_pages(document).total <= 5
