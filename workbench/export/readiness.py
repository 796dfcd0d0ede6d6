"""What stands between a snapshot and its filing: the open list of a draft, and the reasons to refuse a final."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.checks.finding import Finding
from workbench.export.citations import problems
from workbench.export.manifest import OpenGroup, OpenItem
from workbench.live.snapshot import SectionState, Snapshot

STATUS_WORDS = {
    "pending": "not yet drafted",
    "in_progress": "being drafted",
    "validating": "being checked",
    "revising": "being revised",
    "needs_review": "awaits an attorney’s review",
    "completed": "not yet approved by an attorney",
    "failed": "drafting failed",
}
"""What the open list says of a section that is not approved."""

UNAPPROVED = "Checked, and not yet approved by an attorney"
"""Heads the sections of which nothing else is open: one list of titles instead of the same line under each."""

_SEVERITY_ORDER = {"error": 0, "warning": 1, "open": 2}


def refusals(snapshot: Snapshot) -> tuple[str, ...]:
    """Every reason why the petition may not be exported as final, one line each; empty where it may."""
    return tuple(_refusals(snapshot))


def open_groups(snapshot: Snapshot) -> tuple[OpenGroup, ...]:
    """What is to be settled before filing: the document, each section, those that only await approval, the exhibits.

    Findings of severity ``info`` are left to the monitor.
    """
    groups = [("The petition as a whole", list(_document_items(snapshot)))]
    waiting: list[OpenItem] = []
    for section in snapshot.sections:
        items = list(_section_items(snapshot, section))
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
    if not snapshot.sections:
        yield "the petition has no section"
    yield from (f"the letter has no {name}" for name in _missing_names(snapshot))
    for section in snapshot.sections:
        yield from (f"section {section.section_id}: {reason}" for reason in _section_refusals(snapshot, section))


def _section_refusals(snapshot: Snapshot, section: SectionState) -> Iterator[str]:
    if section.status != "approved":
        yield f"{STATUS_WORDS.get(section.status, section.status)} (status {section.status})"
    if not section.content.strip():
        yield "has no text"
    for finding in section.findings:
        if finding.severity == "error":
            yield f"{finding.check}: {_sentence(finding)}"
    yield from problems(section.content, {exhibit.exhibit_id: exhibit for exhibit in snapshot.exhibits})


def _missing_names(snapshot: Snapshot) -> list[str]:
    """What the letter's head must name and does not."""
    needed = ("filing_date", "beneficiary", "petitioner", "field_of_endeavor")
    return [name.replace("_", " ") for name in needed if not getattr(snapshot.letter, name)]


def _document_items(snapshot: Snapshot) -> Iterator[OpenItem]:
    if snapshot.error:
        yield OpenItem(severity="error", text=f"The run reports: {snapshot.error}")
    for name in _missing_names(snapshot):
        yield OpenItem(severity="error", text=f"The letter has no {name}.")
    if snapshot.status not in {"completed", "needs_review"}:
        yield OpenItem(severity="open", text=f"The run has not completed: its status is {snapshot.status}.")
    told_below = tuple(f"{section.title}: " for section in snapshot.sections)
    for line in snapshot.unresolved:
        if not line.startswith(told_below):
            yield OpenItem(severity="open", text=line)


def _section_items(snapshot: Snapshot, section: SectionState) -> Iterator[OpenItem]:
    if section.status != "approved":
        words = STATUS_WORDS.get(section.status, section.status)
        severity = "error" if section.status == "failed" else "open"
        yield OpenItem(severity=severity, text=f"{words[:1].upper()}{words[1:]}.")
    if section.stale:
        yield OpenItem(severity="warning", text="An exhibit arrived after this section was finished.")
    for problem in problems(section.content, {exhibit.exhibit_id: exhibit for exhibit in snapshot.exhibits}):
        yield OpenItem(severity="error", text=f"{problem[:1].upper()}{problem[1:]}.")
    for finding in section.findings:
        if finding.severity != "info":
            yield OpenItem(severity=finding.severity, text=_sentence(finding))


def _exhibit_items(snapshot: Snapshot) -> Iterator[OpenItem]:
    for exhibit in snapshot.exhibits:
        if not exhibit.has_text:
            text = f"Exhibit {exhibit.number} has no text layer: what is quoted or taken from it was not checked."
            yield OpenItem(severity="warning", text=text)


def _sentence(finding: Finding) -> str:
    place = f"Line {finding.line}: " if finding.line is not None else ""
    quote = f" “{finding.quote}”" if finding.quote else ""
    remedy = f" Suggested: {finding.suggestion}" if finding.suggestion else ""
    return f"{place}{finding.message}{quote}{remedy}"
