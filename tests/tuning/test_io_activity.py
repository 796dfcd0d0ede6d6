"""Scoring makes way for requests, and not for ever."""

from __future__ import annotations

import pytest

from workbench.tuning.scorers.pool import IOActivity


@pytest.fixture
def waits(monkeypatch):
    """Durations of all sleeps, in seconds.

    Only sleeps advance this clock.
    """
    slept = []
    monkeypatch.setattr("workbench.tuning.scorers.pool.time.sleep", slept.append)
    monkeypatch.setattr("workbench.tuning.scorers.pool.time.monotonic", lambda: 100 + sum(slept))
    return slept


def test_no_wait_without_requests(waits):
    IOActivity().wait_for_rest()
    assert waits == []


def test_waits_until_requests_rest(waits):
    activity = IOActivity()
    activity.record_activity()
    activity.wait_for_rest()
    assert 0.015 <= sum(waits) < 0.03


@pytest.mark.parametrize(("crowding", "at_most"), [(0.0, 2.1), (0.5, 1.1), (1.0, 0.0)])
def test_patience_is_limited(waits, monkeypatch, crowding, at_most):
    activity = IOActivity()
    monkeypatch.setattr(
        "workbench.tuning.scorers.pool.time.sleep", lambda s: (waits.append(s), activity.record_activity())
    )
    activity.crowding = crowding
    activity.record_activity()
    for _ in range(25):
        activity.wait_for_rest()
    assert sum(waits) <= at_most
    before = sum(waits)
    activity.begin_draft()
    activity.wait_for_rest()
    assert sum(waits) > before or crowding == 1.0
