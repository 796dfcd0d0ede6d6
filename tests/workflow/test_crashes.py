"""Nothing is lost, whoever crashes.

Real processes and servers are killed, stopped, cut off or left without room.

The model is an HTTP endpoint of the test's own, so the test says when an answer goes on: every blow falls where it is
meant to, without a pause anywhere.
"""

from __future__ import annotations

import contextlib
import os
import pkgutil
import queue
import signal
import time
from collections import Counter

import pytest
import redis
from crashing import check_whole, finished, kept_of, watching
from run_process import Forked

import workbench
from workbench.config import Settings
from workbench.errors import FencedError, InterruptedRunError, LockHeldError, WorkbenchError
from workbench.live import keys
from workbench.live.archive import read_archived
from workbench.live.embedded import ensure_server
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
            return running.enter_context(Forked(do=do, thread_id=thread_id, **how))

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
    assert [snapshot.thread_id for snapshot in repository.list_runs(settings=online).runs] == ["crash"]
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


def write_run_that_dies(place, home):
    """Writes a run in a process that is killed as soon as it calls ``place``."""
    owner, name = place.split(":")
    setattr(pkgutil.resolve_name(owner), name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
    workbench.start("minimal", thread_id="edge", settings=Settings(home=home, cases=CASES), options=UNATTENDED).wait(60)


@pytest.mark.parametrize(
    ("place", "then"),
    [
        ("workbench.workflow.run_folder.RunFolder:write", "start"),
        ("workbench.workflow.run_folder.RunFolder:write_case", "start"),
        ("workbench.workflow.executor.RunExecutor:__init__", "resume"),
        ("workbench.workflow.archiving:archive_run", "attach"),
        ("workbench.live.archive:_write_all", "attach"),
    ],
)
def test_process_killed_at_edge(own_home, place, then):
    settings = Settings(home=own_home, cases=CASES)
    died = Forked.context.Process(target=write_run_that_dies, args=(place, own_home))
    died.start()
    died.join(60)
    assert died.exitcode == -signal.SIGKILL
    if then == "start":
        assert repository.list_runs(settings=settings).runs == [], "not begun, so there is nothing"
        run = workbench.start("minimal", thread_id="edge", settings=settings, options=UNATTENDED)
    else:
        run = getattr(workbench, then)("edge", settings=settings)
    assert run.wait(60).status == "completed"
    assert run.page_text("medal", 1)
    assert read_archived(settings, "edge") is not None
    check_whole(settings, "edge")


def test_overtaken_writer_writes_and_pays_nothing(online, script, process):
    script.hold("publications")
    first = process("start", lock_ttl_s=0.5)
    first.expect("opened")
    # All that wait for no other section: stopped earlier, it would ask for the rest before it knows of the other one.
    assert script.begun["publications"].wait(60)
    script.wait_until_asked("background", "awards", "membership", "continuing_work", "benefit")
    first.signal(signal.SIGSTOP)
    loop = BackgroundLoop.current()
    store = loop.call(loop.store(online))
    while loop.call(store.holder("crash")) is not None:
        time.sleep(0.02)  # until its lock has lapsed
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
