"""Picture exhibits as PDF pages: a picture a page, on US Letter, upright or across."""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import pikepdf

from workbench.case.pages import ReadFile, ReadLimits, ReadPage, UnreadableFileError
from workbench.case.picture_file import read_pixels

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_MAX_SIDE = 3_300
"""Points of the longer side: 300 dots an inch of a letter page."""
_QUALITY = 90
_SHORT, _LONG = 612.0, 792.0
_MARGIN = 40.0
"""Room around the picture; the stamp stands in it."""


class PicturePage(NamedTuple):
    """A picture ready for a page.

    Attributes:
        kind: ``rgb`` or ``grey``, both JPEG; ``bits``: a fax, black and white, one bit a point, deflated.
        width: Points.
        height: Points.
        data: Its bytes.
    """

    kind: str
    width: int
    height: int
    data: bytes


def convert_pictures(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Converts pages of a picture file, in a child process.

    Args:
        raw: JPEG, PNG, TIFF or WebP.
        limits: ``recognize`` names the pages, from 1.

    Returns:
        For each a page whose text :func:`parse_picture` reads.

    Raises:
        UnreadableFileError: It is damaged or too large, or has no such page.
    """
    pages = []
    for number in limits.recognize or (1,):
        pixels = read_pixels(raw, number, _MAX_SIDE)
        if pixels is None:
            raise UnreadableFileError(f"a picture file without a page {number}", "save it again as PDF")
        page = _encode_pixels(pixels)
        text = f"{page.kind} {page.width} {page.height} {base64.b64encode(page.data).decode()}"
        pages.append(ReadPage(text, "scan"))
    return ReadFile(pages)


def parse_picture(text: str) -> PicturePage:
    """Parses what the child answered.

    Raises:
        UnreadableFileError: It is none of :func:`convert_pictures`.
    """
    try:
        kind, width, height, data = text.split(" ")
        page = PicturePage(kind, int(width), int(height), base64.b64decode(data, validate=True))
    except ValueError:
        raise UnreadableFileError("a picture that misleads its reader", "save it again as PDF") from None
    if kind not in ("rgb", "grey", "bits") or min(page.width, page.height) < 1:
        raise UnreadableFileError("a picture that misleads its reader", "save it again as PDF")
    return page


def bind_pictures(pages: Iterable[PicturePage], file: BinaryIO) -> None:
    """Writes a PDF with a picture a page."""
    with pikepdf.new() as pdf:
        for page in pages:
            _add_page(pdf, page)
        pdf.save(file, deterministic_id=True)


def _encode_pixels(pixels: npt.NDArray[np.uint8]) -> PicturePage:
    import numpy as np  # noqa: PLC0415 - with Pillow, only in the child
    from PIL import Image  # noqa: PLC0415

    height, width = pixels.shape[:2]
    grey = pixels[:, :, 0]
    if not (np.array_equal(grey, pixels[:, :, 1]) and np.array_equal(grey, pixels[:, :, 2])):
        return PicturePage("rgb", width, height, _encode_jpeg(Image.fromarray(pixels)))
    if not np.any((grey > 0) & (grey < 255)):  # noqa: PLR2004 - black and white
        return PicturePage("bits", width, height, zlib.compress(np.packbits(grey > 0, axis=1).tobytes(), 9))
    return PicturePage("grey", width, height, _encode_jpeg(Image.fromarray(np.ascontiguousarray(grey))))


def _encode_jpeg(picture: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)  # type: ignore[attr-defined]
    return out.getvalue()


def _add_page(pdf: pikepdf.Pdf, page: PicturePage) -> None:
    across = page.width > page.height
    size = (_LONG, _SHORT) if across else (_SHORT, _LONG)
    # A small picture is not blown up: one of its points is at most one of the page's.
    scale = min((size[0] - 2 * _MARGIN) / page.width, (size[1] - 2 * _MARGIN) / page.height, 1.0)
    width, height = page.width * scale, page.height * scale
    left, bottom = (size[0] - width) / 2, (size[1] - height) / 2
    picture = pdf.make_stream(page.data)
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture.Width, picture.Height = page.width, page.height
    picture.BitsPerComponent = 1 if page.kind == "bits" else 8
    picture.ColorSpace = pikepdf.Name.DeviceRGB if page.kind == "rgb" else pikepdf.Name.DeviceGray
    picture.Filter = pikepdf.Name.FlateDecode if page.kind == "bits" else pikepdf.Name.DCTDecode
    added = pdf.add_blank_page(page_size=size)
    added.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=picture))
    added.obj.Contents = pdf.make_stream(b"q %.3f 0 0 %.3f %.3f %.3f cm /Im Do Q" % (width, height, left, bottom))
