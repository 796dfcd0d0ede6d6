from __future__ import annotations

import os
import socket

import pytest

from workbench.live.lock_owner import is_gone, this_holder


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
