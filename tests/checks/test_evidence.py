"""Exhibit pages as words, and the search among them."""

from __future__ import annotations

from workbench.case.model import Document
from workbench.checks.evidence import Evidence
from workbench.text.tokens import find_tokens


def make_evidence(**pages: tuple[str, ...]) -> Evidence:
    return Evidence((key, Document(sha256="0" * 64, pages=texts, has_text=any(texts))) for key, texts in pages.items())


def words(text: str) -> list[str]:
    return [token.word for token in find_tokens(text)]


def test_best_passage_comes_first():
    evidence = make_evidence(
        a=("The weather was fine. " * 30, "In 1978 she received the Wolf Prize in Physics, the first ever given."),
        b=("The prize committee met in 1978.",),
    )
    best, *others = evidence.find_passages(words("She received the Wolf Prize in 1978"))
    assert (best.page.exhibit_id, best.page.page) == ("a", 2)
    assert best.text.startswith("In 1978 she received")
    assert all(best.score >= other.score for other in others)


def test_search_among_some_pages():
    evidence = make_evidence(a=("The Wolf Prize of 1978.",), b=("The Wolf Prize is named here.",))
    found = evidence.find_passages(words("Wolf Prize 1978"), among=evidence.select("b"))
    assert {passage.page.exhibit_id for passage in found} == {"b"}


def test_unknown_words_find_nothing():
    evidence = make_evidence(a=("Text.",))
    assert evidence.find_passages(words("zygote")) == []
    assert evidence.find_passages([]) == []


def test_page_without_text_is_unreadable():
    evidence = make_evidence(a=("", "Text."))
    assert [page.readable for page in evidence.pages] == [False, True]


def test_recognized_page_is_marked():
    document = Document(sha256="0" * 64, pages=("rn",), page_kinds=("scan",), confidences=(0.9,))
    page = Evidence([("a", document)]).pages[0]
    assert page.recognized
    assert page.readable


def test_case_is_indexed_once(wu):
    assert Evidence.of(wu) is Evidence.of(wu)


def test_selected_pages_of_exhibit():
    evidence = make_evidence(a=("one", "two", "three"))
    assert [page.page for page in evidence.select("a", (2, 3, 9))] == [2, 3]
    assert len(evidence.select("a")) == 3
    assert evidence.select("nowhere") == ()
