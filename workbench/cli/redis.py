"""``workbench redis``: the store and its encryption keys."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

import click
from pydantic import SecretStr

from workbench.cli.options import json_option
from workbench.cli.output import print_json
from workbench.config import Settings
from workbench.errors import printable
from workbench.live.embedded import ensure_server, stop_server
from workbench.live.open_store import server_info
from workbench.live.rekey import rekey as rekey_runs
from workbench.text.encryption import Cipher, new_key


@click.group()
def redis() -> None:
    """Show and control the store, and make encryption keys.

    The store is the server at REDIS_URL, or else the embedded server.
    """


@redis.command()
@json_option
def url(json_: bool) -> None:
    """Print the address of the store.

    The embedded server is started if it is the store.
    """
    _print_values(_start_store(), json_=json_, only="url")


@redis.command()
@json_option
def start(json_: bool) -> None:
    """Start the embedded server.

    It continues to run after this command.
    """
    _print_values(_start_store(), json_=json_)


@redis.command()
@json_option
def info(json_: bool) -> None:
    """Show address, version and durability of the store."""
    _print_values(server_info(Settings.from_env()), json_=json_)


@redis.command()
@json_option
def stop(json_: bool) -> None:
    """Stop the embedded server; its data are kept."""
    stopped = stop_server(Settings.from_env())
    _print_values({"stopped": stopped}, json_=json_)


@redis.command()
@json_option
def key(json_: bool) -> None:
    """Print a new key for WORKBENCH_ENCRYPTION_KEY.

    It is stored nowhere: without the key, data encrypted with it are lost.
    """
    # The key's id is computed without reading the environment, so that a bad key there does not prevent a new one.
    new = new_key()
    _print_values({"key": new, "kid": Cipher.of(Settings(encryption_key=SecretStr(new))).kid}, json_=json_, only="key")


@redis.command()
@json_option
def rekey(json_: bool) -> int:
    """Encrypt every run with the first of several keys.

    The keys are those of WORKBENCH_ENCRYPTION_KEY; runs in the store and in the archive are encrypted. The other keys
    decrypt what was encrypted with them; remove them once the command reports that it is complete. It can be stopped
    and started again at any moment.
    """
    done = asyncio.run(rekey_runs(Settings.from_env(), lambda line: click.echo(printable(line), err=True)))
    _print_values({**asdict(done), "complete": done.complete}, json_=json_)
    # An append-only file keeps every value that was ever written, and a server may forbid rewriting it.
    if done.old_values:
        click.echo(printable(f"the server's own files may still contain old values: {done.old_values}"), err=True)
    if not done.complete:
        click.echo(
            "not everything is encrypted with the first key yet: keep the old keys, and run this command again",
            err=True,
        )
    return 0 if done.complete else 1


def _start_store() -> dict[str, Any]:
    # With REDIS_URL set the server is the user's own, and not ours to start.
    settings = Settings.from_env()
    if settings.redis_url is None and settings.use_redis:
        ensure_server(settings)
    return server_info(settings)


def _print_values(values: dict[str, Any], *, json_: bool, only: str | None = None) -> None:
    if json_:
        print_json(values)
    elif only is not None:
        click.echo(values[only])
    else:
        for name, value in values.items():
            click.echo(f"{name}: {value}")
