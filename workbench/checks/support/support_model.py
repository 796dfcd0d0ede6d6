"""Logistic model of the support score: a committed table, read once.

The table names its training set, its date and its calibration curve; ``tests/benchmarks/support.py`` fits it again.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from operator import mul
from pathlib import Path

from workbench.checks.support.support_features import FEATURES, SupportFeatures

MODEL_FILE = Path(__file__).with_name("support_model.json")
SUPPORTED_FROM = 0.50
"""Score from which a sentence is called supported."""
NOT_FOUND_BELOW = 0.15
"""Score below which nothing that carries it was found. Both limits were set on the clean letter of the sample case and
on the development part of WiCE, for the passages of a letter are longer than those of the public sets."""

WARNED_BELOW = 0.25
"""Score on the exhibits cited below which a sentence is a finding."""


@dataclass(frozen=True)
class SupportModel:
    """Coefficients and their origin.

    Attributes:
        coefficients: In the order of :data:`~workbench.checks.support.support_features.FEATURES`.
        intercept: Constant term.
        trained_on: Rows by set.
        fitted: Date.
        calibration: Mean score, share supported and count of each bin, on the training set.
        supported_from: See :data:`SUPPORTED_FROM`.
        not_found_below: See :data:`NOT_FOUND_BELOW`.
        warned_below: See :data:`WARNED_BELOW`.
    """

    coefficients: tuple[float, ...]
    intercept: float
    trained_on: dict[str, int]
    fitted: str
    calibration: tuple[tuple[float, float, int], ...]
    supported_from: float = SUPPORTED_FROM
    not_found_below: float = NOT_FOUND_BELOW
    warned_below: float = WARNED_BELOW

    def estimate(self, features: SupportFeatures) -> float:
        """Returns the score: the estimated probability that a reader calls the sentence supported, from 0 to 1."""
        margin = self.intercept + sum(map(mul, self.coefficients, features.values()))
        return 1 / (1 + math.exp(-margin))


@cache
def read_model() -> SupportModel:
    """Returns the model of the package."""
    table = json.loads(MODEL_FILE.read_text(encoding="utf-8"))
    return SupportModel(
        coefficients=tuple(float(table["features"][name]) for name in FEATURES),
        intercept=float(table["intercept"]),
        trained_on={str(name): int(rows) for name, rows in table["trained_on"].items()},
        fitted=str(table["fitted"]),
        calibration=tuple((float(mean), float(share), int(rows)) for mean, share, rows in table["calibration"]),
    )
