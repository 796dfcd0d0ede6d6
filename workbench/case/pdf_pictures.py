"""Pictures of a PDF page, and the text that lies behind them."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import raw as pdfium_c

from workbench.case.pages import LAYER_LETTERS, PICTURE_SHARE, count_letters
from workbench.case.pdf_annotations import read_string

_GRID = 24
_MAX_OBJECTS = 20_000
_MAX_DEPTH = 6
_INVISIBLE = 3  # the render mode of text that OCR lays over a picture


class Survey(NamedTuple):
    """Contents of a page other than its visible text.

    Attributes:
        picture: Share of the page that pictures cover, from 0 to 1.
        layer: Beginning of the text that is invisible, or covered by a picture.
        paths: Number of lines, curves and areas.
    """

    picture: float
    layer: str
    paths: int


def survey_page(page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage) -> Survey:
    """Looks through the objects of a page."""
    cells: set[int] = set()
    texts: list[Any] = []
    covered = 0  # so many of the texts are drawn before a large picture
    paths = 0
    box = page.get_bbox()
    for kind, item, matrix in walk_objects(page):
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            texts.append(item)
        elif kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            paths += 1
        elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            own = _cells_of(item, matrix, box)
            cells |= own
            if len(own) >= PICTURE_SHARE * _GRID**2:
                covered = len(texts)
    # A picture smaller than a cell is still a picture.
    picture = len(cells) / _GRID**2
    return Survey(picture, _read_layer(texts, covered, textpage) if picture >= PICTURE_SHARE else "", paths)


def walk_objects(page: pypdfium2.PdfPage) -> Iterator[tuple[int, Any, pypdfium2.PdfMatrix]]:
    """Yields the kind of each object of a page, the object, and the matrix of what it stands in."""
    budget = iter(range(_MAX_OBJECTS))

    def walk(
        parent: Any,
        count: Callable[[Any], int],
        get: Callable[[Any, int], Any],
        matrix: pypdfium2.PdfMatrix,
        depth: int,
    ) -> Iterator[tuple[int, Any, pypdfium2.PdfMatrix]]:
        # The budget is taken last: zip() would spend one on every end.
        for index, _ in zip(range(count(parent)), budget, strict=False):
            item = get(parent, index)
            kind = pdfium_c.FPDFPageObj_GetType(item)
            if kind != pdfium_c.FPDF_PAGEOBJ_FORM:
                yield kind, item, matrix
            elif depth < _MAX_DEPTH:
                own = pdfium_c.FS_MATRIX()
                pdfium_c.FPDFPageObj_GetMatrix(item, own)
                inner = pypdfium2.PdfMatrix.from_raw(own).multiply(matrix)
                yield from walk(
                    item, pdfium_c.FPDFFormObj_CountObjects, pdfium_c.FPDFFormObj_GetObject, inner, depth + 1
                )

    yield from walk(page, pdfium_c.FPDFPage_CountObjects, pdfium_c.FPDFPage_GetObject, pypdfium2.PdfMatrix(), 0)


def _cells_of(item: Any, matrix: pypdfium2.PdfMatrix, box: tuple[float, float, float, float]) -> set[int]:
    """Returns the cells of a grid over the page that a picture covers."""
    sides = [ctypes.c_float() for _ in range(4)]
    if not pdfium_c.FPDFPageObj_GetBounds(item, *sides):
        return set()
    left, bottom, right, top = matrix.on_rect(*(side.value for side in sides))
    columns = _range_of(left - box[0], right - box[0], box[2] - box[0])
    rows = _range_of(bottom - box[1], top - box[1], box[3] - box[1])
    return {row * _GRID + column for row in rows for column in columns}


def _range_of(low: float, high: float, length: float) -> range:
    if length <= 0 or high <= 0 or low >= length:
        return range(0)
    first = min(round(max(low, 0) / length * _GRID), _GRID - 1)
    last = round(min(high, length) / length * _GRID)
    return range(first, max(last, first + 1))


def _read_layer(texts: list[Any], covered: int, textpage: pypdfium2.PdfTextPage) -> str:
    """Reads enough of the text behind pictures to know that there is some."""
    layer = ""
    for index, item in enumerate(texts):
        if index < covered or pdfium_c.FPDFTextObj_GetTextRenderMode(item) == _INVISIBLE:
            layer += read_string(pdfium_c.FPDFTextObj_GetText, item, textpage) + " "
            if count_letters(layer) >= LAYER_LETTERS:
                break
    return layer
