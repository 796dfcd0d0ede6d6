"""Open list of a draft, and obstacles to a final."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.case.criteria import describe_missing_sections
from workbench.checks.finding import Finding
from workbench.export.citations import problems
from workbench.export.letter_forms import find_form
from workbench.export.manifest import OpenGroup, OpenItem
from workbench.live.audit import AuditEntry, describe_damage
from workbench.live.snapshot import SectionState, Snapshot
from workbench.text.digest import text_digest
from workbench.workflow.planning import WHOLE_LETTER
from workbench.workflow.section_commands import is_beyond_reasons

STATUS_WORDS = {
    "pending": "not yet drafted",
    "in_progress": "being drafted",
    "validating": "being checked",
    "revising": "being revised",
    "needs_review": "awaits an attorney’s review",
    "completed": "not yet approved by an attorney",
    "failed": "drafting failed",
}
"""Line of the open list for a section that is not approved."""

UNAPPROVED = "Checked, and not yet approved by an attorney"
"""Heads the sections of which nothing else is open: one list of titles instead of the same line under each."""

STALE = "What this section was drafted from (an exhibit, the case, or a section it summarizes) has changed since."
"""Line of the open list for a stale section."""

NEEDS_REASON = frozenset({"legal-citation"})
"""Checks whose warnings need a reason too: an authority that nobody has verified is filed by nobody in silence."""

_SEVERITY_ORDER = {"error": 0, "warning": 1, "open": 2}


def refusals(snapshot: Snapshot, audit: Sequence[AuditEntry] | None = None) -> tuple[str, ...]:
    """Lists the reasons against a final export, one line each.

    Empty where the petition may be exported as final.

    Args:
        snapshot: The run.
        audit: Its audit record, where it is to go with the petition.
    """
    return (*_refusals(snapshot), *_broken_record(snapshot, audit))


def open_groups(snapshot: Snapshot, audit: Sequence[AuditEntry] | None = None) -> tuple[OpenGroup, ...]:
    """List what is to be settled before filing.

    In order: the document, each section, those awaiting approval only, the exhibits. Findings of severity ``info`` are
    left to the monitor.

    Args:
        snapshot: The run.
        audit: Its audit record, where it is to go with the petition.
    """
    broken = [OpenItem(severity="error", text=f"{_capital(line)}.") for line in _broken_record(snapshot, audit)]
    groups = [
        (f"The {find_form(snapshot.letter.document_type).noun} as a whole", [*_document_items(snapshot), *broken])
    ]
    waiting: list[OpenItem] = []
    for section in snapshot.sections:
        items = list(_section_items(snapshot, section))
        # The one item is the approval that is missing.
        if section.status == "completed" and len(items) == 1:
            waiting.append(OpenItem(severity="open", text=section.title))
        else:
            groups.append((section.title, items))
    groups.append((UNAPPROVED, waiting))
    groups.append(("Exhibits", list(_exhibit_items(snapshot))))
    return tuple(
        OpenGroup(title=title, items=tuple(sorted(items, key=lambda item: _SEVERITY_ORDER[item.severity])))
        for title, items in groups
        if items
    )


def _refusals(snapshot: Snapshot) -> Iterator[str]:
    noun = find_form(snapshot.letter.document_type).noun
    if not snapshot.sections:
        yield f"the {noun} has no section"
    else:
        yield from (f"the {noun} has {line}" for line in _missing_sections(snapshot))
    yield from (f"the letter has no {name}" for name in _missing_names(snapshot))
    for finding in snapshot.letter_findings:
        if finding.severity == "error":
            yield f"the letter as a whole: {finding.check}: {_sentence(finding)}"
    for section in snapshot.sections:
        yield from (f"section {section.section_id}: {reason}" for reason in _section_refusals(snapshot, section))


def _broken_record(snapshot: Snapshot, audit: Sequence[AuditEntry] | None) -> Iterator[str]:
    # No record was given: nothing is said of it. An empty one may be what is left.
    damage = None if audit is None else describe_damage(audit, snapshot.audit)
    if damage is not None:
        yield f"the audit record is not whole: {damage}"


def _describe_approval(section: SectionState) -> str | None:
    """Tells why a section's present text is not approved.

    None where it is: a status alone is nobody's signature.
    """
    if section.status != "approved":
        return STATUS_WORDS.get(section.status, section.status)
    if not (section.approved_by or "").strip():
        return "approved by nobody who is named"
    # An approval is for exactly one text: docs/decisions.md, "A moment of the history ends with its step".
    if section.approved_sha256 != text_digest(section.content):
        return "changed after it was approved; it awaits an approval of this text"
    return None


def _section_refusals(snapshot: Snapshot, section: SectionState) -> Iterator[str]:
    if (reason := _describe_approval(section)) is not None:
        yield f"{reason} (status {section.status})"
    if not section.content.strip():
        yield "has no text"
    for finding in section.findings:
        # See docs/decisions.md, "An approval over open errors needs a note".
        if _bars(finding) and not _is_lifted(section, finding):
            yield f"{finding.check}: {_sentence(finding)}"
    yield from problems(section.content, {exhibit.exhibit_id: exhibit for exhibit in snapshot.exhibits})


def _bars(finding: Finding) -> bool:
    """Tells whether a finding keeps a petition from being final until a named person has given a reason."""
    return finding.severity == "error" or (finding.severity == "warning" and finding.check in NEEDS_REASON)


def _is_lifted(section: SectionState, finding: Finding) -> bool:
    """Tells whether the reason given with the approval lifts a finding."""
    return (
        bool((section.approval_note or "").strip())
        and _describe_approval(section) is None
        and not is_beyond_reasons(finding)
    )


def _missing_sections(snapshot: Snapshot) -> list[str]:
    # Of a response the check requests-complete knows what it must have: that depends on the officer's letter.
    if not find_form(snapshot.letter.document_type).needs_sections:
        return []
    sections = [section.section_id for section in snapshot.sections]
    return describe_missing_sections(sections, snapshot.letter.criteria)


def _missing_names(snapshot: Snapshot) -> list[str]:
    """List what the letter's head must name and does not."""
    needed = ("filing_date", "beneficiary", "petitioner", "field_of_endeavor")
    return [name.replace("_", " ") for name in needed if not getattr(snapshot.letter, name)]


def _document_items(snapshot: Snapshot) -> Iterator[OpenItem]:
    if snapshot.error:
        yield OpenItem(severity="error", text=f"The run reports: {snapshot.error}")
    for line in _missing_sections(snapshot):
        yield OpenItem(severity="error", text=f"The petition has {line}.")
    for name in _missing_names(snapshot):
        yield OpenItem(severity="error", text=f"The letter has no {name}.")
    if snapshot.status not in {"completed", "needs_review"}:
        yield OpenItem(severity="open", text=f"The run has not completed: its status is {snapshot.status}.")
    # What the run reports of a section stands under that section.
    told_below = (f"{WHOLE_LETTER}: ", *(f"{section.title}: " for section in snapshot.sections))
    for finding in snapshot.letter_findings:
        if finding.severity != "info":
            yield OpenItem(severity=finding.severity, text=_sentence(finding))
    for line in snapshot.unresolved:
        if not line.startswith(told_below):
            yield OpenItem(severity="open", text=line)


def _section_items(snapshot: Snapshot, section: SectionState) -> Iterator[OpenItem]:
    if (reason := _describe_approval(section)) is not None:
        # "Approved" with a reason against it looks settled, which is worse than waiting.
        severity = "error" if section.status in {"failed", "approved"} else "open"
        yield OpenItem(severity=severity, text=f"{_capital(reason)}.")
    if section.stale:
        yield OpenItem(severity="warning", text=STALE)
    for problem in problems(section.content, {exhibit.exhibit_id: exhibit for exhibit in snapshot.exhibits}):
        yield OpenItem(severity="error", text=f"{_capital(problem)}.")
    for finding in section.findings:
        if finding.severity != "info":
            lifted = _bars(finding) and _is_lifted(section, finding)
            reason = f" Approved by {section.approved_by}, with the reason: {section.approval_note}" if lifted else ""
            severity = "warning" if lifted else finding.severity
            yield OpenItem(severity=severity, text=f"{_sentence(finding)}{reason}")


def _exhibit_items(snapshot: Snapshot) -> Iterator[OpenItem]:
    for exhibit in snapshot.exhibits:
        # What was not checked must never pass for checked.
        if not exhibit.sha256:  # listed in the case file as missing
            text = f"Exhibit {exhibit.number} is not at hand: what is quoted or taken from it was not checked."
            yield OpenItem(severity="warning", text=text)
        elif not exhibit.has_text:
            text = f"Exhibit {exhibit.number} has no text layer: what is quoted or taken from it was not checked."
            yield OpenItem(severity="warning", text=text)
        elif exhibit.recognized:
            text = f"Exhibit {exhibit.number} was checked on recognized text, not typed text: {exhibit.recognized}."
            yield OpenItem(severity="warning", text=text)


def _capital(sentence: str) -> str:
    return f"{sentence[:1].upper()}{sentence[1:]}"


def _sentence(finding: Finding) -> str:
    place = f"Line {finding.line}: " if finding.line is not None else ""
    quote = f" “{finding.quote}”" if finding.quote else ""
    remedy = f" Suggested: {finding.suggestion}" if finding.suggestion else ""
    return f"{place}{finding.message}{quote}{remedy}"
