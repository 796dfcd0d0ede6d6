"""Runs the cells of a matrix: so many at a time, each asked, checked, scored and told of; none stops another.

cells -> ask (as many at once as ``concurrency`` says) -> score (on lanes beside) -> on_result, in the order of ending
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from workbench.errors import BudgetExceededError, ModelError, ModelUnavailableError, StoreError, WorkbenchError
from workbench.live.tasks import end
from workbench.tuning.asking import draft_cell
from workbench.tuning.cells import Cell, CellResult, Drafted, Scorer
from workbench.tuning.lanes import SCORER_LIMIT_S, Lanes, Review
from workbench.tuning.pulse import Pulse
from workbench.tuning.reviews import review

__all__ = ["NOT_ASKED", "Draft", "draft_cell", "run_cells"]

logger = logging.getLogger("workbench")

NOT_ASKED = "not asked"
"""How the error of a cell begins that nobody was asked for."""

_LOST = 3
"""A model that was out of reach so often in a row is not asked again in this experiment."""

_AHEAD = 64
"""Drafts that may wait to be scored, beyond which asking waits: the memory stays flat."""


class Draft(Protocol):
    """How a cell is drafted; see :meth:`workbench.tuning.matrix.Matrix.draft`."""

    async def __call__(self, cell: Cell, *, on_text: Callable[[str], None] | None = None) -> Drafted:
        """The draft with its assignment; the findings are still to come.

        Raises:
            WorkbenchError: Nothing usable came.
        """


async def run_cells(  # noqa: PLR0913  (keyword arguments, most of them with a default)
    cells: Iterable[Cell],
    *,
    draft: Draft,
    scorers: Sequence[Scorer],
    concurrency: int,
    on_result: Callable[[CellResult], object],
    on_text: Callable[[Cell, str], None] | None = None,
    stop: asyncio.Event | None = None,
    review: Review = review,
    scorer_limit_s: float = SCORER_LIMIT_S,
) -> None:
    """Runs every cell to its result; a cell that fails is a result too, and the rest goes on.

    The spending limit is kept where the answers are (``Answers(settings, budget=...)``): beyond it, cells whose answers
    are kept go on, and the others say that they were not asked.

    Args:
        cells: Taken one by one, as there is room.
        draft: Drafts one.
        scorers: Each of another name.
        concurrency: Cells with the models at the same time.
        on_result: Told each result, on this loop, in the order of ending.
        on_text: Told each piece of text as it streams.
        stop: Once set, no further cell is asked; those under way end. The others say that they were not asked.
        review: What the checks find in a draft.
        scorer_limit_s: For one scorer and one draft, seconds.
    """
    pulse = Pulse()
    lanes = Lanes(scorers, review=review, limit_s=scorer_limit_s, pulse=pulse)
    run = _Run(iter(cells), draft, lanes, on_result, on_text, pulse)
    run.stop = stop
    await run.through(concurrency)


class _Run:
    """The state of one :func:`run_cells`."""

    def __init__(
        self,
        cells: Iterator[Cell],
        draft: Draft,
        lanes: Lanes,
        on_result: Callable[[CellResult], object],
        on_text: Callable[[Cell, str], None] | None,
        pulse: Pulse,
    ) -> None:
        self.cells, self.draft, self.lanes = cells, draft, lanes
        self.on_result, self.on_text, self.pulse = on_result, on_text, pulse
        self.stop: asyncio.Event | None = None
        self.drafted: asyncio.Queue[Drafted | None] = asyncio.Queue(maxsize=_AHEAD)
        self.lost: Counter[str] = Counter()

    async def through(self, concurrency: int) -> None:
        """Asks and scores at the same time, and returns when every cell has its result."""
        askers = [asyncio.create_task(self.ask()) for _ in range(concurrency)]
        scorers = [asyncio.create_task(self.score()) for _ in range(concurrency)]
        try:
            await asyncio.gather(*askers)
            for _ in scorers:
                await self.drafted.put(None)
            await asyncio.gather(*scorers)
        finally:
            await end([*askers, *scorers])
            await self.lanes.aclose()

    async def ask(self) -> None:
        """Takes cells until there are none left."""
        for cell in self.cells:
            reason = self.not_now(cell)
            if reason is not None:
                self.on_result(CellResult(cell, None, error=f"{NOT_ASKED}: {reason}"))
                await asyncio.sleep(0)
                continue
            self.pulse.beat()
            try:
                drafted = await self.draft(cell, on_text=self.teller(cell))
            except Exception as error:  # noqa: BLE001 - whatever a model or its client raises is one cell's own matter
                self.on_result(CellResult(cell, None, error=self.explained(cell, error)))
            else:
                self.lost[cell.model] = 0
                await self.drafted.put(drafted)

    async def score(self) -> None:
        """Scores drafts until there are none left."""
        while (drafted := await self.drafted.get()) is not None:
            self.pulse.crowding = self.drafted.qsize() / _AHEAD
            findings, scores = await self.lanes.score(drafted)
            self.on_result(CellResult(drafted.cell, drafted.answer, findings=findings, scores=scores))

    def not_now(self, cell: Cell) -> str | None:
        """Why this cell is not asked at all, or None."""
        if self.stop is not None and self.stop.is_set():
            return "interrupted; run the experiment again, what is finished is kept"
        if self.lost[cell.model] >= _LOST:
            return f"{cell.model} was out of reach {_LOST} times in a row; run the experiment again"
        return None

    def teller(self, cell: Cell) -> Callable[[str], None]:
        """The ``on_text`` of one cell."""
        on_text, beat = self.on_text, self.pulse.beat
        if on_text is None:
            return beat

        def tell(text: str) -> None:
            beat()
            on_text(cell, text)

        return tell

    def explained(self, cell: Cell, error: Exception) -> str:
        """What the cell says of an error."""
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
