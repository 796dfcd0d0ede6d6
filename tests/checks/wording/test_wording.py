"""Single words that the cited page has not."""

from __future__ import annotations

import pytest

from workbench.case.model import Document
from workbench.checks.draft import DraftSection
from workbench.checks.wording.wording import wording

PAGE = (
    "The record of the Academy. In 2012 Dr. Example directed the laboratory of physical chemistry at the Northern "
    "Institute in Oslo. She was elected a Fellow of the Guild on 15 January 2013. The Guild elects every second year."
)


@pytest.fixture
def find(minimal):
    document = Document(sha256="0" * 64, pages=(PAGE,))
    case = minimal.model_copy(update={"documents": {**minimal.documents, "statement": document}})

    def run(sentence: str) -> list[str]:
        return [finding.message for finding in wording(DraftSection("awards", sentence, case))]

    return run


@pytest.mark.parametrize(
    ("sentence", "said", "on_page"),
    [
        ("In 2012 Dr. Example visited the laboratory of physical chemistry [@statement, p. 1].", "visited", "directed"),
        (
            "She was nominated as a Fellow of the Guild on 15 January 2013 [@statement, p. 1].",
            "nominated",
            "elected",
        ),
    ],
)
def test_exchanged_word_names_both(find, sentence, said, on_page):
    messages = find(sentence)
    assert any(f"“{said}”" in message and on_page in message for message in messages)


def test_negation_of_plain_statement(find):
    assert find("She was not elected a Fellow of the Guild on 15 January 2013 [@statement, p. 1].")
    assert not find("She was elected a Fellow of the Guild on 15 January 2013 [@statement, p. 1].")


@pytest.mark.parametrize("words", ["foremost", "only", "leading"])
def test_superlative_on_no_page(find, words):
    (message,) = find(f"She directed the {words} laboratory of physical chemistry in Oslo [@statement, p. 1].")
    assert "superlative" in message


@pytest.mark.parametrize(
    "sentence",
    [
        "In 2012 she directed the laboratory of physical chemistry at the Northern Institute [@statement, p. 1].",
        "In the first year she directed the laboratory of physical chemistry [@statement, p. 1].",
        "At most ten are elected, and most of them stay [@statement, p. 1].",
        "Prof. Example directed the laboratory of physical chemistry [@statement, p. 1].",
        "She visited a museum.",
        "",
        "not " * 500 + "[@statement, p. 1]",
    ],
)
def test_other_sentences_pass(find, sentence):
    assert find(sentence) == []
