"""``workbench status``: one run, or the list of all runs."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from workbench.case.reading_progress import show_steps
from workbench.cli.options import json_option
from workbench.cli.output import name_command, print_json
from workbench.cli.run_id import complete_run_id
from workbench.cli.run_table import build_run_table, describe_run
from workbench.config import Settings
from workbench.errors import printable, printable_json
from workbench.live.run_summary import STATES, RunFilter, RunSummary
from workbench.live.snapshot import Snapshot
from workbench.workflow import repository
from workbench.workflow.loop import BackgroundLoop

MOST_ROWS = 50
COLUMNS = ("thread", "case", "status", "done", "updated")
SPACE = "  "


@click.command()
@click.argument("thread", callback=complete_run_id, required=False)
@click.option("--case", default="", help="Only runs whose case or beneficiary has this in its name.")
@click.option("--state", type=click.Choice(STATES), help="Only runs in this state.")
@click.option("--all", "all_", is_flag=True, help=f"List every run; without it the table has the last {MOST_ROWS}.")
@json_option
def status(thread: str | None, case: str, state: str | None, all_: bool, json_: bool) -> None:
    """Show one run, or list all runs.

    The one changed last comes first.
    """
    settings = Settings.from_env()
    if thread is not None:
        # attach() would give the same snapshot, but it imports LangGraph, which takes longer than all the rest.
        snapshot = BackgroundLoop.current().call(repository.RunRepository(settings).snapshot(thread))
        if json_:
            click.echo(printable_json(snapshot.to_json()))
        else:
            _print_run(snapshot, orphan=bool(repository.find_orphans([snapshot], settings=settings)))
        return
    chosen, limit = RunFilter(case, state or ""), None if all_ or json_ else MOST_ROWS
    with show_steps() as show:
        page = repository.list_runs(
            chosen, limit, settings=settings, on_progress=lambda done, count: show("reading runs, once", done, count)
        )
    if json_:
        print_json([summarize_row(run) for run in page.runs])
        return
    if page.runs:
        _print_runs(page.runs, page.orphans)
        if more := page.total - len(page.runs):
            click.echo(f"and {more:,} more: --all")
    elif chosen == RunFilter():
        click.echo(f"no runs yet; next: {name_command('workbench demo')}")
    else:
        click.echo("no such runs; workbench status lists all")
    for note in settings.notes:
        click.echo(f"settings: {printable(note)}")


def summarize_row(run: RunSummary) -> dict[str, object]:
    """Return one element of the list that ``status --json`` prints."""
    return {
        "thread_id": run.thread_id,
        "case_id": run.case_id,
        "user_id": run.user_id,
        "status": run.status,
        "progress": run.progress.model_dump(),
        "model": run.model,
        "started_at": run.started_at,
        "_updated_at": run.updated_at,
    }


def _print_run(snapshot: Snapshot, *, orphan: bool) -> None:
    console = Console()
    run = RunSummary.of(snapshot)
    state = f"{describe_run(run, orphan=orphan)}, {run.approved} of {run.sections} approved"
    title = f"{snapshot.thread_id}  {state}  {snapshot.letter.case_title}"
    console.print(Text(printable(title), style="bold"))
    console.print(build_run_table(snapshot))
    for line in snapshot.unresolved:
        console.print(Text(printable(f"open: {line}")))
    if orphan:
        resume = name_command(f"workbench resume {snapshot.thread_id}")
        console.print(Text(f"no process writes it any more; next: {resume}"))


def _print_runs(runs: list[RunSummary], orphans: frozenset[str]) -> None:
    console = Console()
    rows = [tuple(map(printable, _describe_row(run, orphan=run.thread_id in orphans))) for run in runs]
    widths = [max(map(cell_len, column)) for column in zip(COLUMNS, *rows, strict=True)]
    if sum(widths) + len(SPACE) * (len(widths) - 1) > console.width:
        console.print(_build_narrow_table(rows))
        return
    # As the table prints them, which spends half a millisecond on a row to find out how each cell has to be wrapped.
    console.print(Text(_join_cells(COLUMNS, widths), style="table.header"))
    console.out("\n".join(_join_cells(row, widths) for row in rows), highlight=False)


def _describe_row(run: RunSummary, *, orphan: bool) -> tuple[str, ...]:
    done = run.progress
    updated = run.updated_at[5:16].replace("T", " ")
    return run.thread_id, run.case_id, describe_run(run, orphan=orphan), f"{done.completed} of {done.total}", updated


def _join_cells(cells: Sequence[str], widths: Sequence[int]) -> str:
    return SPACE.join(set_cell_size(cell, width) for cell, width in zip(cells, widths, strict=True))


def _build_narrow_table(rows: Sequence[Sequence[str]]) -> Table:
    """Build a table for a terminal that is too narrow for the rows."""
    table = Table(box=None, pad_edge=False)
    for name in COLUMNS:
        table.add_column(name, no_wrap=name != "case", overflow="fold")  # a truncated id could not be copied
    for row in rows:
        table.add_row(*map(Text, row))
    return table
