import pytest
from pdf_files import SHIFTED_LETTERS, body, text, write_pdf_file
from scanned_pages import LETTER, draw_page, error_rate, require_ocr, scan_pages, type_page

from workbench.case import ocr, ocr_engine
from workbench.case.exhibits import read_document
from workbench.case.ocr import recognize, recognize_pages
from workbench.case.pages import LOW_CONFIDENCE, ReadFile, ReadPage, UnreadableFileError, format_confidence


@pytest.fixture
def engine():
    require_ocr()


@pytest.fixture
def no_engine(monkeypatch):
    monkeypatch.setattr(ocr, "ocr_engine_name", lambda: "")


@pytest.fixture
def some_engine(monkeypatch):
    monkeypatch.setattr(ocr, "ocr_engine_name", lambda: "an engine 1.0")


def read(tmp_path, raw, name="scan.pdf"):
    file = tmp_path / name
    file.write_bytes(raw)
    return read_document(file)


@pytest.mark.parametrize(
    ("worse", "at_most"),
    [({}, 0.01), ({"turned": 1, "noise": 20}, 0.03)],
    ids=["clean", "askew-and-grainy"],
)
def test_recognized_letters_are_right(engine, worse, at_most):
    found = recognize(draw_page(type_page(), height=160, **worse))
    rate = error_rate(" ".join(LETTER), found.text)
    assert rate <= at_most
    assert found.text.splitlines()[0] == LETTER[0]
    assert found.confidence >= LOW_CONFIDENCE


def test_bad_scan_has_low_confidence(engine):
    found = recognize(draw_page(type_page(), dpi=80, height=160, turned=2, noise=50))
    assert found is None or found.confidence < LOW_CONFIDENCE


def test_scan_is_marked_as_recognized(engine, tmp_path):
    document = read(tmp_path, scan_pages(type_page(), stamp=text(480, 20, "OKVALE-000041")))
    assert document.page_kinds == ("ocr",)
    assert document.has_text
    # The stamp is typed, and stands as it was typed.
    assert document.pages[0].splitlines()[:2] == ["OKVALE-000041", LETTER[0]]
    assert "USD 412,750." in document.pages[0]
    (confidence,) = document.confidences
    assert document.describe_recognized() == f"p. 1 ({format_confidence(confidence)})"
    assert document.gaps == ""
    (warning,) = document.list_warnings()
    assert warning.startswith("holds recognized text, not typed text: p. 1 (OCR, confidence ")


def test_scanned_columns_are_read_in_order(engine):
    left = [
        "the committee met in the spring",
        "of the year and it chose her as",
        "the laureate for the long work",
        "that she had done on currents",
    ]
    right = [
        "in the years before the society",
        "had given the medal to seven of",
        "its members all of whom came",
        "from the north of the country",
    ]
    page = type_page(left) + type_page(right, left=320)
    assert recognize(draw_page(page, height=160)).text.lower().splitlines() == left + right


def test_page_on_its_side_is_read(engine):
    dots = draw_page(type_page(), dpi=100, height=500)
    for turned in (dots[::-1, ::-1], dots[:, ::-1].T, dots.T[:, ::-1]):
        assert error_rate(" ".join(LETTER), recognize(turned).text) <= 0.03


def test_without_engine_scan_stays_a_scan(no_engine, monkeypatch, tmp_path):
    monkeypatch.setattr("workbench.case.model.suggest_ocr", lambda: "; to have scans read, run: pip install x")
    document = read(tmp_path, scan_pages(type_page()))
    assert (document.page_kinds, document.confidences, document.has_text) == (("scan",), (None,), False)
    (warning,) = document.list_warnings()
    assert warning.endswith("to have scans read, run: pip install x")


def test_engine_needs_no_install_line(monkeypatch):
    monkeypatch.setattr(ocr_engine, "ocr_engine_name", lambda: "")
    assert ocr_engine.suggest_ocr() == "; to have scans read, run: pip install 'eb1a-workbench[ocr]'"
    monkeypatch.setattr(ocr_engine, "ocr_engine_name", lambda: "tesseract 5.3.0, eng")
    assert ocr_engine.suggest_ocr() == ""


def test_typed_pages_are_not_recognized(some_engine):
    asked = []

    def read_again(numbers):
        asked.append(numbers)
        return ReadFile([ReadPage(f"page {number}", "ocr", 0.9) for number in numbers])

    kinds = ("text", "scan", "mixed", "unreadable", "text", "scan", "scan")
    whole = recognize_pages(ReadFile([ReadPage("", kind) for kind in kinds], ("comments",)), read_again)
    assert asked == [(2, 3, 4, 6), (7,)]
    assert [page.kind for page in whole.pages] == ["text", "ocr", "ocr", "ocr", "text", "ocr", "ocr"]
    assert whole.not_read == ("comments",)


def test_failing_recognition_leaves_the_page(some_engine):
    def read_again(numbers):
        raise UnreadableFileError("takes more than 60 seconds to read", "split it")

    scanned = ReadFile([ReadPage("stamp", "scan")])
    assert recognize_pages(scanned, read_again) == scanned


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (ReadPage("", "scan"), ReadPage("the medal\nof 2019", "ocr", 0.97)),
        (ReadPage("OKVALE-41", "scan"), ReadPage("OKVALE-41\nthe medal\nof 2019", "ocr", 0.97)),
        (ReadPage("The  medal", "scan"), ReadPage("The  medal\nof 2019", "ocr", 0.97)),
        (ReadPage("\ufffd", "unreadable"), ReadPage("the medal\nof 2019", "ocr", 0.97)),
        (
            ReadPage("It is the medal", "mixed"),
            ReadPage("It is the medal\n[Recognized in pictures, OCR, confidence 97 %:]\nof 2019", "mixed", 0.97),
        ),
        (ReadPage("the medal of 2019", "mixed"), ReadPage("the medal of 2019", "mixed")),
    ],
)
def test_typed_text_is_kept_beside_recognized(monkeypatch, page, expected):
    monkeypatch.setattr(ocr, "recognize", lambda pixels: ocr.Recognized("the medal\nof 2019", 0.97))
    assert ocr.recognize_page(page, None) == expected


def test_confidence_is_rounded_down():
    assert format_confidence(0.999) == "OCR, confidence 99 %"
    assert format_confidence(0.9499) == "OCR, confidence 94 %, low"


def test_letters_for_others_are_recognized(engine, tmp_path):
    lines = b"".join(text(72, 720 - 20 * place, line, font=b"G") for place, line in enumerate(LETTER))
    document = read(tmp_path, write_pdf_file([lines], objects=SHIFTED_LETTERS))
    assert document.page_kinds == ("ocr",)
    assert error_rate(" ".join(LETTER), document.pages[0]) <= 0.01


def test_tesseract_is_asked_where_it_is(monkeypatch):
    answers = {"--version": ["tesseract 5.3.0"], "--list-langs": ["List of languages (3):", "deu", "eng", "osd"]}
    monkeypatch.setattr(ocr_engine, "_ask_tesseract", answers.get)
    monkeypatch.setattr(ocr_engine, "version", lambda name: (_ for _ in ()).throw(ocr_engine.PackageNotFoundError))
    ocr_engine.tesseract_languages.cache_clear()
    try:
        assert ocr_engine.ocr_engine_name.__wrapped__() == "tesseract 5.3.0, eng+deu"
    finally:
        ocr_engine.tesseract_languages.cache_clear()


TABLE = """level\tpage\tblock\tpar\tline\tword\tleft\ttop\twidth\theight\tconf\ttext
5\t1\t1\t1\t1\t1\t9\t9\t9\t9\t96\tThe
5\t1\t1\t1\t1\t2\t9\t9\t9\t9\t90\tmedal
5\t1\t1\t1\t2\t1\t9\t9\t9\t9\t80\tof
4\t1\t1\t1\t2\t0\t9\t9\t9\t9\t-1\t
"""


def test_answer_of_tesseract_is_read(monkeypatch, tmp_path):
    command = tmp_path / "tesseract"
    command.write_text(f"#!/bin/sh\ncat > /dev/null\ncat <<'END'\n{TABLE}END\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(ocr, "tesseract_languages", lambda: "eng")
    monkeypatch.setattr(ocr, "ocr_engine_name", lambda: "tesseract 5.3.0, eng")
    found = recognize(draw_page(body(), dpi=40))
    assert found.text == "The medal\nof"
    assert found.confidence == pytest.approx((3 * 0.96 + 5 * 0.9 + 2 * 0.8) / 10)
