"""The command line: each command a few lines over the public API.

Exit status: 0 it did what was asked; 1 it ran and the answer is bad; 2 bad input, with one clear line on stderr.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Sequence
from importlib import import_module

import click

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

COMMANDS = {
    "demo": "drafting",
    "draft": "drafting",
    "resume": "drafting",
    "pause": "steering",
    "cancel": "steering",
    "section": "steering",
    "fork": "steering",
    "status": "status",
    "export": "petition",
    "history": "travel:history_",
    "compare": "travel:compare_",
    "audit": "travel",
    "redis": "store",
    "case": "casefile",
    "prompts": "prompts",
    "lab": "lab",
    "serve": "serve",
    "share": "share",
    "dashboard": "dashboard",
    "experiment": "experiment",
    "gate": "gate:gate_",
    "golden": "golden",
    "optimize": "optimize",
    "feedback": "optimize:feedback",
    "promptfoo": "interchange:promptfoo",
    "dataset": "interchange:dataset",
    "local-model": "local_model:local_model",
}
"""The module of each command, and its name there where it is another. A command's module is imported when it is called
for: ``workbench redis url`` need not wait for LangGraph."""


class Commands(click.Group):
    """A group that imports its commands late."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Their names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(f"{__name__}.{module}"), name or cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101 - the table says so, and a test that it is true
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="eb1a-workbench")
def cli() -> None:
    """Draft, check and export EB-1A petitions (8 CFR 204.5(h)).

    Nothing leaves this machine unless WORKBENCH_MODEL is set. To see it work, try: workbench demo
    """


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
