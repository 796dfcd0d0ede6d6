"""Progress of an experiment.

A bar on a terminal, a bar in a notebook, lines elsewhere.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from workbench.errors import printable
from workbench.text.html import escape_html

STOPPING = "stopping"
"""``ExperimentProgress.ending`` after a request to stop."""

STOPPING_AFTER_INTERRUPT = "interrupted: those under way are waited for, again leaves at once"
"""``ExperimentProgress.ending`` after the first Ctrl-C."""

_LINES = 10
"""Number of lines of progress that are printed without a terminal."""


@dataclass
class ExperimentProgress:
    """State of a run.

    Written on the workbench loop, read anywhere.

    Attributes:
        total: Number of cells.
        done: Cells with a scored answer.
        failed: Cells without an answer.
        cached: Cells among ``done`` whose answer was cached.
        spent_usd: Spending of this run, USD, as far as known.
        spent_tokens: Spending of this run, tokens.
        ending: Reason why no further cell is asked, or empty.
        notes: Remarks: which model is asked at which address.
        began: ``time.monotonic`` of the first cell.
    """

    total: int
    done: int = 0
    failed: int = 0
    cached: int = 0
    spent_usd: float = 0.0
    spent_tokens: int = 0
    ending: str = ""
    notes: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def ended(self) -> int:
        """Number of cells that have a result."""
        return self.done + self.failed

    @property
    def percentage(self) -> int:
        """Share of cells that have a result, 0 to 100."""
        return 100 * self.ended // self.total if self.total else 100

    @property
    def left_s(self) -> float | None:
        """Estimate of the seconds that remain, or None.

        Cached cells take no time, so the estimate goes by the others.
        """
        # Cached cells end at once, and would make the estimate too short.
        asked = self.ended - self.cached
        if not asked or self.ended == self.total:
            return None
        return (time.monotonic() - self.began) / asked * (self.total - self.ended)

    def __str__(self) -> str:
        parts = [f"{self.ended} of {self.total} cells"]
        parts += [f"{self.cached} from before"] if self.cached else []
        parts += [f"{self.failed} failed"] if self.failed else []
        parts += [f"{self.spent_tokens:,} tokens"] if self.spent_tokens else []
        parts += [f"${self.spent_usd:.4f}"] if self.spent_usd else []
        parts += [f"about {_format_span(left)} left"] if (left := self.left_s) is not None else []
        parts += [self.ending] if self.ending else []
        return ", ".join(parts)

    def _repr_html_(self) -> str:
        notes = "".join(f"<div>{escape_html(printable(note))}</div>" for note in self.notes)
        return (
            f'{notes}<progress max="{max(self.total, 1)}" value="{self.ended}" style="width:20rem" '
            f'aria-label="cells of the experiment"></progress> {escape_html(str(self))}'
        )


class ProgressView(Protocol):
    """Interface of everything that shows a progress."""

    def update(self) -> None:
        """Draws the progress as it is now."""


@contextlib.contextmanager
def show_progress(progress: ExperimentProgress) -> Iterator[ProgressView]:
    """Shows a progress until the block ends.

    In the notebook's cell, on the terminal, or as lines.

    It is drawn by the caller's thread alone.
    """
    if _in_notebook():
        yield _NotebookView(progress)
        return
    # Standard output is for results, and may be piped.
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _LineView(progress)
        return
    with Live(get_renderable=lambda: _draw(progress), console=console, refresh_per_second=8, transient=True):
        yield _SelfDrawnView()


class _SelfDrawnView:
    """View that draws itself: rich has a thread for that."""

    def update(self) -> None:
        """Does nothing."""


class _LineView:
    """View without a terminal.

    A line for each remark and for each tenth of the cells.
    """

    def __init__(self, progress: ExperimentProgress) -> None:
        self._progress = progress
        self._notes_shown = self._tenth = 0

    def update(self) -> None:
        progress = self._progress
        lines = progress.notes[self._notes_shown :]
        self._notes_shown += len(lines)
        tenth = _LINES * progress.ended // max(progress.total, 1)
        if tenth > self._tenth:
            self._tenth = tenth
            lines.append(str(progress))
        with contextlib.suppress(OSError, ValueError):  # a closed standard error does not end the experiment
            for line in lines:
                print(printable(line), file=sys.stderr, flush=True)  # noqa: T201 - this is the terminal's side


class _NotebookView:
    """View in a notebook: one output that is replaced.

    Drawn by the cell's own thread: only its messages carry the cell's header.
    """

    def __init__(self, progress: ExperimentProgress) -> None:
        shows: Any = import_module("IPython.display")  # imported late: IPython is there in a notebook only
        self._progress, self._html = progress, shows.HTML
        self._last = ""
        self._handle = shows.display(shows.HTML(""), display_id=True)

    def update(self) -> None:
        html = self._progress._repr_html_()
        if html != self._last:
            self._last = html
            self._handle.update(self._html(html))


def _draw(progress: ExperimentProgress) -> Table:
    table = Table.grid(padding=(0, 1))
    for note in progress.notes:
        table.add_row(Text(printable(note), style="dim"))
    line = Table.grid(padding=(0, 1))
    line.add_row(
        ProgressBar(total=max(progress.total, 1), completed=progress.ended, width=30), Text(printable(str(progress)))
    )
    table.add_row(line)
    return table


def _in_notebook() -> bool:
    # Looked up, not imported: where nobody has imported IPython, this is no notebook.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    # IPython on a terminal has a shell, too, but no kernel.
    return shell is not None and getattr(shell, "kernel", None) is not None


def _format_span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
