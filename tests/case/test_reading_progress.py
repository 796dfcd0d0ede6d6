"""The line that shows how many exhibits are read."""

from __future__ import annotations

import io
import sys
from concurrent.futures import ThreadPoolExecutor

from workbench.case import reading_progress
from workbench.case.reading_progress import show_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def show_on(stream: io.StringIO, monkeypatch, patience_s: float = 0.0) -> str:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        patch.setattr(reading_progress, "_PATIENCE_S", patience_s)
        show()
    return stream.getvalue()


def show() -> None:
    with show_progress() as on_progress:
        on_progress(1, 2)
        on_progress(2, 2)


def test_progress_is_one_line(monkeypatch):
    assert show_on(Terminal(), monkeypatch) == "\rreading exhibits: 1 of 2\rreading exhibits: 2 of 2\n"


def test_quick_reading_shows_nothing(monkeypatch):
    assert show_on(Terminal(), monkeypatch, 60.0) == ""


def test_progress_is_for_watchers_only(monkeypatch):
    """A pipe is read by a program, and a thread serves a request."""
    assert show_on(io.StringIO(), monkeypatch) == ""
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(show_on, Terminal(), monkeypatch).result() == ""
