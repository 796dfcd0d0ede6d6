"""Table of a run for a terminal."""

from __future__ import annotations

from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

# `workbench status` uses this module, and must not wait for LangGraph: no import of the workflow here.
from workbench.errors import printable
from workbench.live.run_summary import RunSummary
from workbench.live.snapshot import SectionState, Snapshot

SIGNS = {
    "pending": ("·", "dim"),
    "in_progress": ("✎", "cyan"),
    "revising": ("✎", "yellow"),
    "validating": ("?", "cyan"),
    "completed": ("✓", ""),
    "approved": ("✓", "bold green"),
    "needs_review": ("!", "yellow"),
    "failed": ("✗", "red"),
}
LOG_LINES = 3


def describe_section(section: SectionState) -> str:
    """Word a section's status; a draft that nobody has approved is not done."""
    return "drafted" if section.status == "completed" else section.status.replace("_", " ")


def describe_run(run: RunSummary, *, orphan: bool) -> str:
    """Word a run's state, as the monitor does."""
    return run.state(orphan=orphan).replace("_", " ")


def build_run_table(snapshot: Snapshot) -> Table:
    """Build a table of sections, progress and last log lines."""
    # Fixed widths: columns that follow their content would jump while the table is redrawn.
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=1)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column(width=12, no_wrap=True)
    table.add_column(width=22, no_wrap=True)
    for section in snapshot.sections:
        sign, style = SIGNS[section.status]
        errors = sum(finding.severity == "error" for finding in section.findings)
        note = f"{len(section.content.split())} words" if section.content else ""
        table.add_row(
            Text(sign, style=style),
            Text(printable(section.title)),
            Text(describe_section(section), style=style),
            Text(note + (f", {errors} errors" if errors else ""), style="dim"),
        )
    done = snapshot.progress
    table.add_row("", ProgressBar(total=max(done.total, 1), completed=done.completed), f"{done.percentage} %", "")
    for line in snapshot.logs[-LOG_LINES:]:
        table.add_row("", Text(printable(f"{line.agent}: {line.message}"), style="dim"), "", "")
    return table
