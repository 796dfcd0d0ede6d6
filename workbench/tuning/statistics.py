"""Statistics of scores: means, rates, paired comparisons, agreement.

Random numbers come from a fixed seed: the same scores give the same figures, to the last digit.

The unit is the (case, section, model), not the draft: repeats of one prompt are averaged first (:func:`by_unit`),
because ten drafts of one section are not ten independent observations.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt

from workbench.tuning.student_t import student_t_quantile

Floats = npt.NDArray[np.float64]
Alternative = Literal["two-sided", "greater", "less"]

CONFIDENCE = 0.95
UNIT = ("case", "section", "model")
"""Columns that name a unit."""

_EXACT_UP_TO = 16
_RANDOM_FLIPS = 20_000
_SEED = 2_026
_SCORES = (0.0, 1.0)
_DIFFERENCES = (-1.0, 1.0)
_TIE = 1e-12
_RESAMPLES = 1_000


@dataclass(frozen=True)
class Estimate:
    """Figure with its interval.

    Attributes:
        value: The estimate; nan if there are no values.
        low: Lower end of the interval.
        high: Upper end.
        n: Number of units behind it.
        confidence: Confidence of the interval, such as 0.95.
        method: Method of the interval, for a caption.
    """

    value: float
    low: float
    high: float
    n: int
    confidence: float
    method: str

    def __str__(self) -> str:
        if not self.n:
            return "nothing to estimate from"
        return f"{self.value:.3f} ({self.confidence:.0%} interval {self.low:.3f} to {self.high:.3f}, n = {self.n})"


@dataclass(frozen=True)
class PairedTest:
    """Comparison of two prompts on the same units.

    Attributes:
        n: Number of pairs.
        changed: Number of pairs that differ.
        before: Mean of the one.
        after: Mean of the other.
        difference: Mean of after less before, with its interval.
        p_value: Chance of a difference at least this large if neither were better: under that hypothesis each
            difference is as likely to have the other sign.
        alternative: ``greater``: after is better; ``less``; ``two-sided``.
        method: ``exact`` or ``random`` sign flips.
        least_p: The smallest p that so many pairs could give.
    """

    n: int
    changed: int
    before: float
    after: float
    difference: Estimate
    p_value: float
    alternative: Alternative
    method: str
    least_p: float


@dataclass(frozen=True)
class Agreement:
    """Similarity of the repeats of a cell.

    Attributes:
        alpha: Krippendorff's alpha for interval data: 1, repeats agree; 0, no more than drafts of different units;
            None if it is not defined.
        low: Lower end of its bootstrap interval over units, or None.
        high: Upper end, or None.
        spread: Typical difference of a repeat from its unit's mean (pooled standard deviation), in units of the
            score.
        units: Number of units with at least two scores.
        scores: Number of scores in them.
        reason: Reason for a missing alpha, or how to read it.
    """

    alpha: float | None
    low: float | None
    high: float | None
    spread: float
    units: int
    scores: int
    reason: str


def mean_interval(
    values: Iterable[float],
    *,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Estimates the mean of independent scores, 0 to 1, with an interval.

    Student's t, cut at 0 and 1. If all values are the same, t would claim certainty: there, the interval is what
    a sample without a single exception leaves possible (Clopper and Pearson 1934): at most a share 1 - (α/2)^(1/n)
    of the units can lie elsewhere, at worst at 0 or 1. If every value is 0 or 1, and both occur, it is a rate:
    :func:`wilson`.

    Measured over scores of the shapes that the scorers give, a 95 % interval covers in 0.91 to 0.99 of samples; at
    worst, with one score in twenty at 0 and most of the others at 1, in 0.88 (n = 20). The BCa bootstrap was
    rejected: at n = 8 it covered less (0.87 to 0.90 against 0.91 to 0.95 for t).

    Args:
        values: One a unit; missing ones are left out.
        confidence: Confidence of the interval.

    Returns:
        The estimate; with one value the interval is as wide as it can be.

    Examples:
        >>> print(mean_interval([0.5, 0.6, 0.7, 0.8]))
        0.650 (95% interval 0.445 to 0.855, n = 4)
    """
    sample = _clean(values)
    n = sample.size
    if not n:
        return Estimate(math.nan, math.nan, math.nan, 0, confidence, "none")
    mean = float(sample.mean())
    # Not == 0: means of repeats differ in the last digit although the scores are the same.
    if float(np.ptp(sample)) <= _TIE:
        low, high = _constant_interval(mean, n, confidence, _SCORES)
        return Estimate(mean, low, high, n, confidence, "exact, all values the same")
    if np.isin(sample, _SCORES).all():
        return wilson(float(sample.sum()), n, confidence=confidence)
    half = student_t_quantile(0.5 + confidence / 2, n - 1) * float(sample.std(ddof=1)) / math.sqrt(n)
    return Estimate(mean, max(0.0, mean - half), min(1.0, mean + half), n, confidence, "Student's t")


def wilson(successes: float, n: int, *, confidence: float = CONFIDENCE) -> Estimate:
    """Estimates a rate, with Wilson's score interval.

    Args:
        successes: Number of successes; a tie may count as half of one.
        n: Number of trials.
        confidence: Confidence of the interval.

    Raises:
        ValueError: There are more successes than trials, or fewer than none.

    Source:
        E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927) 209-212.

    Examples:
        >>> print(wilson(7, 10))
        0.700 (95% interval 0.397 to 0.892, n = 10)
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n}")
    if not n:
        return Estimate(math.nan, math.nan, math.nan, 0, confidence, "none")
    # Two-sided: half of the error on each side.
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    rate = successes / n
    centre = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    # Rounding can put an end past the rate at 0 and 1.
    return Estimate(rate, min(low, rate), max(high, rate), n, confidence, "Wilson score")


def paired_test(
    before: Iterable[float],
    after: Iterable[float],
    *,
    alternative: Alternative = "two-sided",
    confidence: float = CONFIDENCE,
) -> PairedTest:
    """Tests one prompt against another on the same units.

    The sign-flip test of the mean difference: all 2^n flips up to 16 pairs, beyond them 20,000 random ones from a
    fixed seed, the observed one counted among them. It assumes no distribution, and its error rate holds at every
    n; with fewer than six pairs a two-sided p cannot reach 0.05 (``least_p``). The interval comes from the same
    flips (:func:`difference_interval`). Wilcoxon's test was rejected: it ranks the differences and discards ties,
    which are most of what the checks give, and has no interval for the mean.

    Args:
        before: One a unit.
        after: For the same units in the same order; a pair with a missing value is left out.
        alternative: Alternative hypothesis of the test.
        confidence: Confidence of the difference's interval, which has two sides whatever the alternative.

    Raises:
        ValueError: The two have different numbers of values.

    Source:
        R. A. Fisher, The Design of Experiments (1935), § 21.
    """
    one, other = (np.asarray(list(values), dtype=np.float64) for values in (before, after))
    if one.shape != other.shape:
        raise ValueError(f"{one.size} values before and {other.size} after: pairs are needed")
    complete = ~(np.isnan(one) | np.isnan(other))
    one, other = one[complete], other[complete]
    differences = other - one
    n = differences.size
    interval = difference_interval(differences, confidence=confidence)
    if not n:
        return PairedTest(0, 0, math.nan, math.nan, interval, 1.0, alternative, "none", 1.0)
    sums = _flips(n) @ differences
    # Sums in another order differ by rounding; equal ones must count as equal.
    seen, tie = float(differences.sum()), _TIE * n
    above, below = int((sums >= seen - tie).sum()), int((sums <= seen + tie).sum())
    exact = n <= _EXACT_UP_TO
    extra = 0 if exact else 1  # the observed flips are one of the possible ones
    total = sums.size + extra
    tails = {"greater": above + extra, "less": below + extra, "two-sided": 2 * (min(above, below) + extra)}
    p_value = min(1.0, tails[alternative] / total)
    # A two-sided p counts both tails, so it cannot be less than two of the flips.
    least = (2 if alternative == "two-sided" else 1) / total
    changed = int((np.abs(differences) > _TIE).sum())
    return PairedTest(
        n=n,
        changed=changed,
        before=float(one.mean()),
        after=float(other.mean()),
        difference=interval,
        p_value=p_value,
        alternative=alternative,
        method="exact sign flips" if exact else f"{_RANDOM_FLIPS:,} random sign flips",
        least_p=least,
    )


def difference_interval(differences: Iterable[float], *, confidence: float = CONFIDENCE) -> Estimate:
    """Estimates the mean of paired differences, with an interval.

    The interval belongs to the sign-flip test. Hartigan's typical values: the means of the 2^n - 1 subsets cut the
    line into parts that hold the true mean with equal chance, if differences are as likely to lie above it as
    below. With too few pairs for the confidence (fewer than six at 95 %) it is all of -1 to 1. If all differences
    are the same, see :func:`mean_interval`.

    Args:
        differences: One a pair, -1 to 1; missing ones are left out.
        confidence: Confidence of the interval.

    Source:
        J. A. Hartigan, Using subsample values as typical values, JASA 64 (1969) 1303-1317.
    """
    sample = _clean(differences)
    n = sample.size
    if not n:
        return Estimate(math.nan, math.nan, math.nan, 0, confidence, "none")
    mean = float(sample.mean())
    if float(np.ptp(sample)) <= _TIE:
        low, high = _constant_interval(mean, n, confidence, _DIFFERENCES)
        if 2**n * (1 - confidence) >= 2:  # noqa: PLR2004 - enough pairs for the test to tell the sign, at both sides
            low, high = (max(low, 0.0), high) if mean > 0 else (low, min(high, 0.0)) if mean < 0 else (low, high)
        return Estimate(mean, low, high, n, confidence, "exact, all differences the same")
    means = _subsets(n) @ sample
    # So many typical values lie outside at each end.
    outside = math.floor((1 - confidence) / 2 * (means.size + 1))
    if outside < 1:
        return Estimate(mean, *_DIFFERENCES, n, confidence, "too few pairs for an interval")
    # Only two order statistics are needed: sorting 65,535 means takes ten times as long.
    ends = np.partition(means, (outside - 1, means.size - outside))
    low, high = float(ends[outside - 1]), float(ends[means.size - outside])
    return Estimate(mean, min(low, mean), max(high, mean), n, confidence, "sign flips (Hartigan)")


def least_pairs(alpha: float, alternative: Alternative = "two-sided") -> int:
    """Returns the fewest pairs that can reach a given p.

    Examples:
        >>> least_pairs(0.05), least_pairs(0.05, "greater")
        (6, 5)
    """
    sides = 2 if alternative == "two-sided" else 1
    return max(1, math.ceil(math.log2(sides / alpha) - _TIE))


def agreement(groups: Iterable[Iterable[float]]) -> Agreement:
    """Computes Krippendorff's alpha for interval data.

    It relates the difference of repeats to the difference of units. Chosen over the intraclass correlation because
    it takes groups of any size (a failed repeat is simply missing) and is the same figure for large ones. The
    interval resamples whole units.

    Args:
        groups: The scores of each unit's repeats, one group a (prompt, unit); missing scores and groups with fewer
            than two are left out.

    Source:
        K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011); A. F. Hayes and K. Krippendorff,
        Answering the call for a standard reliability measure for coding data, Communication Methods and Measures 1
        (2007) 77-89.
    """
    # A single score has no repeat to agree with.
    kept = [sample for group in groups if (sample := _clean(group)).size > 1]
    if not kept:
        return Agreement(None, None, None, math.nan, 0, 0, "no unit has two repeats with a score")
    sizes = np.array([sample.size for sample in kept], dtype=np.float64)
    sums = np.array([sample.sum() for sample in kept])
    squares = np.array([(sample**2).sum() for sample in kept])
    inner = np.array([((sample - sample.mean()) ** 2).sum() for sample in kept])
    spread = math.sqrt(float(inner.sum() / (sizes - 1).sum()))
    count = int(sizes.sum())
    alphas = _alphas(np.ones((1, sizes.size)), sizes, sums, squares, inner)
    if np.isnan(alphas[0]):
        return Agreement(None, None, None, spread, sizes.size, count, "every score is the same: nothing to agree on")
    alpha = float(alphas[0])
    if len(kept) < 2:  # noqa: PLR2004 - one unit has no other to be unlike
        return Agreement(None, None, None, spread, 1, count, "one unit only: there is none to tell it from")
    random = np.random.default_rng(_SEED)
    # A bootstrap by weights: one matrix product in place of 1,000 resampled tables.
    weights = random.multinomial(sizes.size, np.full(sizes.size, 1 / sizes.size), size=_RESAMPLES).astype(np.float64)
    drawn = _alphas(weights, sizes, sums, squares, inner)
    # A resample of units that are all alike has no alpha; it says nothing about the interval.
    low, high = np.nanquantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Agreement(
        alpha, float(low), float(high), spread, sizes.size, count, "1: repeats agree; 0: as unlike as units"
    )


def _alphas(weights: Floats, sizes: Floats, sums: Floats, squares: Floats, inner: Floats) -> Floats:
    """Computes alpha for each row of unit weights.

    Alpha is 1 - observed / expected disagreement; nan if none is expected. With squared differences both sums have
    a closed form: pairs within a unit of m scores sum to 2 m · inner, each weighed by 1 / (m - 1); pairs of all n
    scores sum to 2 (n · squares - sums²), weighed by 1 / (n - 1).
    """
    n = weights @ sizes
    observed = weights @ (2 * sizes * inner / (sizes - 1))
    total = 2 * (n * (weights @ squares) - (weights @ sums) ** 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        alphas = 1 - (n - 1) * observed / total
    return np.where(total <= _TIE * n * n, np.nan, alphas)


def _constant_interval(value: float, n: int, confidence: float, bounds: tuple[float, float]) -> tuple[float, float]:
    elsewhere = 1 - ((1 - confidence) / 2) ** (1 / n)
    return value - elsewhere * (value - bounds[0]), value + elsewhere * (bounds[1] - value)


@lru_cache(maxsize=8)  # at most 8 MB each
def _flips(n: int) -> Floats:
    """Returns rows of signs: all 2^n, or a random sample.

    Above :data:`_EXACT_UP_TO` pairs there are :data:`_RANDOM_FLIPS` rows.
    """
    if n <= _EXACT_UP_TO:
        # Row k holds the binary digits of k: every pattern of signs once.
        bits = (np.arange(2**n, dtype=np.uint32)[:, None] >> np.arange(n, dtype=np.uint32)) & 1
    else:
        bits = np.random.default_rng(_SEED).integers(0, 2, size=(_RANDOM_FLIPS, n), dtype=np.uint8)
    return 2.0 * bits.astype(np.float64) - 1.0


@lru_cache(maxsize=8)
def _subsets(n: int) -> Floats:
    """Returns rows of weights that average each non-empty subset."""
    inside = _flips(n) > 0
    sizes = inside.sum(axis=1, keepdims=True)
    rows: Floats = inside[sizes[:, 0] > 0] / sizes[sizes[:, 0] > 0].astype(np.float64)
    return rows


def _clean(values: Iterable[float]) -> Floats:
    sample = np.asarray(list(values), dtype=np.float64)
    return sample[~np.isnan(sample)]
