"""Summary of a run: what a list of runs shows of it.

A snapshot is 70 KB and more, nearly all of it text that no list shows. So each write of a snapshot also writes its
summary (:data:`workbench.live.keys.SUMMARY`), and a list reads the summaries alone (docs/decisions.md, "A list of runs
reads a summary of each").
"""

from __future__ import annotations

from typing import NamedTuple

import orjson
from pydantic import BaseModel, ConfigDict, Field

from workbench.live.events import RunStatus, SectionStatus, id_order
from workbench.live.snapshot import Fork, Progress, Snapshot

STATES = (
    "pending", "generating", "interrupted", "paused", "needs_review", "drafted", "approved", "failed", "cancelled",
)  # fmt: skip
"""States of a run: its status, but of completed runs whether every section is approved, and of those that say
``generating`` whether a process writes them."""


class _Shown(BaseModel):
    # As for a snapshot: what a newer version wrote beside these fields is ignored.
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class _ShownRun(_Shown):
    """The fields that a snapshot and its summary have alike."""

    thread_id: str
    user_id: str
    case_id: str
    document_type: str = "petition"
    status: RunStatus = "pending"
    progress: Progress = Progress()
    model: str = ""
    started_at: str = ""
    updated_at: str = Field(default="", alias="_updated_at")
    last_event_id: str = ""
    forked_from: Fork | None = None


class RunSummary(_ShownRun):
    """Row of a list of runs.

    Attributes:
        thread_id: The run.
        user_id: Who started it; asserted.
        case_id: The case.
        document_type: ``petition``.
        beneficiary: Full name with honorific.
        status: The run's status.
        sections: Number of sections.
        approved: Number of sections with an approval.
        progress: Sections done.
        model: What writes: label of the model.
        started_at: Moment of the start.
        updated_at: Moment of the last event; ``_updated_at`` on the wire.
        last_event_id: How far this summary reaches.
        forked_from: The run that this one branched off, or None.
    """

    beneficiary: str = ""
    sections: int = 0
    approved: int = 0

    @classmethod
    def of(cls, snapshot: Snapshot | _ShownSnapshot) -> RunSummary:
        """Summarises a snapshot."""
        # Not validated again: the snapshot's own values are of these types.
        return cls.model_construct(
            thread_id=snapshot.thread_id,
            user_id=snapshot.user_id,
            case_id=snapshot.case_id,
            document_type=snapshot.document_type,
            beneficiary=snapshot.letter.beneficiary,
            status=snapshot.status,
            sections=len(snapshot.sections),
            approved=sum(section.status == "approved" for section in snapshot.sections),
            progress=snapshot.progress,
            model=snapshot.model,
            started_at=snapshot.started_at,
            updated_at=snapshot.updated_at,
            last_event_id=snapshot.last_event_id,
            forked_from=snapshot.forked_from,
        )

    def state(self, *, orphan: bool) -> str:
        """Returns one of :data:`STATES`: what lists and pages say of the run.

        Args:
            orphan: Whether the process that wrote it has ended.
        """
        if orphan:
            return "interrupted"
        if self.status != "completed":
            return self.status
        return "approved" if self.approved == self.sections else "drafted"

    def to_json(self) -> bytes:
        """Serialises the summary as Redis keeps it."""
        return orjson.dumps(self.model_dump(mode="json", by_alias=True))

    @classmethod
    def from_json(cls, data: bytes, thread_id: str) -> RunSummary:
        """Parses the summary of a run; ignores unknown fields.

        Raises:
            ValueError: The data is not the summary of this run.
        """
        return _expect_run(cls.model_validate_json(data), thread_id)

    @classmethod
    def from_snapshot_json(cls, data: bytes, thread_id: str) -> RunSummary:
        """Parses of a snapshot only what a list shows.

        Raises:
            ValueError: The data is not the snapshot of this run.
        """
        return _expect_run(cls.of(_ShownSnapshot.model_validate(orjson.loads(data))), thread_id)


class _ShownSection(_Shown):
    status: SectionStatus = "pending"


class _ShownLetter(_Shown):
    beneficiary: str = ""


class _ShownSnapshot(_ShownRun):
    """The fields of a snapshot that its summary is made of."""

    model_config = ConfigDict(title="Snapshot")  # the name in error messages

    sections: tuple[_ShownSection, ...] = ()
    letter: _ShownLetter = _ShownLetter()


def _expect_run(summary: RunSummary, thread_id: str) -> RunSummary:
    if summary.thread_id != thread_id:
        raise ValueError(f"it names the thread {summary.thread_id!r}")
    id_order(summary.last_event_id)  # raises ValueError here, where it names the run
    return summary


class RunFilter(NamedTuple):
    """Selection of runs in a list.

    Attributes:
        case: Part of the case's id or of the beneficiary's name, in any case of letters; empty: every case.
        state: One of :data:`STATES`; empty: every state.
    """

    case: str = ""
    state: str = ""

    def matches(self, run: RunSummary, *, orphan: bool = False) -> bool:
        """Tests a run; see :meth:`RunSummary.state`."""
        part = self.case.casefold()
        return (part in run.case_id.casefold() or part in run.beneficiary.casefold()) and (
            not self.state or run.state(orphan=orphan) == self.state
        )
