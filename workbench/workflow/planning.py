"""Where a run stands, read from its snapshot: what is left to do, what is left open, how it ends. Pure."""

from __future__ import annotations

from typing import Any, TypedDict

from workbench.drafting.cleaning import clean_markdown
from workbench.live import events
from workbench.live.snapshot import SectionState as Section
from workbench.live.snapshot import Snapshot
from workbench.workflow.section_commands import FINISHED

DONE = frozenset({"completed", "approved"})


class SectionGraphState(TypedDict, total=False):
    """State of one section's graph; plain JSON values.

    Attributes:
        section_id: The section.
        content: The present draft, Markdown; empty before the first.
        attempts: Drafts written so far.
        findings: What the checks said of ``content``.
        cut_off: Why ``content`` has no end, or empty.
        instruction: What the attorney asks for.
        next: ``draft``, ``validate`` or ``done``.
        outcome: The status the section ended with.
    """

    section_id: str
    content: str
    attempts: int
    findings: list[dict[str, Any]]
    cut_off: str
    instruction: str
    next: str
    outcome: str


def verdict(snapshot: Snapshot, *, unattended: bool) -> events.RunStatus:
    """How a run whose sections have all come to an end stands."""
    statuses = {section.status for section in snapshot.sections}
    if "failed" in statuses:
        return "failed"
    return "needs_review" if "needs_review" in statuses and not unattended else "completed"


def unfinished(snapshot: Snapshot) -> list[str]:
    """Ids of the sections that still need the machine, in the document's order."""
    return [section.section_id for section in snapshot.sections if work_of(section) is not None]


def work_of(section: Section) -> SectionGraphState | None:
    """Where a section's graph begins, as its state; None where nothing is left to do.

    A start, a pause, a crash and a takeover are one thing: every finished step stands in the snapshot. A draft that was
    written but not checked is checked, not drafted (and paid for) again.
    """
    findings = [finding.model_dump(exclude_none=True) for finding in section.findings]
    work: SectionGraphState = {"section_id": section.section_id, "attempts": section.attempts, "next": "draft"}
    match section.status:
        case "pending":
            again = bool(section.content)  # sent back by the attorney: the writer sees what was, and why
            return work | {"content": section.content, "findings": findings if again else []} | _asked(section)
        case "in_progress" | "revising":  # cut off in the middle of a draft: this attempt does not count
            return work | {"attempts": max(0, section.attempts - 1), "findings": findings} | _asked(section)
        case "validating":
            return work | {"content": section.content, "next": "validate"}
        case _:
            return None


def _asked(section: Section) -> SectionGraphState:
    return {"instruction": section.instruction} if section.instruction else {}


def unresolved(snapshot: Snapshot) -> list[str]:
    """One line for each section that is not done, with the reasons."""
    lines = []
    for section in snapshot.sections:
        if section.status not in DONE:
            errors = [finding.message for finding in section.findings if finding.severity == "error"]
            lines.append(f"{section.title}: " + ("; ".join(errors) if errors else section.status.replace("_", " ")))
    return lines


def finished_texts(snapshot: Snapshot) -> dict[str, str]:
    """The texts of the sections that nobody is working on, by id."""
    return {s.section_id: s.content for s in snapshot.sections if s.status in FINISHED}


def progress_of(snapshot: Snapshot) -> events.ProgressUpdate:
    """How many sections are completed or approved."""
    return events.progress(sum(s.status in DONE for s in snapshot.sections), len(snapshot.sections))


def cleaned_remains(snapshot: Snapshot, *section_ids: str) -> list[events.Event]:
    """What streamed into sections whose draft never came to its end, as a draft may stand: the model's own text is raw.

    Args:
        snapshot: As the journal has it, the streamed text included.
        section_ids: Which sections; default: all that are being drafted.
    """
    chosen = section_ids or [s.section_id for s in snapshot.sections if s.status in {"in_progress", "revising"}]
    sections = [snapshot.section(section_id) for section_id in chosen]
    return [
        events.SectionUpdate(section_id=section.section_id, content=content)
        for section in sections
        if (content := clean_markdown(section.content, title=section.title)) != section.content
    ]
