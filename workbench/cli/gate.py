"""``workbench gate``: the promotion gate, tried without promoting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from workbench.cli import INTERRUPTED
from workbench.cli.file_path import FilePath
from workbench.cli.history import render_comparison
from workbench.cli.options import json_option
from workbench.cli.output import print_json, write_page
from workbench.config import Settings
from workbench.errors import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.tuning.promotion.gate import GateOptions
    from workbench.tuning.promotion.verdict import Verdict

_OPTIONS = (
    click.option("--model", "models", multiple=True, help="Model that drafts: local, or a name; default: the setting."),
    click.option("--repeats", type=click.IntRange(1, 1_000), help="Drafts of each golden cell with each version."),
    click.option("--no-worse", is_flag=True, help="Test that the version is no worse, not that it is better."),
    click.option("--budget-usd", type=float, help="Spending limit, USD."),
    click.option("--budget-tokens", type=int, help="Spending limit, tokens."),
)


def add_gate_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that :func:`build_gate_options` takes."""
    for option in reversed(_OPTIONS):  # decorators apply from the bottom up, and help lists from the top
        command = option(command)
    return command


def build_gate_options(
    models: tuple[str, ...],
    repeats: int | None,
    no_worse: bool,
    budget_usd: float | None,
    budget_tokens: int | None,
    *,
    show: bool,
) -> GateOptions:
    """Build the options of the promotion gate."""
    # This import brings pandas and LangGraph, which `workbench gate --help` must not wait for.
    from workbench.tuning.promotion import gate  # noqa: PLC0415

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
@add_gate_options
@click.option("--html", type=FilePath(dir_okay=False), help="Also write the verdict as a page.")
@json_option
def gate_command(ref: str, html: Path | None, json_: bool, **given: Any) -> int:
    """Test a prompt VERSION on the golden cases.

    The version is compared with the active one; nothing is promoted. Golden cases are the sub-folders of
    WORKBENCH_GOLDEN: case folders, each with approved/SECTION.md. The verdict is stored. workbench prompts promote runs
    the same test. Exit status 0: the version may be promoted; 1: it may not.
    """
    from workbench.tuning.promotion import gate  # noqa: PLC0415 - as in build_gate_options
    from workbench.tuning.promotion.verdict_html import render_page  # noqa: PLC0415 - as in build_gate_options

    options = build_gate_options(**given, show=not json_)
    verdict = gate.check(Settings.from_env(), ref, options)
    if html is not None:
        write_page(html, render_page(verdict))
    if json_:
        print_json(verdict.to_dict())
    else:
        print_verdict(verdict)
    return INTERRUPTED if options.stop.is_set() else int(verdict.decision != "promote")


def print_verdict(verdict: Verdict) -> None:
    """Print decision, golden cells, and redlines of worse drafts."""
    from workbench.tuning.promotion.verdict_html import compare_worse  # noqa: PLC0415 - as in build_gate_options

    console = Console()
    console.print(Text(printable(f"{verdict.decision}: {verdict.reason}"), style="bold"))
    if verdict.table:
        console.print(Text(printable(f"A  {verdict.filing} (active)\nB  {verdict.candidate}  ({verdict.how})")))
        console.print(_build_pairs_table(verdict))
    worse = compare_worse(verdict)
    if worse is not None:
        console.print(Text("\nGolden cells that got worse", style="bold"))
        console.print(render_comparison(worse))


def _build_pairs_table(verdict: Verdict) -> Table:
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
