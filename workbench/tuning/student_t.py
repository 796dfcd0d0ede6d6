"""Quantiles of Student's t distribution, without SciPy.

SciPy takes 110 MB for this one function.
"""

from __future__ import annotations

import math
from functools import lru_cache

_STEPS = 10_000
_EPSILON = 1e-16
_TINY = 1e-300


def student_t_quantile(probability: float, degrees: float) -> float:
    """Returns the quantile of t for a given probability.

    Checked against SciPy to 1e-9, relative, from 1 to 10,000 degrees of freedom.

    Args:
        probability: Between 0 and 1, both excluded.
        degrees: Degrees of freedom, greater than 0.

    Raises:
        ValueError: An argument is out of range.

    Source:
        M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions (1964), 26.7.1: the distribution is an
        incomplete beta function, which is inverted here by bisection.

    Examples:
        >>> round(student_t_quantile(0.975, 3), 6)
        3.182446
    """
    if not 0 < probability < 1:
        raise ValueError(f"a probability lies between 0 and 1, not {probability}")
    if not degrees > 0:
        raise ValueError(f"degrees of freedom are greater than 0, not {degrees}")
    if probability == 0.5:  # noqa: PLR2004 - the median
        return 0.0
    # The smaller tail: the larger would lose its digits in 1 - p.
    return math.copysign(_positive_quantile(min(probability, 1 - probability), degrees), probability - 0.5)


@lru_cache(maxsize=256)  # a table of intervals asks for the same few
def _positive_quantile(tail: float, degrees: float) -> float:
    """Returns the t exceeded with a probability below one half."""
    low, high = 0.0, 1.0
    while _upper_tail(high, degrees) > tail:
        low, high = high, 2 * high
    while low < (middle := (low + high) / 2) < high:
        if _upper_tail(middle, degrees) > tail:
            low = middle
        else:
            high = middle
    return high


def _upper_tail(t: float, degrees: float) -> float:
    """Returns the probability of a value above t.

    It holds for t of at least 0.
    """
    square = t * t
    return _regularised_beta(degrees / (degrees + square), square / (degrees + square), degrees / 2, 0.5) / 2


def _regularised_beta(x: float, rest: float, a: float, b: float) -> float:
    """Computes the regularised incomplete beta function I_x(a, b).

    Args:
        x: Between 0 and 1.
        rest: 1 - x, passed separately because subtraction would lose its digits.
        a: First parameter.
        b: Second parameter.

    Source:
        NIST Digital Library of Mathematical Functions, 8.17.22 (continued fraction) and 8.17.4 (symmetry).
    """
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * _log(x, rest) + b * _log(rest, x))
    # The fraction converges fast only on this side of the mean.
    if x <= (a + 1) / (a + b + 2):
        return front * _beta_fraction(x, a, b) / a
    return 1 - front * _beta_fraction(rest, b, a) / b


def _log(x: float, rest: float) -> float:
    return math.log1p(-rest) if rest < x else math.log(x)


def _beta_fraction(x: float, a: float, b: float) -> float:
    """Evaluates the continued fraction by the modified Lentz algorithm."""
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        step = 1.0
        for term in (even, odd):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            step = c * d
            value *= step
        if abs(step - 1) <= _EPSILON:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
