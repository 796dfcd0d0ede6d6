"""A process that writes a run, and does as it is told: for the tests and the benchmark that kill it."""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import multiprocessing
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Self

LIMIT_S = 60.0

Say = Callable[..., None]


def write_run(how: dict[str, Any], say: Say, heard: Iterable[dict[str, Any]]) -> None:
    """Starts or resumes a run, says what happens, obeys until it hears nothing more.

    Args:
        how: ``do`` (``start`` or ``resume``), ``thread_id``, ``case``, ``settings`` and ``options`` as keyword
            arguments, ``lock_ttl_s`` where it is to be short.
        say: Called with what happens, one keyword a message.
        heard: ``{do: wait | decide | leave …}``.
    """
    import workbench
    from workbench.config import Settings
    from workbench.errors import WorkbenchError
    from workbench.workflow import start
    from workbench.workflow.loop import BackgroundLoop

    logging.getLogger("workbench").addHandler(logging.NullHandler())  # else Python prints warnings where nobody reads
    settings = Settings(**how["settings"])
    loop = BackgroundLoop.current()
    if how.get("lock_ttl_s"):
        loop.call(loop.store(settings)).lock_ttl_s = how["lock_ttl_s"]
    say(opening=time.time())
    try:
        if how["do"] == "start":
            options = workbench.RunOptions(**how.get("options", {}))
            run = start.prepare(
                how["case"], thread_id=how["thread_id"], user_id="a.attorney", options=options, settings=settings
            )
        else:
            run = start.reopen(how["thread_id"], settings=settings)
    except WorkbenchError as error:
        say(refused=type(error).__name__, message=str(error))
        loop.close()
        return
    run.on_waiting(lambda away: say(waiting=away))
    # Of its journal, not of the run: the handle of an overtaken process follows the one that writes now.
    run._executor.journal.subscribe(lambda batch, _: say(wrote=[event.id for event in batch]))
    say(opened=time.time(), pid=os.getpid())

    def wait() -> None:
        try:
            say(halted=run.wait().status)
        except WorkbenchError as error:
            say(broke=type(error).__name__, message=str(error))

    def waiting() -> None:
        threading.Thread(target=wait, daemon=True).start()

    run.start()
    waiting()
    for told in heard:
        if told["do"] == "leave":
            break
        _obey(run, told, say, waiting)
    loop.close()


def _obey(run: Any, told: dict[str, Any], say: Say, waiting: Callable[[], None]) -> None:
    from workbench.errors import WorkbenchError

    if told["do"] == "wait":
        waiting()
    elif told["do"] == "decide":
        try:
            run.decide(**told["decision"])
            say(decided=told["decision"].get("note"))
        except WorkbenchError as error:
            say(denied=type(error).__name__, message=str(error))


class Heard:
    """The other side: what such a process said, and telling it what to do."""

    pid: int

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self._queue: queue.Queue[dict[str, Any] | None] = queue.Queue()

    def hear(self, message: dict[str, Any] | None) -> None:
        if message is not None:
            self.said.append(message)
        self._queue.put(message)

    def put_back(self, message: dict[str, Any]) -> None:
        """To be expected again."""
        self._queue.put(message)

    def expect(self, *words: str, timeout_s: float = LIMIT_S) -> dict[str, Any]:
        """The next message that has one of these words; AssertionError where the process ends before."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                message = self._queue.get(timeout=max(0.001, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"{self.pid} said none of {words} in time: {self.said[-5:]}") from None
            if message is None:
                self._queue.put(None)
                raise AssertionError(f"{self.pid} ended and said none of {words}: {self.said[-5:]}")
            if message.keys() & set(words):
                return message

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    @property
    def is_running(self) -> bool:
        """True until the process is gone."""
        raise NotImplementedError

    def tell(self, **what: Any) -> None:
        """Sends a command; nothing where the process is gone."""
        raise NotImplementedError

    def join(self) -> None:
        """Waits until the process is gone, and closes what led to it."""
        raise NotImplementedError

    def kill(self) -> None:
        """As ``kill -9``; returns when it is gone."""
        self.signal(signal.SIGKILL)
        self.join()

    def leave(self) -> None:
        """Lets it end in good order."""
        self.tell(do="leave")
        self.join()

    def end(self) -> None:
        """Kills it, whatever it is doing."""
        if self.is_running:
            self.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_running:
            self.signal(signal.SIGCONT)
            self.kill()
        else:
            self.join()

    @property
    def process_over(self) -> bool:
        """True once it has sent its last message."""
        return any(message.keys() & {"refused", "halted", "broke"} for message in self.said)

    @property
    def refused(self) -> bool:
        """True where it could not open the run."""
        return any("refused" in message for message in self.said)

    @property
    def wrote(self) -> set[str]:
        """Ids of the events that it was told to be kept."""
        return {event_id for message in self.said for event_id in message.get("wrote", ())}


class RunProcess(Heard):
    """A fresh interpreter that writes a run."""

    def __init__(self, **how: Any) -> None:
        super().__init__()
        self.process = subprocess.Popen(
            [sys.executable, __file__, json.dumps(how)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pid = self.process.pid
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with contextlib.suppress(json.JSONDecodeError):  # the last line of one that was killed
                self.hear(json.loads(line))
        self.hear(None)

    def tell(self, **what: Any) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(what) + "\n")
            self.process.stdin.flush()

    def join(self) -> None:
        self.process.wait(LIMIT_S)
        self._reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()  # type: ignore[union-attr]


class Forked(Heard):
    """A process that writes a run, forked from one that has imported everything: 0.1 s instead of 2 s to start."""

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        # The graph and eyecite are imported when a run begins: a second for each process.
        [
            "workbench.workflow.start",
            "workbench.workflow.graph",
            "workbench.drafting.openai_model",
            "eyecite",
            "run_process",
        ]
    )

    def __init__(self, **how: Any) -> None:
        super().__init__()
        self._here, there = self.context.Pipe()
        self.process = self.context.Process(target=_forked, args=(how, there))
        self.process.start()
        there.close()
        self.pid = int(self.process.pid or 0)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def is_running(self) -> bool:
        return self.process.exitcode is None

    def _read(self) -> None:
        try:
            while True:
                self.hear(self._here.recv())
        except (EOFError, OSError):
            self.hear(None)

    def tell(self, **what: Any) -> None:
        try:
            self._here.send(what)
        except OSError:
            return

    def join(self) -> None:
        self.process.join(30)
        if self.process.exitcode is None:
            raise AssertionError(f"{self.pid} does not end; it said {self.said[-5:]}")
        self._reader.join()
        self._here.close()


def _forked(how: dict[str, Any], there: Any) -> None:
    guard = threading.Lock()

    def say(**what: Any) -> None:
        with guard:
            there.send(what)

    def heard() -> Any:
        while True:
            try:
                yield there.recv()
            except EOFError:
                return

    write_run(how, say, heard())


def _main() -> None:
    gc.set_threshold(200_000)  # as of a command: its imports take half a second less
    guard = threading.Lock()

    def say(**what: Any) -> None:
        with guard:
            print(json.dumps(what), flush=True)  # noqa: T201 - a message to the process that started this one

    write_run(json.loads(sys.argv[1]), say, map(json.loads, sys.stdin))


if __name__ == "__main__":
    _main()
