"""Monitor and timeline over a real run."""

from __future__ import annotations

import pytest
from recorded_widgets import RecordedMonitor, RecordedTimeline

import workbench
from workbench.case.loader import load_case
from workbench.config import Settings
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop


@pytest.fixture
def run(shared_home):
    settings = Settings(home=shared_home)
    run = workbench.start(
        load_case("wu", settings=settings), settings=settings, options=RunOptions(unattended=True), user_id="a.attorney"
    )
    run.wait(120)
    yield run
    BackgroundLoop.current().close()


def test_monitor_and_timeline_with_real_run(run):
    monitor = RecordedMonitor(run, user_id="j.avery")
    timeline = RecordedTimeline(run, user_id="j.avery")
    first = run.snapshot.sections[0]

    def decide(action, **more):
        monitor._handle(monitor, {"type": "decide", "section_id": first.section_id, "action": action, **more}, [])
        monitor._command_worker.join()
        return [message for message in monitor.custom if message.get("about") == "decide"][-1]

    text = first.content + "\nAnd nothing else.\n"
    assert decide("edit", text=text, base_text=first.content)["type"] == "accepted"
    refused = decide("edit", text="Other.", base_text=first.content)
    assert "its text has changed since you read it" in refused["message"]
    assert decide("approve", note="Read.")["type"] == "accepted"
    section = run.snapshot.section(first.section_id)
    assert (section.status, section.approved_by, section.edited_by) == ("approved", "j.avery", "j.avery")
    assert [(entry.action, entry.user_id, entry.via) for entry in run.audit()][-2:] == [
        ("edit", "j.avery", "widget"),
        ("approve", "j.avery", "widget"),
    ]

    timeline._worker.join()
    timeline._queue_reading()
    timeline._worker.join()
    assert [row["what"] for row in timeline.rows if row["section_id"] == first.section_id][-2:] == [
        "edited",
        "approved",
    ]
    before = next(row["id"] for row in timeline.rows if row["what"] == "edited")
    timeline._handle(timeline, {"type": "fork", "at": before, "request": "r"}, [])
    timeline._worker.join()
    answer = timeline.custom[-1]
    assert answer["type"] == "forked", answer
    [forked] = timeline.forked
    assert forked.snapshot.forked_from.thread_id == run.thread_id
    assert forked.snapshot.section(first.section_id).approved_by is None
    monitor.close()
    timeline.close()


def test_links_are_listed_and_withdrawn(run, monkeypatch):
    monkeypatch.setenv("WORKBENCH_PUBLIC_URL", "https://firm.example")
    monitor = RecordedMonitor(run, user_id="j.avery")
    link = run.share(hours=1, redact=True)

    def ask(**message):
        monitor._handle(monitor, message, [])
        monitor._command_worker.join()
        return monitor.custom[-1]

    [row] = ask(type="links")["links"]
    assert (row["id"], row["redact"], row["revoked"], row["opened"]) == (link.id, True, False, 0)
    assert link.token not in str(row)
    [row] = ask(type="unshare", id=link.id)["links"]
    assert row["revoked"]
    assert ask(type="unshare", id="nobody's")["about"] == "share"
    assert next(each for each in run.links() if each.link.id == link.id).link.revoked_by == "j.avery"
    monitor.close()
