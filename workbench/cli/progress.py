"""Progress of a run in a terminal: a live table, or the lines of its log."""

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


def start_and_follow(run: Run, *, quiet: bool) -> Snapshot:
    """Start a run and show it until it ends, pauses or waits; Ctrl-C pauses it.

    Args:
        run: A pending, paused or waiting run.
        quiet: Show nothing.
    """
    return _follow_run(run, run.start, quiet=quiet)


def follow_run(run: Run, *, quiet: bool) -> Snapshot:
    """Show a run in progress until it ends, pauses or waits; Ctrl-C pauses it."""
    return _follow_run(run, lambda: None, quiet=quiet)


def _follow_run(run: Run, begin: Callable[[], None], *, quiet: bool) -> Snapshot:
    console = Console()
    if quiet:
        begin()
        return _wait_for_run(run)
    if not console.is_terminal:  # a live table in a file or pipe would be a heap of control sequences
        unsubscribe = run.subscribe(_LogPrinter())
        try:
            begin()
            return _wait_for_run(run)
        finally:
            unsubscribe()
    with Live(
        get_renderable=lambda: build_progress_table(run.snapshot), console=console, refresh_per_second=8, transient=True
    ):
        begin()
        return _wait_for_run(run)


def build_progress_table(snapshot: Snapshot) -> Table:
    """Build a table of a run: one row per section, the bar, the last lines of the log."""
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


def _wait_for_run(run: Run) -> Snapshot:
    try:
        return run.wait()
    except RunFailedError:  # the snapshot has the reasons, and the caller prints them
        return run.snapshot
    except KeyboardInterrupt:  # run.wait() has already sent the pause
        click.echo("pausing after the current steps; press Ctrl-C again to leave at once", err=True)
        return run.wait()


class _LogPrinter:
    """Listener that prints log lines; called on the workbench loop's thread.

    If the reader of a pipe has ended (``| head``) or the disk is full it stops printing: the run continues, and the
    command itself meets the same error when it prints its result.
    """

    def __init__(self) -> None:
        self._silent = False

    def __call__(self, batch: tuple[events.Event, ...], _snapshot: Snapshot) -> None:
        lines = [event.log for event in batch if isinstance(event, events.LogEntry)]
        try:
            for line in () if self._silent else lines:
                click.echo(printable(f"{line.level:<7} {line.agent}: {line.message}"), file=sys.stdout)
        except (OSError, ValueError):  # print raises ValueError on a closed stream
            self._silent = True
