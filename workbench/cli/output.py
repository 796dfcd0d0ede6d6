"""Output shared by several commands: JSON, lines, tables."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.errors import make_write_error, printable, printable_json
from workbench.text.atomic_write import USER_ONLY, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

WIDE_COLUMNS = 240
"""Width of tables in a file or a pipe, which have no edge."""


def print_json(value: object) -> None:
    """Print a value as one harmless line of JSON."""
    import orjson  # noqa: PLC0415 - not needed by commands that print one line

    # Data frames hold numpy scalars, which orjson refuses without this option.
    click.echo(printable_json(orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)))


def print_lines(lines: Iterable[str], notes: Iterable[str]) -> None:
    """Print lines on stdout, and notes on stderr."""
    for line in lines:
        click.echo(printable(line))
    for note in notes:  # on stderr, so that a script which reads the lines does not meet them
        click.echo(printable(f"note: {note}"), err=True)


def name_command(command: str) -> str:
    """Return a command as it can be typed: with the program's path where a shell would not find it by name.

    Args:
        command: Such as ``workbench resume THREAD``, or one of another program of this environment: ``pip install …``.
    """
    called = Path(sys.argv[0])
    found = shutil.which("workbench")
    if called.name != "workbench" or (found is not None and Path(found).resolve() == called.resolve()):
        return command
    program, _, arguments = command.partition(" ")
    return f"{called.with_name(program)} {arguments}"


def write_page(path: Path, page: str | bytes, *, option: str = "--html") -> None:
    """Write a page that quotes a case, readable by its user only."""
    content = page.encode() if isinstance(page, str) else page
    try:
        if path.exists() and not path.is_file():  # /dev/stdout, a pipe: nothing to replace
            path.write_bytes(content)
        else:
            # Resolved, so that a link stays one and its target is replaced.
            write_whole(path.resolve(), content, mode=USER_ONLY)
    except OSError as error:
        raise make_write_error(error, path, "name a file in a folder of yours", field=option) from None


def make_table_console() -> Console:
    """Return a console wide enough for tables."""
    from rich.console import Console  # noqa: PLC0415 - not needed by commands that print one line

    console = Console()
    return console if console.is_terminal else Console(width=WIDE_COLUMNS)
