"""Pictures as exhibits: JPEG, PNG, TIFF and WebP.

A picture is a scanned page; a TIFF may have many. Pillow decodes them where it is installed, which the extra ``ocr``
does. Without it the file's kind and its number of pages are known, and no more is needed for an exhibit that is listed.
"""

from __future__ import annotations

import io
import struct
import warnings
from typing import TYPE_CHECKING, Any

from workbench.case.ocr import recognize_page, shrink_factor
from workbench.case.pages import ReadFile, ReadLimits, ReadPage, UnreadableFileError, page_limit_error

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from workbench.case.ocr import Pixels

_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP")
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_CLASSIC, _BIG = ("I", "H", 4, 12), ("Q", "Q", 8, 20)
_TIFF_KINDS = {b"II*\0": ("<", *_CLASSIC), b"MM\0*": (">", *_CLASSIC), b"II+\0": ("<", *_BIG), b"MM\0+": (">", *_BIG)}
"""Byte order, types of an address and of a count, place of the first address, and size of an entry."""
_MAX_PIXELS = 89_000_000
"""An A3 page at 600 dots an inch has 70 million."""
_SQUASHED = 1.2
"""Faxes have up to twice as many dots across as down."""
_PAGE = ReadPage("", "scan")


def read_picture(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Reads a picture: one page, or as many as a TIFF has.

    Raises:
        UnreadableFileError: It is damaged, of another type, or beyond the limits.
    """
    try:
        from PIL import Image  # noqa: PLC0415 - not in every installation
    except ImportError:
        count = _count_pages(raw, limits)
        return ReadFile([_PAGE] * (count if limits.recognize is None else len(limits.recognize)))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks on a file's tags
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=_FORMATS) as picture:
                return _read_frames(picture, limits)
    except UnreadableFileError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _size_error() from None
    except Exception:  # noqa: BLE001 - Pillow raises what it likes on hostile bytes
        raise _damage_error() from None


def read_pixels(raw: bytes, number: int, side: int) -> npt.NDArray[np.uint8] | None:
    """Reads one page of a picture, as it is shown.

    None where it has no such page.

    Args:
        raw: The file.
        number: Of the page, from 1.
        side: Points of the longer side, at most.

    Returns:
        Red, green and blue: an array of shape (height, width, 3).

    Raises:
        UnreadableFileError: It is damaged or too large, or Pillow is not installed.
    """
    try:
        from PIL import Image  # noqa: PLC0415 - not in every installation
    except ImportError:
        remedy = "install the extra ocr: python -m pip install 'eb1a-workbench[ocr]'"
        raise UnreadableFileError("a picture, which needs Pillow to be shown", remedy) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=_FORMATS) as picture:
                return _read_frame(picture, number, side)
    except UnreadableFileError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _size_error() from None
    except Exception:  # noqa: BLE001 - as above
        raise _damage_error() from None


def _read_frame(picture: Any, number: int, side: int) -> npt.NDArray[np.uint8] | None:
    import numpy as np  # noqa: PLC0415

    if number > (picture.n_frames if picture.format == "TIFF" else 1):
        return None
    picture.seek(number - 1)
    if picture.width * picture.height > _MAX_PIXELS:
        raise _size_error()
    picture.load()
    shown = _to_rgb(picture)
    shown.thumbnail((side, side))
    return np.asarray(shown)


def _to_rgb(picture: Any) -> Any:
    """Returns a picture as it is shown, the right way up and on white."""
    import numpy as np  # noqa: PLC0415
    from PIL import Image, ImageOps  # noqa: PLC0415

    across, down = picture.info.get("dpi", (1, 1))
    picture = ImageOps.exif_transpose(picture)
    if across and down and max(across, down) > _SQUASHED * min(across, down):
        size = (picture.width, round(picture.height * across / down))
        picture = picture.resize(size if across > down else (round(picture.width * down / across), picture.height))
    if picture.mode.startswith(("I", "F")):
        values = np.asarray(picture, dtype=np.float32)
        low, high = float(values.min()), float(values.max())
        picture = Image.fromarray(((values - low) * (255 / max(high - low, 1))).astype(np.uint8))
    if picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info:
        shown = Image.new("RGB", picture.size, "white")
        picture = picture.convert("RGBA")
        shown.paste(picture, mask=picture.getchannel("A"))
        return shown
    return picture.convert("RGB")


def _read_frames(picture: Any, limits: ReadLimits) -> ReadFile:
    # Other formats have animations and previews, which are no pages.
    count = picture.n_frames if picture.format == "TIFF" else 1
    if count > limits.pages:
        raise page_limit_error(limits)
    wanted = range(1, count + 1) if limits.recognize is None else limits.recognize
    pages = []
    for number in wanted:
        picture.seek(number - 1)
        if picture.width * picture.height > _MAX_PIXELS:
            raise _size_error()
        picture.load()
        pages.append(_PAGE if limits.recognize is None else recognize_page(_PAGE, _to_grey(picture)))
    return ReadFile(pages)


def _to_grey(picture: Any) -> Pixels:
    """Returns a picture as it is shown, in grey values."""
    import numpy as np  # noqa: PLC0415 - with Pillow, only where text is recognised
    from PIL import Image, ImageOps  # noqa: PLC0415

    across, down = picture.info.get("dpi", (1, 1))
    if picture.mode in ("1", "P"):
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    factor = shrink_factor(picture.width, picture.height)
    picture = ImageOps.exif_transpose(picture).reduce(max(int(factor), 1))
    if across and down and max(across, down) > _SQUASHED * min(across, down):
        size = (picture.width, round(picture.height * across / down))
        picture = picture.resize(size if across > down else (round(picture.width * down / across), picture.height))
    if picture.mode.startswith(("I", "F")):  # 16 bits and more, which Pillow would cut off
        values = np.asarray(picture, dtype=np.float32)
        low, high = float(values.min()), float(values.max())
        return ((values - low) * (255 / max(high - low, 1))).astype(np.uint8)
    if picture.mode in ("LA", "PA", "RGBA"):
        shown = Image.new("RGB", picture.size, "white")
        picture = picture.convert("RGBA")
        shown.paste(picture, mask=picture.getchannel("A"))
        picture = shown
    # By way of RGB, for not every mode has a way to grey of its own.
    return np.asarray(picture.convert("RGB").convert("L"))


def _count_pages(raw: bytes, limits: ReadLimits) -> int:
    """Counts the pages of a picture without decoding it."""
    if raw.startswith(_SIGNATURES) or (raw[:4] == b"RIFF" and raw[8:12] == b"WEBP"):
        return 1
    kind = _TIFF_KINDS.get(raw[:4])
    if kind is None:
        raise _damage_error()
    order, address, counter, first, entry = kind
    places: set[int] = set()
    try:
        (place,) = struct.unpack_from(order + address, raw, first)
        while place and place not in places:  # a file may lead round in a circle
            places.add(place)
            if len(places) > limits.pages:
                raise page_limit_error(limits)
            (entries,) = struct.unpack_from(order + counter, raw, place)
            (place,) = struct.unpack_from(order + address, raw, place + struct.calcsize(counter) + entries * entry)
    except struct.error:
        raise _damage_error() from None
    if not places:
        raise _damage_error()
    return len(places)


def _damage_error() -> UnreadableFileError:
    return UnreadableFileError("a damaged picture, or none at all", "open it, and save it again as PNG or PDF")


def _size_error() -> UnreadableFileError:
    return UnreadableFileError(
        f"a picture of more than {_MAX_PIXELS // 1_000_000} million points", "save it with a lower resolution"
    )
