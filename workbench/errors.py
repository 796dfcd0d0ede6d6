"""What can go wrong, as a tree.

    WorkbenchError                 every error this package raises on purpose
    ├── InputError                 the user's input: exit status 2, one line a problem
    │   ├── CaseError              a case folder; carries every problem of it at once
    │   ├── UnknownThreadError     no run of that id, in the store or in the archive
    │   ├── UnknownLinkError       no view link of that id (any more)
    │   └── ModelRefusedError      before a run: the endpoint is unreachable or refuses the key or the model
    ├── StoreError                 Redis or the embedded server
    │   ├── StoreUnavailableError  cannot be reached (now); a run in progress waits, a start exits with 2
    │   ├── LockHeldError          another live process writes this thread
    │   └── FencedError            this writer's fencing number was overtaken: it must stop writing
    ├── ModelError                 a model call in mid-run that failed after its retries
    │   ├── AnswerCutOffError      the answer reached its length limit: a draft without its end
    │   ├── ModelUnavailableError  connection lost, 429, 5xx, time-out: the run pauses
    │   └── BudgetExceededError    the run's spending limit: the run pauses
    ├── RunFailedError             a run that ended as failed; carries the reasons
    ├── TransitionError            a command that the run's state does not allow
    └── ExportError                a petition that cannot be rendered, or not as final

Messages say what, where and the next step; the parts stand in attributes too, so that nobody parses strings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass


def printable(text: str) -> str:
    """Text as one line that a terminal shows and does not obey.

    Names of files, answers of servers and words of models may hold escape sequences (which clear the screen, set its
    title or type for the user), line ends that forge a second message, and marks that turn the direction of reading.
    """
    shown = (
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in " ".join(re.split(r"[\r\n]+", text.strip()))
    )
    return "".join(shown)


def printable_json(text: bytes) -> str:
    """JSON of the same values in which what a terminal could obey is escaped: JSON itself escapes but a part of it.

    Outside of its strings JSON has printable characters only (indented, line ends too), so any other may be escaped.
    """
    return "".join(
        letter if letter.isprintable() or letter == "\n" else json.dumps(letter)[1:-1] for letter in text.decode()
    )


class WorkbenchError(Exception):
    """The root of every error that this package raises on purpose."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one place of the user's input.

    Attributes:
        what: What is wrong, without a full stop.
        remedy: The next step for the user, an imperative without a full stop.
        file: The file's name as the user knows it, or None.
        line: 1-based line in the file, or None.
        field: Dotted path of the field, such as ``exhibits[3].file``, or None.
    """

    what: str
    remedy: str
    file: str | None = None
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        place = self.file or ""
        if self.line is not None:
            place += f":{self.line}"
        parts = [part for part in (place, self.field) if part]
        return printable(f"{': '.join([*parts, self.what])}; {self.remedy}")


class InputError(WorkbenchError):
    """Input that cannot be used: the command line prints one line a problem and exits with status 2."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class CaseError(InputError):
    """A case folder that cannot be loaded; ``problems`` holds all of them, in file order."""


class UnknownThreadError(InputError):
    """There is no run of that id, neither in the store nor in the archive."""


class UnknownLinkError(InputError):
    """There is no view link of that id; one that has expired is forgotten."""


class ModelRefusedError(InputError):
    """The model's endpoint cannot be reached, or refuses the key or the model, before the run has begun."""


class StoreError(WorkbenchError):
    """Redis, Valkey or the embedded server did not do what was asked."""


class StoreUnavailableError(StoreError):
    """The store cannot be reached."""


class LockHeldError(StoreError):
    """Another live process writes this thread; ``holder`` says who."""

    def __init__(self, thread_id: str, holder: str) -> None:
        self.thread_id = thread_id
        self.holder = holder
        super().__init__(f"thread {thread_id} is being written by {holder}; attach to it, or end that process first")


class FencedError(StoreError):
    """This writer was overtaken by another one and may write nothing more to the thread."""

    def __init__(self, thread_id: str) -> None:
        self.thread_id = thread_id
        super().__init__(f"thread {thread_id} was taken over by another process; attach to it to follow")


class ModelError(WorkbenchError):
    """A model call in mid-run that failed after its retries: its section fails, the run goes on."""


class AnswerCutOffError(ModelError):
    """The answer reached ``max_output_tokens``: what has streamed is text without its end, kept with a finding."""


class ModelUnavailableError(ModelError):
    """The endpoint was lost, overloaded or refused the key in mid-run: the run pauses."""


class BudgetExceededError(ModelError):
    """The spending limit of the run is reached: the run pauses."""


class RunFailedError(WorkbenchError):
    """A run that ended as ``failed``; ``reasons`` has one line for each thing left undone."""

    def __init__(self, thread_id: str, reasons: Iterable[str]) -> None:
        self.thread_id = thread_id
        self.reasons = tuple(reasons)
        super().__init__(f"run {thread_id} failed: " + "; ".join(self.reasons))


class TransitionError(WorkbenchError):
    """A command that the run's present status does not allow."""


class ExportError(WorkbenchError):
    """A petition that cannot be rendered, or not with ``--final`` yet."""
