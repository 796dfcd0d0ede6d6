"""Three primaries with replicas: a petition with viewers on it, and the primary that has it goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from many_servers import Cluster, three_primaries

from tests.live.failovers import petition_through


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with three_primaries() as servers:
        yield servers


async def test_a_primary_that_is_killed_costs_nobody_an_event(cluster: Cluster, thread_id: str, tmp_path: Path) -> None:
    owner = cluster.owner(thread_id)
    silent_s = await petition_through(cluster.url, thread_id, tmp_path, owner.kill)
    assert cluster.owner(thread_id) is not owner
    print(silent_s)


async def test_a_primary_that_hangs_is_left(cluster: Cluster, thread_id: str, tmp_path: Path) -> None:
    owner = cluster.owner(thread_id)
    silent_s = await petition_through(cluster.url, thread_id, tmp_path, owner.stop)
    assert cluster.owner(thread_id) is not owner
    print(silent_s)
