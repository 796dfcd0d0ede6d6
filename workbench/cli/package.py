"""``workbench package``: letter and exhibits in volumes, ready to file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import orjson

from workbench.case.reading_progress import show_steps
from workbench.cli.file_path import FilePath
from workbench.cli.options import json_option, resolve_signer, sign_option, style_option
from workbench.cli.output import print_json, print_lines
from workbench.cli.run_id import complete_run_id
from workbench.export.letter_style import read_style
from workbench.export.package import export_package
from workbench.export.package_volumes import PROFILES
from workbench.workflow import repository, start


@click.command()
@click.argument("thread", callback=complete_run_id)
@click.option(
    "--out",
    type=FilePath(file_okay=False),
    default=Path("package"),
    show_default=True,
    help="Folder for the volumes.",
)
@click.option(
    "--profile",
    type=click.Choice(list(PROFILES)),
    default="paper",
    show_default=True,
    help="paper: volumes of at most 500 pages; online: files of at most 11.5 MB.",
)
@click.option("--final", is_flag=True, help="Without DRAFT; refused while the letter or an exhibit is not ready.")
@style_option
@sign_option
@json_option
def package(thread: str, out: Path, profile: str, style: Path | None, *, json_: bool, **given: Any) -> None:
    """Bind the letter and exhibits of a run in volumes.

    The letter, an annotated index, and each exhibit behind a divider sheet; every page is stamped with the exhibit's
    page and the volume's, every citation of the letter is a link to the page. package.json names the files and their
    digests. An exhibit that cannot be bound is named, and a sheet in its place says why; with --final nothing is
    written then. Where the firm has a signing key, package.json is signed.
    """
    chosen = read_style(style) if style is not None else None
    signer = resolve_signer(given["sign"])
    run = start.attach(thread)
    with show_steps() as on_progress:
        result = export_package(
            run,
            out=out,
            profile=profile,
            final=given["final"],
            audit=repository.read_audit(thread),
            style=chosen,
            signer=signer,
            on_progress=on_progress,
        )
    if json_:
        print_json(orjson.loads(result.manifest.read_bytes()))
        return
    lines = [
        f"{result.folder / volume.file}  {volume.pages:,} pages  {volume.size / 1e6:.1f} MB"
        for volume in result.volumes
    ]
    lines += [str(result.signature)] if result.signature is not None else []
    print_lines(
        [*lines, *(line for each in result.invariants for line in str(each).splitlines())],
        [*(f"not bound: {line}" for line in result.troubles), *result.duplicates, *result.notes],
    )
