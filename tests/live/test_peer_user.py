"""The user behind a unix socket: this one, a service, or a stranger."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.config import Settings
from workbench.errors import StoreUnavailableError
from workbench.live import embedded, peer_user
from workbench.live.embedded import ensure_server, socket_path
from workbench.live.open_store import open_store
from workbench.live.peer_user import is_strangers_port, peer_uid, refuse_stranger
from workbench.live.redis_client import connect as make_redis
from workbench.live.redis_client import parse_url

NOBODY = 65_534

PRETENDER = """
import os, socket, sys
os.setuid(int(sys.argv[2]))
listening = socket.socket(socket.AF_UNIX)
listening.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o777)
listening.listen()
print("listens", flush=True)
while True:
    connection, _ = listening.accept()
    heard = connection.recv(1000)
    print("heard", heard, flush=True)
    if heard:
        connection.sendall(b"+PONG\\r\\n")
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path, below a folder to which everybody can write."""
    with tempfile.TemporaryDirectory(prefix="wb-", dir="/tmp") as name:
        yield Path(name)


@pytest.fixture
def listening(folder: Path) -> Iterator[Path]:
    """A socket of this process."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "redis.sock"))
        server.listen()
        yield folder / "redis.sock"


@pytest.fixture
def pretender(folder: Path) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """A socket behind which another user answers like Redis."""
    if os.getuid():
        pytest.skip("only root can start a process of another user")
    folder.chmod(0o777)
    path = folder / "redis.sock"
    command = [sys.executable, "-c", PRETENDER, str(path), str(NOBODY)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "listens\n"
        yield path, process
        process.terminate()


def connect(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(path))
    return connection


def test_peer_is_this_user(listening: Path) -> None:
    with connect(listening) as connection:
        assert peer_uid(connection) == os.getuid()
        refuse_stranger(connection, listening, own_only=True)


def test_unknown_peer_is_the_sockets_owner(listening: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = os.getuid()
    monkeypatch.setattr(peer_user, "peer_uid", lambda _: None)
    with connect(listening) as connection:
        refuse_stranger(connection, listening, own_only=True)
        monkeypatch.setattr(os, "getuid", lambda: owner + 1)
        with pytest.raises(StoreUnavailableError, match=rf"another user \(uid {owner}\); remove it"):
            refuse_stranger(connection, listening, own_only=True)


def test_service_is_admitted_in_own_folder(listening: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer_user, "peer_uid", lambda _: os.getuid() + 1)
    with connect(listening) as connection:
        with pytest.raises(StoreUnavailableError, match="into a folder that only its server can write to"):
            refuse_stranger(connection, listening, own_only=False)
        monkeypatch.setattr(peer_user, "_is_open_to_all", lambda _: False)
        refuse_stranger(connection, listening, own_only=False)
        with pytest.raises(StoreUnavailableError, match="another user"):
            refuse_stranger(connection, listening, own_only=True)


def test_port_of_stranger_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        assert not is_strangers_port(port)  # nobody listens
        server.listen()
        assert not is_strangers_port(port)
        owner = os.getuid()
        monkeypatch.setattr(os, "getuid", lambda: owner + 1)
        assert is_strangers_port(port) is Path("/proc/net/tcp").exists()
        monkeypatch.undo()
    if socket.has_ipv6:
        with socket.socket(socket.AF_INET6) as server:
            server.bind(("::1", 0))
            server.listen()
            monkeypatch.setattr(os, "getuid", lambda: owner + 1)
            assert is_strangers_port(server.getsockname()[1]) is Path("/proc/net/tcp6").exists()


def test_folder_open_to_all_is_found(tmp_path: Path) -> None:
    assert peer_user._is_open_to_all(Path("/tmp/somebody/redis.sock").parent)
    assert not peer_user._is_open_to_all(Path("/usr/lib/redis.sock"))


def test_embedded_server_of_stranger_is_refused(
    pretender: tuple[Path, subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, process = pretender
    monkeypatch.setattr(embedded, "socket_path", lambda _: path)
    monkeypatch.setattr(embedded, "_check_private", lambda _: None)
    with pytest.raises(
        StoreUnavailableError, match=rf"^the server behind {path} belongs to another user \(uid {NOBODY}"
    ):
        ensure_server(Settings(home=tmp_path / "home"))
    assert process.stdout is not None
    assert process.stdout.readline() == "heard b''\n"


async def test_named_socket_of_stranger_hears_nothing(pretender: tuple[Path, subprocess.Popen[str]]) -> None:
    path, process = pretender
    for _ in range(2):
        with pytest.raises(StoreUnavailableError, match=rf"cannot use Redis at unix://{path}: .* \(uid {NOBODY}\)"):
            await open_store(Settings(redis_url=f"unix://{path}"))
        assert process.stdout is not None
        assert process.stdout.readline() == "heard b''\n"


async def test_refused_connection_is_not_kept(listening: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(peer_user, "peer_uid", lambda _: os.getuid() + 1)
    client = make_redis(parse_url(f"unix://{listening}"), Settings(home=tmp_path))
    for _ in range(2):
        with pytest.raises(Exception, match="belongs to another user"):
            await client.ping()
    await client.aclose()


async def test_embedded_connections_are_checked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=home)
    ensure_server(settings)
    store = await open_store(settings)
    await store.aclose()
    monkeypatch.setattr(peer_user, "peer_uid", lambda _: os.getuid() + 1)
    with pytest.raises(StoreUnavailableError, match=f"the server behind {socket_path(settings)} .*; remove it"):
        await open_store(settings)
    monkeypatch.undo()
