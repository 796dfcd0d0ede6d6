"""``workbench signing-key``: a key for the firm."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.file_path import FilePath
from workbench.cli.options import json_option
from workbench.cli.output import print_json, print_lines
from workbench.export.signing import make_key_pair


@click.command("signing-key")
@click.argument("file", type=FilePath(dir_okay=False))
@json_option
def signing_key(file: Path, json_: bool) -> None:
    """Make a key that signs manifests, in FILE and FILE.pub.

    Set WORKBENCH_SIGNING_KEY to FILE, and give FILE.pub to whoever is to check the firm's files. A passphrase is asked
    for, and may be left empty. The keys are minisign's: a key of its own program serves as well.
    """
    passphrase = click.prompt(
        "Passphrase of the new key (empty: none)",
        default="",
        hide_input=True,
        confirmation_prompt=True,
        show_default=False,
        err=True,
    )
    public = make_key_pair(file, passphrase)
    if json_:
        print_json({"key": str(file), "public_key": str(public), "encrypted": bool(passphrase)})
        return
    print_lines([str(file), str(public)], [f"keep {file.name} secret, and a copy of it in another place"])
