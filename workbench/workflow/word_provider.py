"""Registration of the reader behind `Run.read_docx`.

The reader lies above this room, as the provider of :mod:`workbench.workflow.sharing_provider` does.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol


class WordProvider(Protocol):
    """Reads edited Word files; :mod:`workbench.export.word_import` in the product."""

    def read_edited_docx(self, run: Any, file: Path | str) -> Any:
        """Reads a Word file of a run."""


_loaders: list[Callable[[], WordProvider]] = []


def register_word_reader(load: Callable[[], WordProvider]) -> None:
    """Registers how the reader is imported; called once, by ``workbench/__init__.py``.

    Args:
        load: Imports the reader; called when a file is read for the first time, since it brings the export.
    """
    _loaders[:] = [load]


def load_word_reader() -> WordProvider:
    """Imports the registered reader."""
    return _loaders[0]()
