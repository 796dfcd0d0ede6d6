"""Pictures of pages, drawn in a child process."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from workbench.case.exhibits import read_limits
from workbench.case.page_drawing import encode_png
from workbench.case.page_picture import MAX_PICTURE_BYTES, PagePicture, find_passage_places
from workbench.case.pages import UnreadableFileError
from workbench.case.readers import READERS
from workbench.case.reading_pool import ReadingPool
from workbench.text.tokens import find_tokens

RECORD = Path(__file__).parents[2] / "data/cases/wu/exhibits/comstock-record.pdf"
PASSAGE = [token.word for token in find_tokens("Dr. Wu was the first woman to receive the prize")]


@pytest.fixture(scope="module")
def draw():
    with ReadingPool() as pool:
        yield lambda raw, page=1, suffix=".pdf", **limits: pool.draw(
            READERS[suffix], raw, page, read_limits()._replace(**limits)
        )


def opened(picture: PagePicture) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(picture.png)))


def ink(picture: PagePicture, box: tuple[float, float, float, float]) -> int:
    """Darkest point inside a box."""
    left, top, right, bottom = box
    shown = opened(picture).convert("L")
    return shown.crop(
        (int(left * shown.width), int(top * shown.height), int(right * shown.width), int(bottom * shown.height))
    ).getextrema()[0]


def pdf(**how) -> bytes:
    document = pypdfium2.PdfDocument(RECORD)
    page = document[0]
    for name, value in how.items():
        getattr(page, f"set_{name}")(*value if isinstance(value, tuple) else (value,))
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def test_page_is_drawn_with_words(draw):
    picture = draw(RECORD.read_bytes())
    assert opened(picture).size == (picture.width, picture.height)
    found = find_passage_places(picture.words, PASSAGE)
    assert (found.share, len(found.boxes)) == (1, 1)
    assert ink(picture, found.boxes[0]) < 100
    left, top, right, bottom = found.boxes[0]
    assert ink(picture, (left, bottom, right, bottom + (bottom - top) / 3)) > 120, "the box ends with the line"


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turned_page_marks_the_passage(draw, degrees):
    picture = draw(pdf(rotation=degrees, cropbox=(50, 100, 560, 760)))
    found = find_passage_places(picture.words, PASSAGE)
    assert (found.share, len(found.boxes)) == (1, 1)
    left, top, right, bottom = found.boxes[0]
    assert (right - left > bottom - top) == (degrees == 180)
    assert ink(picture, found.boxes[0]) < 100


def test_large_page_is_bounded(draw):
    picture = draw(pdf(mediabox=(0, 0, 14_400, 14_400), cropbox=(0, 0, 14_400, 14_400)))
    assert max(picture.width, picture.height) <= 1_801
    assert len(base64.b64decode(picture.png)) <= MAX_PICTURE_BYTES


def test_encrypted_pdf_is_refused(draw):
    sink = io.BytesIO()
    with pikepdf.open(RECORD) as document:
        document.save(sink, encryption=pikepdf.Encryption(user="secret", owner="other"))
    with pytest.raises(UnreadableFileError, match="an encrypted PDF"):
        draw(sink.getvalue())


@pytest.mark.parametrize(("raw", "page"), [(b"%PDF-1.7 nothing", 1), (RECORD.read_bytes(), 2), (b"", 1)])
def test_damaged_file_is_refused(draw, raw, page):
    with pytest.raises(UnreadableFileError):
        draw(raw, page)


def test_text_has_no_picture(draw):
    with pytest.raises(UnreadableFileError, match="is text"):
        draw(b"words", suffix=".md")


def test_picture_is_shown_upright(draw):
    sink = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    Image.new("RGB", (400, 200), "white").save(sink, "JPEG", exif=exif)
    picture = draw(sink.getvalue(), suffix=".jpg")
    assert (picture.width, picture.height, picture.words) == (200, 400, [])
    with pytest.raises(UnreadableFileError, match="has no page 2"):
        draw(sink.getvalue(), 2, suffix=".jpg")


def test_noise_is_shrunk_to_the_limit(draw):
    sink = io.BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (1500, 1500, 3), np.uint8)).save(sink, "PNG")
    assert len(base64.b64decode(draw(sink.getvalue(), suffix=".png").png)) <= MAX_PICTURE_BYTES


@pytest.mark.slow
def test_scan_marks_recognized_words(draw):
    sink = io.BytesIO()
    pypdfium2.PdfDocument(RECORD)[0].render(scale=2).to_pil().save(sink, "PDF")
    assert draw(sink.getvalue()).words == []
    found = find_passage_places(draw(sink.getvalue(), recognize=(1,)).words, PASSAGE)
    assert (found.share, len(found.boxes)) == (1, 1)


@pytest.mark.parametrize("shape", [(3, 5), (3, 5, 3)])
def test_png_holds_the_points(shape):
    pixels = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape) * 7
    assert (np.asarray(Image.open(io.BytesIO(encode_png(pixels)))) == pixels).all()
