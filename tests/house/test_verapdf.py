"""Judgement of veraPDF's results; veraPDF itself is run by the script's command."""

from __future__ import annotations

import pytest

from . import verapdf


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("out/petition.pdf\t2b\t10\tpasses", []),
        ("out/petition.pdf\tua1\t10\tfails\t7.1-3=2 7.1-8=1", ["out/petition.pdf: ua1 7.1-3, ua1 7.1-8"]),
        ("out/petition.pdf\t2b\t0\tfails", ["out/petition.pdf: fails 2b without a rule"]),
        ("p/volume-1.pdf\tua1\t10\tfails\t7.1-3=690 6.2-1=1", []),
        ("p/volume-1.pdf\tua1\t10\tfails\t7.18.5-2=1", ["p/volume-1.pdf: ua1 7.18.5-2"]),
    ],
)
def test_result_is_judged_strictly(line, wrong):
    assert verapdf.judge(verapdf.parse_lines([line])) == wrong


def test_missing_tool_is_one_line(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(verapdf, "JARS", tmp_path)
    assert verapdf.main([str(tmp_path / "a.pdf")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
