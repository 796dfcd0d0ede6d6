"""The end of a server with viewers.

They go elsewhere and miss nothing; one that does not read holds nobody up.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from crowd import CrowdProcess
from watching import Viewer, WrittenRun

from workbench.server.discovery import announce_server, running_servers
from workbench.server.local_server import ensure_local_server
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.repository import RunPage

from .conftest import ask, served_on_loop

GRACE = "import workbench.server.uvicorn_server as server; server.GRACE_S = {}; "
"""Gives the requests at a server's end other seconds than usual, which a busy machine may take by itself."""


@contextmanager
def serving(settings, *options, before=""):
    """``workbench serve`` in a process of its own; ``before`` is code that runs first."""
    code = f"from workbench.cli import main; {before}main()"
    environment = {**os.environ, "WORKBENCH_HOME": str(settings.home)}
    with subprocess.Popen(
        [sys.executable, "-c", code, "serve", "--port", "0", "--json", *options], env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


@pytest.fixture
def run(settings, loop):
    return WrittenRun(settings)


def test_viewers_move_without_loss(settings, run):
    with serving(settings) as (first, one), serving(settings) as (_, two):
        with Viewer(one["url"], run.thread_id, one["author_token"]) as viewer:
            viewer.begun()
            [known] = run.say("Before. ")
            assert viewer.events(1) == [known]
            first.send_signal(signal.SIGTERM)
            assert viewer.closed() == (1012, "the server restarts; connect again")
        missed = run.say("Meanwhile. ")
        with Viewer(two["url"], run.thread_id, two["author_token"], since=known.id) as viewer:
            assert viewer.next()["type"] == "connected"
            assert viewer.events(1) == missed
        rest, errors = first.communicate(timeout=20)
    assert (first.returncode, rest, errors) == (0, "", "")


def test_slow_viewer_delays_no_shutdown(settings, run):
    with serving(settings, before=GRACE.format(15)) as (process, told), CrowdProcess() as crowd:
        address = told["url"].replace("http", "ws") + f"/api/ws/document/{run.thread_id}?token={told['author_token']}"
        crowd.do("connect", url=address, count=2, stalled=2)
        for _ in range(40):
            run.say("A sentence of some length. " * 600)
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        _, errors = process.communicate(timeout=20)
        assert time.monotonic() - began < 10
        crowd.do("close")
    assert (process.returncode, errors) == (0, "")


def test_an_answer_under_way_is_finished(settings, run, loop):
    asked, told_to_go = threading.Event(), threading.Event()

    def slow(*_args, **_how):
        asked.set()
        assert told_to_go.wait(20)
        return RunPage([], 0, frozenset())

    told, server = served_on_loop(settings)
    server.config.app.state.service.runs = slow
    address = urlsplit(told.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as raw:
        raw.sendall(
            f"GET /api/documents HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {told.token}\r\n\r\n".encode()
        )
        assert asked.wait(20)
        with Viewer(told.url, run.thread_id, told.token) as viewer:
            viewer.begun()
            ending = loop.submit(server.end())
            assert viewer.closed()[0] == 1012
        told_to_go.set()
        assert raw.recv(4096).startswith(b"HTTP/1.1 200 OK")
    ending.result(timeout=20)
    with pytest.raises(OSError, match="refused"):
        ask(told.url, "GET", "/health")


def test_shutdown_opens_no_socket(settings, run, loop):
    told, server = served_on_loop(settings)
    manager = server.config.app.state.manager
    viewers = [Viewer(told.url, run.thread_id, told.token) for _ in range(20)]
    for viewer in viewers:
        viewer.__enter__()
    loop.call(server.end())  # some have had their state, some have not
    for viewer in viewers:
        assert viewer.closed()[0] == 1012
        viewer.__exit__(None, None, None)
    assert manager.get_connection_count() == 0
    assert manager.status()["runs"] == 0


def test_serve_logs_json(settings, run):
    with serving(settings, "--log-format", "json", "--log-level", "info") as (process, told):
        with Viewer(told["url"], run.thread_id, told["author_token"]) as viewer:
            viewer.begun()
        with Viewer(told["url"], run.thread_id, "wrong") as viewer:
            viewer.closed()
        process.terminate()
        _, errors = process.communicate(timeout=20)
    lines = [json.loads(line) for line in errors.splitlines()]
    came = next(line for line in lines if line["message"] == "a viewer came")
    assert (came["thread_id"], came["address"], came["level"]) == (run.thread_id, "127.0.0.1", "info")
    assert any(line["message"] == "refused: token (127.0.0.1)" for line in lines)
    assert told["author_token"] not in errors


# ---- which servers run


def test_running_server_is_found(settings, loop):
    with serving(settings) as (process, told):
        [found] = [server for server in running_servers(settings) if server.pid == process.pid]
        assert (found.url, found.kind) == (told["url"], "serve")
        path = settings.home / "servers" / f"{process.pid}-{urlsplit(found.url).port}.json"
        assert path.exists()
        process.terminate()
        process.wait(timeout=20)
        assert not path.exists()
    assert process.pid not in {server.pid for server in running_servers(settings)}


def test_record_of_killed_server_is_removed(settings, loop):
    with serving(settings) as (process, _):
        process.kill()
        process.wait(timeout=20)
    assert list((settings.home / "servers").glob(f"{process.pid}-*.json"))
    assert process.pid not in {server.pid for server in running_servers(settings)}
    assert not list((settings.home / "servers").glob(f"{process.pid}-*.json"))


def test_dead_server_records_are_skipped(settings, loop):
    folder = settings.home / "servers"
    folder.mkdir(exist_ok=True)
    (folder / "1-1.json").write_text("{")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        with announce_server(settings, f"http://127.0.0.1:{taken.getsockname()[1]}", "serve"):
            assert all(server.pid != os.getpid() for server in running_servers(settings))
    (folder / "1-1.json").unlink()


def test_local_server_ends_with_its_loop(settings):
    loop = BackgroundLoop.current()
    first, second = ensure_local_server(settings), ensure_local_server(settings)
    assert first is second
    assert ask(first.url, "GET", "/health").status == 200
    assert [(server.url, server.kind) for server in running_servers(settings) if server.pid == os.getpid()] == [
        (first.url, "kernel")
    ]
    loop.close()
    assert not [server for server in running_servers(settings) if server.pid == os.getpid()]
    third = ensure_local_server(settings)
    assert third is not first
    assert ask(third.url, "GET", "/health").status == 200
    BackgroundLoop.current().close()
