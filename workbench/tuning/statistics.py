"""What a table of scores can say, and how surely: means, win rates, paired comparisons, agreement between repeats.

What is drawn by chance is drawn from a fixed seed: the same scores give the same figures, to the last digit.

The unit is the (case, section, model), not the draft: repeats of one prompt are averaged first (:func:`by_unit`), for
ten drafts of one section are not ten independent witnesses.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

Floats = npt.NDArray[np.float64]
Alternative = Literal["two-sided", "greater", "less"]

CONFIDENCE = 0.95
UNIT = ("case", "section", "model")
"""The columns that name a unit."""

_EXACT_UP_TO = 16
_RANDOM_FLIPS = 20_000
_SEED = 2_026
_SCORES = (0.0, 1.0)
_DIFFERENCES = (-1.0, 1.0)
_TIE = 1e-12
_RESAMPLES = 1_000


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval.

    Attributes:
        value: The estimate; nan where there is nothing to estimate from.
        low: Lower end of the interval.
        high: Upper end.
        n: Number of units it rests on.
        confidence: Of the interval, such as 0.95.
        method: How the interval was made, for a caption.
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
    """Two prompts on the same units.

    Attributes:
        n: Number of pairs.
        changed: How many of them differ.
        before: Mean of the one.
        after: Mean of the other.
        difference: Mean of after less before, with its interval.
        p_value: Chance of a difference as large as this one, were neither better: under that hypothesis each
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
    """How alike the repeats of a cell are.

    Attributes:
        alpha: Krippendorff's alpha for interval data: 1, repeats agree; 0, no more than drafts of different units; None
            where it is not defined.
        low: Lower end of its bootstrap interval over units, or None.
        high: Upper end, or None.
        spread: Typical difference of a repeat from its unit's mean (pooled standard deviation), in units of the score.
        units: Units with at least two scores.
        scores: Scores in them.
        reason: Why there is no alpha, or how it is to be read.
    """

    alpha: float | None
    low: float | None
    high: float | None
    spread: float
    units: int
    scores: int
    reason: str


def by_unit(scores: pd.DataFrame, *, scorer: str, unit: Sequence[str] = UNIT, of: str = "prompt") -> pd.DataFrame:
    """One row a unit, one column a prompt: the mean of its repeats; missing where none has a value.

    Args:
        scores: Long: columns ``of``, those of ``unit``, ``scorer``, ``value`` (0 to 1, or missing after a failure).
        scorer: Whose scores.
        unit: The columns that name a unit.
        of: The column whose values are compared.
    """
    rows = scores.loc[scores["scorer"] == scorer, [of, *unit, "value"]].dropna(subset=["value"])
    return rows.pivot_table(index=list(unit), columns=of, values="value", aggfunc="mean", observed=True)


def mean_interval(
    values: Iterable[float],
    *,
    confidence: float = CONFIDENCE,
    bounds: tuple[float, float] = _SCORES,
) -> Estimate:
    """The mean of independent values with an interval.

    Student's t, cut at the bounds. Where all values are the same, t would claim certainty: there, the interval says
    what a sample without a single exception leaves possible (Clopper and Pearson 1934): at most a share
    1 - (α/2)^(1/n) of the units can lie elsewhere, at worst at the bounds. Where every value is 0 or 1, and both are
    there, it is a rate: :func:`wilson`.

    Measured over scores of the shapes that the scorers give, a 95 % interval covers in 0.91 to 0.99 of samples; at
    worst, where one score in twenty is 0 and most of the others are 1, in 0.88 (n = 20). The BCa bootstrap was
    rejected: at n = 8 it covered less (0.87 to 0.90 where t covered 0.91 to 0.95).

    Args:
        values: One a unit; missing ones are left out.
        confidence: Of the interval.
        bounds: What a value can be.

    Returns:
        The estimate; with one value the interval is as wide as the bounds allow.
    """
    sample = _clean(values)
    n = sample.size
    if not n:
        return Estimate(math.nan, math.nan, math.nan, 0, confidence, "none")
    mean = float(sample.mean())
    if float(np.ptp(sample)) <= _TIE:
        low, high = _all_the_same(mean, n, confidence, bounds)
        return Estimate(mean, low, high, n, confidence, "exact, all values the same")
    if bounds == _SCORES and np.isin(sample, _SCORES).all():
        return wilson(float(sample.sum()), n, confidence=confidence)
    half = float(stats.t.ppf(0.5 + confidence / 2, n - 1)) * float(sample.std(ddof=1)) / math.sqrt(n)
    return Estimate(mean, max(bounds[0], mean - half), min(bounds[1], mean + half), n, confidence, "Student's t")


def wilson(successes: float, n: int, *, confidence: float = CONFIDENCE) -> Estimate:
    """A rate with Wilson's score interval.

    Args:
        successes: How many; a tie may count as half of one.
        n: Of how many.
        confidence: Of the interval.

    Raises:
        ValueError: There are more successes than trials, or fewer than none.

    Source:
        E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927) 209-212.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n}")
    if not n:
        return Estimate(math.nan, math.nan, math.nan, 0, confidence, "none")
    z = float(stats.norm.ppf(0.5 + confidence / 2))
    rate = successes / n
    centre = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    return Estimate(rate, min(low, rate), max(high, rate), n, confidence, "Wilson score")


def paired_test(
    before: Iterable[float],
    after: Iterable[float],
    *,
    alternative: Alternative = "two-sided",
    confidence: float = CONFIDENCE,
) -> PairedTest:
    """Whether one prompt scores higher than another on the same units.

    The sign-flip test of the mean difference: all 2^n flips up to 16 pairs, beyond them 20,000 random ones from a fixed
    seed, the observed one counted among them. It assumes no distribution, and its error rate holds at every n; with
    fewer than six pairs a two-sided p cannot reach 0.05 (``least_p``). The interval comes of the same flips
    (:func:`difference_interval`). Wilcoxon's test was rejected: it ranks the differences and discards ties, which are
    most of what the checks give, and has no interval for the mean.

    Args:
        before: One a unit.
        after: For the same units in the same order; a pair with a missing value is left out.
        alternative: Of the test.
        confidence: Of the interval of the difference, which has two sides whatever the alternative.

    Raises:
        ValueError: There are not as many values of the one as of the other.

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
    seen, tie = float(differences.sum()), _TIE * n
    above, below = int((sums >= seen - tie).sum()), int((sums <= seen + tie).sum())
    exact = n <= _EXACT_UP_TO
    extra = 0 if exact else 1  # the observed flips are one of the possible ones
    total = sums.size + extra
    tails = {"greater": above + extra, "less": below + extra, "two-sided": 2 * (min(above, below) + extra)}
    p_value = min(1.0, tails[alternative] / total)
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
    """The mean of paired differences with the interval that belongs to the sign-flip test.

    Hartigan's typical values: the means of the 2^n - 1 subsets cut the line into parts that hold the true mean with
    equal chance, where differences are as likely to lie above it as below. With too few pairs for the confidence asked
    for (fewer than six at 95 %) it is all of -1 to 1. Where all differences are the same, as in :func:`mean_interval`.

    Args:
        differences: One a pair, -1 to 1; missing ones are left out.
        confidence: Of the interval.

    Source:
        J. A. Hartigan, Using subsample values as typical values, JASA 64 (1969) 1303-1317.
    """
    sample = _clean(differences)
    n = sample.size
    if not n:
        return Estimate(math.nan, math.nan, math.nan, 0, confidence, "none")
    mean = float(sample.mean())
    if float(np.ptp(sample)) <= _TIE:
        low, high = _all_the_same(mean, n, confidence, _DIFFERENCES)
        if 2**n * (1 - confidence) >= 2:  # noqa: PLR2004 - enough pairs for the test to tell the sign, at both sides
            low, high = (max(low, 0.0), high) if mean > 0 else (low, min(high, 0.0)) if mean < 0 else (low, high)
        return Estimate(mean, low, high, n, confidence, "exact, all differences the same")
    means = _subsets(n) @ sample
    outside = math.floor((1 - confidence) / 2 * (means.size + 1))
    if outside < 1:
        return Estimate(mean, *_DIFFERENCES, n, confidence, "too few pairs for an interval")
    ends = np.partition(means, (outside - 1, means.size - outside))
    low, high = float(ends[outside - 1]), float(ends[means.size - outside])
    return Estimate(mean, min(low, mean), max(high, mean), n, confidence, "sign flips (Hartigan)")


def compare_prompts(
    scores: pd.DataFrame,
    before: str,
    after: str,
    *,
    scorer: str,
    unit: Sequence[str] = UNIT,
    alternative: Alternative = "two-sided",
) -> PairedTest:
    """:func:`paired_test` of two prompts of an experiment, over the units that both have a score for.

    Args:
        scores: As for :func:`by_unit`.
        before: Name of the one prompt.
        after: Name of the other.
        scorer: Whose scores.
        unit: The columns that name a unit.
        alternative: Of the test.
    """
    table = by_unit(scores, scorer=scorer, unit=unit).reindex(columns=[before, after])
    return paired_test(table[before], table[after], alternative=alternative)


def least_pairs(alpha: float, alternative: Alternative = "two-sided") -> int:
    """The fewest pairs with which :func:`paired_test` can reach a p of ``alpha`` at all."""
    sides = 2 if alternative == "two-sided" else 1
    return max(1, math.ceil(math.log2(sides / alpha) - _TIE))


def agreement(groups: Iterable[Iterable[float]], *, confidence: float = CONFIDENCE) -> Agreement:
    """How alike repeats are, beside how unlike units are: Krippendorff's alpha for interval data.

    Chosen over the intraclass correlation since it takes groups of any size (a repeat that failed is simply not there)
    and is the same figure for large ones. The interval resamples whole units.

    Args:
        groups: The scores of each unit's repeats, one group a (prompt, unit); missing scores and groups with fewer than
            two are left out.
        confidence: Of the interval.

    Source:
        K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011); A. F. Hayes and K. Krippendorff, Answering
        the call for a standard reliability measure for coding data, Communication Methods and Measures 1 (2007) 77-89.
    """
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
    weights = random.multinomial(sizes.size, np.full(sizes.size, 1 / sizes.size), size=_RESAMPLES).astype(np.float64)
    drawn = _alphas(weights, sizes, sums, squares, inner)
    low, high = np.nanquantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Agreement(
        alpha, float(low), float(high), spread, sizes.size, count, "1: repeats agree; 0: as unlike as units"
    )


def _alphas(weights: Floats, sizes: Floats, sums: Floats, squares: Floats, inner: Floats) -> Floats:
    """Alpha for each row of weights of the units: 1 - observed / expected disagreement; nan where none is expected.

    With squared differences both sums have a closed form: pairs within a unit of m scores sum to 2 m · inner, each
    weighed by 1 / (m - 1); pairs of all n scores sum to 2 (n · squares - sums²), weighed by 1 / (n - 1).
    """
    n = weights @ sizes
    observed = weights @ (2 * sizes * inner / (sizes - 1))
    total = 2 * (n * (weights @ squares) - (weights @ sums) ** 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        alphas = 1 - (n - 1) * observed / total
    return np.where(total <= _TIE * n * n, np.nan, alphas)


def _all_the_same(value: float, n: int, confidence: float, bounds: tuple[float, float]) -> tuple[float, float]:
    elsewhere = 1 - ((1 - confidence) / 2) ** (1 / n)
    return value - elsewhere * (value - bounds[0]), value + elsewhere * (bounds[1] - value)


@lru_cache(maxsize=8)  # at most 8 MB each
def _flips(n: int) -> Floats:
    """Rows of signs: all 2^n of them, or as many random ones as :data:`_RANDOM_FLIPS`."""
    if n <= _EXACT_UP_TO:
        bits = (np.arange(2**n, dtype=np.uint32)[:, None] >> np.arange(n, dtype=np.uint32)) & 1
    else:
        bits = np.random.default_rng(_SEED).integers(0, 2, size=(_RANDOM_FLIPS, n), dtype=np.uint8)
    return 2.0 * bits.astype(np.float64) - 1.0


@lru_cache(maxsize=8)
def _subsets(n: int) -> Floats:
    """Rows that take the mean of a subset: one for each of :func:`_flips` that holds any pair."""
    inside = _flips(n) > 0
    sizes = inside.sum(axis=1, keepdims=True)
    rows: Floats = inside[sizes[:, 0] > 0] / sizes[sizes[:, 0] > 0].astype(np.float64)
    return rows


def _clean(values: Iterable[float]) -> Floats:
    sample = np.asarray(list(values), dtype=np.float64)
    return sample[~np.isnan(sample)]
