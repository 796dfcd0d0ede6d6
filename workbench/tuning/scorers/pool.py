"""Pool of scorer threads.

No scorer holds up a request, and none that hangs holds up the others.

The checks and the measuring scorers share one thread (in a large run it passes its work to a
:class:`~workbench.tuning.scorers.worker.ScoringWorker`). Each judge and each function of the user has a thread to
itself. A scorer that does not return in time fails for that cell; one that blocks its thread is abandoned with it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from workbench.case.model import Case
from workbench.checks.chosen_checks import digest_setup
from workbench.checks.finding import Finding
from workbench.errors import BudgetExceededError, WorkbenchError
from workbench.live.tasks import end
from workbench.text.cluster import ClusterExecutor
from workbench.tuning.experiment.cells import CellDraft, Score, Scorer
from workbench.tuning.experiment.review_cache import ReviewCache, review
from workbench.tuning.scorers.measures import MeasuringScorer
from workbench.tuning.scorers.worker import (
    ChecksBrokenError,
    ScoringWorker,
    WorkerLateError,
    WorkerLostError,
    score_apart,
)

logger = logging.getLogger("workbench")

T = TypeVar("T")

Review = Callable[[CellDraft, Callable[[], None]], tuple[Finding, ...]]
"""Function from a draft, and a callback for pauses, to the findings of the checks.

The callback is called between two checks, so that pending requests are served first.
"""

SCORER_LIMIT_S = 600.0
"""Time limit for one scorer and one draft, seconds: a judge's model may queue and be retried for as long."""

_GRACE_S = 1.0
_LOOK_S = 1.0
_TIMES = 2
"""Number of time-outs after which a scorer is not called again in this run."""

_QUIET_S = 0.015
"""Time without a piece of text after which the requests count as waiting for their endpoint, seconds."""

_PATIENCE_S = 2.0
"""Time that scoring one draft waits for the requests at most, seconds.

Less if more drafts are queued: endpoints that never rest must not stop the scoring, and a full queue stops the
requests.
"""

_WAIT_S = 0.004


class IOActivity:
    """Thread-safe flag: model I/O is active, and computing should wait.

    Python runs one thread at a time: a check that computes holds up each piece of text that arrives meanwhile by up to
    5 ms. Ten streams at once took twice as long without this.

    Attributes:
        crowding: Share of the queue of drafts that is full, 0 to 1.
    """

    def __init__(self) -> None:
        self.crowding = 0.0
        self._at = 0.0
        self._waited_s = 0.0

    def record_activity(self, *_: object) -> None:
        """Records that a request was active just now."""
        self._at = time.monotonic()

    def begin_draft(self) -> None:
        """Resets the time that was waited for this draft."""
        self._waited_s = 0.0

    def wait_for_rest(self) -> None:
        """Blocks until the requests rest.

        It ends, too, when the patience for this draft is used up.
        """
        # The fuller the queue of drafts, the shorter the wait: scoring must not fall behind for good.
        while self._waited_s < _PATIENCE_S * (1 - self.crowding) and time.monotonic() - self._at < _QUIET_S:
            time.sleep(_WAIT_S)
            self._waited_s += _WAIT_S


class _ScorerThread:
    """Daemon thread with a loop for one scorer's calls."""

    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        # A user's scorer may call asyncio.to_thread: that thread must not block the exit either.
        self.loop.set_default_executor(_DaemonPool())
        self.thread = threading.Thread(target=self._serve, name=f"workbench-{name}", daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        self.loop.run_until_complete(end(asyncio.all_tasks(self.loop)))
        self.loop.close()

    def end(self) -> None:
        # The loop belongs to the other thread.
        self.loop.call_soon_threadsafe(self.loop.stop)

    def join(self, timeout_s: float) -> None:
        self.thread.join(timeout_s)


@dataclass
class _Call:
    """State of one call on a scorer thread.

    Attributes:
        began: Time of its start, ``time.monotonic``; None while it waits for the thread.
        now: Name of the scorer that is at work, for messages.
    """

    began: float | None = None
    now: str = ""


class _LateError(Exception):
    """Call that did not return in time; ``str()`` names it."""


class _DaemonPool(ThreadPoolExecutor):
    """Executor with a daemon thread for each call.

    The interpreter joins the threads of other executors at exit; a function of the user may never return.
    """

    def submit(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Calls a function on a thread of its own."""
        future = Future[T]()

        def work() -> None:
            try:
                answer = function(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - the caller gets it from the future
                outcome = partial(future.set_exception, error)
            else:
                outcome = partial(future.set_result, answer)
            with suppress(InvalidStateError):  # the caller has given up
                outcome()

        threading.Thread(target=work, name="workbench-scorer", daemon=True).start()
        return future


class ScorerPool:
    """Pool of threads that score the drafts of one run.

    They also run the checks. :meth:`aclose` when done.

    Args:
        scorers: Scorers of the run.
        review: Runs the checks on a draft.
        limit_s: Time limit for one scorer and one draft, seconds.
        io_activity: Tells when requests are active.
        many: Use a worker process for the checks: worth its start in a large run only.
        cluster: Runs the checks and the measuring scorers; None: this machine does.
    """

    def __init__(
        self,
        scorers: Sequence[Scorer],
        *,
        review: Review = review,
        limit_s: float = SCORER_LIMIT_S,
        io_activity: IOActivity | None = None,
        many: bool = False,
        cluster: ClusterExecutor | None = None,
    ) -> None:
        self._shared = tuple(scorer for scorer in scorers if isinstance(scorer, MeasuringScorer))
        # Judges wait for a model and the user's functions may do anything: each gets a thread of its own.
        self._alone = tuple(scorer for scorer in scorers if not isinstance(scorer, MeasuringScorer))
        self._order = {scorer.name: place for place, scorer in enumerate(scorers)}
        self._review = review
        self._io_activity = io_activity or IOActivity()
        self._limit_s = limit_s
        self._threads: dict[str, _ScorerThread] = {}
        # The checks count as one more scorer, since they run in the same call.
        self._shared_limit_s = limit_s * (1 + len(self._shared))
        # Any other review is the caller's own function, which the worker process does not have.
        is_cached = isinstance(review, ReviewCache)
        self._cluster = cluster if is_cached else None
        apart = many and is_cached and cluster is None
        self._worker = ScoringWorker(self._shared, self._shared_limit_s) if apart else None
        self._setups: dict[int, tuple[Case, str]] = {}
        self._late: dict[str, int] = {}

    async def score(self, draft: CellDraft) -> tuple[tuple[Finding, ...], tuple[Score, ...]]:
        """Checks a draft and scores it by every scorer.

        Returns:
            Findings, and scores in the order of the scorers.
        """
        findings, scores = await self._check_and_measure(draft)
        draft = replace(draft, findings=findings)
        scores += await asyncio.gather(*(self._score_alone(scorer, draft) for scorer in self._alone))
        return findings, tuple(sorted(scores, key=lambda score: self._order.get(score.scorer, 0)))

    async def aclose(self) -> None:
        """Ends threads and worker.

        A blocked thread ends with the process.
        """
        threads, self._threads = list(self._threads.values()), {}
        for thread in threads:
            thread.end()
        for thread in threads:
            await asyncio.to_thread(thread.join, _GRACE_S)
        if self._worker is not None:
            await asyncio.to_thread(self._worker.close)

    async def _check_and_measure(self, draft: CellDraft) -> tuple[tuple[Finding, ...], list[Score]]:
        """Runs checks and measuring scorers in one call.

        All of it happens on one thread.
        """

        async def work(call: _Call) -> tuple[tuple[Finding, ...], list[Score]]:
            call.now = "the checks"
            if (outcome := self._score_in_worker(draft)) is not None:
                return outcome
            self._io_activity.begin_draft()
            findings = self._review(draft, self._io_activity.wait_for_rest)
            complete = replace(draft, findings=findings)
            scores = []
            for scorer in self._shared:
                call.now = scorer.name
                self._io_activity.wait_for_rest()
                scores.append(await _score_or_fail(scorer, complete, self._limit_s))
            return findings, scores

        try:
            if (
                self._cluster is not None
                and (outcome := await self._score_on_cluster(self._cluster, draft)) is not None
            ):
                return outcome
            return await self._run_on_thread("checks", work, self._shared_limit_s)
        except _LateError as late:
            reason = str(late)
            if self._worker is not None:
                await asyncio.to_thread(self._worker.close)
        except ChecksBrokenError as error:
            reason = f"the checks broke with {error}"
        except Exception as error:  # noqa: BLE001 - a defect of the checks fails the scores of this cell and ends nothing
            reason = f"the checks broke with {type(error).__name__}: {error}"
        return (), [Score.failure(scorer.name, reason) for scorer in self._shared]

    def _score_in_worker(self, draft: CellDraft) -> tuple[tuple[Finding, ...], list[Score]] | None:
        """Checks and scores a draft in the worker.

        None if that is to be done in this process.

        Raises:
            _LateError: It took too long.
            ChecksBrokenError: The checks have a defect.
        """
        worker, reviews = self._worker, self._review
        # A cached review costs no computing, so the way to the worker would cost more.
        if worker is None or not isinstance(reviews, ReviewCache) or reviews.recall(draft) is not None:
            return None
        try:
            findings, scores = worker.score(draft)
        except WorkerLateError as error:
            raise _LateError(str(error)) from None
        except WorkerLostError as error:
            logger.warning("drafts are scored in this process from now on: %s", error)
            self._worker = None
            return None
        # The worker has no cache of its own.
        reviews.remember(draft, findings)
        return findings, list(scores)

    async def _score_on_cluster(
        self, cluster: ClusterExecutor, draft: CellDraft
    ) -> tuple[tuple[Finding, ...], list[Score]] | None:
        """Checks and scores a draft on the cluster.

        None where its review is cached.

        Raises:
            _LateError: It took too long.
            ChecksBrokenError: The checks have a defect.
        """
        reviews, case = self._review, draft.assignment.case
        if not isinstance(reviews, ReviewCache) or await asyncio.to_thread(reviews.recall, draft) is not None:
            return None
        if id(case) not in self._setups:
            self._setups[id(case)] = case, await asyncio.to_thread(digest_setup, case)
            cluster.share(case)
        asked = cluster.submit(
            score_apart,
            replace(draft, assignment=None),  # type: ignore[arg-type]
            replace(draft.assignment, case=None),  # type: ignore[arg-type]
            case,
            self._shared,
            self._setups[id(case)][1],
        )
        try:
            outcome = await asyncio.wait_for(asyncio.wrap_future(asked), self._shared_limit_s)
        except TimeoutError:
            raise _LateError(f"the cluster gave nothing within {self._shared_limit_s:g} s") from None
        if isinstance(outcome, str):
            raise ChecksBrokenError(outcome)
        findings, scores = outcome
        await asyncio.to_thread(reviews.remember, draft, findings)
        return findings, list(scores)

    async def _score_alone(self, scorer: Scorer, draft: CellDraft) -> Score:
        name = scorer.name
        # Every late call leaves a blocked thread behind; this bounds their number.
        if self._late.get(name, 0) >= _TIMES:
            return Score.failure(name, f"it did not come back {_TIMES} times and is not asked again")
        try:
            return await self._run_on_thread(
                name, lambda _call: _score_draft(scorer, draft, self._limit_s), self._limit_s
            )
        except _LateError as late:
            self._late[name] = self._late.get(name, 0) + 1
            return Score.failure(name, str(late))

    async def _run_on_thread(self, name: str, work: Callable[[_Call], Coroutine[Any, Any, T]], limit_s: float) -> T:
        """Runs a call on the thread of that name.

        It is submitted again to a new thread if another call blocks the first one before this call starts.

        Raises:
            _LateError: It began and did not come back in time.
        """
        while True:
            thread = self._threads.get(name)
            if thread is None:
                thread = self._threads[name] = _ScorerThread(name)
            call = _Call()
            future = asyncio.run_coroutine_threadsafe(_start_call(call, work), thread.loop)
            try:
                done = await self._wait_for_call(name, thread, call, future, limit_s)
            except BaseException:
                future.cancel()
                raise
            if done:
                return future.result()

    async def _wait_for_call(
        self, name: str, thread: _ScorerThread, call: _Call, future: Future[T], limit_s: float
    ) -> bool:
        """Waits for a call.

        Returns False if its thread was abandoned before the call started.
        """
        wrapped = asyncio.wrap_future(future)
        while True:
            await asyncio.wait([wrapped], timeout=_LOOK_S if call.began is None else min(_LOOK_S * 5, limit_s))
            if wrapped.done():
                return True
            if call.began is None:
                if self._threads.get(name) is not thread:
                    future.cancel()
                    return False
            elif time.monotonic() - call.began > limit_s + _GRACE_S:
                # The call has its own time-out on the thread's loop: if that did not fire, the thread is blocked.
                if self._threads.get(name) is thread:
                    del self._threads[name]
                    thread.end()  # takes effect if the blocking call ever returns
                logger.warning("the scorer %s is abandoned: it blocks its thread", call.now or name)
                raise _LateError(f"{call.now or name} did not come back within {limit_s:g} s")


async def _start_call(call: _Call, work: Callable[[_Call], Coroutine[Any, Any, T]]) -> T:
    call.began = time.monotonic()
    return await work(call)


async def _score_draft(scorer: Scorer, draft: CellDraft, limit_s: float) -> Score:
    """Calls a scorer; every error becomes a failed score.

    Raises:
        _LateError: It gave none in time.
    """
    name = scorer.name
    try:
        async with asyncio.timeout(limit_s):
            score: object = await scorer.score(draft)
    except TimeoutError:
        raise _LateError(f"{name} gave no score within {limit_s:g} s") from None
    except BudgetExceededError as error:
        return Score.failure(name, f"not asked: {error}")
    except WorkbenchError as error:
        return Score.failure(name, str(error))
    except Exception as error:  # noqa: BLE001 - the user's own function may raise anything
        return Score.failure(name, f"it raised {type(error).__name__}: {error}")
    if not isinstance(score, Score):
        return Score.failure(name, f"it gave {type(score).__name__} instead of a score")
    return score if score.scorer == name else replace(score, scorer=name)


async def _score_or_fail(scorer: Scorer, draft: CellDraft, limit_s: float) -> Score:
    try:
        return await _score_draft(scorer, draft, limit_s)
    except _LateError as late:
        return Score.failure(scorer.name, str(late))
