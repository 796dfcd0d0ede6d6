"""Tables as CSV that a spreadsheet shows and does not run.

Cells may hold words of models, clients and attorneys. Source: OWASP, CSV Injection.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

BOM = "\ufeff"
"""First character of a file: without it Excel reads UTF-8 as the machine's own code page and garbles accents."""

# Full-width signs begin a formula in some spreadsheets, too.
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
# A hyphen before a space begins an item of a list.
_FURTHER_FORMULA = re.compile(r"([;\t\n][ \"']{0,9})(?=[=@＝＠]|[+＋－-]\S)")


def format_csv(names: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    r"""Formats a table as CSV (RFC 4180), without the byte order mark.

    Numbers stay numbers. A text that a spreadsheet would run as a formula gets an apostrophe in front; control
    characters other than line ends become spaces.

    Examples:
        >>> format_csv(["note", "n"], [["=1+1", -2]])
        "note,n\r\n'=1+1,-2\r\n"
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([_format_cell(name) for name in names])
    writer.writerows([_format_cell(value) for value in row] for row in rows)
    return buffer.getvalue()


def encode_csv(names: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """Encodes a table as the bytes of a CSV file for Excel and pandas."""
    return (BOM + format_csv(names, rows)).encode()


def _format_cell(value: object) -> object:
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, bool | int | float):
        return value
    # A line end within a cell is quoted; CR alone would end the row in some readers.
    text = str(value).replace("\r\n", "\n")
    text = "".join(letter if letter.isprintable() or letter in "\n\t" else " " for letter in text)
    # Where the language takes commas for decimals, Excel divides the file at semicolons, and quotes no cell of it.
    text = _FURTHER_FORMULA.sub(r"\1'", text)
    # Some spreadsheets drop leading spaces.
    return f"'{text}" if {text[:1], text.lstrip()[:1]} & _FORMULA else text
