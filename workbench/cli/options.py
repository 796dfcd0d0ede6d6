"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

# json_ with an underscore: the commands' parameters would hide the module json.
json_option = click.option(
    "--json", "json_", is_flag=True, help="Print one JSON object on stdout, and nothing else there."
)

out_option = click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the files.")

files_option = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Folder for the files.",
)

user_option = click.option("--user-id", help="User who gives the command; default: the login name.")
