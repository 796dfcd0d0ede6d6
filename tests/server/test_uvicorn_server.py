"""Listening sockets: owners, reach and refusals."""

from __future__ import annotations

import socket

import pytest

from workbench.config import is_loopback
from workbench.errors import InputError
from workbench.server.uvicorn_server import listening_socket, listening_unix_socket


def test_taken_port_is_named():
    with listening_socket("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(InputError, match=f"--port: port {port} of 127.0.0.1 is taken; choose another"):
            listening_socket("127.0.0.1", port)


def test_released_port_can_be_bound():
    with listening_socket("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        first.setblocking(True)
        first.accept()[0].close()  # the side that closes first is left in TIME_WAIT
        client.close()
    listening_socket("127.0.0.1", port).close()


@pytest.mark.parametrize("host", ["203.0.113.1", "no such host", "x" * 300, "256.1.1.1"])
def test_foreign_host_is_named(host):
    with pytest.raises(InputError, match="--host: cannot listen on"):
        listening_socket(host, 0)


@pytest.mark.parametrize(
    ("host", "alone"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("127.9.9.9", True), ("0.0.0.0", False),  # noqa: S104
     ("::", False), ("192.0.2.7", False), ("firm.example", False)],
)  # fmt: skip
def test_loopback_hosts(host, alone):
    assert is_loopback(host) is alone


def test_socket_of_killed_server_is_replaced(tmp_path):
    path = tmp_path / "socket"
    listening_unix_socket(path).close()  # its file stays
    with listening_unix_socket(path), pytest.raises(InputError, match="--unix-socket: cannot listen at"):
        listening_unix_socket(path)


@pytest.mark.parametrize("name", ["missing/socket", "file"])
def test_place_of_no_socket_is_named(tmp_path, name):
    (tmp_path / "file").write_text("kept")
    with pytest.raises(InputError, match="--unix-socket: cannot listen at"):
        listening_unix_socket(tmp_path / name)
    assert (tmp_path / "file").read_text() == "kept"
