"""A short run with every kind of event, for the fold tests of both languages (tests/live/recorded.json).

Write it anew with ``PYTHONPATH=. python -m tests.live.recording`` after a change of the wire format.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workbench.live.events import (
    ErrorRaised,
    Event,
    LogEntry,
    LogLine,
    SectionDelta,
    SectionUpdate,
    StatusChange,
    WorkflowUpdate,
    progress,
)
from workbench.live.snapshot import LOGS_KEPT, ExhibitState, LetterHead, SectionState, Snapshot, fold

RECORDED = Path(__file__).with_name("recorded.json")
THREAD = "recorded-run"


def initial_snapshot() -> Snapshot:
    """Three sections, two exhibits, nothing drafted."""
    return Snapshot(
        thread_id=THREAD,
        user_id="a.attorney",
        case_id="wu",
        case_digest="0" * 64,
        sections=tuple(
            SectionState(section_id=section_id, title=title)
            for section_id, title in (("intro", "Introduction"), ("awards", "Awards"), ("conclusion", "Conclusion"))
        ),
        exhibits=(
            ExhibitState(
                exhibit_id="medal",
                number=1,
                title="National Medal",
                kind="award",
                date="1975",
                pages=2,
                sha256="1" * 64,
            ),
            ExhibitState(
                exhibit_id="letter", number=2, title="Letter", kind="letter", date="1976", pages=1, sha256="2" * 64
            ),
        ),
        letter=LetterHead(case_title="Sample", beneficiary="Dr. Wu", criteria=("(h)(3)(i)",)),
        model="scripted",
        started_at="2026-01-02T03:04:05.000000Z",
    )


def unstamped_events() -> list[Event]:
    """Every type, every rule of the fold: emptying, keeping, appending, unknown sections, the log's limit."""
    finding = {
        "check": "claim-uncited",
        "severity": "warning",
        "message": "No exhibit.",
        "section_id": "awards",
        "line": 1,
        "quote": "the first “woman” <b>",
        "suggestion": None,
    }
    events: list[Event] = [
        StatusChange(status="generating"),
        WorkflowUpdate(
            update={"model": "scripted-2", "usage": {"input_tokens": 3, "output_tokens": 4, "cost_usd": None}}
        ),
        progress(0, 3),
        SectionUpdate(section_id="intro", status="in_progress", attempts=1, started_at="2026-01-02T03:04:06.000000Z"),
        SectionUpdate(section_id="awards", status="in_progress", attempts=1),
        SectionDelta(section_id="intro", text="Dr. Wu — 吳健雄 — "),
        SectionDelta(section_id="awards", text="She received the National Medal of Science "),
        SectionDelta(section_id="intro", text="is a physicist.\n\n"),
        SectionDelta(section_id="awards", text="[@medal, p. 2].\n\n> “for 𝛽-decay”"),
        SectionDelta(section_id="nowhere", text="This text belongs to no section."),
        SectionUpdate(section_id="awards", status="validating", tokens_used=120),
        SectionUpdate(section_id="awards", findings=[finding]),
        SectionUpdate(section_id="awards", status="revising", attempts=2),
        SectionDelta(section_id="awards", text="She received it in 1975 [@medal, pp. 1-2]."),
        SectionUpdate(section_id="intro", status="revising", content="Kept *as given*."),
        SectionUpdate(section_id="intro", status="completed", ended_at="2026-01-02T03:05:00.000000Z"),
        progress(1, 3),
        ErrorRaised(message="The model gave no text.", section_id="conclusion"),
        SectionUpdate(section_id="conclusion", status="failed", stale=True),
        SectionUpdate(
            section_id="awards", status="approved", findings=[], prompt_version="awards@0123456789ab+ba9876543210"
        ),
        SectionUpdate(section_id="awards", approved_by="a.attorney", approved_sha256="a" * 64, locked=True),
        SectionUpdate(section_id="intro", edited_by="a.attorney", instruction="Say <less>."),
        SectionUpdate(section_id="intro", instruction=None),
        WorkflowUpdate(update={"forked_from": {"thread_id": "first-run", "event_id": "1767323045000-1"}}),
        WorkflowUpdate(update={"audit": {"count": 2, "digest": "b" * 64, "more": 1}}),
        progress(2, 3),
        ErrorRaised(message="One section failed."),
    ]
    lines = [
        LogEntry(
            log=LogLine(
                level="warning" if number % 7 == 0 else "info",
                message=f"Line {number} <script>",
                agent="writer",
                at="2026-01-02T03:05:00.000000Z",
            )
        )
        for number in range(LOGS_KEPT + 5)
    ]
    return [
        *events,
        *lines,
        WorkflowUpdate(update={"unresolved": ["conclusion: failed"], "error": "One section failed: conclusion."}),
        StatusChange(status="failed"),
    ]


def stamped_events() -> list[Event]:
    """The same, as the stream carries them."""
    return [
        event.with_stamp(
            thread_id=THREAD,
            event_id=f"{1_767_323_045_000 + number // 3}-{number % 3}",
            at=f"2026-01-02T03:04:{5 + number // 60:02d}.{number % 60:06d}Z",
        )
        for number, event in enumerate(unstamped_events())
    ]


def recording() -> dict[str, Any]:
    """Builds the file's content: ``{initial, events[], final}``, all as on the wire."""
    initial, events = initial_snapshot(), stamped_events()
    return {
        "initial": initial.to_dict(),
        "events": [event.to_dict() for event in events],
        "final": fold(initial, events).to_dict(),
    }


if __name__ == "__main__":
    RECORDED.write_text(json.dumps(recording(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
