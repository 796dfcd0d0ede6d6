"""Where drafts are scored: on threads beside the one that asks, so that no scorer holds up a request.

The checks and the scorers of this package share one lane; each of the user's own functions, and each judge, has one to
itself. A scorer that does not come back in time fails for that cell; one that blocks its lane is left behind with it.
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

from workbench.checks.finding import Finding
from workbench.errors import BudgetExceededError, WorkbenchError
from workbench.live.tasks import end
from workbench.tuning.cells import CellDraft, Score, Scorer
from workbench.tuning.measures import MeasuringScorer
from workbench.tuning.pulse import IOActivity
from workbench.tuning.reviews import ReviewCache, review
from workbench.tuning.scoring_worker import ChecksBrokenError, ScoringWorker, WorkerLateError, WorkerLostError

logger = logging.getLogger("workbench")

T = TypeVar("T")

Review = Callable[[CellDraft, Callable[[], None]], tuple[Finding, ...]]
"""From a draft, and what is to be called now and then so that others may go first, to what the checks find."""

SCORER_LIMIT_S = 600.0
"""How long one scorer may take over one draft, seconds: a judge's model may queue and be retried for as long."""

_GRACE_S = 1.0
_LOOK_S = 1.0
_TIMES = 2
"""A scorer that has not come back so often is not asked again in this experiment."""


class _Lane:
    """One daemon thread with one event loop."""

    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.loop.set_default_executor(_DaemonPool())
        self.thread = threading.Thread(target=self._serve, name=f"workbench-{name}", daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        self.loop.run_until_complete(end(asyncio.all_tasks(self.loop)))
        self.loop.close()

    def end(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)

    def join(self, timeout_s: float) -> None:
        self.thread.join(timeout_s)


@dataclass
class _Call:
    """One call on a lane.

    Attributes:
        began: When it began, ``time.monotonic``; None while it waits for the lane.
        now: What it is about, for the words of a failure.
    """

    began: float | None = None
    now: str = ""


class _LateError(Exception):
    """A call that did not come back in time; ``str()`` says which."""


class _DaemonPool(ThreadPoolExecutor):
    """A thread for each call, of the kind that the interpreter does not wait for: a function may never come back."""

    def submit(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Runs it on a thread of its own."""
        future = Future[T]()

        def work() -> None:
            try:
                answer = function(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits
                outcome = partial(future.set_exception, error)
            else:
                outcome = partial(future.set_result, answer)
            with suppress(InvalidStateError):  # nobody waits any more
                outcome()

        threading.Thread(target=work, name="workbench-scorer", daemon=True).start()
        return future


class Lanes:
    """The lanes of one experiment; :meth:`aclose` when done.

    Args:
        scorers: Those of the experiment.
        review: What the checks find in a draft.
        limit_s: For one scorer and one draft, seconds.
        pulse: Tells when the requests are at work.
        many: Whether so many drafts come that a process of its own for the checks is worth its start.
    """

    def __init__(
        self,
        scorers: Sequence[Scorer],
        *,
        review: Review = review,
        limit_s: float = SCORER_LIMIT_S,
        pulse: IOActivity | None = None,
        many: bool = False,
    ) -> None:
        self._shared = tuple(scorer for scorer in scorers if isinstance(scorer, MeasuringScorer))
        # It asks a model, or nobody knows what it does: it gets a lane of its own.
        self._alone = tuple(scorer for scorer in scorers if not isinstance(scorer, MeasuringScorer))
        self._order = {scorer.name: place for place, scorer in enumerate(scorers)}
        self._review = review
        self._pulse = pulse or IOActivity()
        self._limit_s = limit_s
        self._lanes: dict[str, _Lane] = {}
        self._together_limit_s = limit_s * (1 + len(self._shared))
        # What the checks find is remembered here: a review that does not remember is the caller's own, and runs here.
        remembers = isinstance(review, ReviewCache)
        self._worker = ScoringWorker(self._shared, self._together_limit_s) if many and remembers else None
        self._late: dict[str, int] = {}

    async def score(self, draft: CellDraft) -> tuple[tuple[Finding, ...], tuple[Score, ...]]:
        """What the checks find in a draft, and one score a scorer, in the order of the scorers."""
        findings, scores = await self._together(draft)
        draft = replace(draft, findings=findings)
        scores += await asyncio.gather(*(self._by_itself(scorer, draft) for scorer in self._alone))
        return findings, tuple(sorted(scores, key=lambda score: self._order.get(score.scorer, 0)))

    async def aclose(self) -> None:
        """Ends the lanes; one that is blocked ends with the process."""
        lanes, self._lanes = list(self._lanes.values()), {}
        for lane in lanes:
            lane.end()
        for lane in lanes:
            await asyncio.to_thread(lane.join, _GRACE_S)
        if self._worker is not None:
            await asyncio.to_thread(self._worker.close)

    async def _together(self, draft: CellDraft) -> tuple[tuple[Finding, ...], list[Score]]:
        """The checks and the scorers of this package, on one lane in one go."""

        async def work(call: _Call) -> tuple[tuple[Finding, ...], list[Score]]:
            call.now = "the checks"
            if (outcome := self._in_worker(draft)) is not None:
                return outcome
            self._pulse.next_draft()
            findings = self._review(draft, self._pulse.make_way)
            complete = replace(draft, findings=findings)
            scores = []
            for scorer in self._shared:
                call.now = scorer.name
                self._pulse.make_way()
                scores.append(await _together_with(scorer, complete, self._limit_s))
            return findings, scores

        try:
            return await self._run("checks", work, self._together_limit_s)
        except _LateError as late:
            reason = str(late)
            if self._worker is not None:
                await asyncio.to_thread(self._worker.close)
        except ChecksBrokenError as error:
            reason = f"the checks broke with {error}"
        except Exception as error:  # noqa: BLE001 - a defect of the checks is told in the scores, and ends nothing
            reason = f"the checks broke with {type(error).__name__}: {error}"
        return (), [Score.failure(scorer.name, reason) for scorer in self._shared]

    def _in_worker(self, draft: CellDraft) -> tuple[tuple[Finding, ...], list[Score]] | None:
        """Has the worker check and score a draft; None where that is to be done here.

        Raises:
            _LateError: It took too long.
            ChecksBrokenError: The checks have a defect.
        """
        worker, reviews = self._worker, self._review
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
        reviews.remember(draft, findings)
        return findings, list(scores)

    async def _by_itself(self, scorer: Scorer, draft: CellDraft) -> Score:
        name = scorer.name
        if self._late.get(name, 0) >= _TIMES:
            return Score.failure(name, f"it did not come back {_TIMES} times and is not asked again")
        try:
            return await self._run(name, lambda _call: _scored(scorer, draft, self._limit_s), self._limit_s)
        except _LateError as late:
            self._late[name] = self._late.get(name, 0) + 1
            return Score.failure(name, str(late))

    async def _run(self, name: str, work: Callable[[_Call], Coroutine[Any, Any, T]], limit_s: float) -> T:
        """Runs it on the lane of that name, and again on a new one where another call has blocked that before it began.

        Raises:
            _LateError: It began and did not come back in time.
        """
        while True:
            lane = self._lanes.get(name)
            if lane is None:
                lane = self._lanes[name] = _Lane(name)
            call = _Call()
            future = asyncio.run_coroutine_threadsafe(_begun(call, work), lane.loop)
            try:
                done = await self._waited(name, lane, call, future, limit_s)
            except BaseException:
                future.cancel()
                raise
            if done:
                return future.result()

    async def _waited(self, name: str, lane: _Lane, call: _Call, future: Future[T], limit_s: float) -> bool:
        """Whether it has ended; False where its lane was left behind before it began."""
        wrapped = asyncio.wrap_future(future)
        while True:
            await asyncio.wait([wrapped], timeout=_LOOK_S if call.began is None else min(_LOOK_S * 5, limit_s))
            if wrapped.done():
                return True
            if call.began is None:
                if self._lanes.get(name) is not lane:
                    future.cancel()
                    return False
            elif time.monotonic() - call.began > limit_s + _GRACE_S:
                # It has its own time-out inside the lane: that this has not come means that the lane is blocked.
                if self._lanes.get(name) is lane:
                    del self._lanes[name]
                    lane.end()  # should it ever come back
                logger.warning("the scorer %s is left behind: it blocks its thread", call.now or name)
                raise _LateError(f"{call.now or name} did not come back within {limit_s:g} s")


async def _begun(call: _Call, work: Callable[[_Call], Coroutine[Any, Any, T]]) -> T:
    call.began = time.monotonic()
    return await work(call)


async def _scored(scorer: Scorer, draft: CellDraft, limit_s: float) -> Score:
    """The scorer's score; whatever goes wrong is a failure, never a score.

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


async def _together_with(scorer: Scorer, draft: CellDraft, limit_s: float) -> Score:
    try:
        return await _scored(scorer, draft, limit_s)
    except _LateError as late:
        return Score.failure(scorer.name, str(late))
