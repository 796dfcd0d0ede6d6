"""``workbench redis``: the store in use, and the embedded server."""

from __future__ import annotations

from typing import Any

import click
import orjson

from workbench.cli.drafting import as_json
from workbench.config import Settings
from workbench.errors import printable_json
from workbench.live.embedded import ensure_server, stop_server
from workbench.live.opening import server_info


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
