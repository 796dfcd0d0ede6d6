"""Words in whose place a page has others."""

from __future__ import annotations

import pytest

from workbench.checks.evidence import EvidencePage
from workbench.checks.statements.statements import Clause, read_page
from workbench.checks.wording.replaced_words import find_replaced

PAGE = EvidencePage(
    "record",
    1,
    "Mara Lind is a member of the editorial board of the Review of Tides. In 2019 she was nominated for the Delta Prize"
    " by the Coastal Society.\n\nThe small station at Holm measures the tide in the northern harbour every hour. The"
    " Society counts her among its regular contributors.",
)


def replaced(text: str, page: EvidencePage = PAGE) -> list[tuple[str, str]]:
    clause = Clause(text)
    return [
        (clause.words[found.first], read_page(found.page).words[found.other_first])
        for found in find_replaced(clause, [page], {"mara", "lind"})
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("She is the founder of the editorial board of the Review of Tides.", ("founder", "member")),
        ("In 2019 she was shortlisted for the Delta Prize by the Coastal Society.", ("shortlisted", "nominated")),
        ("The large station at Holm measures the tide.", ("large", "small")),
    ],
)
def test_word_of_another_claim_is_found(text, words):
    assert replaced(text) == [words]


@pytest.mark.parametrize(
    "text",
    [
        "She is a member of the editorial board of the Review of Tides.",
        "In 2019 she was proposed for the Delta Prize by the Coastal Society.",
        "The small station at Holm takes the tide in the northern harbour.",
        # Of one place, but no other claim by any table.
        "The small station at Holm predicts the tide in the northern harbour.",
        "Dr. Lind studied music in Oslo and plays the viola.",
        "",
    ],
)
def test_words_that_say_the_same(text):
    assert replaced(text) == []


def test_replaced_words_of_hostile_text():
    page = EvidencePage("record", 1, "member of the board " * 3000)
    assert replaced("founder of the board " * 3000, page)
