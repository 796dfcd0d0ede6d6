"""``workbench gate``: what the golden cases say of a version, before it files or instead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from workbench.cli import INTERRUPTED
from workbench.cli.options import as_json
from workbench.cli.travel import redlined
from workbench.config import Settings
from workbench.errors import printable, printable_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.tuning.gate import GateOptions
    from workbench.tuning.verdict import Verdict

_OPTIONS = (
    click.option("--model", "models", multiple=True, help="Who writes: local, or a model; default: WORKBENCH_MODEL."),
    click.option("--repeats", type=click.IntRange(1, 1_000), help="Drafts of each golden cell by either version."),
    click.option("--no-worse", is_flag=True, help="To show that it is no worse, not that it is better."),
    click.option("--budget-usd", type=float, help="Spending limit, USD."),
    click.option("--budget-tokens", type=int, help="Spending limit, tokens."),
)


def how_to_try(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that say how a version is tried; :func:`gate_options` takes them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def gate_options(
    models: tuple[str, ...],
    repeats: int | None,
    no_worse: bool,
    budget_usd: float | None,
    budget_tokens: int | None,
    *,
    show: bool,
) -> GateOptions:
    """How a version is tried, as the options say."""
    from workbench.tuning import gate  # noqa: PLC0415 - it brings pandas, scipy and LangGraph: not for --help

    return gate.GateOptions(
        models=models,
        repeats=repeats or gate.REPEATS,
        claim="no worse" if no_worse else "better",
        budget_usd=budget_usd,
        budget_tokens=budget_tokens,
        show=show,
    )


@click.command(name="gate")
@click.argument("ref", metavar="VERSION")
@how_to_try
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the verdict as a page, too.")
@as_json
def gate_(ref: str, html: Path | None, json_: bool, **how: Any) -> int:
    """Try a VERSION of a prompt against the one that files, on the golden cases; nothing is promoted.

    Golden cases are the sub-folders of WORKBENCH_GOLDEN: case folders, each with approved/SECTION.md. The verdict is
    kept; workbench prompts promote asks the gate by itself. Exit status 0: it may file; 1: it may not.
    """
    from workbench.tuning import gate  # noqa: PLC0415 - as above
    from workbench.tuning.verdict_page import render_page  # noqa: PLC0415 - as above

    options = gate_options(**how, show=not json_)
    verdict = gate.check(Settings.from_env(), ref, options)
    if html is not None:
        html.write_text(render_page(verdict), encoding="utf-8")
    if json_:
        click.echo(printable_json(orjson.dumps(verdict.to_dict())))
    else:
        say(verdict)
    return INTERRUPTED if options.stop.is_set() else int(verdict.decision != "promote")


def say(verdict: Verdict) -> None:
    """Prints a verdict: the decision, the golden cells, and the redline of those that got worse."""
    from workbench.tuning.verdict_page import compare_worse  # noqa: PLC0415 - as above

    console = Console()
    console.print(Text(printable(f"{verdict.decision}: {verdict.reason}"), style="bold"))
    if verdict.table:
        console.print(Text(printable(f"A  {verdict.filing}, which files\nB  {verdict.candidate}  ({verdict.how})")))
        console.print(_pairs(verdict))
    worse = compare_worse(verdict)
    if worse is not None:
        console.print(Text("\nWhere it got worse", style="bold"))
        console.print(redlined(worse))


def _pairs(verdict: Verdict) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("case", "section", "model", "A", "B", "difference", "new errors", ""):
        table.add_column(name, justify="right" if name in {"A", "B", "difference"} else "left", overflow="fold")
    for pair in verdict.table:
        figures = ["–" if figure is None else f"{figure:.3f}" for figure in (pair.filing, pair.candidate)]
        difference = "–" if pair.difference is None else f"{pair.difference:+.3f}"
        errors = ", ".join(error.check for error in pair.new_errors)
        cells = (pair.case_id, pair.section_id, pair.model, *figures, difference, errors, pair.failure or "")
        table.add_row(*(Text(printable(cell)) for cell in cells), style="red" if pair.is_worse else None)
    return table
