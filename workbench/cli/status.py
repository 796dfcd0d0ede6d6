"""``workbench status``: one run, or the list of all runs."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from workbench.cli.options import json_option
from workbench.cli.output import print_json
from workbench.cli.run_table import build_run_table, describe_run
from workbench.config import Settings
from workbench.errors import printable, printable_json
from workbench.live.snapshot import Snapshot
from workbench.workflow import repository
from workbench.workflow.loop import BackgroundLoop


@click.command()
@click.argument("thread", required=False)
@json_option
def status(thread: str | None, json_: bool) -> None:
    """Show one run, or list all runs."""
    settings = Settings.from_env()
    if thread is not None:
        # attach() would give the same snapshot, but it imports LangGraph, which takes longer than all the rest.
        snapshot = BackgroundLoop.current().call(repository.RunRepository(settings).snapshot(thread))
        if json_:
            click.echo(printable_json(snapshot.to_json()))
        else:
            _print_run(snapshot, orphan=bool(repository.find_orphans([snapshot], settings=settings)))
        return
    # Orphans are looked up only for the table: --json prints what is stored.
    snapshots = repository.list_runs(settings=settings)
    if json_:
        print_json([summarize_row(snapshot) for snapshot in snapshots])
        return
    if not snapshots:
        click.echo("no runs yet; next: workbench demo")
    else:
        _print_runs(snapshots, repository.find_orphans(snapshots, settings=settings))
    for note in settings.notes:
        click.echo(f"settings: {printable(note)}")


def summarize_row(snapshot: Snapshot) -> dict[str, object]:
    """Return one element of the list that ``status --json`` prints."""
    return {
        "thread_id": snapshot.thread_id,
        "case_id": snapshot.case_id,
        "user_id": snapshot.user_id,
        "status": snapshot.status,
        "progress": snapshot.progress.model_dump(),
        "model": snapshot.model,
        "started_at": snapshot.started_at,
        "_updated_at": snapshot.updated_at,
    }


def _print_run(snapshot: Snapshot, *, orphan: bool) -> None:
    console = Console()
    total = len(snapshot.sections)
    approved = sum(section.status == "approved" for section in snapshot.sections)
    state = f"{describe_run(snapshot, orphan=orphan)}, {approved} of {total} approved"
    title = f"{snapshot.thread_id}  {state}  {snapshot.letter.case_title}"
    console.print(Text(printable(title), style="bold"))
    console.print(build_run_table(snapshot))
    for line in snapshot.unresolved:
        console.print(Text(printable(f"open: {line}")))
    if orphan:
        console.print(Text(f"no process writes it any more; next: workbench resume {snapshot.thread_id}"))


def _print_runs(snapshots: list[Snapshot], orphans: frozenset[str]) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("thread", "case", "status", "done", "updated"):
        table.add_column(name, no_wrap=name != "case", overflow="fold")  # a truncated id could not be copied
    for snapshot in snapshots:
        done = snapshot.progress
        updated = snapshot.updated_at[5:16].replace("T", " ")
        status_text = describe_run(snapshot, orphan=snapshot.thread_id in orphans)
        cells = (snapshot.thread_id, snapshot.case_id, status_text, f"{done.completed} of {done.total}", updated)
        table.add_row(*(Text(printable(cell)) for cell in cells))
    Console().print(table)
