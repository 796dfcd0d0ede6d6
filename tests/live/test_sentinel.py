"""Failover of a master with two replicas and three sentinels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from failovers import another_than, petition_through
from many_servers import Sentinels, three_sentinels


@pytest.fixture
def sentinels() -> Iterator[Sentinels]:
    with three_sentinels() as servers:
        yield servers


async def test_killed_master_loses_no_event(sentinels: Sentinels, thread_id: str, tmp_path: Path) -> None:
    master = sentinels.master()
    await petition_through(sentinels.url, thread_id, tmp_path, master.kill)
    another_than(master, sentinels.master)


async def test_hanging_master_is_left(sentinels: Sentinels, thread_id: str, tmp_path: Path) -> None:
    master = sentinels.master()

    def blow() -> None:
        sentinels.sentinels[0].stop()
        master.stop()

    await petition_through(sentinels.url, thread_id, tmp_path, blow)
    sentinels.sentinels[0].go_on()
