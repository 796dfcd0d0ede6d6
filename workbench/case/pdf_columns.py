"""Columns of a PDF page that its file draws in another order than they are read, and its tables.

Most files draw column after column, and their text is left as it is. What is drawn line by line across the columns, or
from the right column to the left one, is put in order.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pypdfium2

from workbench.case.page_lines import LinePart
from workbench.case.page_tables import FoundTable, Rule
from workbench.case.pdf_letters import Box, PageLetters
from workbench.case.pdf_rules import find_rules
from workbench.case.reading_order import find_page_tables, reorder_pieces

_GAP = 0.9
"""Heights of a line. A wider gap within a line is a gutter, or the space between two cells of a table."""
_MIN_GAPS = 4
_MIN_ROWS = 3
_MANY_RECTANGLES = 2_000
_SAMPLES = 2
"""Wide lines that are looked at for a gap inside them."""
_WIDE = 0.6
_NARROW = 0.08
"""Share of the page's width that is no column, but a label, a number or a single word."""
_MAX_CHARACTERS = 50_000


def read_columns(page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, text: str) -> str | None:
    """Reads the text of a page in reading order, with a tab between two cells of a table.

    None where the file has it in that order, and the page has no table.

    Args:
        page: The page.
        textpage: Of the page.
        text: Of the page, in the order of the file.
    """
    letters = PageLetters(textpage)
    count = textpage.count_rects()
    if letters.count > _MAX_CHARACTERS or not _MIN_GAPS <= count <= _MANY_RECTANGLES:
        return None
    boxes = letters.lines(count)
    is_across = _looks_drawn_across(textpage, letters, boxes, page.get_width())
    if not is_across and not _has_rows(boxes):
        return None
    rules = find_rules(page)
    pieces = dict(_read_pieces(textpage, letters, sorted(rules.standing)))
    found = reorder_pieces(list(pieces), rules) if is_across else None
    if found is None:
        found = _set_tables(textpage, pieces, find_page_tables(list(pieces), rules))
    # A page may draw letters outside of what it shows.
    if found is None or Counter("".join(found.split())) != Counter("".join(text.split())):
        return None
    return re.sub(r" *\r?\n", "\r\n", found)


def _set_tables(textpage: pypdfium2.PdfTextPage, pieces: dict[LinePart, range], tables: list[FoundTable]) -> str | None:
    """Returns the text in the file's order, with each table in the place of its first piece; None without tables."""
    if not tables:
        return None
    owner = {piece: table for table in tables for piece in table.pieces}
    parts: list[str] = []
    prose: range | None = None
    written: set[int] = set()

    def write_prose(prose: range | None) -> None:
        if prose is not None:
            parts.append(textpage.get_text_range(prose.start, len(prose)))

    for piece, span in pieces.items():
        table = owner.get(piece)
        if table is None:
            prose = span if prose is None else range(prose.start, span.stop)
            continue
        write_prose(prose)
        prose = None
        if id(table) not in written:
            written.add(id(table))
            parts.append(table.text)
    write_prose(prose)
    return "\n".join(parts)


def _has_rows(boxes: list[Box]) -> bool:
    """Tells if some lines of the page have gaps, as the rows of a table do."""
    rows = 0
    last: Box | None = None
    is_counted = False
    for box in sorted(boxes, key=lambda box: (-round(box[1] + box[3]), box[0])):
        height = box[3] - box[1]
        if last is None or min(box[3], last[3]) - max(box[1], last[1]) <= height / 2:
            is_counted = False
        elif not is_counted and box[0] - last[2] > _GAP * height:
            is_counted = True
            rows += 1
        last = box
    return rows >= _MIN_ROWS


def _looks_drawn_across(textpage: pypdfium2.PdfTextPage, letters: PageLetters, boxes: list[Box], width: float) -> bool:
    """Tells from a few boxes whether all of them must be looked at.

    That takes ten times as long.
    """
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


def _read_pieces(
    textpage: pypdfium2.PdfTextPage, letters: PageLetters, sides: list[Rule]
) -> Iterator[tuple[LinePart, range]]:
    """Yields the parts of lines that no wide gap and no ruled line interrupts, in the file's order."""
    first = last = 0
    box: Box | None = None
    shown = [index for index, is_space in enumerate(letters.spaces(range(letters.count))) if not is_space]
    for index, own in zip(shown, letters.boxes(shown), strict=True):
        if box is None or not _goes_on(box, own) or _is_divided(box, own, sides):
            if box is not None:
                yield _make_piece(textpage, box, first, last)
            first, box = index, own
        else:
            box = min(box[0], own[0]), min(box[1], own[1]), max(box[2], own[2]), max(box[3], own[3])
        last = index
    if box is not None:
        yield _make_piece(textpage, box, first, last)


def _is_divided(line: Box, character: Box, sides: list[Rule]) -> bool:
    """Tells if a ruled line stands between a line and the next character."""
    first, last = (bisect_left(sides, at, key=_place_of) for at in (line[2] - 1, character[0] + 1))
    middle = -(line[1] + line[3]) / 2
    return any(rule.begin < middle < rule.end for rule in sides[first:last])


def _place_of(rule: Rule) -> float:
    return rule.at


def _goes_on(line: Box, character: Box) -> bool:
    height = max(line[3] - line[1], character[3] - character[1])
    middle = (character[1] + character[3]) / 2
    return (
        line[1] - height / 2 < middle < line[3] + height / 2
        and -height < character[0] - line[2] < _GAP * height
        and min(line[3], character[3]) - max(line[1], character[1]) > -height / 4
    )


def _make_piece(textpage: pypdfium2.PdfTextPage, box: Box, first: int, last: int) -> tuple[LinePart, range]:
    text = textpage.get_text_range(first, last - first + 1)
    return LinePart(box[0], -box[3], box[2], -box[1], " ".join(text.split())), range(first, last + 1)
