"""Runs whose store ends, is cut off, is full or takes no writes.

Real servers are killed, stopped and left without room.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import subprocess
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from crashing import check_whole, finished, has_text, kept_of, watching

import workbench
from workbench.config import Settings
from workbench.errors import StoreError
from workbench.live.archive import read_archived
from workbench.live.embedded import binary_path, ensure_server
from workbench.workflow.loop import BackgroundLoop

from .conftest import CASES, SECTIONS, UNATTENDED, GatedModel, start


def test_embedded_server_killed_in_mid_run(online, script, until):
    script.hold("publications")
    run = workbench.start("minimal", settings=online, options=UNATTENDED)
    seen = watching(run)
    said, back = [], threading.Event()

    def hear(away):
        said.append(away)
        if not away:
            back.set()

    run.on_waiting(hear)
    until(run, has_text("publications"))
    os.kill(ensure_server(online).pid, signal.SIGKILL)
    script.let_go("publications")
    assert run.wait(60).status == "completed"
    assert back.wait(60)
    assert said[:2] == [True, False]
    assert Counter(script.asked) == Counter(SECTIONS)
    check_whole(online, run.thread_id, seen)


class TcpServer:
    """A Valkey on a port, of the test's own."""

    def __init__(self, folder) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.folder = folder
        self.start()

    def start(self) -> None:
        command = [str(binary_path()), "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder)]
        command += ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        while not self.answers():
            assert self.process.poll() is None

    def answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 5) as there:
            there.sendall(b"PING\r\n")
            return there.recv(16).startswith(b"+PONG")
        return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def tcp_server(tmp_path):
    server = TcpServer(tmp_path)
    yield server
    BackgroundLoop.current().close()
    server.kill()


def test_redis_on_port_restarted(tcp_server, tmp_path, minimal, until):
    settings = Settings(home=tmp_path / "home", cases=CASES, redis_url=tcp_server.url)
    model = GatedModel("publications")
    run = start(minimal, settings, model)
    seen = watching(run)
    away, back = threading.Event(), threading.Event()
    run.on_waiting(lambda gone: (away if gone else back).set())
    until(run, lambda s: {"awards", "membership"} <= finished(s))
    tcp_server.kill()
    model.let_go("publications")
    assert away.wait(60)
    assert run.waiting
    assert run.snapshot.section("publications").status != "completed", "nobody is shown what is not kept"
    tcp_server.start()
    assert back.wait(60)
    assert run.wait(60).status == "completed"
    assert sorted(model.calls) == sorted(SECTIONS)
    check_whole(settings, run.thread_id, seen)


def test_full_disk_is_waited_for(tcp_server, tmp_path, minimal, until):
    """RLIMIT_FSIZE on the live server stands for full disks.

    Its file may grow no more, and it refuses writes.
    """
    settings = Settings(home=tmp_path / "home", cases=CASES, redis_url=tcp_server.url)
    model = GatedModel("publications")
    run = start(minimal, settings, model)
    seen = watching(run)
    away, back = threading.Event(), threading.Event()
    run.on_waiting(lambda gone: (away if gone else back).set())
    until(run, lambda s: {"awards", "membership"} <= finished(s))
    (journal,) = (tmp_path / "appendonlydir").glob("*.incr.aof")
    pid = tcp_server.process.pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (journal.stat().st_size, resource.RLIM_INFINITY))
    model.let_go("publications")
    assert away.wait(60)
    assert run.waiting
    resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
    if tcp_server.process.poll() is not None:  # with "always" a server that cannot write ends, rather than lie
        tcp_server.start()
    assert back.wait(60)
    assert run.wait(60).status == "completed"
    assert sorted(model.calls) == sorted(SECTIONS)
    check_whole(settings, run.thread_id, seen)


def configure(server, words):
    with socket.create_connection(("127.0.0.1", server.port), 5) as there:
        there.sendall(words.encode() + b"\r\n")
        assert there.recv(64).startswith(b"+OK")


REFUSING = [
    ("CONFIG SET maxmemory 1mb", "CONFIG SET maxmemory 0", "its memory is full"),
    ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", "it is a read-only replica"),
]


@pytest.mark.parametrize(("refuse", "recover", "why"), REFUSING)
def test_refused_writes_are_waited_for(tcp_server, tmp_path, minimal, until, refuse, recover, why):
    settings = Settings(home=tmp_path / "home", cases=CASES, redis_url=tcp_server.url)
    model = GatedModel("publications")
    run = start(minimal, settings, model)
    seen = watching(run)
    away, back, reasons = threading.Event(), threading.Event(), []

    def hear(gone):
        reasons.append(run.waiting_reason)
        (away if gone else back).set()

    run.on_waiting(hear)
    until(run, lambda s: {"awards", "membership"} <= finished(s))
    configure(tcp_server, refuse)
    model.let_go("publications")
    assert away.wait(60)
    assert why in reasons[0]
    configure(tcp_server, recover)
    assert run.wait(60).status == "completed"
    assert back.is_set()
    assert sorted(model.calls) == sorted(SECTIONS)
    check_whole(settings, run.thread_id, seen)


@pytest.mark.parametrize(("refuse", "recover", "why"), REFUSING)
def test_start_waits_for_refused_writes(tcp_server, tmp_path, minimal, caplog, refuse, recover, why):
    settings = Settings(home=tmp_path / "home", cases=CASES, redis_url=tcp_server.url)
    configure(tcp_server, refuse)
    told = threading.Event()
    caplog.handler.addFilter(lambda record: told.set() or True)
    with ThreadPoolExecutor(1) as pool:
        begun = pool.submit(start, minimal, settings)
        assert told.wait(60)
        assert not begun.done()
        configure(tcp_server, recover)
        run = begun.result(60)
    assert run.wait(60).status == "completed"
    [line] = [record.message for record in caplog.records if "waits for its store" in record.message]
    assert why in line
    check_whole(settings, run.thread_id)


def test_full_disk_at_archiving(minimal, own_home):
    settings = Settings(home=own_home, cases=CASES)
    run = workbench.prepare(minimal, thread_id="full", settings=settings, options=UNATTENDED)
    (own_home / "archive").write_text("in the way")
    run.start()
    with pytest.raises(StoreError, match=r"run full cannot be archived .* make room"):
        run.wait(60)
    assert kept_of(settings, "full")[1].status == "completed"
    (own_home / "archive").unlink()
    again = workbench.attach("full", settings=settings)
    assert again.wait(60).status == "completed"
    assert read_archived(settings, "full").snapshot == again.snapshot


class Proxy:
    """Proxy between the run and its Redis.

    It passes everything on, or cuts, or stalls.
    """

    def __init__(self, port) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._pairs: list[socket.socket] = []
        self.flowing = threading.Event()
        self.flowing.set()
        self.refusing = False
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self.refusing:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._target))
                self._pairs += [near, far]
                for here, there in ((near, far), (far, near)):
                    thread = threading.Thread(target=self._pump, args=(here, there))
                    self._threads.append(thread)
                    thread.start()

    def _pump(self, here, there) -> None:
        with contextlib.suppress(OSError):
            while data := here.recv(65536):
                self.flowing.wait()
                there.sendall(data)
        for end in (here, there):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        self.refusing = True
        for end in self._pairs:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.flowing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join()
        for end in self._pairs:
            end.close()


@pytest.fixture
def proxy(tcp_server):
    proxy = Proxy(tcp_server.port)
    yield proxy
    BackgroundLoop.current().close()
    proxy.close()


@pytest.mark.parametrize("how", ["cut", "stalled"])
def test_a_lost_connection_is_waited_for(proxy, tmp_path, minimal, until, how):
    settings = Settings(
        home=tmp_path / "home",
        cases=CASES,
        redis_url=f"redis://127.0.0.1:{proxy.port}/0",
        redis_socket_timeout_s=0.5,
    )
    model = GatedModel("publications")
    run = start(minimal, settings, model)
    seen = watching(run)
    away, back = threading.Event(), threading.Event()
    run.on_waiting(lambda gone: (away if gone else back).set())
    until(run, lambda s: {"awards", "membership"} <= finished(s))
    if how == "cut":
        proxy.cut()
    else:
        proxy.flowing.clear()
    model.let_go("publications")
    assert away.wait(60)
    proxy.refusing = False
    proxy.flowing.set()
    assert back.wait(60)
    assert run.wait(60).status == "completed"
    assert sorted(model.calls) == sorted(SECTIONS)
    check_whole(settings, run.thread_id, seen)
