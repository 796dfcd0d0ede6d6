"""Roman numerals."""

from __future__ import annotations

_PARTS = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def roman(number: int) -> str:
    """Writes a number from 1 as a Roman numeral.

    Meant for numbers below some thousands.
    """
    numeral = ""
    for value, sign in _PARTS:
        count, number = divmod(number, value)
        numeral += sign * count
    return numeral
