"""Paths on the command line."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import click

from workbench.errors import printable


class FilePath(click.Path):
    """A path; an empty one, such as a variable of the shell that is not set, is no name for the working folder."""

    def __init__(self, **options: Any) -> None:
        super().__init__(path_type=Path, **options)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns the path, or fails."""
        if value == "":
            self.fail("an empty path.", param, ctx)
        path = super().convert(value, param, ctx)
        try:
            Path(value).stat()
        except OSError as error:
            # Here, for Path.resolve raises a RuntimeError of it wherever a command compares or writes files.
            if error.errno == errno.ELOOP:
                self.fail(f"{printable(str(path))} is a symbolic link that leads to itself.", param, ctx)
        except ValueError:  # a NUL character: what reads the file says so
            pass
        return path
