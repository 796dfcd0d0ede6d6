"""Statistics: coverage and error rates by simulation.

They agree with other programs.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from workbench.tuning import statistics
from workbench.tuning.statistics import (
    agreement,
    difference_interval,
    least_pairs,
    mean_interval,
    paired_test,
    wilson,
)

CHECKS = 11


def shape(name: str, random: np.random.Generator, size) -> np.ndarray:
    """Scores of the shapes that the scorers give."""
    match name:
        case "similarity":
            return random.beta(8, 2, size)
        case "checks":
            return 1 - np.minimum(random.poisson(0.5, size), CHECKS) / CHECKS
        case "one check":
            return random.choice([0.0, 0.5, 1.0], p=[0.1, 0.3, 0.6], size=size)
        case "passed":
            return (random.random(size) < 0.85).astype(float)
    raise AssertionError(name)


def no_better(name: str, random: np.random.Generator, n: int) -> np.ndarray:
    """Differences between two prompts that are equally good."""
    return shape(name, random, n) - shape(name, random, n)


@pytest.mark.parametrize("n", [8, 12, 30])
@pytest.mark.parametrize("name", ["similarity", "checks", "one check", "passed"])
def test_mean_interval_covers(name, n):
    random = np.random.default_rng([n, len(name)])
    truth = shape(name, random, 1_000_000).mean()
    samples = shape(name, random, (2_000, n))
    estimates = [mean_interval(sample) for sample in samples]
    covered = np.mean([estimate.low <= truth <= estimate.high for estimate in estimates])
    assert covered >= 0.91
    if name == "similarity":  # and is not wide for the sake of it
        assert covered <= 0.97


@pytest.mark.parametrize("n", [5, 10, 40])
@pytest.mark.parametrize("rate", [0.5, 0.8, 0.95])
def test_rate_interval_covers(rate, n, stats):
    """The chance of each count is known exactly.

    Wilson's interval is right on average, and dips a little below.
    """
    counts = np.arange(n + 1)
    covers = [estimate.low <= rate <= estimate.high for estimate in (wilson(int(count), n) for count in counts)]
    assert stats.binom.pmf(counts, n, rate) @ np.array(covers) >= 0.89
    grid = np.linspace(0.02, 0.98, 97)
    ends = [wilson(int(count), n) for count in counts]
    average = np.mean([
        sum(stats.binom.pmf(count, n, p) for count, end in zip(counts, ends, strict=True) if end.low <= p <= end.high)
        for p in grid
    ])  # fmt: skip
    assert 0.94 <= average <= 0.97


@pytest.mark.parametrize("n", [6, 8, 12, 25])
@pytest.mark.parametrize("name", ["similarity", "checks", "one check", "passed"])
def test_paired_test_keeps_error_rate(name, n, stats):
    random = np.random.default_rng([7, n, len(name)])
    runs = 2_000 if n < 16 else 500  # random flips take longer
    tests = [paired_test(np.zeros(n), no_better(name, random, n), alternative="greater") for _ in range(runs)]
    for alpha in (0.05, 0.01):
        wrong = sum(test.p_value <= alpha for test in tests)
        # the rate is at most alpha; so many are seen with a chance under one in ten thousand
        assert wrong <= stats.binom.ppf(1 - 1e-4, runs, alpha)


@pytest.mark.parametrize("n", [8, 12, 25])
@pytest.mark.parametrize("name", ["similarity", "checks", "one check"])
def test_difference_interval_covers(name, n):
    random = np.random.default_rng([11, n, len(name)])
    gain = 0.07
    runs = [difference_interval(no_better(name, random, n) / 2 + gain) for _ in range(500)]
    assert np.mean([run.low <= gain <= run.high for run in runs]) >= 0.92


def test_planted_difference_is_found():
    random = np.random.default_rng(3)
    found = [
        paired_test(before, np.clip(before + 0.15 + random.normal(0, 0.1, 12), 0, 1)).p_value <= 0.05
        for before in random.beta(5, 5, (300, 12))
    ]
    assert np.mean(found) >= 0.95


def test_exact_test_equals_scipy(stats):
    random = np.random.default_rng(5)
    for n, alternative in itertools.product((3, 6, 10), ("two-sided", "greater", "less")):
        differences = np.round(random.normal(0.05, 0.1, n), 1)  # with ties and zeros
        theirs = stats.permutation_test(
            (differences,), np.mean, permutation_type="samples", vectorized=True, n_resamples=np.inf,
            alternative=alternative,
        )  # fmt: skip
        ours = paired_test(np.zeros(n), differences, alternative=alternative)
        assert ours.p_value == pytest.approx(theirs.pvalue)
        assert ours.method == "exact sign flips"


def test_random_flips_approximate_exact_test(monkeypatch):
    differences = np.random.default_rng(9).normal(0.04, 0.1, 14)
    exact = paired_test(np.zeros(14), differences)
    monkeypatch.setattr(statistics, "_EXACT_UP_TO", 5)
    statistics._flips.cache_clear()
    drawn = paired_test(np.zeros(14), differences)
    statistics._flips.cache_clear()
    assert drawn.method == "20,000 random sign flips"
    assert drawn.p_value == pytest.approx(exact.p_value, abs=0.01)
    assert drawn.difference.low == pytest.approx(exact.difference.low, abs=0.01)


def test_statistics_are_deterministic():
    random = np.random.default_rng(1)
    before, after = random.random(40), random.random(40)
    assert paired_test(before, after) == paired_test(before, after)
    groups = random.random((30, 3))
    assert agreement(groups) == agreement(groups)


@pytest.mark.parametrize("n", [6, 7, 10, 16, 30])
def test_paired_test_and_interval_agree(n):
    random = np.random.default_rng([13, n])
    for _ in range(100):
        test = paired_test(np.zeros(n), random.normal(0.05, 0.08, n))
        if test.p_value <= 0.04:
            assert test.difference.low > 0 or test.difference.high < 0
        elif test.p_value > 0.06:
            assert test.difference.low <= 0 <= test.difference.high


def test_pairs_without_difference_prove_nothing():
    test = paired_test([0.5] * 10, [0.5] * 10)
    assert (test.p_value, test.changed, test.difference.value) == (1.0, 0, 0.0)
    assert (test.difference.low, test.difference.high) == pytest.approx((-0.3085, 0.3085), abs=1e-4)


def test_constant_difference_has_a_sign():
    six = paired_test([0.5] * 6, [0.6] * 6)
    assert (six.p_value, six.difference.low) == (2 / 64, 0.0)
    assert six.difference.high < 0.6
    five = paired_test([0.5] * 5, [0.6] * 5)
    assert five.p_value > 0.05
    assert five.difference.low < 0


def test_five_pairs_cannot_be_significant():
    assert (least_pairs(0.05), least_pairs(0.05, "greater"), least_pairs(0.025, "greater")) == (6, 5, 6)
    assert least_pairs(0.5) == 2
    for n in range(1, 10):
        least = paired_test(np.zeros(n), np.arange(1, n + 1) / n).p_value
        assert (least <= 0.05) is (n >= 6)
    few = paired_test(np.zeros(5), np.linspace(0.1, 0.5, 5))
    assert few.p_value == few.least_p == 2 / 32
    assert (few.difference.low, few.difference.high) == (-1.0, 1.0)
    assert few.difference.method == "too few pairs for an interval"


def test_paired_test_alternative_has_direction():
    worse = np.linspace(-0.3, -0.1, 8)
    assert paired_test(np.zeros(8), worse, alternative="greater").p_value == 1.0
    assert paired_test(np.zeros(8), worse, alternative="less").p_value == 1 / 256


def test_incomplete_pairs_are_left_out():
    test = paired_test([0.1, math.nan, 0.3], [0.2, 0.9, math.nan])
    assert (test.n, test.before, test.after) == (1, 0.1, 0.2)
    none = paired_test([], [])
    assert (none.n, none.p_value) == (0, 1.0)
    assert str(none.difference) == "nothing to estimate from"
    with pytest.raises(ValueError, match="pairs are needed"):
        paired_test([1.0], [1.0, 0.5])


@pytest.mark.parametrize(("successes", "n"), [(0, 1), (1, 1), (0, 7), (3, 7), (7, 7), (40, 100)])
def test_wilson_equals_scipy(successes, n, stats):
    theirs = stats.binomtest(successes, n).proportion_ci(method="wilson")
    ours = wilson(successes, n)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))
    assert ours.low <= ours.value <= ours.high


def test_tie_is_half_a_win():
    estimate = wilson(3.5, 7)
    assert estimate.value == 0.5
    assert estimate.low == pytest.approx(1 - estimate.high)
    assert math.isnan(wilson(0, 0).value)
    for impossible in (-1, 8):
        with pytest.raises(ValueError, match="successes of 7"):
            wilson(impossible, 7)


def test_mean_of_one_value_is_vague():
    one = mean_interval([0.7])
    assert one.value == 0.7
    assert one.low < 0.05
    assert one.high > 0.95
    same = mean_interval([0.9] * 10)
    assert (same.low, same.high) == pytest.approx((0.9 - 0.3085 * 0.9, 0.9 + 0.3085 * 0.1), abs=1e-4)
    assert mean_interval([1.0] * 10).low == pytest.approx(1 - 0.3085, abs=1e-4)
    assert mean_interval([1.0] * 9 + [0.0]).method == "Wilson score"
    assert mean_interval([math.nan, math.nan]).n == 0
    assert str(mean_interval([0.2, 0.4, math.nan])).startswith("0.300 (95% interval 0.000 to 1.000, n = 2)")


def test_student_interval_equals_scipy(stats):
    sample = [0.2, 0.4, 0.5, 0.7]
    theirs = stats.t.interval(0.9, 3, loc=np.mean(sample), scale=stats.sem(sample))
    ours = mean_interval(sample, confidence=0.9)
    assert (ours.low, ours.high) == pytest.approx(theirs)


def krippendorff(groups) -> float:
    """As the definition has it, pair by pair."""
    values = [value for group in groups for value in group]
    observed = sum(
        sum((a - b) ** 2 for a, b in itertools.permutations(group, 2)) / (len(group) - 1) for group in groups
    )
    expected = sum((a - b) ** 2 for a, b in itertools.permutations(values, 2))
    return 1 - (len(values) - 1) * observed / expected


def test_alpha_equals_krippendorff():
    random = np.random.default_rng(17)
    groups = [list(random.random() + random.normal(0, 0.1, size)) for size in (2, 3, 3, 4, 2, 5)]
    assert agreement(groups).alpha == pytest.approx(krippendorff(groups))
    # the example of Krippendorff (2011), section E, as interval data: alpha 0.849
    nan = math.nan
    coders = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3],
        [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan],
    ]
    result = agreement(zip(*coders, strict=True))
    assert result.alpha == pytest.approx(0.849, abs=5e-4)
    assert (result.units, result.scores) == (11, 40)
    assert result.low < result.alpha < result.high


def test_alpha_separates_agreement_from_chance():
    random = np.random.default_rng(19)
    units = random.random((60, 1))
    close = agreement(units + random.normal(0, 0.02, (60, 3)))
    assert close.alpha > 0.95
    assert close.spread == pytest.approx(0.02, abs=0.004)
    chance = agreement(random.random((60, 3)))
    assert chance.low < 0 < chance.high
    assert agreement([[0.5, 0.5], [0.9, 0.9]]).alpha == 1.0


def test_agreement_without_data():
    for groups, reason in (
        ([], "no unit has two repeats"),
        ([[0.5], [math.nan, 0.5]], "no unit has two repeats"),
        ([[0.5, 0.5], [0.5, 0.5]], "every score is the same"),
        ([[0.5, 0.7]], "one unit only"),
    ):
        result = agreement(groups)
        assert result.alpha is None
        assert reason in result.reason
