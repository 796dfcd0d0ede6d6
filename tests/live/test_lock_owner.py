from __future__ import annotations

import os
import socket

import pytest

from workbench.live.lock_owner import WriterSign, is_gone, read_sign, this_holder


def test_this_process_is_not_gone() -> None:
    assert this_holder("a.attorney") == f"{socket.gethostname()}:{os.getpid()}/a.attorney"
    assert not is_gone(this_holder("a.attorney"))


def test_dead_process_is_gone_here_only(dead_pid: int) -> None:
    assert is_gone(f"{socket.gethostname()}:{dead_pid}/a")
    assert not is_gone(f"elsewhere:{dead_pid}/a")


@pytest.mark.parametrize(
    "holder", ["", "elsewhere", f"{socket.gethostname()}:not-a-pid/a", f"{socket.gethostname()}:1/"]
)
def test_unknown_lock_owner_is_not_gone(holder: str) -> None:
    assert not is_gone(holder)


@pytest.mark.parametrize(
    ("holder", "left_s", "sign"),
    [
        (None, 0, WriterSign("lost")),
        ("elsewhere:1/a", 10, WriterSign("alive", 0)),
        ("elsewhere:1/a", 6.1, WriterSign("alive", 3)),
        ("elsewhere:1/a", 6, WriterSign("silent", 4)),
        ("elsewhere:1/a", 0.5, WriterSign("silent", 9)),
        (f"{socket.gethostname()}:{os.getpid()}/a", 9, WriterSign("alive", 1)),
    ],
    # Without ids of their own the processes of pytest-xdist would name the last one differently.
    ids=["none", "fresh", "renewed", "silent", "nearly over", "this process"],
)
def test_lock_is_read_as_sign(holder: str | None, left_s: float, sign: WriterSign) -> None:
    assert read_sign(holder, left_s, 10) == sign


def test_ended_holder_is_lost_at_once(dead_pid: int) -> None:
    assert read_sign(f"{socket.gethostname()}:{dead_pid}/a", 9, 10) == WriterSign("lost", 1)
