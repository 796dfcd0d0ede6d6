"""``workbench optimize`` and ``feedback``: prompts improved from the attorney's decisions."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from workbench import cli
from workbench.cli.file_path import FilePath
from workbench.cli.options import json_option
from workbench.cli.output import print_json
from workbench.config import Settings
from workbench.errors import printable


@click.command()
@click.argument("section_id", metavar="SECTION")
@click.option("--model", help="Model that drafts and reflects: local, or a name; default: WORKBENCH_MODEL.")
@click.option("--rounds", type=click.IntRange(1, 1_000), help="Maximum of proposals; default 8.")
@click.option("--budget-usd", type=float, help="Spending limit for drafts and reflections together, USD.")
@click.option("--budget-tokens", type=int, help="The same in tokens; default 300000 if no limit is given.")
@click.option("--seed", type=int, default=0, help="Random seed of the search.")
@json_option
def optimize(section_id: str, json_: bool, rounds: int | None, **options: Any) -> int:
    """Search for a better prompt of SECTION.

    SECTION may be system, the message that all sections share. The search learns from what the attorney approved,
    edited and rejected, and needs three approved sections in runs of cases that are not golden. Better prompts are
    saved as candidates, each with its evidence; none becomes active before it has passed the promotion gate. Exit
    status 1: nothing better was found. Ctrl-C ends the search and saves what it has found.
    """
    # These imports bring pandas and LangGraph, which `workbench optimize --help` must not wait for.
    from workbench.tuning.learning import optimize as search  # noqa: PLC0415
    from workbench.tuning.learning.search import INTERRUPTED, ROUNDS  # noqa: PLC0415

    say = (lambda _line: None) if json_ else (lambda line: click.echo(printable(line), err=True))
    found = search.optimize(Settings.from_env(), section_id, search.Plan(rounds=rounds or ROUNDS, say=say, **options))
    if json_:
        print_json(asdict(found))
    else:
        for line in str(found).splitlines():
            click.echo(printable(line))
    if found.ended == INTERRUPTED:  # what was found until then is saved and printed
        return cli.INTERRUPTED
    return 0 if found.found else cli.BAD_ANSWER


@click.command()
@click.option("--out", type=FilePath(dir_okay=False), help="File to write: .jsonl, .parquet or .csv.")
@click.option("--redacted", is_flag=True, help="Without the names of people, users and cases.")
@json_option
def feedback(out: Path | None, redacted: bool, json_: bool) -> None:
    """Show the decisions about drafts as a labeled data set.

    Labels are approved, rejected, edited and rated. The data are read from the runs, also from archived ones. A file
    that is written contains clients' texts without encryption and is readable by its user only.
    """
    from workbench.tuning.learning.feedback import export, read_examples  # noqa: PLC0415 - as above

    rows = read_examples(Settings.from_env(), redacted=redacted)
    if out is not None:
        export(rows, out)
    counts = Counter((row.section_id, row.label) for row in rows)
    if json_:
        table = [{"section": section, "label": label, "rows": n} for (section, label), n in sorted(counts.items())]
        print_json({"rows": len(rows), "table": table, "file": str(out) if out is not None else None})
        return
    Console().print(_build_counts_table(counts) if counts else "there are no decisions about drafts yet")
    if out is not None:
        click.echo(out)


def _build_counts_table(counts: Counter[tuple[str, str]]) -> Table:
    labels = list(dict.fromkeys(label for _, label in sorted(counts)))
    table = Table(box=None, pad_edge=False)
    table.add_column("section")
    for label in labels:
        table.add_column(Text(printable(label)), justify="right")
    for section in sorted({section for section, _ in counts}):
        table.add_row(Text(printable(section)), *(str(counts[section, label] or "") for label in labels))
    return table
