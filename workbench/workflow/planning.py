"""Plans derived from a run's snapshot. Pure.

The sections left to draft, the open points, and the final status.
"""

from __future__ import annotations

from typing import Any, TypedDict

from workbench.drafting.cleaning import clean_markdown
from workbench.live import events
from workbench.live.snapshot import SectionState, Snapshot
from workbench.workflow.section_commands import FINISHED

WHOLE_LETTER = "The letter as a whole"
"""Begins the lines about what no section shows by itself."""

DONE = frozenset({"completed", "approved"})


class SectionGraphState(TypedDict, total=False):
    """State of one section's graph; plain JSON values.

    Attributes:
        section_id: The section.
        content: The present draft, Markdown; empty before the first.
        attempts: Drafts written so far.
        findings: Findings of the checks in ``content``.
        cut_off: Reason for which ``content`` ends in the middle, or empty.
        instruction: The attorney's, for the next draft.
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


def derive_status(snapshot: Snapshot, *, unattended: bool) -> events.RunStatus:
    """Derives the status of a run without pending sections.

    All of them have come to an end.
    """
    statuses = {section.status for section in snapshot.sections}
    # Unattended runs end in any case: what is open is listed, and nothing is approved.
    if "failed" in statuses:
        return "failed"
    return "needs_review" if "needs_review" in statuses and not unattended else "completed"


def list_unfinished(snapshot: Snapshot) -> list[str]:
    """Lists the sections still to be drafted or checked.

    They are listed by id.

    In the document's order.
    """
    return [section.section_id for section in snapshot.sections if plan_section(section) is not None]


def list_unfinished_drafts(snapshot: Snapshot) -> list[str]:
    """Lists the sections still to be drafted, or whose draft may be sent back: not what a person wrote."""
    by_hand = {s.section_id for s in snapshot.sections if s.status == "validating" and s.edited_by is not None}
    return [section_id for section_id in list_unfinished(snapshot) if section_id not in by_hand]


def plan_section(section: SectionState) -> SectionGraphState | None:
    """Returns the state in which a section's graph begins.

    None where nothing is left to do.

    A start, a pause, a crash and a takeover are handled alike: every finished step stands in the snapshot. A draft that
    was written but not checked is checked, not drafted (and paid for) again.
    """
    findings = [finding.model_dump(exclude_none=True) for finding in section.findings]
    work: SectionGraphState = {"section_id": section.section_id, "attempts": section.attempts, "next": "draft"}
    match section.status:
        case "pending":
            again = bool(section.content)  # sent back by the attorney: the writer sees what was, and why
            return (
                work | {"content": section.content, "findings": findings if again else []} | _with_instruction(section)
            )
        case "in_progress" | "revising":  # cut off in the middle of a draft: this attempt does not count
            work |= {"attempts": max(0, section.attempts - 1), "findings": findings}
            # The last of the earlier texts is the one that was being revised.
            previous: SectionGraphState = {"content": section.earlier[-1].content} if section.earlier else {}
            return work | previous | _with_instruction(section)
        # Drafted and paid for, not yet checked.
        case "validating":
            return work | {"content": section.content, "next": "validate"}
        case _:
            return None


def _with_instruction(section: SectionState) -> SectionGraphState:
    return {"instruction": section.instruction} if section.instruction else {}


def list_unresolved(snapshot: Snapshot) -> list[str]:
    """Lists each unfinished section in one line, with reasons."""
    lines = []
    for section in snapshot.sections:
        # Errors first: they say what to do, the status only that something is left.
        if section.status not in DONE:
            errors = [finding.message for finding in section.findings if finding.severity == "error"]
            lines.append(f"{section.title}: " + ("; ".join(errors) if errors else section.status.replace("_", " ")))
    lines += [f"{WHOLE_LETTER}: {found.message}" for found in snapshot.letter_findings if found.severity == "error"]
    return lines


def collect_finished_texts(snapshot: Snapshot) -> dict[str, str]:
    """Collects the texts of sections at rest, by id.

    Those that are being drafted are left out.
    """
    return {s.section_id: s.content for s in snapshot.sections if s.status in FINISHED}


def count_progress(snapshot: Snapshot) -> events.ProgressUpdate:
    """Counts the sections that are completed or approved."""
    return events.progress(sum(s.status in DONE for s in snapshot.sections), len(snapshot.sections))


def clean_partial_drafts(snapshot: Snapshot, *section_ids: str) -> list[events.Event]:
    """Cleans the text of sections whose draft was cut off.

    As every finished draft is cleaned; what streams is the model's raw text.

    Args:
        snapshot: As the journal has it, the streamed text included.
        section_ids: The sections; default: all that are being drafted.

    Returns:
        Events that replace the raw text.
    """
    chosen = section_ids or [s.section_id for s in snapshot.sections if s.status in {"in_progress", "revising"}]
    sections = [snapshot.section(section_id) for section_id in chosen]
    return [
        events.SectionUpdate(section_id=section.section_id, content=content)
        for section in sections
        if (content := clean_markdown(section.content, title=section.title)) != section.content
    ]


def mark_finished_stale(snapshot: Snapshot) -> list[events.SectionUpdate]:
    """Builds the events that mark every finished section as stale."""
    finished = (section for section in snapshot.sections if section.status in FINISHED)
    return [events.SectionUpdate(section_id=section.section_id, stale=True) for section in finished]
