"""Child process in which untrusted files are read.

A file of a few kilobytes can make a parser take all memory, compute for ever, or end its process. So files are read in
a child with limits of memory and of computing time: what goes wrong there is one problem of that one file. The child is
a plain ``python -c`` and not a :mod:`multiprocessing` child, which would run the user's own script again; its code is
:mod:`workbench.case.reading_child`. Files and
texts pass through its pipes only; no file holds them. It ends when its input does, or its parent.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import orjson

from workbench.case.page_picture import MAX_PICTURE_BYTES, PagePicture, picture_of
from workbench.case.pages import ReadFile, ReadLimits, ReadPage, UnreadableFileError
from workbench.case.readers import Reader
from workbench.case.reading_child import MEMORY_STATUS, REMEDY, Request, encode, receive, send, serve

T = TypeVar("T")

_LATE = 10
"""Times the limit of computing, on the clock, after which the child is taken to hang."""
_GRACE_S = 1.0
_BYTES_OF_A_LETTER = 6
"""At most, in JSON: a control character is written as six."""
_BYTES_AROUND = 10_000_000
"""Of an answer besides its text: the names and kinds of its pages."""
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH",
                "DYLD_LIBRARY_PATH", "TESSDATA_PREFIX")  # fmt: skip
"""Variables that the child gets; keys and passwords are in none of them."""


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
                [sys.executable, "-P", "-c", f"from {serve.__module__} import serve; serve({os.getpid()})"],
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
        request = Request(reader.function, limits, reader.memory, reader.seconds)
        most = limits.characters * _BYTES_OF_A_LETTER + _BYTES_AROUND
        return self._exchange(reader, request, raw, most, _read_file_of)

    def draw(self, reader: Reader, raw: bytes, page: int, limits: ReadLimits) -> PagePicture:
        """Draws a page of a file; blocks until that is done.

        Raises:
            UnreadableFileError: It has no such page or no pictures at all, or the process ended over it.
        """
        if reader.drawer is None:
            raise UnreadableFileError("is text, which has no picture", "read its text")
        request = Request(reader.drawer, limits, reader.memory, reader.seconds, page)
        most = 2 * MAX_PICTURE_BYTES + _BYTES_AROUND
        return self._exchange(reader, request, raw, most, lambda content: picture_of(content["picture"]))

    def _exchange(
        self, reader: Reader, request: Request, raw: bytes, most: int, build: Callable[[dict[str, Any]], T]
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
            send(self._process.stdin, encode(request._asdict() | {"limits": request.limits._asdict()}))
            send(self._process.stdin, raw)
            return build(self._open_answer(receive(self._process.stdout, at_most=most)))
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
        if status == MEMORY_STATUS:
            return memory_error(reader)
        if late_s is not None or status == -getattr(signal, "SIGPROF", 0) < 0:
            return UnreadableFileError(f"takes more than {late_s or reader.seconds:g} seconds to read", REMEDY)
        known = {-number: number.name for number in signal.Signals}
        how = known.get(status, f"status {status}")
        # Parsers abort where they get no memory; a parser's own defect looks the same from here.
        limit = _name_size(reader.memory)
        what = f"ended the process that reads it ({how}); a file that wants more than {limit} of memory does that"
        return UnreadableFileError(what, REMEDY)

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
    return ReadFile(pages, tuple(map(str, read["not_read"])), tuple(map(str, read["running_heads"])))


def memory_error(reader: Reader) -> UnreadableFileError:
    """Makes the error of a file that takes too much memory."""
    return UnreadableFileError(f"takes more than {_name_size(reader.memory)} of memory to read", REMEDY)


def _name_size(size: int) -> str:
    return f"{size // 1_000_000:,} MB"
