"""The monitor's Python side: commands on sections."""

from __future__ import annotations

import gc
import sys
import threading
import types
import weakref

import pytest
import wu_story
from recorded_widgets import RecordedMonitor
from replayed_run import ReplayedRun

from workbench.errors import InputError, Problem
from workbench.live.events import StatusChange
from workbench.live.snapshot import fold
from workbench.widgets.serial_worker import SerialWorker

DONE = fold(wu_story.beginning(), wu_story.story())


@pytest.fixture
def run():
    return ReplayedRun(DONE)


@pytest.fixture
def monitor(run):
    monitor = RecordedMonitor(run)
    yield monitor
    monitor._command_worker.join()
    monitor._key_worker.join()
    monitor.close()


def decide(monitor, **content):
    monitor._handle(monitor, {"type": "decide", **content}, [])
    monitor._command_worker.join()
    return monitor.custom[-1] if monitor.custom else None


@pytest.mark.parametrize("action", ["approve", "withdraw", "reject", "edit", "regenerate", "lock", "unlock", "add"])
def test_section_command_reaches_run(monitor, run, action):
    answer = decide(monitor, section_id="awards", action=action, request="r1", note="why", text="new", more=1)
    assert answer == {"type": "accepted", "about": "decide", "request": "r1", "section_id": "awards"}
    assert run.decided == [("awards", action, {"note": "why", "text": "new"})]


def test_command_records_named_user(run):
    monitor = RecordedMonitor(run, user_id="j.avery")
    decide(monitor, section_id="awards", action="approve")
    order(monitor, type="start")
    assert run.users == ["j.avery", "j.avery"]
    monitor.close()


def test_command_binds_to_read_text(monitor, run):
    text = run.snapshot.section("awards").content
    assert decide(monitor, section_id="awards", action="edit", text="new", base_text=text)["type"] == "accepted"
    answer = decide(monitor, section_id="awards", action="edit", request="r2", text="newer", base_text=text + " ")
    assert answer == {
        "type": "failure",
        "about": "decide",
        "request": "r2",
        "section_id": "awards",
        "message": "section awards has changed since: look at it again",
    }
    assert [what["text"] for _, _, what in run.decided] == ["new"]


def test_unknown_section_is_reported(monitor):
    answer = decide(monitor, section_id="nowhere", action="lock", request="r")
    assert (answer["type"], answer["message"]) == ("failure", "KeyError: 'nowhere'")


@pytest.mark.parametrize(
    "content",
    [
        {"section_id": "awards", "action": "__init__"},
        {"section_id": "awards", "action": ["approve"]},
        {"section_id": 7, "action": "approve"},
        {"action": "approve"},
        {},
    ],
)
def test_unknown_section_command_does_nothing(monitor, run, content):
    assert decide(monitor, **content) is None
    assert run.decided == []


def test_fields_that_are_not_text_drop(monitor, run):
    answer = decide(monitor, section_id="awards", action="approve", note=["x"], text=3, base_text=None, request={})
    assert answer == {"type": "accepted", "about": "decide", "section_id": "awards"}
    assert run.decided == [("awards", "approve", {"note": None, "text": None})]


def test_main_thread_never_waits_for_store(monitor, run):
    kept, deciders = threading.Event(), []

    def slow(*_args, **_more):
        deciders.append(threading.current_thread())
        kept.wait()

    run.decide = slow
    for section_id in ("awards", "benefit"):  # returns while nothing has been kept
        monitor._handle(monitor, {"type": "decide", "section_id": section_id, "action": "approve"}, [])
    assert monitor.custom == []
    kept.set()
    monitor._command_worker.join()
    assert [message["section_id"] for message in monitor.custom] == ["awards", "benefit"]
    assert threading.current_thread() not in deciders


def test_serial_worker_keeps_order_without_thread():
    errands, done = SerialWorker("errand of a test"), []
    for number in range(50):
        errands.add(lambda number=number: done.append((number, threading.current_thread())))
    errands.join()
    assert [number for number, _ in done] == list(range(50))
    assert not any(thread.is_alive() for _, thread in done)
    assert all(thread.name == "errand of a test" and thread.daemon for _, thread in done)
    errands.add(lambda: done.append((50, None)))
    errands.join()
    assert done[-1] == (50, None)


def test_closed_monitor_is_garbage_collected(run):
    monitor = RecordedMonitor(run)
    decide(monitor, section_id="awards", action="lock")
    monitor.close()
    gone = weakref.ref(monitor)
    del monitor
    gc.collect()
    assert gone() is None


# ---- orders that waited behind a busy cell


def turn(run, status, number):
    run.replay([StatusChange(status=status).with_stamp(thread_id="wu", event_id=f"1999999999999-{number}", at="")])


def order(monitor, **content):
    monitor._handle(monitor, content, [])
    return monitor.custom[-1]


def test_overtaken_command_does_nothing(monitor, run):
    turn(run, "generating", 1)
    turn(run, "paused", 2)  # the same click came in by the door,
    turn(run, "generating", 3)  # and the attorney has resumed since
    answer = order(monitor, type="pause", request="p", after="1999999999999-1")
    assert answer == {"type": "accepted", "about": "pause", "request": "p"}
    assert run.commands == []
    order(monitor, type="pause", request="q", after="1999999999999-3")
    assert run.commands == ["pause"]


def test_cancel_is_never_overtaken(monitor, run):
    turn(run, "generating", 1)
    turn(run, "needs_review", 2)
    order(monitor, type="cancel", after="1999999999999-1")
    assert run.commands == ["cancel"]
    turn(run, "cancelled", 3)
    assert order(monitor, type="cancel", after="1999999999999-1")["type"] == "accepted"
    assert run.commands == ["cancel"]


@pytest.mark.parametrize("after", [None, 7, "", "x", "9" * 40 + "-1", ["1-1"]])
def test_command_without_event_is_carried_out(monitor, run, after):
    turn(run, "paused", 1)
    order(monitor, type="resume", after=after)
    assert run.commands == ["resume"]


def test_refused_command_returns_request_id(monitor):
    answer = order(monitor, type="pause", request="p")
    assert (answer["type"], answer["about"], answer["request"]) == ("failure", "pause", "p")


# ---- the door


class Doors:
    opened: list[tuple[str, str]]

    def __init__(self):
        self.opened = []

    def open(self, thread_id, origin, *, user_id):
        assert user_id is None
        self.opened.append((thread_id, origin))
        return types.SimpleNamespace(url="http://127.0.0.1:1", token="secret")


@pytest.fixture
def doors(monkeypatch):
    doors, module = Doors(), types.ModuleType("workbench.server.kernel_control")
    module.KernelControlServer = types.SimpleNamespace(current=lambda: doors)
    monkeypatch.setitem(sys.modules, "workbench.server.kernel_control", module)
    return doors


def hello(monitor, **more):
    monitor._handle(monitor, {"type": "hello", **more}, [])
    monitor._key_worker.join()
    return [message for message in monitor.custom if message["type"] == "kernel_control"]


def test_origin_gets_key_to_kernel_server(monitor, doors):
    assert hello(monitor, origin="https://hub.example:8000") == [
        {"type": "kernel_control", "url": "http://127.0.0.1:1", "token": "secret"}
    ]
    assert doors.opened == [("wu-1978-demo", "https://hub.example:8000")]
    assert "secret" not in str(monitor.get_state())


@pytest.mark.parametrize("origin", [None, 7, "", "null", "*", "vscode-webview://x", "https://a/b", "https://a\nb"])
def test_invalid_origin_gets_no_key(monitor, doors, origin):
    assert hello(monitor, origin=origin) == []
    assert doors.opened == []


def test_failing_server_gives_no_key(monitor, monkeypatch):
    monkeypatch.setitem(sys.modules, "workbench.server.kernel_control", None)  # as where its packages are missing
    assert hello(monitor, origin="https://hub.example") == []
    assert [message["type"] for message in monitor.custom] == ["state"]


def test_missing_name_is_asked_for(run, monkeypatch):
    monitor = RecordedMonitor(run)

    def refuse(*_, **__):
        raise InputError(Problem("an approval carries a name, and yours is not known", "give user_id", field="user_id"))

    monkeypatch.setattr(run, "decide", refuse)
    answer = decide(monitor, section_id="awards", action="approve", request="r1")
    assert (answer["type"], answer["needs"]) == ("failure", "user_id")
    monkeypatch.undo()
    answer = decide(monitor, section_id="awards", action="approve", request="r2", user_id="Ada Attorney")
    assert answer == {"type": "accepted", "about": "decide", "request": "r2", "section_id": "awards"}
    assert (run.kept_name, run.users) == ("Ada Attorney", ["Ada Attorney"])
    decide(monitor, section_id="awards", action="lock")
    assert run.users == ["Ada Attorney", "Ada Attorney"]
    monitor.close()


@pytest.mark.parametrize("name", ["word", "files", "add_section"])
def test_form_is_made_once(monitor, name):
    first = order(monitor, type=name)
    assert first == {"type": name, "model_id": monitor._forms[name].model_id}
    assert order(monitor, type=name) == first
    form = monitor._forms[name]
    monitor.close()
    assert form.comm is None
