"""Counts in words that are read."""

from __future__ import annotations

import pytest

from workbench.text.count_noun import count_noun


@pytest.mark.parametrize(("number", "text"), [(0, "0 errors"), (1, "1 error"), (2, "2 errors")])
def test_count_takes_its_number(number, text):
    assert count_noun(number, "error") == text
