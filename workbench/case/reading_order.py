"""Reading order of a page from the places of its lines.

Columns of prose are read one after the other, everything else row by row, so that a table stays one. Prose is told from
a table by its lines: they fill their column, and many begin in the middle of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from workbench.case.page_lines import SAME_ROW, Block, LinePart, group_rows, median, shares_row
from workbench.case.page_tables import NO_RULES, FoundTable, Rules, collapse_tables, find_grids, find_tables

_MIN_LINES = 4
"""Fewer lines beside each other are a heading or an address."""
_MIN_LETTERS = 8
_MAX_DIGITS = 0.3
_CONTINUING = 0.3
"""Share of a column's lines that begin with a small letter: in prose over a half, in a table's cells near none."""
_CASED = 0.5
_FULL_WIDTH = 0.8
_FULL_LINES = 0.5
_FULL_LINES_UNCASED = 0.8
"""Without small letters, as in Chinese, only the width of the lines tells."""
_SHARED_HEIGHT = 0.5
_APART = 2.5
_MAX_PITCH = 1.7
"""Rows of a table stand farther apart than lines of prose."""
_MIN_STRIPS = 2
_MAX_PIECES = 3_000
_MAX_GUTTERS = 40
_DEPTH = 4

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def join_pieces(pieces: Sequence[LinePart], rules: Rules = NO_RULES) -> str:
    """Joins the pieces of a page in reading order, one line of text a row, with a tab between two cells of a table.

    Args:
        pieces: Of the page.
        rules: Its ruled lines.
    """
    grids = list(find_grids(list(pieces), rules))
    blocks = (
        collapse_tables(block, list(find_tables(block, rules)))
        for block in split_blocks(collapse_tables(list(pieces), grids))
    )
    return "\n".join(" ".join(piece.text for piece in row) for block in blocks for row in group_rows(block))


def find_page_tables(pieces: Sequence[LinePart], rules: Rules) -> list[FoundTable]:
    """Finds the tables of a page."""
    grids = list(find_grids(list(pieces), rules))
    taken = {one for table in grids for one in table.pieces}
    blocks = split_blocks([one for one in pieces if one not in taken])
    return [*grids, *(table for block in blocks for table in find_tables(block, rules))]


def reorder_pieces(pieces: Sequence[LinePart], rules: Rules = NO_RULES) -> str | None:
    """Joins pieces whose order is not that of reading.

    None where it is, or nothing better is known.

    Args:
        pieces: In the order in which the file draws them.
        rules: The page's ruled lines.
    """
    letters = "".join(piece.text for piece in pieces)
    if len(pieces) > _MAX_PIECES or 2 * len(_RIGHT_TO_LEFT.findall(letters)) > len(letters):
        return None
    places = {piece: place for place, piece in enumerate(pieces)}
    if len(places) < len(pieces):  # drawn twice, as a shadow or for bold letters
        return None
    blocks = split_blocks(pieces)
    block_of = {piece: number for number, block in enumerate(blocks) for piece in block}
    changes = sum(block_of[one] != block_of[other] for one, other in pairwise(pieces))
    if changes > 2 * (len(blocks) - 1) + _MIN_LINES - 1 or any(_is_swapped(places, *two) for two in pairwise(blocks)):
        return join_pieces(pieces, rules)
    climbs = sum(
        _is_above(other, one) and block_of[one] == block_of[other] and _shares_width(one, other)
        for one, other in pairwise(pieces)
    )
    return join_pieces(pieces, rules) if climbs >= max(_MIN_LINES, len(pieces) / 4) else None


def split_blocks(pieces: Sequence[LinePart]) -> list[Block]:
    """Splits a page into blocks in reading order.

    Each is read row by row.
    """
    if len(pieces) > _MAX_PIECES:
        return [list(pieces)]
    return _split_pieces(list(pieces), _DEPTH)


def _split_pieces(pieces: Block, depth: int) -> list[Block]:
    best: list[tuple[bool, Block, Block]] = []
    most = 0
    for gutter in _gutters(pieces) if depth else ():
        bands = list(_cut_bands(pieces, gutter))
        # The gutter beside which most of the page stands in columns: a table or a caption has gutters of its own.
        size = sum(len(left) + len(right) for is_columns, left, right in bands if is_columns)
        if size > most:
            best, most = bands, size
    if not best:
        return [pieces] if pieces else []
    blocks: list[Block] = []
    for is_columns, left, right in best:
        if not is_columns:
            blocks += _split_pieces(left, depth - 1)
            continue
        for left_part, right_part in _cut_strips(left, right):
            # A row of a table, not two columns: its cells are read one after the other.
            if len(group_rows(left_part)) <= 1 and len(group_rows(right_part)) <= 1:
                blocks.append(left_part + right_part)
            else:
                blocks += _split_pieces(left_part, depth - 1) + _split_pieces(right_part, depth - 1)
    return [block for block in blocks if block]


def _gutters(pieces: Block) -> list[float]:
    """Finds the left edges at which several pieces begin, with others to their left."""
    if len(pieces) < 2 * _MIN_LINES:
        return []
    near = median(piece.bottom - piece.top for piece in pieces)
    edges = sorted(piece.left for piece in pieces)
    groups: list[list[float]] = [[edges[0]]]
    for edge in edges[1:]:
        # Edges within the height of a line are one: scans and indents move them.
        if edge - groups[-1][0] <= near:
            groups[-1].append(edge)
        else:
            groups.append([edge])
    found = sorted((group for group in groups[1:] if len(group) >= _MIN_LINES), key=len, reverse=True)
    return [group[0] for group in found[:_MAX_GUTTERS]]


def _cut_bands(pieces: Block, gutter: float) -> Iterator[tuple[bool, Block, Block]]:
    """Cuts a page at the lines that cross a gutter.

    Yields:
        Whether these are two columns, and their pieces; all of them are in the first block where they are not.
    """
    by_height = sorted(pieces, key=lambda piece: piece.middle)
    inside = [piece for piece in by_height if not piece.left < gutter < piece.right]
    plain: Block = []
    start = 0
    for end in (*(piece for piece in by_height if piece.left < gutter < piece.right), None):
        # Between two lines that cross the gutter; None stands for the end of the page.
        stop = start
        while stop < len(inside) and (end is None or inside[stop].middle < end.middle):
            stop += 1
        above, band, below = _cut_outliers(inside[start:stop])
        left = [piece for piece in band if piece.right <= gutter]
        right = [piece for piece in band if piece.left >= gutter]
        if _are_columns(left, right):
            yield False, plain + above, []
            yield True, left, right
            plain = below
        else:
            plain = plain + inside[start:stop]
        start = stop
        if end is not None:
            plain = [*plain, end]
    yield False, plain, []


def _cut_outliers(band: Block) -> tuple[Block, Block, Block]:
    """Cuts off a few lines that stand apart at top and bottom.

    Page numbers and running titles do.
    """
    if not band:
        return [], [], []
    apart = _APART * median(piece.bottom - piece.top for piece in band)
    first, last, lowest = 0, len(band), band[0].bottom
    for place, piece in enumerate(band):
        if piece.top - lowest > apart:
            # A gap behind more lines is one between paragraphs, and cuts nothing off.
            if place < _MIN_LINES:
                first = place
            elif len(band) - place < _MIN_LINES:
                last = place
                break
        lowest = max(lowest, piece.bottom)
    return band[:first], band[first:last], band[last:]


def _are_columns(left: Block, right: Block) -> bool:
    if min(len(left), len(right)) < _MIN_LINES:
        return False
    # Lines far apart are the rows of a table or form.
    if any(_pitch(side) > _MAX_PITCH for side in (left, right)):
        return False
    # Side by side, and not one above the other.
    shared = min(left[-1].bottom, right[-1].bottom) - max(left[0].top, right[0].top)
    if shared < _SHARED_HEIGHT * min(block[-1].bottom - block[0].top for block in (left, right)):
        return False
    # Scripts without capitals have no lines that go on in small letters: for them full lines must do.
    cased = [piece for piece in (*left, *right) if piece.text.lower() != piece.text.upper()]
    if len(cased) < _CASED * (len(left) + len(right)):
        return all(_has_words(side) and _fill(side) >= _FULL_LINES_UNCASED for side in (left, right))
    continuing = [sum(piece.text[:1].islower() for piece in side) / len(side) for side in (left, right)]
    return (
        all(map(_has_words, (left, right)))
        and min(continuing) >= _CONTINUING
        and min(_fill(left), _fill(right)) >= _FULL_LINES
    )


def _has_words(block: Block) -> bool:
    text = "".join(piece.text for piece in block)
    digits = sum(letter.isdigit() for letter in text)
    return median(len(piece.text) for piece in block) >= _MIN_LETTERS and digits <= _MAX_DIGITS * len(text)


def _pitch(block: Block) -> float:
    """Returns the distance between its lines, in heights of a line."""
    steps = [below.middle - above.middle for above, below in pairwise(block) if not shares_row(above, below)]
    return median(steps or [0]) / median(piece.bottom - piece.top for piece in block)


def _fill(block: Block) -> float:
    """Returns the share of lines that are about as wide as the widest ones."""
    widths = sorted(piece.right - piece.left for piece in block)
    usual = widths[int(0.9 * (len(widths) - 1))]
    return sum(width >= _FULL_WIDTH * usual for width in widths) / len(widths)


def _cut_strips(left: Block, right: Block) -> Iterator[tuple[Block, Block]]:
    """Cuts two columns where a blank strip crosses both of them, more than once.

    Those are the rows of a table with long cells, or a text beside its translation.
    """
    both = sorted((*left, *right), key=lambda piece: piece.top)
    steps = [below.top - above.bottom for side in (left, right) for above, below in pairwise(side)]
    # Half a line more than usual: less is the space between two paragraphs.
    blank = median(steps) + 0.5 * median(piece.bottom - piece.top for piece in both)
    cuts = []
    lowest = both[0].bottom
    for piece in both[1:]:
        if piece.top - lowest > blank:
            cuts.append((piece.top + lowest) / 2)
        lowest = max(lowest, piece.bottom)
    # One strip alone is a gap that both columns happen to have.
    if len(cuts) < _MIN_STRIPS:
        cuts = []
    for above, below in pairwise((float("-inf"), *cuts, float("inf"))):
        yield _between(left, above, below), _between(right, above, below)


def _between(block: Block, above: float, below: float) -> Block:
    return [piece for piece in block if above < piece.middle <= below]


def _is_swapped(places: dict[LinePart, int], one: Block, other: Block) -> bool:
    """Tells whether the column to the right is drawn before the one to its left."""
    if max(piece.right for piece in one) > min(piece.left for piece in other):
        return False
    return median(places[piece] for piece in other) < median(places[piece] for piece in one)


def _is_above(one: LinePart, other: LinePart) -> bool:
    return one.middle < other.middle - SAME_ROW * (other.bottom - other.top)


def _shares_width(one: LinePart, other: LinePart) -> bool:
    return one.left < other.right and other.left < one.right
