"""Letters of a page are what pypdfium2's own functions tell of them, one by one and slowly."""

from __future__ import annotations

import sys

import pypdfium2
import pytest
from pdf_files import FULL_PAGE, SHIFTED_LETTERS, body, stream, text, write_pdf_file
from pypdfium2 import raw as pdfium_c

from workbench.case.pdf_letters import _SPACES, NO_CODE, PageLetters, read_character

TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange "
    b"<00> <FF> endcodespacerange 2 beginbfchar <41> <D835DC9C> <42> <0300> endbfchar endcmap end end"
)
BEYOND_16_BITS = {
    100: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 104 0 R >>",
    104: stream(TO_UNICODE),
}
NUMBERED = {
    100: b"<< /Type /Font /Subtype /Type0 /BaseFont /A+B /Encoding /Identity-H /DescendantFonts [102 0 R] >>",
    102: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A+B /CIDSystemInfo << /Registry (Adobe) "
    b"/Ordering (Identity) /Supplement 0 >> /DW 500 >>",
}
HEX = b"BT /G 11 Tf 72 %d Td <%s> Tj ET\n"
PAGES = {
    "empty": (b"", {}),
    "one-column": (body(), {}),
    "two-columns": (
        b"".join(text(left, 600 - 14 * row, f"row {row} of it") for row in range(9) for left in (72, 320)),
        {},
    ),
    "rotated": (b"q 0 1 -1 0 500 0 cm\n" + body() + b"Q\n" + text(72, 30, "A footer"), {}),
    "mirrored": (b"q -1 0 0 1 500 0 cm\n" + body() + b"Q\n", {}),
    "beyond-the-edge": (text(-20, 700, "Half of this line is not shown") + text(700, 700, "nor this") + body(), {}),
    "spaces-at-the-end": (text(72, 700, "One   ") + text(72, 680, "Two \xa0 ") + text(72, 660, "   "), {}),
    "invisible": (FULL_PAGE + body(mode=3), {}),
    "wrong-names": (text(72, 700, "The committee of the prize", font=b"G") + body(), SHIFTED_LETTERS),
    "no-mapping": (HEX % (700, b"00240025002600270028") + body() + HEX % (100, b"0041"), NUMBERED),
    "beyond-16-bits": (text(72, 700, "AAAABAAAB", font=b"G") + body(), BEYOND_16_BITS),
    "short-lines": (b"".join(text(72, 780 - place, "ab") for place in range(0, 780, 20)), {}),
}


@pytest.fixture(params=PAGES)
def textpage(request):
    content, objects = PAGES[request.param]
    document = pypdfium2.PdfDocument(write_pdf_file([content], objects=objects))
    page = document[0]
    yield page.get_textpage()
    document.close()


def test_text_is_of_the_page_box(textpage):
    letters = PageLetters(textpage)
    assert letters.read_text() == textpage.get_text_bounded()
    letters.count = 0  # as if there were more line ends than letters
    assert letters.read_text() == textpage.get_text_bounded()


def test_codes_and_boxes_are_pdfiums(textpage):
    letters = PageLetters(textpage)
    every = range(textpage.count_chars())
    codes = [pdfium_c.FPDFText_GetUnicode(textpage, index) for index in every]
    assert letters.count == len(every)
    assert list(letters.codes(every)) == codes
    assert list(letters.spaces(every)) == [chr(code).isspace() for code in codes]
    assert list(letters.boxes(every)) == [textpage.get_charbox(index) for index in every]
    assert [error == NO_CODE for error in letters.mapping_errors(every)] == [
        pdfium_c.FPDFText_HasUnicodeMapError(textpage, index) == 1 for index in every
    ]


def test_lines_are_pdfiums(textpage):
    count = textpage.count_rects()
    assert PageLetters(textpage).lines(count) == [textpage.get_rect(index) for index in range(count)]


def test_pages_differ_in_what_is_compared():
    """Else the tests above would compare nothing of interest."""
    found = {}
    for name, (content, objects) in PAGES.items():
        letters = PageLetters(pypdfium2.PdfDocument(write_pdf_file([content], objects=objects))[0].get_textpage())
        every = range(letters.count)
        found[name] = letters.read_text(), NO_CODE in letters.mapping_errors(every), any(letters.spaces(every))
    assert [name for name, (_, has_errors, _) in found.items() if has_errors] == ["no-mapping"]
    assert [name for name, (shown, _, _) in found.items() if not shown] == ["empty"]
    assert any(ord(letter) > 0xFFFF for letter in found["beyond-16-bits"][0])
    assert "nor this" not in found["beyond-the-edge"][0]
    assert found["short-lines"][0].count("\r\n") == 38


def test_spaces_are_those_of_python():
    assert {code for code in range(sys.maxunicode + 1) if chr(code).isspace()} == _SPACES


def test_code_beyond_unicode_is_replaced():
    assert [read_character(code) for code in (0x41, 0x10FFFF, 0x110000, 0xFFFFFFFF)] == [
        "A", "\U0010ffff", "\ufffd", "\ufffd",
    ]  # fmt: skip
