"""SciPy, as the yardstick of our own statistics."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def stats():
    """Its statistics; imported late, because each pytest process reads the files that need it and one runs them."""
    from scipy import stats

    return stats
