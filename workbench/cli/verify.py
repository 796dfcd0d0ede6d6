"""``workbench verify``: proof that a file is as its run wrote it."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.file_path import FilePath
from workbench.cli.options import json_option
from workbench.cli.output import print_json
from workbench.cli.run_id import complete_run_id
from workbench.errors import InputError, Problem, printable
from workbench.export.manifest import KEY, Manifest
from workbench.export.notebook import petition_notebook
from workbench.export.verify import read_manifest, verify_file
from workbench.workflow import start


@click.command()
@click.argument("file", type=FilePath())
@click.option("--manifest", type=FilePath(), help="File of the same export with the manifest to compare with.")
@click.option(
    "--run",
    "thread",
    callback=complete_run_id,
    metavar="THREAD",
    help="Compare with this run itself, at the moment that the manifest names.",
)
@click.option(
    "--public-key",
    type=FilePath(),
    help="The firm's public key, with which the manifest must be signed; default: WORKBENCH_PUBLIC_KEY.",
)
@json_option
@click.pass_context
def verify(
    context: click.Context,
    file: Path,
    manifest: Path | None,
    thread: str | None,
    public_key: Path | None,
    json_: bool,
) -> None:
    """Prove that a FILE of a petition matches its run.

    Of an .ipynb, .docx, .html or .pdf every paragraph is compared with the hashes in the run's manifest, which the file
    carries; for a PDF the notebook beside it does. One line names each paragraph that was changed, added, removed or
    moved. Of a package (its folder, package.json, or one volume) every volume is compared. --manifest and --run compare
    with a manifest that was kept elsewhere; --public-key proves who signed it. Exit status 1 where something differs,
    or the signature is wrong.
    """
    against = manifest if thread is None else _manifest_of_run(file, manifest, thread)
    result = verify_file(file, against=against, public_key=public_key)
    if json_:
        print_json(
            {
                "file": result.file,
                "matches": result.matches,
                "thread_id": result.thread_id,
                "last_event_id": result.last_event_id,
                "final": result.final,
                "manifest_from": result.manifest_from,
                "compared": result.compared,
                "not_compared": result.not_compared,
                "problems": result.problems,
                "signature": {
                    "status": result.signature.status,
                    "key_id": result.signature.key_id,
                    "user": result.signature.user,
                    "reason": result.signature.reason,
                },
                "changes": [
                    {"kind": change.kind, "place": change.place, "words": change.words} for change in result.changes
                ],
            }
        )
    else:
        for line in result.describe():
            click.echo(printable(line))
    context.exit(0 if result.matches else 1)


def _manifest_of_run(file: Path, manifest: Path | None, thread: str) -> Manifest:
    """Makes the manifest anew from the run, as it stood when the file was exported."""
    if manifest is not None:
        raise InputError(Problem("both --manifest and --run", "give one of them", field="--run"))
    source = file if file.suffix.lower() != ".pdf" else file.with_suffix(".ipynb")
    named = read_manifest(source)
    snapshot = start.attach(thread).at(named.last_event_id)
    notebook = petition_notebook(snapshot, final=named.final, style=named.style)
    return Manifest.of_notebook(notebook.metadata[KEY])
