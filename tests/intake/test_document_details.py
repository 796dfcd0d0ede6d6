"""Details and parts of files."""

import base64

import pypdfium2
import pytest
from pdf_files import text, write_pdf_file
from word_files import paragraph, write_word_file

from workbench.case.exhibits import read_limits
from workbench.case.pages import ReadFile, ReadPage, UnreadableFileError
from workbench.intake.document_details import DocumentDetails, read_docx_details, read_pdf_details, split_pdf

LARGE = b"BT /F 30 Tf 72 700 Td (Gold Medal) Tj ET\n"


def details(raw):
    return DocumentDetails.of_answer(read_pdf_details(raw, read_limits()))


def test_headline_is_set_largest():
    page = LARGE + text(72, 600, "The medal was given to a chemist.")
    assert details(write_pdf_file([page, text(72, 600, "All letters alike.")])).headlines == {1: "Gold Medal"}


def test_docx_heading_is_headline():
    heading = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Rules of Election</w:t></w:r></w:p>'
    raw = write_word_file(paragraph("Before") + heading)
    assert DocumentDetails.of_answer(read_docx_details(raw, read_limits())).headlines == {1: "Rules of Election"}


@pytest.mark.parametrize("reader", [read_pdf_details, read_docx_details])
def test_damaged_file_is_refused(reader):
    with pytest.raises(UnreadableFileError):
        reader(b"PK\x03\x04 nothing of the kind", read_limits())


@pytest.mark.parametrize("answer", ["", "[]", '{"title": 1}', '{"title": "", "headlines": {"x": ""}, "bookmarks": []}'])
def test_strange_answer_is_refused(answer):
    with pytest.raises(UnreadableFileError):
        DocumentDetails.of_answer(ReadFile([ReadPage(answer, "text")]))


def test_parts_are_whole_files():
    raw = write_pdf_file([text(72, 700, f"Page {number}") for number in (1, 2, 3)])
    limits = read_limits()._replace(recognize=(1, 1, 2, 3))
    first, second = (base64.b64decode(page.text) for page in split_pdf(raw, limits).pages)
    assert [len(pypdfium2.PdfDocument(part)) for part in (first, second)] == [1, 2]
    assert split_pdf(raw, limits).pages[0].text == base64.b64encode(first).decode()  # the same bytes again
