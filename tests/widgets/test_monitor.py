"""The monitor's Python side: state, messages, uploads."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import orjson
import pytest
import traitlets
import wu_story
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from recorded_widgets import RecordedMonitor
from replayed_run import ReplayedRun

from workbench.errors import InputError
from workbench.live.events import SectionDelta, StatusChange
from workbench.live.lock_owner import WriterSign
from workbench.live.snapshot import Snapshot, fold
from workbench.web.js_bundle import join_viewer_style
from workbench.widgets.monitor import Monitor
from workbench.widgets.uploads import MAX_UPLOAD_BYTES, Uploads, clean_name

SUPPORT = Path(__file__).parents[1] / "support"


@pytest.fixture
def run():
    return ReplayedRun(wu_story.beginning(), wu_story.PAGES, wu_story.WAITS_FOR)


@pytest.fixture
def monitor(run):
    monitor = RecordedMonitor(run)
    yield monitor
    monitor.close()


def ask(monitor, buffers=(), **content):
    monitor._handle(monitor, content, list(buffers))
    return monitor.custom[-1] if monitor.custom else None


def test_monitor_starts_with_whole_snapshot(monitor, run):
    assert monitor.state == run.snapshot.to_dict()
    assert monitor.waits_for["conclusion"] == ["final_merits"]
    assert monitor.notice is None


def test_first_write_sends_state_then_events(monitor, run):
    events = list(wu_story.story())
    run.replay(events[1:3])
    run.replay(events[3:5])
    first, second = monitor.custom
    assert first == {"type": "state", "state": fold(wu_story.beginning(), events[1:3]).to_dict()}
    assert second == {"type": "events", "after": events[2].id, "events": [event.to_dict() for event in events[3:5]]}


def test_batches_fold_to_run_state(monitor, run):
    events = list(wu_story.story())
    for start in range(0, len(events), 7):
        run.replay(events[start : start + 7])
    batches = [message for message in monitor.custom if message["type"] == "events"]
    assert [batch["after"] for batch in batches[1:]] == [batch["events"][-1]["id"] for batch in batches[:-1]]
    assert [event["id"] for batch in batches for event in batch["events"]] == [event.id for event in events[7:]]


def test_status_change_syncs_state(monitor, run):
    run.replay(list(wu_story.story()))
    assert monitor.state == run.snapshot.to_dict()
    assert monitor.state["status"] == "needs_review"


def test_figures_move_while_drafting(monitor, run):
    assert (monitor.status, monitor.progress, monitor.approved) == ("pending", 0.0, 0)
    seen = []
    monitor.observe(lambda change: seen.append((change.name, change.new)), ["status", "progress", "approved"])
    events = list(wu_story.story())
    for start in range(0, len(events), 7):
        run.replay(events[start : start + 7])
    shares = [new for name, new in seen if name == "progress"]
    assert shares == sorted(shares)
    assert len(shares) > 3
    assert [new for name, new in seen if name == "status"][-1] == monitor.status == "needs_review"
    assert monitor.progress == run.snapshot.progress.percentage


def test_failing_observer_keeps_events_coming(monitor, run, caplog):
    monitor.observe(lambda _: 1 / 0, "progress")
    events = list(wu_story.story())
    run.replay(events[: len(events) // 2])
    run.replay(events[len(events) // 2 :])
    assert monitor.custom[-1]["type"] == "events"
    assert "an observer of the monitor" in caplog.text


def test_figures_cannot_be_set(monitor):
    with pytest.raises(traitlets.TraitError):
        monitor.progress = 50.0


def test_state_is_renewed_while_events_come(monitor, run, monkeypatch):
    events = list(wu_story.story())
    run.replay(events[1:3])
    run.replay(events[3:5])
    assert monitor.state == wu_story.beginning().to_dict()
    monkeypatch.setattr("workbench.widgets.monitor.STATE_INTERVAL_S", 0.0)
    run.replay(events[5:7])
    assert monitor.state == run.snapshot.to_dict() != wu_story.beginning().to_dict()


def test_streamed_text_sends_no_state(monitor, run):
    run.replay([SectionDelta(section_id="intro", text="a").with_stamp(thread_id="t", event_id="1-0", at="")])
    before = monitor.state_sent
    for number in range(50):
        run.replay(
            [SectionDelta(section_id="intro", text="b").with_stamp(thread_id="t", event_id=f"2-{number}", at="")]
        )
    assert monitor.state_sent == before
    assert [message["type"] for message in monitor.custom[1:]] == ["events"] * 50


def test_sync_sends_unchanged_state(monitor):
    before = monitor.state_sent
    monitor.sync()
    monitor.sync()
    assert monitor.state_sent == before + 2


def test_new_view_gets_fresh_state(monitor, run):
    events = list(wu_story.story())
    run.replay(events[:20])
    run.replay(events[20:40])
    assert ask(monitor, type="hello") == {"type": "state", "state": run.snapshot.to_dict()}
    assert monitor.state != run.snapshot.to_dict()  # the trait lags; the answer does not


@pytest.mark.parametrize("command", ["start", "resume", "cancel"])
def test_commands_reach_the_run(monitor, run, command):
    assert ask(monitor, type=command) == {"type": "accepted", "about": command}
    assert run.commands == [command]


def test_refused_command_becomes_message(monitor, run):
    answer = ask(monitor, type="pause")
    assert answer == {
        "type": "failure",
        "about": "pause",
        "message": "thread wu-1978-demo is pending: only a running one can pause",
    }
    assert run.commands == []


def test_unexpected_error_becomes_message(monitor, run):
    run.start = lambda **_who: 1 / 0
    assert ask(monitor, type="start") == {
        "type": "failure",
        "about": "start",
        "message": "ZeroDivisionError: division by zero",
    }


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"type": "close"},
        {"type": "__init__"},
        {"type": 7},
        {"type": "page", "exhibit_id": 3, "page": "x"},
        {"type": "add_exhibit"},
    ],
)
def test_monitor_ignores_unknown_messages(monitor, run, content):
    monitor._handle(monitor, content, [])
    assert run.commands == []
    assert monitor.custom == []


def test_commands_work_from_any_thread(monitor, run):
    thread = threading.Thread(target=ask, args=(monitor,), kwargs={"type": "start"})
    thread.start()
    thread.join()
    assert run.commands == ["start"]


def test_page_request_returns_text(monitor):
    answer = ask(monitor, type="page", exhibit_id="wolf-prize", page=2)
    assert answer["text"].startswith("Terms of the award")
    assert (answer["type"], answer["exhibit_id"], answer["page"]) == ("page", "wolf-prize", 2)


def test_missing_page_is_reported(monitor):
    assert ask(monitor, type="page", exhibit_id="wolf-prize", page=9) == {
        "type": "page",
        "exhibit_id": "wolf-prize",
        "page": 9,
        "error": "page 9 cannot be read",
    }


def test_upload_in_parts_becomes_exhibit(monitor, run):
    ask(
        monitor,
        [memoryview(b"%PDF-"), memoryview(b"1.7 ")],
        type="add_exhibit",
        name="Medal.pdf",
        upload="u1",
        part=0,
        parts=2,
    )
    assert run.added == []
    answer = ask(monitor, [memoryview(b"end")], type="add_exhibit", name="Medal.pdf", upload="u1", part=1, parts=2)
    assert run.added == [("Medal.pdf", b"%PDF-1.7 end")]
    assert answer == {"type": "added", "name": "Medal.pdf", "exhibit_id": "medal"}


def test_refused_upload_becomes_message(monitor, run):
    answer = ask(monitor, [memoryview(b"x")], type="add_exhibit", name="notes.xls")
    assert answer == {"type": "failure", "about": "add_exhibit", "message": "notes.xls: not a PDF; convert it first"}
    assert run.added == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\a\\Medal 1975.pdf", "Medal 1975.pdf"),
        (".bashrc", "bashrc"),
        ("a\x00b\u202efdp.pdf", "a_b_fdp.pdf"),
        ("日本.pdf", "日本.pdf"),
        ("..", "exhibit"),
        ("", "exhibit"),
    ],
)
def test_upload_file_name_is_cleaned(name, safe):
    assert clean_name(name) == safe


@pytest.mark.parametrize(("part", "parts", "size"), [(2, 2, 1), (-1, 2, 1), (0, 0, 1), (0, 2, MAX_UPLOAD_BYTES + 1)])
def test_invalid_uploads_are_refused(part, parts, size):
    uploads = Uploads()
    with pytest.raises(InputError, match=r"a\.pdf: uploads over 100 MiB"):
        uploads.receive("u", part, parts, b"x" * size, name="a.pdf")
    assert uploads._parts == {}


def test_store_notice_says_why(monitor, run):
    run.waiting_reason = "cannot use Redis at redis://h:6379/0: its memory is full (maxmemory); raise its maxmemory"
    [tell] = run.waiting_listeners
    tell(True)
    assert monitor.notice.endswith(f"Why: {run.waiting_reason}")


def test_signs_of_life_reach_views(monitor, run):
    [tell] = run.sign_listeners
    tell(WriterSign("silent", 4))
    assert monitor.custom[-1] == {"type": "writer", "state": "silent", "silent_s": 4}


def test_store_notice_appears_and_disappears(monitor, run):
    [tell] = run.waiting_listeners
    tell(True)
    assert "The store is away" in monitor.notice
    tell(False)
    assert monitor.notice is None


def test_waiting_for_run_sends_state_again(monitor, run):
    sent = monitor.state_sent
    [say] = run.returning
    say()
    assert monitor.state_sent == sent + 1


@pytest.mark.slow  # starts a kernel
def test_nbclient_saves_final_state():
    cells = [
        f"import sys\nsys.path.insert(0, {str(SUPPORT)!r})",
        "import wu_story\nfrom replayed_run import ReplayedRun\nfrom workbench.widgets.monitor import Monitor",
        "run = ReplayedRun(wu_story.beginning())\nevents = list(wu_story.story())\nmonitor = Monitor(run)\nmonitor",
        "from threading import Thread\nthread = Thread(target=run.replay, args=[events])\nthread.start()",
        "thread.join()\nmonitor.sync()",
    ]
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=60).execute()
    states = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
    saved = next(entry["state"]["state"] for entry in states if entry["model_name"] == "AnyModel")
    assert saved == fold(wu_story.beginning(), list(wu_story.story())).to_dict()


def test_repr_gives_status_and_progress(monitor, run):
    run.replay(list(wu_story.story()))
    assert repr(monitor) == "Monitor(thread wu-1978-demo: needs_review, 9 of 10 sections)"


def test_closed_monitor_releases_run(run):
    monitor = RecordedMonitor(run)
    monitor.close()
    monitor.close()
    assert run.callbacks == run.returning == run.waiting_listeners == run.sign_listeners == []
    run.replay([StatusChange(status="generating").with_stamp(thread_id="t", event_id="1-0", at="")])
    assert monitor.custom == []
    gone = weakref.ref(monitor)
    del monitor
    gc.collect()
    assert gone() is None


def test_state_may_hold_several_megabytes():
    snapshot = wu_story.beginning()
    text = "The record is long. " * 15_000
    large = snapshot.model_copy(
        update={"sections": tuple(s.model_copy(update={"content": text}) for s in snapshot.sections)}
    )
    monitor = RecordedMonitor(ReplayedRun(large))
    assert len(orjson.dumps(monitor.state)) > 2_500_000
    assert Snapshot.model_validate(monitor.state) == large
    monitor.close()


def test_missing_anywidget_names_install_command():
    code = "import sys; sys.modules['anywidget'] = None; import workbench.widgets.monitor"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ImportError: the monitor needs anywidget; install it with: python -m pip install anywidget" in done.stderr


def test_monitor_files_load_nothing_else():
    module, style = Monitor._esm, Monitor._css + join_viewer_style()
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "@import"):
        assert way not in module + style
    addresses = re.findall(r"""https?://[^\s"'`)]*|url\(\s*["']?//""", module + style)
    assert set(addresses) == {"http://www.w3.org/2000/svg"}
