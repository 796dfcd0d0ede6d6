"""The command line: each command a few lines over the public API.

Exit status: 0 it did what was asked; 1 it ran and the answer is bad; 2 bad input, with one clear line on stderr.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Sequence

import click

from workbench.cli import casefile, dashboard, drafting, lab, petition, serve, share, steering, store, travel
from workbench.errors import (
    ExportError,
    InputError,
    LockHeldError,
    StoreError,
    TransitionError,
    WorkbenchError,
    printable,
)

BAD_ANSWER, BAD_INPUT, INTERRUPTED = 1, 2, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="eb1a-workbench")
def cli() -> None:
    """Draft, check and export EB-1A petitions (8 CFR 204.5(h)).

    Nothing leaves this machine unless WORKBENCH_MODEL is set. To see it work, try: workbench demo
    """


for command in (
    drafting.demo,
    drafting.draft,
    drafting.resume,
    steering.pause,
    steering.cancel,
    steering.section,
    steering.fork,
    petition.status,
    petition.export,
    travel.history_,
    travel.compare_,
    travel.audit,
    store.redis,
    casefile.case,
    lab.lab,
    serve.serve,
    dashboard.dashboard,
    share.share,
):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and exits; never with a traceback for what the user did.

    Told to end (a service manager, a closed terminal), it ends in good order: the run is left paused, its lock free.
    """
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup's wish is kept
            signal.signal(number, lambda told, _frame: sys.exit(128 + told))
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; answers the exit status."""
    try:
        return int(cli.main(args=arguments, prog_name="workbench", standalone_mode=False) or 0)
    except (click.ClickException, WorkbenchError, OSError) as error:
        status, lines = _explained(error)
    except (KeyboardInterrupt, click.Abort):
        status, lines = INTERRUPTED, ["interrupted"]
    with contextlib.suppress(OSError):  # nobody may be there to read it; the status still says it
        for line in lines:
            click.echo(printable(line), err=True)
    return status


def _explained(error: Exception) -> tuple[int, list[str]]:
    """The exit status and what is said, one line a problem."""
    match error:
        case click.UsageError():
            place = error.ctx.command_path if error.ctx else "workbench"
            explained = BAD_INPUT, [f"{place}: {error.format_message().rstrip('.')}; see {place} --help"]
        case click.ClickException():
            explained = BAD_INPUT, [error.format_message()]
        case InputError():
            explained = BAD_INPUT, [str(problem) for problem in error.problems]
        case LockHeldError() | TransitionError() | StoreError():
            explained = BAD_INPUT, [str(error)]
        case ExportError():
            explained = BAD_ANSWER, str(error).splitlines()
        case OSError():  # what no room foresaw: a full disk, a folder that vanished
            place = f"{error.filename}: " if error.filename else ""
            explained = BAD_INPUT, [f"{place}{error.strerror or error}; check the path, its permissions and the disk"]
        case _:
            explained = BAD_ANSWER, [str(error)]
    return explained
