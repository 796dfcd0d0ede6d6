"""Drafting engine: drafts, checks and scores cells.

At most a given number of them at a time.

cells -> prepare -> draft (as many requests at once as ``concurrency`` says) -> check and score (beside) -> on_result

Experiments, the promotion gate, the optimizer and the tuner call :func:`run_cells`; they differ in the cells, in how a
cell's inputs are found, and in what they do with a result. Answers and findings are cached for all of them.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as NotYetError
from dataclasses import dataclass
from itertools import chain, islice
from typing import Self, TypeVar

from workbench.drafting.answer_cache import AnswerCache
from workbench.errors import BudgetExceededError, ModelError, ModelUnavailableError, StoreError, WorkbenchError
from workbench.live.tasks import end
from workbench.text.cluster import ClusterExecutor
from workbench.tuning.experiment.cells import Cell, CellDraft, CellInputs, CellResult, Scorer
from workbench.tuning.experiment.drafting import draft_cell
from workbench.tuning.experiment.progress import STOPPING_AFTER_INTERRUPT, ExperimentProgress, ProgressView
from workbench.tuning.experiment.review_cache import ReviewCache
from workbench.tuning.scorers.pool import SCORER_LIMIT_S, IOActivity, Review, ScorerPool

__all__ = ["INTERRUPTED", "NOT_ASKED", "Prepare", "draft_cell", "run_cells", "wait_for_cells"]

logger = logging.getLogger("workbench")

T = TypeVar("T")

Prepare = Callable[[Cell], Awaitable[CellInputs]]
"""From a cell to its inputs, when the cell's turn has come; a WorkbenchError that it raises is the cell's result."""

NOT_ASKED = "not asked"
"""Beginning of the error of a cell for which no model was asked."""

INTERRUPTED = "interrupted"
"""Beginning of the reason, where a stop was requested before the cell's turn."""

_LOST = 3
"""A model that was out of reach so often in a row is not asked again in this run."""

_AHEAD = 64
"""Drafts that may wait to be scored, beyond which drafting waits: the memory stays flat."""

_MANY = 32
"""Cells from which on the checks get a process of their own: it takes half a second of a core to start."""

_LOOK_S = 0.1
"""Time between two updates of the progress, seconds."""


async def run_cells(  # noqa: PLR0913  (keyword arguments, most of them with a default)
    cells: Iterable[Cell],
    *,
    prepare: Prepare,
    answers: AnswerCache,
    on_result: Callable[[CellResult], object],
    concurrency: int,
    scorers: Sequence[Scorer] = (),
    on_text: Callable[[Cell, str | None], None] | None = None,
    review: Review | None = None,
    stop: threading.Event | None = None,
    scorer_limit_s: float = SCORER_LIMIT_S,
    cluster: ClusterExecutor | None = None,
) -> None:
    """Runs cells to their results.

    A failed cell has a result, too.

    The spending limit is the one of ``answers``: beyond it, cells whose answers are cached go on, and the others say
    that they were not asked. Cancelling ends the drafts under way; ``stop`` lets them end.

    Args:
        cells: Taken one by one, as there is room.
        prepare: Finds the inputs of one.
        answers: Cache of answers and findings, with the spending limit.
        on_result: Called with each result, on this loop, in the order of ending.
        concurrency: Cells with the models at the same time.
        scorers: Each of another name.
        on_text: Called with each piece of text as it streams; None: a broken answer begins again.
        review: Runs the checks on a draft; default:
            :class:`~workbench.tuning.experiment.review_cache.ReviewCache`.
        stop: Once set, from any thread, no further cell is asked; those under way end.
        scorer_limit_s: For one scorer and one draft, seconds.
        cluster: Runs the checks and the measuring scorers; the models are asked from here all the same.
    """
    io_activity = IOActivity()
    cells = iter(cells)
    # The cells of a matrix are generated: reading some ahead tells a large run without counting a million.
    first = list(islice(cells, _MANY))
    lanes = ScorerPool(
        scorers,
        review=review or ReviewCache(answers),
        limit_s=scorer_limit_s,
        io_activity=io_activity,
        many=len(first) == _MANY,
        cluster=cluster,
    )
    run = _Run(
        chain(first, cells),
        prepare,
        answers,
        lanes,
        on_result,
        on_text,
        stop or threading.Event(),
        io_activity,
        concurrency,
    )
    await run.through()


def wait_for_cells(
    future: Future[T],
    stop: threading.Event,
    progress: ExperimentProgress | None = None,
    picture: ProgressView | None = None,
) -> T:
    """Waits for a run.

    Ctrl-C stops it in order, a second one leaves.

    Not for the workbench loop itself.

    Args:
        future: The run.
        stop: What was given to :func:`run_cells`.
        progress: Told why no further cell is asked.
        picture: What shows the progress; updated ten times a second.

    Raises:
        KeyboardInterrupt: The second Ctrl-C, or the run was cancelled.
    """
    try:
        while True:
            try:
                return future.result(timeout=_LOOK_S)
            except NotYetError:
                if future.done():  # then the time-out is the run's own error
                    raise
            except KeyboardInterrupt:
                if stop.is_set():
                    raise
                # The first Ctrl-C: drafts under way are paid for, so they end and are cached.
                stop.set()
                if progress is not None:
                    progress.ending = STOPPING_AFTER_INTERRUPT
            finally:
                if picture is not None:
                    picture.update()
    except CancelledError:
        raise KeyboardInterrupt from None
    except BaseException:
        future.cancel()  # nobody waits any more: nothing more is asked
        raise


class _Place:
    """Place with the models, released at the latest at the block's end."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._held = False

    async def __aenter__(self) -> Self:
        await self._places.acquire()
        self._held = True
        return self

    async def __aexit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Lets the next cell be asked."""
        if self._held:
            self._held = False
            self._places.release()


@dataclass
class _Run:
    """The state of one :func:`run_cells`."""

    cells: Iterator[Cell]
    prepare: Prepare
    answers: AnswerCache
    lanes: ScorerPool
    on_result: Callable[[CellResult], object]
    on_text: Callable[[Cell, str | None], None] | None
    stop: threading.Event
    io_activity: IOActivity
    concurrency: int

    def __post_init__(self) -> None:
        self.places = asyncio.Semaphore(self.concurrency)
        self.drafts: asyncio.Queue[CellDraft | None] = asyncio.Queue(maxsize=_AHEAD)
        self.lost: Counter[str] = Counter()

    async def through(self) -> None:
        """Drafts and scores until every cell has its result.

        Both go on at the same time.
        """
        # Twice as many tasks as places: the next requests are under way while answers are flushed to the disk.
        drafting = [asyncio.create_task(self.draft_cells()) for _ in range(2 * self.concurrency)]
        scoring = [asyncio.create_task(self.score_drafts()) for _ in range(self.concurrency)]
        try:
            await asyncio.gather(*drafting)
            for _ in scoring:  # one end mark for each task
                await self.drafts.put(None)
            await asyncio.gather(*scoring)
        finally:
            await end([*drafting, *scoring])
            # Last: tasks that still score need the threads.
            await self.lanes.aclose()

    async def draft_cells(self) -> None:
        """Takes cells until there are none left."""
        # All drafting tasks share one iterator; they are on one loop, so no cell is taken twice. A cell is taken when
        # there is a place for it: so cells are asked in their order, and a stop or a limit holds for the next one.
        while True:
            async with _Place(self.places) as place:
                cell = next(self.cells, None)
                if cell is None:
                    return
                draft = await self.draft_or_explain(cell, place)
            if draft is not None:
                # Waits while the queue is full: drafts hold whole texts.
                await self.drafts.put(draft)

    async def draft_or_explain(self, cell: Cell, place: _Place) -> CellDraft | None:
        """Drafts one cell; without a draft, its result is the reason."""
        reason = self.reason_not_to_ask(cell)
        if reason is not None:
            self.on_result(CellResult(cell, None, error=f"{NOT_ASKED}: {reason}"))
            await asyncio.sleep(0)  # thousands of cells that are not asked must not hold the loop
            return None
        self.io_activity.record_activity()  # rendering a prompt is the request's work, too
        try:
            draft = await self.draft(cell, place)
        except Exception as error:  # noqa: BLE001 - whatever a model or its client raises is one cell's own matter
            self.on_result(CellResult(cell, None, error=self.explain(cell, error)))
            return None
        self.lost[cell.model] = 0
        return draft

    async def draft(self, cell: Cell, place: _Place) -> CellDraft:
        """Drafts one cell, from the cache or from its model."""
        inputs = await self.prepare(cell)
        on_text, record_activity = self.on_text, self.io_activity.record_activity

        def tell(text: str) -> None:
            record_activity()
            if on_text is not None:
                on_text(cell, text)

        answer = await draft_cell(
            inputs.variant,
            inputs.entry,
            inputs.assignment,
            cell.repeat,
            self.answers,
            on_text=tell,
            # Without a viewer nobody needs to discard the beginning of a broken answer.
            on_restart=None if on_text is None else lambda: on_text(cell, None),
            request=inputs.request,
            on_answer=place.release,
        )
        return CellDraft(cell, inputs.assignment, answer, (), inputs.approved)

    async def score_drafts(self) -> None:
        """Scores drafts until there are none left."""
        while (draft := await self.drafts.get()) is not None:
            self.io_activity.crowding = self.drafts.qsize() / _AHEAD
            findings, scores = await self.lanes.score(draft)
            self.on_result(CellResult(draft.cell, draft.answer, findings=findings, scores=scores))

    def reason_not_to_ask(self, cell: Cell) -> str | None:
        """Finds the reason not to ask a cell, or None."""
        if self.stop.is_set():
            return f"{INTERRUPTED}; run it again, finished cells are kept"
        if self.lost[cell.model] >= _LOST:
            return f"{cell.model} was out of reach {_LOST} times in a row; run it again"
        return None

    def explain(self, cell: Cell, error: Exception) -> str:
        """Explains an error in the words of the cell's result."""
        match error:
            case BudgetExceededError() | StoreError():
                return f"{NOT_ASKED}: {error}"
            case ModelUnavailableError():
                self.lost[cell.model] += 1
                return str(error)
            case ModelError():
                self.lost[cell.model] = 0
                return str(error)
            case WorkbenchError():
                return str(error)
        # Of a defect only the kind: the text of an error may hold the case's own words.
        logger.warning("a cell failed with %s", type(error).__name__)
        return f"{type(error).__name__}: {error}"
