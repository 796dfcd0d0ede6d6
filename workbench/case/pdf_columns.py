"""Columns of a PDF page that its file draws in another order than they are read.

Most files draw column after column, and their text is left as it is. What is drawn line by line across the columns, or
from the right column to the left one, is put in order.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pypdfium2
from pypdfium2 import raw as pdfium_c

from workbench.case.reading_order import LinePart, reorder_pieces

_GAP = 0.9
"""Heights of a line. A wider gap within a line is a gutter, or the space between two cells of a table."""
_MIN_GAPS = 4
_MANY_RECTANGLES = 2_000
_SAMPLES = 2
"""Wide lines that are looked at for a gap inside them."""
_WIDE = 0.6
_NARROW = 0.08
"""Share of the page's width that is no column, but a label, a number or a single word."""
_MAX_CHARACTERS = 50_000

_Box = tuple[float, float, float, float]  # left, bottom, right, top


class _Sides:
    """Boxes of a page, in a third of the time that pypdfium2's own methods take."""

    def __init__(self, textpage: pypdfium2.PdfTextPage) -> None:
        self._textpage = textpage.raw
        self._values = (ctypes.c_double * 4)()
        self._places = [ctypes.byref(ctypes.c_double.from_buffer(self._values, 8 * place)) for place in range(4)]

    def of_rectangle(self, index: int) -> _Box:
        left, top, right, bottom = self._call(pdfium_c.FPDFText_GetRect, index)
        return left, bottom, right, top

    def of_character(self, index: int) -> _Box:
        left, right, bottom, top = self._call(pdfium_c.FPDFText_GetCharBox, index)
        return left, bottom, right, top

    def _call(self, function: Callable[..., Any], index: int) -> list[float]:
        function(self._textpage, index, *self._places)
        return self._values[:]


def read_columns(textpage: pypdfium2.PdfTextPage, width: float) -> str | None:
    """Reads the text of a page in reading order; None where the file has it in that order.

    Args:
        textpage: Of the page.
        width: Of the page.
    """
    if textpage.count_chars() > _MAX_CHARACTERS or not _looks_drawn_across(textpage, width):
        return None
    text = reorder_pieces(list(_read_pieces(textpage)))
    return None if text is None else text.replace("\n", "\r\n")


def _looks_drawn_across(textpage: pypdfium2.PdfTextPage, width: float) -> bool:
    """Tells from a few boxes whether all of them must be looked at, which takes ten times as long."""
    count = textpage.count_rects()
    if not _MIN_GAPS <= count <= _MANY_RECTANGLES:
        return False
    sides = _Sides(textpage)
    boxes = [sides.of_rectangle(index) for index in range(count)]
    gaps = climbs = 0
    for one, other in pairwise(boxes):
        height = min(one[3] - one[1], other[3] - other[1])
        if min(one[3], other[3]) - max(one[1], other[1]) > height / 2:
            is_apart = other[0] - one[2] > _GAP * height or one[0] - other[2] > _GAP * height
            gaps += is_apart and min(one[2] - one[0], other[2] - other[0]) > _NARROW * width
        elif other[1] > one[3]:
            climbs += 1
            if other[2] < one[0]:  # up and to the left
                return True
    if gaps >= _MIN_GAPS or climbs >= _MIN_GAPS:
        return True
    wide = [box for box in boxes if box[2] - box[0] > _WIDE * width]
    if len(wide) < _MIN_GAPS:
        return False
    sample = wide[:: max(len(wide) // _SAMPLES, 1)][:_SAMPLES]
    return all(_has_gap(textpage, sides, box) for box in sample)


def _has_gap(textpage: pypdfium2.PdfTextPage, sides: _Sides, box: _Box) -> bool:
    """Looks for a gap within a line that is drawn as one string."""
    height = box[3] - box[1]
    index = textpage.get_index(box[0] + 1, (box[1] + box[3]) / 2, height, height)
    end = None
    count = textpage.count_chars()
    while index is not None and index < count:
        left, bottom, right, _ = sides.of_character(index)
        if bottom > box[3] or bottom < box[1] - height:
            return False
        if right > left and not _is_space(textpage, index):
            if end is not None and left - end > _GAP * height:
                return True
            if right >= box[2] - 1:
                return False
            end = right
        index += 1
    return False


def _read_pieces(textpage: pypdfium2.PdfTextPage) -> Iterator[LinePart]:
    """Yields the parts of lines that no wide gap interrupts, in the file's order."""
    first = last = 0
    sides = _Sides(textpage)
    box: _Box | None = None
    for index in range(textpage.count_chars()):
        if _is_space(textpage, index):
            continue
        own = sides.of_character(index)
        if box is None or not _goes_on(box, own):
            if box is not None:
                yield _make_piece(textpage, box, first, last)
            first, box = index, own
        else:
            box = min(box[0], own[0]), min(box[1], own[1]), max(box[2], own[2]), max(box[3], own[3])
        last = index
    if box is not None:
        yield _make_piece(textpage, box, first, last)


def _goes_on(line: _Box, character: _Box) -> bool:
    height = max(line[3] - line[1], character[3] - character[1])
    middle = (character[1] + character[3]) / 2
    return (
        line[1] - height / 2 < middle < line[3] + height / 2
        and -height < character[0] - line[2] < _GAP * height
        and min(line[3], character[3]) - max(line[1], character[1]) > -height / 4
    )


def _make_piece(textpage: pypdfium2.PdfTextPage, box: _Box, first: int, last: int) -> LinePart:
    text = textpage.get_text_range(first, last - first + 1)
    return LinePart(box[0], -box[3], box[2], -box[1], " ".join(text.split()))


def _is_space(textpage: pypdfium2.PdfTextPage, index: int) -> bool:
    return chr(pdfium_c.FPDFText_GetUnicode(textpage, index)).isspace()
