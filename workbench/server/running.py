"""Running servers: which of them serve this home, so that a link can be built on one; and the one of this process."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.live.holder import is_gone, this_holder
from workbench.server.access import own_origins
from workbench.server.app import create_app
from workbench.server.hosting import LOOPBACK, Hosted, listening_socket
from workbench.text.atomic_write import write_whole
from workbench.text.clock import now
from workbench.workflow.bench import Bench

FOLDER = "servers"

USUAL_PORT = 8765

_ANSWER_S = 0.5

Kind = Literal["serve", "kernel", "dashboard"]


class RunningServer(BaseModel):
    """What a server says of itself while it runs: ``WORKBENCH_HOME/servers/<pid>-<port>.json``.

    Attributes:
        url: Where it is reached from this machine.
        pid: Its process.
        holder: ``host:pid/user``: by it a process that has ended is known.
        started_at: Moment.
        kind: ``serve``: alone; ``kernel``: in a notebook's kernel, gone when that ends; ``dashboard``: beside Voila.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str
    pid: int
    holder: str
    started_at: str
    kind: Kind


@contextlib.contextmanager
def announced(settings: Settings, url: str, kind: Kind) -> Iterator[None]:
    """Has others find the server at that address, until the end of the block.

    Raises:
        InputError: ``WORKBENCH_HOME`` cannot be written.
    """
    path = _announce(settings, url, kind)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def running_servers(settings: Settings) -> list[RunningServer]:
    """The servers of this home and machine that answer now: those alone first, then the newest first.

    What a process that has ended left behind is removed.
    """
    found = []
    for path in (settings.home / FOLDER).glob("*.json"):
        try:
            server = RunningServer.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            continue
        if is_gone(server.holder):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        elif server.holder.startswith(f"{socket.gethostname()}:") and _answers(server.url):
            found.append(server)
    newest_first = sorted(found, key=lambda server: server.started_at, reverse=True)
    return sorted(newest_first, key=lambda server: server.kind != "serve")


def usual_socket() -> socket.socket:
    """Bound on loopback: at port 8765 where that is free, else at any."""
    try:
        return listening_socket(LOOPBACK, USUAL_PORT)
    except InputError:
        return listening_socket(LOOPBACK, 0)


def begin_server(settings: Settings, bound: socket.socket, kind: Kind, origins: Iterable[str] = ()) -> Hosted:
    """A server on the workbench loop that answers when this returns, can be found, and ends with the bench.

    Args:
        settings: Whose runs.
        bound: From :func:`usual_socket`; the server's from now on.
        kind: As what it is announced.
        origins: Of the pages that may ask, beside its own.

    Raises:
        InputError: A token or key cannot be used or made, or ``WORKBENCH_HOME`` cannot be written.
    """
    bench = Bench.current()
    told = contextlib.ExitStack()
    try:
        own = own_origins(LOOPBACK, bound.getsockname()[1], origins)
        server = Hosted(create_app(settings, origins=own), bound)
        told.enter_context(announced(settings, server.url, kind))
    except InputError:
        bound.close()
        raise
    bench.call(server.begin())

    async def leave() -> None:
        told.close()
        await server.end()

    bench.before_close(leave)
    return server


_guard = threading.Lock()
_here: dict[tuple[int, Settings, frozenset[str]], Hosted] = {}
"""By the bench on whose loop they live: a second one of the same process knows nothing of the first's."""


def serving_here(settings: Settings, origins: Iterable[str] = ()) -> Hosted:
    """The server of this process, on the workbench loop and loopback; started by the first call.

    On port 8765 where that is free, else on any. From any thread but the workbench loop's. It ends with the process.

    Args:
        settings: Whose runs.
        origins: Of the pages that may ask, beside its own; for others there is another server.

    Raises:
        InputError: The author token cannot be used or made, or ``WORKBENCH_HOME`` cannot be written.
    """
    bench = Bench.current()
    place = id(bench), settings, frozenset(origins)
    with _guard:
        server = _here.get(place)
        if server is not None and not server.ended:
            return server
        server = begin_server(settings, usual_socket(), "kernel", place[2])
        for key in [key for key, each in _here.items() if each.ended]:
            del _here[key]
        _here[place] = server
        return server


def _announce(settings: Settings, url: str, kind: Kind) -> Path:
    host, port = urlsplit(url).hostname or LOOPBACK, urlsplit(url).port
    reachable = LOOPBACK if host == "0.0.0.0" else "::1" if host == "::" else host  # noqa: S104 - to ask at, not to bind
    shown = f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
    holder = this_holder("server")
    record = RunningServer(url=shown, pid=os.getpid(), holder=holder, started_at=now(), kind=kind)
    path = settings.home / FOLDER / f"{os.getpid()}-{port}.json"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, record.model_dump_json().encode())
    except OSError as error:
        raise InputError(
            Problem(
                what=f"{path.parent} cannot be written ({error.strerror or error})",
                remedy="name a folder of yours",
                field="WORKBENCH_HOME",
            )
        ) from None
    return path


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or LOOPBACK, parts.port or 80), timeout=_ANSWER_S):
            return True
    except OSError:
        return False
