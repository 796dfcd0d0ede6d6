"""Words of which a cited page says the opposite, in other words."""

from __future__ import annotations

import pytest

from workbench.case.model import Document
from workbench.checks.draft import DraftSection
from workbench.checks.statements.cited_sentence import find_cited_sentences
from workbench.checks.wording.opposed_words import find_opposed

PAGE = (
    "The Lantern Society gave the surveyor a permanent post. Her method lessens the strain on the mast.\n\n"
    "A juror may not vote on a sailor of her own harbour. The council declined the loan of the harbour office."
)


@pytest.fixture
def case(minimal):
    page = Document(sha256="1" * 64, pages=(PAGE,))
    return minimal.model_copy(update={"documents": {**minimal.documents, "medal": page}})


def find_words(text: str, case) -> list[str]:
    (cited,) = find_cited_sentences(DraftSection("awards", f"{text} [@medal, p. 1].", case))
    return [cited.clause.words[found.first] for found in find_opposed(cited.clause, cited.pages, ())]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The society employed the surveyor in a temporary position", ["temporary"]),
        ("Her method increases the load on the mast", ["increases"]),
        ("The council accepted the loan of the office", ["accepted"]),
        ("Each juror may vote on a sailor of her own harbour", ["vote"]),
        # The same in other words, and the opposite denied.
        ("The society employed the surveyor in a permanent position", []),
        ("Her method reduces the load on the mast", []),
        ("The council did not accept the loan of the office", []),
        ("No juror may vote on a sailor of her own harbour", []),
        # The page has the verb behind "may not" only; who is asked not to do a thing has not denied it.
        ("A surveyor of her own harbour may vote", ["vote"]),
        ("She asked a juror of her own harbour not to vote", []),
        # The opposite qualifies something else.
        ("Her temporary method lessens the strain on the mast", []),
        ("Her method lessens the strain on the mast at least", []),
        # A word without an opposite on the page.
        ("The society employed the surveyor in a distinguished position", []),
    ],
)
def test_opposed_words_of_a_sentence(case, text, words):
    assert find_words(text, case) == words
