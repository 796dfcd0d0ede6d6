"""The one word of a sentence that its pages do not have."""

from __future__ import annotations

import pytest

from workbench.case.model import Document
from workbench.checks.draft import DraftSection
from workbench.checks.statements.cited_sentence import find_cited_sentences
from workbench.checks.wording.lone_words import find_lone_word
from workbench.checks.wording.wording import wording

PAGE = (
    "Minutes of the Lantern Society. In spring the council thanked the surveyor, and her chart of the reefs was bought"
    " by the harbour office. Pilots of the northern coast use the chart in winter and trust it."
)


@pytest.fixture
def case(minimal):
    page = Document(sha256="1" * 64, pages=(PAGE,))
    return minimal.model_copy(update={"documents": {**minimal.documents, "medal": page}})


def find_words(text: str, case) -> list[str]:
    sentences = find_cited_sentences(DraftSection("awards", f"{text} [@medal, p. 1].", case))
    found = [(cited, find_lone_word(cited, ())) for cited in sentences]
    return [cited.clause.words[lone.place] for cited, lone in found if lone is not None]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("In winter the harbour office and the pilots of the northern coast burn the chart of the reefs", ["burn"]),
        ("The chart that the harbour office bought is obstinately trusted by pilots", ["obstinately"]),
        ("Pilots of the northern coast trust the municipal chart that the harbour office bought", ["municipal"]),
        # In words of its own.
        ("Sailors of the northern coast rely upon the chart that the port authority acquired", []),
        # Too little else, and what connects or stands for others.
        ("The chart was burnt", []),
        ("In winter the harbour office and others of the northern coast use the chart of the reefs", []),
        ("Pilots of the northern coast now use the chart of the reefs, which the harbour office bought", []),
        # A form of a word of the page.
        ("In winter the trusting pilots of the northern coast use the chart that the harbour office bought", []),
        # A name has a check of its own.
        ("In winter the pilots of the northern coast of Elba use the chart that the harbour office bought", []),
    ],
)
def test_lone_word_of_a_sentence(case, text, words):
    assert find_words(text, case) == words


def test_lone_word_is_a_warning(case):
    text = "The chart that the harbour office bought is obstinately trusted by pilots [@medal, p. 1]."
    (finding,) = wording(DraftSection("awards", text, case))
    assert (finding.severity, finding.quote) == ("warning", "obstinately")
    assert "bought" in finding.evidence[0].quote


def test_very_long_sentence_is_passed_over(case):
    assert find_words("chart of the reefs " * 5_000, case) == []
