"""Quantiles of Student's t, compared with SciPy's."""

from __future__ import annotations

from importlib import import_module
from statistics import NormalDist

import pytest

from workbench.tuning.student_t import student_t_quantile

PROBABILITIES = (1e-6, 0.001, 0.005, 0.025, 0.05, 0.1, 0.25, 0.45, 0.499, 0.501, 0.6, 0.9, 0.975, 0.995, 0.9999)
DEGREES = (0.5, 1, 2, 3, 4, 5, 7, 10, 15, 19, 30, 49, 100, 365, 1_000, 10_000)


@pytest.fixture(scope="module")
def stats():
    """SciPy's, imported where a test needs it: half a second that other test processes keep."""
    return import_module("scipy.stats")


@pytest.mark.parametrize("degrees", DEGREES)
def test_quantile_equals_scipy(degrees, stats):
    for probability in PROBABILITIES:
        expected = float(stats.t.ppf(probability, degrees))
        assert student_t_quantile(probability, degrees) == pytest.approx(expected, rel=1e-9, abs=1e-12), probability


def test_normal_quantile_equals_scipy(stats):
    for probability in PROBABILITIES:
        expected = float(stats.norm.ppf(probability))
        assert NormalDist().inv_cdf(probability) == pytest.approx(expected, rel=1e-9)


def test_quantile_of_the_median_is_zero():
    assert student_t_quantile(0.5, 3) == 0


@pytest.mark.parametrize(("probability", "degrees"), [(0, 3), (1, 3), (float("nan"), 3), (0.9, 0), (0.9, -1)])
def test_quantile_refuses_impossible_arguments(probability, degrees):
    with pytest.raises(ValueError, match="not "):
        student_t_quantile(probability, degrees)
