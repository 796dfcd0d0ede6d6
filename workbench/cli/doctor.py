"""``workbench doctor``: what is installed, reachable or missing."""

from __future__ import annotations

from dataclasses import asdict

import click

from workbench.cli.options import json_option
from workbench.cli.output import name_command, print_json
from workbench.errors import printable
from workbench.server.diagnosis import doctor as diagnose

MARKS = {"ok": ("ok", "green"), "note": ("note", "cyan"), "missing": ("missing", "yellow"), "failed": ("FAILED", "red")}


@click.command()
@click.option(
    "--offline", is_flag=True, help="Do not ask the endpoint of the model, of the embeddings or of the spans."
)
@json_option
def doctor(offline: bool, json_: bool) -> int:
    """Show what is installed, reachable or missing.

    Each part has its remedy: the home, the store, the model, tracing, JupyterLab's widgets, the browser, the OCR
    engine, fonts, every extra and plug-in.

    Runs are traced where WORKBENCH_TRACING_ENDPOINT names an OpenTelemetry endpoint; see docs/models.md.

    Exit status 1 if something that is set up does not work.
    """
    diagnosis = diagnose(ask=not offline)
    if json_:
        print_json([asdict(each) for each in diagnosis])
        return 0 if diagnosis.ok else 1
    # Not a table of rich: a long path must stay whole, to be copied.
    width = max(len(each.part) for each in diagnosis)
    for each in diagnosis:
        mark, colour = MARKS[each.state]
        click.echo(f"{click.style(f'{mark:<7}', fg=colour)}  {each.part:<{width}}  {printable(each.what)}")
        if each.remedy:
            # Another environment's pip would install where this program does not look.
            remedy = name_command(each.remedy) if each.remedy.startswith(("workbench ", "pip ")) else each.remedy
            click.echo(f"{'':<7}  {'':<{width}}  next: {printable(remedy)}")
    return 0 if diagnosis.ok else 1
