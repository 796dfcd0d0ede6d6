"""Fan-out: one reading for all viewers, whenever they come.

Nothing is missed and nothing comes twice.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time

import orjson
import pytest
from changed_uvicorn import RenamedProtocol
from crowd import CrowdProcess
from pydantic import SecretStr
from watching import NAME, Viewer, WrittenRun

from workbench.config import Settings
from workbench.live import redis_store
from workbench.live.events import parse_event
from workbench.live.snapshot import fold
from workbench.server import broadcasts, uvicorn_server
from workbench.server.frames import AsgiSocket
from workbench.server.links import make_link
from workbench.server.rate_limit import Limits
from workbench.server.run_channel import MAX_WAITING_BYTES
from workbench.text.encryption import new_key
from workbench.workflow.loop import BackgroundLoop

from .conftest import served_on_loop


@pytest.fixture(params=["frames", "asgi"], autouse=True)
def viewer_sockets(request, monkeypatch):
    """Runs each case on both ways to a viewer.

    They are ready frames, and ASGI `send` beside a uvicorn that has changed.
    """
    if request.param == "asgi":
        monkeypatch.setattr(uvicorn_server, "FrameProtocol", RenamedProtocol)
    return request.param


@pytest.fixture
def run(settings, loop):
    return WrittenRun(settings)


@pytest.fixture
def hosted(settings, loop):
    told, server = served_on_loop(settings)
    yield told, server.config.app.state.manager
    loop.call(server.end())


def eventually(condition, timeout_s=30):
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)


def test_fallback_is_used_where_uvicorn_changed(hosted, run, viewer_sockets):
    told, manager = hosted
    with Viewer(told.url, run.thread_id, told.token) as viewer:
        viewer.begun()
        [shown] = manager.viewers()
        assert isinstance(shown.socket, AsgiSocket) is (viewer_sockets == "asgi")


def test_viewers_share_one_reading(hosted, run, settings, monkeypatch):
    told, manager = hosted
    other = WrittenRun(settings)
    reads = []
    frames = redis_store.RedisStore.frames

    async def counted(self, thread_id, after="", limit=None):
        rows = await frames(self, thread_id, after, limit)
        reads.append((thread_id, len(rows)))
        return rows

    monkeypatch.setattr(redis_store.RedisStore, "frames", counted)
    viewers = [Viewer(told.url, each.thread_id, told.token) for each in (run, run, run, other)]
    for viewer in viewers:
        viewer.__enter__()
        viewer.begun()
    assert manager.get_connection_count() == 4
    # A viewer may read its state a moment before it counts as one of the channel's.
    eventually(lambda: manager.get_connection_count(run.thread_id) == 3)
    assert manager.get_connection_count("nobody") == 0
    written = run.say("One. ")
    assert [viewer.events(1) for viewer in viewers[:3]] == [written] * 3
    assert [(thread_id, rows) for thread_id, rows in reads if rows] == [(run.thread_id, 1)]
    for viewer in viewers:
        viewer.__exit__(None, None, None)
    eventually(lambda: manager.get_connection_count() == 0)
    assert manager.status() == {"runs": 0, "lag_ms": 0.0, "away": False}


def test_channel_ends_with_last_viewer(hosted, run):
    told, manager = hosted
    for _ in range(3):
        with Viewer(told.url, run.thread_id, told.token) as viewer:
            viewer.begun()
            assert manager.status()["runs"] == 1
        eventually(lambda: manager.status()["runs"] == 0)
    assert not run.store._written._waiting

    async def tasks():
        return {task.get_name() for task in asyncio.all_tasks()}

    eventually(lambda: not {f"run channel {run.thread_id}", "fan-out"} & BackgroundLoop.current().call(tasks()))


def test_reconnecting_viewers_get_each_event_once(hosted, run):  # noqa: C901 - three small parts
    """Viewers come again while the run is being written.

    They come from where they were or anew, while it is written as fast as it goes.
    """
    told, _ = hosted
    done = threading.Event()
    problems = []

    def watch(seed):
        choose = random.Random(seed)  # noqa: S311 - a reproducible choice
        state, ended = None, False
        while not ended:
            ended = done.is_set()
            state = look(None if choose.random() < 0.2 else state, 10**6 if ended else choose.randrange(1, 30), ended)
        if state != run.snapshot:
            problems.append((seed, state.sections[0].content))

    def look(state, messages, ended):
        since = state.last_event_id if state is not None else None
        # One that leaves with messages unread would wait ten seconds for the answer to its farewell.
        with Viewer(told.url, run.thread_id, told.token, since=since, close_timeout=1) as viewer:
            assert viewer.next()["type"] == "connected"
            for _ in range(messages):
                # Nothing is to come after the last event, however busy the machine is; before it, a viewer comes again.
                missing = ended and (state is None or state.last_event_id != run.events[-1].id)
                try:
                    message = viewer.next(timeout_s=30 if missing else 1)
                except TimeoutError:
                    break
                if message["type"] == "initial_state":
                    if since is not None:
                        problems.append("a state for one who knew the stream")
                    state = type(run.first).model_validate(message["state"])
                elif message["type"] != "writer":
                    state = fold(state, [parse_event(message)])
        return state

    threads = [threading.Thread(target=watch, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for n in range(120):
        run.say(*(f"{n}.{part} " for part in range(n % 4 + 1)))
    done.set()
    for thread in threads:
        thread.join(timeout=60)
    assert problems == []


def test_slow_viewer_gets_state_later(hosted, run):
    told, manager = hosted
    text = "A sentence of some length. " * 600
    with CrowdProcess() as crowd, Viewer(told.url, run.thread_id, told.token) as viewer:
        address = told.url.replace("http", "ws") + f"/api/ws/document/{run.thread_id}?token={told.token}"
        viewer.begun()
        crowd.do("connect", url=address, count=0, stalled=1)
        eventually(lambda: manager.get_connection_count() == 2)
        resynced = 0.0
        while not resynced:
            written = run.say(text)
            assert viewer.events(1) == written
            resynced = manager.metrics._resyncs._value.get()
        behind = [each for each in manager.viewers() if each.is_behind]
        assert len(behind) == 1
        assert behind[0].socket.buffered_bytes < MAX_WAITING_BYTES
        state = crowd.do("read_on", marker="initial_state", times=2)
        assert state["bytes"] > len(text)
        run.say("And that was all.")
        crowd.do("read_on", marker="And that was all.", times=1)
        eventually(lambda: not behind[0].is_behind)
        crowd.do("close")


def test_broadcasts_are_sent_not_stored(hosted, run, settings):
    told, manager = hosted
    other = WrittenRun(settings)
    _, redacted = BackgroundLoop.current().call(
        make_link(run.store, settings, run.thread_id, user_id="lena", redact=True)
    )
    with (
        Viewer(told.url, run.thread_id, told.token) as viewer,
        Viewer(told.url, other.thread_id, told.token) as elsewhere,
        Viewer(told.url, run.thread_id, redacted) as nameless,
    ):
        for each in (viewer, elsewhere, nameless):
            each.begun()

        async def say():
            at = run.thread_id
            await broadcasts.broadcast_workflow_update(at, {"model": "a model"})
            await broadcasts.broadcast_section_update(at, "awards", "validating", attempts=2)
            await broadcasts.broadcast_log_entry(at, "info", f"{NAME} called", "run")
            await broadcasts.broadcast_status_change(at, "paused", reason="lunch")
            await broadcasts.broadcast_progress_update(at, 2, 7, 28.5)
            await broadcasts.broadcast_error(at, "it failed", section_id="awards")

        asyncio.run(say())  # from any loop
        came = [viewer.next() for _ in range(6)]
        assert [message["type"] for message in came] == [
            "workflow_update", "section_update", "log_entry", "status_change", "progress_update", "error",
        ]  # fmt: skip
        assert all("id" not in message and message["thread_id"] == run.thread_id for message in came)
        assert came[1]["attempts"] == 2
        assert came[4] | {"at": ""} == {
            "type": "progress_update", "thread_id": run.thread_id, "at": "",
            "completed": 2, "total": 7, "percentage": 28.5,
        }  # fmt: skip
        assert all(parse_event(message) is not None for message in came)
        asyncio.run(manager.broadcast_to_all({"type": "log_entry"}))
        assert viewer.next() == elsewhere.next() == {"type": "log_entry"}
        written = run.say("Next. ")
        assert viewer.events(1) == written
        assert nameless.next()["id"] == written[0].id  # names may stand in what is broadcast: it is not shown
    with Viewer(told.url, run.thread_id, told.token) as later:
        assert later.begun() == run.snapshot


def test_foreign_stream_entry_is_skipped(hosted, run, caplog):
    told, _ = hosted
    with Viewer(told.url, run.thread_id, told.token) as viewer:
        viewer.begun()
        key = f"{{document_workflow:{run.thread_id}}}:events"
        strange = orjson.dumps({"type": "section_delta", "section_id": 5})
        event_id = f"{int(time.time() * 1000) + 1}-0"
        BackgroundLoop.current().call(run.store.command("XADD", key, event_id, "e", strange))
        assert viewer.next() == orjson.loads(strange)
        run._last = event_id
        written = run.say("On it goes. ")
        assert viewer.events(1) == written
        with Viewer(told.url, run.thread_id, told.token) as second:
            assert second.next()["type"] == "connected"
            assert second.next()["state"]["sections"][0]["content"] == "On it goes. "
    assert "skipped an event" in caplog.text


def test_thousand_frames_reach_every_viewer(settings, loop, run):
    """More frames than one reading and one transport take.

    There are also more viewers than one address may have.
    """
    roomy = settings.model_copy(update={"max_viewers_per_address": 1000})
    told, server = served_on_loop(settings, limits=Limits(roomy))
    with CrowdProcess() as crowd:
        address = told.url.replace("http", "ws") + f"/api/ws/document/{run.thread_id}?token={told.token}"
        assert crowd.do("connect", url=address, count=150) == {"open": 150}
        written = run.say(*(f"{n} " for n in range(1000)))
        seen = crowd.do("collect", last=written[-1].id)["seen"]
        crowd.do("close")
    assert len(seen) == 150
    ids = [event.id for event in written]
    assert all([event_id for event_id, _ in came] == ids for came in seen)
    loop.call(server.end())


def test_failed_reading_is_reported(hosted, run, monkeypatch):
    told, manager = hosted
    with Viewer(told.url, run.thread_id, told.token) as viewer:
        viewer.begun()
        frames = redis_store.RedisStore.frames

        async def away(self, *_args, **_how):
            raise redis_store.StoreUnavailableError("gone")

        monkeypatch.setattr(redis_store.RedisStore, "frames", away)
        written = run.say("Unread. ")
        eventually(lambda: manager.status()["away"])
        eventually(lambda: manager.status()["lag_ms"] > 0)
        assert told.get("/ready").status == 503
        assert manager.metrics._errors._value.get() >= 1
        monkeypatch.setattr(redis_store.RedisStore, "frames", frames)
        assert viewer.events(1) == written  # found by itself, without another write
        eventually(lambda: not manager.status()["away"])
        assert told.get("/ready").status == 200


def test_foreign_server_is_refused(settings, loop):
    from starlette.testclient import TestClient

    from workbench.server.app import create_app
    from workbench.server.auth import author_token

    run = WrittenRun(settings)
    address = f"ws://localhost/api/ws/document/{run.thread_id}?token={author_token(settings)}"
    client = TestClient(create_app(settings))
    with pytest.raises(TypeError, match="workbench serve"), client.websocket_connect(address):
        pass


def test_memory_store_is_followed(shared_home, loop):
    settings = Settings(home=shared_home, use_redis=False)
    told, server = served_on_loop(settings)
    run = WrittenRun(settings)
    with Viewer(told.url, run.thread_id, told.token) as viewer:
        assert viewer.begun() == run.snapshot
        written = run.say("One. ", "Two. ")
        assert viewer.events(2) == written
    with Viewer(told.url, run.thread_id, told.token, since=run.events[1].id) as viewer:
        assert viewer.next()["type"] == "connected"
        assert viewer.events(1) == run.events[2:]
    loop.call(server.end())


def test_encrypted_run_is_shown_in_clear(shared_home, loop):
    settings = Settings(home=shared_home, encryption_key=SecretStr(new_key()))
    told, server = served_on_loop(settings)
    run = WrittenRun(settings)
    with Viewer(told.url, run.thread_id, told.token) as viewer:
        assert viewer.begun() == run.snapshot
        [event] = run.say("Confidential. ")
        assert viewer.raw.recv(timeout=10).encode() == event.to_json()
    key = f"{{document_workflow:{run.thread_id}}}:events"
    kept = loop.call(run.store.command("XRANGE", key, "-", "+"))
    assert len(kept) == 2
    assert b"Confidential" not in repr(kept).encode()
    loop.call(server.end())
