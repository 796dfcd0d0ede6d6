"""``workbench lab``: JupyterLab on copies of the notebooks."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from workbench.cli.file_path import FilePath
from workbench.cli.notebook_copies import NOTEBOOKS, copy_notebooks
from workbench.config import Settings, shared_folder
from workbench.errors import printable

START_JUPYTERLAB = "import workbench.cli, sys; from jupyterlab.labapp import main; sys.exit(main())"
"""JupyterLab without the grammars that :mod:`workbench.cli` leaves out: two seconds of its start."""

JUPYTER_CONFIG = Path(__file__).with_name("jupyter_config")
"""Configuration that leaves out JupyterLab's announcements: it asks about them over the page even where its news are
turned off."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.option(
    "--folder",
    type=FilePath(file_okay=False),
    default=Path(NOTEBOOKS),
    show_default=True,
    help="Folder of your copies of the notebooks.",
)
@click.argument("jupyter_options", nargs=-1, type=click.UNPROCESSED)
def lab(folder: Path, jupyter_options: tuple[str, ...]) -> None:
    """Open JupyterLab on the start page.

    The notebooks are copies; those that you have edited are kept when a newer release has others. Further options are
    passed to jupyter lab (such as --no-browser).
    """
    settings = Settings.from_env()
    for note in settings.notes:
        click.echo(f"settings: {printable(note)}", err=True)
    for name in copy_notebooks(shared_folder("notebooks"), folder):
        click.echo(f"{folder / name} is as you edited it; rename it to get this release's", err=True)
    # Late: what lists the runs imports the store's client.
    from workbench.cli.start_page import write_start_page  # noqa: PLC0415

    page = write_start_page(folder, settings)
    arguments = [
        sys.executable,
        "-c",
        START_JUPYTERLAB,
        f"--ServerApp.root_dir={folder.resolve()}",
        f"--LabApp.default_url=/lab/tree/{page.name}",
        # Both would be asked for on the internet.
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *jupyter_options,
    ]
    # This process becomes JupyterLab, with its signals and exit status. Kernels work in the folder of their notebook:
    # the .env of this one is handed on.
    environment = settings.child_environment(os.environ)
    own = [str(JUPYTER_CONFIG), *filter(None, [environment.get("JUPYTER_CONFIG_PATH")])]
    environment = {**environment, "JUPYTER_CONFIG_PATH": os.pathsep.join(own)}
    click.echo(
        "JupyterLab opens in your browser. It runs as long as this window; to end it, press Ctrl-C twice.", err=True
    )
    os.execve(sys.executable, arguments, environment)  # noqa: S606
