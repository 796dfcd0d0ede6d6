"""Check reports as HTML, tables and short text."""

from __future__ import annotations

import workbench
from workbench.checks.report_html import render_page

LETTER = "# A <b>\n\nShe won [TODO] & left.\n\nAs an AI language model, I cannot say [NAME]."


def test_page_marks_findings():
    report = workbench.check(LETTER)
    page = render_page(report)
    assert '<mark class="wb-error">[TODO]</mark><sup><a href="#f' in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert page.count('id="f') == len(report.findings)
    assert "no case was given" in page


def test_summary_counts_in_words():
    assert "<strong>1 error, 0 warnings, 0 for information</strong>" in render_page(workbench.check("She won [TODO]."))


def test_frames_have_rows():
    report = workbench.check(LETTER)
    assert list(report.to_frame()["check"]) == [finding.check for finding in report.findings]
    assert len(report.checked_frame()) == len(report.checked)
    assert list(report.sentences_frame().columns)[:3] == ["place", "verdict", "score"]


def test_report_prints_in_short():
    report = workbench.check(LETTER)
    assert str(report) == repr(report)
    assert len(repr(report)) < 120
