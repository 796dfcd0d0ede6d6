"""What a terminal shows while a run writes: a table that moves, or, where nobody watches, the lines of its log."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from workbench.errors import RunFailedError, printable
from workbench.live import events
from workbench.live.snapshot import Snapshot
from workbench.workflow.run import Run

SIGNS = {
    "pending": ("·", "dim"),
    "in_progress": ("✎", "cyan"),
    "revising": ("✎", "yellow"),
    "validating": ("?", "cyan"),
    "completed": ("✓", "green"),
    "approved": ("✓", "bold green"),
    "needs_review": ("!", "yellow"),
    "failed": ("✗", "red"),
}
LOG_LINES = 3


def watched(run: Run, *, quiet: bool) -> Snapshot:
    """Starts the run and shows it until it has ended, paused, or wants the attorney. Ctrl-C pauses it.

    Args:
        run: A pending, paused or waiting run.
        quiet: Show nothing.
    """
    return _shown(run, run.start, quiet=quiet)


def watched_on(run: Run, *, quiet: bool) -> Snapshot:
    """The same for a run that goes on already."""
    return _shown(run, lambda: None, quiet=quiet)


def _shown(run: Run, begin: Callable[[], None], *, quiet: bool) -> Snapshot:
    console = Console()
    if quiet:
        begin()
        return _waited(run)
    if not console.is_terminal:
        unsubscribe = run.subscribe(_LogEcho())
        try:
            begin()
            return _waited(run)
        finally:
            unsubscribe()
    with Live(get_renderable=lambda: picture(run.snapshot), console=console, refresh_per_second=8, transient=True):
        begin()
        return _waited(run)


def picture(snapshot: Snapshot) -> Table:
    """The run as a table: a row a section, the bar, the last lines of the log."""
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=1)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column(width=12, no_wrap=True)
    table.add_column(width=22, no_wrap=True)
    for section in snapshot.sections:
        sign, style = SIGNS[section.status]
        errors = sum(finding.severity == "error" for finding in section.findings)
        note = f"{len(section.content.split())} words" if section.content else ""
        table.add_row(
            Text(sign, style=style),
            Text(printable(section.title)),
            Text(section.status.replace("_", " "), style=style),
            Text(note + (f", {errors} errors" if errors else ""), style="dim"),
        )
    done = snapshot.progress
    table.add_row("", ProgressBar(total=max(done.total, 1), completed=done.completed), f"{done.percentage} %", "")
    for line in snapshot.logs[-LOG_LINES:]:
        table.add_row("", Text(printable(f"{line.agent}: {line.message}"), style="dim"), "", "")
    return table


def _waited(run: Run) -> Snapshot:
    try:
        return run.wait()
    except RunFailedError:
        return run.snapshot
    except KeyboardInterrupt:  # waiting has asked for the pause already
        click.echo("pausing after the steps under way; Ctrl-C again leaves at once", err=True)
        return run.wait()


class _LogEcho:
    """Prints the lines of the log as they are written; called on the workbench loop's thread.

    Where the reader has gone (``| head``) or the disk is full it falls silent: the run goes on, and the command's own
    last words find out the same.
    """

    def __init__(self) -> None:
        self._silent = False

    def __call__(self, batch: tuple[events.Event, ...], _snapshot: Snapshot) -> None:
        lines = [event.log for event in batch if isinstance(event, events.LogEntry)]
        try:
            for line in () if self._silent else lines:
                click.echo(printable(f"{line.level:<7} {line.agent}: {line.message}"), file=sys.stdout)
        except (OSError, ValueError):  # ValueError: the stream was closed
            self._silent = True
