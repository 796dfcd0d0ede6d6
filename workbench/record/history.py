"""History of a run, and its state at any moment.

A new run's first event holds its head (user, case, sections, exhibits, letter), so applying all events to
:func:`make_empty_snapshot` gives the run: the stream alone is its history. The audit record adds the user behind a
moment, and the acts that changed nothing in the run, such as an export.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from workbench.checks.finding import count_findings
from workbench.errors import InputError, Problem
from workbench.live.audit import AuditEntry
from workbench.live.events import (
    ENDED,
    Event,
    LogEntry,
    ProgressUpdate,
    SectionUpdate,
    StatusChange,
    WorkflowUpdate,
    id_order,
)
from workbench.live.snapshot import SectionState, Snapshot, apply
from workbench.text.digest import text_digest

WORKBENCH = "workbench"
"""Name for acts of neither a person nor a model: a check, a status that followed from others."""

ATTORNEY = "an attorney"
"""Name for a person whom no record names."""


@dataclass(frozen=True)
class HistoryRow:
    """One moment of the history.

    Attributes:
        id: Of the event after which the run stood so: what :func:`state_at` and a fork take.
        at: When, ISO-8601 UTC.
        what: ``prepared forked started resumed paused ended``, ``taken over``, ``needs review``, ``exhibit added``,
            ``case changed`` of the run; ``drafting drafted checked completed failed approved rejected edited
            regenerate locked unlocked``, ``section added``, ``sent back``, ``needs review``, ``put back`` of a section;
            ``exported`` and ``left`` from the audit record alone.
        section_id: The section, or None for the run as a whole.
        title: The section's heading; empty for the run.
        who: A user, the label of the model, :data:`WORKBENCH` or :data:`ATTORNEY`.
        status: Of the section, or of the run, after it.
        progress: Of the run after it, percent.
        note: What was said, found or gone wrong, or None.
        sha256: Of the section's text after it (:func:`workbench.text.digest.text_digest`); None where it has none.
    """

    id: str
    at: str
    what: str
    section_id: str | None
    title: str
    who: str
    status: str
    progress: float
    note: str | None = None
    sha256: str | None = None

    def __repr__(self) -> str:
        what = f"{self.section_id} {self.what}" if self.section_id else self.what
        return f"<HistoryRow {self.id}: {what} by {self.who[:60]}, {self.at[:19]}>"

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON values."""
        return asdict(self)


def make_empty_snapshot(thread_id: str) -> Snapshot:
    """Creates the snapshot of a run before its first event."""
    return Snapshot(thread_id=thread_id, user_id="", case_id="")


def history(
    events: Iterable[Event], audit: Iterable[AuditEntry] = (), *, initial: Snapshot | None = None
) -> list[HistoryRow]:
    """Lists the moments of a run, oldest first. Pure.

    Args:
        events: All of the run's, oldest first.
        audit: The run's audit record, in order.
        initial: The run before its first event; default: :func:`make_empty_snapshot`.
    """
    rows: list[HistoryRow] = []
    state, first, in_step = initial, "", False
    for event in events:
        before = make_empty_snapshot(event.thread_id) if state is None else state
        state, first = apply(before, event), first or event.id
        moment = _moment(before, state, event)
        if moment is not None:
            rows.append(_row(state, event, *moment))
            in_step = True
        elif in_step and _completes(event):
            rows[-1] = replace(rows[-1], id=event.id, progress=state.progress.percentage)
        elif not _is_aside(event):
            in_step = False
    return _with_audit(rows, list(audit), first)


def state_at(events: Iterable[Event], event_id: str, *, initial: Snapshot | None = None) -> Snapshot:
    """Rebuilds the run as it stood after an event. Pure.

    Args:
        events: All of the run's, oldest first.
        event_id: Of any of them.
        initial: The run before its first event; default: :func:`make_empty_snapshot`.

    Raises:
        InputError: No event has that id.
    """
    state, thread_id = initial, "THREAD"
    for event in events:
        thread_id = event.thread_id
        state = apply(make_empty_snapshot(thread_id) if state is None else state, event)
        if event.id == event_id:
            return state
    what = f"{thread_id} has no event {event_id!r}"
    raise InputError(Problem(what=what, remedy=f"workbench history {thread_id} lists the moments by id", field="ID"))


_Moment = tuple[str, str | None, str, str | None]
"""Action, section, user and note of an entry."""


def _completes(event: Event) -> bool:
    """Tests for an event that completes the moment before."""
    # A row is a point to return to, so it includes what follows from its event: progress, open items, stale marks
    # (docs/decisions.md, "A moment of the history ends with its step").
    match event:
        case ProgressUpdate():
            return True
        case WorkflowUpdate(update=update):
            return set(update) in ({"unresolved"}, {"audit"})
        case SectionUpdate():
            return event.model_fields_set - _STAMP == {"section_id", "stale"}
    return False


def _is_aside(event: Event) -> bool:
    """Tests for an event that may stand anywhere within a step."""
    return isinstance(event, LogEntry) or (isinstance(event, WorkflowUpdate) and set(event.update) == {"audit"})


_STAMP = frozenset({"type", "id", "at", "thread_id", "schema_"})


def _row(state: Snapshot, event: Event, what: str, section_id: str | None, who: str, note: str | None) -> HistoryRow:
    section = state.section(section_id) if section_id is not None else None
    return HistoryRow(
        id=event.id,
        at=event.at,
        what=what,
        section_id=section_id,
        title=section.title if section else "",
        who=who,
        status=section.status if section else state.status,
        progress=state.progress.percentage,
        note=note,
        sha256=text_digest(section.content) if section and section.content else None,
    )


def _moment(before: Snapshot, after: Snapshot, event: Event) -> _Moment | None:
    match event:
        case WorkflowUpdate():
            return _of_the_head(before, after)
        case StatusChange() if before.status != after.status:
            return _of_the_run(before, after)
        case SectionUpdate():
            # An unknown section changes nothing (see apply), so it makes no moment either.
            found = [section.section_id for section in before.sections]
            if event.section_id not in found:
                return None
            was, now_is = before.section(event.section_id), after.section(event.section_id)
            told = _by_an_attorney(was, now_is, event) or _by_the_machine(was, now_is, event, after.model or WORKBENCH)
            return (told[0], event.section_id, *told[1:]) if told else None
    return None


def _of_the_head(before: Snapshot, after: Snapshot) -> _Moment | None:
    if not before.sections and after.sections:
        origin = after.forked_from
        if origin is not None:
            return "forked", None, after.user_id or ATTORNEY, f"from {origin.thread_id} at {origin.event_id}"
        return "prepared", None, after.user_id or ATTORNEY, after.letter.case_title or None
    listed = {exhibit.exhibit_id for exhibit in before.exhibits}
    added = [exhibit.title for exhibit in after.exhibits if exhibit.exhibit_id not in listed]
    # Before the exhibits: an accepted change of the case may bring new exhibits, and is one act.
    if before.case_digest != after.case_digest:
        return "case changed", None, ATTORNEY, None
    if added:
        return "exhibit added", None, ATTORNEY, "; ".join(added)
    known = {section.section_id for section in before.sections}
    new = [section.section_id for section in after.sections if section.section_id not in known]
    return ("section added", new[0], ATTORNEY, None) if new else None


def _of_the_run(before: Snapshot, after: Snapshot) -> _Moment | None:
    match after.status:
        case "generating" if before.status == "pending":
            return "started", None, after.user_id or ATTORNEY, None
        case "generating":
            return "resumed", None, ATTORNEY, None
        case "paused":
            return "paused", None, WORKBENCH, after.error
        case "needs_review":
            return "needs review", None, WORKBENCH, _count_open(after)
        case status if status in ENDED:
            return "ended", None, WORKBENCH, after.error if status == "failed" else _count_open(after)
    return None


def _count_open(snapshot: Snapshot) -> str | None:
    return f"{len(snapshot.unresolved)} left open" if snapshot.unresolved else None


_Told = tuple[str, str, str | None]
# Back to pending from one of these is the graph's own doing, from any other status a request of the attorney.
_AT_WORK = frozenset({"pending", "in_progress", "validating", "revising"})


def _by_an_attorney(was: SectionState, now_is: SectionState, event: SectionUpdate) -> _Told | None:
    """Recognises a person's act by fields no step sets."""
    named = event.model_fields_set
    # An edit or a new draft takes the approval away, too; they are told below by what they do.
    if was.approved_by and event.status in {"completed", "needs_review"} and not named & {"content", "findings"}:
        return "approval withdrawn", ATTORNEY, None
    if event.status == "approved":
        return "approved", now_is.approved_by or ATTORNEY, None
    if event.edited_by is not None:
        return "edited", event.edited_by, count_findings(now_is.findings) if "findings" in named else None
    if event.instruction is not None or (event.status == "pending" and was.status not in _AT_WORK):
        return "regenerate", ATTORNEY, event.instruction
    if was.locked != now_is.locked:
        return "locked" if now_is.locked else "unlocked", ATTORNEY, None
    return None


def _by_the_machine(was: SectionState, now_is: SectionState, event: SectionUpdate, model: str) -> _Told | None:
    """Recognises the steps of the graph."""
    attempt = f"draft {now_is.attempts}" if now_is.attempts > 1 else None
    told: _Told | None = None
    match event.status:
        case "in_progress" | "revising":
            told = "drafting", model, attempt
        case "validating" | "pending" if now_is.attempts < was.attempts:
            told = "put back", WORKBENCH, "the draft was not finished"  # the model was lost: the attempt does not count
        case "validating":
            told = "drafted", model, attempt
        case "completed" | "needs_review":
            told = event.status.replace("_", " "), WORKBENCH, count_findings(now_is.findings)
        case "failed":
            told = "failed", WORKBENCH, now_is.findings[0].message if now_is.findings else None
        case None if event.findings is not None:
            action = "sent back" if now_is.status == "validating" else "checked"
            told = action, WORKBENCH, count_findings(now_is.findings)
    return told


# The audit record -----------------------------------------------------------------------------------------------------

_SHOWS_AS: Mapping[str, Sequence[str]] = {
    "start": ("started",),
    "resume": ("resumed",),
    "pause": ("paused",),
    "cancel": ("ended",),
    "take_over": ("paused",),
    "leave": ("paused",),
    "fork": ("forked",),
    "accept_changes": ("case changed",),
    "add_exhibit": ("exhibit added",),
    "draft": ("drafted",),
    "approve": ("approved",),
    "withdraw": ("approval withdrawn",),
    "reject": ("regenerate",),
    "edit": ("edited",),
    "regenerate": ("regenerate",),
    "lock": ("locked",),
    "unlock": ("unlocked",),
    "add": ("section added",),
}
"""As which moment an act shows in the events."""

_ALONE: Mapping[str, str] = {"export": "exported", "leave": "left", "take_over": "taken over"}
"""Names of acts that have no moment of their own."""

_AT_ONCE = frozenset({"take_over", "leave"})
"""Acts whose moment is the one just made or the very next, or they have none: a paused run is not paused again."""

_OF_THE_RUN = _AT_ONCE | {"start", "resume", "pause"}

_RENAMED: Mapping[str, str] = {"reject": "rejected", "take_over": "taken over"}
"""Names of acts that only the audit record distinguishes."""


def _with_audit(rows: list[HistoryRow], audit: list[AuditEntry], first: str) -> list[HistoryRow]:
    """Adds the audit record's names and notes to rows.

    An act without an event gets a row of its own.
    """
    told: dict[int, HistoryRow] = {}
    alone: list[HistoryRow] = []
    for entry in audit:
        place = next((n for n in _places(rows, entry) if n not in told and _is_of(rows[n], entry)), None)
        if place is not None:
            row = rows[place]
            what = _RENAMED.get(entry.action, row.what)
            told[place] = replace(row, what=what, who=entry.user_id, note=entry.note or row.note)
        elif entry.action in _ALONE:
            alone.append(_row_alone(entry, rows, first))
    # Sorting is stable, so an act without an event stands behind the moment that it follows.
    named = [told.get(place, row) for place, row in enumerate(rows)]
    return sorted([*named, *alone], key=lambda row: id_order(row.id))


def _places(rows: list[HistoryRow], entry: AuditEntry) -> Iterable[int]:
    """Lists an entry's possible rows, the likeliest first.

    The acts on a section, and on the case, all have an entry: they are matched in their order and by the text's digest.
    A run also starts, pauses and goes on by itself, so a command is matched with what follows it.
    """
    # Every row is a candidate: order and digest decide.
    if entry.action not in _OF_THE_RUN:
        return range(len(rows))
    later = [n for n, row in enumerate(rows) if id_order(row.id) > id_order(entry.event_id)]
    if entry.action in _AT_ONCE:
        return [n for n, row in enumerate(rows) if row.id == entry.event_id] + later[:1]
    return later


def _is_of(row: HistoryRow, entry: AuditEntry) -> bool:
    return (
        row.what in _SHOWS_AS.get(entry.action, ())
        and row.section_id == entry.section_id
        # The digest tells two edits of one section apart; a row without text has none.
        and (entry.after is None or row.sha256 in {entry.after, None})
        # A run also ends by itself, and both moments are called "ended".
        and (entry.action != "cancel" or row.status == "cancelled")
    )


def _row_alone(entry: AuditEntry, rows: list[HistoryRow], first: str) -> HistoryRow:
    event_id = entry.event_id or first
    # An act without an event changes nothing: status and progress are those of the rows before it.
    earlier = [row for row in rows if row.section_id is None and id_order(row.id) <= id_order(event_id)]
    reached = [row for row in rows if id_order(row.id) <= id_order(event_id)]
    return HistoryRow(
        id=event_id,
        at=entry.at,
        what=_ALONE[entry.action],
        section_id=entry.section_id,
        title="",
        who=entry.user_id,
        status=earlier[-1].status if earlier else "pending",
        progress=reached[-1].progress if reached else 0.0,
        note=entry.note,
        sha256=entry.after,
    )
