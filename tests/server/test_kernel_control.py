"""The way into a kernel whose main thread is blocked.

It is for one run and one page.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading

import pytest

import workbench
from workbench.config import Settings
from workbench.errors import InputError
from workbench.live.snapshot import Snapshot
from workbench.server.kernel_control import KernelControlServer
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

from .conftest import CASES, FOREIGN, OWN, HeldModel, ask

BLOCKED = """
import sys, time
from pathlib import Path
import workbench
from workbench.config import Settings
from workbench.drafting.scripted_model import ScriptedModel
from workbench.server.kernel_control import KernelControlServer
settings = Settings(home=Path(sys.argv[1]), cases=Path(sys.argv[2]))
options = workbench.RunOptions(unattended=True, sequential=True, max_revisions=0)
model = ScriptedModel(latency_s=0.7)
run = workbench.start("minimal", settings=settings, thread_id=sys.argv[3], options=options, model=model)
server = KernelControlServer.current()
key = server.open(run.thread_id, "https://hub.example.org", settings=settings, user_id="ada@firm.example")
print(key.url, key.token, flush=True)
if sys.argv[4] == "sleeping":
    time.sleep(600)
while True:
    sum(range(1000))
"""


@pytest.mark.parametrize("how", ["sleeping", "computing"])
def test_pause_reaches_a_blocked_kernel(settings, loop, until, how):
    """Nine sections of 0.7 s, one after another.

    The run is paused after the step in hand, although no cell ever ends.
    """
    thread_id = f"blocked-{how}"
    arguments = [str(settings.home), str(CASES), thread_id, how]
    with subprocess.Popen([sys.executable, "-c", BLOCKED, *arguments], stdout=subprocess.PIPE, text=True) as kernel:
        try:
            assert kernel.stdout is not None
            url, token = kernel.stdout.readline().split()
            run = workbench.attach(thread_id, settings=settings)
            until(run, lambda snapshot: "in_progress" in {section.status for section in snapshot.sections})
            paused = threading.Event()
            run.subscribe(lambda _events, snapshot: paused.set() if snapshot.status == "paused" else None)
            answer = ask(url, "POST", f"/api/pause/{thread_id}", authorization=f"Bearer {token}", origin=OWN)
            assert answer.status == 200, answer.body
            assert answer.headers["access-control-allow-origin"] == OWN
            assert paused.wait(20)
            assert kernel.poll() is None  # it is as blocked as before
            again = ask(url, "POST", f"/api/pause/{thread_id}", authorization=f"Bearer {token}", origin=OWN)
            assert again.status == 409
            cancelled = ask(url, "POST", f"/api/cancel/{thread_id}", authorization=f"Bearer {token}", origin=OWN)
            assert cancelled.status == 200
        finally:
            kernel.kill()
    store = loop.call(loop.store(settings))
    entries = [json.loads(entry) for entry in loop.call(store.read_fields(thread_id, "audit")).values()]
    acts = {entry["action"]: (entry["user_id"], entry["via"][:5]) for entry in entries}
    assert acts["pause"] == acts["cancel"] == ("ada@firm.example", "rest:")
    assert token not in json.dumps(entries)


@pytest.fixture
def door(loop):
    return KernelControlServer.current()


@pytest.fixture
def held(minimal, settings, loop):
    model = HeldModel()
    run = workbench.start(minimal, new=True, settings=settings, model=model, options=RunOptions(unattended=True))
    assert model.asked.wait(20)
    return run


@pytest.fixture
def steered(loop):
    """A door whose commands are only written down."""
    given = []

    def steer(thread_id, action, **how):
        given.append((thread_id, action, how["user_id"], how["via"]))
        return Snapshot(thread_id=thread_id, user_id="u", case_id="c", status="paused")

    door = KernelControlServer(loop, steer)
    door.given = given
    return door


@pytest.mark.parametrize(
    ("method", "path", "shown", "origin", "status"),
    [
        ("POST", "/api/pause/one", "key", OWN, 200),
        ("POST", "/api/resume/one", "key", OWN, 200),
        ("POST", "/api/cancel/one", "key", None, 200),
        ("POST", "/api/pause/one", None, OWN, 401),
        ("POST", "/api/pause/one", "wrong", OWN, 401),
        ("POST", "/api/pause/one", "key", FOREIGN, 403),
        ("POST", "/api/pause/one", None, FOREIGN, 403),
        ("POST", "/api/pause/one", "other", OWN, 403),
        ("POST", "/api/pause/three", "key", OWN, 403),
        ("GET", "/api/pause/one", "key", OWN, 405),
        ("POST", "/api/section/one/awards/lock", "key", OWN, 404),
        ("POST", "/api/start/one", "key", OWN, 404),
        ("GET", "/api/document/preview/one", "key", OWN, 404),
        ("GET", "/", "key", OWN, 404),
        ("GET", "/", None, None, 401),
    ],
)
def test_key_permits_three_commands(steered, method, path, shown, origin, status):
    key, other = steered.open("one", OWN), steered.open("two", OWN)
    assert other.url == key.url
    headers = {} if origin is None else {"origin": origin}
    token = {"key": key.token, "other": other.token, "wrong": key.token + "x", None: None}[shown]
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    answer = ask(key.url, method, path, **headers)
    assert answer.status == status, answer.body
    assert len(steered.given) == (status == 200)
    assert answer.headers.get("access-control-allow-origin") == (OWN if origin == OWN else None)


@pytest.mark.parametrize("host", ["evil.example.net", "hub.example.org", "192.168.1.5", "localhost@evil.example.net"])
def test_key_is_used_on_loopback_only(steered, host):
    key = steered.open("one", OWN)
    answer = ask(key.url, "POST", "/api/pause/one", authorization=f"Bearer {key.token}", host=host, origin=OWN)
    assert (answer.status, steered.given) == (403, [])


def test_preflight_from_network_page(steered):
    key = steered.open("one", OWN)
    asked = {"access_control_request_method": "POST", "access_control_request_headers": "authorization"}
    answer = ask(
        key.url, "OPTIONS", "/api/pause/one", origin=OWN, **asked, access_control_request_private_network="true"
    )
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == OWN
    assert answer.headers["access-control-allow-private-network"] == "true"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert ask(key.url, "OPTIONS", "/api/pause/one", origin=FOREIGN, **asked).status == 403


def test_run_has_one_key(steered):
    key = steered.open("one", OWN)
    assert steered.open("one", "http://localhost:8888") == key
    for origin in (OWN, "http://localhost:8888"):
        assert ask(key.url, "POST", "/api/pause/one", authorization=f"Bearer {key.token}", origin=origin).status == 200
    assert key.token not in repr(key)


def test_closed_key_is_refused(steered):
    key = steered.open("one", OWN)
    steered.close("one")
    steered.close("one")
    assert ask(key.url, "POST", "/api/pause/one", authorization=f"Bearer {key.token}").status == 401
    fresh = steered.open("one", OWN)
    assert fresh.token != key.token
    assert ask(key.url, "POST", "/api/pause/one", authorization=f"Bearer {key.token}").status == 401


@pytest.mark.parametrize("origin", ["null", "vscode-webview://x", "file://", ""])
def test_invalid_origin_gets_no_key(steered, origin):
    with pytest.raises(InputError, match="is no origin"):
        steered.open("one", origin)


def test_control_server_ends_with_its_loop(door, held):
    key = door.open(held.thread_id, OWN)
    assert KernelControlServer.current() is door
    answer = ask(key.url, "POST", f"/api/pause/{held.thread_id}", authorization=f"Bearer {key.token}")
    assert answer.status == 200, answer.body
    BackgroundLoop.current().close()
    with pytest.raises(ConnectionRefusedError):
        ask(key.url, "POST", f"/api/pause/{held.thread_id}", authorization=f"Bearer {key.token}")
    assert KernelControlServer.current() is not door


def test_kernel_run_is_found_without_settings(minimal, tmp_path, door):
    """The widget knows no settings.

    The store of the environment knows nothing of this run.
    """
    model = HeldModel()
    run = workbench.start(minimal, settings=Settings(home=tmp_path, use_redis=False), model=model)
    assert model.asked.wait(20)
    key = door.open(run.thread_id, OWN)
    answer = ask(key.url, "POST", f"/api/cancel/{run.thread_id}", authorization=f"Bearer {key.token}")
    assert (answer.status, answer.json) == (200, {"thread_id": run.thread_id, "status": "cancelled"})


def test_keys_are_given_to_concurrent_threads(door):
    keys, start = [], threading.Barrier(8)

    def view():
        start.wait()
        keys.append(door.open("one", OWN))

    views = [threading.Thread(target=view) for _ in range(8)]
    for each in views:
        each.start()
    for each in views:
        each.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
