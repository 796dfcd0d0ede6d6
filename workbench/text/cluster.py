"""Executor on a cluster of other machines: Dask, by the extra ``dask``.

What computes for long (checks of letters, readers of exhibits, scores of drafts) is given an
:class:`concurrent.futures.Executor`. On a cluster a call whose worker ends is made by another worker; one that the
cluster cannot make is made in this process, with the same result. So neither a lost worker nor a lost cluster loses
anything but time (docs/decisions.md, "A cluster is an executor, and what it cannot do is done here").

Calls carry text of cases. They never carry settings: API keys and encryption keys stay in this process.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, InvalidStateError, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from workbench.errors import InputError, Problem, printable

Item = TypeVar("Item")
Result = TypeVar("Result")

OPTION = "--dask"

INSTALL = "pip install 'eb1a-workbench[dask]'"

_CONNECT_S = 10.0
PATIENCE_S = 5.0
"""Time without any worker after which the cluster is given up; a worker that is started again needs less."""
_WATCH_S = 0.5
_LOCAL_CALLS = 2
"""Calls that are made in this process at a time."""
_FEWEST_AHEAD = 8
"""Calls that are under way at least: workers may join at any time."""
_LOCAL_HOSTS = ("localhost", "127.", "[::1]")


class OtherSoftwareError(Exception):
    """A worker whose answer might differ: it has another version, or other files of the firm."""


class ClusterExecutor(Executor):
    """Executor on a Dask cluster; made by :func:`open_cluster`, ended by :meth:`shutdown`.

    Safe to use from any thread.

    Attributes:
        ahead: Calls that keep every worker busy; more need not wait in the scheduler's memory.

    Args:
        client: Of distributed, connected.
        address: For messages.
        say: Called with one line when the cluster is given up, and when it refuses a call.
    """

    def __init__(self, client: Any, address: str, say: Callable[[str], object]) -> None:
        self._client, self._address, self._say = client, address, say
        self._remote: Executor = client.get_executor(pure=False)
        self._local = ThreadPoolExecutor(_LOCAL_CALLS, thread_name_prefix="workbench-cluster")
        self._guard = threading.Lock()
        self._shared: dict[int, tuple[object, Any]] = {}
        self._told: set[str] = set()
        self._is_lost = False
        self._over = threading.Event()
        self.ahead = _FEWEST_AHEAD
        self._count_workers()
        self._watch = threading.Thread(target=self._watch_workers, name="workbench-cluster-watch", daemon=True)
        self._watch.start()

    def __repr__(self) -> str:
        return f"<ClusterExecutor {self._address}>"

    def share(self, value: object) -> None:
        """Sends a value once for all calls that have it as an argument, and not with each."""
        with self._guard:
            if not self._is_lost and id(value) not in self._shared:
                # As the result of a call, and not by scatter(): where its worker ends, another one makes it again.
                self._shared[id(value)] = value, self._client.submit(_return, value, pure=False)

    def submit(self, function: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """See :class:`concurrent.futures.Executor`; the function is one of a module that the workers have."""
        answer: Future[Result] = Future()
        call = partial(function, *args, **kwargs)
        with self._guard:
            remote = None
            if not self._is_lost:
                sent = [self._shared[id(arg)][1] if id(arg) in self._shared else arg for arg in args]
                remote = self._remote.submit(function, *sent, **kwargs)
        if remote is None:
            self._call_local(call, answer)
        else:
            remote.add_done_callback(partial(self._settle, call, answer))
        return answer

    def map_in_order(self, function: Callable[..., Result], items: Iterable[Item], *args: Any) -> Iterator[Result]:
        """Yields the results of a function for items, in their order.

        Few are under way at a time.

        Args:
            function: Called with an item and the other arguments.
            items: Taken as there is room.
            args: The same for every call.
        """
        waiting: deque[Future[Result]] = deque()
        try:
            for item in items:
                waiting.append(self.submit(function, item, *args))
                if len(waiting) >= self.ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:  # noqa: FBT001, FBT002 - Executor's own
        """Ends the connection; calls that wait are given up."""
        self._over.set()
        self._is_lost = True
        self._local.shutdown(wait=wait, cancel_futures=cancel_futures)
        with suppress(Exception):  # a cluster that is gone cannot be told
            self._client.close(timeout=1)
        self._watch.join(_WATCH_S)

    def _settle(self, call: Callable[[], Result], answer: Future[Result], remote: Future[Result]) -> None:
        if remote.cancelled():
            self._call_local(call, answer)
        elif (error := remote.exception()) is None:
            with suppress(InvalidStateError):  # nobody waits any more
                answer.set_result(remote.result())
        else:
            self._call_local(call, answer, error)

    def _call_local(self, call: Callable[[], Result], answer: Future[Result], why: BaseException | None = None) -> None:
        """Makes a call in this process.

        Args:
            call: The call.
            answer: Of its caller.
            why: What the cluster answered. Where the call fails here too, that is the call's own error.
        """

        def work() -> None:
            try:
                result = call()
            except BaseException as error:  # noqa: BLE001 - the caller gets it from the future
                outcome = partial(answer.set_exception, error)
            else:
                outcome = partial(answer.set_result, result)
                if why is not None:
                    self._tell(f"{_describe(why)}; what the cluster could not do is done on this machine")
            with suppress(InvalidStateError):
                outcome()

        try:
            self._local.submit(work)
        except RuntimeError:  # shut down
            answer.cancel()

    def _watch_workers(self) -> None:
        """Gives the cluster up when it has no worker for long."""
        seen = time.monotonic()
        while not self._over.wait(_WATCH_S):
            if self._client.status == "running" and self._count_workers():
                seen = time.monotonic()
            elif time.monotonic() - seen >= PATIENCE_S:
                self._give_up()
                return

    def _count_workers(self) -> int:
        """Counts the workers' threads; 0 where the scheduler does not answer."""
        try:
            # Not nthreads(), which waits for ever where the scheduler hangs.
            found = self._client.sync(self._client.scheduler.ncores, workers=None, callback_timeout=_CONNECT_S)
        except Exception:  # noqa: BLE001 - whatever a broken connection raises
            return 0
        threads: int = sum(found.values())
        self.ahead = max(_FEWEST_AHEAD, 2 * threads + 2)
        return threads

    def _give_up(self) -> None:
        with self._guard:
            if self._over.is_set():
                return
            self._is_lost = True
        self._tell(f"the cluster at {self._address} has no worker, or is lost; the rest is done on this machine")
        self._remote.shutdown(wait=False)  # cancels what the cluster has: each call is made locally

    def _tell(self, line: str) -> None:
        with self._guard:
            is_new, self._told = line not in self._told, self._told | {line}
        if is_new:
            self._say(printable(line))


def open_cluster(address: str, say: Callable[[str], object] | None = None) -> ClusterExecutor:
    """Connects to the scheduler of a Dask cluster.

    With ``tls://`` the certificates of Dask's own configuration are used.

    Args:
        address: Such as ``tls://scheduler.firm:8786``.
        say: Called with lines for the user; default: they are printed on stderr.

    Raises:
        InputError: distributed is not installed, or no scheduler answers there.
    """
    say = say or (lambda line: print(f"note: {line}", file=sys.stderr))  # noqa: T201
    try:
        from distributed import Client  # noqa: PLC0415 - takes a second
    except ImportError:
        raise InputError(Problem("Dask is not installed", INSTALL, field=OPTION)) from None
    # What goes wrong with a cluster is told in one line of ours.
    for name in ("distributed", "distributed.client"):  # the second has a level of its own
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=_CONNECT_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        why = str(error).strip().splitlines()
        what = f"no Dask scheduler answers at {address} ({why[0] if why else type(error).__name__})"
        raise InputError(Problem(what, "start one with dask scheduler, or name its address", field=OPTION)) from None
    host = address.rpartition("//")[2]
    if not address.startswith("tls:") and not host.startswith(_LOCAL_HOSTS):
        say(f"pages and drafts go to {address} unencrypted: it must be inside the firm's own network, or use tls://")
    return ClusterExecutor(client, address, say)


def _describe(error: BaseException) -> str:
    if isinstance(error, OtherSoftwareError):
        return str(error)
    # As of a worker that lacks the package, or that was killed again and again over one call.
    first = (str(error).strip().splitlines() or [""])[0][:200]
    return f"the cluster failed with {type(error).__name__}: {first}"


def _return(value: Result) -> Result:
    return value
