"""A cluster of one node: it refuses what crosses a slot, like any other."""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator

from workbench.live.embedded import binary_path


@contextlib.contextmanager
def one_node_cluster() -> Iterator[str]:
    """The cluster's URL; it ends with the block."""
    port, bus_port = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        command = [str(binary_path()), "--bind", "127.0.0.1", "--port", str(port), "--cluster-port", str(bus_port)]
        command += ["--cluster-enabled", "yes", "--appendonly", "yes", "--appendfsync", "always", "--dir", folder]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            try:
                until(lambda: ask(port, "PING") == b"+PONG", process)
                assert ask(port, "CLUSTER ADDSLOTSRANGE 0 16383") == b"+OK"
                until(lambda: b"cluster_state:ok" in ask(port, "CLUSTER INFO"), process)
                yield f"redis+cluster://127.0.0.1:{port}"
            finally:
                process.terminate()
                process.wait()


def free_port() -> int:
    """A port for a server that is started next, below those that the system gives to connections.

    One of those may be somebody's before the server has it. Each process of pytest-xdist has a range of its own.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
    for number in itertools.islice(_numbers, _PORTS):
        port = _FIRST_PORT + worker * _PORTS + number % _PORTS
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")


_FIRST_PORT, _PORTS, _WORKERS = 20_000, 3_000, 4
_numbers = itertools.count(os.getpid() % _PORTS)  # several runs of the tests may be under way


def ask(port: int, command: str) -> bytes:
    """The beginning of a server's answer, or nothing while it is not there."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(command.encode() + b"\r\n")
            return connection.recv(4096).strip()
    except ConnectionError:
        return b""


def until(holds: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Asks until it holds; a process that has ended meanwhile fails the test."""
    deadline = time.monotonic() + 30
    while not holds():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)  # the server tells nobody: asked without a pause, it and the test take both cores
