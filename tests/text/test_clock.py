"""Moments."""

from datetime import UTC, datetime

import pytest

from workbench.text.clock import now


@pytest.mark.parametrize(("timespec", "length"), [("microseconds", 27), ("seconds", 20)])
def test_now_is_utc_with_z(timespec, length):
    moment = now(timespec)
    assert len(moment) == length
    assert moment.endswith("Z")
    assert abs((datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()) < 5
