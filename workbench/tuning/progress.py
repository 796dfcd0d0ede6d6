"""How far an experiment is, and how that is shown: a bar on a terminal, a bar in a notebook, lines elsewhere."""

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

_LINES = 10
"""Without a terminal, so many lines at most are printed of the way from none to all."""


@dataclass
class Progress:
    """Written on the workbench loop, read anywhere.

    Attributes:
        total: Cells.
        done: Cells with an answer, scored.
        failed: Cells without.
        cached: Of those done, the ones that were not asked again.
        spent_usd: What this run has spent, USD, as far as known.
        spent_tokens: The same in tokens.
        ending: Why no further cell is asked, or empty.
        notes: What was said on the way: who is asked where.
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
        """Cells that have their result."""
        return self.done + self.failed

    @property
    def percentage(self) -> int:
        """Of the cells, 0 to 100."""
        return 100 * self.ended // self.total if self.total else 100

    @property
    def left_s(self) -> float | None:
        """Seconds that are left, should the rest take as long as what was not kept; None where nothing tells."""
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
        parts += [f"about {_span(left)} left"] if (left := self.left_s) is not None else []
        parts += [self.ending] if self.ending else []
        return ", ".join(parts)

    def _repr_html_(self) -> str:
        notes = "".join(f"<div>{escape_html(printable(note))}</div>" for note in self.notes)
        return (
            f'{notes}<progress max="{max(self.total, 1)}" value="{self.ended}" style="width:20rem" '
            f'aria-label="cells of the experiment"></progress> {escape_html(str(self))}'
        )


class Shown(Protocol):
    """Something that shows a progress."""

    def update(self) -> None:
        """Shows it as it is now."""


@contextlib.contextmanager
def shown(progress: Progress) -> Iterator[Shown]:
    """Shows it where the user looks, until the block ends; drawn by the caller's thread alone."""
    if _in_notebook():
        yield _Notebook(progress)
        return
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(progress)
        return
    with Live(get_renderable=lambda: _picture(progress), console=console, refresh_per_second=8, transient=True):
        yield _Nothing()


class _Nothing:
    """What draws itself."""

    def update(self) -> None:
        """Nothing to do."""


class _Lines:
    """A line for what is said, and one for each tenth of the way."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._said = self._tenth = 0

    def update(self) -> None:
        progress = self._progress
        lines = progress.notes[self._said :]
        self._said += len(lines)
        tenth = _LINES * progress.ended // max(progress.total, 1)
        if tenth > self._tenth:
            self._tenth = tenth
            lines.append(str(progress))
        with contextlib.suppress(OSError, ValueError):  # nobody reads any more: the experiment goes on
            for line in lines:
                print(printable(line), file=sys.stderr, flush=True)  # noqa: T201 - this is the terminal's side


class _Notebook:
    """One output of the cell, replaced. Sent by the cell's own thread: its messages belong to the cell."""

    def __init__(self, progress: Progress) -> None:
        shows: Any = import_module("IPython.display")  # late: it is there in a notebook only
        self._progress, self._html = progress, shows.HTML
        self._last = ""
        self._handle = shows.display(shows.HTML(""), display_id=True)

    def update(self) -> None:
        html = self._progress._repr_html_()
        if html != self._last:
            self._last = html
            self._handle.update(self._html(html))


def _picture(progress: Progress) -> Table:
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
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and getattr(shell, "kernel", None) is not None


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
