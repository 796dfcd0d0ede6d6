"""Progress line while many exhibits are read."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PATIENCE_S = 2.0
"""Time before the line is shown: most cases are read by then."""


@contextmanager
def show_progress() -> Iterator[Callable[[int, int], None]]:
    """Yields a function that shows how many exhibits are read.

    It writes one line to standard error, again and again, where somebody looks at it: in a terminal or a notebook.
    """
    with show_steps() as show:
        yield lambda done, count: show("reading exhibits", done, count)


@contextmanager
def show_steps() -> Iterator[Callable[[str, int, int], None]]:
    """Yields a function that shows the progress of steps in one line.

    It is given what is being done, how many are done, and of how many.
    """
    begun = time.monotonic()
    is_watched = _is_watched()  # asked here: the steps may be told by another thread
    is_shown = False
    width = 0

    def show(step: str, done: int, count: int) -> None:
        nonlocal is_shown, width
        if time.monotonic() - begun >= _PATIENCE_S and is_watched:
            is_shown = True
            line = f"{step}: {done} of {count}"
            # A line that is shorter than the last one would leave its end standing.
            sys.stderr.write(f"\r{line:<{width}}")
            width = max(width, len(line))
            sys.stderr.flush()

    try:
        yield show
    finally:
        if is_shown:
            sys.stderr.write("\n")


def _is_watched() -> bool:
    # A thread that is not the main one serves a request, or a widget.
    if threading.current_thread() is not threading.main_thread():
        return False
    # A notebook's stream is no terminal, and shows the line in the cell's output.
    return sys.stderr.isatty() or type(sys.stderr).__module__ == "ipykernel.iostream"
