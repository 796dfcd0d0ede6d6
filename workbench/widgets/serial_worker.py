"""Worker for calls that must leave the main thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable


class SerialWorker:
    """Queue of calls with a thread that ends when idle.

    A command waits until the store has written it. On the kernel's main thread that would hold up every cell; on the
    workbench loop it would wait for itself. An executor of the standard library would keep a thread for each widget and
    join it when the kernel exits, which never ends while the store is unreachable.
    """

    def __init__(self, name: str) -> None:
        """Makes an empty queue; no thread is started.

        Args:
            name: Name of its threads.
        """
        self._name = name
        self._guard = threading.Lock()
        self._calls: deque[Callable[[], None]] = deque()
        self._worker: threading.Thread | None = None

    def add(self, call: Callable[[], None]) -> None:
        """Queues a call and returns at once.

        Args:
            call: Must not raise: there is no caller to catch it.
        """
        with self._guard:
            self._calls.append(call)
            if self._worker is None:
                self._worker = threading.Thread(target=self._make_calls, name=self._name, daemon=True)
                self._worker.start()

    def join(self) -> None:
        """Waits until every queued call has been made."""
        with self._guard:
            worker = self._worker
        if worker is not None:
            worker.join()

    def _make_calls(self) -> None:
        while True:
            with self._guard:
                # Decided under the guard: a call that is added afterwards starts a new thread.
                if not self._calls:
                    self._worker = None
                    return
                call = self._calls.popleft()
            # Outside the guard, since a call may add another one.
            call()
