"""Pauses of Python's garbage collection while many objects that stay are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pause_collection() -> Iterator[None]:
    """Pauses the search for cycles of objects, and leaves it as it was.

    For a block that makes many objects and no cycles that take much room: imports, or the checks of a letter.

    Example:
        >>> import gc
        >>> with pause_collection():
        ...     gc.isenabled()
        False
        >>> gc.isenabled()
        True
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
