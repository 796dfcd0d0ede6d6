"""``workbench export``: the files of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from workbench.cli.options import files_option, json_option, resolve_signer, sign_option, split_list, style_option
from workbench.cli.output import print_json
from workbench.cli.run_id import complete_run_id
from workbench.export import FORMATS, export_petition
from workbench.export.claims import list_claims
from workbench.export.letter_style import read_style
from workbench.export.review_files import REVIEW_FILES, write_review_files
from workbench.workflow import repository, start


@click.command()
@click.argument("thread", callback=complete_run_id)
@click.option(
    "--to",
    default=",".join(FORMATS),
    show_default=True,
    help=f"Formats, separated by commas; also {' and '.join(REVIEW_FILES)}, and those of installed plug-ins.",
)
@files_option
@click.option("--final", is_flag=True, help="Without DRAFT; refused while a section is not approved or has an error.")
@click.option(
    "--appendix",
    type=click.Choice(["claims"]),
    help="Add the claim table to the html, pdf and docx: each statement beside what it cites.",
)
@click.option(
    "--redline",
    callback=complete_run_id,
    metavar="THREAD@ID",
    help="Write the docx with tracked changes against this moment or run.",
)
@style_option
@sign_option
@json_option
def export(thread: str, to: str, out: Path, style: Path | None, *, json_: bool, **given: Any) -> None:
    """Write the files of a run.

    Without --final every file is marked DRAFT on each page and lists what is open, and findings, decisions and
    comments are comments of the docx. claims is the claim table: a row for each sentence, as CSV. check-report is one
    page to sign: what was checked, what was found, who decided what. --appendix claims sets the claim table behind the
    exhibit index; with --final it holds statements and citations only. --redline THREAD@ID writes
    petition-redline.docx, with tracked changes from an earlier moment (workbench history lists them) or another run.
    Where the firm has a signing key, the manifest is written as a file, too, and signed.
    """
    formats = split_list(to, "--to")
    of_petition = [kind for kind in formats if kind not in REVIEW_FILES]
    of_check = [kind for kind in formats if kind in REVIEW_FILES]
    chosen = read_style(style) if style is not None else None
    signer = resolve_signer(given["sign"]) if of_petition or not of_check else None
    run = start.attach(thread)
    snapshot, record = run.snapshot, repository.read_audit(thread)
    files: dict[str, Path] = {}
    if of_petition or not of_check:
        # The audit record goes into the notebook's manifest; from Python the caller decides that.
        claims = list_claims(snapshot, run.check()) if given["appendix"] else None
        earlier = repository.read_moment(given["redline"]) if given["redline"] is not None else None
        files |= export_petition(
            snapshot,
            to=of_petition,
            out=out,
            final=given["final"],
            audit=record,
            claims=claims,
            redline=earlier,
            style=chosen,
            signer=signer,
        )
    if of_check:
        files |= write_review_files(snapshot, run.check(), to=of_check, out=out)
    if json_:
        print_json({"files": {kind: str(path) for kind, path in files.items()}})
    else:
        for path in files.values():
            click.echo(path)
