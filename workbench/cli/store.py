"""``workbench redis``: the store in use, and the embedded server."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

import click
import orjson
from pydantic import SecretStr

from workbench.cli.options import as_json
from workbench.config import Settings
from workbench.errors import printable, printable_json
from workbench.live.embedded import ensure_server, stop_server
from workbench.live.opening import server_info
from workbench.live.rekey import rekey as rekey_runs
from workbench.live.sealing import Seal, new_key


@click.group()
def redis() -> None:
    """The store in use: REDIS_URL, or the embedded server."""


@redis.command()
@as_json
def url(json_: bool) -> None:
    """Print where the store is; the embedded server is started if it is the one in use."""
    _print(_running(), json_=json_, only="url")


@redis.command()
@as_json
def start(json_: bool) -> None:
    """Start the embedded server; it outlives this command."""
    _print(_running(), json_=json_)


@redis.command()
@as_json
def info(json_: bool) -> None:
    """Show the store: url, version, whether writes survive a crash."""
    _print(server_info(Settings.from_env()), json_=json_)


@redis.command()
@as_json
def stop(json_: bool) -> None:
    """Stop the embedded server; its data stays."""
    stopped = stop_server(Settings.from_env())
    _print({"stopped": stopped}, json_=json_)


@redis.command()
@as_json
def key(json_: bool) -> None:
    """Print a new key for WORKBENCH_ENCRYPTION_KEY. It is kept nowhere: who loses it loses what it seals."""
    made = new_key()
    _print({"key": made, "kid": Seal.of(Settings(encryption_key=SecretStr(made))).kid}, json_=json_, only="key")


@redis.command()
@as_json
def rekey(json_: bool) -> int:
    """Seal every run anew under the first key of WORKBENCH_ENCRYPTION_KEY, in the store and in the archive.

    The others open what they sealed; they may go once nothing is left. Can be stopped and started again at any moment.
    """
    done = asyncio.run(rekey_runs(Settings.from_env(), lambda line: click.echo(printable(line), err=True)))
    _print({**asdict(done), "complete": done.complete}, json_=json_)
    if done.old_values:
        click.echo(printable(f"the server's own files may hold old values still: {done.old_values}"), err=True)
    if not done.complete:
        click.echo("not all is under the first key yet: keep the old ones, and run this again", err=True)
    return 0 if done.complete else 1


def _running() -> dict[str, Any]:
    settings = Settings.from_env()
    if settings.redis_url is None and settings.use_redis:
        ensure_server(settings)
    return server_info(settings)


def _print(values: dict[str, Any], *, json_: bool, only: str | None = None) -> None:
    if json_:
        click.echo(printable_json(orjson.dumps(values)))
    elif only is not None:
        click.echo(values[only])
    else:
        for name, value in values.items():
            click.echo(f"{name}: {value}")
