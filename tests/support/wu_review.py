"""Review of the Wu run as events, over two days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import wu_story

from workbench.live.events import Event, SectionDelta, SectionUpdate, StatusChange, WorkflowUpdate, progress

AWARDS = wu_story.SECTIONS["awards"][1].replace("More than 200 candidates were considered.", "").strip()
INSTRUCTION = "Leave out the number of candidates: no exhibit carries it."

_STEPS = [
    (40, SectionUpdate(section_id="background", status="approved", approved_by="a.attorney", approved_sha256="0" * 64)),
    (70, SectionUpdate(section_id="membership", locked=True)),
    (95, SectionUpdate(section_id="awards", status="pending", attempts=0, instruction=INSTRUCTION, content=AWARDS)),
    (95, StatusChange(status="generating")),
    (96, SectionUpdate(section_id="awards", status="revising", attempts=1)),
    (97, SectionDelta(section_id="awards", text=AWARDS[:400])),
    (98, StatusChange(status="paused")),
    (68_000, StatusChange(status="generating")),
    (68_001, SectionUpdate(section_id="awards", status="revising", attempts=1)),
    (68_004, SectionDelta(section_id="awards", text=AWARDS)),
    (68_006, SectionUpdate(section_id="awards", status="validating")),
    (68_007, SectionUpdate(section_id="awards", status="needs_review", findings=[wu_story.FINDINGS[1].model_dump()])),
    (68_007, StatusChange(status="needs_review")),
    (
        68_400,
        SectionUpdate(
            section_id="awards",
            status="completed",
            content=AWARDS.replace("comstock-prise", "comstock-prize"),
            findings=[],
            edited_by="j.avery",
            instruction=None,
        ),
    ),
    (68_400, progress(10, 10)),
    (68_460, SectionUpdate(section_id="awards", status="approved", approved_by="j.avery", approved_sha256="0" * 64)),
    (68_461, WorkflowUpdate(update={"unresolved": []})),
    (68_462, StatusChange(status="completed")),
]  # fmt: skip


def review() -> list[Event]:
    """The events, stamped, behind those of :func:`wu_story.story`."""
    first = wu_story.BEGINNING + timedelta(minutes=1)
    ms = int(datetime(2026, 11, 23, 15, 1, tzinfo=UTC).timestamp() * 1000)
    return [
        event.with_stamp(
            thread_id=wu_story.THREAD,
            event_id=f"{ms + seconds * 1000}-{number}",
            at=(first + timedelta(seconds=seconds)).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        )
        for number, (seconds, event) in enumerate(_STEPS)
    ]
