"""The firm's own letterhead as data: its Word template and its picture.

Both are files of the firm's, and untrusted all the same: they are read in a child process with limits, and what is kept
stands in the notebook's manifest, so that a later ``nbconvert`` makes the same files.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import struct
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from workbench.case.exhibits import read_content
from workbench.case.pages import ReadLimits, UnreadableFileError
from workbench.case.readers import Reader
from workbench.case.reading_pool import ReadingPool
from workbench.errors import InputError, Problem

FontName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]{0,39}$")]
"""Only a name: it stands in a style sheet and in Word's list of fonts."""

MAX_FILE_BYTES = 5_000_000
"""Of a template or picture."""

_PICTURE_READER = Reader("workbench.case.letterhead_picture:read_letterhead_picture")
_TEMPLATE_READER = Reader("workbench.case.docx_template:read_docx_template")
_LIMITS = ReadLimits(pages=1, characters=40_000_000, unzipped=50_000_000)
_CHARACTERS = 2_100_000
"""Of Base64, for a megabyte and a half; and of XML."""
_PNG = b"\x89PNG\r\n\x1a\n"
_SIDE = 4096
"""Width and height of a kept picture at most, in pixels: those who draw it take memory by them."""

_Name = Annotated[str, StringConstraints(max_length=200)]
_Encoded = Annotated[str, StringConstraints(max_length=_CHARACTERS)]


class LetterPicture(BaseModel):
    """A picture for the head of the first page.

    Attributes:
        name: Of its file, without folder.
        sha256: Of the file that was given; hexadecimal.
        png: The picture as PNG, Base64; empty where only its name is kept.
        width: On the page, in points.
        height: Likewise.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: _Name
    sha256: _Name
    png: _Encoded = ""
    width: Annotated[float, Field(gt=0, le=460)] = 72
    height: Annotated[float, Field(gt=0, le=120)] = 72

    @field_validator("png")
    @classmethod
    def _check_png(cls, value: str) -> str:
        # A notebook's manifest can be edited: a picture that unpacks to gigabytes must not get to what draws it.
        if value:
            head = _decode(value)[:24]
            if len(head) < 24 or not head.startswith(_PNG) or max(struct.unpack(">II", head[16:24])) > _SIDE:  # noqa: PLR2004 - of a PNG's head
                raise ValueError("no PNG of a letterhead")
        return value

    @property
    def content(self) -> bytes:
        """Bytes of the PNG."""
        return _decode(self.png)

    def without_content(self) -> LetterPicture:
        """Returns its name and digest alone."""
        return self.model_copy(update={"png": ""})


class TemplatePart(BaseModel):
    """A header or footer of a template.

    Attributes:
        kind: Which of the two.
        page: The pages that show it.
        xml: Its content.
        pictures: Link to the end of the file's name and its bytes, Base64.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Literal["header", "footer"]
    page: Literal["default", "first", "even"]
    xml: _Encoded
    pictures: dict[str, tuple[Literal["png", "jpg", "jpeg", "gif", "emf"], _Encoded]] = {}


class LetterTemplate(BaseModel):
    """A firm's Word template, as far as a letter takes it.

    Attributes:
        name: Of its file, without folder.
        sha256: Of the file; hexadecimal.
        font: Face of the text, where the styles name one.
        heading_font: Likewise of headings.
        size: Of the text, in points.
        margins: Top, right, bottom and left, and of header and footer, in twentieths of a point.
        first_page: Whether the first page has header and footer of its own.
        even_pages: Whether pages with an even number have.
        styles: XML of the styles; empty where only the template's name is kept.
        theme: XML of the theme, or empty.
        parts: Headers and footers.
        letterhead: Whether a header of the first page shows something, so that it takes the place of the letterhead.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: _Name
    sha256: _Name
    font: FontName | None = None
    heading_font: FontName | None = None
    size: Annotated[float, Field(ge=9, le=14)] | None = None
    margins: tuple[int, int, int, int, int, int] = (1440, 1440, 1440, 1440, 720, 720)
    first_page: bool = False
    even_pages: bool = False
    styles: _Encoded = ""
    theme: _Encoded = ""
    parts: tuple[TemplatePart, ...] = Field(default=(), max_length=6)
    letterhead: bool = False

    def without_content(self) -> LetterTemplate:
        """Returns all but the parts of its file."""
        return self.model_copy(update={"styles": "", "theme": "", "parts": ()})


def read_picture(file: Path) -> LetterPicture:
    """Reads a letterhead picture, a PNG or JPEG.

    Raises:
        InputError: It cannot be read, or is no such picture.
    """
    raw, found = _read_in_child(file, _PICTURE_READER, "save the picture as PNG")
    return LetterPicture(name=file.name[:200], sha256=hashlib.sha256(raw).hexdigest(), **found)


def read_template(file: Path) -> tuple[LetterTemplate, LetterPicture | None]:
    """Reads a Word template, and the picture of its letterhead where it has one that a page can show.

    Raises:
        InputError: It cannot be read, or is no Word document.
    """
    raw, found = _read_in_child(file, _TEMPLATE_READER, "remove its text and large pictures")
    digest = hashlib.sha256(raw).hexdigest()
    picture = found.pop("picture")
    names = {field: _take_font(found.pop(field)) for field in ("font", "heading_font")}
    size = found.pop("size")
    template = LetterTemplate(
        name=file.name[:200],
        sha256=digest,
        **names,
        size=min(max(size, 9), 14) if size is not None else None,
        **found,
    )
    drawn = None if picture is None else LetterPicture(name=file.name[:200], sha256=digest, **picture)
    return template, drawn


def _take_font(name: str | None) -> str | None:
    """Returns a font's name, or None for one that a style sheet cannot hold."""
    return name if name is not None and name.isascii() and name.replace(" ", "").replace("-", "").isalnum() else None


def _read_in_child(file: Path, reader: Reader, remedy: str) -> tuple[bytes, dict[str, Any]]:
    raw = read_content(file, str(file))
    if len(raw) > MAX_FILE_BYTES:
        raise InputError(Problem(f"has more than {MAX_FILE_BYTES // 1_000_000} MB", remedy, file=str(file)))
    try:
        with ReadingPool() as pool:
            found: dict[str, Any] = json.loads(pool.read(reader, raw, _LIMITS).pages[0].text)
    except UnreadableFileError as error:
        raise InputError(Problem(error.what, error.remedy, file=str(file))) from None
    return raw, found


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("no Base64") from None
