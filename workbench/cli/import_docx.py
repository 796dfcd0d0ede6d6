"""``workbench import-docx``: an edited Word file comes back into its run, or a letter becomes a new one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from workbench.case.loader import load_case
from workbench.checks.finding import count_findings
from workbench.cli.draft import summarize_run
from workbench.cli.file_path import FilePath
from workbench.cli.options import json_option, resolve_user, split_list
from workbench.cli.output import name_command, print_json
from workbench.cli.progress import follow_run
from workbench.cli.run_id import complete_run_id
from workbench.config import Settings
from workbench.errors import InputError, Problem, printable
from workbench.export.word_edits import ImportResult, new_sentences
from workbench.export.word_import import EditedDocx, read_edited_docx
from workbench.live.snapshot import Snapshot
from workbench.text.count_noun import count_noun
from workbench.text.redline import Span
from workbench.workflow import start
from workbench.workflow.letter_import import LetterSections, describe_letter, read_letter_sections, start_run_of


@click.command("import-docx")
@click.argument("file", type=FilePath(dir_okay=False))
@click.option(
    "--run", "thread", callback=complete_run_id, metavar="THREAD", help="The run that the file was exported from."
)
@click.option("--case", "case_dir", type=FilePath(), metavar="CASE_DIR", help="Make the file a new run of this case.")
@click.option("--thread-id", help="With --case: the new run's id; default: a new one.")
@click.option("--draft-missing", is_flag=True, help="With --case: draft the sections that the letter lacks.")
@click.option("--user-id", "--user", "user_id", help="User who edits; default: see workbench user.")
@click.option("--list", "list_", is_flag=True, help="Show what the file changes, and change nothing.")
@click.option("--accept", "accept_all", is_flag=True, help="Accept every tracked change.")
@click.option("--accept-changes", "numbers", metavar="1,3", help="Accept these tracked changes, by number of --list.")
@json_option
def import_docx(
    file: Path,
    thread: str | None,
    case_dir: Path | None,
    user_id: str | None,
    *,
    list_: bool,
    json_: bool,
    **given: Any,
) -> int:
    """Bring an edited DOCX back, or make any letter a new run.

    With --run: untracked edits become edits of the sections, checked and without approval; comments become comments on
    sentences. Tracked changes are proposals: they are listed with numbers, and only those that you accept become edits.
    The others stay in the file, and can be accepted later.

    With --case, a letter that no run wrote, such as another firm's, becomes a new run: a .docx, .md, .txt, .pdf or
    .ipynb. Its sections are found by their headings and are your edits, checked and without approval; typed citations
    become those of the case's exhibits. What fits no section goes to the one before it, and is named, as are sections
    that the letter lacks and citations of no exhibit.
    """
    if case_dir is not None and thread is None:
        _refuse_options(given, {"accept_all": "--accept", "numbers": "--accept-changes"}, "--run")
        return _import_letter(file, case_dir, user_id, list_=list_, json_=json_, **given)
    if thread is not None and case_dir is None:
        _refuse_options(given, {"thread_id": "--thread-id", "draft_missing": "--draft-missing"}, "--case")
        return _import_edits(file, thread, user_id, list_=list_, json_=json_, **given)
    what = "neither a run nor a case" if thread is None else "both a run and a case"
    raise InputError(Problem(what, "give one of --run and --case"))


def _refuse_options(given: Mapping[str, Any], names: Mapping[str, str], other: str) -> None:
    if wrong := [option for name, option in names.items() if given[name]]:
        raise InputError(Problem(f"{wrong[0]} goes with {other} only", f"leave it out, or give {other}"))


def _import_edits(file: Path, thread: str, user_id: str | None, *, list_: bool, json_: bool, **given: Any) -> int:
    run = start.attach(thread)
    edited = read_edited_docx(run, file)
    accept = _choose(edited, accept_all=given["accept_all"], numbers=given["numbers"])
    if list_:
        if json_:
            print_json(_describe_file(edited, accept))
        else:
            _print_file(edited, accept)
        return 0
    result = edited.apply(accept=accept, user_id=resolve_user(user_id), via="cli")
    # Without a live writer this process has taken over the run, so it has to stay until nothing is left to draft.
    if run.writes and run.goes_on:
        follow_run(run, quiet=json_)
    if json_:
        print_json(_describe_result(edited, result, accept))
    else:
        _print_result(edited, result, accept)
    return 0


def _import_letter(file: Path, case_dir: Path, user_id: str | None, *, list_: bool, json_: bool, **given: Any) -> int:
    settings = Settings.from_env()
    case = load_case(case_dir, settings=settings)
    letter = read_letter_sections(file, case)
    if list_:
        _print_letter(letter, json_=json_)
        return 0
    run = start_run_of(
        letter,
        case,
        thread_id=given["thread_id"],
        user_id=resolve_user(user_id),
        draft_missing=given["draft_missing"],
        settings=settings,
        via="cli",
    )
    snapshot = follow_run(run, quiet=json_)
    _print_letter(letter, json_=json_, run=snapshot)
    return 1 if snapshot.status == "failed" else 0


def _print_letter(letter: LetterSections, *, json_: bool, run: Snapshot | None = None) -> None:
    if json_:
        described = {
            "sections": {section_id: {"words": len(text.split())} for section_id, text in letter.texts.items()},
            "lacking": list(letter.lacking),
            "citations": letter.citations,
            "comments": [comment._asdict() for comment in letter.comments],
            "notes": list(describe_letter(letter)),
        }
        print_json(described if run is None else summarize_run(run, {}) | {"letter": described})
        return
    for section_id, text in letter.texts.items():
        found = "" if run is None else f", {count_findings(run.section(section_id).findings)}"
        _echo(f"{section_id}: {count_noun(len(text.split()), 'word')}{found}")
    _echo(f"{count_noun(letter.citations, 'citation')} mapped to exhibits of the case")
    for comment in letter.comments:
        _echo(f"{comment.section_id}: comment by {comment.author} on {comment.sentence[:100]!r}: {comment.text}")
    _print_notes(tuple(describe_letter(letter)))
    if run is not None:
        _echo(f"{run.thread_id}: {run.status.replace('_', ' ')}, nothing approved")
        click.echo(f"next: {name_command('workbench lab (review and approve its sections)')}")


def _choose(edited: EditedDocx, *, accept_all: bool, numbers: str | None) -> tuple[int, ...]:
    if accept_all and numbers is not None:
        raise InputError(Problem("both all and some changes", "give one of --accept and --accept-changes"))
    if accept_all:
        return tuple(change.number for change in edited.changes)
    if numbers is None:
        return ()
    names = split_list(numbers, "--accept-changes")
    if wrong := [name for name in names if not (name.isascii() and name.isdigit())]:
        raise InputError(Problem(f"{wrong[0]!r} is no number", "write 1,3", field="--accept-changes"))
    return tuple(int(name[:9]) for name in names)


def _print_file(edited: EditedDocx, accept: tuple[int, ...]) -> None:
    edits = edited.edits(accept)
    for section_id, text in edits.items():
        count = len(new_sentences(edited.base.section(section_id).content, text))
        _echo(f"{section_id}: {count_noun(count, 'sentence')} changed without tracking or accepted")
    for change in edited.changes:
        taken = " (accepted)" if change.number in accept else ""
        _echo(f"{change.number}. {change.section_id}: {change.kind} by {change.author}, {change.date[:10]}{taken}")
        _echo(f"   {draw_spans(change.spans)}")
    for comment in edited.comments(accept):
        _echo(f"{comment.section_id}: comment by {comment.author} on {comment.sentence[:100]!r}: {comment.text}")
    if not (edits or edited.changes or edited.comments(accept)):
        _echo("the file changes nothing")
    _print_notes(edited.notes)


def _print_result(edited: EditedDocx, result: ImportResult, accept: tuple[int, ...]) -> None:
    for section in result.sections:
        _echo(f"{section.section_id}: edited, {count_noun(len(section.sentences), 'changed sentence')}")
        for finding in section.findings:
            _echo(f"  {finding.severity}: {finding.message}")
    for comment in result.comments:
        _echo(f"{comment.section_id}: comment by {comment.author} on {comment.sentence[:100]!r}")
    if not (result.sections or result.comments):
        _echo("nothing was changed")
    left = [str(change.number) for change in edited.changes if change.number not in accept]
    if left:
        _echo(f"not accepted: tracked changes {', '.join(left)}; see --list")
    _print_notes(result.notes)


def draw_spans(spans: tuple[Span, ...]) -> str:
    """Draws a redline as one line: ``[-old-]{+new+}``.

    >>> draw_spans((Span("equal", "in "), Span("delete", "1978"), Span("insert", "1979")))
    'in [-1978-]{+1979+}'
    """
    signs = {"equal": ("", ""), "delete": ("[-", "-]"), "insert": ("{+", "+}")}
    return "".join(f"{signs[span.op][0]}{span.text}{signs[span.op][1]}" for span in spans)


def _print_notes(notes: tuple[str, ...]) -> None:
    for note in notes:
        click.echo(printable(f"note: {note}"), err=True)


def _echo(line: str) -> None:
    click.echo(printable(line) if not line.startswith(" ") else f"   {printable(line)}")


def _describe_file(edited: EditedDocx, accept: tuple[int, ...]) -> dict[str, Any]:
    return {
        "edits": edited.edits(accept),
        "changes": [
            change._asdict() | {"spans": [{"op": span.op, "text": span.text} for span in change.spans]}
            for change in edited.changes
        ],
        "comments": [comment._asdict() for comment in edited.comments(accept)],
        "notes": list(edited.notes),
    }


def _describe_result(edited: EditedDocx, result: ImportResult, accept: tuple[int, ...]) -> dict[str, Any]:
    return {
        "sections": [
            {
                "section_id": section.section_id,
                "sentences": list(section.sentences),
                "findings": [finding.model_dump(mode="json") for finding in section.findings],
            }
            for section in result.sections
        ],
        "comments": [comment._asdict() for comment in result.comments],
        "not_accepted": [change.number for change in edited.changes if change.number not in accept],
        "notes": list(result.notes),
    }
