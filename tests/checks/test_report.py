"""Sentences of a report that its findings are about."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from workbench.checks.finding import Finding
from workbench.checks.report import CheckReport, SentenceVerdict


def make_report(*sentences):
    verdicts = [
        SentenceVerdict(section_id=section, line=line, text=text, verdict="not checked")
        for section, line, text in sentences
    ]
    return CheckReport(
        draft="a.md", sha256="", case_id=None, version="1", at=datetime.now(UTC), findings=(), sentences=tuple(verdicts)
    )


@pytest.mark.parametrize(
    ("section", "line", "quote", "place"),
    [
        (None, 9, "the prize", 2),  # the last one before
        (None, 4, "the prize", 0),
        (None, None, "the prize", 0),
        (None, 1, "only here", 2),  # none before: the first
        ("awards", 9, "the prize", 3),
        (None, 9, "prize In", None),  # not across two sentences
        (None, 9, "", None),
        ("benefit", 9, "the prize", None),
    ],
)
def test_sentence_of_finding(section, line, quote, place):
    report = make_report(
        (None, 1, "She won the\nprize"), (None, 4, "In 2019."), (None, 5, "It is the prize, only here."),
        ("awards", 1, "He won the prize."),
    )  # fmt: skip
    finding = Finding(check="fact", severity="warning", message="-", section_id=section, line=line, quote=quote)
    assert report.find_sentence(finding) == place
