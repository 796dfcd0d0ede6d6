"""``workbench check``: every deterministic check on any draft, and a model's opinion where it is asked for."""

from __future__ import annotations

import asyncio
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

import click

from workbench.case.loader import CASE_FILE, load_case
from workbench.case.model import Case
from workbench.checks.finding import Finding, show_quote
from workbench.checks.many_letters import Checked, check_letters, find_letters
from workbench.checks.report import CheckReport
from workbench.checks.report_html import render_page
from workbench.cli import BAD_ANSWER, BAD_INPUT
from workbench.cli.file_path import FilePath
from workbench.cli.options import connect_cluster, dask_option, json_option
from workbench.cli.output import print_json, write_page
from workbench.config import Settings
from workbench.errors import InputError, Problem, printable
from workbench.text.collection_pause import pause_collection
from workbench.text.count_noun import count_noun

_FEW = 40
"""Characters of words that say little without their sentence."""
_AROUND = 90
"""Characters of the sentence that are shown on each side of them."""
_FILES = ("html", "docx", "pdf", "claims")
_COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}


@click.command()
@click.argument("drafts", type=FilePath(), nargs=-1, required=True, metavar="DRAFT...")
@click.option("--case", "case_dir", type=FilePath(), help="Case whose exhibits the draft cites.")
@click.option("--html", type=FilePath(dir_okay=False), help="Write the draft with its findings there.")
@click.option("--docx", type=FilePath(dir_okay=False), help="Write it with Word comments there.")
@click.option("--pdf", type=FilePath(dir_okay=False), help="Write one page to sign there: what was checked.")
@click.option("--claims", type=FilePath(dir_okay=False), help="Write the claim table there, as CSV: a row a sentence.")
@click.option("--model", "by_model", is_flag=True, help="Ask the model of WORKBENCH_MODEL about each sentence, too.")
@click.option("--budget-usd", type=float, help="With --model: spending limit in USD.")
@dask_option
@json_option
@click.pass_context
def check(
    context: click.Context,
    /,
    drafts: tuple[Path, ...],
    case_dir: Path | None,
    by_model: bool,
    budget_usd: float | None,
    dask: str | None,
    json_: bool,
    **files: Path | None,
) -> None:
    """Check a DRAFT of any origin: .md, .txt, .docx, .ipynb or .pdf.

    With --case its citations, quotations and facts are compared with the exhibits; without one only the checks run
    that need none. What could not be checked is listed with the reason, and never counts as passed. Of several
    letters, or a folder of them, one line each is printed. Exit status 1 where an error was found.

    With --model each sentence is sent, with the pages that it cites, to the model of WORKBENCH_MODEL. Its opinions are
    warnings at most, quote the page, and are marked as what they are.

    To confirm or reject what was found, sentence by sentence, make the letter a run: workbench import-docx DRAFT --case
    CASE_DIR, then workbench lab.
    """
    several = len(drafts) > 1 or drafts[0].is_dir()
    _refuse_options(context, several=several)
    # The checks of a letter make a million objects, and no cycles that take much room; those of many might.
    with connect_cluster(dask) as cluster, nullcontext() if several else pause_collection():
        case = load_case(case_dir, allow_unreadable=True) if case_dir else None
        _protect_inputs(files, drafts, case)
        if by_model and case is not None:
            draft, report = drafts[0], asyncio.run(_ask_model(drafts[0], case, budget_usd))
        else:
            checked = check_letters(find_letters(drafts), case, cluster)
            if several:
                context.exit(_check_several(checked, json_=json_))
            [(draft, found)] = checked
            if isinstance(found, InputError):
                raise found
            report = found
    _write_files(report, draft, **files)
    if json_:
        print_json(_dump_report(report))
    else:
        _print_report(report)
        if case_dir is not None and report.findings:
            click.echo(_name_next_step(draft, case_dir))
    context.exit(BAD_ANSWER if report.counts["error"] else 0)


def _refuse_options(context: click.Context, *, several: bool) -> None:
    """Raise where options do not go together."""
    given = context.params
    problem = None
    if several and (option := next((name for name in _FILES if given[name] is not None), None)):
        problem = Problem("a file for one letter, and several are named", "name one letter", field=f"--{option}")
    elif given["budget_usd"] is not None and not given["by_model"]:
        problem = Problem("a spending limit, and no model is asked", "add --model", field="--budget-usd")
    elif several and given["by_model"]:
        problem = Problem("a model is asked about one letter, and several are named", "name one", field="--model")
    elif given["by_model"] and given["case_dir"] is None:
        problem = Problem("a model compares a letter with its exhibits", "name the case", field="--case")
    if problem is not None:
        raise InputError(problem)


def _write_files(
    report: CheckReport,
    draft: Path,
    *,
    html: Path | None,
    docx: Path | None,
    pdf: Path | None,
    claims: Path | None,
) -> None:
    if html is not None:
        write_page(html, render_page(report))
    if docx is not None:
        from workbench.export.check_docx import write_docx  # noqa: PLC0415 - python-docx takes a while to import

        write_docx(report, docx, draft)
    if pdf is not None:
        from workbench.export.check_report_pdf import render_check_report  # noqa: PLC0415 - imports typst

        write_page(pdf, render_check_report(report), option="--pdf")
    if claims is not None:
        from workbench.export.claims import encode_claims, list_claims  # noqa: PLC0415 - not for --help

        write_page(claims, encode_claims(list_claims(None, report)), option="--claims")


async def _ask_model(draft: Path, case: Case, budget_usd: float | None) -> CheckReport:
    """Check a letter and ask a model; progress and cost go to stderr, where --json leaves room for them."""
    # The client of a model takes as long to load as the checks.
    from workbench.drafting.opinions import OpinionProgress, ask_opinions, find_reader  # noqa: PLC0415
    from workbench.drafting.request import ModelUsage  # noqa: PLC0415
    from workbench.drafting.support_judge import OPINION_ID  # noqa: PLC0415

    model = find_reader(Settings.from_env())
    click.echo(printable(f"note: sentences and the pages that they cite are sent to {model.label}"), err=True)
    last = OpinionProgress(0, 0, ModelUsage())
    with click.progressbar(length=1, label="sentences", file=sys.stderr, show_pos=True) as bar:

        def show(progress: OpinionProgress) -> None:
            nonlocal last
            bar.length = progress.total
            bar.update(progress.done - last.done)
            last = progress

        report = await ask_opinions(draft, case, model=model, budget_usd=budget_usd, on_progress=show)
    cost = "an unknown sum" if last.usage.cost_usd is None else f"{last.usage.cost_usd:.4f} USD"
    asked = report.checked[OPINION_ID].places
    click.echo(
        printable(f"{model.label}: {asked} of {last.total} sentences answered, {cost}; answers are kept"), err=True
    )
    return report


def _protect_inputs(outputs: Mapping[str, Path | None], drafts: Sequence[Path], case: Case | None) -> None:
    """Refuse to write a report in the place of the letter, of a file of the case, or of another report."""
    taken = {draft.resolve(): "the letter itself" for draft in drafts}
    if case is not None:
        files = [CASE_FILE, *(exhibit.file for exhibit in case.exhibits if exhibit.file)]
        taken |= {(case.root / file).resolve(): "a file of the case" for file in files}
    for name, path in outputs.items():
        if path is None:
            continue
        place = path.resolve()
        if place in taken:
            what = f"{taken[place]}, which would be lost"
            raise InputError(Problem(what, "name another file", file=str(path), field=f"--{name}"))
        if not place.exists() or place.is_file():  # several may go to one device
            taken[place] = f"what --{name} writes"


def _check_several(checked: Iterable[Checked], *, json_: bool) -> int:
    """Print a line for each letter as it is done, or all as JSON; return the exit status."""
    letters: list[dict[str, object]] = []
    status = 0
    for file, report in checked:
        if isinstance(report, InputError):
            status = BAD_INPUT
            click.echo(f"{report}", err=True)
            letters.append({"draft": str(file), "error": str(report)})
            continue
        status = max(status, BAD_ANSWER if report.counts["error"] else 0)
        if json_:
            letters.append({"draft": str(file), **_dump_report(report)})
        else:
            click.echo(_summarize_report(report, str(file)))
    if json_:
        print_json({"letters": letters})
    return status


def _dump_report(report: CheckReport) -> dict[str, object]:
    return {
        "findings": [
            {**finding.model_dump(), "place": where}
            for finding, where in zip(report.findings, report.where, strict=True)
        ],
        "counts": report.counts,
        "checked": {key: count.model_dump() for key, count in report.checked.items()},
    }


def _print_report(report: CheckReport) -> None:
    for finding, where in zip(report.findings, report.where, strict=True):
        _print_finding(report, finding, where)
    skipped = [(key, count) for key, count in report.checked.items() if count.unchecked]
    if skipped:
        click.echo("Not checked:")
        for key, count in skipped:
            reasons = "; ".join(f"{places} x {why}" for why, places in count.why.items())
            click.echo("  " + printable(f"{report.titles[key]} ({key}): {reasons}"))
    click.echo(_summarize_report(report, report.draft))


def _name_next_step(draft: Path, case_dir: Path) -> str:
    """Returns how findings are decided about: a letter outside a run has nobody to record it."""
    return printable(f"next: workbench import-docx {shlex.quote(str(draft))} --case {shlex.quote(str(case_dir))}")


def _summarize_report(report: CheckReport, name: str) -> str:
    counts = report.counts
    beside = f"against case {report.case_id}" if report.case_id else "without a case"
    words = ", ".join(count_noun(number, kind) for kind, number in counts.items() if kind != "info")
    return printable(f"{name}, {beside}: {words}, {counts['info']} for information")


def _show_words(report: CheckReport, finding: Finding) -> str:
    """Returns the words at issue, in their sentence where they are few."""
    words = show_quote(finding.quote or "")
    place = report.find_sentence(finding) if len(words) <= _FEW else None
    sentence = report.plain_sentences[place] if place is not None else ""
    at = sentence.find(words)
    if at < 0 or not sentence:
        return words
    start, end = max(0, at - _AROUND), at + len(words) + _AROUND
    before = f"… {sentence[start:at].partition(' ')[2]}" if start else sentence[:at]
    behind = (
        f"{sentence[at + len(words) : end].rpartition(' ')[0]} …"
        if end < len(sentence)
        else sentence[at + len(words) :]
    )
    return f"{before}{words}{behind}"


def _print_finding(report: CheckReport, finding: Finding, where: str | None) -> None:
    place = where or finding.section_id or "the letter"
    head = click.style(finding.severity, fg=_COLOURS[finding.severity], bold=True)
    click.echo(f"{head} {printable(f'{place}, {finding.check}: {finding.message}')}")
    if finding.quote:
        click.echo("    " + printable(f"The letter: {_show_words(report, finding)}"))
    for each in finding.evidence[:2]:
        click.echo("    " + printable(f"{report.name_place(each)}: {show_quote(each.quote)}"))
    if finding.suggestion:
        click.echo("    " + printable(finding.suggestion))
