"""PDF exhibits: what the binding has to know of them."""

import io

import pikepdf
import pytest
from pdf_files import text, write_pdf_file

from workbench.case.exhibit_pdf import inspect_pdf, set_still
from workbench.case.exhibits import read_limits
from workbench.case.pages import UnreadableFileError

PAGE = text(72, 700, "Page 1.")


def form_file(*, appearance=False):
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Chien-Shiung Wu) /Rect [72 500 400 520] /F 4 "
        b"/DA (/F 11 Tf 0 g) /P 10 0 R >>"
    )
    catalog = (
        b"/AcroForm << /Fields [200 0 R] /NeedAppearances true /DA (/F 11 Tf 0 g) /DR << /Font << /F 3 0 R >> >> >>"
    )
    return write_pdf_file([PAGE], objects={200: field}, annotations=[200], catalog=catalog)


def test_whole_pdf_has_no_notes():
    read = inspect_pdf(write_pdf_file([PAGE, PAGE]), read_limits())
    assert [page.text for page in read.pages] == ["", ""]
    assert read.not_read == ()


@pytest.mark.parametrize("content", [b"q " + PAGE, PAGE + b" Q", b"Q q " + PAGE, b"q 2 0 0 2 0 0 cm q " + PAGE + b" Q"])
def test_unbalanced_pages_are_told(content):
    read = inspect_pdf(write_pdf_file([PAGE, content]), read_limits())
    assert [page.text for page in read.pages] == ["", "unbalanced"]


def test_form_fields_become_text():
    with pikepdf.open(io.BytesIO(form_file())) as pdf:
        notes = set_still(pdf)
        assert notes == ["its form fields are set as text"]
        assert len(pdf.pages[0].obj.get("/Annots", [])) == 0
        drawn = b"".join(each.read_bytes() for each in pdf.objects if isinstance(each, pikepdf.Stream))
    assert b"Chien-Shiung Wu" in drawn


def test_scripts_and_actions_are_removed():
    annotation = b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /Launch /F (calc.exe) >> >>"
    raw = write_pdf_file(
        [PAGE],
        objects={200: annotation},
        annotations=[200],
        catalog=b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
    )
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        set_still(pdf)
        assert "/OpenAction" not in pdf.Root
        assert all("/A" not in each for each in pdf.pages[0].obj.Annots)


def test_damaged_pdf_is_refused():
    for raw in (b"", b"no PDF", b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>"):
        with pytest.raises(UnreadableFileError):
            inspect_pdf(raw, read_limits())


def test_page_limit_is_kept():
    with pytest.raises(UnreadableFileError, match="more than 1 pages"):
        inspect_pdf(write_pdf_file([PAGE, PAGE]), read_limits()._replace(pages=1))
