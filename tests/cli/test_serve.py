"""``workbench serve`` as a process: start, tokens, warnings, end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

import workbench.cli

COMMAND = [sys.executable, "-c", "from workbench.cli import main; main()", "serve"]


@contextmanager
def serving(*options: str, **environment: str):
    with subprocess.Popen(
        [*COMMAND, *options], env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline()
        finally:
            process.kill()


def get(url: str) -> tuple[int, bytes]:
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - an http address of ours
        return answer.status, answer.read()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_serve_ends_on_signal(number):
    with serving("--port", "0", "--json") as (process, line):
        told = json.loads(line)
        assert told.keys() == {"url", "author_token", "pid"}
        assert told["pid"] == process.pid
        assert get(f"{told['url']}/api/documents?token={told['author_token']}")[0] == 200
        process.send_signal(number)
        rest, errors = process.communicate(timeout=30)
    assert (process.returncode, rest, errors) == (0, "", "")  # nothing was logged, least of all the token


def test_only_json_prints_token(tmp_path):
    token = "a-token-for-this-test-only"
    with serving("--port", "0", WORKBENCH_AUTHOR_TOKEN=token) as (process, line):
        assert line.startswith("serving http://127.0.0.1:")
        assert f"(pid {process.pid})" in line
        assert "WORKBENCH_AUTHOR_TOKEN" in line
        url = line.split()[1]
        assert json.loads(get(f"{url}/ready")[1]) == {"status": "ready", "durable": True, "lag_ms": 0.0}
        assert get(f"{url}/api/documents?token={token}")[0] == 200
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port), timeout=20) as raw:
            raw.sendall(f"GET /?token={token} nonsense\r\n\r\n".encode())
            assert b"400" in raw.recv(4096)
        process.terminate()
        rest, errors = process.communicate(timeout=30)
    assert token not in line + rest + errors


def test_serve_listens_at_a_unix_socket(tmp_path, shared_home):
    place = tmp_path / "socket"
    token = "a-token-for-this-test-only"
    with serving("--unix-socket", str(place), WORKBENCH_AUTHOR_TOKEN=token) as (process, line):
        assert line.startswith(f"serving unix:{place} ")
        statuses = []
        for request in ("GET /health", "GET /api/documents", "POST /api/share/nobody"):
            with socket.socket(socket.AF_UNIX) as raw:
                raw.settimeout(20)
                raw.connect(str(place))
                raw.sendall(f"{request}?token={token} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
                statuses.append(int(raw.recv(4096).split(b" ")[1]))
        assert statuses == [200, 200, 400]
        assert not list((shared_home / "servers").glob(f"{process.pid}-*")), "a link cannot begin with a path"
        process.terminate()
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors, place.exists()) == (0, "", False)


def test_two_servers_share_token():
    with serving("--port", "0", "--json") as (_, first), serving("--port", "0", "--json") as (_, second):
        one, two = json.loads(first), json.loads(second)
        assert one["author_token"] == two["author_token"]
        assert one["url"] != two["url"]
        documents = [get(f"{each['url']}/api/documents?token={one['author_token']}") for each in (one, two)]
        assert documents[0] == documents[1]


def test_public_address_gives_warning():
    with serving("--port", "0", "--host", "0.0.0.0", "--json") as (process, line):  # noqa: S104
        assert json.loads(line)["url"].startswith("http://0.0.0.0:")
        process.terminate()
        assert "put TLS" in process.communicate(timeout=30)[1]


def test_short_token_gives_warning():
    with serving("--port", "0", "--json", WORKBENCH_AUTHOR_TOKEN="short") as (process, _):
        process.terminate()
        assert "short enough to be guessed" in process.communicate(timeout=30)[1]


@pytest.fixture
def taken():
    with socket.socket() as first:
        first.bind(("127.0.0.1", 0))
        first.listen()
        yield first.getsockname()[1]


def test_port_in_use_is_reported(taken, root_logger, capsys):
    assert workbench.cli.run(["serve", "--port", str(taken)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"--port: port {taken} of 127.0.0.1 is taken; choose another, or 0 for a free one\n"


@pytest.mark.parametrize(
    ("arguments", "environment", "says"),
    [
        (["--host", "203.0.113.1"], {}, "--host"),
        (["--port", "70000"], {}, "--port"),
        (["--origin", "hub.example.org"], {}, "--origin"),
        ([], {"WORKBENCH_AUTHOR_TOKEN": "two words"}, "WORKBENCH_AUTHOR_TOKEN"),
        ([], {"REDIS_URL": "redis://127.0.0.1:1/0"}, "127.0.0.1:1"),
        ([], {"WORKBENCH_HOME": "/proc/nothing"}, "WORKBENCH_HOME"),
    ],
)
def test_bad_input_is_one_line(monkeypatch, root_logger, capsys, arguments, environment, says):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert workbench.cli.run(["serve", "--port", "0", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert says in printed.err
    assert len(printed.err.splitlines()) == 1
