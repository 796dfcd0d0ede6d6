"""Summaries of runs."""

from __future__ import annotations

import orjson
import pytest
from recording import THREAD, initial_snapshot, stamped_events

from workbench.live.run_summary import RunFilter, RunSummary
from workbench.live.snapshot import Fork, LetterHead, SectionState, Snapshot, fold

RUN = fold(initial_snapshot(), stamped_events())


def test_summary_counts_approvals() -> None:
    sections = tuple(SectionState(section_id=name, title=name, status="approved") for name in ("awards", "press"))
    run = RUN.model_copy(
        update={
            "sections": sections,
            "letter": LetterHead(beneficiary="Dr. Wu"),
            "forked_from": Fork(thread_id="t", event_id="1-0"),
        }
    )
    summary = RunSummary.of(run)
    assert (summary.sections, summary.approved) == (2, 2)
    assert (summary.beneficiary, summary.forked_from) == ("Dr. Wu", run.forked_from)
    assert summary.model_copy(update={"status": "completed"}).state(orphan=False) == "approved"
    more = RunSummary.of(RUN.model_copy(update={"sections": (*sections, *RUN.sections), "status": "completed"}))
    assert more.state(orphan=False) == "drafted"


@pytest.mark.parametrize("reach", range(0, len(stamped_events()) + 1, 10))
def test_summary_survives_json(reach: int) -> None:
    run = fold(initial_snapshot(), stamped_events()[:reach])
    summary = RunSummary.of(run)
    assert RunSummary.from_json(summary.to_json(), THREAD) == summary
    assert RunSummary.from_snapshot_json(run.to_json(), THREAD) == summary


def test_summary_ignores_what_newer_versions_write() -> None:
    newer = orjson.dumps({**orjson.loads(RunSummary.of(RUN).to_json()), "mood": "fine"})
    assert RunSummary.from_json(newer, THREAD) == RunSummary.of(RUN)


def test_summary_holds_no_text_of_sections() -> None:
    run = Snapshot(
        thread_id="t",
        user_id="u",
        case_id="c",
        sections=(SectionState(section_id="awards", title="A heading", content="The letter"),),
    )
    assert b"The letter" not in RunSummary.of(run).to_json()
    assert b"A heading" not in RunSummary.of(run).to_json()


@pytest.mark.parametrize("parse", [RunSummary.from_json, RunSummary.from_snapshot_json])
@pytest.mark.parametrize(
    "data",
    [
        b"not json",
        b"\xff",
        b"[]",
        b"{}",
        b'{"thread_id": "other", "user_id": "u", "case_id": "c"}',
        b'{"thread_id": "t", "user_id": "u", "case_id": 5}',
        b'{"thread_id": "t", "user_id": "u", "case_id": "c", "status": "dreaming"}',
        b'{"thread_id": "t", "user_id": "u", "case_id": "c", "last_event_id": "x"}',
    ],
)
def test_other_data_is_no_summary(parse, data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parse(data, "t")


@pytest.mark.parametrize(
    ("chosen", "orphan", "matches"),
    [
        (RunFilter(), False, True),
        (RunFilter(case="SAM"), False, True),
        (RunFilter(case="dr. w"), False, True),
        (RunFilter(case="curie"), False, False),
        (RunFilter(state="generating"), False, True),
        (RunFilter(state="generating"), True, False),
        (RunFilter(state="interrupted"), True, True),
        (RunFilter(case="sample", state="paused"), False, False),
    ],
)
def test_filter_selects_by_case_and_state(chosen: RunFilter, orphan: bool, matches: bool) -> None:
    run = RunSummary(thread_id="t", user_id="u", case_id="sample", beneficiary="Dr. Wu", status="generating")
    assert chosen.matches(run, orphan=orphan) is matches
