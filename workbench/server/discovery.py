"""Discovery of running servers of a home.

A view link needs the address of a server that serves its run.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from workbench.config import Settings
from workbench.errors import make_write_error
from workbench.live.lock_owner import is_gone, this_holder
from workbench.live.open_store import name_store
from workbench.live.peer_user import is_strangers_port
from workbench.server.links import signing_keys
from workbench.server.uvicorn_server import LOOPBACK
from workbench.text.atomic_write import USER_ONLY, write_whole
from workbench.text.clock import now
from workbench.text.private_home import make_private_home

FOLDER = "servers"

_ANSWER_S = 0.5

Kind = Literal["serve", "kernel", "dashboard"]


class RunningServer(BaseModel):
    """Record of a running server, ``WORKBENCH_HOME/servers/<pid>-<port>.json``.

    Attributes:
        url: Address on this machine.
        pid: Process id.
        holder: ``host:pid/user``, which tells whether the process has ended.
        started_at: Moment.
        kind: ``serve``: a process of its own; ``kernel``: in a notebook's kernel, ends with it; ``dashboard``: beside
            Voila.
        store: Name of its store, from :func:`workbench.live.open_store.name_store`.
        kids: Ids of its signing keys.
        shared_url: Address for other machines, where it listens at every address of this one.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str
    pid: int
    holder: str
    started_at: str
    kind: Kind
    store: str = ""
    kids: tuple[str, ...] = ()
    shared_url: str | None = None

    def opens_links_of(self, settings: Settings) -> bool:
        """Tests whether a link made with these settings opens here.

        Its runs and records must be in the server's store, and its signing key among the server's.
        """
        return self.store == name_store(settings) and signing_keys(settings)[0].kid in self.kids


@contextlib.contextmanager
def announce_server(settings: Settings, url: str, kind: Kind) -> Iterator[None]:
    """Lets other processes find a server within the block.

    Raises:
        InputError: ``WORKBENCH_HOME`` cannot be written.
    """
    path = _write_record(settings, url, kind)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def running_servers(settings: Settings) -> list[RunningServer]:
    """Returns the answering servers of this home and machine.

    Servers in a process of their own come first, then the newest. Records of ended processes are removed.
    """
    found = []
    for path in (settings.home / FOLDER).glob("*.json"):
        try:
            server = RunningServer.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            # Removed by its server meanwhile, or written by another version.
            continue
        # A killed server leaves its record behind.
        if is_gone(server.holder):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        # The home may lie on a shared disk: another host's loopback address means nothing here.
        elif server.holder.startswith(f"{socket.gethostname()}:") and _is_answering(server.url):
            found.append(server)
    newest_first = sorted(found, key=lambda server: server.started_at, reverse=True)
    # The sort is stable: within each kind the newest stays first.
    return sorted(newest_first, key=lambda server: server.kind != "serve")


def _write_record(settings: Settings, url: str, kind: Kind) -> Path:
    host, port = urlsplit(url).hostname or LOOPBACK, urlsplit(url).port
    reachable = LOOPBACK if host == "0.0.0.0" else "::1" if host == "::" else host  # noqa: S104 - an address to connect to, not to listen on
    shown = f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
    others = _find_machine_address() if host in {"0.0.0.0", "::"} else None  # noqa: S104 - as above
    record = RunningServer(
        url=shown,
        pid=os.getpid(),
        holder=this_holder("server"),
        started_at=now(),
        kind=kind,
        store=name_store(settings),
        kids=tuple(key.kid for key in signing_keys(settings)),
        shared_url=others and f"http://{others}:{port}",
    )
    path = settings.home / FOLDER / f"{os.getpid()}-{port}.json"
    try:
        make_private_home(settings.home)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, record.model_dump_json().encode(), mode=USER_ONLY)
    except OSError as error:
        raise make_write_error(error, path.parent, "name a folder of yours", field="WORKBENCH_HOME") from None
    return path


def _find_machine_address() -> str | None:
    """Returns this machine's address in its network, or None."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            # No packet is sent: the system only chooses the interface by which it would be. The address is nobody's.
            probe.connect(("192.0.2.1", 9))
            address = str(probe.getsockname()[0])
    except OSError:
        return None
    return None if address.startswith("127.") else address


def _is_answering(url: str) -> bool:
    parts = urlsplit(url)
    # Its record may be left of a server that was killed: a link would bring its token to whoever took the port.
    if is_strangers_port(parts.port or 80):
        return False
    try:
        with socket.create_connection((parts.hostname or LOOPBACK, parts.port or 80), timeout=_ANSWER_S):
            return True
    except OSError:
        return False
