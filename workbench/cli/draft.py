"""``workbench demo``, ``draft`` and ``resume``: runs started or continued."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

import workbench
from workbench.cli.file_path import FilePath
from workbench.cli.options import (
    files_option,
    json_option,
    out_option,
    resolve_signer,
    resolve_user,
    sign_option,
    split_list,
)
from workbench.cli.output import name_command, print_json
from workbench.cli.progress import start_and_follow
from workbench.cli.run_id import complete_run_id
from workbench.config import describe_value_error
from workbench.errors import InputError, Problem, make_write_error, printable
from workbench.live.snapshot import Snapshot
from workbench.text.atomic_write import make_private_folder
from workbench.workflow import repository, start
from workbench.workflow.context import RunOptions
from workbench.workflow.run import Run

SAMPLES = ("wu", "rfe", "letter")
"""Names of the sample cases: a petition, a response to a Request for Evidence, and an expert letter."""


@click.command()
@click.option("--sample", type=click.Choice(SAMPLES), default=SAMPLES[0], show_default=True, help="The sample case.")
@files_option
@sign_option
@json_option
def demo(sample: str, out: Path, sign: bool | None, json_: bool) -> int:
    """Draft a sample case and write its files.

    wu is a petition, rfe a response to a Request for Evidence, letter an expert letter.
    """
    options = RunOptions(unattended=True)
    return _run_to_end(lambda: start.prepare(sample, options=options, new=True), out, sign=sign, json_=json_)


@click.command()
@click.argument("case_dir", type=FilePath())
@click.option("--thread-id", help="The run's id; default: a new one.")
@click.option("--user-id", help="User who drafts; default: see workbench user.")
@click.option("--sections", help="Section ids, separated by commas; default: those of the case.")
@click.option("--sequential", is_flag=True, help="Draft one section after another.")
@click.option(
    "--max-revisions",
    type=click.IntRange(min=0),
    default=2,
    show_default=True,
    help="How often a draft with errors is sent back to the writer agent.",
)
@click.option("--budget-usd", type=click.FloatRange(min=0, min_open=True), help="Pause at this cost, in USD.")
@click.option("--budget-tokens", type=click.IntRange(min=1), help="Pause at this number of tokens.")
@click.option(
    "--max-output-tokens", type=click.IntRange(min=1), help="Largest output limit to send; default: by the section."
)
@click.option("--reasoning-effort", help="For a model that reasons: low, medium, high or what it knows.")
@click.option("--temperature", type=click.FloatRange(0, 2), help="Temperature to send; default: none.")
@click.option("--extra-body", help="Further fields of each request, a JSON object.")
@click.option("--new", is_flag=True, help="Make another run although one of this case was interrupted.")
@click.option("--unattended", is_flag=True, help="Do not wait for the attorney; list what is unresolved.")
@out_option
@sign_option
@json_option
def draft(
    case_dir: Path, thread_id: str | None, user_id: str | None, out: Path | None, json_: bool, **options: Any
) -> int:
    """Draft the petition of CASE_DIR.

    CASE_DIR is a folder with case.yaml and exhibits, or the name of a sample case. The command ends when the run has
    ended or waits for the attorney. Ctrl-C pauses the run.
    """
    sections, new, sign = options.pop("sections"), options.pop("new"), options.pop("sign")
    chosen = None if sections is None else split_list(sections, "--sections")
    run_options, user = _build_options(sections=chosen, **options), resolve_user(user_id)
    return _run_to_end(
        lambda: start.prepare(case_dir, thread_id=thread_id, user_id=user, options=run_options, new=new),
        out,
        sign=sign,
        json_=json_,
    )


@click.command()
@click.argument("thread", callback=complete_run_id)
@click.option("--accept-changes", is_flag=True, help="Continue although the case has changed.")
@out_option
@sign_option
@json_option
def resume(thread: str, accept_changes: bool, out: Path | None, sign: bool | None, json_: bool) -> int:
    """Continue the run THREAD after a pause, crash or review.

    No finished section is drafted again. If another live process writes the run, that process continues it, and this
    command follows it.
    """

    def attach_for_writing() -> Run:
        run = start.attach(thread)
        if not run.held_elsewhere:
            start.take_over(run, accept_changes=accept_changes)
        return run

    return _run_to_end(attach_for_writing, out, sign=sign, json_=json_)


def _build_options(**options: Any) -> RunOptions:
    """Build the options of a run."""
    # click accepts some values that the run refuses, such as a budget of "nan"; the message has click's form.
    try:
        return RunOptions(**options)
    except ValidationError as error:
        raise InputError(
            *(
                Problem(
                    what=f"{describe_value_error(detail)}, got {detail['input']!r}",
                    remedy="correct it",
                    field=f"--{str(detail['loc'][0]).replace('_', '-')}",
                )
                for detail in error.errors()
            )
        ) from None


def _run_to_end(open_run: Callable[[], Run], out: Path | None, *, sign: bool | None, json_: bool) -> int:
    """Execute a run, write its files, return the exit status."""
    # Before the run, as the folder below: whoever knows the passphrase sits here now.
    signer = resolve_signer(sign) if out is not None or sign else None
    # A folder that cannot be written is reported now; after the run it would be too late.
    with contextlib.nullcontext() if out is None else _ensure_writable(out):
        run = open_run()
    snapshot = start_and_follow(run, quiet=json_)
    files: dict[str, Path] = {}
    if out is not None:
        record = repository.read_audit(snapshot.thread_id)
        files = workbench.export_petition(snapshot, out=out, audit=record, signer=signer)
    if json_:
        print_json(summarize_run(snapshot, files))
    else:
        _print_summary(snapshot, files)
    return 1 if snapshot.status == "failed" else 0


def summarize_run(snapshot: Snapshot, files: dict[str, Path]) -> dict[str, Any]:
    """Return the object that ``draft --json`` prints."""
    return {
        "thread_id": snapshot.thread_id,
        "status": snapshot.status,
        "model": snapshot.model,
        "sections": [
            section.model_dump(include={"section_id", "status", "attempts", "tokens_used"})
            for section in snapshot.sections
        ],
        "usage": snapshot.usage.model_dump(),
        "unresolved": list(snapshot.unresolved),
        "error": snapshot.error,
        "files": {kind: str(path) for kind, path in files.items()},
    }


def _print_summary(snapshot: Snapshot, files: dict[str, Path]) -> None:
    done = snapshot.progress
    model = printable(snapshot.model)
    click.echo(f"{snapshot.status}: {done.completed} of {done.total} sections, written by {model}")
    for line in ([snapshot.error] if snapshot.error else []) + list(snapshot.unresolved):
        click.echo(f"  open: {printable(line)}")
    for path in files.values():
        click.echo(f"  {path}")
    # The last line tells a newcomer which command makes sense now.
    written = f"workbench export {snapshot.thread_id} --to pdf,docx,html,ipynb"
    following = {
        "paused": f"workbench resume {snapshot.thread_id}",
        "needs_review": f"workbench section {snapshot.thread_id} SECTION approve (or edit, reject)",
    }.get(snapshot.status, "workbench lab (review and approve its sections)" if files else written)
    click.echo(f"next: {name_command(following)}")


@contextlib.contextmanager
def _ensure_writable(out: Path) -> Iterator[None]:
    """Check that a folder can be written; undo on failure."""
    missing = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        try:
            make_private_folder(out)
            # Permissions do not tell everything (a read-only disk, a quota), so a file is written.
            probe = out / ".workbench"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise make_write_error(error, out, "choose another folder", field="--out") from None
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            for folder in missing:
                folder.rmdir()
        raise
