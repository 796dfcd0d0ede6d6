"""Snapshot of a run, and how events change it.

:func:`apply` is pure. The writer, Redis readers, widgets, the server and the tests share it, and the ES module of the
widget folds by the same rule, tested against the same recorded events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field

from workbench.checks.earlier_text import EarlierText
from workbench.checks.finding import Finding
from workbench.live.events import (
    SCHEMA,
    ErrorRaised,
    Event,
    LogEntry,
    LogLine,
    ProgressUpdate,
    RunStatus,
    SectionDelta,
    SectionStatus,
    SectionUpdate,
    StatusChange,
    WorkflowUpdate,
)

LOGS_KEPT = 200
"""Number of log lines in the snapshot; the stream has all."""


class _Read(BaseModel):
    # Processes of two versions may share a store: what a newer one wrote is ignored.
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Progress(_Read):
    """Count of sections completed or approved.

    ``percentage`` is 0.0 to 100.0 with one decimal.
    """

    completed: int = 0
    total: int = 0
    percentage: float = 0.0


class Usage(_Read):
    """Tokens and cost of the models so far.

    ``cost_usd`` is None where a price is unknown, 0.0 where nothing was paid.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0


class SentenceRemark(_Read):
    """A person's word on one sentence.

    Attributes:
        kind: ``confirmed``: the sentence stands; ``rejected``: it must change; ``comment``.
        sentence: The sentence, verbatim.
        sentence_sha256: Of it: the remark is about this text, and about no other that comes in its place.
        finding: Id of the check that it answers, ``support`` for the verdict, or None.
        note: What the person says, or None.
        user_id: Who; asserted.
        at: Moment.
    """

    kind: Literal["confirmed", "rejected", "comment"]
    sentence: str
    sentence_sha256: str = ""
    finding: str | None = None
    note: str | None = None
    user_id: str
    at: str


class SectionState(_Read):
    """Section of the petition.

    Attributes:
        section_id: From the catalogue.
        title: Heading.
        status: See DESIGN: Snapshot.
        content: Markdown without HTML, images or raw blocks; citations as ``[@exhibit-id, p. 2]``.
        tokens_used: Input and output tokens of all attempts.
        attempts: Drafts written so far.
        findings: What the checks say of the present content.
        prompt_version: ``<section_id>@<digest>+<digest>``, of the section's prompt and of the system message: the first
            12 hex digits of each one's sha256, and the names of their files. None before drafting.
        model: Label of the model that wrote the last draft, or None where none is recorded.
        passages_sha256: Of the passages of the exhibits that the last draft's prompt had, in order; or None.
        started_at: First moment of drafting.
        ended_at: Moment of the last status that needs nothing more from the machine.
        stale: True where what it was drafted from (an exhibit, the case, a section it summarises) has changed since.
        approved_by: The user whose approval stands, or None.
        approved_sha256: Of the text that was approved, UTF-8, hexadecimal: any other text is not approved.
        approval_note: The reason given with an approval, which lifts the errors of the checks, or None.
        locked: Whether nobody, machine or attorney, may change the text before it is unlocked.
        edited_by: The user who wrote the present text by hand, or None where the machine did.
        instruction: What the attorney asks of the draft to come, until it is there, or None.
        remarks: Decisions and comments on sentences, oldest first; those on sentences that have changed are kept.
        earlier: The texts that the present one was revised from, oldest first, until it is checked and nothing of them
            is lost.
    """

    section_id: str
    title: str
    status: SectionStatus = "pending"
    content: str = ""
    tokens_used: int = 0
    attempts: int = 0
    findings: tuple[Finding, ...] = ()
    prompt_version: str | None = None
    model: str | None = None
    passages_sha256: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    stale: bool = False
    approved_by: str | None = None
    approved_sha256: str | None = None
    approval_note: str | None = None
    locked: bool = False
    edited_by: str | None = None
    instruction: str | None = None
    remarks: tuple[SentenceRemark, ...] = ()
    earlier: tuple[EarlierText, ...] = ()

    def __repr__(self) -> str:
        found = f", {len(self.findings)} findings" if self.findings else ""
        by = f" by {self.approved_by}" if self.approved_by else ""
        status, words = self.status.replace("_", " "), len(self.content.split())
        return f"<Section {self.section_id}: {status}{by}, {words} words{found}>"


class ExhibitState(_Read):
    """Exhibit as listed in the snapshot.

    ``pages`` is a count; ``has_text`` is False where there is no text layer; ``recognized`` names the pages whose text
    OCR recognised, with its confidence; ``has_pictures`` is False for a file that is text, whose pages are not drawn;
    ``filed`` is False for one that is kept on file, and stands in no index.
    """

    exhibit_id: str
    number: int
    title: str
    kind: str
    date: str
    pages: int
    sha256: str
    has_text: bool = True
    recognized: str = ""
    has_pictures: bool = True
    filed: bool = Field(default=True, exclude_if=bool)


def _is_empty(value: object) -> bool:
    return not value


class LetterHead(_Read):
    """Head of the letter, for exports without case folder.

    Attributes:
        case_title: Title of the case.
        petitioner: Name.
        petitioner_kind: ``person``, ``organization``, or "" where the case does not say.
        beneficiary: Full name with honorific.
        field_of_endeavor: The frozen phrase.
        filing_date: ISO date.
        criteria: Paragraphs claimed, such as ``(h)(3)(i)``.
        counsel: Lines of the signature block.
        sample: The sample's plain statement, or None.
        document_type: Kind of document; empty for a petition.
        rows: Lines of the RE block that stand in place of a petition's, label and value.
    """

    case_title: str = ""
    petitioner: str = ""
    petitioner_kind: str = ""
    beneficiary: str = ""
    field_of_endeavor: str = ""
    filing_date: str = ""
    criteria: tuple[str, ...] = ()
    counsel: tuple[str, ...] = ()
    sample: str | None = None
    # Left out where they are empty: the head of a petition is written as before there were other documents.
    document_type: str = Field(default="", exclude_if=_is_empty)
    rows: tuple[tuple[str, str], ...] = Field(default=(), exclude_if=_is_empty)

    def __repr__(self) -> str:
        return f"<LetterHead: {self.case_title[:120]}>"


class Fork(_Read):
    """Origin of a branch: the event ``event_id`` of run ``thread_id``."""

    thread_id: str
    event_id: str


class AuditHead(_Read):
    """End of the run's audit record.

    ``count`` entries, the last of them with ``digest``: so the snapshot shows that a tail was cut off.
    """

    count: int = 0
    digest: str = ""


class Snapshot(_Read):
    """State of a run at one moment (DESIGN: Snapshot).

    Attributes:
        schema_: Version of the format.
        thread_id: The run.
        user_id: Who started it; asserted.
        case_id: The case.
        case_digest: sha256 of the case as it was at the start.
        document_type: ``petition`` or another of :data:`workbench.case.document_types.DOCUMENT_TYPES`.
        status: The run's status.
        sections: In the document's order.
        exhibits: In the order of their numbers.
        logs: The last 200 lines.
        letter: The head of the letter.
        progress: Sections done.
        usage: Tokens and cost.
        model: What writes: label of the model.
        started_at: Moment of the start.
        updated_at: Moment of the last event; ``_updated_at`` on the wire.
        last_event_id: How far this snapshot reaches.
        unresolved: One line for each thing left open.
        letter_findings: What the checks say of the letter as a whole.
        error: Why the run paused or failed, or None.
        forked_from: The run that this one branched off, or None.
        audit: The end of its audit record; None where an earlier version wrote it.

    Examples:
        >>> import workbench
        >>> snapshot = workbench.Snapshot(thread_id="abc-123", user_id="ada", case_id="wu", status="paused")
        >>> snapshot.status, snapshot.progress.percentage
        ('paused', 0.0)
    """

    schema_: int = Field(default=SCHEMA, alias="schema")
    thread_id: str
    user_id: str
    case_id: str
    case_digest: str = ""
    document_type: str = "petition"
    status: RunStatus = "pending"
    sections: tuple[SectionState, ...] = ()
    exhibits: tuple[ExhibitState, ...] = ()
    logs: tuple[LogLine, ...] = ()
    letter: LetterHead = LetterHead()
    progress: Progress = Progress()
    usage: Usage = Usage()
    model: str = ""
    started_at: str = ""
    updated_at: str = Field(default="", alias="_updated_at")
    last_event_id: str = ""
    unresolved: tuple[str, ...] = ()
    letter_findings: tuple[Finding, ...] = ()
    error: str | None = None
    forked_from: Fork | None = None
    audit: AuditHead | None = None

    def __repr__(self) -> str:
        return f"<Snapshot {self.thread_id}: {self.describe()}>"

    def describe(self) -> str:
        """Describes the run in a few words: its state, and approvals.

        ``completed`` says that every section is drafted and checked, which a reader takes for done; so it is not said.
        """
        total = len(self.sections)
        approved = sum(section.status == "approved" for section in self.sections)
        if self.status == "completed":
            state = "approved" if approved == total else "drafted"
            return f"{state}, {approved} of {total} approved"
        state = f"{self.status.replace('_', ' ')}, {self.progress.completed} of {total} drafted"
        return f"{state}, {approved} approved" if approved else state

    def section(self, section_id: str) -> SectionState:
        """Returns a section; raises KeyError for an unknown id."""
        for section in self.sections:
            if section.section_id == section_id:
                return section
        raise KeyError(section_id)

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON values with the names of the wire."""
        return self.model_dump(mode="json", by_alias=True)

    def to_json(self) -> bytes:
        """Serialises the snapshot as Redis keeps it."""
        return orjson.dumps(self.to_dict())

    @classmethod
    def from_json(cls, data: bytes | str) -> Snapshot:
        """Parses a snapshot of any version; ignores unknown fields.

        Raises:
            pydantic.ValidationError: The data is not a snapshot.
        """
        return cls.model_validate(orjson.loads(data))


def apply(snapshot: Snapshot, event: Event) -> Snapshot:
    """Applies one event to a snapshot. Pure.

    An event for an unknown section changes only the stamp.
    """
    changes: dict[str, Any] = {"last_event_id": event.id, "updated_at": event.at}
    match event:
        case WorkflowUpdate(update=update):
            changes |= _validate_update(update)
        case SectionUpdate() | SectionDelta():
            changes["sections"] = tuple(
                _change_section(section, event) if section.section_id == event.section_id else section
                for section in snapshot.sections
            )
        case LogEntry(log=line):
            changes["logs"] = (*snapshot.logs, line)[-LOGS_KEPT:]
        case StatusChange(status=status):
            changes["status"] = status
        case ProgressUpdate(completed=completed, total=total, percentage=percentage):
            changes["progress"] = Progress(completed=completed, total=total, percentage=percentage)
        case ErrorRaised(message=message, section_id=None):
            changes["error"] = message
        case ErrorRaised():  # of one section: its own update carries the status and the findings
            pass
    # Not validated again: this runs for every piece of text, and the values were checked when the event was parsed.
    return snapshot.model_copy(update=changes)


def fold(snapshot: Snapshot, events: Iterable[Event]) -> Snapshot:
    """Applies events in order."""
    for event in events:
        snapshot = apply(snapshot, event)
    return snapshot


def _change_section(section: SectionState, event: SectionUpdate | SectionDelta) -> SectionState:
    if isinstance(event, SectionDelta):
        return section.model_copy(update={"content": section.content + event.text})
    # Only what the event names: None is a value (an approval withdrawn), absence means unchanged.
    named = event.model_fields_set - {"type", "id", "at", "thread_id", "schema_", "section_id"}
    changes = {name: getattr(event, name) for name in named}
    if changes.get("findings") is not None:
        changes["findings"] = tuple(Finding.model_validate(finding) for finding in changes["findings"])
    if "remarks" in changes:
        changes["remarks"] = tuple(SentenceRemark.model_validate(remark) for remark in changes["remarks"] or ())
    if "earlier" in changes:
        changes["earlier"] = tuple(EarlierText.model_validate(text) for text in changes["earlier"] or ())
    # A new draft streams in as deltas, which append: without this they would follow the old text.
    if event.status in {"in_progress", "revising"} and "content" not in named:
        changes["content"] = ""
    return section.model_copy(update=changes)


_OWN = {"last_event_id", "updated_at", "schema_", "thread_id"}
_NAMES: Mapping[str, str] = {
    (info.alias or name): name for name, info in Snapshot.model_fields.items() if name not in _OWN
}


def _validate_update(update: Mapping[str, Any]) -> dict[str, Any]:
    """Converts the named fields to their types; ignores unknown names."""
    # The stamp is not among _NAMES: an update must not overwrite which event the snapshot reaches.
    fields = {alias: value for alias, value in update.items() if alias in _NAMES}
    # Required fields get placeholders; only the named ones are taken from it.
    probe = Snapshot.model_validate({"thread_id": "", "user_id": "", "case_id": "", **fields})
    return {_NAMES[alias]: getattr(probe, _NAMES[alias]) for alias in fields}
