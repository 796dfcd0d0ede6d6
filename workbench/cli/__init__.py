"""The command line: each command a few lines over the public API.

Exit status: 0 it did what was asked; 1 it ran and the answer is bad; 2 bad input, with one clear line on stderr.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from workbench.cli import casefile, drafting, lab, petition, store
from workbench.errors import (
    ExportError,
    InputError,
    LockHeldError,
    RunFailedError,
    StoreError,
    TransitionError,
    WorkbenchError,
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
    petition.status,
    petition.export,
    store.redis,
    casefile.case,
    lab.lab,
):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and exits; never with a traceback for what the user did."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; answers the exit status."""
    try:
        return int(cli.main(args=arguments, prog_name="workbench", standalone_mode=False) or 0)
    except click.UsageError as error:
        place = error.ctx.command_path if error.ctx else "workbench"
        return _say(f"{place}: {error.format_message().rstrip('.')}; see {place} --help", BAD_INPUT)
    except click.ClickException as error:
        return _say(error.format_message(), BAD_INPUT)
    except (InputError, LockHeldError, TransitionError, StoreError) as error:
        return _say(str(error), BAD_INPUT)
    except (RunFailedError, ExportError, WorkbenchError) as error:
        return _say(str(error), BAD_ANSWER)
    except (KeyboardInterrupt, click.Abort):
        return _say("interrupted", INTERRUPTED)


def _say(line: str, status: int) -> int:
    click.echo(line, err=True)
    return status
