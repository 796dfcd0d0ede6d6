"""``workbench history``, ``compare`` and ``audit``: the past of runs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from workbench.cli.file_path import FilePath
from workbench.cli.options import json_option
from workbench.cli.output import print_json, write_page
from workbench.cli.run_id import complete_run_id
from workbench.errors import printable
from workbench.live.audit import AuditEntry, describe_damage
from workbench.record.comparison import Comparison, compare
from workbench.record.comparison_html import both, page, section_notes, side_line
from workbench.record.history import HistoryRow, history
from workbench.record.section_comparison import SectionComparison
from workbench.text.csv_table import BOM, format_csv
from workbench.text.redline import Span, paragraphs
from workbench.workflow import repository


@click.command(name="history")
@click.argument("thread", callback=complete_run_id)
@json_option
def history_command(thread: str, json_: bool) -> int:
    """List the moments of a run.

    The ids in the first column are for fork --at, and for compare as THREAD@ID. Exit status 1 if the audit record,
    which names who did what, is incomplete.
    """
    records = repository.read_records(thread)
    rows = history(records.events, records.audit)
    if json_:
        print_json([row.to_dict() for row in rows])
    else:
        Console().print(_build_moments_table(rows))
    return _report_damage(thread, records)


@click.command(name="compare")
@click.argument("a", callback=complete_run_id)
@click.argument("b", callback=complete_run_id)
@click.option("--html", type=FilePath(dir_okay=False), help="Also write the redline as a page.")
@json_option
def compare_command(a: str, b: str, html: Path | None, json_: bool) -> None:
    """Compare two runs or moments, section by section.

    A and B are each a THREAD, or THREAD@ID for an earlier moment of it. Deleted text is shown as [-text-], inserted
    text as {+text+}.
    """
    comparison = compare(repository.read_moment(a), repository.read_moment(b))
    # Before anything is printed: a page that cannot be written is an error, and stdout stays empty.
    if html is not None:
        write_page(html, page(comparison))
    if json_:
        print_json(comparison.to_dict())
    elif html is not None:
        click.echo(html)
    else:
        Console().print(render_comparison(comparison))


@click.command()
@click.argument("thread", callback=complete_run_id)
@click.option("--csv", "csv_", is_flag=True, help="Print comma-separated values with a header line.")
@json_option
def audit(thread: str, csv_: bool, json_: bool) -> int:
    """List who did what to a run, and when.

    Exit status 1 if the record is incomplete: an entry was changed, or is missing.
    """
    records = repository.read_records(thread)
    entries = list(records.audit)
    if json_:
        print_json([entry.model_dump() for entry in entries])
    elif csv_:
        click.echo(BOM + format_audit_csv(entries), nl=False)
    else:
        Console().print(_build_audit_table(entries))
    # The record is printed in any case: what is left of it may be needed to repair it.
    return _report_damage(thread, records)


def _report_damage(thread: str, records: repository.RunRecords) -> int:
    """Report what is wrong with an audit record; return the exit status."""
    damage = describe_damage(records.audit, records.snapshot.audit)
    if damage is not None:
        click.echo(
            f"the audit record of {thread} is incomplete: {damage}; restore the record from a backup",
            err=True,
        )
    return int(damage is not None)


def format_audit_csv(entries: Iterable[AuditEntry]) -> str:
    """Format the record for a spreadsheet, one line an entry."""
    return format_csv(
        AuditEntry.model_fields,
        (
            [None if value is None else printable(str(value)) for value in entry.model_dump().values()]
            for entry in entries
        ),
    )


def render_comparison(comparison: Comparison) -> Group:
    """Render sides, sections and changed paragraphs for a terminal."""
    heads = [Text(printable(f"{name}  {side_line(side)}")) for name, side in (("A", comparison.a), ("B", comparison.b))]
    table = Table(box=None, pad_edge=False)
    for name, number in (("section", 0), ("text", 0), ("in", 1), ("out", 1), ("findings", 1), ("status", 0)):
        table.add_column(name, justify="right" if number else "left", overflow="fold")
    for section in comparison.sections:
        opened, closed = len(section.findings_opened), len(section.findings_closed)
        table.add_row(
            Text(printable(section.section_id)),
            section.verdict,
            str(section.inserted or ""),
            str(section.deleted or ""),
            " ".join([f"+{opened}"] * bool(opened) + [f"-{closed}"] * bool(closed)),
            Text(both(section.a and section.a.status, section.b and section.b.status)),
        )
    changed = (_render_section(section) for section in comparison.sections if section.differs)
    return Group(*heads, Text(), table, *changed)


def _render_section(section: SectionComparison) -> Group:
    lines = [Text(printable(note)) for note in section_notes(section)]
    # Runs of unchanged paragraphs are counted, not shown: a letter has hundreds of them.
    same = 0
    for row in paragraphs(section.spans) if section.verdict != "same" else ():
        if all(span.op == "equal" for span in row):
            same += 1
            continue
        lines += [*_describe_unchanged(same), Text.assemble(*map(_mark_span, row))]
        same = 0
    indented = (Padding(line, (0, 0, 0, 2)) for line in [*lines, *_describe_unchanged(same)])
    return Group(Text(), Text(printable(section.title), style="bold"), *indented)


def _describe_unchanged(number: int) -> list[Text]:
    return [Text(f"… {number} unchanged paragraph{'s' * (number > 1)}", style="dim")] if number else []


def _mark_span(span: Span) -> tuple[str, str]:
    text = "\n".join(printable(part) for part in span.text.split("\n"))
    # The marks enclose the words alone: a mark beside a line end would move to another line.
    inner = span.text.strip()
    before, _, after = span.text.partition(inner) if inner else (span.text, "", "")
    shown = f"{_shrink_space(before)}{text.strip()}{_shrink_space(after)}"
    return {
        "equal": (shown, ""),
        "delete": (f"[-{shown}-]", "red strike"),
        "insert": (f"{{+{shown}+}}", "green underline"),
    }[span.op]


def _shrink_space(space: str) -> str:
    return "\n" if "\n" in space else " " * bool(space)


_WHO_WIDTH = 14


def _build_moments_table(rows: Iterable[HistoryRow]) -> Table:
    return _build_table(
        ("id", "when", "what", "section", "who", "note"),
        [
            (row.id, _format_time(row.at), row.what, row.section_id or "", _shorten_name(row.who), row.note or "")
            for row in rows
        ],
    )


def _build_audit_table(entries: Iterable[AuditEntry]) -> Table:
    rows: list[tuple[str, ...]] = []
    for entry in entries:
        text = (entry.after or "")[:6]
        via = entry.via.partition(":")[0]  # without the id of a token, which --csv contains
        did = (entry.action, entry.section_id or "", text, via, _shorten_name(entry.user_id), entry.note or "")
        rows.append((str(entry.number), _format_time(entry.at), *did))
    return _build_table(("no.", "when", "did", "section", "text", "via", "who", "note"), rows)


def _shorten_name(who: str) -> str:
    """Shorten a model's label by its remark in brackets."""
    return who.partition(" (")[0]


def _build_table(names: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    """Build a table whose last column fills the line.

    Long notes are cut there; --json and --csv have them in full.
    """
    shown = [tuple(printable(cell) for cell in row) for row in rows]
    widths = [max(len(name), *(len(row[place]) for row in shown), 0) for place, name in enumerate(names)]
    # Names are cut first, because a cut id could not be copied.
    widths[names.index("who")] = min(widths[names.index("who")], _WHO_WIDTH)
    widths[-1] = max(Console().width - sum(widths[:-1]) - 2 * (len(names) - 1), len(names[-1]))
    table = Table(box=None, pad_edge=False)
    for name, width in zip(names, widths, strict=True):
        table.add_column(name, no_wrap=True, overflow="ellipsis", width=width)
    for row in shown:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _format_time(at: str) -> str:
    return at[5:16].replace("T", " ")
