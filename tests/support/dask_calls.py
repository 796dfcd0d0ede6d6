"""Calls for workers of a cluster, which a test can watch and hold."""

from __future__ import annotations

import os
import time
from pathlib import Path

from workbench.text.cluster import OtherSoftwareError


def hold(number: int, folder: str, gate: str) -> tuple[int, int]:
    """Notes that it began, waits for a file, and tells who made the call."""
    Path(folder, f"{gate}-{number}-{os.getpid()}").touch()
    until = time.monotonic() + 60
    while not Path(folder, gate).exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    return number, os.getpid()


def refuse_elsewhere(pid: int) -> str:
    """Is refused by every process but one."""
    if os.getpid() != pid:
        raise OtherSoftwareError("a worker has another version")
    return "made here"


def fail_elsewhere(pid: int) -> str:
    """Raises in every process but one."""
    if os.getpid() != pid:
        raise RuntimeError("no memory")
    return "made here"


def fail(word: str) -> str:
    """Raises, wherever it is called."""
    raise ValueError(word)
