"""``workbench history``, ``compare`` and ``audit``: what a run went through, and who did what."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

import click
import orjson
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from workbench.cli.options import as_json
from workbench.errors import printable, printable_json
from workbench.live.audit import AuditEntry, broken_at
from workbench.live.comparison import Comparison, SectionComparison, compare
from workbench.live.comparison_page import both, page, section_notes, side_line
from workbench.live.history import HistoryRow
from workbench.live.snapshot import Snapshot
from workbench.text.redline import Span, paragraphs
from workbench.workflow import reading


@click.command(name="history")
@click.argument("thread")
@as_json
def history_(thread: str, json_: bool) -> None:
    """List the moments of a run that one can go back to.

    The ids in the first column are what fork --at takes, and compare as THREAD@ID.
    """
    rows = reading.read_history(thread)
    if json_:
        click.echo(printable_json(orjson.dumps([row.to_dict() for row in rows])))
    else:
        Console().print(_moments(rows))


@click.command(name="compare")
@click.argument("a")
@click.argument("b")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the redline as a page, too.")
@as_json
def compare_(a: str, b: str, html: Path | None, json_: bool) -> None:
    """Compare two runs, or two moments of one, section by section.

    A and B are each a THREAD, or THREAD@ID for an earlier moment of it. Struck out reads [-so-], put in {+so+}.
    """
    compared = compare(_state(a), _state(b))
    if html is not None:
        html.write_text(page(compared), encoding="utf-8")
    if json_:
        click.echo(printable_json(orjson.dumps(compared.to_dict())))
    elif html is not None:
        click.echo(html)
    else:
        Console().print(redlined(compared))


@click.command()
@click.argument("thread")
@click.option("--csv", "csv_", is_flag=True, help="Print comma-separated values, the first line naming them.")
@as_json
def audit(thread: str, csv_: bool, json_: bool) -> int:
    """List who did what to a run, and when.

    Exit status 1 where the record is not whole: an entry was changed, or is missing.
    """
    entries = reading.read_audit(thread)
    if json_:
        click.echo(printable_json(orjson.dumps([entry.model_dump() for entry in entries])))
    elif csv_:
        click.echo(as_csv(entries), nl=False)
    else:
        Console().print(_acts(entries))
    broken = broken_at(entries)
    if broken is not None:
        click.echo(
            f"the audit record of {thread} is not whole: entry {broken} does not follow from the one before it; "
            "restore the record from a backup",
            err=True,
        )
    return int(broken is not None)


def as_csv(entries: Iterable[AuditEntry]) -> str:
    """The record as a spreadsheet reads it: one line an entry, and no cell that it would take for a formula."""
    names = list(AuditEntry.model_fields)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(names)
    for entry in entries:
        writer.writerow([_cell(value) for value in entry.model_dump().values()])
    return written.getvalue()


def _cell(value: object) -> str:
    """A value of the record: what a spreadsheet would run as a formula begins with an apostrophe.

    Source: OWASP, CSV Injection.
    """
    text = "" if value is None else printable(str(value))
    return f"'{text}" if text[:1] in set("=+-@\t\r＝＋－＠") else text


def redlined(compared: Comparison) -> Group:
    """A comparison for a terminal: sides, sections, and the paragraphs that changed."""
    heads = [Text(printable(f"{name}  {side_line(side)}")) for name, side in (("A", compared.a), ("B", compared.b))]
    table = Table(box=None, pad_edge=False)
    for name, number in (("section", 0), ("text", 0), ("in", 1), ("out", 1), ("findings", 1), ("status", 0)):
        table.add_column(name, justify="right" if number else "left", overflow="fold")
    for section in compared.sections:
        opened, closed = len(section.findings_opened), len(section.findings_closed)
        table.add_row(
            Text(printable(section.section_id)),
            section.verdict,
            str(section.inserted or ""),
            str(section.deleted or ""),
            " ".join([f"+{opened}"] * bool(opened) + [f"-{closed}"] * bool(closed)),
            Text(both(section.a and section.a.status, section.b and section.b.status)),
        )
    changed = (_section(section) for section in compared.sections if section.differs)
    return Group(*heads, Text(), table, *changed)


def _section(section: SectionComparison) -> Group:
    lines = [Text(printable(note)) for note in section_notes(section)]
    same = 0
    for row in paragraphs(section.spans) if section.verdict != "same" else ():
        if all(span.op == "equal" for span in row):
            same += 1
            continue
        lines += [*_skipped(same), Text.assemble(*map(_marked, row))]
        same = 0
    indented = (Padding(line, (0, 0, 0, 2)) for line in [*lines, *_skipped(same)])
    return Group(Text(), Text(printable(section.title), style="bold"), *indented)


def _skipped(number: int) -> list[Text]:
    return [Text(f"… {number} unchanged paragraph{'s' * (number > 1)}", style="dim")] if number else []


def _marked(span: Span) -> tuple[str, str]:
    text = "\n".join(printable(part) for part in span.text.split("\n"))
    inner = span.text.strip()
    before, _, after = span.text.partition(inner) if inner else (span.text, "", "")
    shown = f"{_gap(before)}{text.strip()}{_gap(after)}"
    return {
        "equal": (shown, ""),
        "delete": (f"[-{shown}-]", "red strike"),
        "insert": (f"{{+{shown}+}}", "green underline"),
    }[span.op]


def _gap(space: str) -> str:
    return "\n" if "\n" in space else " " * bool(space)


def _state(named: str) -> Snapshot:
    thread, _, at = named.partition("@")
    return reading.read_state(thread, at or None)


_WHO_WIDTH = 14


def _moments(rows: Iterable[HistoryRow]) -> Table:
    return _table(
        ("id", "when", "what", "section", "who", "note"),
        [(row.id, _when(row.at), row.what, row.section_id or "", _short(row.who), row.note or "") for row in rows],
    )


def _acts(entries: Iterable[AuditEntry]) -> Table:
    rows: list[tuple[str, ...]] = []
    for entry in entries:
        text = (entry.after or "")[:6]
        via = entry.via.partition(":")[0]  # of a token the id, which --csv has
        did = (entry.action, entry.section_id or "", text, via, _short(entry.user_id), entry.note or "")
        rows.append((str(entry.number), _when(entry.at), *did))
    return _table(("no.", "when", "did", "section", "text", "via", "who", "note"), rows)


def _short(who: str) -> str:
    """A user's name, or a model's label without what it says of itself in brackets."""
    return who.partition(" (")[0]


def _table(names: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    """The last column, where people write at any length, has what is left of the line; --json and --csv have all."""
    shown = [tuple(printable(cell) for cell in row) for row in rows]
    widths = [max(len(name), *(len(row[place]) for row in shown), 0) for place, name in enumerate(names)]
    widths[names.index("who")] = min(widths[names.index("who")], _WHO_WIDTH)
    widths[-1] = max(Console().width - sum(widths[:-1]) - 2 * (len(names) - 1), len(names[-1]))
    table = Table(box=None, pad_edge=False)
    for name, width in zip(names, widths, strict=True):
        table.add_column(name, no_wrap=True, overflow="ellipsis", width=width)
    for row in shown:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _when(at: str) -> str:
    return at[5:16].replace("T", " ")
