"""Stamps on pages of every kind."""

import contextlib
import io

import numpy as np
import pikepdf
import pypdfium2
import pytest
from exhibit_files import give_files
from pdf_files import text, write_pdf_file

from workbench.export.package import export_package
from workbench.export.volume_stamps import Box, find_box, place_stamp


def page_file(content=b"", **entries):
    with pikepdf.open(io.BytesIO(write_pdf_file([content]))) as pdf:
        for key, value in entries.items():
            pdf.pages[0].obj[f"/{key}"] = pikepdf.Array(value) if isinstance(value, list) else value
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def stamped_page(approved, tmp_path, raw):
    """Draws the stamped page of the first exhibit, dark where there is ink."""
    # A letter of one section and one exhibit: the others are not looked at, and take most of the time.
    short = approved.model_copy(update={"sections": approved.sections[:1], "exhibits": approved.exhibits[:1]})
    files = give_files(short, {"nms-citation": ("a.pdf", raw, 1)})
    package = export_package(files, out=tmp_path)
    assert package.troubles == ()
    with contextlib.closing(pypdfium2.PdfDocument(tmp_path / "volume-1.pdf")) as document:
        index = next(
            number
            for number, page in enumerate(document)
            if "Ex. 1 p. 1 " in " ".join(page.get_textpage().get_text_range().split())
        )
        return document[index].render(scale=1.5).to_numpy().mean(axis=2) < 128


SHAPES = {
    "plain": {},
    "turned right": {"Rotate": 90},
    "on its head": {"Rotate": 180},
    "turned left": {"Rotate": 270},
    "turned left, negative": {"Rotate": -90},
    "offset": {"MediaBox": [100, 200, 712, 992]},
    "offset and turned": {"MediaBox": [-300, -50, 312, 742], "Rotate": 90},
    "cropped": {"CropBox": [50, 50, 500, 700]},
    "cropped and turned": {"CropBox": [50, 50, 500, 700], "Rotate": 270},
    "backwards": {"MediaBox": [612, 792, 0, 0]},
    "poster": {"MediaBox": [0, 0, 2384, 3370]},
    "card": {"MediaBox": [0, 0, 240, 150]},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_stamp_is_lower_right(approved, tmp_path, shape):
    ink = stamped_page(approved, tmp_path, page_file(**SHAPES[shape]))
    rows, columns = np.nonzero(ink)
    height, width = ink.shape
    assert rows.size
    assert rows.min() > 0.85 * height
    assert columns.max() > 0.9 * width
    # The stamp's words are upright: wider than high.
    assert np.ptp(columns) > 3 * np.ptp(rows)


def test_unbalanced_page_keeps_stamp_in_place(approved, tmp_path):
    content = b"q 0.2 0 0 0.2 300 300 cm q " + text(72, 700, "Small.")
    ink = stamped_page(approved, tmp_path, page_file(content))
    rows, _ = np.nonzero(ink[1000:])
    assert rows.size


def test_volume_of_another_package_keeps_its_stamps(approved, tmp_path):
    short = approved.model_copy(update={"sections": approved.sections[:1], "exhibits": approved.exhibits[:1]})
    export_package(give_files(short), out=tmp_path / "first")
    raw = (tmp_path / "first" / "volume-1.pdf").read_bytes()
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        count = len(pdf.pages)
    export_package(give_files(short, {"nms-citation": ("volume.pdf", raw, count)}), out=tmp_path / "second")
    with contextlib.closing(pypdfium2.PdfDocument(tmp_path / "second" / "volume-1.pdf")) as document:
        last = " ".join(document[len(document) - 1].get_textpage().get_text_range().split())
        assert f"Vol. 1 p. {count}" in last
        assert f"Ex. 1 p. {count} | Vol. 1 p. {len(document)}" in last


def test_stamps_have_one_font(approved, tmp_path):
    package = export_package(give_files(approved), out=tmp_path)
    with pikepdf.open(package.folder / "volume-1.pdf") as pdf:
        fonts = {page.Resources.Font.WorkbenchStamp.objgen for page in pdf.pages}
    assert len(fonts) == 1


def test_boxes_of_odd_pages():
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        page.obj.CropBox = pikepdf.Array([2000, 2000, 3000, 3000])
        assert find_box(page) == Box(0, 0, 612, 792, 0)
        page.obj.MediaBox = pikepdf.Array([0, 0, 0, 0])
        page.obj.Rotate = pikepdf.Name("/None")
        assert find_box(page) == Box(0, 0, 612, 792, 0)


def test_stamp_grows_with_the_page():
    assert place_stamp(Box(0, 0, 1224, 1584, 0))[0] == 2.0
    assert place_stamp(Box(0, 0, 200, 100, 0))[0] < 0.6
