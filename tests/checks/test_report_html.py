"""Check reports as HTML, tables and short text."""

from __future__ import annotations

import re

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


def test_page_shows_no_marks():
    letter = "# Petition\n\n> As *quoted*\n\n- **one** [TODO]\n\n1. two\n\n---\n\n*See [NAME]*\n\nEnd."
    page = render_page(workbench.check(letter))
    text = page[page.index('<div class="wb-text">') : page.index('<ol class="wb-findings">')]
    for drawn in (
        "<h3>Petition</h3>",
        "<blockquote>As <em>quoted</em></blockquote>",
        "• <strong>one</strong>",
        "1. two",
    ):
        assert drawn in text
    # A reference stands where its words end, and a mark of emphasis behind them does not move it.
    assert re.search(r'<em>See </em><em><mark class="wb-error">\[NAME\]</mark></em><sup>.*?</sup></p>', text)
    assert not re.search(r"[#*>]\s", re.sub(r"<[^>]*>", "", text))
