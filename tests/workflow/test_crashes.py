"""Nothing is lost, whoever crashes.

Real processes and servers are killed, stopped, cut off or left without room.

The model is an HTTP endpoint of the test's own, so the test says when an answer goes on: every blow falls where it is
meant to, without a pause anywhere.
"""

from __future__ import annotations

import contextlib
import os
import queue
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from crashing import check_whole, finished, has_text, kept_of, watching
from run_process import RunProcess

import workbench
from workbench.config import Settings
from workbench.errors import FencedError, InterruptedRunError, LockHeldError, StoreError, WorkbenchError
from workbench.live import keys
from workbench.live.archive import read_archived
from workbench.live.embedded import binary_path, ensure_server
from workbench.workflow import repository
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.start import reopen

from .conftest import CASES, SECTIONS, UNATTENDED, GatedModel, SampleModel, start, statuses


@pytest.fixture
def process(online):
    """Makes processes that write a run; they are gone afterwards."""
    with contextlib.ExitStack() as running:

        def make(do, thread_id="crash", **how):
            plain = online.model_dump(mode="json", exclude_none=True) | {"openai_api_key": "sk-test"}
            how = {"case": "minimal", "options": {"unattended": True}, "settings": plain, **how}
            return running.enter_context(RunProcess(do=do, thread_id=thread_id, **how))

        yield make


def test_process_killed_in_mid_draft(online, script, process, until):
    script.hold("publications")
    first = process("start")
    first.expect("opened")
    viewer = workbench.attach("crash", settings=online)
    seen = watching(viewer)
    until(viewer, lambda s: {"awards", "membership"} <= finished(s) and s.section("publications").content)
    done = finished(viewer.snapshot)
    texts = {name: viewer.snapshot.section(name).content for name in done}
    first.kill()
    script.let_go("publications")
    assert repository.find_orphans([viewer.snapshot], settings=online) == {"crash"}
    again = process("resume")  # at once: a dead holder's lock need not lapse
    assert again.expect("halted")["halted"] == "completed"
    again.leave()
    until(viewer, lambda s: s.status == "completed")
    asked = Counter(script.asked)
    assert {name: asked[name] for name in done} == dict.fromkeys(done, 1), "nothing finished is paid again"
    assert asked["publications"] == 2
    assert {name: viewer.snapshot.section(name).content for name in done} == texts
    check_whole(online, "crash", seen)


def test_attach_takes_over_killed_run(online, script, process, until):
    script.hold("publications")
    first = process("start")
    script.begun["publications"].wait(60)
    first.expect("opened")
    first.kill()
    script.let_go("publications")
    run = workbench.attach("crash", settings=online)
    assert run.snapshot.status == "generating"
    assert not run.held_elsewhere
    run.pause()  # whoever gives the order takes the run up
    assert run.wait(60).status == "paused"
    run.resume()
    assert run.wait(60).status == "completed"
    check_whole(online, "crash")


class Signs:
    """Signs of life that a follower of a run is told."""

    def __init__(self, run) -> None:
        self._told = queue.Queue()
        run.on_sign(self._told.put)

    def until(self, state):
        while (sign := self._told.get(timeout=60)).state != state:
            pass
        return sign


def test_killed_writer_is_lost_to_viewers(online, script, process):
    script.hold("publications")
    first = process("start")
    script.begun["publications"].wait(60)
    first.expect("opened")
    viewer = workbench.attach("crash", settings=online)
    signs = Signs(viewer)
    assert signs.until("alive").silent_s < 4
    first.kill()
    assert signs.until("lost").silent_s <= 5, "known at once on the same machine"
    with pytest.raises(
        InterruptedRunError, match=r"^run crash of case minimal was interrupted, \d of 9 drafted"
    ) as asked:
        workbench.start("minimal", settings=online)
    assert asked.value.thread_id == "crash"
    assert 'run = workbench.resume("crash")' in str(asked.value)
    assert [snapshot.thread_id for snapshot in repository.list_runs(settings=online)] == ["crash"]
    script.let_go("publications")
    run = workbench.resume("crash", settings=online)
    assert run.wait(60).status == "completed"
    check_whole(online, "crash")
    again = workbench.prepare("minimal", settings=online)  # nothing is interrupted any more
    again.cancel()


def test_second_run_is_made_on_demand(online, script, process):
    script.hold("publications")
    first = process("start")
    script.begun["publications"].wait(60)
    first.expect("opened")
    first.kill()
    for how in ({"new": True}, {"thread_id": "another"}):
        run = workbench.prepare("minimal", settings=online, **how)
        assert run.snapshot.status == "pending"
        run.cancel()


def test_suspended_writer_is_silent_then_lost(online, script, process):
    script.hold("publications")
    first = process("start", lock_ttl_s=5)
    script.begun["publications"].wait(60)
    first.expect("opened")
    viewer = workbench.attach("crash", settings=online)
    signs = Signs(viewer)
    signs.until("alive")
    first.signal(signal.SIGSTOP)
    assert signs.until("silent").silent_s >= 2
    assert signs.until("lost").silent_s is None, "its lock has lapsed, and whoever comes may take the run over"
    first.signal(signal.SIGCONT)
    signs.until("alive")


KILLED_AT = """
import os, signal, sys, {module} as module
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
{place} = die
from pathlib import Path
import workbench
from workbench.config import Settings
settings = Settings(home=Path(sys.argv[1]), cases=Path(sys.argv[2]))
options = workbench.RunOptions(unattended=True)
workbench.start("minimal", thread_id="edge", settings=settings, options=options).wait(60)
"""


@pytest.mark.parametrize(
    ("module", "place", "then"),
    [
        ("workbench.workflow.run_factory", "module.RunFolder.write", "start"),
        ("workbench.workflow.run_factory", "module.RunFolder.write_case", "start"),
        ("workbench.workflow.run_factory", "module.RunExecutor.__init__", "resume"),
        ("workbench.workflow.archiving", "module.archive_run", "attach"),
        ("workbench.live.archive", "module._write_all", "attach"),
    ],
)
def test_process_killed_at_edge(own_home, module, place, then):
    settings = Settings(home=own_home, cases=CASES)
    code = KILLED_AT.format(module=module, place=place)
    died = subprocess.run([sys.executable, "-c", code, str(own_home), str(CASES)], check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL
    if then == "start":
        assert repository.list_runs(settings=settings) == [], "not begun, so there is nothing"
        run = workbench.start("minimal", thread_id="edge", settings=settings, options=UNATTENDED)
    else:
        run = getattr(workbench, then)("edge", settings=settings)
    assert run.wait(60).status == "completed"
    assert run.page_text("medal", 1)
    assert read_archived(settings, "edge") is not None
    check_whole(settings, "edge")


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
    assert back.wait(5)
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


def test_overtaken_writer_writes_and_pays_nothing(online, script, process):
    script.hold("publications")
    first = process("start", lock_ttl_s=0.5)
    first.expect("opened")
    assert script.begun["publications"].wait(60)
    first.signal(signal.SIGSTOP)
    loop = BackgroundLoop.current()
    store = loop.call(loop.store(online))
    while loop.call(store.holder("crash")) is not None:
        pass  # until its lock has lapsed
    first_gate = script.held.pop("publications")  # the second one's request is answered at once, the first one's waits
    second = process("resume", lock_ttl_s=0.5)
    second.expect("opened")
    before = len(kept_of(online, "crash")[0])
    assert second.expect("halted")["halted"] == "completed"
    asked = list(script.asked)
    first.signal(signal.SIGCONT)
    first_gate.set()
    broke = first.expect("broke")
    assert broke["broke"] == "FencedError"
    first.leave()
    stream, _ = kept_of(online, "crash")
    assert not {event.id for event in stream[before:]} & first.wrote
    assert script.asked == asked
    second.leave()
    check_whole(online, "crash")


def test_second_start_names_the_writer(online, script, process):
    script.hold("awards")
    first = process("start")
    pid = first.expect("opened")["pid"]
    with pytest.raises(LockHeldError, match=str(pid)):
        reopen("crash", settings=online)
    with pytest.raises(WorkbenchError, match="there is a run crash already"):
        workbench.start("minimal", thread_id="crash", settings=online)


def test_two_runs_side_by_side(minimal, settings, until):
    slow, quick = GatedModel("publications"), SampleModel()
    first, second = start(minimal, settings, slow), start(minimal, settings, quick)
    assert second.wait(60).status == "completed"
    assert first.snapshot.status == "generating"
    first.pause()
    slow.let_go("publications")
    assert first.wait(60).status == "paused"
    first.resume()
    assert statuses(first.wait(60)) == statuses(second.snapshot)
    assert sorted(slow.calls) == sorted(quick.calls) == sorted(SECTIONS)


def test_keys_of_killed_run_expire_together(online, script, process):
    script.hold("awards")
    first = process("start")
    assert script.begun["awards"].wait(60)
    first.kill()
    script.let_go("awards")
    with redis.Redis(unix_socket_path=str(ensure_server(online).socket)) as client:
        held = [key for key in keys.thread_keys("crash") if client.exists(key) and not key.endswith(":lock")]
        assert {client.pexpiretime(key) for key in held} == {-1}, "nothing of an orphan expires"
        again = process("resume")
        assert again.expect("halted")["halted"] == "completed"
        again.leave()
        left = [key for key in keys.thread_keys("crash") if client.exists(key)]
        (moment,) = {client.pexpiretime(key) for key in left}
        assert moment > 0


def test_overtaken_run_raises(minimal, own_home, until):
    settings = Settings(home=own_home, cases=CASES)
    model = GatedModel("publications")
    run = start(minimal, settings, model)
    until(run, lambda s: "awards" in finished(s))
    loop = BackgroundLoop.current()
    store = loop.call(loop.store(settings))

    async def overtake():
        await store._client.delete(keys.part_key(run.thread_id, keys.LOCK))
        await store.acquire(run.thread_id, "elsewhere:1/somebody")

    loop.call(overtake())
    model.let_go("publications")
    with pytest.raises(FencedError):
        run.wait(60)
