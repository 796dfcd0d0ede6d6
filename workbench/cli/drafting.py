"""``workbench demo``, ``draft`` and ``resume``: a run from its start, or from where it stopped, to its end."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson
from pydantic import ValidationError

import workbench
from workbench.cli.options import as_json, out_option
from workbench.cli.progress import watched
from workbench.errors import InputError, Problem, printable, printable_json
from workbench.live.snapshot import Snapshot
from workbench.workflow import opening, reading
from workbench.workflow.context import RunOptions
from workbench.workflow.run import Run

SAMPLE = "wu"
Command = TypeVar("Command", bound=Callable[..., Any])


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Folder for the files.",
)
@as_json
def demo(out: Path, json_: bool) -> int:
    """Draft the sample case, start to finish, and write its files."""
    return _to_the_end(lambda: opening.prepare(SAMPLE, options=RunOptions(unattended=True)), out, json_=json_)


@click.command()
@click.argument("case_dir", type=click.Path(path_type=Path))
@click.option("--thread-id", help="The run's id; default: a new one.")
@click.option("--user-id", help="Who drafts; default: the login name.")
@click.option("--sections", help="Section ids, separated by commas; default: what the case calls for.")
@click.option("--sequential", is_flag=True, help="One section after another.")
@click.option(
    "--max-revisions",
    type=click.IntRange(min=0),
    default=2,
    show_default=True,
    help="How often a draft with errors is sent back to the writer.",
)
@click.option("--budget-usd", type=click.FloatRange(min=0, min_open=True), help="Pause when so much is spent.")
@click.option("--budget-tokens", type=click.IntRange(min=1), help="Pause when so many tokens are used.")
@click.option("--unattended", is_flag=True, help="Do not wait for the attorney; list what is unresolved.")
@out_option
@as_json
def draft(case_dir: Path, thread_id: str | None, user_id: str | None, out: Path | None, json_: bool, **how: Any) -> int:
    """Draft the petition of CASE_DIR, to its end or to where it waits for the attorney.

    CASE_DIR is a folder with case.yaml and exhibits, or the name of a sample case. Ctrl-C pauses the run.
    """
    sections = how.pop("sections")
    chosen = None if sections is None else tuple(filter(None, (part.strip() for part in sections.split(","))))
    options = _options(sections=chosen, **how)
    return _to_the_end(
        lambda: opening.prepare(case_dir, thread_id=thread_id, user_id=user_id, options=options), out, json_=json_
    )


@click.command()
@click.argument("thread")
@click.option("--accept-changes", is_flag=True, help="Go on although the case has changed since.")
@out_option
@as_json
def resume(thread: str, accept_changes: bool, out: Path | None, json_: bool) -> int:
    """Go on with the run THREAD after a pause, a crash or a review; no finished section is drafted again.

    Where another live process holds the run, that process goes on with it, and this command shows it.
    """

    def opened() -> Run:
        run = opening.attach(thread)
        if not run.held_elsewhere:
            opening.take_up(run, accept_changes=accept_changes)
        return run

    return _to_the_end(opened, out, json_=json_)


def _options(**how: Any) -> RunOptions:
    """The options of a run; what click lets through (a budget of "nan") is refused here in its words."""
    try:
        return RunOptions(**how)
    except ValidationError as error:
        raise InputError(
            *(
                Problem(
                    what=f"{detail['msg'].lower()}, got {detail['input']!r}",
                    remedy="correct it",
                    field=f"--{str(detail['loc'][0]).replace('_', '-')}",
                )
                for detail in error.errors()
            )
        ) from None


def _to_the_end(opened: Callable[[], Run], out: Path | None, *, json_: bool) -> int:
    with contextlib.nullcontext() if out is None else _writable(out):
        run = opened()
    snapshot = watched(run, quiet=json_)
    files: dict[str, Path] = {}
    if out is not None:
        files = workbench.export_petition(snapshot, out=out, audit=reading.read_audit(snapshot.thread_id))
    if json_:
        click.echo(printable_json(orjson.dumps(summary(snapshot, files))))
    else:
        _say(snapshot, files)
    return 1 if snapshot.status == "failed" else 0


def summary(snapshot: Snapshot, files: dict[str, Path]) -> dict[str, Any]:
    """What ``draft --json`` prints."""
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


def _say(snapshot: Snapshot, files: dict[str, Path]) -> None:
    done = snapshot.progress
    model = printable(snapshot.model)
    click.echo(f"{snapshot.status}: {done.completed} of {done.total} sections, written by {model}")
    for line in ([snapshot.error] if snapshot.error else []) + list(snapshot.unresolved):
        click.echo(f"  open: {printable(line)}")
    for path in files.values():
        click.echo(f"  {path}")
    following = {
        "paused": f"workbench resume {snapshot.thread_id}",
        "needs_review": f"workbench section {snapshot.thread_id} SECTION approve (or edit, reject)",
    }.get(snapshot.status, f"workbench export {snapshot.thread_id} --to pdf,docx,html,ipynb")
    click.echo(f"next: {following}")


@contextlib.contextmanager
def _writable(out: Path) -> Iterator[None]:
    """Finds out that files can be written there before a run is opened; where it cannot be, no new folder stays."""
    missing = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        try:
            out.mkdir(parents=True, exist_ok=True)
            probe = out / ".workbench"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise InputError(
                Problem(what=f"cannot write {out}: {error.strerror}", remedy="choose another folder", field="--out")
            ) from error
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            for folder in missing:
                folder.rmdir()
        raise
