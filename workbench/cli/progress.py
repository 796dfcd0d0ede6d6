"""Progress of a run in a terminal: table or log."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.live import Live

from workbench.cli.run_table import build_run_table
from workbench.errors import RunFailedError, printable
from workbench.live import events
from workbench.live.snapshot import Snapshot

if TYPE_CHECKING:
    from workbench.workflow.run import Run


def start_and_follow(run: Run, *, quiet: bool) -> Snapshot:
    """Start a run and show it until it stops.

    It stops by ending, pausing or waiting for the attorney; Ctrl-C pauses it.

    Args:
        run: A pending, paused or waiting run.
        quiet: Show nothing.
    """
    return _follow_run(run, run.start, quiet=quiet)


def follow_run(run: Run, *, quiet: bool) -> Snapshot:
    """Show a run in progress until it stops."""
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
        get_renderable=lambda: build_run_table(run.snapshot), console=console, refresh_per_second=8, transient=True
    ):
        begin()
        return _wait_for_run(run)


def _wait_for_run(run: Run) -> Snapshot:
    try:
        return run.wait()
    except RunFailedError:  # the snapshot has the reasons, and the caller prints them
        return run.snapshot
    except KeyboardInterrupt:  # run.wait() has already sent the pause
        click.echo("pausing after the current steps; press Ctrl-C again to leave at once", err=True)
        return run.wait()


class _LogPrinter:
    """Listener that prints the lines of the log.

    It is called on the workbench loop's thread. If the reader of a pipe has ended (``| head``) or the disk is full it
    stops printing: the run continues, and the command itself meets the same error when it prints its result.
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
