"""CSV that a spreadsheet shows and does not run."""

from __future__ import annotations

import csv
import io
import math
import re

import pytest

from workbench.text.csv_table import encode_csv, format_csv


def read(text):
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x","y")', "+1", "-2+3", "@SUM(A1)", "\t=1", "\r\n=1", "\r=1", "＝1", "=1,2\n=3"]
)
def test_formula_is_text(text):
    [_, [cell]] = read(format_csv(["note"], [[text]]))
    assert cell.startswith("'")


@pytest.mark.parametrize(
    "text", ["fine;=1+1", "fine\n=1+1", 'fine; "=1+1', "fine\t@SUM(A1)", "fine;-2+3", "fine;\n＝1"]
)
def test_no_formula_behind_other_separators(text):
    line = format_csv(["a", "note"], [["x", text]]).partition("\r\n")[2]
    found = [cell for cell in re.split("[;\t\n]", line) if cell.lstrip(' "')[:1] in set("=+-@＝")]
    assert found == []


def test_lists_in_a_cell_stay():
    text = "Two points:\n- one; and\n- two = 2"
    assert read(format_csv(["note"], [[text]])) == [["note"], [text]]


def test_header_cannot_be_a_formula():
    assert read(format_csv(["=1"], [])) == [["'=1"]]


def test_numbers_stay_numbers():
    assert read(format_csv("abcd", [[-1, 0.5, True, None], [math.nan, "", "x", -0.0]])) == [
        ["a", "b", "c", "d"],
        ["-1", "0.5", "True", ""],
        ["", "", "x", "-0.0"],
    ]


def test_control_characters_become_spaces():
    assert read(format_csv(["n"], [["a\x1b[2Jb\x00c\u202ed\ne"]])) == [["n"], ["a [2Jb c d\ne"]]


def test_file_opens_in_excel_and_pandas():
    pandas = pytest.importorskip("pandas")
    data = encode_csv(["name"], [["Zoë’s choice"]])
    assert data.startswith(b"\xef\xbb\xbf")
    assert pandas.read_csv(io.BytesIO(data))["name"].tolist() == ["Zoë’s choice"]
