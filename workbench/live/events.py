"""Event types of a run, as the wire carries them.

See DESIGN: Events and the wire.

An event is made without a stamp (``id``, ``at`` and ``thread_id`` empty) and stamped once, when it is written.
Writers forbid unknown fields; :func:`parse_event` ignores them, so that two versions can meet on one Redis.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from workbench.text.clock import now

SCHEMA = 1

RunStatus = Literal["pending", "generating", "paused", "needs_review", "completed", "failed", "cancelled"]
SectionStatus = Literal[
    "pending", "in_progress", "validating", "revising", "needs_review", "approved", "completed", "failed"
]
Level = Literal["debug", "info", "warning", "error"]

UNDER_WAY: frozenset[str] = frozenset({"pending", "generating"})
"""Run statuses that end by themselves: who waits for a run waits through these."""

ENDED: frozenset[str] = frozenset({"completed", "failed", "cancelled"})
"""Run statuses after which nothing more is written, but for the attorney's commands."""


class EventBase(BaseModel):
    """Common fields of all events.

    Attributes:
        id: ``<ms>-<seq>``, increasing within a thread; the writer's own.
        at: The moment of writing.
        thread_id: The run.
        schema_: Version of the wire format.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: str = ""
    at: str = ""
    thread_id: str = ""
    schema_: int = Field(default=SCHEMA, alias="schema")

    def with_stamp(self, *, thread_id: str, event_id: str, at: str) -> Self:
        """Copies the event with its stamp."""
        return self.model_copy(update={"thread_id": thread_id, "id": event_id, "at": at})

    def to_json(self) -> bytes:
        """Serialises the event as one JSON object, without unset fields."""
        return orjson.dumps(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Returns the event as plain JSON values, without unset fields."""
        # An absent field means "as before" and null means "emptied", so unset fields must not be written; the stamp and
        # the type have defaults and are written although they count as unset.
        return {
            (info.alias or name): _plain(getattr(self, name))
            for name, info in type(self).model_fields.items()
            if name in self.model_fields_set or name in _ALWAYS
        }


_ALWAYS = frozenset({"type", "id", "at", "thread_id", "schema_"})


class LogLine(BaseModel):
    """One line of the log.

    Attributes:
        level: ``debug info warning error``.
        message: Plain text; shown as text, never as markup.
        agent: Who speaks: ``writer validator memory model store run attorney export``.
        at: Moment.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    level: Level
    message: str
    agent: str
    at: str


class WorkflowUpdate(EventBase):
    """Replaces the named top-level fields of the snapshot."""

    type: Literal["workflow_update"] = "workflow_update"
    update: dict[str, Any]


class SectionUpdate(EventBase):
    """Replaces the named fields of one section.

    ``in_progress`` or ``revising`` without ``content`` empties its text.
    """

    type: Literal["section_update"] = "section_update"
    section_id: str
    status: SectionStatus | None = None
    title: str | None = None
    content: str | None = None
    tokens_used: int | None = None
    attempts: int | None = None
    findings: list[dict[str, Any]] | None = None
    prompt_version: str | None = None
    model: str | None = None
    passages_sha256: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    stale: bool | None = None
    approved_by: str | None = None
    approved_sha256: str | None = None
    approval_note: str | None = None
    locked: bool | None = None
    edited_by: str | None = None
    instruction: str | None = None
    remarks: list[dict[str, Any]] | None = None
    earlier: list[dict[str, Any]] | None = None


class SectionDelta(EventBase):
    """Appends text streamed from the model to one section."""

    type: Literal["section_delta"] = "section_delta"
    section_id: str
    text: str


class LogEntry(EventBase):
    """One more line of the log."""

    type: Literal["log_entry"] = "log_entry"
    log: LogLine


class StatusChange(EventBase):
    """The run's status."""

    type: Literal["status_change"] = "status_change"
    status: RunStatus


class ProgressUpdate(EventBase):
    """Number of sections completed or approved.

    ``percentage`` has one decimal, floored: 2 of 7 is 28.5.
    """

    type: Literal["progress_update"] = "progress_update"
    completed: int
    total: int
    percentage: float


class ErrorRaised(EventBase):
    """Failure of a section or, without ``section_id``, the run."""

    type: Literal["error"] = "error"
    message: str
    section_id: str | None = None


Event = WorkflowUpdate | SectionUpdate | SectionDelta | LogEntry | StatusChange | ProgressUpdate | ErrorRaised
_ADAPTER: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="type")])
_TYPES: dict[str, type[EventBase]] = {
    "workflow_update": WorkflowUpdate,
    "section_update": SectionUpdate,
    "section_delta": SectionDelta,
    "log_entry": LogEntry,
    "status_change": StatusChange,
    "progress_update": ProgressUpdate,
    "error": ErrorRaised,
}


def parse_event(data: bytes | str | Mapping[str, Any]) -> Event | None:
    """Parses an event; returns None for an unknown type.

    Unknown fields are ignored.

    Raises:
        ValueError: The data is no JSON object, or a known field has an impossible value.
    """
    raw: Mapping[str, Any] = orjson.loads(data) if isinstance(data, bytes | str) else data
    kind = _TYPES.get(str(raw.get("type")))
    # Written by a newer version: not an error.
    if kind is None:
        return None
    # The models forbid unknown fields, which catches typos of writers; a reader drops those of newer versions first.
    known = {info.alias or name for name, info in kind.model_fields.items()}
    return _ADAPTER.validate_python({key: value for key, value in raw.items() if key in known})


def log(message: str, *, agent: str, level: Level = "info") -> LogEntry:
    """Creates a log entry of this moment."""
    return LogEntry(log=LogLine(level=level, message=message, agent=agent, at=now()))


def progress(completed: int, total: int) -> ProgressUpdate:
    """Creates a progress event with its percentage."""
    # Floored in integers: rounding would show 100.0 before the last section is done.
    percentage = completed * 1000 // total / 10 if total else 0.0
    return ProgressUpdate(completed=completed, total=total, percentage=percentage)


def id_order(event_id: str) -> tuple[int, int]:
    """Splits an id into ``(ms, seq)``, to compare by.

    The empty id gives ``(-1, -1)``, which is before every other.

    Raises:
        ValueError: It is not an id.
    """
    if not event_id:
        return -1, -1
    ms, separator, seq = event_id.partition("-")
    # isdigit alone also accepts superscripts and other scripts' digits, which int() or Redis refuse.
    if not (separator and ms.isascii() and ms.isdigit() and seq.isascii() and seq.isdigit()):
        raise ValueError(f"an event id looks like 1767323045000-0, got {event_id!r}")
    return int(ms), int(seq)


def next_id(last_id: str, clock_ms: int) -> str:
    """Creates an id above the last, whatever the clock."""
    last_ms, last_seq = id_order(last_id)
    return f"{clock_ms}-0" if clock_ms > last_ms else f"{last_ms}-{last_seq + 1}"


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value
