"""Pictures as pages."""

import io

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from workbench.case.exhibit_picture import bind_pictures, convert_pictures, parse_picture
from workbench.case.exhibits import read_limits
from workbench.case.pages import UnreadableFileError


def picture_file(mode="RGB", size=(400, 600), kind="PNG", **options):
    noise = np.random.default_rng(1).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    picture = Image.fromarray(noise)
    out = io.BytesIO()
    (picture.convert(mode) if mode != "RGB" else picture).save(out, kind, **options)
    return out.getvalue()


def convert(raw, *numbers):
    read = convert_pictures(raw, read_limits()._replace(recognize=numbers or (1,)))
    return [parse_picture(page.text) for page in read.pages]


@pytest.mark.parametrize(
    ("mode", "kind", "expected"),
    [("RGB", "PNG", "rgb"), ("L", "JPEG", "grey"), ("1", "TIFF", "bits"), ("CMYK", "JPEG", "rgb")],
)
def test_pictures_keep_their_colours(mode, kind, expected):
    raw = picture_file(mode, kind=kind)
    pages = convert(raw)
    assert [(page.kind, page.width, page.height) for page in pages] == [(expected, 400, 600)]
    file = io.BytesIO()
    bind_pictures(pages, file)
    shown = pypdfium2.PdfDocument(file.getvalue())[0].render(scale=1).to_numpy()
    assert shown.shape[:2] == (792, 612)
    assert shown[:40].min() == 255
    with Image.open(io.BytesIO(raw)) as picture:
        original = np.asarray(picture.convert("L"), dtype=float)
    # At one point for a point, in the middle of the sheet.
    part = shown[96:696, 106:506].mean(axis=2)
    assert abs(part - original).mean() < 20


def test_wide_picture_lies_across():
    file = io.BytesIO()
    bind_pictures(convert(picture_file(size=(3000, 500))), file)
    with pikepdf.open(file) as pdf:
        assert [float(each) for each in pdf.pages[0].mediabox] == [0, 0, 792, 612]


def test_each_page_of_tiff():
    frames = [Image.new("L", (300, 400), shade) for shade in (100, 150, 200)]
    out = io.BytesIO()
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
    assert len(convert(out.getvalue(), 1, 2, 3)) == 3
    with pytest.raises(UnreadableFileError, match="without a page 4"):
        convert(out.getvalue(), 4)


@pytest.mark.parametrize("answer", ["", "rgb 1 1", "gif 1 1 AAAA", "rgb 0 1 AAAA", "rgb 1 1 ???", "rgb x 1 AAAA"])
def test_misleading_answer_is_refused(answer):
    with pytest.raises(UnreadableFileError, match="misleads its reader"):
        parse_picture(answer)
