"""``workbench pause``, ``cancel``, ``section``, ``fork``: commands to runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from workbench.cli.draft import summarize_run
from workbench.cli.file_path import FilePath
from workbench.cli.options import json_option, resolve_user, split_list, user_option
from workbench.cli.output import name_command, print_json
from workbench.cli.progress import follow_run
from workbench.cli.run_id import complete_run_id
from workbench.errors import InputError, Problem, printable
from workbench.live.snapshot import Snapshot
from workbench.workflow import start
from workbench.workflow.command_dispatch import send_command_to
from workbench.workflow.commands import SECTION_ACTIONS
from workbench.workflow.fork import fork as make_branch


@click.command()
@click.argument("thread", callback=complete_run_id)
@user_option
@json_option
def pause(thread: str, user_id: str | None, json_: bool) -> None:
    """Pause a run after its current steps.

    Nothing is lost; workbench resume continues the run.
    """
    paused = send_command_to(start.attach(thread), "pause", **_name_sender(user_id))
    _print_run(paused, "pausing after the current steps", json_=json_)


@click.command()
@click.argument("thread", callback=complete_run_id)
@user_option
@json_option
def cancel(thread: str, user_id: str | None, json_: bool) -> None:
    """End a run for good.

    Its texts stay readable, and a branch can be made of it.
    """
    cancelled = send_command_to(start.attach(thread), "cancel", **_name_sender(user_id))
    _print_run(cancelled, "cancelled", json_=json_)


@click.command()
@click.argument("thread", callback=complete_run_id)
@click.argument("section_id", metavar="SECTION")
@click.argument("action", type=click.Choice(SECTION_ACTIONS))
@click.option("--note", help="Instruction for the next draft, or reason for approving a section with errors.")
@click.option(
    "--file",
    "file",
    type=FilePath(dir_okay=False, allow_dash=True),
    help="For edit: the new text of the section, Markdown; - for standard input.",
)
@user_option
@json_option
def section(thread: str, section_id: str, action: str, file: Path | None, json_: bool, **given: str | None) -> int:
    """Decide about a SECTION of the run THREAD.

    \b
    approve     approve exactly the present text
    withdraw    take the approval back; the text stays
    reject      draft it again with the instruction of --note
    edit        replace its text by that of --file, and check it
    regenerate  draft it again, with or without --note
    lock        allow no changes until unlock
    unlock      allow changes again
    add         add a section that the case has and the run lacks, and draft it
    """  # noqa: D301 - click wants the character, not its name
    # An unknown action is refused by click, so only the pairing of action and file is left to check.
    text = _read_text(file) if action == "edit" else None
    if file is not None and action != "edit":
        raise InputError(Problem(f"{action} takes no file", "leave it out", field="--file"))
    run = start.attach(thread)
    sender = _name_sender(given["user_id"])
    decided = send_command_to(run, action, section_id=section_id, note=given["note"], text=text, **sender)
    # Without a live writer this process has taken over the run, so it has to stay until nothing is left to draft.
    if run.writes and run.goes_on:
        decided = follow_run(run, quiet=json_)
    state = decided.section(section_id)
    if json_:
        print_json(state.model_dump(mode="json"))
    else:
        by = f" by {state.approved_by}" if state.approved_by else ""
        click.echo(printable(f"{section_id}: {state.status.replace('_', ' ')}{by}{', locked' if state.locked else ''}"))
        for finding in state.findings:
            click.echo(printable(f"  {finding.severity}: {finding.message}"))
    return 1 if decided.status == "failed" else 0


@click.command()
@click.argument("thread", callback=complete_run_id)
@click.option("--at", help="Id of a moment, from workbench history; default: the end of the run.")
@click.option("--thread-id", "new_thread_id", help="The branch's id; default: a new one.")
@click.option("--case", "case", type=FilePath(), help="Folder of a changed case.")
@click.option("--prompts", help="New prompts: a version (awards@0123, see prompts list), filing, shipped, or a folder.")
@click.option("--redraft", help="Ids of sections to draft again, separated by commas.")
@click.option(
    "--edit",
    "edits",
    multiple=True,
    metavar="SECTION=FILE",
    help="New text of a section, from a file; repeatable.",
)
@user_option
@json_option
def fork(thread: str, json_: bool, redraft: str | None, edits: tuple[str, ...], **given: Any) -> None:
    """Make a branch of a run, with something changed.

    The first run stays as it is. Continue the branch with workbench resume.
    """
    run = make_branch(
        thread,
        given["at"],
        new_thread_id=given["new_thread_id"],
        user_id=resolve_user(given["user_id"]),
        case=given["case"],
        prompts=given["prompts"],
        redraft=() if redraft is None else split_list(redraft, "--redraft"),
        edits=dict(_parse_edit(edit) for edit in edits),
    )
    if json_:
        print_json(summarize_run(run.snapshot, {}))
        return
    # A branch keeps every text but those that were asked for, so this number tells what resume will cost.
    left = sum(part.status in {"pending", "validating"} for part in run.snapshot.sections)
    click.echo(f"{run.thread_id}: {left} of {len(run.snapshot.sections)} sections to draft")
    click.echo(f"next: {name_command(f'workbench resume {run.thread_id}')}")


def _parse_edit(edit: str) -> tuple[str, str]:
    name, separator, file = edit.partition("=")
    if not separator:
        raise InputError(Problem(f"{edit!r} is not an edit", "write SECTION=FILE", field="--edit"))
    return name, _read_text(Path(file)) or ""


def _read_text(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except UnicodeDecodeError:  # a ValueError, so not covered by OSError below
        raise InputError(Problem("is not UTF-8 text", "save it as UTF-8", file=str(file))) from None
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror}", "give a text file", file=str(file))) from None


def _name_sender(user_id: str | None) -> dict[str, Any]:
    return {"user_id": resolve_user(user_id), "via": "cli"}


def _print_run(snapshot: Snapshot, state: str, *, json_: bool) -> None:
    if json_:
        print_json(summarize_run(snapshot, {}))
    else:
        done = snapshot.progress
        click.echo(f"{snapshot.thread_id}: {state} ({done.completed} of {done.total} sections)")
