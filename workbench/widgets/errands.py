"""What a widget does that may take a while, off the kernel's main thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable


class Errands:
    """Calls made one after another, in the order given, by a thread that lives only while there is one to make.

    An attorney's decision waits until the store has kept it. On the kernel's main thread that would hold up every cell;
    on the workbench loop it would wait for itself. A pool would leave a thread behind for each widget, and would join
    it when the kernel exits, be the store away or not.
    """

    def __init__(self, name: str) -> None:
        """No thread yet.

        Args:
            name: Of the threads.
        """
        self._name = name
        self._guard = threading.Lock()
        self._calls: deque[Callable[[], None]] = deque()
        self._worker: threading.Thread | None = None

    def add(self, call: Callable[[], None]) -> None:
        """Has a call made; returns at once.

        Args:
            call: Raises nothing: nobody would hear of it.
        """
        with self._guard:
            self._calls.append(call)
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._worker.start()

    def join(self) -> None:
        """Waits until every call given so far has been made."""
        with self._guard:
            worker = self._worker
        if worker is not None:
            worker.join()

    def _work(self) -> None:
        while True:
            with self._guard:
                if not self._calls:
                    self._worker = None
                    return
                call = self._calls.popleft()
            call()
