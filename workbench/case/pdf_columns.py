"""Columns of a PDF page that its file draws in another order than they are read.

Most files draw column after column, and their text is left as it is. What is drawn line by line across the columns, or
from the right column to the left one, is put in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pypdfium2

from workbench.case.pdf_letters import Box, PageLetters
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


def read_columns(textpage: pypdfium2.PdfTextPage, width: float) -> str | None:
    """Reads the text of a page in reading order.

    None where the file has it in that order.

    Args:
        textpage: Of the page.
        width: Of the page.
    """
    letters = PageLetters(textpage)
    if letters.count > _MAX_CHARACTERS or not _looks_drawn_across(textpage, letters, width):
        return None
    text = reorder_pieces(list(_read_pieces(textpage, letters)))
    return None if text is None else text.replace("\n", "\r\n")


def _looks_drawn_across(textpage: pypdfium2.PdfTextPage, letters: PageLetters, width: float) -> bool:
    """Tells from a few boxes whether all of them must be looked at.

    That takes ten times as long.
    """
    count = textpage.count_rects()
    if not _MIN_GAPS <= count <= _MANY_RECTANGLES:
        return False
    boxes = letters.lines(count)
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
    return all(_has_gap(textpage, letters, box) for box in sample)


def _has_gap(textpage: pypdfium2.PdfTextPage, letters: PageLetters, box: Box) -> bool:
    """Looks for a gap within a line that is drawn as one string."""
    height = box[3] - box[1]
    index = textpage.get_index(box[0] + 1, (box[1] + box[3]) / 2, height, height)
    end = None
    behind = range(letters.count if index is None else index, letters.count)
    for (left, bottom, right, _), is_space in zip(letters.boxes(behind), letters.spaces(behind), strict=True):
        if bottom > box[3] or bottom < box[1] - height:
            return False
        if right > left and not is_space:
            if end is not None and left - end > _GAP * height:
                return True
            if right >= box[2] - 1:
                return False
            end = right
    return False


def _read_pieces(textpage: pypdfium2.PdfTextPage, letters: PageLetters) -> Iterator[LinePart]:
    """Yields the parts of lines that no wide gap interrupts, in the file's order."""
    first = last = 0
    box: Box | None = None
    shown = [index for index, is_space in enumerate(letters.spaces(range(letters.count))) if not is_space]
    for index, own in zip(shown, letters.boxes(shown), strict=True):
        if box is None or not _goes_on(box, own):
            if box is not None:
                yield _make_piece(textpage, box, first, last)
            first, box = index, own
        else:
            box = min(box[0], own[0]), min(box[1], own[1]), max(box[2], own[2]), max(box[3], own[3])
        last = index
    if box is not None:
        yield _make_piece(textpage, box, first, last)


def _goes_on(line: Box, character: Box) -> bool:
    height = max(line[3] - line[1], character[3] - character[1])
    middle = (character[1] + character[3]) / 2
    return (
        line[1] - height / 2 < middle < line[3] + height / 2
        and -height < character[0] - line[2] < _GAP * height
        and min(line[3], character[3]) - max(line[1], character[1]) > -height / 4
    )


def _make_piece(textpage: pypdfium2.PdfTextPage, box: Box, first: int, last: int) -> LinePart:
    text = textpage.get_text_range(first, last - first + 1)
    return LinePart(box[0], -box[3], box[2], -box[1], " ".join(text.split()))
