"""Work on many items that forked processes share with this one."""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Generic, Self, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_NUMBER = struct.Struct("=I")
_MOST_ITEMS = 4096
"""Their numbers must fit into a pipe that nobody reads yet, 65,536 bytes on Linux."""


class SharedWork(Generic[Item, Result]):
    """Results of a function for each of some items, computed by this process and its children.

    The children are forks, which know all that this process does: nothing is sent to them but the numbers of the items,
    one after another, to whoever is free. They begin at once; this process may do other work before :meth:`finish`.
    What a child does not answer is computed here.

    Only on Linux, and only where this process has one thread, for a fork of one that holds a lock may wait for ever;
    otherwise :meth:`finish` computes everything.

    Args:
        function: What to compute; its results must be ones that pickle knows.
        items: The items, those that take longest first.
        processes: Processes in all, this one included.

    Examples:
        >>> with SharedWork(len, ["one", "three"], 2) as work:
        ...     work.finish()
        [3, 5]
    """

    def __init__(self, function: Callable[[Item], Result], items: Sequence[Item], processes: int) -> None:
        self._function = function
        self._items = items
        self._numbers, numbers = os.pipe()
        self._children: list[tuple[int, int]] = []
        forks = min(processes, len(items)) - 1 if _may_fork() and len(items) <= _MOST_ITEMS else 0
        if forks > 0:
            os.write(numbers, b"".join(map(_NUMBER.pack, range(len(items)))))
        # Before the forks: whoever reads behind the last number is told that there is none.
        os.close(numbers)
        for _ in range(forks):
            self._fork()

    def __repr__(self) -> str:
        return f"<SharedWork: {len(self._items)} items, {len(self._children)} children>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._numbers)
        for child, answer in self._children:
            os.close(answer)
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(child, 0)

    def finish(self) -> list[Result]:
        """Computes what is left, and returns all results in the order of the items."""
        found = dict(self._compute())
        for _, answer in self._children:
            with os.fdopen(answer, "rb", closefd=False) as stream:
                answered = stream.read()
            # Of a child that was ended there is nothing, or half a pickle.
            with suppress(EOFError, pickle.UnpicklingError):
                found |= pickle.loads(answered)  # noqa: S301 - this process's own fork has written it
        return [found[place] if place in found else self._function(item) for place, item in enumerate(self._items)]

    def _compute(self) -> Iterator[tuple[int, Result]]:
        # A read of so few bytes is whole or nothing, and no two processes get the same.
        while number := os.read(self._numbers, _NUMBER.size):
            place = _NUMBER.unpack(number)[0]
            yield place, self._function(self._items[place])

    def _fork(self) -> None:
        answer, to_parent = os.pipe()
        try:
            child = os.fork()
        except OSError:  # no memory or no process left: the work is done here
            os.close(answer)
            os.close(to_parent)
            return
        if child:
            os.close(to_parent)
            self._children.append((child, answer))
            return
        # Nothing of the parent's may run in the child: no handler of its exceptions, no flush of its files.
        try:
            answered = pickle.dumps(dict(self._compute()))
            with os.fdopen(to_parent, "wb") as stream:
                stream.write(answered)
        finally:
            os._exit(0)


def _may_fork() -> bool:
    return sys.platform == "linux" and threading.active_count() == 1
