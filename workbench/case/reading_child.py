"""The child's half of :mod:`workbench.case.reading_process`: reads and draws files within limits.

Its imports are a good part of the time in which a small case is read, so they are few: json, which pypdfium2 brings as
well, and not orjson, which brings many more.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any, NamedTuple

from workbench.case.page_picture import PagePicture
from workbench.case.pages import ReadFile, ReadLimits, UnreadableFileError
from workbench.case.readers import read_pages

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

MEMORY_STATUS = 97
"""Exit status of a child that has reached its limit of memory."""

REMEDY = "open it in its own program and print it to a new PDF, or split it"

_LENGTH = struct.Struct("!Q")
_LOOK_S = 0.02
_SPENT = 0.25
"""Share of its memory that a child may still hold after a file and read another."""


class Request(NamedTuple):
    """Head of a request; the file's bytes follow."""

    function: str
    limits: ReadLimits
    memory: int
    seconds: float
    page: int = 0
    """Page to draw, from 1; 0: the file is read."""


def serve(parent: int) -> None:
    """Runs the child: reads files until its input ends.

    Args:
        parent: Id of the parent's process, which may have ended before this one has begun.
    """
    source = sys.stdin.buffer
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a parser prints must not get among the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    guard = _Guard(parent)
    with suppress(EOFError, BrokenPipeError):
        while True:
            head = json.loads(receive(source))
            request = Request(**(head | {"limits": ReadLimits(**head["limits"])}))
            raw = receive(source)
            guard.begin(request)
            answer = _answer(request, raw)
            del raw
            # Sending may wait for the parent to read; that time is not the file's.
            guard.end()
            is_spent = guard.resident() > request.memory * _SPENT
            send(sink, encode({"is_spent": is_spent, **answer}))
            del answer


def _answer(request: Request, raw: bytes) -> dict[str, object]:
    try:
        if request.page:
            module, _, name = request.function.partition(":")
            draw: Callable[..., PagePicture] = getattr(import_module(module), name)
            picture = draw(raw, request.page, request.limits)
            # As plain lists, which take half the room of objects with names.
            return {"picture": picture._asdict() | {"words": [[*word] for word in picture.words]}}
        return {"read": _fields_of(read_pages(request.function, raw, request.limits))}
    except UnreadableFileError as error:
        if _is_out_of_memory(error):
            os._exit(MEMORY_STATUS)
        return {"what": error.what, "remedy": error.remedy}
    except MemoryError:
        os._exit(MEMORY_STATUS)
    except Exception as error:  # noqa: BLE001 - a reader may meet anything; the type alone, for a text may quote the file
        return {"what": f"a file on which its reader fails ({type(error).__name__})", "remedy": REMEDY}


def _is_out_of_memory(error: BaseException) -> bool:
    """Tests for a refusal that came of the limit.

    A reader says "damaged" of whatever its parser raises.
    """
    cause = error.__context__
    return cause is not None and (
        isinstance(cause, MemoryError) or "memory" in str(cause).lower() or _is_out_of_memory(cause)
    )


class _Guard:
    """Limits of memory and time, and the parent's life, in the child."""

    def __init__(self, parent: int) -> None:
        self._parent = parent
        self._limit: int | None = None
        if resource is not None:
            # A core file would hold the exhibit in clear.
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        threading.Thread(target=self._watch, daemon=True).start()

    def begin(self, request: Request) -> None:
        self._limit = request.memory
        _set_memory(request.memory)
        _set_alarm(request.seconds)

    def end(self) -> None:
        self._limit = None
        _set_memory(None)
        _set_alarm(0)

    def resident(self) -> int:
        """Returns the memory in use, bytes."""
        # From /proc where there is one: on Linux, ru_maxrss of a child begins with its parent's.
        with suppress(OSError, ValueError, IndexError):
            return int(Path("/proc/self/statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return 0 if resource is None else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def _watch(self) -> None:
        """Ends the child at its limit, or with its parent.

        The system's limit alone makes parsers abort, or say "damaged"; and macOS has none.
        """
        while os.name != "posix" or os.getppid() == self._parent:
            if self._limit is not None and self.resident() > self._limit:
                os._exit(MEMORY_STATUS)
            time.sleep(_LOOK_S)
        os._exit(0)


def _set_memory(limit: int | None) -> None:
    if resource is not None:
        # Of data, not of addresses: libraries reserve far more of these than they use.
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        with suppress(ValueError, OSError):  # a system with a lower limit of its own
            # Above the limit that is watched, so that this one stops only what is too quick for that.
            soft = resource.RLIM_INFINITY if limit is None else limit + limit // 4
            resource.setrlimit(resource.RLIMIT_DATA, (soft if hard == resource.RLIM_INFINITY else hard, hard))


def _set_alarm(seconds: float) -> None:
    """Has the system end the child after so much computing.

    Not after so much time, of which a busy machine takes more. No Python code has to run for it.
    """
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, signal.SIG_DFL)  # it may have been ignored where this process was started
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _fields_of(read: ReadFile) -> dict[str, object]:
    return read._asdict() | {"pages": [page._asdict() for page in read.pages]}


# ---- on both sides


def encode(content: dict[str, Any]) -> bytes:
    """Encodes a message as JSON.

    Raises:
        ValueError: It has half of a surrogate pair, or a number that is none.
    """
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def send(sink: IO[bytes], data: bytes) -> None:
    """Writes a message, with its length before it.

    Raises:
        OSError: The other side has ended.
    """
    sink.write(_LENGTH.pack(len(data)))
    sink.write(data)
    sink.flush()


def receive(source: IO[bytes], at_most: int | None = None) -> bytes:
    """Reads a message, of at most so many bytes.

    Raises:
        EOFError: The other side has ended.
        ValueError: It is longer.
    """
    header = source.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        raise EOFError("the other side has ended")
    (length,) = _LENGTH.unpack(header)
    if at_most is not None and length > at_most:
        raise ValueError("longer than any answer")
    data = source.read(length)
    # The other side was killed in the middle of a message.
    if len(data) < length:
        raise EOFError("the other side has ended")
    return data
