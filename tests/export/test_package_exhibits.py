"""Texts and pictures of a case as exhibits of a package."""

import contextlib
import io

import pypdfium2
import pytest
from exhibit_files import give_files
from PIL import Image
from word_files import paragraph, write_word_file

from workbench.export.package import export_package


def bound_texts(path):
    with contextlib.closing(pypdfium2.PdfDocument(path)) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def bind(approved, tmp_path, name, raw, pages):
    files = give_files(approved, {"nms-citation": (name, raw, pages)})
    package = export_package(files, out=tmp_path)
    assert package.troubles == ()
    return package, bound_texts(tmp_path / "volume-1.pdf")


def test_long_text_page_goes_on(approved, tmp_path):
    first = "\n\n".join(f"Paragraph {number} of the first page. " + "words " * 40 for number in range(60))
    raw = f'{first}\f#read("/etc/passwd") $x$ and the second page.'.encode()
    package, texts = bind(approved, tmp_path, "contract.md", raw, 2)
    assert any("Ex. 1 p. 1 |" in text for text in texts)
    assert any("Ex. 1 p. 1 (cont.) |" in text for text in texts)
    second = next(text for text in texts if "and the second page." in text)
    assert "Ex. 1 p. 2 |" in second
    assert '#read("/etc/passwd") $x$' in second
    assert package.notes[0].startswith("Exhibit 1: its text is set here from the file")


def test_word_file_is_set_as_text(approved, tmp_path):
    raw = write_word_file(paragraph("The Comstock Prize was given to Dr. Wu."))
    _, texts = bind(approved, tmp_path, "letter.docx", raw, 1)
    assert any("The Comstock Prize was given to Dr. Wu." in text and "Ex. 1 p. 1 |" in text for text in texts)


def test_text_without_font_is_named(approved, tmp_path):
    files = give_files(approved, {"nms-citation": ("odd.txt", "\U0001e7f0 linear".encode(), 1)})
    package = export_package(files, out=tmp_path)
    assert package.troubles[0].startswith("Exhibit 1 (odd.txt): no font on this machine has the characters")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_picture_is_bound(approved, tmp_path, kind):
    out = io.BytesIO()
    Image.new("RGB", (900, 1200), (180, 20, 20)).save(out, kind)
    suffix = {"PNG": "png", "JPEG": "jpg", "TIFF": "tif"}[kind]
    package, texts = bind(approved, tmp_path, f"medal.{suffix}", out.getvalue(), 1)
    index = next(number for number, text in enumerate(texts) if "Ex. 1 p. 1 |" in text)
    with contextlib.closing(pypdfium2.PdfDocument(tmp_path / "volume-1.pdf")) as document:
        shown = document[index].render(scale=0.5, rev_byteorder=True).to_numpy()
    assert tuple(shown[198, 153][:3]) == pytest.approx((180, 20, 20), abs=6)
    assert len(package.volumes) == 1
