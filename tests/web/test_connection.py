"""The connection in a real browser, with failing servers."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import orjson
import pytest
import wu_story
from mirror_server import TOKEN, MirrorServer
from monitor_page import EVENTS
from playwright.sync_api import Page
from websockets.datastructures import Headers
from websockets.http11 import Response

from workbench.web.js_bundle import join_viewer_module

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Follow</title>
<link rel="icon" href="data:,"></head><body><script type="module">
import * as monitor from "/monitor.js";
window.monitor = monitor;
window.follow = (options) => {
  const feed = new monitor.Feed(null, { ask() {} });
  Object.assign(window, { seen: [], stands: [], feed, comms: [], options });
  const receive = (message) => {
    seen.push(message);
    if (message.type === "state") feed.receiveState(message.state, message.fresh);
    else if (message.type === "events") feed.receiveEvents(message);
  };
  const comm = options.comm && {
    send: (message) => { comms.push(message); window.tell?.({ type: "state", state: options.comm }); },
    listen: (handler) => { window.tell = handler; return () => { window.tell = null; }; },
  };
  const stand = (standing) => stands.push(standing);
  window.connection = new monitor.Connection({ ...options, comm }, { receive, stand });
  connection.start();
};
window.ready = true;
</script></body></html>"""

QUICK = {"first": 30, "most": 120, "soon": 10, "patience": 2000, "steady": 0, "poll": 30}
MIDDLE = len(EVENTS) // 2


def pages(path: str, _headers: Headers) -> Response | None:
    found = {"/": ("text/html", PAGE), "/monitor.js": ("text/javascript", join_viewer_module())}.get(path)
    if found is None:
        return None
    body = found[1].encode()
    headers = {"Content-Type": f"{found[0]}; charset=utf-8", "Content-Length": str(len(body))}
    return Response(200, "OK", Headers(headers), body)


@pytest.fixture
def server():
    with MirrorServer(wu_story.beginning(), pages=pages) as server:
        yield server


@pytest.fixture
def page(shared_page, server):
    """A page of that server with no connection yet.

    An uncaught error fails the test.
    """
    with shared_page.renew() as (page, wrong):
        page.set_default_timeout(30_000)
        page.goto(f"{server.url}/")
        page.wait_for_function("window.ready")
        yield page
    assert wrong == []


@pytest.fixture
def follow(page, server) -> Callable[..., None]:
    def start(**options) -> None:
        given = {"servers": [f"{server.url}/"], "thread": wu_story.THREAD, "token": TOKEN, **options}
        given["times"] = QUICK | options.get("times", {})
        page.evaluate("(options) => follow(options)", orjson.loads(orjson.dumps(given)))

    return start


def stands(page: Page, what: str) -> None:
    page.wait_for_function("(what) => stands.at(-1)?.is === what", arg=what)


def has_all(page: Page, server: MirrorServer) -> None:
    page.wait_for_function("(id) => feed.state?.last_event_id === id", arg=server.snapshot.last_event_id)
    assert page.evaluate("feed.state") == server.snapshot.to_dict()


def ids_heard(page: Page) -> list[str]:
    return page.evaluate("seen.flatMap((message) => (message.events ?? []).map((event) => event.id))")


def test_connection_follows_run_to_end(page, server, follow):
    server.write(EVENTS[:MIDDLE])
    follow()
    stands(page, "live")
    server.write(EVENTS[MIDDLE:])
    has_all(page, server)
    assert ids_heard(page) == [event.id for event in EVENTS[MIDDLE:]]
    assert server.asked_for("/api/ws/") == [f"/api/ws/document/{wu_story.THREAD}?token={TOKEN}"]


def test_reconnect_brings_only_missed_events(page, server, follow):
    server.write(EVENTS[:MIDDLE])
    follow()
    stands(page, "live")
    server.status = 503  # nothing comes by polling, should it begin before the server is back
    server.stop(1012)
    stands(page, "waiting")
    server.events.extend(EVENTS[MIDDLE:-3])
    server.start()
    stands(page, "live")
    server.write(EVENTS[-3:])
    has_all(page, server)
    assert ids_heard(page) == [event.id for event in EVENTS[MIDDLE:]]
    assert server.asked_for("/api/ws/")[-1].endswith(f"&since={EVENTS[MIDDLE - 1].id}")
    assert page.evaluate("seen.filter((message) => message.type === 'state').length") == 1


def test_polling_returns_to_socket(page, server, follow):
    server.write(EVENTS[:5])
    server.sockets = False
    follow()
    stands(page, "polling")
    assert len(server.asked_for("/api/ws/")) >= 3
    server.write(EVENTS[5:MIDDLE])
    has_all(page, server)
    page.wait_for_function("(n) => seen.length === n", arg=page.evaluate("seen.length"))
    server.sockets = True
    stands(page, "live")
    polls = len(server.asked_for("/preview/"))
    server.write(EVENTS[MIDDLE:])
    has_all(page, server)
    assert len(server.asked_for("/preview/")) <= polls + 1
    assert f"since={EVENTS[MIDDLE - 1].id}" in server.asked_for("/api/ws/")[-1]


def test_unchanged_run_polls_not_modified(page, server, follow):
    server.write(EVENTS)
    follow(useWebSocket=False)
    stands(page, "polling")
    with page.expect_response(lambda answer: answer.status == 304):
        pass
    assert page.evaluate("seen.length") == 1
    assert server.asked_for("/api/ws/") == []
    assert all(TOKEN not in path for path in server.asked)  # in a header, not in an address
    has_all(page, server)


@pytest.mark.parametrize(("code", "why"), [(4401, "expired"), (4404, "unknown")])
def test_final_refusal_is_not_retried(page, server, follow, code, why):
    server.final = code
    follow()
    stands(page, "ended")
    assert page.evaluate("stands.at(-1).why") == why
    page.evaluate("new Promise((done) => setTimeout(done, 400))")  # many times the longest wait between two attempts
    assert len(server.asked_for("/api/ws/")) == 1
    assert server.asked_for("/preview/") == []


def test_withdrawn_link_ends_connection(page, server, follow):
    server.write(EVENTS[:MIDDLE])
    follow()
    stands(page, "live")
    server.close_all(4401)
    stands(page, "ended")
    assert page.evaluate("stands.at(-1).why") == "expired"
    assert page.evaluate("feed.state.last_event_id") == EVENTS[MIDDLE - 1].id  # what was shown stays


@pytest.mark.parametrize(("status", "why"), [(401, "expired"), (403, "foreign"), (404, "unknown")])
def test_polling_ends_on_final_refusal(page, server, follow, status, why):
    server.status = status
    follow(useWebSocket=False)
    stands(page, "ended")
    assert page.evaluate("stands.at(-1).why") == why


def test_failing_server_is_polled_again(page, server, follow):
    server.status = 503
    follow(useWebSocket=False)
    stands(page, "waiting")
    server.status = None
    stands(page, "polling")
    has_all(page, server)


def test_unwritten_message_keeps_the_place(page, server, follow):
    server.write(EVENTS[:MIDDLE])
    follow()
    stands(page, "live")
    server.say({"type": "log_entry", "log": {"level": "info", "message": "said only", "agent": "run", "at": ""}})
    page.wait_for_function("feed.state.logs.at(-1)?.message === 'said only'")
    assert page.evaluate("[feed.state.last_event_id, connection.reached]") == [EVENTS[MIDDLE - 1].id] * 2
    server.write(EVENTS[MIDDLE : MIDDLE + 1])
    page.wait_for_function("(id) => connection.reached === id", arg=EVENTS[MIDDLE].id)


def test_invalid_socket_messages_are_ignored(page, server, follow):
    follow()
    stands(page, "live")
    server.say({"type": "fireworks", "id": "9-9"}, {})
    server.write(EVENTS)
    has_all(page, server)


def test_fresh_state_replaces_newer_one(page, server, follow):
    """A store restored from a backup is behind its viewers."""
    server.write(EVENTS)
    follow()
    has_all(page, server)
    server.say({"type": "initial_state", "state": wu_story.beginning().to_dict()})
    page.wait_for_function("feed.state.last_event_id === ''")
    assert page.evaluate("connection.reached") == ""


def test_next_server_follows_silent_one(page, server, follow):
    with MirrorServer(wu_story.beginning()) as other:
        gone = other.url
    follow(servers=[f"{gone}/", f"{server.url}/"])
    stands(page, "live")
    assert page.evaluate("connection.server") == f"{server.url}/"
    assert page.evaluate("stands.map((standing) => standing.is)") == ["opening", "live"]


def test_other_server_may_know_the_link(page, server, follow):
    with MirrorServer(wu_story.beginning()) as other:
        other.final = 4401
        follow(servers=[f"{other.url}/", f"{server.url}/"])
        stands(page, "live")
        assert page.evaluate("connection.server") == f"{server.url}/"


def test_restart_tries_other_server_first(page, server, follow):
    with MirrorServer(wu_story.beginning()) as other:
        server.write(EVENTS[:3])
        other.events.extend(EVENTS)
        follow(servers=[f"{server.url}/", f"{other.url}/"])
        stands(page, "live")
        server.close_all(1012)
        has_all(page, other)
        assert other.asked_for("since=") == [f"/api/ws/document/{wu_story.THREAD}?token={TOKEN}&since={EVENTS[2].id}"]


def test_silent_socket_is_given_up(page, server, follow):
    server.silent = True
    follow(times={"patience": 100})
    stands(page, "polling")
    server.silent = False
    stands(page, "live")
    has_all(page, server)


def test_quiet_socket_is_pinged(page, server, follow):
    follow(times={"quiet": 30, "answer": 2000})
    stands(page, "live")
    ends_at = monotonic() + 20
    while server.pings < 2:
        assert monotonic() < ends_at
        page.wait_for_timeout(20)
    assert page.evaluate("stands.at(-1).is") == "live"
    assert len(server.asked_for("/api/ws/")) == 1


def test_comm_is_used_last(page, server, follow):
    ahead = wu_story.beginning().model_copy(update={"last_event_id": "5-5", "status": "generating"})
    server.sockets, server.status = False, 503
    follow(comm=ahead.to_dict())
    stands(page, "comm")
    page.wait_for_function("feed.state?.status === 'generating'")
    assert page.evaluate("comms[0]") == {"type": "hello"}
    page.evaluate("connection.answer({ type: 'page', exhibit_id: 'wolf-prize', page: 2 })")
    page.wait_for_function("comms.some((message) => message.type === 'page' && message.page === 2)")
    server.sockets = True
    stands(page, "live")


def test_retry_waits_grow_with_jitter(page, server, follow):
    server.sockets, server.status = False, 503
    follow(times={"first": 40, "most": 200, "steady": 10_000})
    page.evaluate("""() => {
        const wait = connection.wait.bind(connection);
        window.waits = [];
        connection.wait = (milliseconds) => { waits.push(milliseconds); wait(milliseconds); };
    }""")
    page.wait_for_function("waits.length >= 8")
    waits = page.evaluate("waits")
    assert all(wait <= 200 for wait in waits)
    assert all(wait >= 100 for wait in waits[-3:])  # half of the most, at least
    assert len({round(wait, 3) for wait in waits[-4:]}) > 1


def test_stopped_connection_sends_nothing(page, server, follow):
    server.sockets = False
    follow()
    stands(page, "polling")
    page.evaluate("connection.stop()")
    asked = len(server.asked)
    page.evaluate("new Promise((done) => setTimeout(done, 400))")
    assert len(server.asked) <= asked + 1  # one may have been on its way
