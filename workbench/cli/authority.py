"""``workbench authority``: the decisions on record, and those that the firm has read."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.file_path import FilePath
from workbench.cli.options import json_option
from workbench.cli.output import print_json
from workbench.errors import printable

_FOLDER = FilePath(exists=True, file_okay=False)
_FILE = FilePath(exists=True, dir_okay=False)


@click.group()
def authority() -> None:
    """List the authorities on record, or confirm one.

    The firm's own stand in authorities.yaml: beside the case folders, else in the home of the workbench.
    """


@authority.command(name="list")
@click.option("--case", "case_root", type=_FOLDER, help="Case folder, beside which the firm's file may stand.")
@json_option
def list_command(case_root: Path | None, json_: bool) -> None:
    """List the authorities on record, the firm's first."""
    # Pydantic and YAML, which `workbench authority --help` must not wait for.
    from workbench.case.firm_authorities import list_authorities  # noqa: PLC0415

    known = list_authorities(case_root.resolve() if case_root else None)
    if json_:
        print_json([one.model_dump(mode="json") for one in known])
        return
    for one in known:
        by = f"confirmed by {one.confirmed_by}, {one.as_of}" if one.confirmed_by else one.as_of
        click.echo(
            printable(f"{one.record}: {one.standing}; {one.outcome_detail}; {by}{'; text at hand' if one.text else ''}")
        )


@authority.command()
@click.argument("cite")
@click.option("--by", "person", required=True, help="Person who read the decision.")
@click.option("--source", required=True, help="Where it was read.")
@click.option("--outcome", type=click.Choice(["won", "lost", "none"]), default="none", help="For the petitioner.")
@click.option("--proposition", default="not recorded", help="What it stands for.")
@click.option("--text", "text_file", type=_FILE, help="The decision: quotations are compared with it.")
@click.option("--case", "case_root", type=_FOLDER, help="Case folder: the file beside it is written, if there is one.")
@json_option
def confirm(
    cite: str,
    person: str,
    source: str,
    outcome: str,
    proposition: str,
    text_file: Path | None,
    case_root: Path | None,
    json_: bool,
) -> None:
    """Record that a person has read the decision CITE.

    CITE is the full citation, such as "Doe v. Roe, 12 F.4th 33 (9th Cir. 2021)". A file of its text is copied beside
    the list, and words that letters quote from the decision are compared with it.
    """
    from workbench.case.firm_authorities import add_authority, add_authority_text, firm_file  # noqa: PLC0415 - as above
    from workbench.checks.law.confirmation import confirm_authority  # noqa: PLC0415 - as above

    path = firm_file(case_root.resolve() if case_root else None)
    confirmed = confirm_authority(cite, person=person, source=source, outcome=outcome, proposition=proposition)
    if text_file is not None:
        confirmed = add_authority_text(path, confirmed, text_file)
    add_authority(path, confirmed)
    if json_:
        print_json({"file": str(path), "authority": confirmed.model_dump(mode="json")})
    else:
        click.echo(printable(f"{path}: {confirmed.record}, confirmed by {confirmed.confirmed_by}"))
