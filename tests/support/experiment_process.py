"""A process that runs an experiment, and says after each look how many cells are done: for the tests that kill it.

It is forked from one that has imported the package: a test starts three of them.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

_context = multiprocessing.get_context("forkserver")


class ExperimentProcess:
    """An experiment in a process of its own.

    Args:
        folder: For what it says.
        settings: Keyword arguments of its settings.
        spec: Of its experiment.
    """

    def __init__(self, folder: Path, settings: dict[str, Any], spec: dict[str, Any]) -> None:
        self._out = folder / f"{time.monotonic_ns()}.out"
        self._out.touch()
        # The others are imported when an experiment begins and ends: two seconds for each process.
        late = ["workbench.tuning.experiment.matrix", "workbench.drafting.openai_model", "eyecite", "pandas"]
        _context.set_forkserver_preload(["workbench.tuning.experiment.experiment", *late, __name__])
        self._process = _context.Process(target=_run, args=(str(self._out), settings, spec))
        self._process.start()

    def kill(self) -> None:
        """As ``kill -9``; returns when it is gone."""
        os.kill(self._process.pid or 0, signal.SIGKILL)
        self._process.join(60)

    def lines(self) -> list[str]:
        """Returns the lines that the process has printed so far."""
        return self._out.read_text().splitlines()

    def end(self) -> str:
        """Waits for its end, and returns its last line."""
        self._process.join(120)
        assert self._process.exitcode == 0, self._out.read_text()
        return self.lines()[-1]


def _run(out: str, settings: dict[str, Any], spec: dict[str, Any]) -> None:
    from workbench.config import Settings
    from workbench.tuning.experiment.experiment import Experiment
    from workbench.workflow.loop import BackgroundLoop

    sys.stdout = sys.stderr = Path(out).open("w", buffering=1)  # noqa: SIM115 - until the process ends
    experiment = Experiment(settings=Settings(**settings), **spec)
    experiment.start()
    said = -1
    while said < experiment.progress.total:
        done = experiment.progress.ended
        if done != said:
            said = done
            print(done)  # noqa: T201 - to the process that started this one
        time.sleep(0.005)
    results = experiment.wait(progress=False)
    print(f"{(results.cells['status'] == 'done').sum()} done")  # noqa: T201
    BackgroundLoop.current().close()
