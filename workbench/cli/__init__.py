"""Command line of the workbench.

Each command is a few lines over the public API.

Exit status: 0 when the command has done what was asked; 1 when it ran and the result is bad; 2 for bad input, with one
line per problem on stderr.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

import click
from click.exceptions import NoArgsIsHelpError

from workbench.errors import (
    ExportError,
    InputError,
    LockHeldError,
    StoreError,
    TransitionError,
    WorkbenchError,
    choose_remedy,
    printable,
    refuse_windows,
)

_OBJECTS_BETWEEN_COLLECTIONS = 200_000

BAD_ANSWER, BAD_INPUT, INTERRUPTED = 1, 2, 130

# nbformat imports jsonschema, and that rfc3987_syntax, which compiles thirty grammars in over a second for a format
# of addresses that no schema of Jupyter's uses. None makes that import fail, for which jsonschema is prepared. Only
# processes of the command line import this module: a kernel keeps the format.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


class CommandEntry(NamedTuple):
    """Location and short help of one command.

    Attributes:
        module: Module of this package that defines the command.
        attribute: Name of the command object in that module.
        short_help: First sentence of the command's own help, without its full stop.
    """

    module: str
    attribute: str
    short_help: str


# The short help repeats what each command says of itself, because reading it from there would import all the modules.
# tests/cli/test_init.py compares the two.
COMMANDS = {
    "audit": CommandEntry("history", "audit", "List who did what to a run, and when"),
    "authority": CommandEntry("authority", "authority", "List the authorities on record, or confirm one"),
    "cancel": CommandEntry("run_commands", "cancel", "End a run for good"),
    "case": CommandEntry("case", "case", "Make, fill in or check a case, or print its JSON schema"),
    "check": CommandEntry("check", "check", "Check a DRAFT of any origin: .md, .txt, .docx, .ipynb or .pdf"),
    "compare": CommandEntry("history", "compare_command", "Compare two runs or moments, section by section"),
    "dashboard": CommandEntry("dashboard", "dashboard", "Show runs read-only in Voila while they are written"),
    "dataset": CommandEntry("dataset", "dataset", "Exchange examples as JSON lines with LangSmith and OpenAI"),
    "demo": CommandEntry("draft", "demo", "Draft a sample case and write its files"),
    "doctor": CommandEntry("doctor", "doctor", "Show what is installed, reachable or missing"),
    "draft": CommandEntry("draft", "draft", "Draft the petition of CASE_DIR"),
    "experiment": CommandEntry("experiment", "experiment", "Draft and score every cell of the experiment in FILE"),
    "export": CommandEntry("export", "export", "Write the files of a run"),
    "feedback": CommandEntry("optimize", "feedback", "Show the decisions about drafts as a labeled data set"),
    "fork": CommandEntry("run_commands", "fork", "Make a branch of a run, with something changed"),
    "gate": CommandEntry("gate", "gate_command", "Test a prompt VERSION on the golden cases"),
    "golden": CommandEntry("golden", "golden", "List or add golden cases, on which prompts are tested"),
    "history": CommandEntry("history", "history_command", "List the moments of a run"),
    "import-docx": CommandEntry(
        "import_docx", "import_docx", "Bring an edited DOCX back, or make any letter a new run"
    ),
    "lab": CommandEntry("lab", "lab", "Open JupyterLab on the start page"),
    "local-model": CommandEntry("local_model", "local_model", "Serve the small local model (SmolLM2-135M)"),
    "optimize": CommandEntry("optimize", "optimize", "Search for a better prompt of SECTION"),
    "package": CommandEntry("package", "package", "Bind the letter and exhibits of a run in volumes"),
    "pause": CommandEntry("run_commands", "pause", "Pause a run after its current steps"),
    "promptfoo": CommandEntry(
        "promptfoo", "promptfoo", "Export experiments to promptfoo, run it, and read its results"
    ),
    "prompts": CommandEntry("prompts", "prompts", "List, compare, save, promote and roll back prompt versions"),
    "redis": CommandEntry("redis", "redis", "Show and control the store, and make encryption keys"),
    "resume": CommandEntry("draft", "resume", "Continue the run THREAD after a pause, crash or review"),
    "section": CommandEntry("run_commands", "section", "Decide about a SECTION of the run THREAD"),
    "serve": CommandEntry("serve", "serve", "Serve REST and live pages of this Redis's runs"),
    "share": CommandEntry("share", "share", "Make, list or revoke links that show a run read-only"),
    "signing-key": CommandEntry("signing_key", "signing_key", "Make a key that signs manifests, in FILE and FILE.pub"),
    "status": CommandEntry("status", "status", "Show one run, or list all runs"),
    "user": CommandEntry("user", "user", "Show or set your name, as approvals carry it"),
    "verify": CommandEntry("verify", "verify", "Prove that a FILE of a petition matches its run"),
}
"""Every command of ``workbench``, by name."""


class LazyGroup(click.Group):
    """Group that imports a command's module on first use.

    ``workbench redis url`` does not wait for LangGraph, and ``workbench --help`` imports no command at all.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import and return the command of that name, or None."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        if cmd_name != "doctor":
            refuse_windows()
        from workbench.text.collection_pause import pause_collection  # noqa: PLC0415 - `--help` comes here for none

        with pause_collection():  # imports make objects that stay
            command = getattr(import_module(f"{__name__}.{entry.module}"), entry.attribute)
        assert isinstance(command, click.Command)  # noqa: S101 - the table says so, and a test that it is true
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Write the list of commands from the table."""
        # click's own version imports every command for its short help: 4 s of CPU and 250 MB.
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].short_help) for name in sorted(COMMANDS)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="eb1a-workbench")
def cli() -> None:
    """Draft, check and export EB-1A petitions (8 CFR 204.5(h)).

    No text of a case leaves this machine unless WORKBENCH_MODEL is set. To see it work, try: workbench demo
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit with its status.

    On SIGTERM or SIGHUP (a service manager, a closed terminal) the process ends in order: the run is left paused and
    its lock is released.
    """
    # At its usual 700 the collector walks through every import, again and again: a fifth of a short command's time.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) is signal.SIG_DFL:  # under nohup SIGHUP is ignored, and stays so
            signal.signal(number, lambda received, _frame: sys.exit(128 + received))
    status = run(arguments)
    if not _flush_output():
        status = status or BAD_INPUT
    # The interpreter's last collection would walk through every import; what is open has been closed by now.
    gc.freeze()
    sys.exit(status)


def _flush_output() -> bool:
    """Writes what is buffered for stdout.

    Returns False where it cannot be written, as on a full disk.
    """
    if sys.stdout is None:  # it was closed before the start
        return True
    try:
        sys.stdout.flush()
    except OSError:
        # What is left in the buffer would be written again at exit, and Python would print that it failed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    except ValueError:  # a closed stream has nothing buffered
        return True
    return True


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    try:
        return int(cli.main(args=arguments, prog_name="workbench", standalone_mode=False) or 0)
    except NoArgsIsHelpError as error:  # a group without a command: its help is what was asked for
        click.echo(error.ctx.get_help() if error.ctx else error.format_message())
        return 0
    except (click.ClickException, WorkbenchError, OSError) as error:
        status, lines = _describe_error(error)
    except (KeyboardInterrupt, click.Abort):
        status, lines = INTERRUPTED, ["interrupted"]
    with contextlib.suppress(OSError):  # stderr may be closed; the exit status still reports the error
        for line in lines:
            click.echo(printable(line), err=True)
    return status


def _describe_error(error: Exception) -> tuple[int, list[str]]:
    """Return exit status and lines, one line per problem."""
    match error:
        case click.UsageError():
            place = error.ctx.command_path if error.ctx else "workbench"
            described = BAD_INPUT, [f"{place}: {error.format_message().rstrip('.')}; see {place} --help"]
        case click.ClickException():
            described = BAD_INPUT, [error.format_message()]
        case InputError():
            described = BAD_INPUT, [str(problem) for problem in error.problems]
        case LockHeldError() | TransitionError() | StoreError():
            described = BAD_INPUT, [str(error)]
        case ExportError():
            described = BAD_ANSWER, str(error).splitlines()
        case OSError():  # not handled by the room concerned: a full disk, a deleted folder
            place = f"{error.filename}: " if error.filename else ""
            remedy = choose_remedy(error, error.filename, "check the path, its permissions and the disk")
            described = BAD_INPUT, [f"{place}{error.strerror or error}; {remedy}"]
        case _:
            described = BAD_ANSWER, [str(error)]
    return described
