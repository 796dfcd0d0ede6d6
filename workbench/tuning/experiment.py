"""An experiment, from a file or from Python: run it, watch it, stop it, take it up again.

    results = Experiment("tone.yaml").run()
    results = Experiment(name="tone", cases=["wu"], prompts=["filing", "awards@0123456789ab"]).run()

What was answered is kept as it comes: an experiment that was stopped, killed or over its limit goes on where it was
when it is run again, and asks nothing twice.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Self

from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.tuning.cells import CellResult, ModelEntry, Variant
from workbench.tuning.lanes import SCORER_LIMIT_S
from workbench.tuning.matrix import Matrix, load_spec, matrix_of
from workbench.tuning.progress import STOPPING, Progress, shown
from workbench.tuning.results import ResultCollector, Results
from workbench.tuning.runner import run_cells, wait_for_cells
from workbench.tuning.spec import ExperimentSpec, spec_of
from workbench.workflow.bench import Bench


class Experiment:
    """One experiment; every run of it makes its tables anew, and asks only what was never answered.

    Attributes:
        spec: What is to be run.
        progress: How far it is.
    """

    def __init__(
        self,
        source: ExperimentSpec | str | Path | None = None,
        /,
        *,
        settings: Settings | None = None,
        variants: Mapping[str, Variant] | None = None,
        open_models: Iterable[ModelEntry] = (),
        scorer_limit_s: float = SCORER_LIMIT_S,
        **fields: Any,
    ) -> None:
        """Looks up every name; nothing is asked yet.

        Args:
            source: An experiment, or its file; None: the fields say it.
            settings: Default: the environment.
            variants: Sets of prompts by names that come before those of the store.
            open_models: Models that are open already; whoever opened them closes them.
            scorer_limit_s: How long one scorer may take over one draft, seconds.
            fields: Those of :class:`~workbench.tuning.spec.ExperimentSpec`, where there is no ``source``; beside one
                they replace its own.

        Raises:
            InputError: Everything that is wrong with it.
        """
        self._settings = settings or Settings.from_env()
        self._scorer_limit_s = scorer_limit_s
        self._given = {"variants": dict(variants or {}), "open_models": tuple(open_models)}
        self._folder = None if source is None or isinstance(source, ExperimentSpec) else Path(source).parent
        self._matrix: Matrix | None
        if isinstance(source, str | Path) and not fields:
            self._matrix = matrix_of(Path(source), self._settings, **self._given)
            self.spec = self._matrix.spec
        else:
            own = load_spec(source, self._settings) if isinstance(source, str | Path) else source
            known = {name: getattr(own, name) for name in own.model_fields_set} if own is not None else {}
            self.spec = spec_of(known | fields)
            self._matrix = self._looked_up()
        self.progress = Progress(self._matrix.size)
        self._stop = threading.Event()
        self._future: Future[Results] | None = None

    def run(self, progress: bool = True) -> Results:  # noqa: FBT001, FBT002 - its own word: run(progress=False)
        """Runs it and waits, in a notebook's cell too.

        The first Ctrl-C ends it in good order: what is under way is waited for, the rest says that it was not asked.
        The second leaves at once.

        Args:
            progress: Whether to show how far it is.

        Raises:
            InputError: A model cannot be used: nothing was asked.
            KeyboardInterrupt: The second Ctrl-C.
        """
        return self.start().wait(progress=progress)

    def start(self) -> Self:
        """Starts it on the workbench loop, and returns at once.

        Raises:
            InputError: It is running.
        """
        if self._future is not None and not self._future.done():
            raise InputError(Problem("it is running", "wait for it", field="experiment"))
        self._stop.clear()
        matrix, self._matrix = self._matrix or self._looked_up(), None
        self.progress = Progress(matrix.size)
        self._future = Bench.current().submit(self._work(matrix))
        return self

    def wait(self, progress: bool = True) -> Results:  # noqa: FBT001, FBT002
        """Waits for its end; see :meth:`run`.

        Raises:
            InputError: It was not started, or a model cannot be used.
        """
        future = self._future
        if future is None:
            raise InputError(Problem("it was not started", "start it, or run it", field="experiment"))
        with shown(self.progress) if progress else nullcontext() as picture:
            return wait_for_cells(future, self._stop, self.progress, picture)

    def stop(self) -> None:
        """Asks no further cell; those under way end. From any thread."""
        self._stop.set()
        self.progress.ending = STOPPING

    @property
    def interrupted(self) -> bool:
        """Whether somebody stopped it before its end."""
        return self._stop.is_set()

    def _looked_up(self) -> Matrix:
        return Matrix(self.spec, self._settings, folder=self._folder, **self._given)  # type: ignore[arg-type]

    async def _work(self, matrix: Matrix) -> Results:
        progress = self.progress
        collector = ResultCollector(matrix.spec, self._settings)

        def take(result: CellResult) -> None:
            cell = result.cell
            prompts = matrix.variants[cell.prompt].prompts
            collector.add(result, prompt_version=lambda: prompts.version(cell.section_id))
            progress.done, progress.failed, progress.cached = collector.done, collector.failed, collector.cached
            progress.spent_usd, progress.spent_tokens = matrix.budget.spent_usd, matrix.budget.spent_tokens

        try:
            async with matrix:
                progress.notes += matrix.skipped
                await matrix.open(progress.notes.append)
                await run_cells(
                    matrix.cells(),
                    prepare=matrix.inputs,
                    answers=matrix.answers,
                    scorers=matrix.scorers,
                    concurrency=matrix.spec.concurrency,
                    on_result=take,
                    stop=self._stop,
                    scorer_limit_s=self._scorer_limit_s,
                )
        except BaseException:
            collector.close()
            raise
        return collector.results(progress.notes)
