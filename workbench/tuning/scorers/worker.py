"""Worker process for the checks and the measuring scorers.

It keeps them from taking time from the requests.

Python runs one thread at a time: a check that computes holds up every piece of text that arrives meanwhile. The worker
is a plain ``python -c`` beside this process, not a :mod:`multiprocessing` child: that would run the user's own script
again. Cases, drafts, findings and scores pass through its pipes only; no file holds them. It ends when its input does,
however this process ended. Whatever goes wrong with it, the caller scores in a thread instead.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import IO, Any

from workbench.case.model import Case
from workbench.checks.chosen_checks import digest_setup
from workbench.checks.finding import Finding
from workbench.drafting.request import Assignment
from workbench.text.cluster import OtherSoftwareError
from workbench.tuning.experiment.cells import CellDraft, Score
from workbench.tuning.experiment.review_cache import review
from workbench.tuning.scorers.measures import MeasuringScorer

logger = logging.getLogger("workbench")

_LENGTH = struct.Struct("!Q")
_NICE = 15
"""Added to the worker's niceness: on a busy machine the requests come first, and scores follow."""
_SECRETS = ("WORKBENCH_", "OPENAI_")
"""Settings that the worker does not need, keys and passwords among them."""


Outcome = tuple[tuple[Finding, ...], tuple[Score, ...]] | str
"""Findings and scores of a draft, or the defect of the checks that it shows."""


class WorkerLostError(Exception):
    """Worker that did not start, or has ended.

    A worker that cannot be sent a draft counts as lost, too.
    """


class WorkerLateError(Exception):
    """Worker that was ended since one draft took long."""


class ChecksBrokenError(Exception):
    """Defect of the checks that a draft shows.

    ``str()`` describes it.
    """


@dataclass(frozen=True)
class _Task:
    """Draft to be scored.

    Its case and assignment are sent once, and then named by number.

    Attributes:
        draft: The draft, with an assignment that has no case.
        place: Number of its case and of its assignment.
    """

    draft: CellDraft
    place: tuple[int, int]


class ScoringWorker:
    """Worker process, started with the first draft; :meth:`close` when done.

    For one thread at a time.

    Args:
        scorers: Run on every draft, in this order.
        limit_s: For one draft, seconds.
    """

    def __init__(self, scorers: Sequence[MeasuringScorer], limit_s: float) -> None:
        self._scorers, self._limit_s = tuple(scorers), limit_s
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers: dict[int, tuple[int, object]] = {}

    def score(self, draft: CellDraft) -> tuple[tuple[Finding, ...], tuple[Score, ...]]:
        """Checks and scores a draft; blocks until that is done.

        Raises:
            ChecksBrokenError: The checks raised.
            WorkerLateError: It took too long; the worker has ended.
            WorkerLostError: The worker is not there; it will not be started again.
        """
        began = time.monotonic()
        try:
            process = self._process or self._start()
            assert process.stdin is not None  # noqa: S101 - both are pipes
            assert process.stdout is not None  # noqa: S101
            for message in self._messages(draft):
                _send(process.stdin, message)
            outcome = _receive(process.stdout)
        except (OSError, EOFError, pickle.PickleError, TypeError, AttributeError) as error:
            self.close()
            # An alarm that ends the worker also shows as end of input; only the time tells the two apart.
            if time.monotonic() - began >= self._limit_s:
                raise WorkerLateError(f"the checks gave nothing within {self._limit_s:g} s") from None
            raise WorkerLostError(f"{type(error).__name__}: {error}") from None
        if isinstance(outcome, str):
            raise ChecksBrokenError(outcome)
        found, scores = outcome
        return found, scores

    def close(self) -> None:
        """Kills the worker, from any thread: it holds nothing.

        The next draft starts another.
        """
        process, self._process = self._process, None
        # A new worker has received no case yet.
        self._numbers.clear()
        if process is None:
            return
        process.kill()  # before the pipes are closed: a thread that waits for an answer holds them
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _start(self) -> subprocess.Popen[bytes]:
        # Pickled before the start: a scorer that cannot be pickled leaves no process behind.
        setup = pickle.dumps((self._scorers, self._limit_s), protocol=pickle.HIGHEST_PROTOCOL)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        process = self._process = subprocess.Popen(  # noqa: S603 - this interpreter and this module
            # -P: without it, a file redis.py in the current folder would hide the package.
            [sys.executable, "-P", "-c", f"from {__name__} import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Nobody reads it: a full pipe would block the worker.
            stderr=subprocess.DEVNULL,
            env=environment,
            # A group of its own: Ctrl-C reaches this process only, and drafts under way are still to be scored. Not a
            # session: Linux shares processor time by sessions first, and the worker's low priority would not count.
            process_group=0 if os.name == "posix" else None,
        )
        assert process.stdin is not None  # noqa: S101
        _write(process.stdin, setup)
        return process

    def _messages(self, draft: CellDraft) -> list[Any]:
        """Builds the messages for a draft.

        Its case and assignment, if they are new, and the draft without them.
        """
        assignment = draft.assignment
        messages: list[Any] = []
        place = []
        for known, bare in (
            (assignment.case, assignment.case),
            # Without its case, which all assignments of a case share and which is sent once.
            (assignment, replace(assignment, case=None)),  # type: ignore[arg-type]
        ):
            if id(known) not in self._numbers:
                # The object is held: an id may be used again after its object is gone.
                self._numbers[id(known)] = (len(self._numbers), known)
                messages.append((self._numbers[id(known)][0], bare))
            place.append(self._numbers[id(known)][0])
        task = _Task(replace(draft, assignment=None), (place[0], place[1]))  # type: ignore[arg-type]
        return [*messages, task]


def serve() -> None:
    """Runs the worker: answers tasks until its input ends."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a check that prints must not write among the answers
    # Cases and assignments by number; the parent sends each once.
    known: dict[int, Any] = {}
    with suppress(EOFError, BrokenPipeError):
        scorers, limit_s = _receive(source)
        while True:
            message = _receive(source)
            if not isinstance(message, _Task):
                number, value = message
                known[number] = value
                continue
            _set_alarm(limit_s)
            case: Case = known[message.place[0]]
            assignment: Assignment = replace(known[message.place[1]], case=case)
            answer = _score(replace(message.draft, assignment=assignment), scorers)
            # Sending may wait for the parent to read; that time is not the draft's.
            _set_alarm(0)
            _send(sink, answer)


def score_apart(
    draft: CellDraft, assignment: Assignment, case: Case, scorers: Sequence[MeasuringScorer], setup: str
) -> Outcome:
    """Checks and scores a draft in a worker of a cluster.

    Args:
        draft: The draft, with an assignment of None.
        assignment: Its assignment, with a case of None.
        case: The case.
        scorers: Run in this order.
        setup: Digest of what findings depend on, of the machine that asks.

    Raises:
        OtherSoftwareError: This machine might find something else.
    """
    if digest_setup(case) != setup:
        raise OtherSoftwareError("a worker has another version of the workbench, or other files of the firm")
    return _score(replace(draft, assignment=replace(assignment, case=case)), scorers)


def _score(draft: CellDraft, scorers: Sequence[MeasuringScorer]) -> Outcome:
    try:
        findings = review(draft)
    except Exception as error:  # noqa: BLE001 - a defect of the checks is told in the scores
        return f"{type(error).__name__}: {error}"
    draft = replace(draft, findings=findings)
    return findings, tuple(asyncio.run(_scores(draft, scorers)))


async def _scores(draft: CellDraft, scorers: Sequence[MeasuringScorer]) -> list[Score]:
    scores = []
    for scorer in scorers:
        try:
            scores.append(await scorer.score(draft))
        except Exception as error:  # noqa: BLE001 - a failure, never a score
            scores.append(Score.failure(scorer.name, f"it raised {type(error).__name__}: {error}"))
    return scores


def _set_alarm(seconds: float) -> None:
    """Has the system end the worker later.

    No Python code runs during a runaway regular expression.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _send(sink: IO[bytes], message: Any) -> None:
    _write(sink, pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL))


def _write(sink: IO[bytes], data: bytes) -> None:
    sink.write(_LENGTH.pack(len(data)) + data)
    sink.flush()


def _receive(source: IO[bytes]) -> Any:
    header = source.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        raise EOFError("the other side has ended")
    (length,) = _LENGTH.unpack(header)
    data = source.read(length)
    # The other side was killed in the middle of a message.
    if len(data) < length:
        raise EOFError("the other side has ended")
    return pickle.loads(data)  # noqa: S301 - from our own process, through a pipe
