"""Nothing leaves the machine without WORKBENCH_MODEL.

These tests listen.
"""

from __future__ import annotations

import socket
import socketserver
import subprocess
import sys
import threading

import pytest

CODE = """
import workbench
run = workbench.start("minimal", options=workbench.RunOptions(unattended=True))
assert run.wait(60).status == "completed"
workbench.export_petition(run.snapshot, out={out!r})
"""

GUARD = """
import socket
allowed = socket.AF_UNIX
def connect(self, address, *, real=socket.socket.connect):
    if self.family != allowed and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise AssertionError(f"tried to reach {address}")
    return real(self, address)
socket.socket.connect = connect
real_lookup = socket.getaddrinfo
def getaddrinfo(host, *rest, **more):
    if host not in ("127.0.0.1", "::1", "localhost", None):
        raise AssertionError(f"looked up {host}")
    return real_lookup(host, *rest, **more)
socket.getaddrinfo = getaddrinfo
"""


@pytest.fixture
def listener():
    """A server that remembers who came.

    It has the address of everything that might be tempted to send.
    """
    came: list[bytes] = []

    class Remember(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(2)
            came.append(self.request.recv(4096))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Remember) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", came
        server.shutdown()
        thread.join()


def test_key_and_tracing_variable_send_nothing(settings, listener, monkeypatch, tmp_path):
    url, came = listener
    for name, value in {
        "OPENAI_API_KEY": "sk-not-consent",
        "OPENAI_BASE_URL": f"{url}/v1",
        "LANGSMITH_TRACING": "true",
        "LANGCHAIN_TRACING_V2": "true",
        "LANGSMITH_ENDPOINT": url,
        "LANGCHAIN_ENDPOINT": url,
        "LANGSMITH_API_KEY": "ls-not-consent",
        "WORKBENCH_CASES": str(settings.cases),
        "HTTPS_PROXY": url,
        "HTTP_PROXY": url,
    }.items():
        monkeypatch.setenv(name, value)
    code = GUARD + CODE.format(out=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "tried to reach" not in done.stderr
    assert came == []


def test_the_listener_would_have_heard(listener):
    """The check above can fail.

    What is sent to the address is heard.
    """
    url, came = listener
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as there:
        there.sendall(b"hello")
        there.shutdown(socket.SHUT_WR)
        there.recv(1)
    assert came == [b"hello"]
