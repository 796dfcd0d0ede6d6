"""Superlatives of a text, and those of a page that may be meant."""

from __future__ import annotations

import pytest

from workbench.checks.statements.statements import read_prose
from workbench.checks.wording.superlatives import find_superlatives


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("She was the first surveyor of the reef.", ["first"]),
        ("The silver lamp, the first prize, went to her.", ["first"]),
        ("She runs the leading yard of the coast.", ["leading"]),
        # Orders, several, and what the letter itself lists.
        ("The office contested the first chart, but withdrew.", []),
        ("Her charts hang in the leading yards of the coast.", []),
        ("She had the highest marks of all six sailors.", []),
        ("The best known is the chart of the reef.", []),
    ],
)
def test_superlatives_of_a_text(text, words):
    clause = read_prose(text)
    assert [clause.words[place] for place in find_superlatives(clause)] == words
