"""Rate limits that contain a flood at its source.

It is logged once, and nobody else notices.
"""

from __future__ import annotations

import logging

import pytest
from watching import Viewer, WrittenRun
from websockets.exceptions import InvalidStatus

from workbench.config import Settings
from workbench.errors import InputError
from workbench.server.auth import Caller
from workbench.server.links import make_link
from workbench.server.rate_limit import _KEYS_KEPT, MINUTE_S, PDFS, Limits, TooManyError, Window
from workbench.workflow.loop import BackgroundLoop

from .conftest import ask, served_on_loop

LINK = Caller("view", "link-1", "a-run")
AUTHOR = Caller("author", "00000000")


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def small(**settings):
    return Settings(max_viewers=4, max_viewers_per_link=2, max_viewers_per_address=3, **settings)


def scope(peer="192.0.2.1", forwarded=()):
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return {"type": "http", "client": (peer, 5) if peer else None, "headers": headers}


def test_window_moves():
    clock = Clock()
    window = Window(2, clock)
    assert [window.take("a"), window.take("a")] == [0, 0]
    clock.now += 20
    assert window.take("a") == MINUTE_S - 20
    assert window.take("b") == 0
    clock.now += MINUTE_S - 20
    assert [window.take("a"), window.take("a")] == [0, 0]
    assert window.take("a") == MINUTE_S


def test_refusal_is_not_counted():
    clock = Clock()
    window = Window(1, clock)
    window.take("a")
    for _ in range(100):
        clock.now += 0.5
        window.take("a")
    clock.now = 1000 + MINUTE_S
    assert window.take("a") == 0


def test_addresses_without_end_are_forgotten():
    window = Window(1, Clock())
    for n in range(_KEYS_KEPT + 50):
        window.take(n)
    assert len(window._taken) <= _KEYS_KEPT
    assert window.take(_KEYS_KEPT + 49) > 0
    assert window.take(0) == 0


def test_seats_are_counted_and_given_back():
    limits = Limits(small(), clock=Clock())
    with limits.reserve_socket("a", LINK):
        with (
            limits.reserve_socket("b", LINK),
            pytest.raises(TooManyError, match="sockets of a link"),
            limits.reserve_socket("c", LINK),
        ):
            pass
        with limits.reserve_socket("a", AUTHOR), limits.reserve_socket("a", AUTHOR):
            with pytest.raises(TooManyError, match="sockets of an address"), limits.reserve_socket("a", AUTHOR):
                pass
            with (
                limits.reserve_socket("d", AUTHOR),
                pytest.raises(TooManyError, match="sockets of this server") as refused,
                limits.reserve_socket("e", AUTHOR),
            ):
                pass
    assert refused.value.retry_s >= 1
    assert not limits._open


def test_failed_socket_is_released():
    limits = Limits(small(), clock=Clock())
    for _ in range(5):
        with pytest.raises(RuntimeError), limits.reserve_socket("a", AUTHOR):
            raise RuntimeError
    assert not limits._open


def test_reconnecting_viewer_blocks_no_other():
    limits = Limits(small(), clock=Clock())
    for _ in range(2 * 2):
        with limits.reserve_socket("loop", LINK):
            pass
    for _ in range(50):
        with pytest.raises(TooManyError, match="handshakes of a link"), limits.reserve_socket("loop", LINK):
            pass
    with limits.reserve_socket("elsewhere", LINK):
        pass


def test_handshakes_of_an_address_are_bounded():
    limits = Limits(small(), clock=Clock())
    for _ in range(12):
        limits.count_handshake("a")
    with pytest.raises(TooManyError, match="handshakes of an address"):
        limits.count_handshake("a")
    limits.count_handshake("b")


def test_pdfs_of_link_are_limited():
    limits = Limits(small(), clock=Clock())
    path = "/api/download-petition-pdf/a-run"
    for _ in range(PDFS):
        limits.count_read(LINK, path)
    with pytest.raises(TooManyError, match="PDFs of a link"):
        limits.count_read(LINK, path)
    limits.count_read(LINK, "/api/document/preview/a-run")
    for _ in range(PDFS + 1):
        limits.count_read(AUTHOR, path)


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "address"),
    [
        (None, "192.0.2.1", ["203.0.113.9"], "192.0.2.1"),
        ("10.0.0.0/8", "192.0.2.1", ["203.0.113.9"], "192.0.2.1"),
        ("10.0.0.0/8", "10.1.2.3", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.0/8", "10.1.2.3", ["198.51.100.1, 203.0.113.9"], "203.0.113.9"),  # the first was the client's own word
        ("10.0.0.0/8", "10.1.2.3", ["198.51.100.1", "203.0.113.9, 10.9.9.9"], "203.0.113.9"),
        ("10.0.0.0/8", "10.1.2.3", [], "10.1.2.3"),
        ("10.0.0.0/8", "10.1.2.3", ["", ","], "10.1.2.3"),
        ("10.0.0.0/8", "10.1.2.3", ["10.4.4.4"], "10.4.4.4"),
        ("127.0.0.1,::1", "::1", ["2001:db8:1:2:3::4"], "2001:db8:1:2::/64"),
        (None, "2001:db8:1:2:ffff::1", [], "2001:db8:1:2::/64"),
        (None, "::ffff:192.0.2.7", [], "192.0.2.7"),
        (None, None, [], "a local socket"),
        ("10.0.0.1", "10.0.0.1", ["x" * 500], "x" * 64),
    ],
)
def test_whose_address_counts(trusted, peer, forwarded, address):
    limits = Limits(small(trusted_proxies=trusted))
    assert limits.address(scope(peer, forwarded)) == address


def test_invalid_proxies_are_refused():
    with pytest.raises(InputError, match="WORKBENCH_TRUSTED_PROXIES"):
        Limits(small(trusted_proxies="the proxy"))


def test_refusal_is_logged_once_a_minute(caplog):
    clock, counted = Clock(), []
    limits = Limits(small(), counted.append, clock=clock)
    for _ in range(10):
        limits.note_refusal("token", "a")
        limits.note_refusal("origin", "a")
        limits.note_refusal("token", "b\x1b[2J")
    assert [record.getMessage() for record in caplog.records] == [
        "refused: token (a)", "refused: origin (a)", "refused: token (b\\x1b[2J)",
    ]  # fmt: skip
    assert len(counted) == 30
    clock.now += MINUTE_S
    limits.note_refusal("token", "a")
    assert len(caplog.records) == 4


# ---- on the real server


@pytest.fixture
def run(settings, loop):
    return WrittenRun(settings)


def test_excess_sockets_are_refused(settings, loop, run, caplog):
    told, server = served_on_loop(settings, limits=Limits(small()))
    _, token = loop.call(make_link(run.store, settings, run.thread_id, user_id="lena"))
    with Viewer(told.url, run.thread_id, token) as first, Viewer(told.url, run.thread_id, token) as second:
        first.begun()
        second.begun()
        for _ in range(3):
            with pytest.raises(InvalidStatus) as refused, Viewer(told.url, run.thread_id, token):
                pass
            answer = refused.value.response
            assert answer.status_code == 429
            assert int(answer.headers["retry-after"]) >= 1
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert b"sockets of a link" in answer.body or b"handshakes of a link" in answer.body
        written = run.say("Nobody else notices. ")
        assert first.events(1) == second.events(1) == written
    assert len([record for record in caplog.records if "of a link" in record.getMessage()]) <= 2
    loop.call(server.end())
    assert token not in caplog.text


def test_wrong_tokens_are_limited(settings, loop, run, caplog):
    told, server = served_on_loop(settings, limits=Limits(settings, wrong_tokens=5))
    statuses = [ask(told.url, "GET", "/api/documents", authorization=f"Bearer wrong-{n}").status for n in range(8)]
    assert statuses == [401] * 5 + [429] * 3
    answer = ask(told.url, "GET", "/api/documents", authorization="Bearer wrong")
    assert int(answer.headers["retry-after"]) >= 1
    assert told.get("/api/documents").status == 200  # a good token is not held up
    with pytest.raises(InvalidStatus) as refused, Viewer(told.url, run.thread_id, "wrong"):
        pass
    assert refused.value.response.status_code == 429
    with Viewer(told.url, run.thread_id, told.token) as viewer:
        viewer.begun()
    assert ask(told.url, "GET", "/api/documents").status == 401  # none shown: there is nothing to guess
    loop.call(server.end())
    assert len([record for record in caplog.records if record.getMessage().startswith("refused")]) <= 3


def test_handshakes_are_limited(settings, loop, run, caplog):
    told, server = served_on_loop(settings, limits=Limits(small()))
    statuses = []
    with caplog.at_level(logging.WARNING):
        for _ in range(20):
            try:
                with Viewer(told.url, run.thread_id, None) as viewer:
                    statuses.append(viewer.closed()[0])
            except InvalidStatus as error:
                statuses.append(error.response.status_code)
    assert statuses == [4401] * 12 + [429] * 8
    assert len(caplog.records) == 2
    assert BackgroundLoop.current() is loop
    loop.call(server.end())
