"""Roles, events and the like that no cited page says, where the page has others."""

from __future__ import annotations

import pytest

from workbench.case.model import Document
from workbench.checks.draft import DraftSection
from workbench.checks.statements.cited_sentence import find_cited_sentences
from workbench.checks.statements.statements import read_page
from workbench.checks.wording.exchanged_words import find_exchanged

PAGE = (
    "The secretary of the Lantern Society notes that its assistant curator, a monthly visitor of the harbour, was"
    " shortlisted for the regional chart prize by secret ballot.\n\n"
    "The jury read the charts in May. Most harbour pilots rely on the charts of the reef."
)
STAFF = (
    "Letter of Ada Moss\nCurator of charts\n\n"
    "The office has eight pilots, five of them from other harbours. Tide tables: Ole Rand."
)


@pytest.fixture
def case(minimal):
    pages = PAGE, "The society is open to pilots of every country.", STAFF
    page = Document(sha256="1" * 64, pages=pages)
    return minimal.model_copy(update={"documents": {**minimal.documents, "medal": page}})


def find_words(text: str, case, page: int = 1) -> list[tuple[str, str]]:
    (cited,) = find_cited_sentences(DraftSection("awards", f"{text} [@medal, p. {page}].", case))
    return [
        (cited.clause.words[found.first], read_page(found.page).words[found.other_first])
        for found in find_exchanged(cited.clause, cited.pages, ())
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("In May the presidency studied the charts", [("presidency", "jury")]),
        ("All pilots of the harbour use the charts of the reef", [("all", "most")]),
        ("She is the chief curator of the Lantern Society", [("chief", "assistant")]),
        ("For the national prize for charts she was on the list", [("national", "regional")]),
        # The same in other words.
        ("In May the jurors studied the charts", []),
        ("A majority of the harbour pilots use the charts of the reef", []),
        ("She is a curator of the Lantern Society", []),
        # Nothing of the page is near.
        ("All of this convinced the professor", []),
        ("all " * 500, []),
    ],
)
def test_exchanged_words_of_a_sentence(case, text, words):
    assert find_words(text, case) == words


def test_every_country_is_the_world(case):
    assert find_words("The society is open to pilots from the whole world", case, page=2) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # A part that the page counts.
        ("The office has eight pilots, all of whom came from other harbours", [("all", "five")]),
        ("The office has eight pilots, all but three from other harbours", []),
        # The post stands under the name.
        ("Ada Moss is a photographer of charts", [("photographer", "curator")]),
        ("Ada Moss is the curator of charts", []),
    ],
)
def test_parts_and_posts_of_page(case, text, words):
    assert find_words(text, case, page=3) == words
