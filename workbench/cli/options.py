"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.errors import InputError, Problem

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


def split_list(text: str, option: str) -> tuple[str, ...]:
    """Splits an option's list at its commas.

    InputError for an empty entry: a name that was forgotten is not left out in silence.
    """
    entries = tuple(entry.strip() for entry in text.split(","))
    if not all(entries):
        raise InputError(Problem(f"an empty entry in {text!r}", "write names separated by single commas", field=option))
    return entries
