"""What the attorney decides of a section: which decisions its state allows, and what each of them changes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workbench.checks.finding import Finding
from workbench.drafting.cleaning import clean_markdown
from workbench.drafting.sections import SECTIONS
from workbench.errors import InputError, Problem, TransitionError
from workbench.live import events
from workbench.live.snapshot import SectionState, Snapshot
from workbench.text.clock import now
from workbench.text.digest import text_digest
from workbench.workflow.commands import Command, check_status

FINISHED = frozenset({"needs_review", "approved", "completed"})
"""Section statuses with a text that nobody is working on, drafted and checked or written by hand."""

AT_REST = FINISHED | {"failed"}
"""Section statuses in which nothing more happens by itself."""

_AT_WORK = frozenset({"in_progress", "validating", "revising"})
_UNAPPROVED: Mapping[str, None] = {"approved_by": None, "approved_sha256": None}
REDRAFTED = frozenset({"reject", "regenerate"})
"""Decisions after which the section is drafted again."""

_CHANGES_TEXT = REDRAFTED | {"edit"}


def check_decision(order: Command, snapshot: Snapshot) -> SectionState:
    """The section that an order concerns, where its state allows the order.

    Raises:
        InputError: There is no such section, or the order lacks what this state asks for.
        TransitionError: The run, or the section, is in a state that does not allow it.
    """
    check_status(order, snapshot.thread_id, snapshot.status)
    known = [section.section_id for section in snapshot.sections]
    if order.section_id not in known:
        raise InputError(
            Problem(
                f"{snapshot.thread_id} has no section {order.section_id!r}", f"use one of {', '.join(known)}",
                field="section_id",
            )
        )  # fmt: skip
    section = snapshot.section(order.section_id)
    if order.action in _CHANGES_TEXT and section.locked:
        raise TransitionError(f"cannot {order.action} section {section.section_id}: it is locked; unlock it first")
    if order.action in {*_CHANGES_TEXT, "approve"} and _is_at_work(section, snapshot):
        raise TransitionError(
            f"cannot {order.action} section {section.section_id}: it is being drafted; wait for it, or pause the run"
        )
    if order.base is not None and order.base != text_digest(section.content):
        raise TransitionError(
            f"cannot {order.action} section {section.section_id}: its text has changed since you read it; "
            "look at what stands there now"
        )
    match order.action:
        case "approve":
            _check_approval(order, section)
        case "reject" if section.status not in AT_REST:
            raise TransitionError(f"cannot reject section {section.section_id}: it is {section.status}")
        case "edit":
            clean_text(order.text or "", section.title)
        case "lock" if section.locked:
            raise TransitionError(f"section {section.section_id} is locked already")
        case "unlock" if not section.locked:
            raise TransitionError(f"section {section.section_id} is not locked")
        case _:
            pass
    return section


def clean_text(text: str, title: str) -> str:
    """A text written by hand, as a section keeps it.

    Raises:
        InputError: It holds what no section may hold (HTML, images, raw blocks): the attorney's words are never
            changed unseen.
    """
    cleaned = clean_markdown(text, title=title)
    if not cleaned.strip():
        raise InputError(Problem("nothing is left of the text", "write Markdown", field="text"))
    kept = [_words(line) for line in cleaned.splitlines()]
    lines = text.strip().splitlines()
    repeats_title = bool(lines) and lines[0].startswith(("#", "**")) and _words(lines[0]) != kept[0]
    for number, line in enumerate(lines, start=1):
        if _words(line) not in [[], *kept] and not (number == 1 and repeats_title):
            raise InputError(
                Problem(
                    f"line {number} holds what a section may not: {line.strip()[:60]!r}",
                    "write Markdown without HTML, images, links, mathematics or raw blocks",
                    field="text",
                )
            )
    return cleaned


def _words(line: str) -> list[str]:
    return [word for word in line.split() if word.strip("#")]


def events_of(order: Command, snapshot: Snapshot, review: Callable[[str], Sequence[Finding]]) -> list[events.Event]:
    """What an order that :func:`check_decision` lets pass changes.

    Args:
        order: The order.
        snapshot: The run before it.
        review: What the checks say of a text of this section.
    """
    section = snapshot.section(order.section_id or "")
    match order.action:
        case "approve":
            changes: dict[str, Any] = {
                "status": "approved",
                "approved_by": order.user_id,
                "approved_sha256": text_digest(section.content),
            }
        case "edit":
            text = clean_text(order.text or "", section.title)
            findings = review(text)
            errors = any(finding.severity == "error" for finding in findings)
            changes = {
                "status": "needs_review" if errors else "completed",
                "content": text,
                "findings": [finding.model_dump(exclude_none=True) for finding in findings],
                "edited_by": order.user_id,
                "instruction": None,
                "stale": False,
                "ended_at": now(),
                **_UNAPPROVED,
            }
        case "reject" | "regenerate":
            changes = {
                "status": "pending",
                "content": section.content,
                "attempts": 0,
                "instruction": order.note,
                "ended_at": None,
                **_UNAPPROVED,
            }
        case _:
            changes = {"locked": order.action == "lock"}
    said = f"{section.title}: {_SAID[order.action]}" + (f": {order.note}" if order.note else "")
    return [
        events.SectionUpdate(section_id=section.section_id, **changes),
        *(stale_after(snapshot, section.section_id) if order.action == "edit" else ()),
        events.log(f"{said} ({order.user_id})", agent="attorney"),
    ]


_SAID = {
    "approve": "approved",
    "reject": "rejected",
    "edit": "edited by hand",
    "regenerate": "to be drafted again",
    "lock": "locked",
    "unlock": "unlocked",
}


def stale_after(snapshot: Snapshot, section_id: str) -> list[events.Event]:
    """Marks the finished sections that summarise the one whose text has changed."""
    return [
        events.SectionUpdate(section_id=other.section_id, stale=True)
        for other in snapshot.sections
        if other.status in FINISHED
        and not other.stale
        and other.section_id in SECTIONS
        and section_id in SECTIONS[other.section_id].after
    ]


def _is_at_work(section: SectionState, snapshot: Snapshot) -> bool:
    return section.status in _AT_WORK and snapshot.status == "generating"


def _check_approval(order: Command, section: SectionState) -> None:
    if section.status not in FINISHED or not section.content.strip():
        state = section.status if section.content.strip() else "without text"
        raise TransitionError(f"cannot approve section {section.section_id}: it is {state}")
    errors = sum(finding.severity == "error" for finding in section.findings)
    if errors and order.note is None:
        raise InputError(
            Problem(
                f"{section.section_id} has {errors} open error{'s' if errors > 1 else ''}",
                "approve it with a note that says why, or edit or reject it",
                field="note",
            )
        )
