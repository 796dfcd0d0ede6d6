"""``workbench golden``: the cases on which prompt versions are tested."""

from __future__ import annotations

from collections import Counter

import click

from workbench.cli.options import json_option
from workbench.cli.output import print_json
from workbench.cli.run_id import complete_run_id
from workbench.config import Settings
from workbench.errors import printable
from workbench.text.count_noun import count_noun


@click.group()
def golden() -> None:
    """List or add golden cases, on which prompts are tested.

    A golden case is a case folder in WORKBENCH_GOLDEN with approved sections: CASE/case.yaml with its exhibits, and
    CASE/approved/SECTION.md. These are clients' files.
    """


@golden.command(name="list")
@json_option
def list_command(json_: bool) -> None:
    """List the golden cases and their approved sections."""
    # These imports bring LangGraph, which `workbench golden --help` must not wait for.
    from workbench.tuning.promotion.golden import golden_cases  # noqa: PLC0415
    from workbench.tuning.promotion.verdict import MIN_PAIRS  # noqa: PLC0415

    cases = golden_cases(Settings.from_env())
    if json_:
        print_json([{"case": one.case.case_id, "approved": list(one.approved)} for one in cases])
        return
    for one in cases:
        click.echo(printable(f"{one.case.case_id}: {', '.join(one.approved)}"))
    if not cases:
        click.echo("there are no golden cases: set WORKBENCH_GOLDEN to their folder, then: workbench golden add THREAD")
        return
    counts = Counter(section_id for one in cases for section_id in one.approved)
    click.echo(f"the promotion gate needs at least {MIN_PAIRS} golden cells of a section:")
    for section_id, number in sorted(counts.items()):
        click.echo(f"  {section_id}: {count_noun(number, 'golden cell')}")


@golden.command()
@click.argument("thread", callback=complete_run_id)
@json_option
def add(thread: str, json_: bool) -> None:
    """Make the run THREAD a golden case.

    Its case folder is copied with every approved section.
    """
    from workbench.tuning.promotion.golden import add_golden  # noqa: PLC0415 - as above

    folder, sections = add_golden(Settings.from_env(), thread)
    if json_:
        print_json({"folder": str(folder), "approved": list(sections)})
    else:
        click.echo(printable(f"{folder}: {', '.join(sections)}"))
