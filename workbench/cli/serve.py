"""``workbench serve``: the server, in a process of its own."""

from __future__ import annotations

import contextlib
import gc
import os
from pathlib import Path

import click

from workbench.cli.file_path import FilePath
from workbench.cli.options import json_option
from workbench.cli.output import print_json
from workbench.cli.start_page import open_start_page
from workbench.config import Settings, is_loopback
from workbench.server.app import create_app
from workbench.server.auth import SHORT_TOKEN_LETTERS, author_token, normal_origin, own_origins, token_path
from workbench.server.discovery import announce_server
from workbench.server.jupyter_proxy import take_front
from workbench.server.logs import FORMATS, LEVELS, log_to_stderr
from workbench.server.uvicorn_server import (
    LOOPBACK,
    WorkbenchServer,
    listening_socket,
    listening_unix_socket,
    raise_open_file_limit,
)
from workbench.workflow.loop import BackgroundLoop

_OBJECTS_BETWEEN_COLLECTIONS = 700

_OPEN_TO_ALL = (
    "WARNING: {host} can be reached from other machines, and tokens and petitions are sent unencrypted: "
    "put TLS (a reverse proxy) in front of it, and give its address with --origin"
)


@click.command()
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8765, show_default=True, help="0: any free port.")
@click.option(
    "--unix-socket",
    type=FilePath(dir_okay=False),
    help="Listen at this file instead, for a proxy of yours; no other user reaches a private folder.",
)
@click.option(
    "--origin", "origins", multiple=True, metavar="URL", help="Further origin of pages that may connect; repeatable."
)
@click.option(
    "--log-format",
    type=click.Choice(FORMATS),
    default=FORMATS[0],
    show_default=True,
    help="Format of the log, on stderr.",
)
@click.option("--log-level", type=click.Choice(LEVELS), default="warning", show_default=True, help="Least level.")
@json_option
def serve(
    host: str,
    port: int,
    unix_socket: Path | None,
    origins: tuple[str, ...],
    log_format: str,
    log_level: str,
    json_: bool,
) -> None:
    """Serve REST and live pages of this Redis's runs.

    The server ends on Ctrl-C or SIGTERM. Any number of servers may use one Redis. Every route except /health and /ready
    needs a token; only --json prints the author's. When the server ends, runs that it writes are left paused, and
    viewers are told to reconnect.
    """
    log_to_stderr(log_format, log_level)
    settings = Settings.from_env()
    token = author_token(settings)
    raise_open_file_limit(settings.max_viewers)
    bound = listening_socket(host, port) if unix_socket is None else listening_unix_socket(unix_socket)
    try:
        front = take_front(os.environ)
        app = create_app(
            settings,
            origins=own_origins(host, bound.getsockname()[1], origins)
            if unix_socket is None
            else map(normal_origin, origins),
            jupyter_token=front and front.token,
            write_start_page=front and (lambda: open_start_page(front.folder, settings)),
        )
        loop = BackgroundLoop.current()
        store = loop.call(loop.store(settings))  # reports an unreachable store now, not at the first request
        if store.notice is not None:
            click.echo(store.notice, err=True)
        if unix_socket is None and not is_loopback(host):
            click.echo(_OPEN_TO_ALL.format(host=host), err=True)
        if len(token) < SHORT_TOKEN_LETTERS:
            click.echo("WARNING: WORKBENCH_AUTHOR_TOKEN is short enough to be guessed", err=True)
        server = WorkbenchServer(app, bound, lambda: _print_address(server.url, token, settings, json_=json_))
        # A garbage collection that walks through all imports would delay every viewer by 0.1 s and more
        # (docs/decisions.md, "Imports are frozen in the server process").
        gc.collect()
        gc.freeze()
        gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)  # the interpreter's own: a server runs for months
        # A link cannot begin with the path of a socket.
        with announce_server(settings, server.url, "serve") if unix_socket is None else contextlib.nullcontext():
            server.run_here()
    finally:
        bound.close()
        if unix_socket is not None:
            unix_socket.unlink(missing_ok=True)


def _print_address(url: str, token: str, settings: Settings, *, json_: bool) -> None:
    if json_:
        print_json({"url": url, "author_token": token, "pid": os.getpid()})
        return
    where = "WORKBENCH_AUTHOR_TOKEN" if settings.author_token is not None else token_path(settings)
    click.echo(f"serving {url} (pid {os.getpid()}); the author token is in {where}")
