"""Claim table of a letter: one row a sentence, with its evidence and what a person decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from workbench.case.citation import Citation, find_citations
from workbench.case.typed_citation import find_typed_citations
from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.report import CheckReport, SentenceVerdict
from workbench.live.snapshot import SectionState, SentenceRemark, Snapshot
from workbench.text.csv_table import encode_csv

COLUMNS = (
    "section",
    "line",
    "sentence",
    "cited",
    "verdict",
    "support score",
    "evidence",
    "words of the evidence",
    "why",
    "findings",
    "decision",
    "decided by",
    "decided at",
    "note",
    "comments",
)


class ClaimRow(NamedTuple):
    """One sentence of a letter.

    Attributes:
        section: Title of its section.
        sentence: With its verdict.
        cited: Exhibits and pages as the letter numbers them: ``Ex. 9, p. 1``.
        evidence: The passage's place, as above, or "".
        findings: Of the checks, about it.
        decisions: The decisions that stand on it, one for each finding that was answered.
        comments: On it, oldest first.
    """

    section: str
    sentence: SentenceVerdict
    cited: tuple[str, ...]
    evidence: str
    findings: tuple[Finding, ...]
    decisions: tuple[SentenceRemark, ...]
    comments: tuple[SentenceRemark, ...]


def list_claims(snapshot: Snapshot | None, report: CheckReport) -> tuple[ClaimRow, ...]:
    """Lists the sentences of a letter, in order.

    Args:
        snapshot: The run that it is of; None: a letter that was checked outside a run, about which nobody has decided.
        report: Of the letter as it stands there.
    """
    numbers = {exhibit.exhibit_id: exhibit.number for exhibit in snapshot.exhibits} if snapshot else {}
    sections = {section.section_id: section for section in snapshot.sections} if snapshot else {}
    findings = _findings_by_sentence(report)
    return tuple(
        _make_row(sentence, sections.get(sentence.section_id or ""), findings.get(place, ()), numbers)
        if snapshot is not None
        else _make_typed_row(sentence, findings.get(place, ()), report)
        for place, sentence in enumerate(report.sentences)
    )


def encode_claims(rows: Sequence[ClaimRow]) -> bytes:
    """Encodes a claim table as the bytes of a CSV file."""
    return encode_csv(COLUMNS, (_cells_of(row) for row in rows))


def exhibit_place(place: EvidencePlace, numbers: Mapping[str, int]) -> str:
    """Writes a place as the letter cites it: ``Ex. 9, p. 1``."""
    return f"Ex. {numbers.get(place.exhibit_id, place.exhibit_id)}, p. {place.page}"


def is_about(remark: SentenceRemark, text: str) -> bool:
    """Tells if a remark is about a sentence, and not about one that stood in its place before."""
    return " ".join(remark.sentence.split()) == " ".join(text.split())


def _findings_by_sentence(report: CheckReport) -> dict[int, tuple[Finding, ...]]:
    found: dict[int, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        place = report.find_sentence(finding)
        if place is not None:
            found[place].append(finding)
    return {place: tuple(findings) for place, findings in found.items()}


def _make_row(
    sentence: SentenceVerdict, section: SectionState | None, findings: Sequence[Finding], numbers: Mapping[str, int]
) -> ClaimRow:
    # A remark outlives its sentence: after an edit it is about words that no longer stand there.
    remarks = [each for each in (section.remarks if section else ()) if is_about(each, sentence.text)]
    cited = [
        f"Ex. {numbers.get(each.exhibit_id, each.exhibit_id)}" + "".join(f", p. {page}" for page in each.pages)
        for each in find_citations(sentence.text)
        if isinstance(each, Citation)
    ]
    return ClaimRow(
        section=section.title if section else sentence.section_id or "",
        sentence=sentence,
        cited=tuple(cited),
        evidence=exhibit_place(sentence.evidence, numbers) if sentence.evidence else "",
        findings=tuple(findings),
        decisions=tuple(each for each in remarks if each.kind != "comment"),
        comments=tuple(each for each in remarks if each.kind == "comment"),
    )


def _make_typed_row(sentence: SentenceVerdict, findings: Sequence[Finding], report: CheckReport) -> ClaimRow:
    text = sentence.text
    cites = [(each.start, each.end) for each in (*find_citations(text), *find_typed_citations(text))]
    return ClaimRow(
        section=sentence.section_id or "",
        sentence=sentence,
        cited=tuple(dict.fromkeys(" ".join(text[start:end].split()) for start, end in sorted(cites))),
        evidence=report.name_place(sentence.evidence) if sentence.evidence else "",
        findings=tuple(findings),
        decisions=(),
        comments=(),
    )


def _cells_of(row: ClaimRow) -> tuple[object, ...]:
    sentence = row.sentence
    lines = "\n".join
    return (
        row.section,
        sentence.place or sentence.line,
        sentence.text,
        "; ".join(row.cited),
        sentence.verdict,
        sentence.score,
        row.evidence,
        sentence.evidence.quote if sentence.evidence else "",
        sentence.why,
        lines(f"{each.severity} ({each.check}): {each.message}" for each in row.findings),
        lines(describe_decision(each) for each in row.decisions),
        lines(each.user_id for each in row.decisions),
        lines(each.at for each in row.decisions),
        lines(each.note or "" for each in row.decisions),
        lines(f"{each.user_id}, {each.at}: {each.note}" for each in row.comments),
    )


def describe_decision(remark: SentenceRemark) -> str:
    """Writes a decision in words."""
    words = {"confirmed": "stands", "rejected": "must change"}.get(remark.kind, remark.kind)
    return f"{words} ({remark.finding})" if remark.finding else words
