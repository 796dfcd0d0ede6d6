"""History of a run, and the run at any moment of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recording import initial_snapshot, stamped_events

from workbench.errors import InputError
from workbench.live.audit import AuditEntry
from workbench.live.events import (
    ErrorRaised,
    Event,
    SectionDelta,
    SectionUpdate,
    StatusChange,
    WorkflowUpdate,
    log,
    progress,
)
from workbench.live.snapshot import Snapshot, fold
from workbench.record.history import HistoryRow, history, make_empty_snapshot, state_at
from workbench.text.digest import text_digest

ERROR = {"check": "claim-uncited", "severity": "error", "message": "No exhibit."}
HEAD = WorkflowUpdate(
    update={
        name: value
        for name, value in initial_snapshot().to_dict().items()
        if name not in {"schema", "thread_id", "_updated_at", "last_event_id", "started_at"}
    }
)


def stamped(*events: Event) -> list[Event]:
    return [
        event.with_stamp(thread_id="recorded-run", event_id=f"7-{n}", at=f"2026-01-02T03:04:{n:02d}.000000Z")
        for n, event in enumerate(events)
    ]


def told(rows: list[HistoryRow]) -> list[tuple[object, ...]]:
    return [(row.id, row.what, row.section_id, row.who, row.status, row.progress, row.note) for row in rows]


RUN = stamped(
    HEAD,
    StatusChange(status="generating"),
    progress(0, 3),
    SectionUpdate(section_id="awards", status="in_progress", attempts=1),
    SectionDelta(section_id="awards", text="She is "),
    SectionDelta(section_id="awards", text="the first."),
    SectionUpdate(section_id="awards", status="validating"),
    SectionUpdate(section_id="awards", findings=[ERROR]),
    SectionUpdate(section_id="awards", status="revising", attempts=2),
    SectionDelta(section_id="awards", text="She received the medal [@medal, p. 2]."),
    SectionUpdate(section_id="awards", status="validating"),
    SectionUpdate(section_id="awards", status="completed", findings=[]),
    progress(1, 3),
    log("awards: checked, nothing found", agent="validator"),
    WorkflowUpdate(update={"unresolved": ["Introduction: pending", "Conclusion: pending"]}),
    StatusChange(status="completed"),
)


def test_history_lists_moments_only() -> None:
    assert told(history(RUN)) == [
        ("7-0", "prepared", None, "a.attorney", "pending", 0.0, "Sample"),
        ("7-2", "started", None, "a.attorney", "generating", 0.0, None),
        ("7-3", "drafting", "awards", "scripted", "in_progress", 0.0, None),
        ("7-6", "drafted", "awards", "scripted", "validating", 0.0, None),
        ("7-7", "sent back", "awards", "workbench", "validating", 0.0, "1 error"),
        ("7-8", "drafting", "awards", "scripted", "revising", 0.0, "draft 2"),
        ("7-10", "drafted", "awards", "scripted", "validating", 0.0, "draft 2"),
        ("7-14", "completed", "awards", "workbench", "completed", 33.3, "nothing found"),
        ("7-15", "ended", None, "workbench", "completed", 33.3, "2 left open"),
    ]


def test_row_holds_digest_of_its_text() -> None:
    drafted = [row for row in history(RUN) if row.what == "drafted"]
    assert [row.sha256 for row in drafted] == [
        text_digest("She is the first."),
        text_digest("She received the medal [@medal, p. 2]."),
    ]
    assert history(RUN)[0].sha256 is None
    assert history(RUN)[2].sha256 is None  # it has no text yet


def test_every_event_folds_from_empty() -> None:
    whole = [HEAD.with_stamp(thread_id="recorded-run", event_id="1-0", at=""), *stamped_events()]
    ended = fold(make_empty_snapshot("recorded-run"), whole)
    expected = fold(initial_snapshot(), stamped_events())
    assert ended.model_copy(update={"started_at": expected.started_at}).to_json() == expected.to_json()


def test_state_at_row_matches_row() -> None:
    for row in history(RUN):
        then = state_at(RUN, row.id)
        assert then.last_event_id == row.id
        assert then.progress.percentage == row.progress
        if row.section_id is None:
            assert row.status == then.status
        else:
            section = then.section(row.section_id)
            assert (row.status, row.title) == (section.status, section.title)
            assert row.sha256 == (text_digest(section.content) if section.content else None)


@given(st.integers(0, len(RUN) - 1))
def test_earlier_state_is_partial_fold(place: int) -> None:
    then = state_at(RUN, RUN[place].id)
    assert then.to_json() == fold(make_empty_snapshot("recorded-run"), RUN[: place + 1]).to_json()
    assert fold(then, RUN[place + 1 :]).to_json() == fold(make_empty_snapshot("recorded-run"), RUN).to_json()


@pytest.mark.parametrize("event_id", ["7-99", "", "latest"])
def test_unknown_moment_is_bad_input(event_id: str) -> None:
    with pytest.raises(InputError, match="recorded-run has no event"):
        state_at(RUN, event_id)


def test_history_starts_from_initial_snapshot() -> None:
    rows = history(stamped_events(), initial=initial_snapshot())
    assert [row.what for row in rows if row.section_id == "awards"] == [
        "drafting", "drafted", "sent back", "drafting", "approved", "locked",
    ]  # fmt: skip
    assert state_at(stamped_events(), rows[-1].id, initial=initial_snapshot()).status == "failed"
    assert [(row.what, row.note) for row in rows][-1] == ("ended", "One section failed: conclusion.")


def test_fork_names_its_origin() -> None:
    head = {**HEAD.update, "forked_from": {"thread_id": "first-run", "event_id": "7-12"}}
    [row] = history(stamped(WorkflowUpdate(update=head)))
    assert (row.what, row.note) == ("forked", "from first-run at 7-12")


def test_unfinished_draft_is_put_back() -> None:
    rows = history(
        stamped(
            HEAD,
            SectionUpdate(section_id="awards", status="in_progress", attempts=1),
            SectionUpdate(section_id="awards", attempts=0, status="pending", content=""),
            WorkflowUpdate(update={"error": "the model is away"}),
            StatusChange(status="paused"),
            StatusChange(status="generating"),
            StatusChange(status="generating"),
        )
    )
    assert [(row.what, row.note) for row in rows[1:]] == [
        ("drafting", None),
        ("put back", "the draft was not finished"),
        ("paused", "the model is away"),
        ("resumed", None),
    ]


def test_failed_section_explains() -> None:
    finding = {"check": "not-drafted", "severity": "error", "message": "no answer"}
    rows = history(
        stamped(
            HEAD,
            ErrorRaised(section_id="awards", message="no answer"),
            SectionUpdate(section_id="awards", status="failed", findings=[finding]),
        )
    )
    assert [(row.what, row.note) for row in rows[1:]] == [("failed", "no answer")]


ACTS = stamped(
    HEAD,
    StatusChange(status="generating"),
    SectionUpdate(section_id="awards", status="completed", content="By the machine.", findings=[]),
    StatusChange(status="needs_review"),
    SectionUpdate(section_id="awards", instruction="Say less.", status="needs_review"),
    SectionUpdate(section_id="intro", instruction="Say more.", status="needs_review"),
    SectionUpdate(section_id="awards", content="By hand.", edited_by="b.partner", findings=[], status="needs_review"),
    SectionUpdate(section_id="awards", status="approved", approved_by="b.partner", approved_sha256="a" * 64),
    progress(1, 3),
    SectionUpdate(section_id="awards", locked=True),
    SectionUpdate(section_id="awards", locked=False),
    WorkflowUpdate(
        update={
            "exhibits": [
                *HEAD.update["exhibits"],
                {**HEAD.update["exhibits"][0], "exhibit_id": "new", "title": "Wolf Prize"},
            ]
        }
    ),
    WorkflowUpdate(update={"case_digest": "1" * 64}),
    StatusChange(status="paused"),
    StatusChange(status="generating"),
    StatusChange(status="cancelled"),
)


def entries(*acts: tuple[str, str, str | None, str, str | None]) -> list[AuditEntry]:
    return [
        AuditEntry(
            number=number, at="2026-02-02T00:00:00.000000Z", user_id=user_id, action=action, section_id=section_id,
            event_id=event_id, note=note,
        )
        for number, (action, user_id, section_id, event_id, note) in enumerate(acts, start=1)
    ]  # fmt: skip


def test_history_without_audit_lacks_names() -> None:
    assert [(row.what, row.section_id, row.who, row.note) for row in history(ACTS)][4:] == [
        ("regenerate", "awards", "an attorney", "Say less."),
        ("regenerate", "intro", "an attorney", "Say more."),
        ("edited", "awards", "b.partner", "nothing found"),
        ("approved", "awards", "b.partner", None),
        ("locked", "awards", "an attorney", None),
        ("unlocked", "awards", "an attorney", None),
        ("exhibit added", None, "an attorney", "Wolf Prize"),
        ("case changed", None, "an attorney", None),
        ("paused", None, "workbench", None),
        ("resumed", None, "an attorney", None),
        ("ended", None, "workbench", None),
    ]


def test_audit_names_every_act() -> None:
    audit = entries(
        ("start", "a.attorney", None, "7-0", None),
        ("regenerate", "c.associate", "intro", "7-4", None),
        ("reject", "b.partner", "awards", "7-3", "Too long."),
        ("approve", "b.partner", "awards", "7-6", "Checked against the exhibit."),
        ("export", "c.associate", None, "7-8", "petition.pdf"),
        ("lock", "b.partner", "awards", "7-8", None),
        ("unlock", "c.associate", "awards", "7-9", None),
        ("add_exhibit", "c.associate", None, "7-10", None),
        ("accept_changes", "b.partner", None, "7-11", "exhibit 2 replaced"),
        ("pause", "b.partner", None, "7-11", None),
        ("resume", "c.associate", None, "7-13", None),
        ("take_over", "c.associate", None, "7-13", "its process had ended"),
        ("cancel", "b.partner", None, "7-14", "withdrawn"),
    )
    rows = history(ACTS, audit)
    assert [(row.id, row.what, row.section_id, row.who, row.note) for row in rows][4:] == [
        ("7-4", "rejected", "awards", "b.partner", "Too long."),
        ("7-5", "regenerate", "intro", "c.associate", "Say more."),
        ("7-6", "edited", "awards", "b.partner", "nothing found"),
        ("7-8", "approved", "awards", "b.partner", "Checked against the exhibit."),
        ("7-8", "exported", None, "c.associate", "petition.pdf"),
        ("7-9", "locked", "awards", "b.partner", None),
        ("7-10", "unlocked", "awards", "c.associate", None),
        ("7-11", "exhibit added", None, "c.associate", "Wolf Prize"),
        ("7-12", "case changed", None, "b.partner", "exhibit 2 replaced"),
        ("7-13", "paused", None, "b.partner", None),
        ("7-13", "taken over", None, "c.associate", "its process had ended"),
        ("7-14", "resumed", None, "c.associate", None),
        ("7-15", "ended", None, "b.partner", "withdrawn"),
    ]
    exported = rows[8]
    assert (exported.status, exported.progress, exported.at) == ("needs_review", 33.3, "2026-02-02T00:00:00.000000Z")


def test_take_over_shows_as_pause() -> None:
    events = stamped(HEAD, StatusChange(status="generating"), StatusChange(status="paused"))
    rows = history(events, entries(("take_over", "b.partner", None, "7-1", None)))
    assert [(row.id, row.what, row.who) for row in rows[1:]] == [
        ("7-1", "started", "a.attorney"),
        ("7-2", "taken over", "b.partner"),
    ]


def test_moment_includes_progress_and_stale_marks() -> None:
    rows = history(
        stamped(
            HEAD,
            SectionUpdate(section_id="awards", status="completed", content="x", edited_by="b.partner", findings=[]),
            SectionUpdate(section_id="conclusion", stale=True),
            log("awards: edited by hand (b.partner)", agent="attorney"),
            progress(1, 3),
            WorkflowUpdate(update={"unresolved": ["Conclusion: pending"]}),
            SectionDelta(section_id="intro", text="x"),
            progress(1, 3),
        )
    )
    assert told(rows)[1:] == [("7-5", "edited", "awards", "b.partner", "completed", 33.3, "nothing found")]


def test_silent_regenerate_is_not_put_back() -> None:
    digest = text_digest("By the machine.")
    events = stamped(
        HEAD,
        SectionUpdate(section_id="awards", status="completed", attempts=2, content="By the machine.", findings=[]),
        SectionUpdate(section_id="awards", status="pending", attempts=0, content="By the machine.", instruction=None),
        SectionUpdate(section_id="awards", status="in_progress", attempts=1),
        SectionUpdate(section_id="awards", status="validating", content="Anew."),
    )
    again = AuditEntry(number=1, at="", user_id="b.partner", action="regenerate", section_id="awards",
                       before=digest, after=digest, event_id="7-2")  # fmt: skip
    drafted = AuditEntry(number=2, at="", user_id="scripted@local", action="draft", section_id="awards",
                         after=text_digest("Anew."), event_id="7-4")  # fmt: skip
    assert [(row.what, row.who, row.note) for row in history(events, [again, drafted])][2:] == [
        ("regenerate", "b.partner", None),
        ("drafting", "scripted", None),
        ("drafted", "scripted@local", None),
    ]


def test_no_events_no_history() -> None:
    assert history([]) == []
    assert isinstance(make_empty_snapshot("t"), Snapshot)
