"""The socket of a run.

What a viewer gets first and then, who is let in, and what a viewer may say.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress

import pytest
from watching import NAME, Viewer, WrittenRun
from websockets.exceptions import ConnectionClosed, InvalidStatus

from workbench.config import Settings
from workbench.live.archive import archive_run
from workbench.live.embedded import ensure_server, stop_server
from workbench.live.events import StatusChange, next_id
from workbench.live.snapshot import fold
from workbench.server import run_channel
from workbench.server.links import list_openings, make_link, revoke
from workbench.workflow.loop import BackgroundLoop

from .conftest import CASES, FOREIGN, OWN, served_on_loop


@pytest.fixture
def run(settings, loop):
    return WrittenRun(settings)


def link_of(run, settings, **how):
    return BackgroundLoop.current().call(make_link(run.store, settings, run.thread_id, user_id="lena", **how))


def test_state_comes_before_events(served, run):
    run.say("Before. ")
    with Viewer(served.url, run.thread_id, served.token) as viewer:
        state = viewer.begun()
        assert state == run.snapshot
        written = run.say("One. ", "Two. ") + run.say("Three. ")
        assert viewer.events(3) == written
        assert fold(state, written) == run.snapshot
        assert viewer.is_quiet()


def test_frame_has_the_stored_bytes(served, run):
    with Viewer(served.url, run.thread_id, served.token) as viewer:
        viewer.begun()
        [event] = run.say("Ünïcödé “quoted” \u2028 \U0001f4dc")
        assert viewer.raw.recv(timeout=10).encode() == event.to_json()


def test_since_brings_exactly_what_came_after(served, run):
    written = run.say("One. ", "Two. ", "Three. ")
    for known in range(3):
        with Viewer(served.url, run.thread_id, served.token, since=written[known].id) as viewer:
            assert viewer.next()["type"] == "connected"
            missing = run.events[run.events.index(written[known]) + 1 :]
            assert viewer.events(len(missing)) == missing
            assert viewer.is_quiet(0.1)
            later = run.say("Later. ")
            assert viewer.events(1) == later
    with Viewer(served.url, run.thread_id, served.token, since=run.events[-1].id) as viewer:
        assert viewer.next()["type"] == "connected"
        assert viewer.is_quiet(0.1)


def test_since_from_the_very_first_event(served, run):
    run.say(*"abc")
    with Viewer(served.url, run.thread_id, served.token, since=run.events[0].id) as viewer:
        assert viewer.next()["type"] == "connected"
        assert viewer.events(3) == run.events[1:]


@pytest.mark.parametrize("since", ["", "0-0", "1-0", "99999999999999-0", "x", "-", "1", "1-", "١-٢", "1" * 400 + "-0"])
def test_unknown_since_gets_the_state(served, run, since):
    with Viewer(served.url, run.thread_id, served.token, since=since) as viewer:
        assert viewer.begun() == run.snapshot


def test_long_replay_is_paged(served, run, monkeypatch):
    monkeypatch.setattr(run_channel, "BATCH", 7)
    monkeypatch.setattr(run_channel, "RECENT_BYTES", 1_000)
    with Viewer(served.url, run.thread_id, served.token) as other:
        other.begun()
        written = run.say(*(f"{n} " for n in range(40)))
        assert other.events(40) == written
        with Viewer(served.url, run.thread_id, served.token, since=written[4].id) as viewer:
            assert viewer.next()["type"] == "connected"
            assert viewer.events(35) == written[5:]
            later = run.say("Later. ")
            assert viewer.events(1) == other.events(1) == later


def test_an_archived_run_is_shown(served, run, settings):
    run.write(StatusChange(status="completed"))
    archive_run(settings, run.snapshot, run.events, {})
    BackgroundLoop.current().call(run.store.expire(run.thread_id, 0.001, run.fence))
    time.sleep(0.05)
    assert BackgroundLoop.current().call(run.store.read(run.thread_id)) is None
    for since in (None, run.events[0].id):
        with Viewer(served.url, run.thread_id, served.token, since=since) as viewer:
            assert viewer.begun() == run.snapshot
            assert viewer.is_quiet(0.1)
    with Viewer(served.url, run.thread_id, served.token, since=run.events[-1].id) as viewer:
        assert viewer.next()["type"] == "connected"
        assert viewer.is_quiet(0.1)


# ---- who is let in


def test_socket_needs_a_token(served, run):
    for token, says in ((None, "a token is needed"), ("", "a token is needed"), ("wrong", "opens nothing")):
        with Viewer(served.url, run.thread_id, token) as viewer:
            code, reason = viewer.closed()
            assert code == 4401
            assert says in reason


@pytest.mark.parametrize("thread_id", ["nobody", "a%20b", "x" * 65, "%00", "-x"])
def test_unknown_run_is_4404(served, run, thread_id):
    with Viewer(served.url, thread_id, served.token) as viewer:
        code, reason = viewer.closed()
        assert code == 4404
        assert run.thread_id not in reason


def test_only_own_pages_may_open_it(served, run):
    with pytest.raises(InvalidStatus) as refused, Viewer(served.url, run.thread_id, served.token, origin=FOREIGN):
        pass
    assert refused.value.response.status_code == 403
    for origin in (OWN, served.url, None):
        with Viewer(served.url, run.thread_id, served.token, origin=origin) as viewer:
            assert viewer.begun().thread_id == run.thread_id


def test_link_use_is_recorded(served, run, settings):
    other = WrittenRun(settings)
    link, token = link_of(run, settings)
    with Viewer(served.url, run.thread_id, token, user_agent_header="A page") as viewer:
        assert viewer.begun() == run.snapshot
        written = run.say("One. ")
        assert viewer.events(1) == written
    with Viewer(served.url, other.thread_id, token) as viewer:
        assert viewer.closed() == (4401, "this token opens another run")
    noted = BackgroundLoop.current().call(list_openings(run.store, run.thread_id))
    assert [(each.link_id, each.what, each.user_agent, each.address) for each in noted] == [
        (link.id, "socket", "A page", "127.0.0.1")
    ]


def test_dashboard_link_follows_every_run(served, run, settings):
    _, token = BackgroundLoop.current().call(make_link(run.store, settings, None, user_id="lena"))
    for each in (run, WrittenRun(settings)):
        with Viewer(served.url, each.thread_id, token) as viewer:
            assert viewer.begun() == each.snapshot


def test_redacted_socket_shows_no_name(served, run, settings):
    run.say(f"So {NAME} won. ")
    _, token = link_of(run, settings, redact=True)
    with Viewer(served.url, run.thread_id, token) as viewer, Viewer(served.url, run.thread_id, served.token) as whole:
        state = viewer.begun()
        assert whole.begun() == run.snapshot
        run.say("Then Dr. Amara Okon", "kwo spoke. ", "And ended. ")
        run.write(StatusChange(status="completed"))
        whole.events(4)
        came = [viewer.raw.recv(timeout=10) for _ in range(4)]
    assert "Okonkwo" not in state.to_json().decode() + "".join(came)
    assert "And ended." in "".join(came)
    with Viewer(served.url, run.thread_id, token, since=run.events[-1].id) as viewer:
        assert "Okonkwo" not in viewer.begun().to_json().decode()


def test_revoked_link_closes_its_sockets(served, run, settings):
    link, token = link_of(run, settings)
    _, kept = link_of(run, settings)
    with Viewer(served.url, run.thread_id, token) as viewer, Viewer(served.url, run.thread_id, kept) as other:
        viewer.begun()
        other.begun()
        BackgroundLoop.current().call(revoke(run.store, link.id, user_id="lena"))
        began = time.monotonic()
        assert viewer.closed() == (4401, "this link was revoked")
        assert time.monotonic() - began < 2
        written = run.say("Still here. ")
        assert other.events(1) == written


def test_an_expired_link_closes_its_sockets(served, run, settings):
    _, token = link_of(run, settings, hours=2 / 3600)
    with Viewer(served.url, run.thread_id, token) as viewer:
        viewer.begun()
        code, _ = viewer.closed()
        assert code == 4401
    with Viewer(served.url, run.thread_id, token) as viewer:
        assert viewer.closed()[0] == 4401


def test_socket_log_has_no_token(served, run, caplog):
    with caplog.at_level(logging.DEBUG), Viewer(served.url, run.thread_id, served.token) as viewer:
        viewer.begun()
        logging.getLogger("uvicorn.error").setLevel(logging.DEBUG)
        try:
            with Viewer(served.url, run.thread_id, served.token) as second:
                second.begun()
        finally:
            logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    ours = [record for record in caplog.records if not record.name.startswith("websockets.client")]
    assert not [record for record in ours if served.token in record.getMessage()]
    assert [record for record in ours if record.name == "uvicorn.error"]  # it was listened to


# ---- what a viewer may say


def test_ping_is_answered(served, run):
    with Viewer(served.url, run.thread_id, served.token) as viewer:
        viewer.begun()
        for message in ("PING", "", '{"type":"ping"}', b"ping", "x" * 4096, "{" * 100):
            viewer.raw.send(message)
        viewer.raw.send("ping")
        assert viewer.next() == {"type": "pong"}
        assert viewer.is_quiet(0.1)


@pytest.mark.parametrize("message", ["x" * 4097, b"x" * 4097, ["x" * 3000, "x" * 3000]])
def test_long_message_closes_the_socket(served, run, message):
    with (
        Viewer(served.url, run.thread_id, served.token) as viewer,
        Viewer(served.url, run.thread_id, served.token) as other,
    ):
        viewer.begun()
        other.begun()
        # The server may close before the last fragment is sent.
        with suppress(ConnectionClosed):
            viewer.raw.send(message)
        assert viewer.closed()[0] == 1009
        written = run.say("Nobody else notices. ")
        assert other.events(1) == written


def test_invalid_utf8_closes_the_socket(served, run):
    with Viewer(served.url, run.thread_id, served.token) as viewer:
        viewer.begun()
        viewer.raw.send(b"\xff\xfe", text=True)
        assert viewer.closed()[0] == 1007


# ---- when the store is away


def test_viewer_survives_redis_restart(loop, tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("h"), cases=CASES)
    told, server = served_on_loop(settings)
    run = WrittenRun(settings)
    with Viewer(told.url, run.thread_id, told.token) as viewer:
        viewer.begun()
        before = run.say("Before. ")
        assert viewer.events(1) == before
        stop_server(settings)
        with Viewer(told.url, "another", told.token) as second:
            assert second.closed() == (1013, "the store cannot be reached; try again")
        ensure_server(settings)
        after = run.say("After. ", "And more. ")
        assert viewer.events(2) == after
    loop.call(server.end())
    loop.close()
    stop_server(settings)


def test_future_since_gets_the_state(served, run):
    ahead = next_id(run.events[-1].id, int(time.time() * 1000) + 60_000)
    with Viewer(served.url, run.thread_id, served.token, since=ahead) as viewer:
        assert viewer.begun() == run.snapshot
