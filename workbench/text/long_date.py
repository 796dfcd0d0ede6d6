"""Dates as an American letter writes them."""

from __future__ import annotations

from datetime import date


def format_long_date(iso: str) -> str:
    """Writes an ISO date as an American letter does.

    ``1957-02-15`` is ``February 15, 1957``, a date without a day ``February 1957``; other text stays as it is.

    Examples:
        >>> format_long_date("1957-02-15"), format_long_date("1957-02"), format_long_date("soon")
        ('February 15, 1957', 'February 1957', 'soon')
    """
    try:
        match [int(part) for part in iso.split("-")]:
            case [year, month]:
                return f"{date(year, month, 1):%B} {year}"
            case [year, month, day]:
                return f"{date(year, month, day):%B} {day}, {year}"
    except ValueError:
        # No ISO date, or no day of the calendar: the letter shows what the case file says.
        pass
    return iso
