"""``workbench golden``: the cases that every change of a prompt is measured on."""

from __future__ import annotations

from collections import Counter

import click
import orjson

from workbench.cli.options import as_json
from workbench.config import Settings
from workbench.errors import printable, printable_json


@click.group()
def golden() -> None:
    """The cases that every change of a prompt is measured on: case folders with approved sections.

    They lie in WORKBENCH_GOLDEN, each CASE/case.yaml with its exhibits and CASE/approved/SECTION.md. These are clients'
    files.
    """


@golden.command(name="list")
@as_json
def list_(json_: bool) -> None:
    """List the golden cases and their approved sections, and how many cells there are to measure each prompt on."""
    from workbench.tuning.golden import golden_cases  # noqa: PLC0415 - it brings LangGraph: not for --help
    from workbench.tuning.verdict import MIN_PAIRS  # noqa: PLC0415 - as above

    cases = golden_cases(Settings.from_env())
    if json_:
        rows = [{"case": one.case.case_id, "approved": list(one.approved)} for one in cases]
        click.echo(printable_json(orjson.dumps(rows)))
        return
    for one in cases:
        click.echo(printable(f"{one.case.case_id}: {', '.join(one.approved)}"))
    if not cases:
        click.echo("there are no golden cases: set WORKBENCH_GOLDEN to their folder, then: workbench golden add THREAD")
        return
    counts = Counter(section_id for one in cases for section_id in one.approved)
    click.echo(f"the gate decides from {MIN_PAIRS} golden cells of a section on:")
    for section_id, number in sorted(counts.items()):
        click.echo(f"  {section_id}: {number} golden cell{'' if number == 1 else 's'}")


@golden.command()
@click.argument("thread")
@as_json
def add(thread: str, json_: bool) -> None:
    """Make a golden case of the run THREAD: its case folder is copied, with every section that is approved."""
    from workbench.tuning.golden import add_golden  # noqa: PLC0415 - as above

    folder, sections = add_golden(Settings.from_env(), thread)
    if json_:
        click.echo(printable_json(orjson.dumps({"folder": str(folder), "approved": list(sections)})))
    else:
        click.echo(printable(f"{folder}: {', '.join(sections)}"))
