"""What can happen to a run, as the wire carries it (DESIGN: Events and the wire).

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
    """What every event carries.

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
        """The same event with its stamp."""
        return self.model_copy(update={"thread_id": thread_id, "id": event_id, "at": at})

    def to_json(self) -> bytes:
        """The event as one JSON object, as the stream and the wire carry it; unset optional fields are left out."""
        return orjson.dumps(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """The event as plain JSON values; fields that were never set are left out, the stamp and type are there."""
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
    started_at: str | None = None
    ended_at: str | None = None
    stale: bool | None = None
    approved_by: str | None = None
    approved_sha256: str | None = None
    locked: bool | None = None
    edited_by: str | None = None
    instruction: str | None = None


class SectionDelta(EventBase):
    """Appends text to one section, as it streams from the model."""

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
    """How many sections are completed or approved; ``percentage`` has one decimal, floored: 2 of 7 is 28.5."""

    type: Literal["progress_update"] = "progress_update"
    completed: int
    total: int
    percentage: float


class ErrorRaised(EventBase):
    """Something failed; with a ``section_id`` only that section, otherwise the run."""

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
    """Reads an event of any version: unknown fields are ignored, an unknown type answers None.

    Raises:
        ValueError: The data is no JSON object, or a known field has an impossible value.
    """
    raw: Mapping[str, Any] = orjson.loads(data) if isinstance(data, bytes | str) else data
    kind = _TYPES.get(str(raw.get("type")))
    if kind is None:
        return None
    known = {info.alias or name for name, info in kind.model_fields.items()}
    return _ADAPTER.validate_python({key: value for key, value in raw.items() if key in known})


def log(message: str, *, agent: str, level: Level = "info") -> LogEntry:
    """A log entry of this moment."""
    return LogEntry(log=LogLine(level=level, message=message, agent=agent, at=now()))


def progress(completed: int, total: int) -> ProgressUpdate:
    """Progress with its percentage: one decimal, floored."""
    percentage = completed * 1000 // total / 10 if total else 0.0
    return ProgressUpdate(completed=completed, total=total, percentage=percentage)


def id_order(event_id: str) -> tuple[int, int]:
    """The parts ``(ms, seq)`` of an id, to compare by; ``(-1, -1)``, before every id, for the empty one.

    Raises:
        ValueError: It is not an id.
    """
    if not event_id:
        return -1, -1
    ms, separator, seq = event_id.partition("-")
    if not (separator and ms.isascii() and ms.isdigit() and seq.isascii() and seq.isdigit()):
        raise ValueError(f"an event id looks like 1767323045000-0, got {event_id!r}")
    return int(ms), int(seq)


def next_id(last_id: str, clock_ms: int) -> str:
    """An id above the last one, whatever the clock (ms since 1970) says."""
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
