"""Notebook 03 executed again and again while two other processes keep the machine busy.

Each execution has a kernel of its own; all share one home and its embedded server. What is counted is executions that
end without an error, which must be all of them: `python tests/benchmarks/notebook_loop.py --rounds 50` prints
"50 of 50". An execution that fails is printed with its error, and the others go on.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from measure import embedded_home, options, report
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

ROUNDS = 50
BUSY = 2
LIMIT_S = 600
NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "03_review_and_branch.ipynb"


@contextlib.contextmanager
def busy_machine() -> Iterator[None]:
    """Keeps two processes counting for the block."""
    with contextlib.ExitStack() as running:
        for _ in range(BUSY):
            process = running.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            running.callback(process.kill)
        yield


def execute(folder: Path) -> str | None:
    """Executes the notebook; returns its error, or None."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = NotebookClient(notebook, timeout=LIMIT_S, resources={"metadata": {"path": str(folder)}})
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return str(error).strip().splitlines()[-1]
    return None


def main() -> None:
    chosen = options()
    count, passed = chosen.rounds or ROUNDS, 0
    with embedded_home() as settings, tempfile.TemporaryDirectory(prefix="wb-") as folder, busy_machine():
        os.environ["WORKBENCH_HOME"] = str(settings.home)
        os.environ.pop("WORKBENCH_CASES", None)
        for number in range(1, count + 1):
            error = execute(Path(folder))
            passed += error is None
            if not chosen.json:
                print(f"{number:>4}: {error or 'whole'}", flush=True)
    if not chosen.json:
        print(f"{passed} of {count}")
    report(
        "notebook_loop",
        {"executions": float(count), "executions without an error": float(passed)},
        {"executions with an error": (float(count - passed), 0.0)},
    )


if __name__ == "__main__":
    main()
