"""Stamps at the foot of a volume's pages: exhibit and page, volume and page, and the mark of a draft."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name

from workbench.errors import ExportError

STAMP_WIDTH = 340.0
"""Points from the left end of the longest stamp to its right end."""
STAMP_MARGIN = 14.0
"""From the right and lower edges of a letter page, in points; a printer leaves 12."""

_SIZE = 9.0
_PADDING = 3.0
_HEIGHT = 11.8
"""Of the white field behind the words, in points: legible on a dark scan."""
_BOTTOM = 2.1
_LETTER_HEIGHT = 792.0
_LEAST_SCALE = 0.4
_SHEET = (0.0, 0.0, 612.0, 792.0)
_SAVE, _RESTORE = b"q\n", b"\nQ\n"
_CODE_OF_LETTER = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]{4})>\n")


class Box(NamedTuple):
    """Visible part of a page in its own coordinates: corners, and the quarter turns by which it is shown."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int


class StampFont(NamedTuple):
    """Font of the stamps, as it is embedded once in a volume.

    Attributes:
        font: For a page's resources.
        grey: Colour space of one component, for the same.
        codes: By letter, for :meth:`str.translate`: its code in the font, four hexadecimal digits.
        widths: By letter, in thousandths of the font's size.
    """

    font: pikepdf.Object
    grey: pikepdf.Object
    codes: dict[int, str]
    widths: dict[str, float]


def read_font(sheet: pikepdf.Pdf) -> StampFont:
    """Reads the font of a sheet on which each letter of the stamps stands.

    Raises:
        ExportError: The sheet is not what Typst 0.14 and newer write.
    """
    resources = sheet.pages[0].obj.Resources
    fonts, spaces = list(resources.Font.values()), list(resources.ColorSpace.values())
    if len(fonts) != 1 or len(spaces) != 1:
        raise ExportError("the stamps are set in several fonts; install typst 0.14 or newer")
    named = _CODE_OF_LETTER.findall(fonts[0].ToUnicode.read_bytes())
    widths = dict(_list_widths(fonts[0].DescendantFonts[0].W))
    return StampFont(
        font=fonts[0],
        grey=spaces[0],
        codes={int(letter, 16): code.decode() for code, letter in named},
        widths={chr(int(letter, 16)): widths[int(code, 16)] for code, letter in named},
    )


def _list_widths(entries: pikepdf.Object) -> Iterator[tuple[int, float]]:
    """Yields code and width of each letter: ``[first last width]`` or ``[first [width, …]]``, one after another."""
    waiting = iter(entries)
    for entry in waiting:
        first, second = int(entry), next(waiting)
        if isinstance(second, Array):
            yield from enumerate(map(float, second), start=first)
        else:
            width = float(next(waiting))
            yield from ((code, width) for code in range(first, int(second) + 1))


def draw_stamp(
    words: str, font: StampFont, matrix: tuple[float, float, float, float, float, float], names: tuple[Name, Name]
) -> bytes:
    """Returns the content that draws a stamp on a page.

    Args:
        words: One line.
        font: Has each of their letters.
        matrix: Of :func:`place_stamp`.
        names: Of the font and of its colour space in the page's resources.
    """
    length = sum(map(font.widths.__getitem__, words)) * _SIZE / 1000 + 2 * _PADDING
    left, codes = STAMP_WIDTH - length, words.translate(font.codes)
    place = "{:.4f} {:.4f} {:.4f} {:.4f} {:.4f} {:.4f}".format(*matrix)
    return (
        f"q {place} cm /Artifact BMC {names[1]} cs 1 scn {left:.2f} {_BOTTOM} {length:.2f} {_HEIGHT} re f 0 scn "
        f"BT {names[0]} {_SIZE:g} Tf {left + _PADDING:.2f} {_BOTTOM + _PADDING} Td <{codes}> Tj ET EMC Q\n"
    ).encode()


def find_box(page: pikepdf.Page) -> Box:
    """Finds the visible part of a page, whatever its boxes say."""
    media = _read_box(page.obj.get("/MediaBox")) or _SHEET
    crop = _read_box(page.obj.get("/CropBox")) or media
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    # A crop box outside of its page is ignored by viewers.
    if right - left < 1 or top - bottom < 1:
        left, bottom, right, top = media
    try:
        turns = round(float(page.obj.get("/Rotate", 0)) / 90) % 4
    except (TypeError, ValueError):
        turns = 0
    return Box(left, bottom, right, top, turns)


def place_stamp(box: Box) -> tuple[float, float, float, float, float, float]:
    """Returns the matrix that draws a stamp in the lower right corner of a page as it is shown.

    On a larger page the stamp is larger, so that it can be read when the page is printed on a sheet.

    Examples:
        >>> place_stamp(Box(0, 0, 612, 792, 0))
        (1.0, 0.0, 0.0, 1.0, 258.0, 14.0)
    """
    across, up = box.right - box.left, box.top - box.bottom
    width, height = (up, across) if box.turns % 2 else (across, up)
    scale = max(max(width, height) / _LETTER_HEIGHT, _LEAST_SCALE)
    scale = min(scale, width / (STAMP_WIDTH + 2 * STAMP_MARGIN))
    margin = STAMP_MARGIN * scale
    along, above = width - margin - STAMP_WIDTH * scale, margin
    # From a place on the page as it is shown to its own coordinates; /Rotate turns clockwise.
    match box.turns:
        case 0:
            return (scale, 0.0, 0.0, scale, box.left + along, box.bottom + above)
        case 1:
            return (0.0, scale, -scale, 0.0, box.right - above, box.bottom + along)
        case 2:
            return (-scale, 0.0, 0.0, -scale, box.right - along, box.top - above)
        case _:
            return (0.0, -scale, scale, 0.0, box.left + above, box.top - along)


def _read_box(value: Any) -> tuple[float, float, float, float] | None:
    try:
        first, second, third, fourth = (float(each) for each in value)
    except (TypeError, ValueError):
        return None
    box = (min(first, third), min(second, fourth), max(first, third), max(second, fourth))
    return box if box[2] - box[0] >= 1 and box[3] - box[1] >= 1 else None


def stamp_pages(pdf: pikepdf.Pdf, words: Sequence[str], sheet: pikepdf.Pdf, unbalanced: Collection[int]) -> None:
    """Draws a stamp on each page.

    Args:
        pdf: Its pages are changed.
        words: Of each page's stamp.
        sheet: With each letter of the stamps; open until ``pdf`` is saved.
        unbalanced: Pages, from 0, whose drawing state is not restored at their end.
    """
    found = read_font(sheet)
    # Copied once: all pages name the same objects.
    font = found._replace(font=_copy_object(pdf, sheet, found.font), grey=_copy_object(pdf, sheet, found.grey))
    before = pdf.make_stream(_SAVE)
    for index, (page, line) in enumerate(zip(pdf.pages, words, strict=True)):
        if index in unbalanced:
            _isolate_content(pdf, page)
        names = _give_font(page, font)
        page.contents_add(before, prepend=True)
        page.contents_add(pdf.make_stream(_RESTORE + draw_stamp(line, font, place_stamp(find_box(page)), names)))


def _copy_object(pdf: pikepdf.Pdf, source: pikepdf.Pdf, value: pikepdf.Object) -> pikepdf.Object:
    return pdf.copy_foreign(value if value.is_indirect else source.make_indirect(value))


def _isolate_content(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Draws the page's content as an object of its own, which begins and ends with a state of its own."""
    form = page.as_form_xobject(handle_transformations=False)
    box = find_box(page)
    form.BBox = Array([box.left, box.bottom, box.right, box.top])
    page.obj.Resources = Dictionary(XObject=Dictionary(WorkbenchPage=form))
    page.obj.Contents = pdf.make_stream(b"/WorkbenchPage Do")


def _give_font(page: pikepdf.Page, font: StampFont) -> tuple[Name, Name]:
    """Adds the font and its colour space to a page's resources; returns their names there.

    Pages may share their resources: they then share these entries, too.
    """
    resources = page.obj.get("/Resources")
    if not isinstance(resources, Dictionary):
        resources = page.obj.Resources = Dictionary()
    return _name_entry(resources, Name.Font, font.font), _name_entry(resources, Name.ColorSpace, font.grey)


def _name_entry(resources: pikepdf.Object, kind: Name, value: pikepdf.Object) -> Name:
    if not isinstance(resources.get(kind), Dictionary):
        resources[kind] = Dictionary()
    entries = resources[kind]
    name, count = Name("/WorkbenchStamp"), 1
    # An exhibit that is a volume of an earlier package has such names of its own.
    while (held := entries.get(name)) is not None and getattr(held, "objgen", None) != value.objgen:
        name, count = Name(f"/WorkbenchStamp{count}"), count + 1
    entries[name] = value
    return name
