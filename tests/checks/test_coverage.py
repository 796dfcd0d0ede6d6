"""Counts of what was checked."""

from __future__ import annotations

from workbench.checks.coverage import Coverage


def test_counts_by_check_and_reason():
    coverage = Coverage()
    coverage.check("quotation", 3)
    coverage.skip("quotation", "exhibit is a scan", 2)
    coverage.skip("fact", "no citation")
    counts = coverage.counts()
    assert (counts["quotation"].places, counts["quotation"].unchecked) == (3, 2)
    assert counts["quotation"].why == {"exhibit is a scan": 2}
    assert (counts["fact"].places, counts["fact"].unchecked) == (0, 1)


def test_counts_of_parts_add_up():
    whole, part = Coverage(), Coverage()
    whole.check("fact")
    part.check("fact", 2)
    part.skip("fact", "no citation")
    whole.add(part)
    assert whole.counts()["fact"].model_dump() == {"places": 3, "unchecked": 1, "why": {"no citation": 1}}


def test_has_counts_of_either_kind():
    coverage = Coverage()
    coverage.skip("fact", "no citation")
    assert coverage.has("fact")
    assert not coverage.has("quotation")
