import io
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docx
import pikepdf
import pytest
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.case import exhibits
from workbench.case.exhibits import exhibit_path, read_document
from workbench.case.loader import load_case
from workbench.case.pages import ReadLimits, UnreadableFileError
from workbench.case.readers import READERS, read_pages
from workbench.errors import CaseError, InputError


def write_pdf(path: Path, *pages: str, **save: object) -> Path:
    """A PDF with one line of Helvetica a page; an empty text makes a page with a picture only."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    grey = pikepdf.Stream(pdf, b"\x80", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1, Height=1)
    grey.ColorSpace, grey.BitsPerComponent = pikepdf.Name.DeviceGray, 8
    for text in pages:
        page = pdf.add_blank_page(page_size=(612, 792))
        drawing = f"BT /F 12 Tf 72 700 Td ({text}) Tj ET" if text else "q 612 0 0 792 0 0 cm /I Do Q"
        page.Contents = pdf.make_stream(drawing.encode())
        page.Resources = pikepdf.Dictionary(Font={"/F": font}, XObject={"/I": pdf.make_indirect(grey)})
    pdf.save(path, **save)
    return path


def write_docx(path: Path, build: Callable[[docx.document.Document], None]) -> Path:
    document = docx.Document()
    build(document)
    document.save(path)
    return path


def test_pdf_is_read_by_page(tmp_path):
    document = read_document(write_pdf(tmp_path / "A.PDF", "first page", "second page"))
    assert document.pages == ("first page", "second page")
    assert document.has_text
    assert len(document.sha256) == 64


@pytest.mark.slow
def test_pdfs_are_read_from_many_threads(tmp_path):
    file = write_pdf(tmp_path / "a.pdf", *(f"page {number}" for number in range(30)))
    with ThreadPoolExecutor(4) as pool:
        documents = list(pool.map(read_document, [file] * 40))
    assert set(documents[0].pages) == {f"page {number}" for number in range(30)}
    assert all(document == documents[0] for document in documents)


def test_scanned_pdf_has_no_text(tmp_path):
    document = read_document(write_pdf(tmp_path / "scan.pdf", "", ""))
    assert document.pages == ("", "")
    assert not document.has_text


def test_one_page_of_text_is_text(tmp_path):
    document = read_document(write_pdf(tmp_path / "mixed.pdf", "", "typed"))
    assert document.pages == ("", "typed")
    assert document.has_text


def test_only_pdf_with_password_is_refused(tmp_path):
    locked = pikepdf.Encryption(user="secret", owner="owner")
    with pytest.raises(InputError, match="an encrypted PDF; save a copy without a password"):
        read_document(write_pdf(tmp_path / "locked.pdf", "text", encryption=locked))
    printing_forbidden = pikepdf.Encryption(user="", owner="owner")
    assert read_document(write_pdf(tmp_path / "open.pdf", "text", encryption=printing_forbidden)).pages == ("text",)


def test_docx_page_breaks_and_tables(tmp_path):
    def build(document: docx.document.Document) -> None:
        document.add_paragraph("Before the table")
        table = document.add_table(rows=2, cols=2)
        for row, column, text in ((0, 0, "Year"), (0, 1, "Prize"), (1, 0, "1978"), (1, 1, "Wolf")):
            table.cell(row, column).text = text
        table.cell(1, 1).add_table(rows=1, cols=1).cell(0, 0).text = "nested"
        document.add_paragraph("After the table").add_run().add_break(WD_BREAK.PAGE)
        document.add_paragraph("Second page").add_run().add_break(WD_BREAK.LINE)
        document.add_paragraph("Third page").paragraph_format.page_break_before = True
        document.add_section(WD_SECTION.CONTINUOUS)
        document.add_paragraph("Still the third")
        document.add_section(WD_SECTION.NEW_PAGE)
        document.add_paragraph("Fourth page")

    pages = read_document(write_docx(tmp_path / "a.docx", build)).pages
    assert [page.split() for page in pages] == [
        ["Before", "the", "table", "Year", "Prize", "1978", "Wolf", "nested", "After", "the", "table"],
        ["Second", "page"],
        ["Third", "page", "Still", "the", "third"],
        ["Fourth", "page"],
    ]
    assert "Year\tPrize\n1978\tWolf nested" in pages[0]


def test_docx_tracked_changes_and_content_controls(tmp_path):
    def build(document: docx.document.Document) -> None:
        for inner in (
            "<w:sdt><w:sdtContent><w:r><w:t>control</w:t></w:r></w:sdtContent></w:sdt>",
            "<w:ins w:id='1' w:author='a'><w:r><w:t>inserted</w:t></w:r></w:ins>",
            "<w:del w:id='2' w:author='a'><w:r><w:delText>deleted</w:delText></w:r></w:del>",
            "<m:oMath><m:r><m:t>E=mc²</m:t></m:r></m:oMath>",
            "<w:r><w:t>well</w:t><w:noBreakHyphen/><w:t>known</w:t><w:tab/><w:t>end</w:t></w:r>",
        ):
            document.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w', 'm')}>{inner}</w:p>"))

    (page,) = read_document(write_docx(tmp_path / "a.docx", build)).pages
    assert page.split() == ["well-known", "end", "E=mc²", "inserted", "control"]


def test_docx_without_words_has_no_text(tmp_path):
    document = read_document(write_docx(tmp_path / "a.docx", lambda _: None))
    assert document.pages == ("",)
    assert not document.has_text


def test_text_pages_split_at_form_feeds(tmp_path):
    file = tmp_path / "a.txt"
    file.write_bytes("﻿Caf\u0065\u0301\0\r\none\f two\x07\f\n".encode())
    assert read_document(file).pages == ("Café\none", " two")


@pytest.mark.parametrize(
    ("name", "raw", "what", "remedy"),
    [
        ("a.pdf", b"%PDF-1.7 nothing", "a damaged PDF, or none at all", "open it, and save it again as PDF"),
        ("a.docx", b"PK\x03\x04 nothing", "a damaged DOCX, or none at all", "open it, and save it again as DOCX"),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0" + b"\0" * 600,
            "an encrypted document, or one in the old .doc format",
            "save it",
        ),
        ("a.txt", b"", "the file is empty", "replace it by the document"),
        ("a.pdf", b"", "the file is empty", "replace it by the document"),
        ("a.md", b" \n\f\n", "the file is empty", "replace it by the document"),
        (
            "a.txt",
            b"caf\xe9",
            "not UTF-8 text, and its encoding cannot be told",
            "save the file with the encoding UTF-8",
        ),
        (
            "a.rtf",
            b"x",
            "a .rtf file, which cannot be read",
            "convert it to one of .pdf, .docx, .md, .txt, .jpg, .png, .tiff",
        ),
        ("README", b"x", "a file without a suffix, which cannot be read", "convert it to one of"),
    ],
)
def test_unreadable_exhibit_is_one_problem(name, raw, what, remedy, tmp_path):
    file = tmp_path / name
    file.write_bytes(raw)
    with pytest.raises(InputError) as caught:
        read_document(file)
    (problem,) = caught.value.problems
    assert (problem.file, problem.what) == (str(file), what)
    assert problem.remedy.startswith(remedy)


def test_missing_file_differs_from_folder(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        read_document(tmp_path / "a.pdf")
    (tmp_path / "b.pdf").mkdir()
    with pytest.raises(InputError, match="not a file"):
        read_document(tmp_path / "b.pdf")


@pytest.mark.parametrize("name", ["[Content_Types].xml", "_rels/.rels", "word/document.xml"])
def test_docx_with_spoiled_part_is_damaged(name, tmp_path):
    source = write_docx(tmp_path / "a.docx", lambda document: document.add_paragraph("text"))
    with zipfile.ZipFile(source) as good, zipfile.ZipFile(tmp_path / "b.docx", "w") as bad:
        for member in good.namelist():
            bad.writestr(member, b"<w:oops" if member == name else good.read(member))
    with pytest.raises(InputError, match="a damaged DOCX"):
        read_document(tmp_path / "b.docx")


def test_sizes_are_bounded(tmp_path, monkeypatch):
    pdf = write_pdf(tmp_path / "a.pdf", "one", "two", "three")
    text = tmp_path / "a.txt"
    text.write_text("one\ftwo\fthree", encoding="utf-8")
    word = write_docx(tmp_path / "a.docx", lambda document: document.add_paragraph("word " * 40))
    with monkeypatch.context() as patch:
        patch.setattr(exhibits, "MAX_PAGES", 2)
        for file in (pdf, text):
            with pytest.raises(InputError, match="more than 2 pages; split it"):
                read_document(file)
    with monkeypatch.context() as patch:
        patch.setattr(exhibits, "MAX_TEXT_CHARACTERS", 5)
        for file in (pdf, text, word):
            with pytest.raises(InputError, match="million characters"):
                read_document(file)
    with monkeypatch.context() as patch:
        patch.setattr(exhibits, "MAX_FILE_BYTES", 5)
        with pytest.raises(InputError, match="larger than 0 MB"):
            read_document(text)


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as part:
        for _ in range(exhibits.MAX_UNZIPPED_BYTES // 10_000_000 + 1):
            part.write(b"\0" * 10_000_000)
    (tmp_path / "bomb.docx").write_bytes(buffer.getvalue())
    with pytest.raises(InputError, match="unpacks to an unreasonable size"):
        read_document(tmp_path / "bomb.docx")


@pytest.mark.parametrize(
    ("file", "what"),
    [
        ("/etc/hostname", "an absolute path"),
        ("\\\\server\\share\\a.pdf", "an absolute path"),
        ("C:\\a.pdf", "an absolute path"),
        ("../a.pdf", "outside the case folder"),
        ("exhibits/..\\..\\a.pdf", "outside the case folder"),
        ("a\0.pdf", "the name holds a NUL character"),
    ],
)
def test_paths_stay_in_the_folder(file, what, tmp_path):
    with pytest.raises(InputError, match=what):
        exhibit_path(tmp_path, file)


def test_bad_exhibit_is_problem_of_line(folder, edit, line_of, settings):
    write_pdf(folder / "exhibits" / "medal.pdf", "one", "two", encryption=pikepdf.Encryption(user="x", owner="y"))
    edit("exhibits/medal.md", "exhibits/medal.pdf")
    with pytest.raises(CaseError) as caught:
        load_case(folder, settings=settings)
    (problem,) = caught.value.problems
    assert problem.line == line_of("medal.pdf")
    assert problem.field == "exhibits[0].file"
    assert problem.what == "'exhibits/medal.pdf': an encrypted PDF"


def test_case_with_a_scan_loads(folder, edit, settings):
    write_pdf(folder / "exhibits" / "scan.pdf", "", "")
    edit("exhibits/medal.md", "exhibits/scan.pdf")
    case = load_case(folder, settings=settings)
    assert not case.documents["medal"].has_text
    assert case.documents["academy"].has_text


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("sound")
    pdf = write_pdf(folder / "a.pdf", "one", "")
    word = write_docx(folder / "a.docx", lambda document: document.add_paragraph("text"))
    return {"a.pdf": pdf.read_bytes(), "a.docx": word.read_bytes()}


@settings(max_examples=80)
@given(data=st.data(), name=st.sampled_from(["a.pdf", "a.docx"]))
def test_damaged_bytes_raise_nothing_else(data, name, sound):
    """In this process, where a process a file would take the test's time."""
    raw = bytearray(sound[name])
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    damaged = bytes(raw[: data.draw(st.integers(len(raw) // 2, len(raw)))])
    limits = ReadLimits(exhibits.MAX_PAGES, exhibits.MAX_TEXT_CHARACTERS, exhibits.MAX_UNZIPPED_BYTES)
    told: object = ()
    try:
        told = read_pages(READERS[Path(name).suffix].function, damaged, limits).pages
    except UnreadableFileError as error:
        told = error.what and error.remedy
    assert told
