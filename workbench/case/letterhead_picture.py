"""A firm's letterhead picture, decoded and written anew as PNG.

What is kept holds pixels alone: no comment, profile or place of the original.
"""

from __future__ import annotations

import base64
import io
import json
import warnings
from typing import NamedTuple

from workbench.case.pages import ReadFile, ReadLimits, ReadPage, UnreadableFileError

MAX_PIXELS = 40_000_000
"""Of a picture that is read; a sheet of US Letter has 34 million at 600 dots an inch."""
MAX_PNG_BYTES = 1_500_000
"""Of the picture that is kept, which every notebook of the firm then holds."""

_KEPT_PIXELS = (2400, 1200)
_LARGEST = (453.6, 108.0)
"""Width and height on the page in points: the text's width, and an inch and a half."""
_DOTS = 150.0
_POINTS = 72.0
_CREDIBLE_DOTS = range(36, 2401)


class LetterheadImage(NamedTuple):
    """A picture as it is kept.

    Attributes:
        png: Its file.
        width: On the page, in points.
        height: Likewise.
    """

    png: bytes
    width: float
    height: float


def read_letterhead_picture(raw: bytes, limits: ReadLimits) -> ReadFile:  # noqa: ARG001 - as every reader is called
    """Reads a PNG or JPEG.

    The one page's text is a JSON object with ``png`` (Base64), ``width`` and ``height``.

    To be run in a child process: it decodes pixels.

    Raises:
        UnreadableFileError: It is no such picture, is damaged, or too large.
    """
    image = encode_picture(raw)
    found = {"png": base64.b64encode(image.png).decode(), "width": image.width, "height": image.height}
    return ReadFile([ReadPage(json.dumps(found), "text")])


def encode_picture(raw: bytes, size: tuple[float, float] | None = None) -> LetterheadImage:
    """Decodes a picture, and encodes it as PNG.

    Args:
        raw: A PNG or JPEG.
        size: Width and height on the page in points; None: by its dots an inch, at most as large as a letterhead.

    Raises:
        UnreadableFileError: As :func:`read_letterhead_picture`.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - only letterheads need it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is lower
            opened = Image.open(io.BytesIO(raw), formats=("PNG", "JPEG"))
        _check_pixels(opened.width * opened.height)
        dots = _read_dots(opened.info.get("dpi"))
        upright = ImageOps.exif_transpose(opened)
        picture = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        width, height = size or (picture.width / dots * _POINTS, picture.height / dots * _POINTS)
        picture.thumbnail(_KEPT_PIXELS)
        held = io.BytesIO()
        picture.save(held, "PNG")
    except UnreadableFileError:
        raise
    except Exception:  # noqa: BLE001 - Pillow raises a dozen unrelated types on damaged bytes
        raise UnreadableFileError("no PNG or JPEG, or a damaged one", "save the picture as PNG") from None
    png = held.getvalue()
    if len(png) > MAX_PNG_BYTES:
        raise UnreadableFileError(f"takes more than {MAX_PNG_BYTES:,} bytes as PNG", "save it smaller")
    share = min(1.0, _LARGEST[0] / width, _LARGEST[1] / height)
    return LetterheadImage(png, round(width * share, 2), round(height * share, 2))


def _check_pixels(count: int) -> None:
    if count > MAX_PIXELS:
        raise UnreadableFileError(f"more than {MAX_PIXELS:,} pixels", "save it smaller")


def _read_dots(given: object) -> float:
    """Returns the dots an inch that a file names.

    A usual number where it names none that can be.
    """
    dots = given[0] if isinstance(given, tuple) and given else 0
    # A PNG counts dots a metre, so 150 an inch come back as 150.01.
    return float(round(float(dots))) if round(float(dots)) in _CREDIBLE_DOTS else _DOTS
