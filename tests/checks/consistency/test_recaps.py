"""Sentences without a citation against the cited ones about the same name."""

from __future__ import annotations

import pytest

from workbench.case.model import Document
from workbench.checks.consistency.consistency import consistency
from workbench.checks.draft import DraftSection
from workbench.checks.letter import Letter

PAGE = "Lantern Society. Elected a fellow in 2016: the surveyor. The Minister of Fisheries attended the election."
BODY = (
    "The surveyor was elected a fellow of the Lantern Society in 2016, in the presence of the Minister of Fisheries"
    " [@medal, p. 1]."
)


@pytest.fixture
def case(minimal):
    page = Document(sha256="1" * 64, pages=(PAGE,))
    return minimal.model_copy(update={"documents": {**minimal.documents, "medal": page}})


def find_quotes(summary: str, case) -> list[str]:
    text = f"{BODY}\n\n{summary}"
    letter = Letter("letter", text, (DraftSection("intro", text, case),), case)
    return [finding.quote for finding in consistency(letter)]


@pytest.mark.parametrize(
    ("summary", "quotes"),
    [
        ("In sum, she is a director of the Lantern Society.", ["director"]),
        ("In sum, the Lantern Society elected her in 2014.", ["2014"]),
        ("In sum, the letter of the Minister of Finance speaks for her.", ["Finance"]),
        ("In 2017 Mr. Lee was elected a fellow of the Lantern Society.", ["2017"]),
        ("In sum, she has been a fellow of the Lantern Society since 2016.", []),
        ("In sum, the Minister of Fisheries was present.", []),
        # Nothing is cited about this body.
        ("In sum, she is a director of the Beacon Trust.", []),
    ],
)
def test_summary_says_what_is_cited(case, summary, quotes):
    assert find_quotes(summary, case) == quotes
