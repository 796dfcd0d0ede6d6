"""``workbench optimize`` and ``workbench feedback``: what the attorney's decisions teach, and prompts made from it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from workbench import cli
from workbench.cli.options import as_json
from workbench.config import Settings
from workbench.errors import printable, printable_json


@click.command()
@click.argument("section_id", metavar="SECTION")
@click.option("--model", help="Who drafts and reflects: local, or a model; default: WORKBENCH_MODEL.")
@click.option("--rounds", type=click.IntRange(1, 1_000), help="Proposals asked for at most; default 8.")
@click.option("--budget-usd", type=float, help="Spending limit for drafts and reflections together, USD.")
@click.option("--budget-tokens", type=int, help="The same in tokens; default 300000 where no limit is given.")
@click.option("--seed", type=int, default=0, help="Of the search.")
@as_json
def optimize(section_id: str, json_: bool, rounds: int | None, **how: Any) -> int:
    """Look for a better prompt of SECTION (or system) in what the attorney approved, edited and rejected.

    It takes three approved sections, in runs of cases that are no golden cases. What is found is saved as candidates,
    each with its evidence; none files before the gate has tried it. Exit status 1: nothing better was found. Ctrl-C
    ends the search and saves what it has found.
    """
    from workbench.tuning import optimize as room  # noqa: PLC0415 - it brings pandas and LangGraph: not for --help
    from workbench.tuning.search import INTERRUPTED, ROUNDS  # noqa: PLC0415 - as above

    say = (lambda _line: None) if json_ else (lambda line: click.echo(printable(line), err=True))
    found = room.optimize(Settings.from_env(), section_id, room.Plan(rounds=rounds or ROUNDS, say=say, **how))
    if json_:
        click.echo(printable_json(orjson.dumps(asdict(found))))
    else:
        for line in str(found).splitlines():
            click.echo(printable(line))
    if found.ended == INTERRUPTED:
        return cli.INTERRUPTED
    return 0 if found.found else cli.BAD_ANSWER


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it: .jsonl, .parquet or .csv.")
@click.option("--redacted", is_flag=True, help="Without the names of people, users and cases.")
@as_json
def feedback(out: Path | None, redacted: bool, json_: bool) -> None:
    """Show what was decided of drafts, as a labelled data set: approved, rejected, edited, rated.

    It is made of the runs themselves, those in the archive included. A file that is written holds clients' texts in
    clear and is readable by its user only.
    """
    from workbench.tuning.feedback import export, read_examples  # noqa: PLC0415 - as above

    rows = read_examples(Settings.from_env(), redacted=redacted)
    if out is not None:
        export(rows, out)
    counts = Counter((row.section_id, row.label) for row in rows)
    if json_:
        table = [{"section": section, "label": label, "rows": n} for (section, label), n in sorted(counts.items())]
        answer = {"rows": len(rows), "table": table, "file": str(out) if out is not None else None}
        click.echo(printable_json(orjson.dumps(answer)))
        return
    labels = list(dict.fromkeys(label for _, label in sorted(counts)))
    shown = Table(box=None, pad_edge=False)
    shown.add_column("section")
    for label in labels:
        shown.add_column(Text(printable(label)), justify="right")
    for section in sorted({section for section, _ in counts}):
        shown.add_row(Text(printable(section)), *(str(counts[section, label] or "") for label in labels))
    Console().print(shown if counts else "nobody has decided on a draft yet")
    if out is not None:
        click.echo(out)
