"""``workbench user``: the name on approvals and in the audit record."""

from __future__ import annotations

import click

from workbench.cli.options import json_option
from workbench.cli.output import print_json
from workbench.config import Settings
from workbench.errors import printable
from workbench.live.user_name import UNNAMED, read_user_name, save_user_name


@click.command()
@click.argument("name", required=False)
@json_option
def user(name: str | None, json_: bool) -> None:
    """Show or set your name, as approvals carry it.

    It is kept under WORKBENCH_HOME; --user-id of a command goes before it. The login name is never taken.
    """
    settings = Settings.from_env()
    known = read_user_name(settings) if name is None else save_user_name(settings, name)
    if json_:
        print_json({"user_id": None if known == UNNAMED else known})
    else:
        click.echo("no name is known; set it with: workbench user NAME" if known == UNNAMED else printable(known))
