"""Scanned pages: a typed page, drawn as dots, and made worse as scanners do."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pypdfium2
from pdf_files import FULL_PAGE, text, write_pdf_file
from PIL import Image, ImageFilter
from rapidfuzz.distance import Levenshtein
from tools import skip_or_fail

from workbench.case.ocr_engine import INSTALL_OCR, ocr_engine_name

Dots = npt.NDArray[np.uint8]

LETTER = (
    "The Tidewater Medal of the Invented Academy of Sciences, 2019",
    "It was awarded to Dr. Ilse Okvale on March 3, 2019, for her work on",
    "coastal currents, which has been cited in forty-one countries.",
    "The amount of the prize was USD 412,750.",
)


def require_ocr() -> None:
    """Skips the test where no engine is installed, and fails it in CI."""
    if not ocr_engine_name():
        skip_or_fail(f"no engine for text recognition; {INSTALL_OCR}")


def type_page(lines: Sequence[str] = LETTER, left: float = 72) -> bytes:
    """Content of a page with some lines of text at its top."""
    return b"".join(text(left, 720 - 20 * place, line) for place, line in enumerate(lines))


def draw_page(content: bytes, *, dpi: int = 150, height: float = 792, turned: float = 0, noise: float = 0) -> Dots:
    """Draws the upper part of a page: rows of grey values.

    Args:
        content: Of the page.
        dpi: Dots an inch.
        height: Of the part, in points: recognition takes time by area.
        turned: Degrees by which the page lies askew.
        noise: Standard deviation of grain, in grey values.
    """
    page = pypdfium2.PdfDocument(write_pdf_file([content]))[0]
    bitmap = page.render(scale=dpi / 72, grayscale=True)
    dots = bitmap.to_numpy().reshape(bitmap.height, bitmap.width)[: round(height * dpi / 72)]
    picture = Image.fromarray(np.ascontiguousarray(dots))
    if turned:
        picture = picture.rotate(turned, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    if noise:
        picture = picture.filter(ImageFilter.GaussianBlur(0.6))
        grain = np.random.default_rng(1).normal(0, noise, (picture.height, picture.width))
        return (np.asarray(picture, dtype=np.float64) + grain).clip(0, 255).astype(np.uint8)
    return np.asarray(picture)


def scan_pages(*contents: bytes, stamp: bytes = b"") -> bytes:
    """Makes a PDF of pages that are pictures of their content."""
    pages = []
    objects = {}
    for place, content in enumerate(contents):
        dots = draw_page(content)
        entries = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8" % (
            dots.shape[1],
            dots.shape[0],
        )
        data = dots.tobytes()
        objects[200 + place] = b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)
        pages.append(FULL_PAGE.replace(b"/Im", b"/S%d" % place) + stamp)
    names = b" ".join(b"/S%d %d 0 R" % (place, 200 + place) for place in range(len(contents)))
    return write_pdf_file(pages, objects=objects, pictures=names)


def encode(dots: Dots | Image.Image, kind: str, **options: object) -> bytes:
    """Returns a picture file."""
    picture = dots if isinstance(dots, Image.Image) else Image.fromarray(dots)
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def error_rate(truth: str, read: str) -> float:
    """Returns wrong, missing and added letters for each letter of a text; spaces do not count."""
    one, other = "".join(truth.split()), "".join(read.split())
    return Levenshtein.distance(one, other) / len(one)
