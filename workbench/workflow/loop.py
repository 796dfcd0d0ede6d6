"""The workbench loop: one daemon thread with one event loop, where graph, journal and Redis client live.

Notebook cells and widget callbacks arrive on threads and loops of their own (JupyterLab's subshells), so nothing here
is ever touched directly: everybody enters through :meth:`BackgroundLoop.submit`.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from workbench.config import Settings
from workbench.live.open_store import open_store
from workbench.live.store import Store
from workbench.live.tasks import end

T = TypeVar("T")

Close = Callable[[], None]

LEAVE_LIMIT_S = 4.0
"""How long a process that ends waits for the store to take its last words."""


def _before_the_thread_pools(close: Close) -> None:
    """Has ``close`` called when the interpreter ends, while threads still take work.

    ``atexit`` comes too late: :mod:`concurrent.futures` has shut every pool by then, and a step that is under way (a
    name to resolve, a file to read) would fail, as if its section could not be drafted. What that module uses itself is
    the only hook before it; it has no public name.
    """
    register: Callable[[Close], object] = getattr(threading, "_register_atexit", atexit.register)
    try:
        register(close)
    except RuntimeError:  # the interpreter is ending already
        atexit.register(close)


class BackgroundLoop:
    """One per process; :meth:`current` makes it on first use and again after a fork.

    Attributes:
        runs: The runs that this process writes, by thread id; each as long as somebody holds it.
    """

    _current: BackgroundLoop | None = None
    _guard = threading.Lock()

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
        self.pid = os.getpid()
        self.runs: WeakValueDictionary[str, Any] = WeakValueDictionary()
        self._stores: dict[Settings, Store] = {}
        self._opening = asyncio.Lock()
        self._leaving: list[Callable[[], Awaitable[None]]] = []
        self._thread = threading.Thread(target=self._serve, name="workbench-loop", daemon=True)
        self._thread.start()

    @classmethod
    def current(cls) -> BackgroundLoop:
        """The process's bench."""
        with cls._guard:
            if cls._current is None or cls._current.pid != os.getpid() or cls._current.loop.is_closed():
                cls._current = cls()
                _before_the_thread_pools(cls._current.close)
            return cls._current

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Runs a coroutine on the loop; returns at once."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine on the loop and waits for its result, from any other thread."""
        return self.submit(coroutine).result()

    async def store(self, settings: Settings) -> Store:
        """The store these settings name, opened once.

        Raises:
            StoreUnavailableError: It cannot be reached.
            InputError: A setting cannot be used.
        """
        async with self._opening:
            if settings not in self._stores:  # as they are: printed, two keys or passwords would read the same
                self._stores[settings] = await open_store(settings)
            return self._stores[settings]

    def before_close(self, leave: Callable[[], Awaitable[None]]) -> Callable[[], None]:
        """Has ``leave`` awaited on the loop when the process ends in good order.

        Returns:
            A function that forgets it: a kernel that lives for weeks must not keep every run it ever made.
        """
        self._leaving.append(leave)
        return lambda: self._leaving.remove(leave) if leave in self._leaving else None

    def close(self) -> None:
        """Ends every task, lets go of locks and connections, and joins the thread. Used at exit and by tests."""
        if self.loop.is_closed() or self.pid != os.getpid():
            return
        with contextlib.suppress(Exception):  # at exit nothing is left to do about a store that is gone
            self.submit(self._wind_up()).result(timeout=2 * LEAVE_LIMIT_S)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(timeout=5)

    async def _wind_up(self) -> None:
        with contextlib.suppress(TimeoutError):  # a store that is up and does not answer: whoever resumes sorts it out
            async with asyncio.timeout(LEAVE_LIMIT_S):
                await asyncio.gather(*(leave() for leave in self._leaving), return_exceptions=True)
        await end(task for task in asyncio.all_tasks() if task is not asyncio.current_task())
        for store in self._stores.values():
            await store.aclose()

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        self.loop.close()
