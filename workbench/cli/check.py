"""``workbench check``: every deterministic check on any draft."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.case.loader import load_case
from workbench.case.reading_pool import CORES
from workbench.checks.check import check_letter
from workbench.checks.finding import Finding, show_quote
from workbench.checks.letter import read_letter
from workbench.checks.report import CheckReport
from workbench.checks.report_html import render_page
from workbench.cli.file_path import FilePath
from workbench.cli.options import json_option
from workbench.cli.output import print_json, write_page
from workbench.errors import printable
from workbench.text.collection_pause import pause_collection

_FEW = 40
"""Characters of words that say little without their sentence."""
_AROUND = 90
"""Characters of the sentence that are shown on each side of them."""
_COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}


@click.command()
@click.argument("draft", type=FilePath())
@click.option("--case", "case_dir", type=FilePath(), help="Case whose exhibits the draft cites.")
@click.option("--html", type=FilePath(dir_okay=False), help="Write the draft with its findings there.")
@click.option("--docx", type=FilePath(dir_okay=False), help="Write it with Word comments there.")
@click.option("--pdf", type=FilePath(dir_okay=False), help="Write one page to sign there: what was checked.")
@json_option
@click.pass_context
def check(
    context: click.Context,
    draft: Path,
    case_dir: Path | None,
    html: Path | None,
    docx: Path | None,
    pdf: Path | None,
    json_: bool,
) -> None:
    """Check a DRAFT of any origin: .md, .txt, .docx, .ipynb or .pdf.

    With --case its citations, quotations and facts are compared with the exhibits; without one only the checks run
    that need none. What could not be checked is listed with the reason, and never counts as passed. Exit status 1
    where an error was found.
    """
    with pause_collection():  # the checks make a million objects, and no cycles that take much room
        letter = read_letter(draft, load_case(case_dir) if case_dir else None)
        report = check_letter(letter, processes=CORES)
    if html is not None:
        write_page(html, render_page(report))
    if docx is not None:
        from workbench.export.check_docx import write_docx  # noqa: PLC0415 - python-docx takes a while to import

        write_docx(report, docx, draft)
    if pdf is not None:
        from workbench.export.check_report_pdf import render_check_report  # noqa: PLC0415 - imports typst

        write_page(pdf, render_check_report(report), option="--pdf")
    if json_:
        print_json(
            {
                "findings": [
                    {**finding.model_dump(), "place": where}
                    for finding, where in zip(report.findings, report.where, strict=True)
                ],
                "counts": report.counts,
                "checked": {key: count.model_dump() for key, count in report.checked.items()},
            }
        )
    else:
        _print_report(report)
    context.exit(1 if report.counts["error"] else 0)


def _print_report(report: CheckReport) -> None:
    for finding, where in zip(report.findings, report.where, strict=True):
        _print_finding(report, finding, where)
    skipped = [(key, count) for key, count in report.checked.items() if count.unchecked]
    if skipped:
        click.echo("Not checked:")
        for key, count in skipped:
            reasons = "; ".join(f"{places} x {why}" for why, places in count.why.items())
            click.echo("  " + printable(f"{report.titles[key]} ({key}): {reasons}"))
    counts = report.counts
    beside = f"against case {report.case_id}" if report.case_id else "without a case"
    words = ", ".join(f"{number} {name}{'s' * (number != 1)}" for name, number in counts.items() if name != "info")
    click.echo(printable(f"{report.draft}, {beside}: {words}, {counts['info']} for information"))


def _show_words(report: CheckReport, finding: Finding) -> str:
    """Returns the words at issue, in their sentence where they are few."""
    words = show_quote(finding.quote or "")
    place = report.find_sentence(finding) if len(words) <= _FEW else None
    sentence = " ".join(report.sentences[place].text.split()) if place is not None else ""
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
