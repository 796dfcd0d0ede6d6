"""Tree of the errors that this package raises.

::

    WorkbenchError                 every error of this package
    ├── InputError                 bad input of the user: exit status 2, one line per problem
    │   ├── CaseError              a case folder that cannot be loaded; carries all its problems
    │   ├── UnknownThreadError     no run of that id, in the store or in the archive
    │   ├── UnknownLinkError       no view link of that id, or it has expired
    │   ├── InterruptedRunError    an interrupted run of the case: the user decides about it
    │   └── ModelRefusedError      before a run: no endpoint, or it refuses key or model
    ├── StoreError                 Redis or the embedded server
    │   ├── StoreUnavailableError  cannot be used; a run in progress waits, a start exits with 2
    │   │   └── StoreNotWritableError  answers, and takes no writes for now; a start waits too
    │   ├── LockHeldError          another live process writes this thread
    │   └── FencedError            another process has taken over the thread: this writer must stop
    ├── ModelError                 a model call during a run that failed after its retries
    │   ├── AnswerCutOffError      the answer reached its length limit: a draft without its end
    │   ├── ModelUnavailableError  connection lost, 429, 5xx, time-out: the run pauses
    │   └── BudgetExceededError    the spending limit of the run: the run pauses
    ├── EmbeddingsError            no embeddings can be had: passages are found by words alone
    ├── RunFailedError             a run that ended as failed; carries the reasons
    ├── TransitionError            a command that the run's state does not allow
    └── ExportError                a petition that cannot be rendered, or not as final

A message says what is wrong, where, and the next step; attributes hold the parts, so that nobody parses strings.
"""

from __future__ import annotations

import errno
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass


def printable(text: str) -> str:
    """Returns text as one line without control characters.

    Names of files, answers of servers and words of models may contain escape sequences (which clear the screen, set its
    title or type for the user), line ends that forge a second message, and marks that turn the direction of reading.
    """
    # Line ends become spaces first, so that they are not printed as escapes.
    escaped = (
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in " ".join(re.split(r"[\r\n]+", text.strip()))
    )
    return "".join(escaped)


def printable_json(text: bytes) -> str:
    """Returns JSON with every unprintable character escaped."""
    # JSON itself escapes only a part of them. Outside of strings it has only printable characters and line ends, so
    # every other character is inside a string and may be escaped.
    return "".join(
        letter if letter.isprintable() or letter == "\n" else json.dumps(letter)[1:-1] for letter in text.decode()
    )


_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})  # Windows has no quota of its own number


def choose_remedy(error: OSError, place: object, remedy: str) -> str:
    """Returns the remedy for a failed write.

    Args:
        error: Of the write.
        place: File or folder that was written; None: unknown.
        remedy: For any other reason than a full disk or a used quota.
    """
    if error.errno not in _FULL:
        return remedy
    return "free space on the disk" if place is None else f"free space on the disk of {place}"


class WorkbenchError(Exception):
    """Base class of every error that this package raises.

    Examples:
        >>> import workbench
        >>> try:
        ...     workbench.load_case("no-such-case")
        ... except workbench.WorkbenchError as error:
        ...     print(type(error).__name__)
        CaseError
    """

    def _render_traceback_(self) -> list[str]:
        """Renders the error in a notebook without a traceback.

        What is to be mended is in none of its lines.
        """
        return [f"{type(self).__name__}: {self}"]


@dataclass(frozen=True)
class Problem:
    """One problem at one place of the user's input.

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
        # The form of compilers, file:line: message, which editors turn into links.
        place = self.file or ""
        if self.line is not None:
            place += f":{self.line}"
        parts = [part for part in (place, self.field) if part]
        return printable(f"{': '.join([*parts, self.what])}; {self.remedy}")


class InputError(WorkbenchError):
    """Bad input of the user.

    The command line prints one line per problem and exits with status 2.
    """

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def make_write_error(error: OSError, place: object, remedy: str, *, field: str | None = None) -> InputError:
    """Makes the error for a file or folder that cannot be written.

    Args:
        error: Of the write.
        place: The file or folder.
        remedy: For any other reason than a full disk.
        field: Option or variable that named it.
    """
    what = f"cannot be written ({error.strerror or error})"
    return InputError(Problem(what, choose_remedy(error, place, remedy), file=str(place), field=field))


class CaseError(InputError):
    """Case folder that cannot be loaded.

    ``problems`` has all its problems, in file order.
    """


class UnknownThreadError(InputError):
    """Unknown run, neither in the store nor in the archive."""


class UnknownLinkError(InputError):
    """Unknown view link; records of expired links are removed."""


class InterruptedRunError(InputError):
    """Start of a second run of a case while one was interrupted.

    The user decides whether to take up the first, ``thread_id``.
    """

    def __init__(self, thread_id: str, problem: Problem) -> None:
        self.thread_id = thread_id
        super().__init__(problem)

    def _render_traceback_(self) -> list[str]:
        """Renders the error in a notebook: a question needs no traceback."""
        return [str(self)]


class EmbeddingsError(WorkbenchError):
    """Embeddings cannot be had; passages are found by words alone."""


class ModelRefusedError(InputError):
    """Model endpoint that fails before the run has started.

    It is unreachable, or refuses the key or the model.
    """


class StoreError(WorkbenchError):
    """Failure of Redis, Valkey or the embedded server."""


class StoreUnavailableError(StoreError):
    """Store that cannot be reached."""


class StoreNotWritableError(StoreUnavailableError):
    """Store that answers, and takes no writes for now.

    It is full, read-only, loading or failing over: a run that starts waits for it.
    """


class LockHeldError(StoreError):
    """Thread that another live process writes; ``holder`` names the process."""

    def __init__(self, thread_id: str, holder: str) -> None:
        self.thread_id = thread_id
        self.holder = holder
        super().__init__(f"thread {thread_id} is being written by {holder}; attach to it, or end that process first")


class FencedError(StoreError):
    """Thread that another process has taken over.

    This writer may write nothing more to it.
    """

    def __init__(self, thread_id: str) -> None:
        self.thread_id = thread_id
        super().__init__(f"thread {thread_id} was taken over by another process; attach to it to follow")


class ModelError(WorkbenchError):
    """Model call that failed after its retries.

    Its section fails, and the run continues.
    """


class AnswerCutOffError(ModelError):
    """Answer that reached ``max_output_tokens``.

    Its incomplete text is kept with a finding.
    """


class ModelUnavailableError(ModelError):
    """Endpoint that fails during the run, which pauses.

    It is unreachable or overloaded, or refuses the key.
    """


class BudgetExceededError(ModelError):
    """Spending limit that is reached; the run pauses."""


class RunFailedError(WorkbenchError):
    """Run that ended as ``failed``; ``reasons`` lists the failures."""

    def __init__(self, thread_id: str, reasons: Iterable[str]) -> None:
        self.thread_id = thread_id
        self.reasons = tuple(reasons)
        super().__init__(f"run {thread_id} failed: " + "; ".join(self.reasons))


class TransitionError(WorkbenchError):
    """Command that the run's present status does not allow."""


class ExportError(WorkbenchError):
    """Petition that cannot be rendered, or not yet with ``--final``."""


WINDOWS = Problem(
    "Windows itself is not supported",
    "install WSL2 (`wsl --install` as administrator), and install the workbench in its Ubuntu",
)


def refuse_windows() -> None:
    """Refuses Windows, which has neither the embedded server nor the calls that flush files and folders.

    Raises:
        InputError: This is Windows; WSL2 on it is Linux.
    """
    if sys.platform == "win32":
        raise InputError(WINDOWS)
