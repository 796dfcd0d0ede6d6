"""Lists that a notebook shows as a table."""

from __future__ import annotations

import pytest

from workbench.checks.finding import Finding
from workbench.record.history import HistoryRow
from workbench.record.rows import Rows

MOMENT = HistoryRow("1-0", "2026-01-02T00:00:00Z", "prepared", None, "", "ada", "pending", 0.0)
BAD = Finding(check="placeholder", severity="error", message="<b>no</b>", section_id="awards", line=2)


def test_rows_are_a_list():
    rows = Rows([MOMENT, MOMENT])
    assert rows == [MOMENT, MOMENT]
    assert rows[0].what == "prepared"


@pytest.mark.parametrize(("record", "field"), [(MOMENT, "what"), (BAD, "check")])
def test_frame_has_column_for_each_field(record, field):
    frame = Rows([record]).to_frame()
    assert frame[field].tolist() == [getattr(record, field)]
    assert frame.shape[0] == 1


def test_frame_takes_chosen_columns():
    assert list(Rows([BAD]).to_frame(["severity", "check"]).columns) == ["severity", "check"]
    assert Rows([]).to_frame(["severity"]).empty


def test_cell_escapes_text():
    assert "&lt;b&gt;no&lt;/b&gt;" in Rows([BAD])._repr_html_()


def test_other_objects_are_refused():
    with pytest.raises(TypeError, match="no record: int"):
        Rows([1]).to_frame()
