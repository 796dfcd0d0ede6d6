"""Ruled lines of a PDF page."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pypdfium2
from pypdfium2 import raw as pdfium_c

from workbench.case.page_tables import Rule, Rules
from workbench.case.pdf_pictures import walk_objects

_STRAIGHT = 1.5
"""Points by which the ends of a ruled line may differ, and the thickness of a bar that is one."""
_SHORTEST = 5.0
"""Points."""
_MOST_POINTS = 6_000

_Point = tuple[float, float]


def find_rules(page: pypdfium2.PdfPage) -> Rules:
    """Finds the ruled lines of a page: strokes, thin bars, and the sides of boxes.

    A page with more lines than a table has, such as a map, has none.
    """
    lying: list[Rule] = []
    standing: list[Rule] = []
    left = _MOST_POINTS
    for kind, item, matrix in walk_objects(page):
        if kind != pdfium_c.FPDF_PAGEOBJ_PATH:
            continue
        left -= pdfium_c.FPDFPath_CountSegments(item)
        if left < 0:
            return Rules((), ())
        for (x, y), (to_x, to_y) in _list_sides(item, matrix):
            across, up = abs(to_x - x), abs(to_y - y)
            if up <= _STRAIGHT and across >= _SHORTEST:
                lying.append(Rule(-(y + to_y) / 2, min(x, to_x), max(x, to_x)))
            elif across <= _STRAIGHT and up >= _SHORTEST:
                standing.append(Rule((x + to_x) / 2, -max(y, to_y), -min(y, to_y)))
    return Rules(tuple(lying), tuple(standing))


def _list_sides(item: Any, matrix: pypdfium2.PdfMatrix) -> Iterator[tuple[_Point, _Point]]:
    """Yields the straight parts of a path, in points of the page."""
    own = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(item, own)
    whole = pypdfium2.PdfMatrix.from_raw(own).multiply(matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[_Point] = []
    for index in range(pdfium_c.FPDFPath_CountSegments(item)):
        segment = pdfium_c.FPDFPath_GetPathSegment(item, index)
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
            yield from pairwise(points)
            points = []
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        points.append(whole.on_point(x.value, y.value))
        if pdfium_c.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    yield from pairwise(points)
