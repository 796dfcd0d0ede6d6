"""``workbench export``: the files of a run."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from workbench.cli.options import as_json
from workbench.errors import printable_json
from workbench.export import FORMATS, export_petition
from workbench.workflow import opening, reading


@click.command()
@click.argument("thread")
@click.option("--to", default=",".join(FORMATS), show_default=True, help="Formats, separated by commas.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Folder for the files.",
)
@click.option("--final", is_flag=True, help="Without DRAFT; refused while a section is not approved or has an error.")
@as_json
def export(thread: str, to: str, out: Path, final: bool, json_: bool) -> None:
    """Write the files of a run; every one not --final says DRAFT on each page and lists what is open."""
    formats = tuple(filter(None, (part.strip() for part in to.split(","))))
    snapshot, record = opening.attach(thread).snapshot, reading.read_audit(thread)
    files = export_petition(snapshot, to=formats, out=out, final=final, audit=record)
    if json_:
        click.echo(printable_json(orjson.dumps({"files": {kind: str(path) for kind, path in files.items()}})))
    else:
        for path in files.values():
            click.echo(path)
