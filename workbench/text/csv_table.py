"""CSV that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from numbers import Number

_BOM = "\ufeff"
"""First character of the file: without it Excel reads UTF-8 as the code page of the machine."""

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def format_csv_table(names: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Format a header line and rows for a spreadsheet.

    A text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers. Control
    characters other than tabs and line feeds are left out. Python reads the file with ``encoding="utf-8-sig"``; pandas
    needs nothing.

    Source: OWASP, CSV Injection.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(map(_format_cell, names))
    for row in rows:
        writer.writerow(map(_format_cell, row))
    return _BOM + buffer.getvalue()


def _format_cell(value: object) -> object:
    if value is None or isinstance(value, Number):
        return value
    text = str(value)
    # Before control characters go: a carriage return in front must not hide the sign behind it.
    is_formula = text.startswith(_FORMULA)
    text = _CONTROL.sub("", text.replace("\r\n", "\n"))
    is_formula = (is_formula or text.startswith(_FORMULA)) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text
