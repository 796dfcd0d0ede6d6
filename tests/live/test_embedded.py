from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import redis
from recording import initial_snapshot, stamped_events

from workbench.config import Settings
from workbench.errors import InputError, StoreUnavailableError
from workbench.live import embedded
from workbench.live.embedded import binary_path, ensure_server, socket_path, stop_server
from workbench.live.open_store import open_store, server_info

STARTER = """
import sys
from pathlib import Path
from workbench.config import Settings
from workbench.live.embedded import ensure_server
sys.stdin.readline()
info = ensure_server(Settings(home=Path(sys.argv[1])))
print(info.pid, info.started, flush=True)
"""


def client(path: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(path))


def gone(pid: int) -> bool:
    """Returns True for an ended process, or a zombie.

    In a container nobody may collect the dead.
    """
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_server_starts_once_and_stops(home: Path) -> None:
    settings = Settings(home=home)
    first, second = ensure_server(settings), ensure_server(settings)
    assert (first.started, second.started) == (True, False)
    assert first.pid == second.pid
    assert first.url == f"unix://{home}/redis.sock"
    assert stop_server(settings)
    assert gone(first.pid)
    assert not stop_server(settings)


def test_server_is_private_and_durable(home: Path) -> None:
    info = ensure_server(Settings(home=home))
    assert stat.S_IMODE(info.socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for path in (home / "redis").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    with client(info.socket) as server:
        wanted = {
            "port": "0",
            "appendonly": "yes",
            "appendfsync": "always",
            "maxmemory-policy": "noeviction",
            "aof-load-truncated": "yes",
        }
        assert {name: server.config_get(name)[name] for name in wanted} == wanted
    listening = [c for c in psutil.Process(info.pid).net_connections("inet") if c.status == psutil.CONN_LISTEN]
    assert listening == []


def test_server_outlives_its_starter(home: Path) -> None:
    output = subprocess.run(
        [sys.executable, "-c", STARTER, str(home)], input="\n", capture_output=True, text=True, check=True, timeout=60
    ).stdout
    pid = int(output.split()[0])
    assert not gone(pid)
    assert os.getsid(pid) != os.getsid(0)
    assert ensure_server(Settings(home=home)).pid == pid


def test_many_processes_start_one_server(home: Path) -> None:
    starters = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", STARTER, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for starter in starters:
        assert starter.stdin is not None
        starter.stdin.write("\n")
        starter.stdin.flush()
    outputs = [starter.communicate(timeout=60)[0].split() for starter in starters]
    assert len({pid for pid, _ in outputs}) == 1
    assert sorted(started for _, started in outputs) == ["False", "False", "True"]


async def test_killed_server_keeps_acknowledged_events(home: Path, thread_id: str) -> None:
    settings = Settings(home=home)
    store = await open_store(settings)
    fence = await store.acquire(thread_id, "elsewhere:1/a")
    await store.write(thread_id, fence, stamped_events(), initial_snapshot())
    await store.aclose()
    first = ensure_server(settings)
    os.kill(first.pid, signal.SIGKILL)
    store = await open_store(settings)
    assert ensure_server(settings).pid != first.pid
    assert len(await store.events(thread_id)) == len(stamped_events())
    await store.write(thread_id, fence, [])  # the fencing number was kept too
    await store.aclose()


def test_truncated_append_file_is_accepted(home: Path) -> None:
    settings = Settings(home=home)
    info = ensure_server(settings)
    with client(info.socket) as server:
        server.set("kept", "yes")
        server.set("cut", "x" * 100)
    os.kill(info.pid, signal.SIGKILL)
    while not gone(info.pid):
        pass
    (log_file,) = (home / "redis" / "appendonlydir").glob("*.incr.aof")
    os.truncate(log_file, log_file.stat().st_size - 20)
    with client(ensure_server(settings).socket) as server:
        assert server.get("kept") == b"yes"
        assert server.get("cut") is None


def test_leftovers_of_crash_do_no_harm(home: Path) -> None:
    settings = Settings(home=home)
    home.mkdir(mode=0o700)
    (home / "redis").mkdir(mode=0o700)
    (home / "redis.sock").write_text("not a socket")
    (home / "redis" / "server.pid").write_text(str(os.getpid()))
    info = ensure_server(settings)
    assert info.started
    assert info.pid != os.getpid()


def test_silent_server_is_not_doubled(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=home)
    info = ensure_server(settings)
    info.socket.unlink()  # as a cleaner of temporary files does
    monkeypatch.setattr(embedded, "START_LIMIT_S", 0.2)
    with pytest.raises(StoreUnavailableError, match=r"does not answer within .*; see .*server\.log"):
        ensure_server(settings)
    assert not gone(info.pid)
    monkeypatch.undo()
    assert stop_server(settings)
    assert ensure_server(settings).started


def test_server_that_cannot_start_explains(home: Path) -> None:
    settings = Settings(home=home)
    ensure_server(settings)
    stop_server(settings)
    (manifest,) = (home / "redis" / "appendonlydir").glob("*.manifest")
    manifest.write_text("nonsense\n")
    with pytest.raises(StoreUnavailableError, match=r"embedded server of .*; its log ends: .*; see .*server\.log"):
        ensure_server(settings)


def test_stopped_server_is_started_not_revived(home: Path) -> None:
    settings = Settings(home=home)
    ensure_server(settings)
    stop_server(settings)
    with pytest.raises(StoreUnavailableError, match="start it with `workbench redis start`"):
        ensure_server(settings, revive=True)
    assert ensure_server(settings).started
    os.kill(ensure_server(settings).pid, signal.SIGKILL)
    assert ensure_server(settings, revive=True).started


def test_long_home_moves_socket_to_runtime(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home.parent / "runtime"))
    (home.parent / "runtime").mkdir(mode=0o700)
    deep = home / ("long" * 20) / ("x" * 40)
    settings = Settings(home=deep)
    path = socket_path(settings)
    assert len(os.fsencode(path)) <= embedded.LONGEST_SOCKET_PATH
    assert socket_path(Settings(home=deep / "other")) != path
    try:
        info = ensure_server(settings)
        assert info.socket == path
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert (deep / "redis" / "appendonlydir").is_dir()
        stop_server(settings)
        path.parent.chmod(0o777)
        with pytest.raises(InputError, match=r"WORKBENCH_HOME: .* is not private to you; remove it"):
            ensure_server(settings)
    finally:
        stop_server(settings)


def test_home_may_have_odd_characters(home: Path) -> None:
    settings = Settings(home=home / "a ü#?%40@b")
    try:
        assert server_info(settings)["durable"] is True
        assert server_info(settings)["url"] == ensure_server(settings).url
    finally:
        stop_server(settings)


@pytest.mark.parametrize("place", ["a file", "below a file"])
def test_unwritable_home_is_bad_input(home: Path, place: str) -> None:
    home.write_text("in the way")
    bad = home if place == "a file" else home / "below"
    with pytest.raises(
        InputError, match=rf"^{re.escape(str(home))}.*: WORKBENCH_HOME: cannot be written \(.*\); name a"
    ):
        ensure_server(Settings(home=bad))
    home.unlink()


def test_binary_is_from_the_wheel() -> None:
    path = binary_path()
    assert path is not None
    assert path.name == "valkey-server"


def test_replaceable_socket_folder_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = home.parent / "shared"  # such as /tmp/runtime-1000, made by somebody who was there before us
    runtime.mkdir()
    runtime.chmod(0o777)
    monkeypatch.setattr(embedded.platformdirs, "user_runtime_path", lambda name, **_: runtime / name)
    settings = Settings(home=home / ("long" * 20) / ("x" * 40))
    with pytest.raises(InputError, match=r"WORKBENCH_HOME: .* is not private to you"):
        ensure_server(settings)


def test_missing_runtime_folder_warns_of_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert socket_path(Settings(home=home / ("long" * 20) / ("x" * 40))).name == "redis.sock"
