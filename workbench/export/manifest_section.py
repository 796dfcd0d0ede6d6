"""Entry of one section in the manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from workbench.checks.finding import Finding
from workbench.export.manifest import FindingCounts, Manifest, ManifestSection
from workbench.live.snapshot import SectionState
from workbench.text.digest import text_digest

_RUN = ("thread_id", "last_event_id", "case_digest", "model", "findings_sha256")
_SECTION = {
    "sha256": "text",
    "prompt_version": "prompt version",
    "model": "model",
    "passages_sha256": "passages",
    "findings_sha256": "findings",
    "decisions_sha256": "decisions or reasons",
}


def describe_section(section: SectionState, source: str) -> ManifestSection:
    """Describes the origin of a section.

    Args:
        section: In the snapshot.
        source: Of its cell, as written.
    """
    severities = [finding.severity for finding in section.findings]
    return ManifestSection(
        section_id=section.section_id,
        title=section.title,
        status=section.status,
        attempts=section.attempts,
        prompt_version=section.prompt_version,
        sha256=text_digest(section.content),
        source_sha256=text_digest(source),
        findings=FindingCounts(**{severity: severities.count(severity) for severity in ("error", "warning", "info")}),
        model=section.model or "",
        passages_sha256=section.passages_sha256,
        findings_sha256=_digest_privately(section, _dump_findings(section.findings)),
        decisions_sha256=_digest_privately(section, _dump_decisions(section)),
        approved_by=section.approved_by,
        approved_sha256=section.approved_sha256,
        approval_note=section.approval_note,
        edited_by=section.edited_by,
    )


def digest_findings(findings: Sequence[Finding]) -> str:
    """Computes the sha256 of findings in their order; empty where there are none."""
    return text_digest(json.dumps(_dump_findings(findings))) if findings else ""


def compare_origins(expected: Manifest, found: Manifest) -> Iterator[str]:
    """Names what two manifests say otherwise of the origin of the letter, a line for each section and exhibit."""
    named = [name.replace("_", " ") for name in _RUN if getattr(expected, name) != getattr(found, name)]
    if named:
        yield f"manifest: another {', '.join(named)}"
    sections = {section.section_id: section for section in found.sections}
    for section in expected.sections:
        other = sections.get(section.section_id)
        what = [words for name, words in _SECTION.items() if getattr(section, name) != getattr(other, name, None)]
        if what:
            yield f"manifest: section {section.section_id}: another {', '.join(what)}"
    digests = {exhibit.exhibit_id: exhibit.sha256 for exhibit in found.exhibits}
    for exhibit in expected.exhibits:
        if digests.get(exhibit.exhibit_id) != exhibit.sha256:
            yield f"manifest: exhibit {exhibit.number}: another file"


def _dump_findings(findings: Sequence[Finding]) -> object:
    return [finding.model_dump(mode="json", exclude_none=True) for finding in findings]


def _dump_decisions(section: SectionState) -> object:
    remarks = [remark.model_dump(mode="json", exclude_none=True) for remark in section.remarks]
    return [section.approved_by, section.approved_sha256, section.approval_note, remarks]


def _digest_privately(section: SectionState, value: object) -> str:
    # The firm's reasons are not in the files that leave it, and short ones could be guessed by their hash: the moments
    # of the drafting, which no file holds, make that impractical.
    return text_digest(json.dumps([section.started_at, section.ended_at, value], sort_keys=True))
