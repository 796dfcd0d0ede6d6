"""Connections that say nothing, or nothing that makes sense."""

from __future__ import annotations

import contextlib
import http.client
import logging
import resource
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
from watching import Viewer, WrittenRun

from workbench.server import frames, http_protocol, uvicorn_server
from workbench.server.uvicorn_server import RepeatFilter

from .conftest import ask, served_on_loop

NO_FRAMES = (
    b"\xff" * 50,
    b"\x81\x05hello",  # not masked
    b"\x83\x80\0\0\0\0",  # of no known kind
    b"\x89\xfe\x01\x00" + bytes(260),  # a ping of 256 bytes
    b"\x81\xff" + b"\xff" * 12,  # longer than anything
    b"\x80\x80\0\0\0\0",  # goes on with nothing
)


HANDSHAKE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="
)


def opened(served):
    address = urlsplit(served.url)
    return socket.create_connection((address.hostname, address.port), timeout=20)


def rest_of(raw):
    """Reads until the other side closes."""
    data = b""
    while True:
        try:
            more = raw.recv(65_536)
        except ConnectionResetError:
            return data
        if not more:
            return data
        data += more


def is_closed_while_sending(raw):
    for _ in range(200):
        try:
            raw.sendall(b"x")
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_silent_connection_is_closed(served, settings, monkeypatch):
    monkeypatch.setattr(http_protocol, "REQUEST_HEAD_S", 0.3)
    run = WrittenRun(settings)
    with opened(served) as silent, opened(served) as slow, Viewer(served.url, run.thread_id, served.token) as viewer:
        viewer.begun()
        began = time.monotonic()
        slow.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n")  # and not a word more
        for raw in (silent, slow):
            assert rest_of(raw) == b""
        assert time.monotonic() - began < 5
        assert viewer.is_quiet(0.5)
        written = run.say("Still here. ")
        assert viewer.events(1) == written
    assert ask(served.url, "GET", "/health").status == 200


def test_every_head_has_a_deadline(served, monkeypatch):
    monkeypatch.setattr(http_protocol, "REQUEST_HEAD_S", 0.3)
    with opened(served) as raw:
        raw.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert raw.recv(65_536).startswith(b"HTTP/1.1 200")
        raw.sendall(b"G")  # and not a letter more
        rest_of(raw)
    address = urlsplit(served.url)
    client = http.client.HTTPConnection(address.hostname, address.port)
    for _ in range(2):  # between two requests there is no head
        client.request("GET", "/health")
        answer = client.getresponse()
        assert answer.status == 200
        answer.read()
        kept = client.sock
        time.sleep(0.5)
    assert kept is client.sock
    client.close()


@pytest.mark.parametrize("path", ["/health", "/api/documents", "/static/page.js"])
def test_body_after_answer_has_deadline(served, monkeypatch, path):
    monkeypatch.setattr(http_protocol, "REQUEST_HEAD_S", 0.5)
    with opened(served) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n".encode())
        assert is_closed_while_sending(raw)


def test_answered_connection_makes_room(served, monkeypatch):
    monkeypatch.setattr(http_protocol, "MAX_CONNECTIONS_PER_ADDRESS", 3)
    flood = [opened(served) for _ in range(3)]
    for raw in flood:
        raw.sendall(b"POST /api/documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx")
        assert raw.recv(65_536).startswith(b"HTTP/1.1 401")
    assert ask(served.url, "GET", "/health").status == 200
    for raw in flood:
        raw.close()


def test_slow_body_is_closed(served, monkeypatch):
    monkeypatch.setattr(http_protocol, "PROGRESS_S", 0.3)
    with opened(served) as raw:
        head = f"POST /api/generate-petition HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {served.token}\r\n"
        raw.sendall(f"{head}Content-Length: 100000\r\n\r\n".encode())
        assert is_closed_while_sending(raw)


def test_unread_answer_is_given_up(served, monkeypatch):
    monkeypatch.setattr(http_protocol, "PROGRESS_S", 0.3)
    with opened(served) as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        request = b"GET /static/monitor.js HTTP/1.1\r\nHost: localhost\r\n\r\n"
        raw.sendall(request)
        assert raw.recv(1)
        assert len(http_protocol.GUARD._of_address["127.0.0.1"]) == 1
        raw.setblocking(False)
        with contextlib.suppress(BlockingIOError, ConnectionError):
            for _ in range(60):  # more than both machines' buffers take
                raw.sendall(request)
        deadline = time.monotonic() + 20
        while "127.0.0.1" in http_protocol.GUARD._of_address:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_viewer_who_never_reads_is_closed(settings, loop, monkeypatch):
    monkeypatch.setattr(uvicorn_server, "PING_S", 0.3)
    monkeypatch.setattr(frames, "LAST_WORDS_S", 0.1)
    told, server = served_on_loop(settings)
    run = WrittenRun(settings)
    run.say("x" * 1_000_000)
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        address = urlsplit(told.url)
        raw.connect((address.hostname, address.port))
        line = f"GET /api/ws/document/{run.thread_id}?token={told.token} HTTP/1.1\r\nHost: localhost"
        raw.sendall(f"{line}\r\n{HANDSHAKE}\r\n\r\n".encode())
        deadline = time.monotonic() + 20
        # uvicorn alone would wait until everything has been read.
        while not server.server_state.total_requests and not server.server_state.connections:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        while server.server_state.connections:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    loop.call(server.end())


def test_flood_of_connections_makes_room(served, monkeypatch, caplog):
    monkeypatch.setattr(http_protocol, "MAX_CONNECTIONS_PER_ADDRESS", 5)
    uvicorn_server.REPEAT_FILTER.__init__()
    flood = [opened(served) for _ in range(20)]
    for raw in flood:
        with contextlib.suppress(OSError):
            raw.sendall(b"G")
    assert ask(served.url, "GET", "/health").status == 200
    for raw in flood[:14]:
        assert rest_of(raw) == b""
    for raw in flood:
        raw.close()
    assert len([record for record in caplog.records if "connections of one address" in record.getMessage()]) == 1


def test_descriptors_are_kept_in_reserve(served, monkeypatch):
    monkeypatch.setattr(http_protocol, "_connection_limit", lambda: 3)
    flood = [opened(served) for _ in range(9)]
    assert ask(served.url, "GET", "/health").status == 200
    assert rest_of(flood[0]) == b""
    for raw in flood:
        raw.close()


def test_accept_failure_is_one_line():
    accept = uvicorn_server.AcceptFilter()
    records = [
        logging.LogRecord("asyncio", logging.ERROR, "", 0, "socket.accept() out of system resource\nsocket: 1", (),
                          (OSError, OSError(24, "Too many"), None))
        for _ in range(2)
    ]  # fmt: skip
    assert [accept.filter(record) for record in records] == [True, False]
    assert records[0].exc_info is None
    assert "\n" not in records[0].getMessage()
    assert accept.filter(logging.LogRecord("asyncio", logging.ERROR, "", 0, "another", (), None))


def test_garbage_is_refused_and_logged_once(served, caplog):
    for _ in range(20):
        with opened(served) as raw:
            raw.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
            assert raw.recv(4096).startswith(b"HTTP/1.1 400")
    assert len([record for record in caplog.records if "Invalid HTTP" in record.getMessage()]) <= 1
    assert ask(served.url, "GET", "/health").status == 200


def test_unknown_upgrade_is_answered_over_http(served, caplog):
    answer = ask(served.url, "GET", "/health", upgrade="h2c", connection="upgrade")
    assert answer.status == 200
    assert not caplog.records


@pytest.mark.parametrize(
    "head",
    [
        "Upgrade: websocket\r\nConnection: upgrade",
        "Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: x",
        "Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: !",
    ],
)
def test_invalid_handshake_is_refused(served, head, caplog):
    with opened(served) as raw:
        raw.sendall(
            f"GET /api/ws/document/x?token={served.token} HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n".encode()
        )
        assert raw.recv(4096).split(b" ")[1] in {b"400", b"426"}
    assert served.token not in caplog.text


def test_invalid_frames_close_the_socket(served, settings):
    run = WrittenRun(settings)
    with Viewer(served.url, run.thread_id, served.token) as other:
        other.begun()
        for garbage in NO_FRAMES:
            with opened(served) as raw:
                raw.sendall(
                    f"GET /api/ws/document/{run.thread_id}?token={served.token} HTTP/1.1\r\nHost: localhost\r\n"
                    f"{HANDSHAKE}\r\n\r\n".encode()
                )
                data = b""
                while b"initial_state" not in data:
                    data += raw.recv(65_536)
                raw.sendall(garbage)
                assert b"section_delta" not in rest_of(raw)  # it returns: it was closed
        written = run.say("Nobody else notices. ")
        assert other.events(1) == written


def test_log_message_passes_once_a_minute(monkeypatch):
    moments = iter([0.0, 1.0, 2.0, 61.0])
    monkeypatch.setattr(uvicorn_server.time, "monotonic", lambda: next(moments))
    once = RepeatFilter()
    record = logging.LogRecord("x", logging.WARNING, "", 0, "again", (), None)
    other = logging.LogRecord("x", logging.WARNING, "", 0, "another", (), None)
    assert [once.filter(record), once.filter(record), once.filter(other), once.filter(record)] == [
        True, False, True, True,
    ]  # fmt: skip
    failure = logging.LogRecord("x", logging.ERROR, "", 0, "again", (), (ValueError, ValueError(), None))
    assert once.filter(failure)


def test_open_file_limit_is_raised():
    code = (
        "import resource; from workbench.server.uvicorn_server import raise_open_file_limit\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (100, 600))\n"
        "seen = []\n"
        "for sockets in (10, 300, 10_000, 10):\n"
        "    raise_open_file_limit(sockets); seen.append(resource.getrlimit(resource.RLIMIT_NOFILE))\n"
        "print(seen)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[(266, 600), (556, 600), (600, 600), (600, 600)]\n"
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 100
