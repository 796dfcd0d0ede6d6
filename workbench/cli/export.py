"""``workbench export``: the files of a run."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.options import files_option, json_option, split_list
from workbench.cli.output import print_json
from workbench.export import FORMATS, export_petition
from workbench.workflow import repository, start


@click.command()
@click.argument("thread")
@click.option("--to", default=",".join(FORMATS), show_default=True, help="Formats, separated by commas.")
@files_option
@click.option("--final", is_flag=True, help="Without DRAFT; refused while a section is not approved or has an error.")
@json_option
def export(thread: str, to: str, out: Path, final: bool, json_: bool) -> None:
    """Write the files of a run.

    Without --final every file is marked DRAFT on each page and lists what is open.
    """
    formats = split_list(to, "--to")
    snapshot, record = start.attach(thread).snapshot, repository.read_audit(thread)
    # The audit record goes into the notebook's manifest; from Python the caller decides that.
    files = export_petition(snapshot, to=formats, out=out, final=final, audit=record)
    if json_:
        print_json({"files": {kind: str(path) for kind, path in files.items()}})
    else:
        for path in files.values():
            click.echo(path)
