"""Scripts run in forks of a process that has imported the package: a dozen of them import it once.

The process reads lines of JSON, ``{script options folder out err environment}``, and answers each with the exit status.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import runpy
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

IMPORTED = (
    "workbench.cli",  # before nbformat: see there
    "workbench.checks.check",
    "workbench.export",
    "workbench.server.app",
    "workbench.tuning.experiment.experiment",
    "workbench.workflow.start",
)


@dataclass(frozen=True)
class Ended:
    """A script that has ended.

    Attributes:
        returncode: Its exit status.
        stdout: What it printed.
        stderr: What it printed there.
    """

    returncode: int
    stdout: str
    stderr: str


class WarmScripts:
    """The process; one script after another.

    Args:
        folder: For its output.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, script: Path, *options: str, folder: Path) -> Ended:
        """Runs a script as ``python script option …`` in a folder; blocks until it has ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        out, err = self._folder / "out", self._folder / "err"
        told = {"script": str(script), "options": options, "folder": str(folder), "out": str(out), "err": str(err)}
        # The variables of this moment: a test changes them.
        told["environment"] = dict(os.environ)
        self._process.stdin.write(json.dumps(told).encode() + b"\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        return Ended(status, out.read_text("utf-8"), err.read_text("utf-8"))

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate(timeout=60)


@contextlib.contextmanager
def warm_scripts(folder: Path) -> Iterator[WarmScripts]:
    """A process for the block."""
    scripts = WarmScripts(folder)
    try:
        yield scripts
    finally:
        scripts.close()


def _run(told: dict[str, Any]) -> int:
    """Runs the script in this fork, and returns its exit status."""
    for number, path, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, told["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        (2, told["err"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(told["environment"])
    os.chdir(told["folder"])
    sys.argv[:] = [told["script"], *told["options"]]
    sys.path[0] = str(Path(told["script"]).parent)
    try:
        runpy.run_path(told["script"], run_name="__main__")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - printed, as the interpreter does
        traceback.print_exc()
        return 1
    return 0


def _serve() -> None:
    for name in IMPORTED:
        __import__(name)
    gc.collect()
    gc.freeze()
    for line in sys.stdin.buffer:
        pid = os.fork()
        if not pid:
            status = _run(json.loads(line))
            # As the interpreter ends, without its collection of what the fork shares.
            threading._shutdown()  # type: ignore[attr-defined]
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        _, ended = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(ended), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    _serve()
