"""Experiment: prompts, cases, sections and models compared.

Every combination is drafted and scored.

Answers are cached as they come. An experiment that was stopped, killed or over its limit goes on where it was when it
is run again, and asks nothing twice.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import Future
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Self

from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.text.cluster import ClusterExecutor
from workbench.tuning.experiment.cells import CellResult, ModelEntry, Variant
from workbench.tuning.experiment.matrix import Matrix, load_matrix, load_spec
from workbench.tuning.experiment.progress import STOPPING, ExperimentProgress, show_progress
from workbench.tuning.experiment.results import ResultCollector, Results
from workbench.tuning.experiment.runner import run_cells, wait_for_cells
from workbench.tuning.experiment.spec import ExperimentSpec, spec_of
from workbench.tuning.scorers.pool import SCORER_LIMIT_S
from workbench.workflow.loop import BackgroundLoop


class Experiment:
    """Experiment that can be run, stopped, and run again.

    Each run builds its tables anew, and asks the models only what they have never answered.

    Args:
        source: An experiment's specification or its YAML file; None: ``fields`` are the specification.
        settings: Default: the environment.
        variants: Sets of prompts by names that come before those of the prompt store.
        open_models: Models that are open already; the caller closes them.
        scorer_limit_s: Time limit for one scorer and one draft, seconds.
        own_scorers: Scorers of the user's own that a file may import, ``module:function`` or ``file.py:function`` as
            the file names them; no other code is run.
        cluster: Runs the checks and the measuring scorers; None: this machine does. The caller shuts it down.
        fields: Fields of :class:`~workbench.tuning.experiment.spec.ExperimentSpec`; with a ``source`` they
            replace its own.

    Attributes:
        spec: The specification.
        progress: State of the present or the last run.

    Raises:
        InputError: Every name that is unknown, and everything else that is wrong with the specification.

    Examples:
        The offline assembler drafts without a model:

        >>> from workbench import Experiment
        >>> experiment = Experiment(name="first look", cases=["wu"], sections=["awards"], scorers=["checks"])
        >>> results = experiment.run(progress=False)
        >>> results.cells["status"].tolist()
        ['done']
        >>> sorted(results.scores["scorer"].unique())
        ['checks']

        Two versions of a prompt, three drafts each, from a file::

            Experiment("tone.yaml", repeats=3).run()
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
        own_scorers: Collection[str] = (),
        cluster: ClusterExecutor | None = None,
        **fields: Any,
    ) -> None:
        """Looks up every name; no model is asked yet.

        See the class for the arguments.
        """
        self._settings = settings or Settings.from_env()
        self._scorer_limit_s = scorer_limit_s
        self._cluster = cluster
        self._given = {"variants": dict(variants or {}), "open_models": tuple(open_models)}
        self._folder = None if source is None or isinstance(source, ExperimentSpec) else Path(source).parent
        self._matrix: Matrix | None
        if isinstance(source, str | Path) and not fields:
            # The file's own lines are named in problems, so the file is looked up as it is.
            self._matrix = load_matrix(Path(source), self._settings, own_scorers=own_scorers, **self._given)
            self.spec = self._matrix.spec
        else:
            if isinstance(source, str | Path):
                own: ExperimentSpec | None = load_spec(source, self._settings, own_scorers=own_scorers)
            else:
                own = source
            # Only what was set: defaults of the source must not hide a field's own checks.
            known = {name: getattr(own, name) for name in own.model_fields_set} if own is not None else {}
            self.spec = spec_of(known | fields)
            self._matrix = self._build_matrix()
        self.progress = ExperimentProgress(self._matrix.size)
        self._stop = threading.Event()
        self._future: Future[Results] | None = None

    def __repr__(self) -> str:
        return f"<Experiment {self.spec.name!r}>"

    def run(self, progress: bool = True) -> Results:  # noqa: FBT001, FBT002 - its own word: run(progress=False)
        """Runs the experiment and waits for its results.

        The first Ctrl-C stops it in order: cells under way are waited for, the others are marked "not asked". A second
        Ctrl-C leaves at once.

        Args:
            progress: Show the progress.

        Raises:
            InputError: A model cannot be used; no cell was asked.
            KeyboardInterrupt: The second Ctrl-C.
        """
        return self.start().wait(progress=progress)

    def start(self) -> Self:
        """Starts the run on the workbench loop; returns at once.

        Raises:
            InputError: It is running already.
        """
        if self._future is not None and not self._future.done():
            raise InputError(Problem("it is running", "wait for it", field="experiment"))
        self._stop.clear()
        # A run closes its matrix; the one that checked the names serves the first run, so cases are read once.
        matrix, self._matrix = self._matrix or self._build_matrix(), None
        self.progress = ExperimentProgress(matrix.size)
        self._future = BackgroundLoop.current().submit(self._run_matrix(matrix))
        return self

    def wait(self, progress: bool = True) -> Results:  # noqa: FBT001, FBT002
        """Waits for the results of :meth:`start`; see :meth:`run`.

        Raises:
            InputError: It was not started, or a model cannot be used.
        """
        future = self._future
        if future is None:
            raise InputError(Problem("it was not started", "start it, or run it", field="experiment"))
        with show_progress(self.progress) if progress else nullcontext() as picture:
            return wait_for_cells(future, self._stop, self.progress, picture)

    def stop(self) -> None:
        """Asks no further cell; those under way end. Thread-safe."""
        self._stop.set()
        self.progress.ending = STOPPING

    @property
    def interrupted(self) -> bool:
        """True if the latest run was stopped before its end."""
        return self._stop.is_set()

    def _build_matrix(self) -> Matrix:
        return Matrix(self.spec, self._settings, folder=self._folder, **self._given)  # type: ignore[arg-type]

    async def _run_matrix(self, matrix: Matrix) -> Results:
        progress = self.progress
        collector = ResultCollector(matrix.spec, self._settings, matrix.sections)

        def add_result(result: CellResult) -> None:
            cell = result.cell
            prompts = matrix.variants[cell.prompt].prompts
            # Only a cell without an answer needs the version from here: it is a digest of two templates.
            collector.add(
                result,
                prompt_version=lambda: prompts.version(cell.section_id),
                options=matrix.options_of(cell.model),
            )
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
                    on_result=add_result,
                    stop=self._stop,
                    scorer_limit_s=self._scorer_limit_s,
                    cluster=self._cluster,
                )
        except BaseException:  # a cancelled run, too: otherwise its buffers stay open
            collector.close()
            raise
        return collector.results(progress.notes)


def _make_signature() -> inspect.Signature:
    """Lists the specification's fields in place of ``**fields``.

    Shift-Tab and ``help()`` show them.
    """
    own = [p for p in inspect.signature(Experiment.__init__).parameters.values() if p.kind is not p.VAR_KEYWORD]
    fields = inspect.signature(ExperimentSpec).parameters.values()
    # The model's own annotations carry its limits, which would hide the types in a tooltip.
    plain = [field.replace(annotation=ExperimentSpec.model_fields[field.name].annotation) for field in fields]
    return inspect.Signature([*own[1:], *plain])


# The fields are written down once, in ExperimentSpec; a copy of them in __init__ could differ from it.
Experiment.__signature__ = _make_signature()  # type: ignore[attr-defined]
