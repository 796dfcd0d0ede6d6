"""Words in whose slot a page has others, or none."""

from __future__ import annotations

import pytest

from workbench.checks.evidence import EvidencePage
from workbench.checks.statements.statements import Clause, read_page
from workbench.checks.wording.word_slots import find_displaced

PAGE = EvidencePage(
    "record",
    1,
    "Minutes of the Lantern Society\n\nIn 2016 the council thanked Mara Lind for her map of the northern reefs, which"
    " was printed in Bergen and sent from the harbour office to all pilots. Her brother drew four southern reefs. The"
    " map was checked by the pilots of the coast before it was sold, and the steel tower was raised in the same year.",
)


def displaced(text: str, page: EvidencePage = PAGE) -> list[tuple[str, str]]:
    clause, there = Clause(text), read_page(page)
    return [
        (
            " ".join(clause.words[found.first : found.last + 1]),
            " ".join(there.words[found.other_first : found.other_last + 1]),
        )
        for found in find_displaced(clause, [page], {"mara", "lind"})
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The map of the northern reefs, which was opposed in Bergen.", ("opposed", "printed")),
        ("The map was checked by the pilots of the coast after it was sold.", ("after", "before")),
        ("It was printed in Bergen and sent to the harbour office to all pilots.", ("to", "from")),
        ("Thanks for her map of the southern reefs, which was printed in Bergen.", ("southern", "northern")),
    ],
)
def test_word_in_another_slot(text, words):
    assert displaced(text) == [words]


@pytest.mark.parametrize(
    "text",
    [
        "In 2016 the council thanked Mara Lind for her map of the northern reefs.",
        "The map was checked with the pilots of the coast.",
        "Ms. Lind's map of the northern reefs, namely the one which was printed in Bergen.",
        "It was checked by the pilots of the coast and corrected before it was sold.",
        # Added words, and others of which nobody knows that they make another claim.
        "The map was famously checked by the pilots of the coast.",
        "The map of the northern reefs, which was folded in Bergen.",
        "The pilots had the map of the reefs from Bergen.",
        "She plays the viola.",
        "",
    ],
)
def test_same_words_and_paraphrases(text):
    assert displaced(text) == []


def test_neighbours_of_another_sentence():
    page = EvidencePage("record", 1, "The map was printed. Pilots of the coast used it.")
    assert displaced("The map was printed, smugglers of the coast used it.", page) == []


def test_slots_of_hostile_text():
    page = EvidencePage("record", 1, "map of the winner " * 3000)
    assert displaced("map of the juror " * 3000, page)
