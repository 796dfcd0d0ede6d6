"""Redaction of a run: its snapshot and its events."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from named_runs import CUTS, TEXTS, exhibit, names_in, pieces_of

from workbench.case.loader import load_case
from workbench.checks.finding import Finding
from workbench.live.events import (
    ErrorRaised,
    Event,
    LogEntry,
    LogLine,
    ProgressUpdate,
    SectionDelta,
    SectionUpdate,
    StatusChange,
    WorkflowUpdate,
    parse_event,
)
from workbench.live.snapshot import Fork, LetterHead, SectionState, Snapshot, apply, fold
from workbench.record.name_matcher import MARK, Names
from workbench.server.redaction import RedactedStream, Redactor
from workbench.text.digest import text_digest
from workbench.workflow.initial_snapshot import build_letter

AT = "2026-01-02T03:04:05.000000Z"


def test_names_of_a_run():
    case = load_case("wu")
    snapshot = Snapshot(
        thread_id="t-1",
        user_id="ada",
        case_id="wu",
        letter=build_letter(case),
        sections=(SectionState(section_id="awards", title="Awards", approved_by="bob", edited_by="carol"),),
        exhibits=(exhibit("wu-letter", 1), exhibit("nas-rules", 2), exhibit("medal-wu", 3)),
    )
    names = Names.of(snapshot)
    assert names.people == {"Dr. Chien-Shiung Wu", "Chien-Shiung Wu", "Avery Example"}
    assert "Example & Sample" in names.bodies
    assert names.ids == {"ada", "bob", "carol", "wu"}
    assert names.exhibits == (("wu-letter", "exhibit-1"), ("medal-wu", "exhibit-3"))


@pytest.fixture
def snapshot() -> Snapshot:
    text = "Dr. Wu received it [@wu-cv, p. 1]."
    return Snapshot(
        thread_id="t-1",
        user_id="ada@firm.example",
        case_id="case-7",
        case_digest="d" * 64,
        letter=LetterHead(
            case_title="Chien-Shiung Wu, physicist",
            petitioner="Imaginary Stages, Inc.",
            beneficiary="Dr. Chien-Shiung Wu",
            field_of_endeavor="Wu's own field",
            counsel=("Avery Example", "12 Some Street"),
            sample="Not Wu.",
        ),
        sections=(
            SectionState(
                section_id="awards",
                title="Awards of Dr. Wu",
                status="approved",
                content=text,
                findings=(
                    Finding(check="names", severity="error", message="Wu?", quote="Dr. Wu", suggestion="say Wu"),
                ),
                approved_by="bob.smith",
                approved_sha256=text_digest(text),
                edited_by="carol",
                instruction="Name Wu.",
            ),
        ),
        exhibits=(exhibit("wu-cv", 1, "Vita of Wu"), exhibit("medal", 2)),
        logs=(
            LogLine(level="info", message="approved awards (somebody (of late))", agent="attorney", at=AT),
            LogLine(level="info", message="exhibit 1 added: Vita of Wu", agent="memory", at=AT),
        ),
        unresolved=("Wu is missing",),
        error="Wu's key was refused",
        forked_from=Fork(thread_id="wu-run", event_id="1-0"),
    )


def test_snapshot_has_no_name(snapshot):
    redacted = Redactor.of(snapshot).snapshot(snapshot)
    said = redacted.to_json().decode()
    for name in (
        "Wu",
        "wu-",
        "Chien",
        "Shiung",
        "ada",
        "bob",
        "carol",
        "Avery",
        "Street",
        "Imaginary",
        "case-7",
        "somebody",
    ):
        assert name not in said, name
    assert "d" * 64 not in said
    assert "5" * 64 not in said
    section = redacted.sections[0]
    assert section.content == f"Dr. {MARK} received it [@exhibit-1, p. 1]."
    assert section.approved_sha256 == text_digest(section.content)  # the hash of the other would let a name be guessed
    assert redacted.letter.beneficiary == f"Dr. {MARK}"
    assert redacted.exhibits[0].exhibit_id == "exhibit-1"
    assert Redactor.of(snapshot).exhibit_id("exhibit-1") == "wu-cv"
    assert Redactor.of(snapshot).exhibit_id("medal") == "medal"
    assert (redacted.thread_id, redacted.last_event_id) == (snapshot.thread_id, snapshot.last_event_id)


def test_log_of_accepted_changes_is_cut():
    line = LogLine(level="warning", message="the changed case was accepted: - secret: 1", agent="attorney", at=AT)
    assert Redactor.of(START).log(line).message == "the changed case was accepted"


def stamped(events: list[Event]) -> list[Event]:
    return [event.with_stamp(thread_id="t-1", event_id=f"{n}-0", at=AT) for n, event in enumerate(events, start=1)]


SECTION = st.sampled_from(["awards", "intro", "unknown"])
STATUS = st.sampled_from(["pending", "in_progress", "validating", "revising", "needs_review", "completed", "approved"])
RUN_STATUS = st.sampled_from(["generating", "paused", "completed", "cancelled"])
EVENTS = st.one_of(
    st.builds(SectionDelta, section_id=SECTION, text=TEXTS),
    st.builds(SectionDelta, section_id=SECTION, text=TEXTS),
    st.builds(SectionUpdate, section_id=SECTION, status=STATUS),
    st.builds(SectionUpdate, section_id=SECTION, status=STATUS, content=TEXTS),
    st.builds(SectionUpdate, section_id=SECTION, title=TEXTS, instruction=TEXTS, prompt_version=st.just("awards@0")),
    st.builds(
        SectionUpdate, section_id=SECTION, approved_by=st.sampled_from(["ada@firm.example", "zoe", None]),
        approved_sha256=TEXTS.map(text_digest),
    ),
    st.builds(StatusChange, status=RUN_STATUS),
    st.builds(ErrorRaised, message=TEXTS, section_id=st.none() | SECTION),
    st.builds(LogEntry, log=st.builds(
        LogLine, level=st.just("info"), message=TEXTS, agent=st.sampled_from(["writer", "attorney"]), at=st.just(AT))),
    st.builds(ProgressUpdate, completed=st.just(1), total=st.just(2), percentage=st.just(50.0)),
    st.builds(WorkflowUpdate, update=st.builds(lambda *said: {"error": said[0], "unresolved": said}, TEXTS, TEXTS)),
    st.builds(WorkflowUpdate, update=st.builds(
        lambda name: {"letter": {"beneficiary": name}},
        st.sampled_from(["Dr. Chien-Shiung Wu", "José Müller-O'Brien"]))),
    st.builds(WorkflowUpdate, update=st.builds(
        lambda text: {"sections": [{"section_id": "awards", "title": "A", "content": text, "status": "in_progress"}]},
        TEXTS)),
)  # fmt: skip
START = Snapshot(
    thread_id="t-1",
    user_id="ada@firm.example",
    case_id="case-7",
    status="generating",
    letter=LetterHead(
        beneficiary="Dr. Chien-Shiung Wu", petitioner="Imaginary Stages, Inc.", counsel=("José Müller-O'Brien",)
    ),
    sections=(
        SectionState(section_id="awards", title="Awards", status="in_progress", content="Given to Chien"),
        SectionState(section_id="intro", title="Introduction"),
    ),
    exhibits=(exhibit("wu-cv", 1),),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(EVENTS, max_size=12))
def test_folded_stream_equals_redacted_run(events):
    stream = RedactedStream(START)
    viewer, run = Snapshot.from_json(stream.initial()), START
    for event in stamped(events):
        run = apply(run, event)
        frame = stream.frame(event.to_json())
        shown = parse_event(frame)
        assert (shown.id, shown.at, shown.thread_id) == (event.id, event.at, "t-1")  # one frame an event
        viewer = apply(viewer, shown)
        assert viewer.to_dict() == Snapshot.from_json(stream.initial()).to_dict()  # who comes now sees the same
        for section in viewer.sections:
            assert names_in(section.content) == []
    last = StatusChange(status="completed").with_stamp(thread_id="t-1", event_id="1000-0", at=AT)
    run, viewer = apply(run, last), apply(viewer, parse_event(stream.frame(last.to_json())))
    assert viewer.to_dict() == stream.redactor.snapshot(run).to_dict()
    assert names_in(viewer.to_json().decode()) == []


@settings(max_examples=100, deadline=None)
@given(TEXTS, CUTS)
def test_section_end_releases_held_text(text, cuts):
    stream = RedactedStream(START)
    events = [
        SectionUpdate(section_id="intro", status="in_progress"),
        *(SectionDelta(section_id="intro", text=piece) for piece in pieces_of(text, cuts)),
        SectionUpdate(section_id="intro", status="completed"),
    ]
    shown = [parse_event(stream.frame(event.to_json())) for event in stamped(events)]
    viewer = fold(Snapshot.from_json(RedactedStream(START).initial()), shown)
    assert viewer.section("intro").content == stream.redactor.text(text)
    assert [event.type for event in shown[:-1]] == [event.type for event in events[:-1]]


def test_unknown_event_is_dropped():
    assert RedactedStream(START).frame(orjson.dumps({"type": "whisper", "id": "1-0", "text": "Wu"})) is None


def test_unknown_field_is_dropped():
    frame = {"type": "status_change", "id": "1-0", "at": AT, "thread_id": "t-1", "status": "paused", "by": "Wu"}
    assert b"Wu" not in RedactedStream(START).frame(orjson.dumps(frame))


def test_new_user_is_redacted():
    stream = RedactedStream(START)
    first = LogEntry(log=LogLine(level="info", message="awards approved (zoe)", agent="attorney", at=AT))
    then = SectionUpdate(section_id="awards", status="approved", approved_by="zoe")
    later = LogEntry(log=LogLine(level="info", message="asked by zoe", agent="run", at=AT))
    frames = [stream.frame(event.to_json()) for event in stamped([first, then, later])]
    assert all(b"zoe" not in frame for frame in frames)
    assert b"zoe" not in stream.initial()
