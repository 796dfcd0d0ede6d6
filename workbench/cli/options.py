"""What many commands take, and where they print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

as_json = click.option("--json", "json_", is_flag=True, help="Print one JSON object on stdout, and nothing else there.")

out_option = click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the files.")

_WIDE = 240


def page() -> Console:
    """Where tables are printed: as wide as the terminal; a file or a pipe has no edge."""
    from rich.console import Console  # noqa: PLC0415 - not for commands that print one line

    console = Console()
    return console if console.is_terminal else Console(width=_WIDE)
