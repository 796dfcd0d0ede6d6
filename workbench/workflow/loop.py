"""Workbench loop: one daemon thread with one event loop.

Graph, journal and Redis client live there.

Notebook cells and widget callbacks arrive on threads and loops of their own (JupyterLab's subshells), so nothing here
is touched directly: callers enter through :meth:`BackgroundLoop.submit`.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakValueDictionary

from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.live.listeners import Listeners
from workbench.live.open_store import open_store
from workbench.live.store import Store
from workbench.live.tasks import end
from workbench.workflow.tracing import Trace

if TYPE_CHECKING:
    from workbench.workflow.span_sender import SpanSender

T = TypeVar("T")

Close = Callable[[], None]

LEAVE_LIMIT_S = 4.0
"""Longest wait, in seconds, for the last writes of a process that ends."""


def _register_close(close: Close) -> None:
    """Registers ``close`` for the end of the interpreter.

    It runs while thread pools still take work.

    ``atexit`` comes too late: :mod:`concurrent.futures` has shut every pool by then, and a step that is under way (a
    name to resolve, a file to read) would fail, as if its section could not be drafted. What that module uses itself is
    the only hook before it; it has no public name.
    """
    register: Callable[[Close], object] = getattr(threading, "_register_atexit", atexit.register)
    try:
        register(close)
    except RuntimeError:  # the interpreter is ending already
        atexit.register(close)


def import_span_sender() -> type[SpanSender]:
    """Imports what sends spans.

    Raises:
        InputError: The extra ``tracing`` is not installed.
    """
    # Late: OpenTelemetry is an extra, and most processes send no spans.
    try:
        from workbench.workflow.span_sender import SpanSender  # noqa: PLC0415
    except ModuleNotFoundError as error:
        what = f"runs cannot be traced without {error.name}"
        remedy = "run: pip install 'eb1a-workbench[tracing]', or unset the variable"
        raise InputError(Problem(what, remedy, field="WORKBENCH_TRACING_ENDPOINT")) from None
    return SpanSender


class BackgroundLoop:
    """Event loop of the process, on its own thread.

    Made on first use, and again after a fork.

    Attributes:
        runs: Runs that this process writes or has written, by thread id; each as long as something refers to it.
    """

    _current: BackgroundLoop | None = None
    _guard = threading.Lock()

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
        self.pid = os.getpid()
        self.runs: WeakValueDictionary[str, Any] = WeakValueDictionary()
        self._stores: dict[Settings, Store] = {}
        self._senders: dict[tuple[Any, ...], SpanSender] = {}
        self._opening = asyncio.Lock()
        self._leave_callbacks = Listeners[Callable[[], Awaitable[None]]]()
        self._thread = threading.Thread(target=self._run_forever, name="workbench-loop", daemon=True)
        self._thread.start()

    @classmethod
    def current(cls) -> BackgroundLoop:
        """Returns the process's loop."""
        with cls._guard:
            found = cls.find()
            if found is None:
                found = cls._current = cls()
                _register_close(found.close)
            return found

    @classmethod
    def find(cls) -> BackgroundLoop | None:
        """Returns the process's loop if there is one, and starts none."""
        # Without the guard: finalizers call this, and may run on a thread that holds it.
        found = cls._current
        return None if found is None or found.pid != os.getpid() or found.loop.is_closed() else found

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Schedules a coroutine on the loop; returns at once."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def call(self, coroutine: Coroutine[Any, Any, T], *, cancels: bool = False) -> T:
        """Runs a coroutine on the loop and returns its result.

        Blocks; for any thread but the loop's own.

        Args:
            coroutine: What to run.
            cancels: Whether an interrupt of the call cancels it; without, it runs on to its end.

        Raises:
            RuntimeError: Called on the loop's own thread, where it would wait for itself for ever.
        """
        if self.is_current_thread:
            coroutine.close()
            raise RuntimeError("BackgroundLoop.call blocks: on the loop's own thread, await the coroutine")
        future = self.submit(coroutine)
        try:
            return future.result()
        except BaseException:
            if cancels:
                future.cancel()
            raise

    @property
    def is_current_thread(self) -> bool:
        """True on the loop's own thread."""
        return threading.current_thread() is self._thread

    def find_written_run(self, thread_id: str) -> Any:
        """Returns the run that this process writes, else None.

        It is found by its id.
        """
        run = self.runs.get(thread_id)
        return run if run is not None and run.writes else None

    async def store(self, settings: Settings) -> Store:
        """Opens the store that these settings name, once.

        Raises:
            StoreUnavailableError: It cannot be reached.
            InputError: A setting cannot be used.
        """
        async with self._opening:
            if settings not in self._stores:  # compared, not printed: secrets print alike
                self._stores[settings] = await open_store(settings)
            return self._stores[settings]

    def trace(self, settings: Settings) -> Trace:
        """Returns the trace that opens the spans of runs.

        There is one sender for each endpoint; without an endpoint no span is opened.

        Blocks while OpenTelemetry is imported; never called on the loop.

        Raises:
            InputError: The extra ``tracing`` is not installed, or the endpoint's settings cannot be used.
        """
        if settings.tracing_endpoint is None:
            return Trace()
        sender_type = import_span_sender()
        with self._guard:
            key = settings.tracing_endpoint, settings.tracing_headers, settings.tracing_content
            if key not in self._senders:
                self._senders[key] = sender_type(settings)
            return self._senders[key].trace

    def before_close(self, leave: Callable[[], Awaitable[None]]) -> Callable[[], None]:
        """Registers a coroutine function for the process's orderly end.

        Returns:
            A function that removes it: a kernel that lives for weeks must not keep every run it ever made.
        """
        return self._leave_callbacks.add(leave)

    def close(self) -> None:
        """Ends every task, releases locks and connections, joins the thread.

        Called at exit, and by tests.
        """
        if self.loop.is_closed() or self.pid != os.getpid():
            return
        with contextlib.suppress(Exception):  # a store that is gone at exit: nothing is left to do
            self.submit(self._shut_down()).result(timeout=2 * LEAVE_LIMIT_S)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(timeout=5)
        # Last: the runs that were left have ended their spans.
        for sender in self._senders.values():
            sender.close()

    async def _shut_down(self) -> None:
        with contextlib.suppress(TimeoutError):  # the store does not answer: the next writer pauses the run
            async with asyncio.timeout(LEAVE_LIMIT_S):
                await asyncio.gather(*(leave() for leave in self._leave_callbacks), return_exceptions=True)
        await end(task for task in asyncio.all_tasks() if task is not asyncio.current_task())
        for store in self._stores.values():
            await store.aclose()

    def _run_forever(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        self.loop.close()
