"""CSV tables: formulas, numbers, accents, control characters."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from workbench.text.csv_table import format_csv_table


def cell_of(value):
    return next(csv.DictReader(io.StringIO(format_csv_table(["a"], [[value]]).removeprefix("\ufeff"))))["a"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+Zoë", "-x", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\x07=1", "＝1", "-1+cmd|' /C'!A0"]
)
def test_formula_begins_with_apostrophe(text):
    assert cell_of(text).startswith("'")


@pytest.mark.parametrize("value", [-1, -0.5, 2, "-1", "+1.5e-3", "-0.25"])
def test_numbers_stay_numbers(value):
    assert float(cell_of(value)) == float(value)


def test_other_cells_stay_as_they_are():
    for text in ("a=b", "Zoë’s", 'said "no", twice', "two\nlines", "'quoted'", "a\tb"):
        assert cell_of(text) == text
    assert cell_of(None) == ""


def test_control_characters_are_left_out():
    assert cell_of("a\x1b[2Jb\x00\x85c\r\nd") == "a[2Jbc\nd"


def test_table_is_read_by_pandas(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(format_csv_table(["name", "score"], [["Zoë", -0.5], ["=x", None]]), encoding="utf-8", newline="")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(path)
    assert list(table.columns) == ["name", "score"]
    assert table["name"].tolist() == ["Zoë", "'=x"]
    assert table["score"][0] == -0.5
