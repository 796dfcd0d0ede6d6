"""``workbench serve``: the server alone, in a process of its own."""

from __future__ import annotations

import gc
import os

import click
import orjson

from workbench.cli.options import as_json
from workbench.config import Settings
from workbench.errors import printable_json
from workbench.server.access import SHORT_TOKEN_LETTERS, author_token, own_origins, token_path
from workbench.server.app import create_app
from workbench.server.hosting import LOOPBACK, WorkbenchServer, is_loopback, listening_socket, raise_open_file_limit
from workbench.server.logs import FORMATS, LEVELS, log_to_stderr
from workbench.server.running import announce_server
from workbench.workflow.bench import Bench

_OPEN_TO_ALL = (
    "WARNING: {host} can be reached from other machines, and what is sent there travels in the clear, tokens and "
    "petitions included: put TLS (a reverse proxy) in front of it, and name its address with --origin"
)


@click.command()
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8765, show_default=True, help="0: a free one.")
@click.option("--origin", "origins", multiple=True, metavar="URL", help="Origin of a page that may ask; repeatable.")
@click.option(
    "--log-format", type=click.Choice(FORMATS), default=FORMATS[0], show_default=True, help="Of the log, on stderr."
)
@click.option("--log-level", type=click.Choice(LEVELS), default="warning", show_default=True)
@as_json
def serve(host: str, port: int, origins: tuple[str, ...], log_format: str, log_level: str, json_: bool) -> None:
    """Serve REST and the live mirror for the runs of this Redis, until told to end (Ctrl-C, SIGTERM).

    Any number of these may run on one Redis. Every route but /health and /ready needs a token; only --json prints the
    author's. Runs that were started through it are left paused when it ends; viewers are told to connect again.
    """
    log_to_stderr(log_format, log_level)
    settings = Settings.from_env()
    token = author_token(settings)
    raise_open_file_limit(settings.max_viewers)
    bound = listening_socket(host, port)
    try:
        app = create_app(settings, origins=own_origins(host, bound.getsockname()[1], origins))
        bench = Bench.current()
        store = bench.call(bench.store(settings))  # one that cannot be reached is said now, not at the first request
        if store.notice is not None:
            click.echo(store.notice, err=True)
        if not is_loopback(host):
            click.echo(_OPEN_TO_ALL.format(host=host), err=True)
        if len(token) < SHORT_TOKEN_LETTERS:
            click.echo("WARNING: WORKBENCH_AUTHOR_TOKEN is short enough to be guessed", err=True)
        server = WorkbenchServer(app, bound, lambda: _tell(server.url, token, settings, json_=json_))
        # What is imported stays: a collection that walks through all of it makes every viewer wait for 0.1 s and more.
        gc.collect()
        gc.freeze()
        with announce_server(settings, server.url, "serve"):
            server.run_here()
    finally:
        bound.close()


def _tell(url: str, token: str, settings: Settings, *, json_: bool) -> None:
    if json_:
        click.echo(printable_json(orjson.dumps({"url": url, "author_token": token, "pid": os.getpid()})))
        return
    where = "WORKBENCH_AUTHOR_TOKEN" if settings.author_token is not None else token_path(settings)
    click.echo(f"serving {url} (pid {os.getpid()}); the author token is in {where}")
