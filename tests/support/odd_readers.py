"""Reader that does what the file says, in the child process, as a parser does on a hostile file."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable

from workbench.case.pages import ReadFile, ReadLimits, ReadPage, UnreadableFileError
from workbench.case.readers import Reader

LEAK: list[bytearray] = []


def odd_reader(*, memory: int = 300_000_000, seconds: float = 60.0) -> Reader:
    """In the table of readers; a file is ``<word> <argument>``, and any other word is only read."""
    return Reader("odd_readers:read_odd", memory=memory, seconds=seconds)


def read_odd(raw: bytes, limits: ReadLimits) -> ReadFile:
    word, _, argument = raw.decode().partition(" ")
    text = ACTS[word](argument) if word in ACTS else None
    kind = argument if word == "lie" else "text"
    return ReadFile([ReadPage(f"read {argument}" if text is None else text, kind)])  # type: ignore[arg-type]


def compute(_: str) -> None:
    while True:
        pass


def sleep(_: str) -> None:
    time.sleep(1_000)


def allocate(size: str) -> None:
    LEAK.append(bytearray(int(size)))


def swallow(size: str) -> None:
    """As readers do, which say "damaged" of whatever their parser raises."""
    try:
        allocate(size)
    except MemoryError:
        raise UnreadableFileError("damaged", "save it again") from None


def end_by_signal(name: str) -> None:
    os.kill(os.getpid(), signal.Signals[name])
    sleep(name)


def end_with_status(status: str) -> None:
    os._exit(int(status))


def fail(words: str) -> None:
    raise RuntimeError(words)


def print_noise(words: str) -> None:
    sys.stdout.write(words * 100)
    sys.stdout.flush()
    os.write(1, words.encode())


ACTS: dict[str, Callable[[str], str | None]] = {
    "compute": compute,
    "sleep": sleep,
    "allocate": allocate,
    "swallow": swallow,
    "signal": end_by_signal,
    "exit": end_with_status,
    "raise": fail,
    "print": print_noise,
    "pid": lambda _: str(os.getpid()),
    "environment": lambda _: "\n".join(sorted(os.environ)),
}
