"""``workbench status``: what runs there are, and one of them."""

from __future__ import annotations

import click
import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from workbench.cli.options import as_json
from workbench.config import Settings
from workbench.errors import printable, printable_json
from workbench.live.snapshot import Snapshot
from workbench.workflow import listing


@click.command()
@click.argument("thread", required=False)
@as_json
def status(thread: str | None, json_: bool) -> None:
    """Show one run, or all of them."""
    settings = Settings.from_env()
    if thread is not None:
        from workbench.workflow import opening  # noqa: PLC0415 - LangGraph and OpenAI's client: 1 s that a list need not wait

        snapshot = opening.attach(thread, settings=settings).snapshot
        if json_:
            click.echo(printable_json(snapshot.to_json()))
        else:
            _show(snapshot, orphan=bool(listing.orphans([snapshot], settings=settings)))
        return
    snapshots = listing.list_runs(settings=settings)
    if json_:
        click.echo(printable_json(orjson.dumps([row(snapshot) for snapshot in snapshots])))
    elif not snapshots:
        click.echo("no runs yet; next: workbench demo")
    else:
        _table(snapshots, listing.orphans(snapshots, settings=settings))


def row(snapshot: Snapshot) -> dict[str, object]:
    """One run in the list that ``status --json`` prints."""
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


def _show(snapshot: Snapshot, *, orphan: bool) -> None:
    from workbench.cli.progress import picture  # noqa: PLC0415 - imports what writes runs, as above

    console = Console()
    title = f"{snapshot.thread_id}  {snapshot.status}  {snapshot.letter.case_title}"
    console.print(Text(printable(title), style="bold"))
    console.print(picture(snapshot))
    for line in snapshot.unresolved:
        console.print(Text(printable(f"open: {line}")))
    if orphan:
        console.print(Text(f"the process that wrote it has ended; next: workbench resume {snapshot.thread_id}"))


def _table(snapshots: list[Snapshot], orphans: frozenset[str]) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("thread", "case", "status", "done", "updated"):
        table.add_column(name, no_wrap=name != "case", overflow="fold")  # an id that is cut cannot be copied
    for snapshot in snapshots:
        done = snapshot.progress
        updated = snapshot.updated_at[5:16].replace("T", " ")
        said = "interrupted" if snapshot.thread_id in orphans else snapshot.status
        cells = (snapshot.thread_id, snapshot.case_id, said, f"{done.completed} of {done.total}", updated)
        table.add_row(*(Text(printable(cell)) for cell in cells))
    Console().print(table)
