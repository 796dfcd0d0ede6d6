"""``workbench lab``: JupyterLab on the notebooks."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from workbench.config import PACKAGE_FOLDER, Settings, shared_folder
from workbench.errors import printable
from workbench.text.atomic_write import USER_ONLY, make_private_folder, write_whole


@click.command(context_settings={"ignore_unknown_options": True})
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("workbench-notebooks"),
    show_default=True,
    help="Folder for copies of an installed package's notebooks; a clone opens its own.",
)
@click.argument("jupyter_options", nargs=-1, type=click.UNPROCESSED)
def lab(folder: Path, jupyter_options: tuple[str, ...]) -> None:
    """Open JupyterLab on the notebooks.

    Further options are passed to jupyter lab (such as --no-browser).
    """
    notebooks = shared_folder("notebooks")
    if PACKAGE_FOLDER in notebooks.parents:  # an installed package: edits would be lost with the next release
        make_private_folder(folder)
        for notebook in notebooks.glob("*.ipynb"):
            if not (folder / notebook.name).exists():
                # Jupyter saves a run's output into it, and leaves its mode as it is.
                write_whole(folder / notebook.name, notebook.read_bytes(), mode=USER_ONLY)
        notebooks = folder
    arguments = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={notebooks.resolve()}", *jupyter_options]
    # Kernels work in the folder of their notebook: the .env of this one is handed on.
    settings = Settings.from_env()
    for note in settings.notes:
        click.echo(f"settings: {printable(note)}", err=True)
    # This process becomes JupyterLab, with its signals and exit status.
    os.execve(sys.executable, arguments, settings.child_environment(os.environ))  # noqa: S606
