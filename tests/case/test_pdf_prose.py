import pytest
from pdf_files import FULL_PAGE, text, write_pdf_file

from workbench.case.pages import ReadLimits, UnreadableFileError
from workbench.case.pdf_prose import read_pdf_prose

LIMITS = ReadLimits(pages=50, characters=1_000_000, unzipped=0)


def page(*lines: str, number: int = 1) -> bytes:
    shown = b"".join(text(72, 700 - 14 * place, line) for place, line in enumerate(lines))
    return shown + text(300, 30, f"Page {number} of 2")


def test_pdf_becomes_paragraphs():
    first = page(
        "She received the medal of the academy in a year that her peers",
        "remember well, as it was new. (Exhibit 4.)",
        "The second paragraph begins here and it goes on over the end of",
        number=1,
    )
    second = page("the first page to its own end.", number=2)
    read = read_pdf_prose(write_pdf_file([first, second]), LIMITS)
    assert read.pages[0].text.split("\n\n") == [
        "She received the medal of the academy in a year that her peers remember well, as it was new. (Exhibit 4.)",
        "The second paragraph begins here and it goes on over the end of \fthe first page to its own end.",
    ]


def test_scan_is_refused_or_named():
    with pytest.raises(UnreadableFileError, match="a scan without text: not checked"):
        read_pdf_prose(write_pdf_file([FULL_PAGE]), LIMITS)
    read = read_pdf_prose(write_pdf_file([page("She received the medal."), FULL_PAGE]), LIMITS)
    assert read.not_read == ("2",)


def test_damaged_pdf_is_refused():
    with pytest.raises(UnreadableFileError, match="damaged PDF"):
        read_pdf_prose(b"%PDF-1.4 and no more", LIMITS)
