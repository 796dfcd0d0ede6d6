"""Lines that were ended on purpose."""

from __future__ import annotations

import pytest

from workbench.checks.statements.line_breaks import find_breaks


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Name  Score\nAnna  12\nBert  9", [11, 20]),
        ("Articles 58\nh-index 31", [11]),
        ("US 7,555,120 (2009)\nUS 8,120,344 (2012)", [19]),
        ("The medal was founded in the town of Halden\nand is given each year to one person who has\ndone much.", []),
        ("one line", []),
    ],
)
def test_ends_of_lines(text, ends):
    assert list(find_breaks(text)) == ends
