"""Comments that mark guesses and gaps."""

from workbench.case.open_points import find_open_points, remove_open_points
from workbench.case.source import parse_source

TEXT = b"""# GUESS: by itself
title: "no # GUESS: in a text"   # GUESS: from the page
filing_date:  # OPEN: not given
person: {a: x, b: y}  # OPEN: which?
note: >-
  words
  # GUESS: in a block
exhibits:
  - id: medal
    date: 2021  #GUESS:the year
    title: Plain#GUESS:no comment
    kind: award # a comment that marks nothing
"""


def points(raw):
    return find_open_points(raw, parse_source(raw, "case.yaml"))


def test_points_name_field_and_value():
    assert [(point.kind, point.field, point.line, point.value) for point in points(TEXT)] == [
        ("guess", "", 1, ""),
        ("guess", "title", 2, "no # GUESS: in a text"),
        ("open", "filing_date", 3, ""),
        ("open", "person", 4, "x/y"),
        ("guess", "exhibits.medal.date", 10, "2021"),
    ]
    assert str(points(TEXT)[1]) == "title: guessed 'no # GUESS: in a text'; from the page"
    assert str(points(TEXT)[2]) == "filing_date: not given"


def test_removed_point_leaves_the_rest():
    raw = remove_open_points(TEXT, parse_source(TEXT, "case.yaml"), {"exhibits.medal.date", "person"})
    assert [point.field for point in points(raw)] == ["", "title", "filing_date"]
    assert raw == TEXT.replace(b"  #GUESS:the year", b"").replace(b"  # OPEN: which?", b"")


def test_many_marks_take_linear_time():
    raw = b"a: 1\n" + b"# GUESS: x\n" * 5_000
    assert len(points(raw)) == 5_000


def test_letters_beyond_ascii_move_nothing():
    raw = 'a: "é𝔸\u202e" # GUESS: 日本\nb: >\n  𝔸 # GUESS: no\nc: x # OPEN: ß\n'.encode()
    assert [(point.field, point.reason) for point in points(raw)] == [("a", "日本"), ("c", "ß")]
