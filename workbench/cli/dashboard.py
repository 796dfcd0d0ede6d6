"""``workbench dashboard``: Voila with a server and a link."""

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

from workbench.cli.options import json_option
from workbench.cli.output import print_json
from workbench.cli.run_id import complete_run_id
from workbench.config import Settings, find_catalogue, shared_folder
from workbench.errors import WorkbenchError
from workbench.server.auth import normal_origin
from workbench.server.local_server import open_default_socket, start_server
from workbench.server.sharing import dashboard_token, public_address
from workbench.server.uvicorn_server import LOOPBACK, listening_socket
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.start import attach

NOTEBOOK = "dashboard.ipynb"

END_LIMIT_S = 20
"""Seconds that Voila has to end its kernels before it is killed."""

# As `workbench.cli.main` does, no collection walks through the imports: neither during them nor at the end.
_VOILA = (
    "import gc, sys; gc.disable(); import workbench.cli; from workbench.server.voila import main; gc.enable(); "
    "status = main(); gc.freeze(); sys.exit(status)"
)


@click.command()
@click.argument("thread", callback=complete_run_id, required=False)
@click.option("--port", type=click.IntRange(0, 65_535), default=0, show_default=True, help="Voila's port; 0: any free.")
@click.option("--hours", type=float, default=24, show_default=True, help="Hours until the link expires, e.g. 0.5.")
@click.option("--user-id", default="dashboard", show_default=True, help="User recorded as the maker of the link.")
@json_option
def dashboard(thread: str | None, port: int, hours: float, user_id: str, json_: bool) -> None:
    """Show runs read-only in Voila while they are written.

    Prints a link to the run THREAD, or without it to every run of this Redis, and serves it until Ctrl-C or SIGTERM.
    Whoever has the link can read.
    """
    settings = Settings.from_env()
    public = public_address(settings)
    origins = [_get_origin(public)] if public else []
    # An unknown run and a port in use are reported now, before Voila starts.
    if thread is not None:
        attach(thread, settings=settings)
    if port:
        listening_socket(LOOPBACK, port).close()
    token = dashboard_token(settings, thread, hours=hours, user_id=user_id)
    bound = open_default_socket()
    server_url = f"http://{LOOPBACK}:{bound.getsockname()[1]}"
    options = {
        "notebook": str(shared_folder("notebooks") / NOTEBOOK),
        "port": port,
        "servers": [*([public] if public else []), server_url],
        "hosts": [urlsplit(public).hostname] if public else [],
        "use_websocket": settings.use_websocket,
        "language": str(find_catalogue(settings.language).resolve()) if settings.language else "",
    }
    voila = _start_voila(options)
    try:
        with _catch_end_signals() as ended:
            page_port = _read_port(voila)
            origins += [f"http://{name}:{page_port}" for name in (LOOPBACK, "localhost")]
            start_server(settings, bound, "dashboard", origins)
            query = urlencode({**({"thread": thread} if thread else {}), "token": token})
            _print_link(f"http://{LOOPBACK}:{page_port}/?{query}", json_=json_)
            threading.Thread(target=_watch_voila, args=(voila, ended), name="wait for Voila", daemon=True).start()
            ended.wait()
        if voila.poll() is not None:
            raise WorkbenchError(f"Voila ended by itself (status {voila.returncode})")
    finally:
        bound.close()
        _stop_voila(voila)
        BackgroundLoop.current().close()


def _get_origin(public: str) -> str:
    parts = urlsplit(public)
    return normal_origin(f"{parts.scheme}://{parts.netloc}")


def _start_voila(options: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Start Voila, which ends when its stdin is closed.

    So it also ends when this process is killed. It runs in a session of its own, because Ctrl-C must not reach it
    before this process has stopped the server.
    """
    voila = subprocess.Popen(  # noqa: S603 - this interpreter and a constant
        [sys.executable, "-c", _VOILA],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert voila.stdin is not None  # noqa: S101 - a pipe was asked for
    with contextlib.suppress(BrokenPipeError):  # if it has died already, _read_port reports it
        voila.stdin.write(orjson.dumps(options) + b"\n")
        voila.stdin.flush()
    return voila


def _read_port(voila: subprocess.Popen[bytes]) -> int:
    assert voila.stdout is not None  # noqa: S101 - a pipe was asked for
    line = voila.stdout.readline()
    if not line:
        raise WorkbenchError("Voila did not start; its own messages are above")
    return int(orjson.loads(line)["port"])


def _watch_voila(voila: subprocess.Popen[bytes], ended: threading.Event) -> None:
    voila.wait()
    ended.set()


@contextlib.contextmanager
def _catch_end_signals() -> Iterator[threading.Event]:
    """Yield an event that Ctrl-C, SIGTERM and SIGHUP set."""
    ended = threading.Event()
    before = {}
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # nohup ignores SIGHUP
            before[number] = signal.signal(number, lambda *_: ended.set())
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop_voila(voila: subprocess.Popen[bytes]) -> None:
    for pipe in (voila.stdin, voila.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    try:
        voila.wait(END_LIMIT_S)
    except subprocess.TimeoutExpired:
        voila.kill()
        voila.wait()


def _print_link(url: str, *, json_: bool) -> None:
    if json_:
        print_json({"url": url})
    else:
        click.echo(f"dashboard, for everybody who has this link: {url}")
