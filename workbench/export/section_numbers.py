"""Numbers of sections and of the headings in them, the same in every format."""

from __future__ import annotations

from typing import Literal

from workbench.text.roman import roman

Numbering = Literal["roman", "decimal", "none"]
"""``I.``, ``A.``, ``1.``; or ``1.``, ``1.1``, ``1.1.1``; or no numbers."""


def number_section(numbering: Numbering, number: int) -> str:
    """Writes the number of a section, without its point.

    >>> number_section("roman", 3), number_section("decimal", 3), number_section("none", 3)
    ('III', '3', '')
    """
    return {"roman": roman(number), "decimal": str(number), "none": ""}[numbering]


class HeadingNumbers:
    """Counter of the headings of one section, in two levels.

    Args:
        numbering: Form of the numbers.
        section: Number of the section; None: headings that stand in none are counted by letters.

    Examples:
        >>> numbers = HeadingNumbers("decimal", 3)
        >>> [numbers.label(level) for level in (1, 2, 1)]
        ['3.1 ', '3.1.1 ', '3.2 ']
    """

    def __init__(self, numbering: Numbering, section: int | None = None) -> None:
        self._numbering, self._section = numbering, section
        self._first = self._second = 0

    def restart(self) -> HeadingNumbers:
        """Returns a counter for the headings within a quotation or an item, which belong to no section."""
        return HeadingNumbers(self._numbering)

    def label(self, level: int) -> str:
        """Counts a heading of a level, 1 or 2, and writes what stands before its words."""
        if level == 1:
            self._first, self._second = self._first + 1, 0
        else:
            self._second += 1
        if self._numbering == "none":
            return ""
        if self._numbering == "decimal" and self._section is not None:
            below = f".{self._second}" if level > 1 else ""
            return f"{self._section}.{self._first}{below} "
        return f"{alphabetic(self._first) if level == 1 else self._second}. "


def alphabetic(number: int) -> str:
    """Numbers ``A`` to ``Z``, then ``AA``.

    Typst counts in the same way.
    """
    name = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
