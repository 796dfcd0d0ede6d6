"""``workbench dashboard``: Voila with its server, and the link that opens it."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import click
import orjson

from workbench.cli.options import as_json
from workbench.config import Settings, shared_folder
from workbench.errors import WorkbenchError, printable_json
from workbench.server.access import normal_origin
from workbench.server.hosting import LOOPBACK, listening_socket
from workbench.server.local_server import open_default_socket, start_server
from workbench.server.sharing import dashboard_token, public_address
from workbench.workflow.bench import Bench
from workbench.workflow.opening import attach

NOTEBOOK = "dashboard.ipynb"

END_LIMIT_S = 20


@click.command()
@click.argument("thread", required=False)
@click.option("--port", type=click.IntRange(0, 65_535), default=0, show_default=True, help="Of Voila; 0: a free one.")
@click.option("--hours", type=float, default=24, show_default=True, help="How long the link opens it; fractions count.")
@click.option("--user-id", default="dashboard", show_default=True, help="Who makes the link; asserted, and recorded.")
@as_json
def dashboard(thread: str | None, port: int, hours: float, user_id: str, json_: bool) -> None:
    """Show petitions as they are being written, read-only, until told to end (Ctrl-C, SIGTERM).

    Prints one link: to the run THREAD, or, without it, to every run of this Redis. It is a key: who has it can read.
    """
    settings = Settings.from_env()
    public = public_address(settings)
    origins = [_origin_of(public)] if public else []
    if thread is not None:
        attach(thread, settings=settings)  # an unknown one is said now
    if port:
        listening_socket(LOOPBACK, port).close()  # a taken one too
    token = dashboard_token(settings, thread, hours=hours, user_id=user_id)
    bound = open_default_socket()
    server_url = f"http://{LOOPBACK}:{bound.getsockname()[1]}"
    order = {
        "notebook": str(shared_folder("notebooks") / NOTEBOOK),
        "port": port,
        "servers": [*([public] if public else []), server_url],
        "hosts": [urlsplit(public).hostname] if public else [],
        "use_websocket": settings.use_websocket,
    }
    voila = _start_voila(order)
    try:
        with _told_to_end() as over:
            page_port = _port_of(voila)
            origins += [f"http://{name}:{page_port}" for name in (LOOPBACK, "localhost")]
            start_server(settings, bound, "dashboard", origins)
            asked = urlencode({**({"thread": thread} if thread else {}), "token": token})
            _announce(f"http://{LOOPBACK}:{page_port}/?{asked}", json_=json_)
            threading.Thread(target=_wait_for, args=(voila, over), name="wait for Voila", daemon=True).start()
            over.wait()
        if voila.poll() is not None:
            raise WorkbenchError(f"Voila ended by itself (status {voila.returncode})")
    finally:
        bound.close()
        _end(voila)
        Bench.current().close()


def _origin_of(public: str) -> str:
    parts = urlsplit(public)
    return normal_origin(f"{parts.scheme}://{parts.netloc}")


def _start_voila(order: dict[str, Any]) -> subprocess.Popen[bytes]:
    """It ends when its input closes, so also when this process is killed; Ctrl-C reaches it by that way alone."""
    voila = subprocess.Popen(
        [sys.executable, "-m", "workbench.server.voila_app"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert voila.stdin is not None  # noqa: S101 - a pipe was asked for
    with contextlib.suppress(BrokenPipeError):  # what it died of is said where its port is waited for
        voila.stdin.write(orjson.dumps(order) + b"\n")
        voila.stdin.flush()
    return voila


def _port_of(voila: subprocess.Popen[bytes]) -> int:
    assert voila.stdout is not None  # noqa: S101 - a pipe was asked for
    line = voila.stdout.readline()
    if not line:
        raise WorkbenchError("Voila did not start; what it said of it stands above")
    return int(orjson.loads(line)["port"])


def _wait_for(voila: subprocess.Popen[bytes], over: threading.Event) -> None:
    voila.wait()
    over.set()


@contextlib.contextmanager
def _told_to_end() -> Iterator[threading.Event]:
    """Set by Ctrl-C, SIGTERM or a closed terminal: whoever is told to end, and ends, has not failed."""
    over = threading.Event()
    before = {}
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # nohup's wish is kept
            before[number] = signal.signal(number, lambda *_: over.set())
    try:
        yield over
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(voila: subprocess.Popen[bytes]) -> None:
    for pipe in (voila.stdin, voila.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    try:
        voila.wait(END_LIMIT_S)
    except subprocess.TimeoutExpired:
        voila.kill()
        voila.wait()


def _announce(url: str, *, json_: bool) -> None:
    if json_:
        click.echo(printable_json(orjson.dumps({"url": url})))
    else:
        click.echo(f"the dashboard, for whoever has this link: {url}")
