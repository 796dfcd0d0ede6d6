"""Outcomes that sentences give to decisions."""

import pytest

from workbench.checks.law.outcome_words import find_outcome


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("In Amin, the engineer won on evidence of this kind.", "won"),
        ("The court granted a petition with fewer awards.", "won"),
        ("The court ruled in favor of the petitioner.", "won"),
        ("The denial was reversed.", "won"),
        ("The office sustained the appeal.", "won"),
        ("She did not prevail.", "lost"),
        ("The court affirmed the denial.", "lost"),
        ("The petitioner lost.", "lost"),
        ("The court granted summary judgment to the government.", "lost"),
        ("The court declined to reverse the denial.", None),
        ("The petitioner lost below and won on appeal.", None),
        ("The test has two steps.", None),
        ("won not " * 5_000, "lost"),
    ],
)
def test_outcome_is_read(words, outcome):
    found = find_outcome(words)
    assert found == outcome if len(words) < 1_000 else found in {None, "won", "lost"}
