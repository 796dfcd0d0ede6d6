"""A Dask scheduler and workers, as processes of this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

_START_S = 60


class DaskProcesses:
    """A scheduler, and workers of one thread each.

    Args:
        running: Ends the processes.
        folder: For the scheduler's file and the workers' own.
    """

    def __init__(self, running: ExitStack, folder: Path) -> None:
        self._running, self._folder = running, folder
        self._file = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", str(self._file))
        self.workers: list[subprocess.Popen[bytes]] = []
        until = time.monotonic() + _START_S
        while not self._address():
            assert time.monotonic() < until, "no scheduler"
            assert self.scheduler.poll() is None
            time.sleep(0.05)
        self.address = self._address()

    def add_worker(self) -> subprocess.Popen[bytes]:
        """Starts a worker; it need not be there yet."""
        place = ("--nthreads", "1", "--no-nanny", "--local-directory", str(self._folder))
        self.workers.append(self._start("worker", self.address, *place))
        return self.workers[-1]

    def _address(self) -> str:
        try:
            return str(json.loads(self._file.read_text())["address"])
        except (OSError, ValueError):
            return ""

    def _start(self, kind: str, *words: str) -> subprocess.Popen[bytes]:
        program = f"from distributed.cli.dask_{kind} import main; main()"
        command = [sys.executable, "-c", program, *words, "--host", "127.0.0.1", "--no-dashboard"]
        with (self._folder / f"{kind}.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "OMP_NUM_THREADS": "1"})
        self._running.callback(process.wait)
        self._running.callback(process.kill)
        return process


@contextmanager
def dask_processes(workers: int = 0) -> Iterator[DaskProcesses]:
    """Runs a scheduler and so many workers for a block."""
    with tempfile.TemporaryDirectory(prefix="wb-dask-") as folder, ExitStack() as running:
        processes = DaskProcesses(running, Path(folder))
        for _ in range(workers):
            processes.add_worker()
        yield processes
