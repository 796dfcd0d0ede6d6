"""Letters of a PDF page by their number: codes, boxes, and letters without a meaning.

A page has thousands of letters, so what a call costs besides pdfium's own work counts. pypdfium2's functions convert
each argument and give up the interpreter's lock for each call, which takes longer than the call itself.
"""

from __future__ import annotations

import ctypes
import struct
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from typing import Any

import pypdfium2
from pypdfium2 import raw as pdfium_c

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points."""

NO_CODE = 1
"""Answer of :meth:`PageLetters.mapping_errors`."""
_TERMINATOR = 1
_ANGLES = 16
"""Letters of a page whose angle is looked at."""
_STRAIGHT = 0.05
"""Radians up to which a letter stands upright."""
# As str.isspace has them. A damaged file has codes beyond Unicode, of which chr() makes no character to ask.
_SPACES = frozenset(
    [
        *range(9, 14),
        *range(0x1C, 0x21),
        0x85,
        0xA0,
        0x1680,
        *range(0x2000, 0x200B),
        0x2028,
        0x2029,
        0x202F,
        0x205F,
        0x3000,
    ]
)
_Sides = ctypes.c_double * 4
_SIZE = ctypes.sizeof(ctypes.c_double)
_unpack = struct.Struct("4d").unpack_from


def _bind(function: Any, result: Any = ctypes.c_int) -> Callable[..., int]:
    """Binds a function of pdfium again, without conversion of arguments.

    They must be of ctypes' own types, or numbers that a C int holds. The interpreter's lock is kept, so only functions
    that answer at once may be bound.
    """
    # No argument types are named: each would be converted, at half of the cost of a call.
    return ctypes.PYFUNCTYPE(result)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_has_mapping_error = _bind(pdfium_c.FPDFText_HasUnicodeMapError)
_code_of = _bind(pdfium_c.FPDFText_GetUnicode, ctypes.c_uint)
_fill_character = _bind(pdfium_c.FPDFText_GetCharBox)
_fill_rectangle = _bind(pdfium_c.FPDFText_GetRect)


def read_character(code: int) -> str:
    """Returns the character of a code.

    A damaged file has codes beyond Unicode, which have none.
    """
    return chr(code) if code <= sys.maxunicode else "\N{REPLACEMENT CHARACTER}"


class PageLetters:
    """Letters of one page, numbered from 0, while its text page is open.

    Args:
        textpage: Of the page.

    Attributes:
        count: Number of the letters.
    """

    def __init__(self, textpage: pypdfium2.PdfTextPage) -> None:
        self.count = textpage.count_chars()
        self._textpage = textpage
        self._handle = ctypes.cast(textpage.raw, ctypes.c_void_p)
        self._sides = _Sides()
        self._places = tuple(ctypes.byref(self._sides, offset) for offset in range(0, ctypes.sizeof(_Sides), _SIZE))

    def codes(self, indexes: Iterable[int]) -> Iterator[int]:
        """Yields the Unicode code of each of these letters."""
        return map(_code_of, repeat(self._handle), indexes)

    def spaces(self, indexes: Iterable[int]) -> Iterator[bool]:
        """Tells of each of these letters if it is white space."""
        return map(_SPACES.__contains__, self.codes(indexes))

    def boxes(self, indexes: Iterable[int]) -> Iterator[Box]:
        """Yields the box of each of these letters."""
        handle, sides = self._handle, self._sides
        at_left, at_right, at_bottom, at_top = self._places
        for index in indexes:
            _fill_character(handle, index, at_left, at_right, at_bottom, at_top)
            left, right, bottom, top = _unpack(sides)
            yield left, bottom, right, top

    def lines(self, count: int) -> list[Box]:
        """Returns the boxes of the page's first lines, as many as one string draws, in the file's order."""
        boxes = []
        for index in range(count):
            _fill_rectangle(self._handle, index, *self._places)
            left, top, right, bottom = _unpack(self._sides)
            boxes.append((left, bottom, right, top))
        return boxes

    def mapping_errors(self, indexes: Iterable[int]) -> Iterator[int]:
        """Yields :data:`NO_CODE` for each of these letters whose font gives it no Unicode code.

        Its code is then its number in the font. For the others, another number is yielded.
        """
        return map(_has_mapping_error, repeat(self._handle), indexes)

    def read_text(self) -> str:
        """Reads the text within the page's box.

        As :meth:`pypdfium2.PdfTextPage.get_text_bounded` does, but pdfium collects the text once and not twice.
        """
        left, bottom, right, top = self._textpage.page.get_bbox()
        # A power of two, for ctypes makes a new type for every size. Line ends are no letters, so twice the letters.
        room = 1 << (2 * self.count + 16).bit_length()
        buffer = (ctypes.c_ushort * room)()
        filled = pdfium_c.FPDFText_GetBoundedText(self._textpage.raw, left, top, right, bottom, buffer, room)
        if filled >= room:  # more line ends than letters, and perhaps cut off
            return str(self._textpage.get_text_bounded())
        text = bytes(memoryview(buffer)[: max(filled - _TERMINATOR, 0)]).decode("utf-16-le", "ignore")
        if self._is_turned():
            # Between lines of turned text pdfium leaves breaks out here, though not where it reads the whole page.
            whole = str(self._textpage.get_text_range())
            if whole.split() != text.split() and "".join(whole.split()) == "".join(text.split()):
                return whole
        return text

    def _is_turned(self) -> bool:
        """Tells if letters of the page stand at an angle, by a few of them."""
        step = max(1, self.count // _ANGLES)
        raw = self._textpage.raw
        return any(abs(pdfium_c.FPDFText_GetCharAngle(raw, at)) > _STRAIGHT for at in range(0, self.count, step))
