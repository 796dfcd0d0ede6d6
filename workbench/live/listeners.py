"""Functions that are called back until they are removed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])


class Listeners(Generic[_Function]):
    """Functions to call back, in the order in which they were added.

    Any thread may add and remove them. Iteration yields those of its beginning: a listener may remove itself.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._functions: dict[object, _Function] = {}

    def __len__(self) -> int:
        return len(self._functions)

    def __iter__(self) -> Iterator[_Function]:
        return iter(self._functions.values())

    def add(self, function: _Function) -> Callable[[], None]:
        """Adds a function.

        Returns:
            A function that removes it; once more has no effect.
        """
        # Not the function itself: one that was added twice is removed once.
        key = object()
        with self._lock:
            # A new dict in place of the old one, which may be iterated over at this moment.
            self._functions = {**self._functions, key: function}

        def remove() -> None:
            with self._lock:
                self._functions = {each: kept for each, kept in self._functions.items() if each is not key}

        return remove
