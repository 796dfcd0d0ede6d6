"""One-page check report: what was checked, by which version, what was found, and who decided what."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from typing import Any, get_args

import orjson

from workbench.case.pdf_text import open_pdf
from workbench.checks.finding import EvidencePlace, Finding, show_quote
from workbench.checks.report import CheckReport, Verdict
from workbench.export.claims import describe_decision, exhibit_place, is_about
from workbench.export.pdf import typeset
from workbench.live.snapshot import SentenceRemark, Snapshot
from workbench.text.count_noun import count_noun

_LONGEST = 120
"""Characters of a sentence, a message or a note on the page; the claim table has all of it."""
_MOST_ROWS = (10, 6, 3, 1)
"""Findings, and as many decisions, that are listed: fewer where the page would become two."""
_MOST_CHECKS = 44


def render_check_report(report: CheckReport, snapshot: Snapshot | None = None) -> bytes:
    """Typesets a check report as PDF/A-2b, on one page, with lines for a signature.

    Args:
        report: Of a letter as it stands.
        snapshot: The run that the letter is of: its sections, decisions and approvals are shown too.

    Raises:
        ExportError: Typst refuses the document.
    """
    pdf = b""
    for rows in _MOST_ROWS:
        data = orjson.dumps(describe_check_report(report, snapshot, rows)).decode()
        pdf = typeset("check_report", data, report.at, placeholders=True)
        with open_pdf(pdf) as document:
            if len(document) == 1:
                break
    return pdf


def describe_check_report(
    report: CheckReport, snapshot: Snapshot | None = None, rows: int = _MOST_ROWS[0]
) -> dict[str, Any]:
    """Returns what the page shows, as JSON values.

    Args:
        report: Of a letter.
        snapshot: Its run, if it is of one.
        rows: Findings, and as many decisions, that are listed; the number of the others is said.
    """
    verdicts = Counter(sentence.verdict for sentence in report.sentences)
    found = [
        (finding, where)
        for finding, where in itertools.zip_longest(report.findings, report.where)
        if finding.severity != "info"
    ]
    # Without the paragraph of the regulation, which a line has no room for.
    titles = (
        {section.section_id: section.title.partition(" — ")[0] for section in snapshot.sections} if snapshot else {}
    )
    numbers = {exhibit.exhibit_id: exhibit.number for exhibit in snapshot.exhibits} if snapshot else {}

    def name_part(finding: Finding, where: str | None) -> str:
        return titles.get(finding.section_id or "") or where or finding.section_id or "the letter"

    def name_page(place: EvidencePlace) -> str:
        return exhibit_place(place, numbers) if snapshot else report.name_place(place)

    return {
        "draft": report.draft,
        "beneficiary": "",
        "rows": [
            ["Text checked (sha256)", report.sha256],
            ["Case", report.case_id or "none: only the checks ran that need none"],
            *_list_versions(report),
        ],
        "verdicts": [[verdict, verdicts[verdict]] for verdict in get_args(Verdict)],
        "counts": [
            count_noun(report.counts["error"], "error"),
            count_noun(report.counts["warning"], "warning"),
            f"{report.counts['info']} for information",
        ],
        "checks": [
            [report.titles.get(name, name), count.places, count.unchecked, _shorten("; ".join(count.why))]
            for name, count in list(report.checked.items())[:_MOST_CHECKS]
        ],
        "findings": [
            [
                finding.severity,
                _shorten(name_part(finding, where), 60),
                _shorten(finding.message),
                "; ".join(name_page(each) for each in finding.evidence[:2]),
            ]
            for finding, where in found[:rows]
        ],
        "more_findings": max(len(found) - rows, 0),
        **({} if snapshot is None else _describe_run(snapshot, report, titles, rows)),
    }


def _list_versions(report: CheckReport) -> list[list[str]]:
    return [
        ["Checked", f"{report.at:%Y-%m-%d %H:%M:%S} UTC by eb1a-workbench {report.version}"],
        ["Report (sha256)", hashlib.sha256(report.model_dump_json().encode()).hexdigest()],
    ]


def _describe_run(snapshot: Snapshot, report: CheckReport, titles: dict[str, str], rows: int) -> dict[str, Any]:
    """Returns what the page says of a run beyond its letter."""
    texts = [sentence.text for sentence in report.sentences]
    remarks = [
        remark
        for section in snapshot.sections
        for remark in section.remarks
        if any(is_about(remark, text) for text in texts)
    ]
    decisions = [remark for remark in remarks if remark.kind != "comment"]
    approved = [section for section in snapshot.sections if section.approved_by]
    head = snapshot.audit
    return {
        "draft": snapshot.letter.case_title or snapshot.case_id,
        "beneficiary": snapshot.letter.beneficiary,
        "rows": [
            ["Run", snapshot.thread_id],
            ["Text checked (sha256)", report.sha256],
            ["Case (sha256)", snapshot.case_digest],
            *_list_versions(report),
            ["Audit record", f"{head.count} entries, the last {head.digest[:32]}" if head else "none"],
        ],
        "decisions": [_decision_row(remark) for remark in decisions[:rows]],
        "more_decisions": max(len(decisions) - rows, 0),
        "comments": len(remarks) - len(decisions),
        "stale": sum(len(section.remarks) for section in snapshot.sections) - len(remarks),
        "approved": f"{len(approved)} of {len(snapshot.sections)}",
        "approvals": [f"{titles[section.section_id]}, by {section.approved_by}" for section in approved],
    }


def _decision_row(remark: SentenceRemark) -> list[str]:
    return [
        describe_decision(remark),
        _shorten(show_quote(remark.sentence)),
        f"{remark.user_id}, {remark.at[:16].replace('T', ' ')}",
        _shorten(remark.note or ""),
    ]


def _shorten(text: str, length: int = _LONGEST) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[:length].rstrip()}…"
