"""``workbench case new``, ``elements``, ``facts``, ``accept`` and ``settle``: from loose documents to a case."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import click

from workbench.case.criteria import CRITERIA
from workbench.case.open_points import OpenPoint
from workbench.cli.file_path import FilePath
from workbench.cli.options import connect_cluster, dask_option, json_option
from workbench.cli.output import name_command, print_json
from workbench.errors import InputError, Problem, printable
from workbench.intake.case_editor import CaseEditor
from workbench.intake.element_question import ElementQuestion
from workbench.intake.fact_proposal import FactProposal
from workbench.intake.new_case import new_case, refuse_existing
from workbench.intake.person import PRONOUNS

criterion_option = click.option(
    "--criterion", "criteria", multiple=True, help="Only this criterion or narrative section; may be given again."
)
_case_dir = click.argument("case_dir", type=FilePath())


@click.command()
@click.argument("folder", type=FilePath())
@click.option("--from", "documents", type=FilePath(), required=True, help="Folder of the loose documents.")
@click.option("--name", help="Full name of the beneficiary.")
@click.option("--field", help="Field of endeavor, in the words of the letter.")
@click.option("--honorific", help="Dr., Ms., ...; default: as the documents have it.")
@click.option("--pronouns", type=click.Choice(list(PRONOUNS)), help="Default: as the documents have them.")
@click.option("--filing-date", help="Date of filing, YYYY-MM-DD.")
@click.option("--petitioner", help="Employer or other person who files; default: the beneficiary.")
@click.option("--split", "splits", multiple=True, metavar="FILE=PAGES", help="Split a PDF: letters.pdf=1-3,4-9.")
@dask_option
@json_option
def new(  # noqa: PLR0913, PLR0917 - click gives every option as an argument
    folder: Path,
    documents: Path,
    name: str | None,
    field: str | None,
    honorific: str | None,
    pronouns: str | None,
    filing_date: str | None,
    petitioner: str | None,
    splits: tuple[str, ...],
    dask: str | None,
    json_: bool,
) -> None:
    """Make the case FOLDER from a folder of loose documents.

    Each document that can be read becomes an exhibit. Titles, dates, kinds and languages are guessed, and marked as
    guesses in case.yaml with the reason. Bundles are split, second copies left out, scans recognized where OCR is
    installed. A folder that has a case already is never changed. In a terminal, the name, field and filing date are
    asked for; what is not given stays marked.
    """
    # Before the questions: nobody should answer them in vain.
    refuse_existing(folder)
    if not json_:
        name = _ask(name, "Full name of the beneficiary")
        field = _ask(field, "Field of endeavor, as the letter shall say it")
        filing_date = _ask(filing_date, "Date of filing, YYYY-MM-DD (Enter: not known yet)")
    with connect_cluster(dask) as cluster:
        editor = new_case(
            folder,
            documents,
            name=name,
            field=field,
            honorific=honorific,
            pronouns=pronouns,
            filing_date=filing_date,
            petitioner=petitioner,
            splits=dict(_read_split(entry) for entry in splits),
            cluster=cluster,
        )
    case = editor.case
    if json_:
        print_json(
            {
                "folder": str(editor.folder),
                "exhibits": [exhibit.model_dump(mode="json") for exhibit in case.exhibits],
                "left_out": [{"name": one.name, "reason": one.reason} for one in editor.left_out],
                "to_settle": [point.model_dump() for point in case.open_points],
            }
        )
        return
    for number, exhibit in enumerate(case.exhibits, start=1):
        details = ", ".join(filter(None, (exhibit.kind, exhibit.date, exhibit.language)))
        missing = ", NOT AT HAND" if exhibit.missing else ""
        click.echo(printable(f"Exhibit {number}: {exhibit.title} ({details}{missing}); {exhibit.source}"))
    for one in editor.left_out:
        click.echo(printable(f"left out: {one}"))
    click.echo(f"{len(case.open_points)} guesses and gaps are to be settled: workbench case settle {folder}")
    elements, facts = f"workbench case elements {folder}", f"workbench case facts {folder} --ask"
    click.echo(f"next: {name_command(elements)}, then {name_command(facts)}")


@click.command()
@_case_dir
@criterion_option
@json_option
def elements(case_dir: Path, criteria: tuple[str, ...], json_: bool) -> None:
    """Ask for each element of the criteria, and show the pages that may carry it.

    8 CFR 204.5(h)(3)(i) to (x), one after another, then the narrative sections. Where no fact answers a question, the
    gap is worded as an officer of USCIS would.
    """
    questions = CaseEditor(case_dir).questions(criteria)
    if json_:
        print_json([_dump_question(question) for question in questions])
        return
    for (title, cite), group in groupby(questions, key=lambda one: (one.title, one.paragraph)):
        click.echo(f"{title} ({cite})")
        for question in group:
            click.echo(f"  {question.criterion}.{question.element}: {question.question}")
            if question.facts:
                click.echo(f"    answered by {question.facts} fact{'s' * (question.facts > 1)}")
            for page in question.pages:
                click.echo(f"    may be: {printable(str(page))}")
            if question.gap:
                click.echo(f"    gap: {question.gap}")


@click.command()
@_case_dir
@criterion_option
@click.option("--ask", is_flag=True, help="Go through them one by one: accept, reword or pass over each.")
@click.option("--model", "by_model", is_flag=True, help="Let the model of WORKBENCH_MODEL choose the sentences.")
@json_option
def facts(case_dir: Path, criteria: tuple[str, ...], ask: bool, by_model: bool, json_: bool) -> None:
    """Propose facts from the pages, each with its exhibit and page.

    A proposal is a sentence of a page in the page's own words. None counts until it is accepted: with --ask, or by its
    id with workbench case accept. With --model, a model gets the sentences and answers with their numbers.
    """
    editor = CaseEditor(case_dir)
    if by_model:
        model = editor.find_model()
        # Before anything is sent, and on stderr, where --json leaves room for it.
        click.echo(printable(f"note: sentences of the exhibits are sent to {model.label}"), err=True)
        proposals = asyncio.run(editor.ask_model(criteria, model=model))
    else:
        proposals = editor.proposals(criteria)
    if json_:
        print_json([proposal._asdict() for proposal in proposals])
    elif ask:
        _ask_facts(editor, proposals)
    else:
        for proposal in proposals:
            click.echo(printable(str(proposal)))
        if proposals:
            click.echo(f"to accept one: workbench case accept {case_dir} {proposals[0].id}", err=True)
        else:
            click.echo("no sentence is proposed; workbench case elements shows where to look", err=True)


@click.command()
@_case_dir
@click.argument("proposals", nargs=-1, required=True)
@click.option("--text", help="Words of the fact, as the letter shall print them; default: those of the page.")
@click.option("--item", help="Prize, association, article or role that it belongs to; default: the exhibit's title.")
def accept(case_dir: Path, proposals: tuple[str, ...], text: str | None, item: str | None) -> None:
    """Put PROPOSALS of `workbench case facts` into the case, by their ids."""
    if text is not None and len(proposals) > 1:
        raise InputError(Problem("one text for several proposals", "accept them one by one", field="--text"))
    editor = CaseEditor(case_dir)
    for proposal in proposals:
        editor.accept(proposal, text=text, item=item)
        click.echo(f"accepted {proposal}")


@click.command()
@_case_dir
@click.argument("field", required=False)
@click.argument("value", required=False)
@json_option
def settle(case_dir: Path, field: str | None, value: str | None, json_: bool) -> None:
    """Settle a guess or gap of the case: confirm FIELD, or give its VALUE.

    FIELD is named as in `workbench case check`: exhibits.medal.date. With an exhibit alone, exhibits.medal, all its
    guesses are confirmed. Without FIELD, a terminal goes through all of them; elsewhere they are listed.
    """
    editor = CaseEditor(case_dir)
    if field is not None:
        editor.settle(field, value)
    # In a script nobody answers: the list is printed instead.
    elif sys.stdin.isatty() and sys.stdout.isatty() and not json_:
        _ask_points(editor)
    points = editor.open_points
    if json_:
        print_json([point.model_dump() for point in points])
    elif field is not None:
        click.echo(f"settled {field}; {len(points)} to go")
    else:
        list_open_points(points)


def list_open_points(points: Iterable[OpenPoint]) -> None:
    """Print what a person has still to settle, one line each."""
    for point in points:
        click.echo(printable(f"to settle: {point}"))


def _ask(value: str | None, question: str) -> str | None:
    # Asked on stderr, so that what is printed can be piped.
    if value is not None or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return value
    return click.prompt(question, default="", show_default=False, err=True).strip() or None


def _read_split(entry: str) -> tuple[str, str]:
    # From the right: a file's name may hold an equals sign, page ranges never do.
    name, sign, pages = entry.rpartition("=")
    if not sign or not name:
        raise InputError(Problem(f"{entry!r} names no file and pages", "write FILE=1-3,4-9", field="--split"))
    return name, pages


def _dump_question(question: ElementQuestion) -> dict[str, object]:
    return question._asdict() | {"pages": [page._asdict() for page in question.pages]}


def _ask_facts(editor: CaseEditor, proposals: Iterable[FactProposal]) -> None:
    """Go through proposals one by one; a sentence that is taken once is not asked about again for the same element."""
    for proposal in proposals:
        click.echo()
        click.echo(printable(str(proposal)))
        choice = click.prompt(
            "accept (y), with other words (e), pass over (n), or stop (q)?",
            type=click.Choice(["y", "e", "n", "q"]),
            default="n",
        )
        if choice == "q":
            return
        if choice != "n":
            text = click.prompt("Words of the fact", default=proposal.text) if choice == "e" else None
            editor.accept(proposal, text=text, item=_ask_item(editor, proposal))


def _ask_item(editor: CaseEditor, proposal: FactProposal) -> str:
    """Ask for the item that a fact belongs to: one of the criterion's, by its number, or a new title."""
    claim = editor.case.claim(proposal.criterion)
    titles = [item.title for item in claim.items] if claim is not None else []
    if proposal.criterion not in CRITERIA:
        return proposal.item  # a narrative section has none
    for number, title in enumerate(titles, start=1):
        click.echo(f"  {number}: {printable(title)}")
    question = "Under which title (a number, or a new one)?" if titles else "Under which title?"
    answer = click.prompt(question, default=proposal.item).strip()
    return titles[int(answer) - 1] if answer.isdigit() and 1 <= int(answer) <= len(titles) else answer


def _ask_points(editor: CaseEditor) -> None:
    """Go through open points one by one."""
    for point in editor.open_points:
        if not point.field:
            continue
        click.echo(printable(str(point)))
        answer = click.prompt("value (Enter: as it stands; -: later)", default="", show_default=False).strip()
        if answer == "-":
            continue
        try:
            editor.settle(point.field, answer or None)
        except InputError as error:  # the next one can be settled all the same
            click.echo(printable(str(error)), err=True)
