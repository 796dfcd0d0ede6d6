"""``workbench pause``, ``cancel``, ``section`` and ``fork``: the attorney in command of a run, whoever writes it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import orjson

from workbench.cli.drafting import summary
from workbench.cli.options import as_json
from workbench.cli.progress import watched_on
from workbench.errors import InputError, Problem, printable, printable_json
from workbench.live.snapshot import Snapshot
from workbench.workflow import opening
from workbench.workflow.forking import fork as branch_off
from workbench.workflow.orders import SECTION_ACTIONS
from workbench.workflow.steering import steered

as_user = click.option("--user-id", help="Who asks; default: the login name.")


@click.command()
@click.argument("thread")
@as_user
@as_json
def pause(thread: str, user_id: str | None, json_: bool) -> None:
    """Pause a run after its current steps; nothing is lost, and resume goes on."""
    _say_run(steered(opening.attach(thread), "pause", **_who(user_id)), "pausing after the current steps", json_=json_)


@click.command()
@click.argument("thread")
@as_user
@as_json
def cancel(thread: str, user_id: str | None, json_: bool) -> None:
    """End a run for good; what was written stays readable, and can be branched off."""
    _say_run(steered(opening.attach(thread), "cancel", **_who(user_id)), "cancelled", json_=json_)


@click.command()
@click.argument("thread")
@click.argument("section_id", metavar="SECTION")
@click.argument("action", type=click.Choice(SECTION_ACTIONS))
@click.option("--note", help="What the next draft is to heed, or why a section with errors is approved.")
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="For edit: the section's new text, Markdown; - for standard input.",
)
@as_user
@as_json
def section(thread: str, section_id: str, action: str, file: Path | None, json_: bool, **how: str | None) -> int:
    """Decide on a SECTION of the run THREAD.

    \b
    approve     the present text, and no other
    reject      it is drafted again, with what --note says
    edit        its text is replaced by that of --file, and checked
    regenerate  it is drafted again, with or without --note
    lock        nobody changes it any more, before unlock
    """  # noqa: D301 - click wants the character, not its name
    text = _text_of(file) if action == "edit" else None
    if file is not None and action != "edit":
        raise InputError(Problem(f"{action} takes no file", "leave it out", field="--file"))
    run = opening.attach(thread)
    decided = steered(run, action, section_id=section_id, note=how["note"], text=text, **_who(how["user_id"]))
    if run.writes and run.goes_on:  # this process took the run up, and stays until it has come to rest
        decided = watched_on(run, quiet=json_)
    state = decided.section(section_id)
    if json_:
        click.echo(printable_json(orjson.dumps(state.model_dump(mode="json"))))
    else:
        by = f" by {state.approved_by}" if state.approved_by else ""
        click.echo(printable(f"{section_id}: {state.status.replace('_', ' ')}{by}{', locked' if state.locked else ''}"))
        for finding in state.findings:
            click.echo(printable(f"  {finding.severity}: {finding.message}"))
    return 1 if decided.status == "failed" else 0


@click.command()
@click.argument("thread")
@click.option("--at", help="An event's id, as history lists them; default: as the run stands now.")
@click.option("--thread-id", "new_thread_id", help="The branch's id; default: a new one.")
@click.option("--case", "case", type=click.Path(path_type=Path), help="Another state of the case: its folder.")
@click.option("--prompts", help="What replaces its prompts: awards@0123 (see prompts list), filing, or a folder.")
@click.option("--redraft", help="Section ids to be drafted again, separated by commas.")
@click.option(
    "--edit",
    "edits",
    multiple=True,
    metavar="SECTION=FILE",
    help="A section's text, from a file; may be given several times.",
)
@as_user
@as_json
def fork(thread: str, json_: bool, redraft: str | None, edits: tuple[str, ...], **how: Any) -> None:
    """Branch off a run, as it stands or stood, with something changed; the old branch stays. Then: resume."""
    run = branch_off(
        thread,
        how["at"],
        new_thread_id=how["new_thread_id"],
        user_id=how["user_id"] or opening.login(),
        case=how["case"],
        prompts=how["prompts"],
        redraft=tuple(filter(None, (part.strip() for part in (redraft or "").split(",")))),
        edits=dict(_edit(given) for given in edits),
    )
    if json_:
        click.echo(printable_json(orjson.dumps(summary(run.snapshot, {}))))
        return
    left = sum(part.status in {"pending", "validating"} for part in run.snapshot.sections)
    click.echo(f"{run.thread_id}: {left} of {len(run.snapshot.sections)} sections to draft")
    click.echo(f"next: workbench resume {run.thread_id}")


def _edit(given: str) -> tuple[str, str]:
    name, separator, file = given.partition("=")
    if not separator:
        raise InputError(Problem(f"{given!r} is no edit", "write SECTION=FILE", field="--edit"))
    return name, _text_of(Path(file)) or ""


def _text_of(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError(Problem("is no text", "save it as UTF-8", file=str(file))) from None
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror}", "name a text file", file=str(file))) from None


def _who(user_id: str | None) -> dict[str, Any]:
    return {"user_id": user_id or opening.login(), "via": "cli"}


def _say_run(snapshot: Snapshot, said: str, *, json_: bool) -> None:
    if json_:
        click.echo(printable_json(orjson.dumps(summary(snapshot, {}))))
    else:
        done = snapshot.progress
        click.echo(f"{snapshot.thread_id}: {said} ({done.completed} of {done.total} sections)")
