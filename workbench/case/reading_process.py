"""Child process in which untrusted files are read.

A file of a few kilobytes can make a parser take all memory, compute for ever, or end its process. So files are read in
a child with limits of memory and of computing time: what goes wrong there is one problem of that one file. The child is
a plain ``python -c`` and not a :mod:`multiprocessing` child, which would run the user's own script again. Files and
texts pass through its pipes only; no file holds them. It ends when its input does, or its parent.
"""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from pkgutil import resolve_name
from typing import IO, Any, NamedTuple, TypeVar

import orjson

from workbench.case.page_picture import MAX_PICTURE_BYTES, PagePicture, picture_of
from workbench.case.pages import ReadFile, ReadLimits, ReadPage, UnreadableFileError
from workbench.case.readers import Reader, read_pages

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

T = TypeVar("T")

_LENGTH = struct.Struct("!Q")
_MEMORY_STATUS = 97
"""Exit status of a child that has reached its limit of memory."""
_LATE = 10
"""Times the limit of computing, on the clock, after which the child is taken to hang."""
_GRACE_S = 1.0
_LOOK_S = 0.02
_SPENT = 0.25
"""Share of its memory that a child may still hold after a file and read another."""
_BYTES_OF_A_LETTER = 6
"""At most, in JSON: a control character is written as six."""
_REMEDY = "open it in its own program and print it to a new PDF, or split it"
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH",
                "DYLD_LIBRARY_PATH", "TESSDATA_PREFIX")  # fmt: skip
"""Variables that the child gets; keys and passwords are in none of them."""


class _Request(NamedTuple):
    """Head of a request; the file's bytes follow."""

    function: str
    limits: ReadLimits
    memory: int
    seconds: float
    page: int = 0
    """Page to draw, from 1; 0: the file is read."""


class ReadingProcess:
    """Child process that reads one file after another.

    For one thread at a time; only :meth:`close` may be called from any.

    Attributes:
        is_spent: Whether it has ended or holds too much memory, and should be closed.

    Raises:
        UnreadableFileError: No process could be started.
    """

    def __init__(self) -> None:
        self.is_spent = False
        environment = {name: value for name, value in os.environ.items() if name.upper() in _ENVIRONMENT}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and this module
                # -P: without it, a file orjson.py in the current folder would hide the package.
                [sys.executable, "-P", "-c", f"from {__name__} import serve; serve({os.getpid()})"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # Nobody reads it, and a parser's complaints may quote the file.
                stderr=subprocess.DEVNULL,
                env=environment,
                # A session of its own: Ctrl-C reaches this process only, which then closes the child.
                start_new_session=os.name == "posix",
            )
        except OSError as error:
            what = f"cannot be read now: no process could be started ({error.strerror})"
            raise UnreadableFileError(what, "end other programs, then try again") from None

    def read(self, reader: Reader, raw: bytes, limits: ReadLimits) -> ReadFile:
        """Reads a file; blocks until that is done.

        Raises:
            UnreadableFileError: The reader refuses it, or the process ended over it.
        """
        request = _Request(reader.function, limits, reader.memory, reader.seconds)
        most = limits.characters * _BYTES_OF_A_LETTER + _BYTES_AROUND
        return self._exchange(reader, request, raw, most, _read_file_of)

    def draw(self, reader: Reader, raw: bytes, page: int, limits: ReadLimits) -> PagePicture:
        """Draws a page of a file; blocks until that is done.

        Raises:
            UnreadableFileError: It has no such page or no pictures at all, or the process ended over it.
        """
        if reader.drawer is None:
            raise UnreadableFileError("is text, which has no picture", "read its text")
        request = _Request(reader.drawer, limits, reader.memory, reader.seconds, page)
        most = 2 * MAX_PICTURE_BYTES + _BYTES_AROUND
        return self._exchange(reader, request, raw, most, lambda content: picture_of(content["picture"]))

    def _exchange(
        self, reader: Reader, request: _Request, raw: bytes, most: int, build: Callable[[dict[str, Any]], T]
    ) -> T:
        """Sends a request and builds its answer, of at most so many bytes."""
        assert self._process.stdin is not None  # noqa: S101 - both are pipes
        assert self._process.stdout is not None  # noqa: S101
        limit_s = reader.seconds * _LATE
        # Until it has answered: an interrupted call must not leave its answer to the next.
        self.is_spent = True
        late = threading.Event()

        def end_late() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(limit_s, end_late)
        timer.daemon = True
        timer.start()
        try:
            _send(self._process.stdin, orjson.dumps(request, default=_fields))
            _send(self._process.stdin, raw)
            return build(self._open_answer(_receive(self._process.stdout, at_most=most)))
        except (OSError, EOFError, ValueError, TypeError, KeyError):
            with suppress(subprocess.TimeoutExpired):  # its own end tells more than ours
                self._process.wait(_GRACE_S)
            self.close()
            raise self._describe_end(reader, limit_s if late.is_set() else None) from None
        finally:
            timer.cancel()

    def _open_answer(self, answer: bytes) -> dict[str, Any]:
        """Parses an answer, of types that are checked later.

        JSON, never pickle: a file may have taken over the child, but gets no further.
        """
        content = orjson.loads(answer)
        self.is_spent = bool(content["is_spent"])
        if "what" in content:
            raise UnreadableFileError(str(content["what"]), str(content["remedy"]))
        return dict(content)

    def _describe_end(self, reader: Reader, late_s: float | None) -> UnreadableFileError:
        status = self._process.returncode
        if status == _MEMORY_STATUS:
            return memory_error(reader)
        if late_s is not None or status == -getattr(signal, "SIGPROF", 0) < 0:
            return UnreadableFileError(f"takes more than {late_s or reader.seconds:g} seconds to read", _REMEDY)
        known = {-number: number.name for number in signal.Signals}
        how = known.get(status, f"status {status}")
        # Parsers abort where they get no memory; a parser's own defect looks the same from here.
        limit = _name_size(reader.memory)
        what = f"ended the process that reads it ({how}); a file that wants more than {limit} of memory does that"
        return UnreadableFileError(what, _REMEDY)

    def close(self) -> None:
        """Kills the process, from any thread: it holds nothing."""
        self.is_spent = True
        self._process.kill()  # before the pipes are closed: a thread that waits for an answer holds them
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _read_file_of(content: dict[str, Any]) -> ReadFile:
    read = content["read"]
    pages = [ReadPage(**page) for page in read["pages"]]
    return ReadFile(**(read | {"pages": pages, "not_read": tuple(read["not_read"])}))


def memory_error(reader: Reader) -> UnreadableFileError:
    """Makes the error of a file that takes too much memory."""
    return UnreadableFileError(f"takes more than {_name_size(reader.memory)} of memory to read", _REMEDY)


def _name_size(size: int) -> str:
    return f"{size // 1_000_000:,} MB"


# ---- in the child


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
            head = orjson.loads(_receive(source))
            request = _Request(**(head | {"limits": ReadLimits(**head["limits"])}))
            raw = _receive(source)
            guard.begin(request)
            answer = _answer(request, raw)
            del raw
            # Sending may wait for the parent to read; that time is not the file's.
            guard.end()
            is_spent = guard.resident() > request.memory * _SPENT
            _send(sink, orjson.dumps({"is_spent": is_spent, **answer}, default=_fields))
            del answer


def _answer(request: _Request, raw: bytes) -> dict[str, object]:
    try:
        if request.page:
            picture: PagePicture = resolve_name(request.function)(raw, request.page, request.limits)
            # As plain lists, which take half the room of objects with names.
            return {"picture": picture._asdict() | {"words": [[*word] for word in picture.words]}}
        return {"read": read_pages(request.function, raw, request.limits)}
    except UnreadableFileError as error:
        if _is_out_of_memory(error):
            os._exit(_MEMORY_STATUS)
        return {"what": error.what, "remedy": error.remedy}
    except MemoryError:
        os._exit(_MEMORY_STATUS)
    except Exception as error:  # noqa: BLE001 - a reader may meet anything; the type alone, for a text may quote the file
        return {"what": f"a file on which its reader fails ({type(error).__name__})", "remedy": _REMEDY}


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

    def begin(self, request: _Request) -> None:
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
                os._exit(_MEMORY_STATUS)
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


# ---- on both sides

_BYTES_AROUND = 10_000_000
"""Of an answer besides its text: the names and kinds of its pages."""


def _fields(value: object) -> dict[str, object]:
    """Converts a named tuple, for orjson."""
    as_dict: dict[str, object] = value._asdict()  # type: ignore[attr-defined]
    return as_dict


def _send(sink: IO[bytes], data: bytes) -> None:
    sink.write(_LENGTH.pack(len(data)))
    sink.write(data)
    sink.flush()


def _receive(source: IO[bytes], at_most: int | None = None) -> bytes:
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
