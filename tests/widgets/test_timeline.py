"""The timeline's Python side."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
import wu_review
import wu_story
from recorded_widgets import RecordedTimeline
from replayed_run import ReplayedRun

from workbench.errors import StoreUnavailableError, TransitionError
from workbench.live.snapshot import fold
from workbench.widgets.timeline import Timeline

EVENTS = [*wu_story.story(), *wu_review.review()]


class Forks:
    def __init__(self):
        self.asked = []

    def __call__(self, thread_id, *, at, user_id):
        if at == "0-0":
            raise TransitionError("nothing has happened there")
        self.asked.append((thread_id, at, user_id))
        return type("Fork", (), {"thread_id": f"{thread_id}-fork-{len(self.asked)}"})()


@pytest.fixture
def run():
    run = ReplayedRun(wu_story.beginning(), wu_story.PAGES)
    run.replay(EVENTS)
    return run


@pytest.fixture
def forks():
    return Forks()


@pytest.fixture
def timeline(run, forks):
    timeline = RecordedTimeline(run, fork=forks, user_id="j.avery")
    timeline._worker.join()
    yield timeline
    timeline._worker.join()
    timeline.close()


def ask(timeline, **content):
    timeline._handle(timeline, content, [])
    timeline._worker.join()
    return timeline.custom[-1] if timeline.custom else None


def test_timeline_shows_every_moment(timeline, run):
    assert timeline.rows == [row.to_dict() for row in run.history()]
    assert [row["what"] for row in timeline.rows][-3:] == ["edited", "approved", "ended"]
    assert timeline.head["thread_id"] == "wu-1978-demo"
    assert [section["section_id"] for section in timeline.head["sections"]] == list(wu_story.SECTIONS)
    assert repr(timeline) == f"Timeline(thread wu-1978-demo: completed, {len(timeline.rows)} moments)"


def test_moment_request_returns_old_snapshot(timeline):
    for number in (40, len(EVENTS) - 6):
        answer = ask(timeline, type="at", id=EVENTS[number].id)
        assert answer == {
            "type": "moment",
            "id": EVENTS[number].id,
            "state": fold(wu_story.beginning(), EVENTS[: number + 1]).to_dict(),
        }


def test_unknown_moment_is_reported(timeline):
    answer = ask(timeline, type="at", id="7-7")
    assert (answer["type"], answer["about"]) == ("failure", "at")
    assert "no event '7-7'" in answer["message"]


def test_fork_is_made_and_kept(timeline, forks):
    answer = ask(timeline, type="fork", at=EVENTS[40].id, request="r1")
    assert answer == {
        "type": "forked",
        "at": EVENTS[40].id,
        "thread_id": "wu-1978-demo-fork-1",
        "request": "r1",
    }
    assert forks.asked == [("wu-1978-demo", EVENTS[40].id, "j.avery")]
    assert [fork.thread_id for fork in timeline.forked] == ["wu-1978-demo-fork-1"]


def test_refused_fork_is_reported(timeline):
    assert ask(timeline, type="fork", at="0-0", request="r2") == {
        "type": "failure",
        "about": "fork",
        "request": "r2",
        "message": "nothing has happened there",
    }
    assert timeline.forked == []


def test_timeline_page_request_returns_text(timeline):
    assert ask(timeline, type="page", exhibit_id="wolf-prize", page=2)["text"].startswith("Terms of the award")
    assert ask(timeline, type="page", exhibit_id="wolf-prize", page=9)["error"] == "page 9 cannot be read"


@pytest.mark.parametrize("content", [{}, {"type": "at"}, {"type": "at", "id": 7}, {"type": "fork"}, {"type": "close"}])
def test_timeline_ignores_unknown_messages(timeline, forks, content):
    assert ask(timeline, **content) is None
    assert forks.asked == []


def test_timeline_follows_run_with_few_readings():
    run = ReplayedRun(wu_story.beginning())
    timeline = RecordedTimeline(run)
    timeline._worker.join()
    read, real = [], run.history
    run.history = lambda: read.append(threading.current_thread()) or real()
    for event in EVENTS:
        run.replay([event])
        timeline._worker.join()
    told = [event for event in EVENTS if event.type not in {"section_delta", "log_entry"}]
    assert len(read) == len(told) < len(EVENTS) / 2
    assert threading.current_thread() not in read  # the loop's thread could not wait for the store
    assert timeline.rows == [row.to_dict() for row in real()]
    assert timeline.head["status"] == "completed"
    timeline.close()


def test_changes_during_reading_queue_another(run):
    timeline = RecordedTimeline(run)
    timeline._worker.join()
    begun, go_on, reads, real = threading.Event(), threading.Event(), [], run.history

    def slow():
        reads.append(1)
        begun.set()
        go_on.wait()
        return real()

    run.history = slow
    status = [event for event in EVENTS if event.type == "status_change"]
    run.replay(status[:1])
    begun.wait()
    for event in status * 5:
        run.replay([event])
    go_on.set()
    timeline._worker.join()
    assert len(reads) == 2
    assert timeline.rows == [row.to_dict() for row in real()]
    timeline.close()


def test_unreachable_store_is_reported_and_retried(run, timeline):
    real = run.history

    def away():
        raise StoreUnavailableError("redis://x")

    run.history = away
    run.replay([EVENTS[-1]])
    timeline._worker.join()
    assert (timeline.custom[-1]["type"], timeline.custom[-1]["about"]) == ("failure", "history")
    run.history = real
    run.replay([EVENTS[-1]])
    timeline._worker.join()
    assert timeline.rows == [row.to_dict() for row in real()]


def test_closed_timeline_releases_run(run):
    timeline = RecordedTimeline(run)
    timeline._worker.join()
    timeline.close()
    timeline.close()
    assert run.callbacks == []
    gone = weakref.ref(timeline)
    del timeline
    gc.collect()
    assert gone() is None


def test_timeline_files_load_nothing_else():
    module, style = Timeline._esm, Timeline._css
    assert "innerHTML" not in module
    assert {part.split('"')[0].split("'")[0] for part in (module + style).split("http")[1:]} == {
        "://www.w3.org/2000/svg"
    }
