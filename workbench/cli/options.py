"""Options that several commands share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.file_path import FilePath
from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.live.user_name import UNNAMED, check_user_name, read_user_name, save_user_name
from workbench.text.cluster import OPTION, ClusterExecutor, open_cluster

if TYPE_CHECKING:
    from workbench.export.signing import ManifestSigner

# json_ with an underscore: the commands' parameters would hide the module json.
json_option = click.option(
    "--json", "json_", is_flag=True, help="Print one JSON object on stdout, and nothing else there."
)

out_option = click.option("--out", type=FilePath(file_okay=False), help="Folder for the files.")

files_option = click.option(
    "--out",
    type=FilePath(file_okay=False),
    default=Path("out"),
    show_default=True,
    help="Folder for the files.",
)

sign_option = click.option(
    "--sign/--no-sign",
    default=None,
    help="Sign the manifest, or not; default: where WORKBENCH_SIGNING_KEY names a key.",
)

style_option = click.option(
    "--style", type=FilePath(dir_okay=False), help="The firm's style.yaml; default: WORKBENCH_STYLE."
)

dask_option = click.option(
    OPTION, "dask", metavar="ADDRESS", help="Scheduler of a Dask cluster that computes: tls://HOST:8786."
)

user_option = click.option("--user-id", help="User who gives the command; default: see workbench user.")


def split_list(text: str, option: str) -> tuple[str, ...]:
    """Splits an option's list at its commas.

    InputError for an empty entry: a name that was forgotten is not left out in silence.
    """
    entries = tuple(entry.strip() for entry in text.split(","))
    if not all(entries):
        raise InputError(Problem(f"an empty entry in {text!r}", "write names separated by single commas", field=option))
    return entries


def resolve_signer(sign: bool | None) -> ManifestSigner | None:
    """Opens the firm's signing key, unless nothing is to be signed; InputError where --sign finds none."""
    from workbench.export.signing import find_signer  # noqa: PLC0415 - most commands sign nothing

    signer = None if sign is False else find_signer()
    if sign and signer is None:
        remedy = "set WORKBENCH_SIGNING_KEY to the file of the firm's key; workbench signing-key FILE makes one"
        raise InputError(Problem("there is no key to sign with", remedy, field="--sign"))
    return signer


def resolve_user(user_id: str | None) -> str:
    """Returns the user's name: as given, as kept, or as asked for.

    It is asked once, where somebody sits at the terminal, and kept.
    """
    if user_id is not None:
        return check_user_name(user_id)
    settings = Settings.from_env()
    known = read_user_name(settings)
    if known == UNNAMED and sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty():
        known = save_user_name(settings, click.prompt("Your name, as approvals will carry it (kept)", err=True))
    return known


@contextmanager
def connect_cluster(address: str | None) -> Iterator[ClusterExecutor | None]:
    """Connects to a Dask cluster for a block; None without an address.

    InputError where none answers there.
    """
    if address is None:
        yield None
        return
    cluster = open_cluster(address, lambda line: click.echo(f"note: {line}", err=True))
    try:
        yield cluster
    finally:
        cluster.shutdown(wait=False)
